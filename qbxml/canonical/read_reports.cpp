#include <algorithm>

#include "qbxml/canonical/record_reader.h"

namespace qbxml::canonical {
namespace {

// "1200 · Accounts Receivable" without its number, level by level.
std::string without_numbers(std::string_view name)
{
    constexpr std::string_view dot = " \xC2\xB7 ";
    std::string out;
    while (true) {
        const auto colon = name.find(':');
        std::string_view level = name.substr(0, colon);
        const auto mark = level.find(dot);
        if (mark != std::string_view::npos && mark > 0 &&
            level.substr(0, mark).find(' ') == std::string_view::npos)
            level.remove_prefix(mark + dot.size());
        out += level;
        if (colon == std::string_view::npos) return out;
        out += ':';
        name.remove_prefix(colon + 1);
    }
}

const Context::NamedRecord* find_named(const std::vector<Context::NamedRecord>& records,
                                       std::string_view name)
{
    for (const auto& record : records)
        if (record.name == name) return &record;
    return nullptr;
}

const Context::NamedRecord* find_account(const Context& context, std::string_view name)
{
    if (const auto* found = find_named(context.accounts, name)) return found;
    if (const auto* found = find_named(context.accounts, without_numbers(name))) return found;
    const auto colon = name.rfind(':');
    const std::string_view level = colon == std::string_view::npos ? name : name.substr(colon + 1);
    const std::string_view word = level.substr(0, level.find(' '));
    for (const auto& account : context.accounts)
        if (!word.empty() && account.number == word) return &account;
    return nullptr;
}

struct Days {
    std::string from = "null", to = "0";
};

// "31 - 60", "> 90", "over 90"; anything else is not due yet.
Days days_of_title(std::string_view title)
{
    title = trimmed(title);
    const auto dash = title.find('-');
    if (dash != std::string_view::npos) {
        const auto from = whole_value(trimmed(title.substr(0, dash)));
        const auto to = whole_value(trimmed(title.substr(dash + 1)));
        if (from && to) return {*from, *to};
    }
    std::string_view rest;
    if (title.starts_with('>'))
        rest = title.substr(1);
    else if (equal_any_case(title.substr(0, 4), "over"))
        rest = title.substr(4);
    const auto over = whole_value(trimmed(rest));
    if (!rest.empty() && over && over->size() < 9)
        return {std::to_string(std::stol(*over) + 1), "null"};
    return {};
}

}  // namespace

const Report& RecordReader::report()
{
    if (!report_) {
        report_.emplace(ret_);
        for (auto text : report_->bad_amounts())
            issue("value.invalid", "reports", text);
    }
    return *report_;
}

bool RecordReader::write_report(const Field& field, const Scope& scope)
{
    const std::size_t column = scope.in_list ? static_cast<std::size_t>(scope.number) - 1 : 0;
    const auto& periods = context_.report_periods;
    switch (field.rule) {
        case Rule::report_columns: return write_report_columns(field);
        case Rule::period_from:
            return text(column < periods.size() ? periods[column].from : std::string{});
        case Rule::period_to:
            return text(column < periods.size() ? periods[column].to : std::string{});
        case Rule::aged_rows: return write_aged_rows(field);
        case Rule::aged_totals:
        case Rule::aged_grand_total: {
            const ReportRow* total = nullptr;
            for (const auto& row : report().rows())
                if (row.kind == "TotalRow") total = &row;
            if (field.rule == Rule::aged_totals) return write_aged_buckets(total);
            return plain(total && !total->values.empty() ? total->values.back().money() : "0.00");
        }
        case Rule::aged_name:
        case Rule::aged_buckets:
        case Rule::aged_total: {
            const ReportRow& row = report().rows()[static_cast<std::size_t>(scope.number) - 1];
            if (field.rule == Rule::aged_buckets) return write_aged_buckets(&row);
            if (field.rule == Rule::aged_total)
                return plain(row.values.empty() ? "0.00" : row.values.back().money());
            const auto name = row.named.empty() ? row.label : row.named;
            const auto* known = find_named(
                field.argument == "customers" ? context_.customers : context_.suppliers, name);
            out_ += "{\"id\":";
            text(known ? known->id : std::string{});
            out_ += ",\"name\":";
            text(name);
            out_ += '}';
            return true;
        }
        default: return write_section_rule(field, column);
    }
}

bool RecordReader::write_report_columns(const Field& field)
{
    std::size_t count = report().columns().size();
    if (count > 1 && equal_any_case(report().columns().back().title, "TOTAL")) --count;
    out_ += '[';
    for (std::size_t i = 0; i < count; ++i) {
        if (i) out_ += ',';
        write_object(field.members,
                     {ret_, ret_name_, &root_, nullptr, static_cast<int>(i) + 1, true});
    }
    out_ += ']';
    return count > 0;
}

bool RecordReader::write_section_rule(const Field& field, std::size_t column)
{
    const auto value = [&](std::string_view name) {
        const auto* section = report().section(name);
        return section ? section->values[column] : Amount{};
    };
    const auto row_or = [&](std::string_view label, auto otherwise) {
        const auto* row = report().closing_row(label);
        return row ? row->values[column] : otherwise();
    };
    const auto gross = [&] {
        return row_or("Gross Profit",
                      [&] { return value("Income") - value("Cost of Goods Sold"); });
    };
    const auto operating = [&] {
        return row_or("Net Ordinary Income", [&] { return gross() - value("Expense"); });
    };
    const auto other = [&] {
        return row_or("Net Other Income",
                      [&] { return value("Other Income") - value("Other Expense"); });
    };
    const auto section = [&](std::string_view name) {
        return write_report_line(report().section(name), column);
    };
    switch (field.rule) {
        case Rule::bs_assets: return section("ASSETS");
        case Rule::bs_liabilities: return section("Liabilities");
        case Rule::bs_equity: return section("Equity");
        case Rule::bs_net_assets: return plain((value("ASSETS") - value("Liabilities")).money());
        case Rule::bs_net_income: {
            const auto* equity = report().section("Equity");
            if (equity)
                for (const auto& member : equity->members)
                    if (member.leaf && equal_any_case(member.name, "Net Income"))
                        return plain(member.values[column].money());
            return null();
        }
        case Rule::pl_income: return section("Income");
        case Rule::pl_cost_of_sales: return section("Cost of Goods Sold");
        case Rule::pl_expenses: return section("Expense");
        case Rule::pl_other_income: return section("Other Income");
        case Rule::pl_other_expenses: return section("Other Expense");
        case Rule::pl_gross_profit: return plain(gross().money());
        case Rule::pl_net_operating_profit: return plain(operating().money());
        case Rule::pl_net_other_income: return plain(other().money());
        case Rule::pl_net_profit:
            return plain(row_or("Net Income", [&] { return operating() + other(); }).money());
        default:
            throw std::logic_error("a rule of the mapping has no reader: " +
                                   std::string(field.path));
    }
}

bool RecordReader::write_report_line(const ReportGroup* group, std::size_t column)
{
    if (!group) return null();
    out_ += "{\"name\":";
    text(group->name);
    out_ += ",\"accountRef\":";
    if (group->account.empty()) {
        null();
    } else {
        const auto* account = find_account(context_, group->account);
        out_ += "{\"id\":";
        text(account ? account->id : std::string{});
        out_ += ",\"name\":";
        text(group->account);
        out_ += '}';
    }
    out_ += ",\"value\":";
    plain(group->values[column].money());
    out_ += ",\"items\":[";
    for (const auto& member : group->members) {
        if (&member != &group->members.front()) out_ += ',';
        write_report_line(&member, column);
    }
    out_ += "]}";
    return true;
}

bool RecordReader::write_aged_rows(const Field& field)
{
    out_ += '[';
    const auto& rows = report().rows();
    bool any = false;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].kind != "DataRow") continue;
        if (any) out_ += ',';
        any = true;
        write_object(field.members,
                     {ret_, ret_name_, &root_, nullptr, static_cast<int>(i) + 1, true});
    }
    out_ += ']';
    return any;
}

bool RecordReader::write_aged_buckets(const ReportRow* row)
{
    const auto& columns = report().columns();
    out_ += '[';
    for (std::size_t i = 0; row && i + 1 < columns.size(); ++i) {
        if (i) out_ += ',';
        const Days days = days_of_title(columns[i].title);
        out_ += "{\"label\":";
        text(columns[i].title);
        out_ += ",\"fromDays\":" + days.from + ",\"toDays\":" + days.to + ",\"amount\":";
        plain(row->values[i].money());
        out_ += '}';
    }
    out_ += ']';
    return row && columns.size() > 1;
}

}  // namespace qbxml::canonical
