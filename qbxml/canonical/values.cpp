#include "qbxml/canonical/values.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace qbxml::canonical {
namespace {

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Takes numbers and signs off the front of a text.
class Taker {
public:
    explicit Taker(std::string_view text) : rest_(text) {}
    bool done() const { return rest_.empty(); }
    bool take(char c)
    {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    // A number of at least `least` and at most `most` digits; -1 for none.
    int number(std::size_t least, std::size_t most)
    {
        std::size_t size = 0;
        int value = 0;
        while (size < rest_.size() && size < most && is_digit(rest_[size]))
            value = value * 10 + (rest_[size++] - '0');
        if (size < least || (size < rest_.size() && is_digit(rest_[size]))) return -1;
        rest_.remove_prefix(size);
        return value;
    }

private:
    std::string_view rest_;
};

struct Day {
    int year = 0, month = 0, day = 0;
    Seconds number = 0;
};

std::optional<Day> take_day(Taker& from)
{
    Day day;
    day.year = from.number(4, 4);
    if (day.year < 0 || !from.take('-')) return std::nullopt;
    day.month = from.number(1, 2);
    if (day.month < 0 || !from.take('-')) return std::nullopt;
    day.day = from.number(1, 2);
    const auto number = days_of(day.year, day.month, day.day);
    if (!number) return std::nullopt;
    day.number = *number;
    return day;
}

struct ClockText {
    Seconds wall = 0;
    std::optional<int> given = {};
};

std::optional<int> take_offset(Taker& from)
{
    if (from.take('Z')) return 0;
    const bool west = from.take('-');
    if (!west && !from.take('+')) return std::nullopt;
    const int hours = from.number(1, 2);
    if (hours < 0 || hours > 23 || !from.take(':')) return std::nullopt;
    const int minutes = from.number(1, 2);
    if (minutes < 0 || minutes > 59) return std::nullopt;
    return (hours * 3600 + minutes * 60) * (west ? -1 : 1);
}

// YYYY-MM-DD[Thh[:mm[:ss[offset]]]]
std::optional<ClockText> clock_of(std::string_view text)
{
    Taker from(text);
    const auto day = take_day(from);
    if (!day) return std::nullopt;
    ClockText clock;
    clock.wall = day->number * 86400;
    if (from.done()) return clock;
    if (!from.take('T')) return std::nullopt;
    struct Part {
        int limit, unit;
    };
    for (const auto [limit, unit] : std::array<Part, 3>{{{23, 3600}, {59, 60}, {59, 1}}}) {
        if (unit != 3600 && !from.take(':')) return std::nullopt;
        const int value = from.number(1, 2);
        if (value < 0 || value > limit) return std::nullopt;
        clock.wall += Seconds{value} * unit;
        if (from.done()) return clock;
    }
    clock.given = take_offset(from);
    if (!clock.given || !from.done()) return std::nullopt;
    return clock;
}

void append_two(std::string& out, int value)
{
    out += static_cast<char>('0' + value / 10 % 10);
    out += static_cast<char>('0' + value % 10);
}

void append_date(std::string& out, int year, int month, int day)
{
    append_two(out, year / 100);
    append_two(out, year);
    out += '-';
    append_two(out, month);
    out += '-';
    append_two(out, day);
}

// The calendar day of a number of days from 1970-01-01.
Day day_of(Seconds number)
{
    const Seconds shifted = number + 719468;
    const Seconds era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    const Seconds of_era = shifted - era * 146097;
    const Seconds year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const Seconds of_year = of_era - (365 * year + year / 4 - year / 100);
    const Seconds month = (5 * of_year + 2) / 153;
    Day day;
    day.day = static_cast<int>(of_year - (153 * month + 2) / 5 + 1);
    day.month = static_cast<int>(month < 10 ? month + 3 : month - 9);
    day.year = static_cast<int>(year + era * 400 + (day.month <= 2 ? 1 : 0));
    day.number = number;
    return day;
}

struct Pair {
    std::string_view from, to;
};

template <std::size_t size>
std::string_view look_up(const std::array<Pair, size>& table, std::string_view from)
{
    for (const auto& pair : table)
        if (pair.from == from) return pair.to;
    return {};
}

}  // namespace

std::optional<bool> flag_value(std::string_view text)
{
    if (text == "1" || equal_any_case(text, "true")) return true;
    if (text == "0" || equal_any_case(text, "false")) return false;
    return std::nullopt;
}

std::optional<std::string> whole_value(std::string_view text)
{
    bool negative = false;
    if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size() - 1));
    if (text.size() > 18) return std::nullopt;
    return (negative && text != "0" ? "-" : "") + std::string(text);
}

