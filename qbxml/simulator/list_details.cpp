#include "qbxml/simulator/list_details.h"

#include <algorithm>
#include <array>

#include "qbxml/grammar/grammar.h"
#include "qbxml/simulator/arrange.h"

namespace qbxml::simulator {

namespace {

struct Numbered {
    std::string_view part, number;
};
constexpr auto numbered = std::to_array<Numbered>({
    {"AdditionalNotesRet", "NoteID"},
    {"ContactsRet", "ListID"},
    {"LocationsRet", "LocationID"},
    {"LeadContactsRet", "LeadContactID"},
});

constexpr int numbers_max = 1'000'000;

std::string_view number_of(std::string_view part)
{
    for (const Numbered& known : numbered) {
        if (known.part == part) return known.number;
    }
    return "";
}

// The small numbers that notes, locations and contacts of a lead count up; 0 is the plain note.
std::string next_number(const Node& record, std::string_view part, std::string_view number)
{
    int highest = 0;
    for (const Node& child : record.children) {
        if (child.name != part) continue;
        highest = std::max(highest, count_in(text_at(child, number), numbers_max));
    }
    return std::to_string(highest + 1);
}

void complete_parts(CompanyFile& books, const Kind& kind, Node& record, std::int64_t now)
{
    bool first_location = true;
    for (Node& child : record.children) {
        const std::string_view number = number_of(child.name);
        if (number.empty()) continue;
        if (child.name == "LocationsRet") {
            put(child, "MainAddress", first_location ? "true" : "false");
            first_location = false;
        }
        if (child.child(number) != nullptr) continue;
        if (child.name == "ContactsRet") {
            put(child, number, books.next_list_id(kind, now));
            put(child, "TimeCreated", books.time_text(now));
            put(child, "TimeModified", books.time_text(now));
            put(child, "EditSequence", std::to_string(now));
            continue;
        }
        put(child, number, next_number(record, child.name, number));
        if (child.name == "AdditionalNotesRet") {
            put(child, "Date", books.time_text(now).substr(0, 10));
        }
    }
}

// The rates of a workers' compensation code, the one that holds today first.
void complete_rates(const CompanyFile& books, Node& record, std::int64_t now)
{
    std::vector<Node> rates;
    for (Node& child : record.children) {
        if (child.name == "RateEntry") child.name = "RateHistory";
        if (child.name == "RateHistory") rates.push_back(child);
    }
    const std::string today = books.time_text(now).substr(0, 10);
    const auto effective = [](const Node& rate) { return text_at(rate, "EffectiveDate"); };
    std::stable_sort(rates.begin(), rates.end(),
                     [&](const Node& a, const Node& b) { return effective(a) < effective(b); });
    for (const Node& rate : rates) {
        const bool holds = effective(rate) <= today;
        put(record, holds ? "CurrentRate" : "NextRate", text_at(rate, "Rate"));
        put(record, holds ? "CurrentEffectiveDate" : "NextEffectiveDate", effective(rate));
        if (!holds) break;
    }
}

}  // namespace

std::string_view detail_name(const Kind& kind, std::string_view given)
{
    static constexpr auto details =
        std::to_array<std::string_view>({"AdditionalNotes", "BillingRatePerItem", "Contacts",
                                         "LeadContacts", "Locations", "PriceLevelPerItem"});
    const grammar::Owner* content = grammar::owner(kind.ret());
    for (const std::string_view detail : details) {
        const bool same = given == detail || given == std::string(detail) + "Mod";
        if (same && content != nullptr && content->find(std::string(detail) + "Ret") != nullptr) {
            return detail;
        }
    }
    return "";
}

bool repeats(const Kind& kind, std::string_view field)
{
    const grammar::Owner* content = grammar::owner(kind.ret());
    const grammar::Particle* particle = content == nullptr ? nullptr : content->find(field);
    return particle != nullptr && particle->repeats();
}

bool put_numbered(Node& record, const Node& part)
{
    const std::string_view number = number_of(part.name);
    if (number.empty()) return false;
    const std::string given = text_at(part, number);
    for (Node& child : record.children) {
        if (given.empty() || child.name != part.name || text_at(child, number) != given) continue;
        for (const Node& field : part.children)
            put(child, field);
        return true;
    }
    record.add(part);
    return true;
}

void complete_details(CompanyFile& books, const Kind& kind, Node& record, std::int64_t now)
{
    complete_parts(books, kind, record, now);
    const auto type = [&](std::string_view field, std::string_view part, std::string_view fixed) {
        put(record, field, record.child(part) != nullptr ? "PerItem" : fixed);
    };
    if (kind.noun == "PriceLevel")
        type("PriceLevelType", "PriceLevelPerItemRet", "FixedPercentage");
    if (kind.noun == "BillingRate") type("BillingRateType", "BillingRatePerItemRet", "FixedRate");
    if (kind.noun == "WorkersCompCode") complete_rates(books, record, now);
}

}  // namespace qbxml::simulator
