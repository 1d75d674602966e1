#include <algorithm>
#include <array>
#include <utility>

#include "qbxml/canonical/address.h"
#include "qbxml/canonical/record_reader.h"

namespace qbxml::canonical {
namespace {

struct NamedContact {
    std::string_view contact_name, type;
};

constexpr auto phone_types = std::to_array<NamedContact>({
    {"Main Phone", "Primary"},
    {"Phone", "Primary"},
    {"Alt. Phone", "Alternate"},
    {"Alt Phone", "Alternate"},
    {"Work Phone", "Work"},
    {"Home Phone", "Home"},
    {"Mobile", "Mobile"},
    {"Alt. Mobile", "Mobile"},
    {"Fax", "Fax"},
    {"Alt. Fax", "Fax"},
    {"Pager", "Pager"},
});

constexpr auto web_types = std::to_array<NamedContact>({
    {"Website", "Website"},
    {"URL 1", "Website"},
    {"URL 2", "Website"},
    {"URL 3", "Website"},
    {"URL 4", "Website"},
    {"LinkedIn", "Social"},
    {"Facebook", "Social"},
    {"Twitter", "Social"},
});

constexpr auto email_names = std::to_array<std::string_view>(
    {"Main Email", "Email", "CC Email", "Alt. Email 1", "Alt. Email 2"});

template <std::size_t size>
std::string_view type_in(const std::array<NamedContact, size>& table, std::string_view name)
{
    name = trimmed(name);
    for (const auto& row : table)
        if (equal_any_case(row.contact_name, name)) return row.type;
    return {};
}

bool is_email_name(std::string_view name)
{
    name = trimmed(name);
    return std::any_of(email_names.begin(), email_names.end(),
                       [&](std::string_view known) { return equal_any_case(known, name); });
}

constexpr std::array<std::string_view, 5> line_names{"Addr1", "Addr2", "Addr3", "Addr4", "Addr5"};

std::string block_lines(Element block)
{
    std::string lines;
    for (auto name : line_names) {
        const auto line = block.child(name).text();
        if (line.empty()) continue;
        if (!lines.empty()) lines += '\n';
        lines += line;
    }
    return lines;
}

std::string person_name(Element person)
{
    std::string name(person.child("Contact").text());
    if (!name.empty()) return name;
    for (const char* part : {"FirstName", "MiddleName", "LastName"}) {
        const auto text = person.child(part).text();
        if (text.empty()) continue;
        if (!name.empty()) name += ' ';
        name += text;
    }
    return name;
}

}  // namespace

bool RecordReader::write_person_rule(const Field& field, const Scope& scope)
{
    switch (field.rule) {
        case Rule::contact_name: return text(person_name(ret_));
        case Rule::address:
            return write_address(
                root_.first(field.sources.empty() ? "" : field.sources[0].first),
                field.sources.size() < 2 ? Element{} : root_.first(field.sources[1].first),
                field.argument, false);
        case Rule::addresses: return write_addresses(field.argument);
        case Rule::phones: return write_phones(root_, ret_);
        case Rule::web_links: return write_web_links(ret_);
        case Rule::other_contact_fields: return write_other_contact_fields(ret_);
        case Rule::web_site: {
            const auto url = find(field, scope).text;
            if (url.empty()) {
                out_ += "[]";
                return false;
            }
            out_ += "[{\"url\":";
            text(url);
            out_ += ",\"type\":\"Website\"}]";
            return true;
        }
        case Rule::contacts: return write_contacts();
        case Rule::notes: return write_notes(field);
        default: return write_link_rule(field, scope);
    }
}

bool RecordReader::write_address(Element parts, Element block, std::string_view type, bool ship_to)
{
    const auto begin = out_.size();
    bool any = false;
    out_ += "{\"type\":\"";
    out_ += type;
    out_ += "\",\"name\":";
    if (ship_to)
        any = text(parts.child("Name").text());
    else
        null();
    for (const auto& part : address_parts) {
        key(part.key);
        if (text(parts.child(part.element).text())) any = true;
    }
    key("isDefault");
    const auto is_default =
        ship_to ? flag_value(parts.child("DefaultShipTo").text()) : std::nullopt;
    if (is_default)
        flag(*is_default);
    else
        null();
    key("formatted");
    if (text(block_lines(block))) any = true;
    out_ += '}';
    if (any) return true;
    out_.resize(begin);
    return null();
}

bool RecordReader::write_addresses(std::string_view whose)
{
    bool any = false;
    const auto add = [&](Element parts, Element block, std::string_view type, bool ship_to) {
        const auto begin = out_.size();
        if (any) out_ += ',';
        if (write_address(parts, block, type, ship_to)) return any = true;
        out_.resize(begin);
        return false;
    };
    const auto add_named = [&](std::string_view parts, std::string_view block,
                               std::string_view type) {
        return add(root_.first(parts), root_.first(block), type, false);
    };
    out_ += '[';
    if (whose == "customer") {
        add_named("BillAddress", "BillAddressBlock", "Billing");
        bool ship_to = false;
        for (Element e = root_.first("ShipToAddress"); e; e = e.next_sibling("ShipToAddress"))
            if (add(e, {}, "Delivery", true)) ship_to = true;
        if (!ship_to) add_named("ShipAddress", "ShipAddressBlock", "Delivery");
    } else if (whose == "supplier") {
        add_named("VendorAddress", "VendorAddressBlock", "Billing");
        add_named("ShipAddress", "", "Delivery");
    } else if (whose == "employee") {
        add_named("EmployeeAddress", "", "Home");
    } else if (whose == "otherName") {
        add_named("OtherNameAddress", "OtherNameAddressBlock", "Billing");
    } else if (whose == "company") {
        add_named("Address", "AddressBlock", "Company");
        add_named("LegalAddress", "", "Legal");
        add_named("CompanyAddressForCustomer", "CompanyAddressBlockForCustomer", "CustomerFacing");
    }
    out_ += ']';
    return any;
}

bool RecordReader::write_phones(const Children& person, Element element)
{
    std::vector<std::pair<std::string_view, std::string_view>> listed;
    const auto add = [&](std::string_view number, std::string_view type) {
        const std::pair entry{number, type};
        if (number.empty() || type.empty()) return;
        if (std::find(listed.begin(), listed.end(), entry) == listed.end()) listed.push_back(entry);
    };
    add(person.first("Phone").text(), "Primary");
    add(person.first("Mobile").text(), "Mobile");
    add(person.first("AltPhone").text(), "Alternate");
    add(person.first("Fax").text(), "Fax");
    add(person.first("Pager").text(), "Pager");
    constexpr std::string_view additional = "AdditionalContactRef";
    for (Element e = element.child(additional); e; e = e.next_sibling(additional))
        add(e.child("ContactValue").text(), type_in(phone_types, e.child("ContactName").text()));
    out_ += '[';
    for (const auto& [number, type] : listed) {
        if (out_.back() != '[') out_ += ',';
        out_ += "{\"number\":";
        text(number);
        out_ += ",\"type\":";
        plain(type);
        out_ += '}';
    }
    out_ += ']';
    return !listed.empty();
}

bool RecordReader::write_web_links(Element element)
{
    out_ += '[';
    bool any = false;
    constexpr std::string_view additional = "AdditionalContactRef";
    for (Element e = element.child(additional); e; e = e.next_sibling(additional)) {
        const auto type = type_in(web_types, e.child("ContactName").text());
        const auto url = e.child("ContactValue").text();
        if (type.empty() || url.empty()) continue;
        if (any) out_ += ',';
        any = true;
        out_ += "{\"url\":";
        text(url);
        out_ += ",\"type\":";
        plain(type);
        out_ += '}';
    }
    out_ += ']';
    return any;
}

bool RecordReader::write_other_contact_fields(Element element)
{
    out_ += '[';
    bool any = false;
    constexpr std::string_view additional = "AdditionalContactRef";
    for (Element e = element.child(additional); e; e = e.next_sibling(additional)) {
        const auto name = e.child("ContactName").text();
        const auto value = e.child("ContactValue").text();
        const bool known = !type_in(phone_types, name).empty() ||
                           !type_in(web_types, name).empty() || is_email_name(name);
        if (known || (name.empty() && value.empty())) continue;
        if (any) out_ += ',';
        any = true;
        out_ += "{\"name\":";
        text(name);
        out_ += ",\"value\":";
        text(value);
        out_ += '}';
    }
    out_ += ']';
    return any;
}

bool RecordReader::write_contacts()
{
    struct Entry {
        std::string_view role;
        Element element;
        std::string_view name;  // of an entry that has only that
    };
    constexpr std::array<std::string_view, 3> roles{"Primary", "Alternate", "Additional"};
    const std::array<std::string_view, 2> named{child_text("Contact"), child_text("AltContact")};
    std::vector<Entry> entries;
    for (Element e = root_.first("ContactsRet"); e; e = e.next_sibling("ContactsRet")) {
        const std::string name = person_name(e);
        std::size_t role = 2;
        for (std::size_t i = 2; i-- > 0;)
            if (!named[i].empty() && equal_any_case(name, named[i])) role = i;
        entries.push_back({roles[role], e, {}});
    }
    for (std::size_t i = 0; i < named.size(); ++i) {
        const bool there = std::any_of(entries.begin(), entries.end(),
                                       [&](const Entry& entry) { return entry.role == roles[i]; });
        if (!named[i].empty() && !there) entries.push_back({roles[i], {}, named[i]});
    }
    out_ += '[';
    bool any = false;
    for (auto role : roles) {
        for (const auto& entry : entries) {
            if (entry.role != role) continue;
            if (any) out_ += ',';
            any = true;
            if (entry.element) {
                write_contact(entry.element, role);
                continue;
            }
            out_ += "{\"id\":null,\"role\":";
            plain(role);
            out_ += ",\"name\":";
            text(entry.name);
            out_ +=
                ",\"salutation\":null,\"firstName\":null,\"middleName\":null,\"lastName\":null,"
                "\"jobTitle\":null,\"emailAddress\":null,\"phoneNumbers\":[]}";
        }
    }
    out_ += ']';
    return any;
}

bool RecordReader::write_contact(Element contact, std::string_view role)
{
    struct Part {
        std::string_view key, element;
    };
    constexpr auto names = std::to_array<Part>({
        {"salutation", "Salutation"},
        {"firstName", "FirstName"},
        {"middleName", "MiddleName"},
        {"lastName", "LastName"},
        {"jobTitle", "JobTitle"},
    });
    out_ += "{\"id\":";
    text(contact.child("ListID").text());
    key("role");
    plain(role);
    key("name");
    text(person_name(contact));
    for (const auto& part : names) {
        key(part.key);
        text(contact.child(part.element).text());
    }
    std::string_view email;
    constexpr std::string_view additional = "AdditionalContactRef";
    for (Element e = contact.child(additional); e && email.empty(); e = e.next_sibling(additional))
        if (equal_any_case(trimmed(e.child("ContactName").text()), "Main Email"))
            email = e.child("ContactValue").text();
    key("emailAddress");
    text(email);
    key("phoneNumbers");
    write_phones(Children(contact), contact);
    out_ += '}';
    return true;
}

bool RecordReader::write_notes(const Field& field)
{
    out_ += '[';
    bool any = false;
    for (Element e = root_.first("AdditionalNotesRet"); e; e = e.next_sibling(e.name())) {
        if (any) out_ += ',';
        any = true;
        out_ += "{\"id\":";
        text(e.child("NoteID").text());
        out_ += ",\"date\":";
        write_date(std::string(field.path) + "[].date", e.child("Date").text());
        out_ += ",\"text\":";
        text(e.child("Note").text());
        out_ += '}';
    }
    out_ += ']';
    return any;
}

}  // namespace qbxml::canonical
