#include "qbxml/simulator/reports.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "qbxml/simulator/date_macro.h"
#include "qbxml/simulator/entries.h"
#include "qbxml/simulator/report_page.h"

namespace qbxml::simulator {

namespace {

using Amounts = ReportPage::Amounts;

constexpr std::size_t columns_max = 400;
constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// "2024-07-01" as "Jul 1, 24".
std::string day_title(const std::string& day)
{
    const auto month = static_cast<std::size_t>(std::stoi(day.substr(5, 2)));
    return fmt::format("{} {}, {}", month_names.at(month - 1), std::stoi(day.substr(8, 2)),
                       day.substr(2, 2));
}

struct Column {
    std::string title, from, to;
};

std::string next_day(const std::string& day)
{
    return date_of_day(day_number(day).value_or(0) + 1);
}

// The first day of the month after the one of `day`, or of the quarter, or of the year.
std::string next_start(const std::string& day, int months)
{
    const int month = std::stoi(day.substr(5, 2)) - 1;
    const int next = month - month % months + months;
    const int year = std::stoi(day.substr(0, 4)) + next / 12;
    return fmt::format("{:04}-{:02}-01", year, next % 12 + 1);
}

// The columns of a report over a span of days; empty when it cannot be cut up so.
std::vector<Column> columns_of(const std::string& by, const Days& span, bool balance)
{
    const std::map<std::string, int> lengths{{"Month", 1}, {"Quarter", 3}, {"Year", 12}};
    if (by.empty() || by == "TotalOnly") {
        return {{balance ? day_title(span.to)
                         : fmt::format("{} - {}", day_title(span.from), day_title(span.to)),
                 span.from, span.to}};
    }
    std::vector<Column> columns;
    for (std::string from = span.from; from <= span.to;) {
        if (columns.size() == columns_max) return {};
        std::string next;
        if (by == "Day") {
            next = next_day(from);
        } else if (by == "Week") {
            next = date_of_day(day_number(from).value_or(0) + 7);
        } else if (const auto length = lengths.find(by); length != lengths.end()) {
            next = next_start(from, length->second);
        } else {
            return {};
        }
        std::string to = std::min(date_of_day(day_number(next).value_or(0) - 1), span.to);
        const auto month = static_cast<std::size_t>(std::stoi(from.substr(5, 2)));
        std::string title = day_title(balance ? to : from);
        if (by == "Month" && !balance) {
            title = fmt::format("{} {}", month_names.at(month - 1), from.substr(2, 2));
        }
        columns.push_back({std::move(title), from, std::move(to)});
        from = std::move(next);
    }
    return columns;
}

struct Asked {
    Days span;
    bool cash = false;
    std::vector<Column> columns;
};

Outcome unanswerable(std::string_view what)
{
    return refused(1030, fmt::format("The request is not supported by this simulated QuickBooks: "
                                     "it does not know how to apply \"{}\".",
                                     what));
}

std::optional<Outcome> read_span(const CompanyFile& books, const Node& request, std::int64_t now,
                                 Days& span)
{
    const std::string today = date_text(now, books.profile().zone);
    span = {today.substr(0, 4) + "-01-01", today};  // this fiscal year to date
    if (const Node* macro = request.child("ReportDateMacro")) {
        const auto days = days_of_macro(macro->text, today);
        if (!days) return unanswerable("ReportDateMacro " + macro->text);
        span = *days;
    } else if (const Node* period = request.child("ReportPeriod")) {
        span = {text_at(*period, "FromReportDate"), text_at(*period, "ToReportDate")};
    }
    if (span.from.empty()) span.from = "1990-01-01";
    if (span.to.empty()) span.to = today;
    if (span.from > span.to) {
        return refused(3030, "The \"From\" date is later than the \"To\" date.");
    }
    return std::nullopt;
}

std::optional<Outcome> refuse_filters(const Node& request)
{
    for (const Node& child : request.children) {
        if (child.name.find("Filter") != std::string::npos || child.name == "IncludeColumn" ||
            child.name == "ReportModifiedDateRangeMacro") {
            return unanswerable(child.name);
        }
    }
    return std::nullopt;
}

// Writes the accounts of a few types as a tree with subtotals.
class Statement {
public:
    Statement(const CompanyFile& books, const Asked& asked, ReportPage& page, bool total_column)
        : books_(books), asked_(asked), page_(page), total_column_(total_column)
    {
    }

