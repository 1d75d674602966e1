#include "server/service/connection_settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "qbxml/canonical/read.h"
#include "qbxml/canonical/zone.h"
#include "server/service/companies.h"

namespace server::service {
namespace {

using qbxml::Error;
using qbxml::Result;
using qbxml::Value;
using std::chrono::seconds;

constexpr seconds longest_span{366 * 24 * 3600};
constexpr std::size_t text_max = 260;  // a path of Windows

struct Rule {
    Setting setting;
    // Takes a value over; what is expected when it is none.
    std::function<std::optional<std::string>(Connected&, const std::string&)> take;
    std::function<std::string(const Connected&)> show;
};

std::optional<bool> yes_or_no(std::string_view text)
{
    if (text == "yes" || text == "on" || text == "true" || text == "1") return true;
    if (text == "no" || text == "off" || text == "false" || text == "0") return false;
    return std::nullopt;
}

std::string text_of(bool flag)
{
    return flag ? "yes" : "no";
}

std::string text_of(seconds span)
{
    const auto count = span.count();
    if (count == 0) return "none";
    if (count % 86400 == 0) return fmt::format("{}d", count / 86400);
    if (count % 3600 == 0) return fmt::format("{}h", count / 3600);
    if (count % 60 == 0) return fmt::format("{}m", count / 60);
    return fmt::format("{}s", count);
}

bool is_none(std::string_view text)
{
    return text.empty() || text == "none" || text == "off";
}

bool printable(std::string_view text)
{
    return text.size() <= text_max &&
           std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; });
}

// A text setting that is kept as it is given.
template <class Member>
Rule text_rule(Setting setting, Member member)
{
    return {setting,
            [member](Connected& c, const std::string& text) -> std::optional<std::string> {
                if (!printable(text))
                    return fmt::format("at most {} bytes without line ends are expected", text_max);
                member(c) = text;
                return std::nullopt;
            },
            [member](const Connected& c) {
                Connected copy = c;
                return member(copy);
            }};
}

template <class Member>
Rule flag_rule(Setting setting, Member member)
{
    return {setting,
            [member](Connected& c, const std::string& text) -> std::optional<std::string> {
                const auto flag = yes_or_no(text);
                if (!flag) return "yes or no is expected";
                member(c) = *flag;
                return std::nullopt;
            },
            [member](const Connected& c) {
                Connected copy = c;
                return text_of(member(copy));
            }};
}

// A span of time between two bounds.
std::optional<std::string> take_span(seconds& span, const std::string& text, seconds least,
                                     seconds most)
{
    const auto read = span_from_text(text);
    if (!read || *read < least || *read > most)
        return fmt::format("a time from {} to {} is expected, such as 90s, 15m, 2h or 1d",
                           text_of(least), text_of(most));
    span = *read;
    return std::nullopt;
}

std::optional<std::string> take_zone(Connected& c, const std::string& text)
{
    if (!text.empty() && !qbxml::canonical::knows_time_zone(text))
        return "a name of the IANA list is expected, for example America/Chicago";
    c.company.time_zone = text;
    return std::nullopt;
}

std::optional<std::string> take_currency(Connected& c, const std::string& text)
{
    if (!text.empty() && !is_currency_code(text))
        return "three capital letters are expected, for example USD";
    c.company.home_currency = text;
    return std::nullopt;
}

std::optional<std::string> take_mode(Connected& c, const std::string& text)
{
    const auto mode = store::mode_from_text(text);
    if (!mode) return "continuous or one_time is expected";
    c.link.mode = *mode;
    return std::nullopt;
}

std::optional<std::string> take_window(Connected& c, const std::string& text)
{
    const auto windows = session::windows_from_text(is_none(text) ? "" : text);
    if (!windows)
        return fmt::format(
            "windows such as 'Mon-Fri 19:00-07:00; Sat,Sun 00:00-24:00' are "
            "expected, at most {}, or 'none'",
            session::windows_max);
    c.link.manners.windows = *windows;
    return std::nullopt;
}

std::optional<std::string> take_scope(Connected& c, const std::string& text)
{
    if (text != "pulls" && text != "all") return "pulls or all is expected";
    c.link.manners.window_scope = text == "all" ? session::Scope::all : session::Scope::pulls;
    return std::nullopt;
}

std::optional<std::string> take_budget(Connected& c, const std::string& text)
{
    auto& budget = c.link.manners.budget;
    if (is_none(text)) {
        budget.reset();
        return std::nullopt;
    }
    seconds span{};
    auto fault = take_span(span, text, seconds(1), seconds(86400));
    if (!fault) budget = span;
    return fault;
}

