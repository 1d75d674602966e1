#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "qbxml/canonical/address.h"
#include "qbxml/canonical/record_writer.h"
#include "qbxml/canonical/values.h"

namespace qbxml::canonical {
namespace {

constexpr std::string_view address_members =
    "type|name|line1|line2|line3|line4|line5|city|region|postalCode|country|note|isDefault|"
    "formatted";

// The order in which QuickBooks shows the eight fields it has room for.
enum ContactOrder { mobile_order, work_order, home_order, pager_order, web_order, other_order };

std::string host_of(std::string_view url)
{
    if (const auto scheme = url.find("://"); scheme != std::string_view::npos)
        url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#:"));
    std::string host(url);
    std::transform(host.begin(), host.end(), host.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return host;
}

bool is_site(std::string_view host, std::string_view site)
{
    return host == site || (host.ends_with(site) && host.size() > site.size() &&
                            host[host.size() - site.size() - 1] == '.');
}

std::string_view social_name(std::string_view url)
{
    const std::string host = host_of(url);
    if (is_site(host, "linkedin.com")) return "LinkedIn";
    if (is_site(host, "facebook.com")) return "Facebook";
    if (is_site(host, "twitter.com") || is_site(host, "x.com")) return "Twitter";
    return {};
}

}  // namespace

void RecordWriter::write_address(const Value& value, const std::string& pointer, Draft& parent,
                                 std::string_view way, bool named)
{
    if (!check_object(value, pointer, address_members)) return;
    Draft& address = parent.grow(way, pointer);
    if (named) address.add("Name", pointer_to(pointer, "name"), value.string_at("name"));
    bool any = false;
    for (const auto& part : address_parts) {
        const std::string text = value.string_at(part.key);
        if (text.empty()) continue;
        any = true;
        address.add(part.element, pointer_to(pointer, part.key), text);
    }
    if (!any) address.add("Addr1", pointer);
    const Value* is_default = value.find("isDefault");
    if (named && is_default && is_default->is_bool())
        address.add("DefaultShipTo", pointer_to(pointer, "isDefault"),
                    is_default->as_bool() ? "true" : "false");
}

void RecordWriter::write_addresses(const Field& field, const Value& value,
                                   const std::string& pointer, const Target& target)
{
    if (!is_given_array(value, pointer)) return;
    const std::string_view own = field.argument == "customer"   ? "BillAddress"
                                 : field.argument == "supplier" ? "VendorAddress"
                                 : field.argument == "employee" ? "EmployeeAddress"
                                                                : "OtherNameAddress";
    const std::string_view own_type = field.argument == "employee" ? "Home" : "Billing";
    bool has_own = false, has_delivery = false;
    for (std::size_t i = 0; i < value.as_array().size(); ++i) {
        const Value& address = value.as_array()[i];
        const std::string at = pointer_to(pointer, i);
        const std::string type = address.string_at("type");
        if (type == own_type) {
            if (has_own) {
                refuse(at, "value",
                       fmt::format("a second {} address; QuickBooks has one place", type));
                continue;
            }
            has_own = true;
            write_address(address, at, *target.at, own, false);
        } else if (type == "Delivery" && own_type == "Billing" && field.argument != "otherName") {
            const bool named = field.argument == "customer" && !address.string_at("name").empty();
            if (!named && has_delivery) {
                refuse(at, "value",
                       "a second Delivery address without a name; give it a name to keep both");
                continue;
            }
            has_delivery = has_delivery || !named;
            write_address(address, at, *target.at, named ? "ShipToAddress" : "ShipAddress", named);
        } else {
            refuse(pointer_to(at, "type"), "value",
                   fmt::format("'{}' is no kind of address here; expected {}", type,
                               own_type == "Home" || field.argument == "otherName"
                                   ? std::string(own_type)
                                   : fmt::format("{} or Delivery", own_type)));
        }
    }
}

void RecordWriter::write_phones(const Field& field, const Value& value, const std::string& pointer,
                                const Target& target)
{
    if (!value.is_array() && !value.is_null())
        return refuse(pointer, "value",
                      fmt::format("{} where an array is expected", kind_of(value)));
    struct Place {
        std::string_view type, element, contact_name;
        ContactOrder order;
    };
    constexpr auto places = std::to_array<Place>({
        {"Primary", "Phone", "", other_order},
        {"Alternate", "AltPhone", "", other_order},
        {"Fax", "Fax", "", other_order},
        {"Mobile", "Mobile", "Mobile", mobile_order},
        {"Pager", "Pager", "Pager", pager_order},
        {"Work", "", "Work Phone", work_order},
        {"Home", "", "Home Phone", home_order},
    });
    const auto own_ways = ways(field, target);
    const auto has = [&](std::string_view element) {
        return std::find(own_ways.begin(), own_ways.end(), element) != own_ways.end();
    };
    std::set<std::string_view> used;
    for (std::size_t i = 0; !value.is_null() && i < value.as_array().size(); ++i) {
        const Value& phone = value.as_array()[i];
        const std::string at = pointer_to(pointer, i);
        if (!check_object(phone, at, "number|type")) continue;
        const std::string type = phone.string_at("type"), number = phone.string_at("number");
        const auto place = std::find_if(places.begin(), places.end(),
                                        [&](const Place& each) { return each.type == type; });
        if (place == places.end()) {
            refuse(pointer_to(at, "type"), "value",
                   fmt::format(
                       "'{}' is no kind of phone; expected Primary, Alternate, Mobile, Work, Home, "
                       "Fax or Pager",
                       type));
        } else if (number.empty()) {
            refuse(pointer_to(at, "number"), "required", "the number is missing");
        } else if (!used.insert(place->type).second) {
            refuse(at, "value",
                   fmt::format("a second number of type {}; QuickBooks has one place", type));
        } else if (has(place->element)) {
            const bool said = place->element == "Phone" && record().find("phone");
            if (!said) target.at->add(place->element, at, number);
        } else if (has("AdditionalContactRef") && !place->contact_name.empty()) {
            additional_contacts_.push_back(
                {place->order, std::string(place->contact_name), number, at});
        } else {
            refuse(
                at, "unsupported",
                fmt::format("QuickBooks has no place for a {} number in {}", type, payload_name_));
        }
    }
    // On update the array is the whole list.
    for (const auto& place : places) {
        const bool said = place.element == "Phone" && record().find("phone");
        if (!creating() && has(place.element) && !used.contains(place.type) && !said)
            target.at->add(place.element, pointer).takes_back = true;
    }
}

void RecordWriter::write_web_links(const Value& value, const std::string& pointer)
{
    if (!is_given_array(value, pointer)) return;
    int next_url = 1;
    bool has_website = false;
    std::set<std::string_view> social;
    for (std::size_t i = 0; i < value.as_array().size(); ++i) {
        const Value& link = value.as_array()[i];
        const std::string at = pointer_to(pointer, i);
        if (!check_object(link, at, "url|type")) continue;
        const std::string type = link.string_at("type"), url = link.string_at("url");
        if (url.empty()) {
            refuse(pointer_to(at, "url"), "required", "the url is missing");
            continue;
        }
        if (type != "Website" && type != "Social") {
            refuse(pointer_to(at, "type"), "value",
                   fmt::format("'{}' is no kind of link; expected Website or Social", type));
            continue;
        }
        std::string name;
        const auto site = type == "Social" ? social_name(url) : std::string_view{};
        if (!site.empty() && social.insert(site).second) {
            name = site;
        } else if (type == "Website" && !has_website) {
            has_website = true;
            name = "Website";
        } else {
            name = fmt::format("URL {}", next_url++);
        }
        additional_contacts_.push_back({web_order, std::move(name), url, at});
    }
    if (next_url > 5)
        refuse(pointer, "value", "too many links; QuickBooks has room for a website and four more");
}

void RecordWriter::write_other_contact_fields(const Value& value, const std::string& pointer)
{
    if (!is_given_array(value, pointer)) return;
    for (std::size_t i = 0; i < value.as_array().size(); ++i) {
        const Value& entry = value.as_array()[i];
        const std::string at = pointer_to(pointer, i);
        if (!check_object(entry, at, "name|value")) continue;
        if (entry.string_at("name").empty() || entry.string_at("value").empty())
            refuse(at, "required", "a contact field needs its name and a value");
        else
            additional_contacts_.push_back(
                {other_order, entry.string_at("name"), entry.string_at("value"), at});
    }
}

void RecordWriter::write_additional_contacts()
{
    constexpr std::size_t contacts_max = 8;
    std::stable_sort(
        additional_contacts_.begin(), additional_contacts_.end(),
        [](const AdditionalContact& a, const AdditionalContact& b) { return a.order < b.order; });
    if (additional_contacts_.size() > contacts_max)
        return refuse(
            additional_contacts_[contacts_max].pointer, "value",
            fmt::format("{} phones, links and contact fields beside the plain ones; QuickBooks "
                        "has room for {}",
                        additional_contacts_.size(), contacts_max));
    for (const auto& contact : additional_contacts_) {
        Draft& element = payload_.add("AdditionalContactRef", contact.pointer);
        element.add("ContactName", contact.pointer, contact.name);
        element.add("ContactValue", contact.pointer, contact.value);
    }
}

}  // namespace qbxml::canonical