std::optional<std::string> date_value(std::string_view text)
{
    Taker from(text);
    const auto day = take_day(from);
    if (!day || !from.done()) return std::nullopt;
    std::string date;
    append_date(date, day->year, day->month, day->day);
    return date;
}

std::string_view without_percent_sign(std::string_view text)
{
    if (text.ends_with('%')) text.remove_suffix(1);
    return text;
}

std::optional<Moment> moment_value(std::string_view text, const Zone* zone)
{
    const auto clock = clock_of(text);
    if (!clock) return std::nullopt;
    Moment moment;
    int offset = 0;
    if (zone)
        offset = zone->offset_at_wall(clock->wall, clock->given);
    else if (clock->given)
        offset = *clock->given;
    else
        moment.zone_unknown = true;
    moment.text = wall_clock_text(clock->wall);
    moment.text += offset < 0 ? '-' : '+';
    const int minutes = (offset < 0 ? -offset : offset) / 60;
    append_two(moment.text, minutes / 60);
    moment.text += ':';
    append_two(moment.text, minutes % 60);
    return moment;
}

std::optional<Seconds> wall_clock(std::string_view text)
{
    const auto clock = clock_of(text);
    return clock ? std::optional(clock->wall) : std::nullopt;
}

std::string wall_clock_text(Seconds wall)
{
    const Seconds days = wall / 86400 - (wall % 86400 < 0 ? 1 : 0);
    const int rest = static_cast<int>(wall - days * 86400);
    const Day day = day_of(days);
    std::string text;
    text.reserve(32);
    append_date(text, day.year, day.month, day.day);
    text += 'T';
    append_two(text, rest / 3600);
    text += ':';
    append_two(text, rest / 60 % 60);
    text += ':';
    append_two(text, rest % 60);
    return text;
}

std::optional<long> minutes_value(std::string_view text)
{
    Taker from(text);
    const bool negative = from.take('-');
    if (!from.take('P')) return std::nullopt;
    long seconds = 0;
    bool any = false;
    struct Unit {
        char letter;
        long seconds;
    };
    constexpr std::array<Unit, 4> units{{{'D', 86400}, {'H', 3600}, {'M', 60}, {'S', 1}}};
    std::size_t next = 0;
    bool in_time = false;
    while (!from.done()) {
        if (!in_time && from.take('T')) {
            in_time = true;
            next = std::max<std::size_t>(next, 1);
            if (from.done()) return std::nullopt;
            continue;
        }
        const int value = from.number(1, 8);
        if (value < 0) return std::nullopt;
        const std::size_t last = in_time ? units.size() : 1;
        while (next < last && !from.take(units[next].letter))
            ++next;
        if (next == last) return std::nullopt;
        seconds += value * units[next++].seconds;
        any = true;
    }
    if (!any) return std::nullopt;
    const long minutes = (seconds + 30) / 60;
    return negative ? -minutes : minutes;
}

std::string duration_text(long minutes)
{
    const long rest = minutes < 0 ? -minutes : minutes;
    return fmt::format("{}PT{}H{}M", minutes < 0 ? "-" : "", rest / 60, rest % 60);
}

int month_number(std::string_view name)
{
    constexpr std::array<std::string_view, 12> months{
        "January", "February", "March",     "April",   "May",      "June",
        "July",    "August",   "September", "October", "November", "December"};
    const auto found = std::find(months.begin(), months.end(), name);
    return found == months.end() ? 0 : static_cast<int>(found - months.begin()) + 1;
}

bool equal_any_case(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_space(text.back()))
        text.remove_suffix(1);
    return text;
}

bool says_void(std::string_view memo)
{
    memo = trimmed(memo);
    if (!equal_any_case(memo.substr(0, 4), "void")) return false;
    if (memo.size() == 4) return true;
    const char next = memo[4];
    const bool letter = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') ||
                        is_digit(next) || next == '_' || static_cast<unsigned char>(next) >= 0x80;
    return !letter;
}