std::optional<std::string> take_rest(Connected& c, const std::string& text)
{
    if (is_none(text)) {
        c.link.manners.rest = {};
        return std::nullopt;
    }
    return take_span(c.link.manners.rest, text, seconds(1), seconds(86400));
}

// "1m-30m": while there is work, and while there is none.
std::optional<std::string> take_pace(Connected& c, const std::string& text)
{
    auto& pace = c.link.manners.pace;
    if (is_none(text)) {
        pace.reset();
        return std::nullopt;
    }
    const auto dash = text.find('-');
    const auto busy = span_from_text(text.substr(0, dash));
    const auto idle = dash == text.npos ? busy : span_from_text(text.substr(dash + 1));
    if (!busy || !idle || *busy < seconds(60) || *idle < *busy || *idle > seconds(86400))
        return "two times such as 1m-30m are expected, from 1m to 1d, the shorter one first; or "
               "'off'";
    pace = session::Pace{.busy = *busy, .idle = *idle};
    return std::nullopt;
}

std::string show_pace(const Connected& c)
{
    const auto& pace = c.link.manners.pace;
    return pace ? fmt::format("{}-{}", text_of(pace->busy), text_of(pace->idle)) : "off";
}

std::vector<Rule> time_rules()
{
    return {
        {{"window", "DAYS HH:MM-HH:MM; …",
          "When bulk reads may run, on the company's clock; also over midnight. none = always"},
         take_window,
         [](const Connected& c) {
             const auto text = session::to_text(c.link.manners.windows);
             return text.empty() ? "none" : text;
         }},
        {{"window-scope", "pulls|all", "What the window holds back: bulk reads, or all work"},
         take_scope,
         [](const Connected& c) {
             return c.link.manners.window_scope == session::Scope::all ? "all" : "pulls";
         }},
        {{"budget", "TIME|none", "How long one session may hand out bulk reads"},
         take_budget,
         [](const Connected& c) { return text_of(c.link.manners.budget.value_or(seconds(0))); }},
        {{"rest", "TIME|none", "How long bulk reads wait after a session that spent its budget"},
         take_rest,
         [](const Connected& c) { return text_of(c.link.manners.rest); }},
        flag_rule({"postpone", "yes|no",
                   "The Web Connector is told when to come again after a pause or a window (third "
                   "string of authenticate)"},
                  [](Connected& c) -> bool& { return c.link.manners.postpones; }),
        {{"postpone-max", "TIME", "The longest time it is sent away for"},
         [](Connected& c, const std::string& text) {
             return take_span(c.link.manners.postpone_max, text, seconds(60), seconds(7 * 86400));
         },
         [](const Connected& c) { return text_of(c.link.manners.postpone_max); }},
        {{"pace", "TIME-TIME|off",
          "The least time between two updates while there is work, and while there is none "
          "(fourth string of authenticate; it raises the interval that the user chose)"},
         take_pace,
         show_pace},
    };
}

std::vector<Rule> make_rules()
{
    std::vector<Rule> rules{
        {{"name", "TEXT", "The company as people call it"},
         [](Connected& c, const std::string& text) -> std::optional<std::string> {
             if (text.empty() || text.size() > 200) return "1 to 200 bytes are expected";
             c.company.name = text;
             return std::nullopt;
         },
         [](const Connected& c) { return c.company.name; }},
        {{"time-zone", "ZONE", "IANA name of the QuickBooks PC's time zone"},
         take_zone,
         [](const Connected& c) { return c.company.time_zone; }},
        {{"home-currency", "CODE", "ISO code of the books, where QuickBooks does not tell it"},
         take_currency,
         [](const Connected& c) { return c.company.home_currency; }},
        text_rule({"company-file", "PATH", "Company file to open; empty = the one that is open"},
                  [](Connected& c) -> std::string& { return c.company.pinned_path; }),
        text_rule({"computer", "NAME", "The only computer that may update it; empty = any"},
                  [](Connected& c) -> std::string& { return c.link.pinned_computer; }),
        {{"mode", "continuous|one_time", "one_time: the connection ends when all was read once"},
         take_mode,
         [](const Connected& c) { return std::string(to_text(c.link.mode)); }},
        flag_rule({"confirm", "yes|no",
                   "The first session reads host, company and preferences only, until 'company "
                   "confirm'"},
                  [](Connected& c) -> bool& { return c.link.confirm; }),
    };
    for (auto& rule : time_rules())
        rules.push_back(std::move(rule));
    return rules;
}

