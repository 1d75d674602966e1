#include "qbxml/canonical/places.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "qbxml/canonical/address.h"
#include "qbxml/canonical/table.h"
#include "qbxml/grammar/grammar.h"
#include "qbxml/grammar/history.h"

namespace qbxml::canonical {
namespace {

std::optional<Scalar> scalar_of(Kind kind)
{
    switch (kind) {
        case Kind::text:
        case Kind::word: return Scalar::text;
        case Kind::flag: return Scalar::flag;
        case Kind::whole: return Scalar::whole;
        case Kind::money:
        case Kind::price:
        case Kind::quantity:
        case Kind::percent:
        case Kind::rate: return Scalar::decimal;
        case Kind::date: return Scalar::date;
        case Kind::datetime: return Scalar::datetime;
        default: return std::nullopt;
    }
}

// The single values of a shared object; empty for one that has no place outside a list.
std::vector<std::string_view> members_of(Kind kind)
{
    switch (kind) {
        case Kind::ref: return {"id", "name"};
        case Kind::entity_ref: return {"id", "name", "dataType"};
        case Kind::record_ref: return {"id", "dataType", "sourceType"};
        case Kind::address: {
            std::vector<std::string_view> members{"type", "name"};
            for (const auto& part : address_parts)
                members.push_back(part.key);
            members.push_back("formatted");
            return members;
        }
        case Kind::contact:
            return {"id",         "role",     "name",     "salutation",  "firstName",
                    "middleName", "lastName", "jobTitle", "emailAddress"};
        default: return {};
    }
}

class Collector {
public:
    explicit Collector(std::vector<Place>& places) : places_(places) {}

    void add(std::span<const Field> fields, const std::string& around, const std::string& array)
    {
        for (const Field& field : fields) {
            if (!field.readable()) continue;
            const std::string path = around + std::string(field.name);
            if (field.array) {
                // Arrays of arrays would need a table each.
                if (array.empty() && !field.members.empty()) add(field.members, "", path);
            } else if (const auto scalar = scalar_of(field.kind)) {
                place(path, *scalar, field.words, array);
            } else if (!field.members.empty()) {
                add(field.members, path + '.', array);
            } else {
                for (const std::string_view member : members_of(field.kind))
                    place(path + '.' + std::string(member), Scalar::text, "", array);
            }
        }
    }

private:
    // Some fields stand twice in the mapping, once for each way they are written.
    void place(const std::string& path, Scalar scalar, std::string_view words,
               const std::string& array)
    {
        for (const Place& known : places_)
            if (known.path == path && known.array == array) return;
        places_.push_back({path, scalar, words, array});
    }

    std::vector<Place>& places_;
};

std::map<std::string_view, std::vector<Place>> all_places()
{
    std::map<std::string_view, std::vector<Place>> all;
    for (const Type& type : mapped_types())
        Collector(all[type.name]).add(type.fields, "", "");
    return all;
}

// The number of a document, unless it is called its reference. Orders name the customer's too.
constexpr std::pair<std::string_view, std::string_view> numbers[] = {
    {"invoices", "invoiceNumber"},
    {"creditNotes", "creditNoteNumber"},
    {"estimates", "estimateNumber"},
    {"salesOrders", "salesOrderNumber"},
    {"billCreditNotes", "billCreditNoteNumber"},
    {"purchaseOrders", "purchaseOrderNumber"},
};

std::string_view first_of(std::string_view data_type, std::span<const std::string_view> paths)
{
    for (const std::string_view path : paths)
        if (place_at(data_type, path)) return path;
    return {};
}

// Whether the path goes down from the content of that element.
bool goes_down(std::string_view element, std::string_view path)
{
    const grammar::Owner* owner = grammar::owner(element);
    while (owner) {
        const auto step = path.substr(0, path.find('/'));
        const bool last = step.size() == path.size();
        const grammar::Particle* found = owner->find(step);
        if (!found) return last && grammar::past_element(owner->name(), step) != nullptr;
        if (last) return true;
        path.remove_prefix(step.size() + 1);
        owner = found->content();
    }
    return false;
}

std::string_view name_of(std::string_view data_type)
{
    for (const auto& [type, number] : numbers)
        if (type == data_type) return number;
    static constexpr std::array<std::string_view, 4> paths{"fullName", "name", "reference",
                                                           "companyName"};
    return first_of(data_type, paths);
}

}  // namespace

std::span<const Place> places_of(std::string_view data_type)
{
    static const auto all = all_places();
    const auto found = all.find(data_type);
    return found == all.end() ? std::span<const Place>() : found->second;
}

const Place* place_at(std::string_view data_type, std::string_view path)
{
    for (const Place& place : places_of(data_type))
        if (place.array.empty() && place.path == path) return &place;
    return nullptr;
}

bool has_element(std::string_view data_type, std::string_view path)
{
    const Type* type = find_type(data_type);
    if (!type || path.empty()) return false;
    for (std::string_view elements = type->elements; !elements.empty();) {
        const auto element = elements.substr(0, elements.find(','));
        if (goes_down(element, path)) return true;
        elements.remove_prefix(std::min(element.size() + 1, elements.size()));
    }
    return false;
}

LookUps look_ups_of(std::string_view data_type)
{
    static constexpr std::array<std::string_view, 2> dates{"issueDate", "date"};
    // A time entry names the one who worked before the customer.
    static constexpr std::array<std::string_view, 3> parties{"supplierRef.id", "contactRef.id",
                                                             "customerRef.id"};
    static constexpr std::array<std::string_view, 1> statuses{"status"};
    return {name_of(data_type), first_of(data_type, dates), first_of(data_type, parties),
            first_of(data_type, statuses)};
}

}  // namespace qbxml::canonical