AccountClass account_class(std::string_view account_type)
{
    struct Row {
        std::string_view account_type, type, category;
    };
    constexpr auto rows = std::to_array<Row>({
        {"Bank", "Asset", "Asset.CurrentAsset.Bank"},
        {"AccountsReceivable", "Asset", "Asset.CurrentAsset.AccountsReceivable"},
        {"OtherCurrentAsset", "Asset", "Asset.CurrentAsset.OtherCurrentAsset"},
        {"FixedAsset", "Asset", "Asset.FixedAsset"},
        {"OtherAsset", "Asset", "Asset.OtherAsset"},
        {"AccountsPayable", "Liability", "Liability.CurrentLiability.AccountsPayable"},
        {"CreditCard", "Liability", "Liability.CurrentLiability.CreditCard"},
        {"OtherCurrentLiability", "Liability", "Liability.CurrentLiability.OtherCurrentLiability"},
        {"LongTermLiability", "Liability", "Liability.LongTermLiability"},
        {"Equity", "Equity", "Equity.Equity"},
        {"Income", "Income", "Income.Income"},
        {"OtherIncome", "Income", "Income.OtherIncome"},
        {"CostOfGoodsSold", "Expense", "Expense.CostOfGoodsSold"},
        {"Expense", "Expense", "Expense.Expense"},
        {"OtherExpense", "Expense", "Expense.OtherExpense"},
        {"NonPosting", "NonPosting", "NonPosting"},
    });
    for (const auto& row : rows)
        if (row.account_type == account_type) return {row.type, row.category};
    return {"Unknown", "Unknown"};
}

std::string_view data_type_of_transaction(std::string_view txn_type)
{
    constexpr auto table = std::to_array<Pair>({
        {"Invoice", "invoices"},
        {"SalesReceipt", "directIncomes"},
        {"CreditMemo", "creditNotes"},
        {"ReceivePayment", "payments"},
        {"ARRefundCreditCard", "refunds"},
        {"Estimate", "estimates"},
        {"SalesOrder", "salesOrders"},
        {"Deposit", "deposits"},
        {"InventoryAdjustment", "inventoryAdjustments"},
        {"Bill", "bills"},
        {"VendorCredit", "billCreditNotes"},
        {"BillPaymentCheck", "billPayments"},
        {"BillPaymentCreditCard", "billPayments"},
        {"Check", "directCosts"},
        {"CreditCardCharge", "directCosts"},
        {"CreditCardCredit", "directCosts"},
        {"ItemReceipt", "itemReceipts"},
        {"PurchaseOrder", "purchaseOrders"},
        {"Transfer", "transfers"},
        {"JournalEntry", "journalEntries"},
        {"TimeTracking", "timeEntries"},
    });
    return look_up(table, txn_type);
}

namespace {
constexpr auto custom_field_types = std::to_array<Pair>({
    {"AMTTYPE", "Money"},
    {"DATETIMETYPE", "DateTime"},
    {"INTTYPE", "Integer"},
    {"PERCENTTYPE", "Percent"},
    {"PRICETYPE", "Price"},
    {"QUANTYPE", "Quantity"},
    {"STR1024TYPE", "LongString"},
    {"STR255TYPE", "String"},
});
}  // namespace

std::string_view custom_field_type(std::string_view data_ext_type)
{
    return look_up(custom_field_types, data_ext_type);
}

std::string_view data_ext_type(std::string_view custom_field_type)
{
    for (const auto& pair : custom_field_types)
        if (pair.to == custom_field_type) return pair.from;
    return {};
}

std::string_view payment_method_type(std::string_view text)
{
    constexpr auto table = std::to_array<Pair>({
        {"Cash", "Cash"},
        {"Check", "Check"},
        {"ECheck", "BankTransfer"},
        {"DebitCard", "DebitCard"},
        {"AmericanExpress", "CreditCard"},
        {"Discover", "CreditCard"},
        {"MasterCard", "CreditCard"},
        {"Visa", "CreditCard"},
        {"OtherCreditCard", "CreditCard"},
        {"GiftCard", "Other"},
        {"Other", "Other"},
    });
    return look_up(table, text);
}

}  // namespace qbxml::canonical