const std::vector<Rule>& rules()
{
    static const std::vector<Rule> made = make_rules();
    return made;
}

const Rule* rule_of(std::string_view name)
{
    const auto found = std::find_if(rules().begin(), rules().end(),
                                    [&](const Rule& rule) { return rule.setting.name == name; });
    return found == rules().end() ? nullptr : &*found;
}

// Takes a number of that many digits at a place.
std::optional<int> number_at(std::string_view text, std::size_t at, std::size_t digits)
{
    if (text.size() < at + digits) return std::nullopt;
    int number = 0;
    for (const char c : text.substr(at, digits)) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return number;
}

}  // namespace

std::span<const Setting> connection_settings()
{
    static const std::vector<Setting> made = [] {
        std::vector<Setting> all;
        for (const Rule& rule : rules())
            all.push_back(rule.setting);
        return all;
    }();
    return made;
}

std::vector<Error> apply_settings(Connected& connected, const Settings& settings)
{
    std::vector<Error> faults;
    Connected wanted = connected;
    for (const auto& [name, value] : settings) {
        const Rule* rule = rule_of(name);
        if (!rule) {
            std::vector<std::string_view> names;
            for (const Rule& one : rules())
                names.push_back(one.setting.name);
            faults.push_back({name, fmt::format("there is no such setting; known are: {}",
                                                fmt::join(names, ", "))});
        } else if (const auto expected = rule->take(wanted, value)) {
            faults.push_back(
                {name, fmt::format("'{}' was given; {}", value.substr(0, text_max), *expected)});
        }
    }
    if (faults.empty()) connected = std::move(wanted);
    return faults;
}

Value settings_value(const Connected& connected)
{
    Value value(Value::Object{});
    for (const Rule& rule : rules())
        value.set(rule.setting.name, rule.show(connected));
    return value;
}

std::optional<seconds> span_from_text(std::string_view text)
{
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view unit(read.ptr,
                                static_cast<std::size_t>(text.data() + text.size() - read.ptr));
    if (read.ec != std::errc() || number < 0) return std::nullopt;
    std::int64_t each = 0;
    if (unit.empty() || unit == "s") each = 1;
    if (unit == "m" || unit == "min") each = 60;
    if (unit == "h") each = 3600;
    if (unit == "d") each = 86400;
    if (each == 0 || number > longest_span.count() / each) return std::nullopt;
    return seconds(number * each);
}

Result<base::Time> moment_from_text(std::string_view text, std::string_view time_zone)
{
    const Error wrong{
        std::string(text),
        "a moment such as '2026-11-22 08:00' (on the company's clock), '2026-11-22T14:00Z' or "
        "'2026-11-22T08:00:00-06:00' is expected"};
    const auto year = number_at(text, 0, 4), month = number_at(text, 5, 2),
               day = number_at(text, 8, 2), hour = number_at(text, 11, 2),
               minute = number_at(text, 14, 2);
    const bool marked = text.size() >= 16 && text[4] == '-' && text[7] == '-' &&
                        (text[10] == ' ' || text[10] == 'T') && text[13] == ':';
    if (!marked || !year || !month || !day || !hour || !minute || *hour > 23 || *minute > 59)
        return wrong;
    const auto days = qbxml::canonical::days_of(*year, *month, *day);
    if (!days) return wrong;
    auto wall = *days * 86400 + *hour * 3600 + *minute * 60;
    std::string_view rest = text.substr(16);
    if (rest.starts_with(':')) {
        const auto second = number_at(rest, 1, 2);
        if (!second || *second > 59) return wrong;
        wall += *second;
        rest.remove_prefix(3);
    }
    const auto at = [](std::int64_t moment) { return base::Time(seconds(moment)); };
    if (rest == "Z") return at(wall);
    if (rest.empty()) {
        const auto zone = qbxml::canonical::Zone::load(time_zone);
        return at(wall - (zone ? zone->offset_at_wall(wall, {}) : 0));
    }
    const auto hours = number_at(rest, 1, 2), minutes = number_at(rest, 4, 2);
    const bool offset = rest.size() == 6 && (rest[0] == '+' || rest[0] == '-') && rest[3] == ':';
    if (!offset || !hours || !minutes || *hours > 14 || *minutes > 59) return wrong;
    const int east = (*hours * 3600 + *minutes * 60) * (rest[0] == '-' ? -1 : 1);
    return at(wall - east);
}

}  // namespace server::service