    // Balances at the end of each column, or movements within it.
    void count(const std::vector<Entry>& entries, bool balances)
    {
        for (const Entry& entry : entries) {
            for (std::size_t i = 0; i < asked_.columns.size(); ++i) {
                const Column& column = asked_.columns[i];
                if (entry.day > column.to || (!balances && entry.day < column.from)) continue;
                auto& sums = own_[entry.account];
                sums.resize(asked_.columns.size());
                sums[i] += entry.amount;
            }
        }
    }

    // The accounts of those types under a heading; nothing when there is nothing to show.
    // `closing` is the label of the sum ("Total Income"), `extra` rows come at the end.
    Amounts section(std::string_view heading, std::string_view closing,
                    const std::vector<std::string_view>& types, int sign,
                    const std::vector<std::pair<std::string, Amounts>>& extra = {});
    // A heading around sections; closed by close(). What is between is summed by the caller.
    void open(std::string_view heading) { page_.text_row(heading); }
    void close(std::string_view label, const Amounts& amounts)
    {
        page_.subtotal_row(label, with_total(amounts), {});
    }
    void total(std::string_view label, const Amounts& amounts)
    {
        page_.total_row(label, with_total(amounts));
    }
    Amounts zero() const { return Amounts(asked_.columns.size()); }
    Amounts with_total(Amounts amounts) const
    {
        if (!total_column_) return amounts;
        Cents sum;
        for (const Cents amount : amounts)
            sum += amount;
        amounts.push_back(sum);
        return amounts;
    }

private:
    bool is_shown(const Record& account) const;
    Amounts own(const Record& account, int sign) const;
    std::vector<const Record*> children(const Record& of) const;
    Amounts write(const Record& account, int sign);

