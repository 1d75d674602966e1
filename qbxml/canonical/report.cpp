#include "qbxml/canonical/report.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "qbxml/canonical/values.h"

namespace qbxml::canonical {
namespace {

constexpr std::size_t groups_deep_max = 64;  // QuickBooks' own reports stay below ten

long number_of(std::string_view text)
{
    long number = std::numeric_limits<long>::max();
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::string_view attribute(Element element, std::string_view name)
{
    return element.attribute(name).value_or(std::string_view{});
}

bool is_closing(const ReportRow& row)
{
    return row.kind == "SubtotalRow" || row.kind == "TotalRow";
}

// The place of the open group that a row with this label closes; nothing when it closes none.
std::optional<std::size_t> closed_by(std::string_view label, const std::vector<ReportGroup*>& open)
{
    const auto innermost = [&](std::string_view name) -> std::optional<std::size_t> {
        for (std::size_t i = open.size(); i-- > 1;)
            if (equal_any_case(open[i]->name, name)) return i;
        return std::nullopt;
    };
    constexpr std::string_view total = "Total ";
    if (equal_any_case(label, "Net Ordinary Income")) return innermost("Ordinary Income/Expense");
    if (equal_any_case(label, "Net Other Income")) return innermost("Other Income/Expense");
    if (!equal_any_case(label.substr(0, total.size()), total)) return std::nullopt;
    if (const auto named = innermost(trimmed(label.substr(total.size())))) return named;
    return open.size() > 1 ? std::optional(open.size() - 1) : std::nullopt;
}

}  // namespace

Report::Report(Element ret)
{
    read_columns(ret);
    read_rows(ret.child("ReportData"));
    grow();
}

void Report::read_columns(Element ret)
{
    for (Element column = ret.child("ColDesc"); column; column = column.next_sibling("ColDesc")) {
        const auto id = attribute(column, "colID");
        const auto type = attribute(column, "dataType");
        if (id == "1" || (!type.empty() && type != "AMTTYPE")) continue;
        std::string title;
        for (Element part = column.child("ColTitle"); part; part = part.next_sibling("ColTitle")) {
            const auto words = trimmed(attribute(part, "value"));
            if (!title.empty() && !words.empty()) title += ' ';
            title += words;
        }
        columns_.push_back({std::string(id), title});
    }
}

void Report::read_rows(Element data)
{
    std::vector<std::pair<long, ReportRow>> numbered;
    for (Element element : data.children()) {
        ReportRow row;
        row.kind = element.name();
        row.label = trimmed(attribute(element, "value"));
        row.values.resize(columns_.size());
        const Element about = element.child("RowData");
        row.named = attribute(about, "value");
        if (attribute(about, "rowType") == "account") row.account = row.named;
        for (Element cell = element.child("ColData"); cell; cell = cell.next_sibling("ColData")) {
            const auto id = attribute(cell, "colID");
            const auto value = attribute(cell, "value");
            if (id == "1") row.label = trimmed(value);
            for (std::size_t i = 0; i < columns_.size(); ++i) {
                if (columns_[i].id != id || value.empty()) continue;
                if (const auto amount = Amount::from(value))
                    row.values[i] = *amount;
                else
                    bad_.push_back(value);
            }
        }
        numbered.emplace_back(number_of(attribute(element, "rowNumber")), std::move(row));
    }
    std::stable_sort(numbered.begin(), numbered.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [number, row] : numbered)
        rows_.push_back(std::move(row));
}

void Report::grow()
{
    std::vector<ReportGroup*> open{&top_};
    for (const auto& row : rows_) {
        if (row.kind == "TextRow") {
            if (row.label.empty() || open.size() > groups_deep_max) continue;
            open.push_back(&open.back()->members.emplace_back());
            open.back()->name = row.label;
        } else if (row.kind == "DataRow") {
            open.back()->members.push_back({row.label, row.account, row.values, {}, true});
        } else if (const auto closed =
                       is_closing(row) ? closed_by(row.label, open) : std::nullopt) {
            open[*closed]->values = row.values;
            open[*closed]->account = row.account;
            open.resize(*closed);
        }
    }
    add_up(top_, columns_.size());
}

// A group that was never closed has the sum of its members.
void Report::add_up(ReportGroup& group, std::size_t columns)
{
    std::vector<Amount> sums(columns);
    for (auto& member : group.members) {
        add_up(member, columns);
        for (std::size_t i = 0; i < columns; ++i)
            sums[i] += member.values[i];
    }
    if (group.values.empty() && !group.leaf) group.values = sums;
    group.values.resize(columns);
}

const ReportGroup* Report::section(std::string_view name) const
{
    for (const auto& group : top_.members) {
        if (group.leaf) continue;
        if (equal_any_case(group.name, name)) return &group;
        const bool joins = equal_any_case(group.name, "Ordinary Income/Expense") ||
                           equal_any_case(group.name, "Other Income/Expense") ||
                           equal_any_case(group.name, "LIABILITIES & EQUITY");
        if (!joins) continue;
        for (const auto& member : group.members)
            if (!member.leaf && equal_any_case(member.name, name)) return &member;
    }
    return nullptr;
}

const ReportRow* Report::closing_row(std::string_view label) const
{
    for (const auto& row : rows_)
        if (is_closing(row) && equal_any_case(row.label, label)) return &row;
    return nullptr;
}

}  // namespace qbxml::canonical