    const CompanyFile& books_;
    const Asked& asked_;
    ReportPage& page_;
    bool total_column_;
    std::map<const Record*, Amounts> own_;
};

void add(Amounts& sum, const Amounts& more)
{
    for (std::size_t i = 0; i < sum.size(); ++i)
        sum[i] += more[i];
}

Amounts difference(Amounts a, const Amounts& b)
{
    for (std::size_t i = 0; i < a.size(); ++i)
        a[i] = a[i] - b[i];
    return a;
}

Amounts Statement::own(const Record& account, int sign) const
{
    Amounts amounts = zero();
    if (const auto sums = own_.find(&account); sums != own_.end()) add(amounts, sums->second);
    for (Cents& amount : amounts)
        amount.value *= sign;
    return amounts;
}

std::vector<const Record*> Statement::children(const Record& of) const
{
    std::vector<const Record*> found;
    for (const auto& account : books_.records(of.kind())) {
        if (account->parent_id() == of.id()) found.push_back(account.get());
    }
    return found;
}

bool Statement::is_shown(const Record& account) const
{
    if (const auto sums = own_.find(&account); sums != own_.end()) {
        const auto moved = [](Cents amount) { return amount.value != 0; };
        if (std::any_of(sums->second.begin(), sums->second.end(), moved)) return true;
    }
    const auto below = children(account);
    return std::any_of(below.begin(), below.end(),
                       [&](const Record* child) { return is_shown(*child); });
}

Amounts Statement::write(const Record& account, int sign)
{
    const std::string name = account.field("Name", books_.names());
    Amounts sum = own(account, sign);
    const ReportPage::About about{"account", account.full_name()};
    const auto below = children(account);
    const bool parent = std::any_of(below.begin(), below.end(),
                                    [&](const Record* child) { return is_shown(*child); });
    if (!parent) {
        page_.data_row(name, with_total(sum), about);
        return sum;
    }
    page_.text_row(name);
    const bool own_moved =
        std::any_of(sum.begin(), sum.end(), [](Cents amount) { return amount.value != 0; });
    const Amounts itself = sum;
    for (const Record* child : below) {
        if (is_shown(*child)) add(sum, write(*child, sign));
    }
    if (own_moved) page_.data_row(name + " - Other", with_total(itself), about);
    page_.subtotal_row("Total " + name, with_total(sum), about);
    return sum;
}

Amounts Statement::section(std::string_view heading, std::string_view closing,
                           const std::vector<std::string_view>& types, int sign,
                           const std::vector<std::pair<std::string, Amounts>>& extra)
{
    Amounts sum = zero();
    std::vector<const Record*> shown;
    for (const auto& account : books_.records(*kind_of("Account"))) {
        const std::string_view type = class_of(*account, books_).type;
        const bool ours = std::find(types.begin(), types.end(), type) != types.end();
        if (ours && account->parent_id().empty() && is_shown(*account)) {
            shown.push_back(account.get());
        }
    }
    if (shown.empty() && extra.empty()) return sum;
    page_.text_row(heading);
    for (const Record* account : shown)
        add(sum, write(*account, sign));
    for (const auto& [label, amounts] : extra) {
        page_.data_row(label, with_total(amounts), {});
        add(sum, amounts);
    }
    page_.subtotal_row(closing, with_total(sum), {});
    return sum;
}

std::vector<std::string> titles(const Asked& asked, bool total_column)
{
    std::vector<std::string> titles;
    for (const Column& column : asked.columns)
        titles.push_back(column.title);
    if (total_column) titles.push_back("TOTAL");
    return titles;
}

Node profit_and_loss(const CompanyFile& books, const Asked& asked)
{
    const bool total = asked.columns.size() > 1;
    ReportPage page(titles(asked, total), "Amount", total);
    Statement statement(books, asked, page, total);
    statement.count(entries(books, asked.cash), false);
    statement.open("Ordinary Income/Expense");
    const Amounts income = statement.section("Income", "Total Income", {"Income"}, -1);
    const Amounts costs =
        statement.section("Cost of Goods Sold", "Total COGS", {"CostOfGoodsSold"}, 1);
    const Amounts gross = difference(income, costs);
    statement.close("Gross Profit", gross);
    const Amounts expense = statement.section("Expense", "Total Expense", {"Expense"}, 1);
    Amounts net = difference(gross, expense);
    statement.close("Net Ordinary Income", net);
    statement.open("Other Income/Expense");
    const Amounts more =
        statement.section("Other Income", "Total Other Income", {"OtherIncome"}, -1);
    const Amounts less =
        statement.section("Other Expense", "Total Other Expense", {"OtherExpense"}, 1);
    const Amounts other = difference(more, less);
    statement.close("Net Other Income", other);
    add(net, other);
    statement.total("Net Income", net);
    return page.take(
        "Profit & Loss",
        fmt::format("{} through {}", day_title(asked.span.from), day_title(asked.span.to)),
        asked.cash ? "Cash" : "Accrual");
}

// Profit of the year that each column ends in, and of all years before.
std::pair<Amounts, Amounts> profits(const CompanyFile& books, const Asked& asked,
                                    const std::vector<Entry>& all)
{
    Amounts this_year(asked.columns.size());
    Amounts before(asked.columns.size());
    for (const Entry& entry : all) {
        if (class_of(*entry.account, books).balance_sheet) continue;
        for (std::size_t i = 0; i < asked.columns.size(); ++i) {
            const std::string& to = asked.columns[i].to;
            if (entry.day > to) continue;
            const bool now = entry.day.substr(0, 4) == to.substr(0, 4);
            (now ? this_year : before)[i] += -entry.amount;
        }
    }
    return {this_year, before};
}

Node balance_sheet(const CompanyFile& books, const Asked& asked)
{
    ReportPage page(titles(asked, false), "Amount", false);
    Statement statement(books, asked, page, false);
    const std::vector<Entry> all = entries(books, asked.cash);
    statement.count(all, true);
    const auto group = [&](std::string_view heading, std::string_view type, int sign) {
        return statement.section(heading, fmt::format("Total {}", heading), {type}, sign);
    };
    statement.open("ASSETS");
    statement.open("Current Assets");
    Amounts current = group("Checking/Savings", "Bank", 1);
    add(current, group("Accounts Receivable", "AccountsReceivable", 1));
    add(current, group("Other Current Assets", "OtherCurrentAsset", 1));
    statement.close("Total Current Assets", current);
    Amounts assets = current;
    add(assets, group("Fixed Assets", "FixedAsset", 1));
    add(assets, group("Other Assets", "OtherAsset", 1));
    statement.close("TOTAL ASSETS", assets);
    statement.open("LIABILITIES & EQUITY");
    statement.open("Liabilities");
    statement.open("Current Liabilities");
    Amounts owed = group("Accounts Payable", "AccountsPayable", -1);
    add(owed, group("Credit Cards", "CreditCard", -1));
    add(owed, group("Other Current Liabilities", "OtherCurrentLiability", -1));
    statement.close("Total Current Liabilities", owed);
    add(owed, group("Long Term Liabilities", "LongTermLiability", -1));
    statement.close("Total Liabilities", owed);
    const auto [this_year, before] = profits(books, asked, all);
    Amounts funds = statement.section("Equity", "Total Equity", {"Equity"}, -1,
                                      {{"Retained Earnings", before}, {"Net Income", this_year}});
    add(funds, owed);
    statement.total("TOTAL LIABILITIES & EQUITY", funds);
    return page.take("Balance Sheet", "As of " + day_title(asked.span.to),
                     asked.cash ? "Cash" : "Accrual");
}

// Where a document of that many days past due stands: not due, four spans of thirty days.
std::size_t age_of(const OpenDocument& document, const std::string& day, const CompanyFile& books)
{
    std::string due = document.txn->field("DueDate", books.names());
    if (due.empty()) due = document.txn->txn_date();
    const int late = day_number(day).value_or(0) - day_number(due).value_or(0);
    if (late <= 0) return 0;
    return std::min<std::size_t>(static_cast<std::size_t>((late - 1) / 30) + 1, 4);
}

Node aging(const CompanyFile& books, const std::string& day, bool payable)
{
    ReportPage page({"Current", "1 - 30", "31 - 60", "61 - 90", "> 90", "TOTAL"}, "Aging", true);
    // By customer and job, jobs behind their customer.
    std::map<std::pair<std::string, std::string>, Amounts> rows;
    const auto top_of = [](const std::string& name) { return name.substr(0, name.find(':')); };
    Amounts total(6);
    for (const OpenDocument& document : open_documents(books, payable, day)) {
        const std::string& name = document.name->full_name();
        Amounts& row = rows[{top_of(name), name}];
        row.resize(6);
        const Cents open = payable ? -document.open : document.open;
        for (const std::size_t column : {age_of(document, day, books), std::size_t{5}}) {
            row[column] += open;
            total[column] += open;
        }
    }
    const std::string_view about = payable ? "vendor" : "customer";
    for (auto row = rows.begin(); row != rows.end();) {
        const std::string top = row->first.first;
        auto end = row;
        Amounts sum(6);
        bool jobs = false;
        for (; end != rows.end() && end->first.first == top; ++end) {
            add(sum, end->second);
            jobs = jobs || end->first.second != top;
        }
        if (jobs) page.text_row(top);
        for (; row != end; ++row) {
            const std::string& name = row->first.second;
            const bool itself = name == top;
            const std::string label = !jobs    ? top
                                      : itself ? top + " - Other"
                                               : name.substr(top.size() + 1);
            page.data_row(label, row->second, {about, name});
        }
        if (jobs) page.subtotal_row("Total " + top, sum, {about, top});
    }
    if (page.rows() > 0) page.total_row("TOTAL", total);
    return page.take(payable ? "A/P Aging Summary" : "A/R Aging Summary", "As of " + day_title(day),
                     "");
}

}  // namespace

Outcome report(const CompanyFile& books, const Node& request, std::int64_t now)
{
    Asked asked;
    if (auto refusal = read_span(books, request, now, asked.span)) return *refusal;
    if (auto refusal = refuse_filters(request)) return *refusal;
    asked.cash = text_at(request, "ReportBasis") == "Cash";
    const std::string summary = text_at(request, "GeneralSummaryReportType");
    const std::string aged = text_at(request, "AgingReportType");
    const bool balance = summary == "BalanceSheetStandard";
    Node ret;
    if (balance || summary == "ProfitAndLossStandard") {
        asked.columns = columns_of(text_at(request, "SummarizeColumnsBy"), asked.span, balance);
        if (asked.columns.empty()) return unanswerable("SummarizeColumnsBy");
        ret = balance ? balance_sheet(books, asked) : profit_and_loss(books, asked);
    } else if (aged == "ARAgingSummary" || aged == "APAgingSummary") {
        const bool today = text_at(request, "ReportAgingAsOf") == "Today";
        ret = aging(books, today ? date_text(now, books.profile().zone) : asked.span.to,
                    aged == "APAgingSummary");
    } else {
        return unanswerable(summary.empty() ? request.name + " " + aged : summary);
    }
    Outcome outcome;
    append_element(outcome.body, ret);
    return outcome;
}

}  // namespace qbxml::simulator
