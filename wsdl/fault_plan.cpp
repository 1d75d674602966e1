#include "wsdl/fault_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace qbwc {
namespace {

struct Entry {
    FaultKind kind;
    Occasion occasion;
    std::string_view word;
};

using enum FaultKind;

constexpr std::array<Entry, fault_kinds> table{{
    {lost_request, Occasion::call, "lost-request"},
    {lost_answer, Occasion::call, "lost-answer"},
    {cut_answer, Occasion::call, "cut-answer"},
    {repeated_call, Occasion::call, "repeated-call"},
    {stale_call, Occasion::call, "stale-call"},
    {delayed_call, Occasion::call, "delayed-call"},
    {off_before_call, Occasion::call, "off-before-call"},
    {off_after_call, Occasion::call, "off-after-call"},
    {server_killed, Occasion::call, "server-killed"},
    {busy, Occasion::message_set, "busy"},
    {dialog_open, Occasion::message_set, "dialog-open"},
    {dead_before, Occasion::message_set, "dead-before"},
    {dead_within, Occasion::message_set, "dead-within"},
    {dead_after, Occasion::message_set, "dead-after"},
    {off_before_set, Occasion::message_set, "off-before-set"},
    {off_after_set, Occasion::message_set, "off-after-set"},
    {lost_iterator, Occasion::message_set, "lost-iterator"},
    {cut_response, Occasion::message_set, "cut-response"},
    {delayed_response, Occasion::message_set, "delayed-response"},
    {not_started, Occasion::opening, "not-started"},
    {opening_busy, Occasion::opening, "opening-busy"},
    {opening_dialog, Occasion::opening, "opening-dialog"},
    {other_file_open, Occasion::opening, "other-file-open"},
    {other_mode, Occasion::opening, "other-mode"},
}};

constexpr std::uint64_t number_max = 1'000'000'000;
constexpr std::size_t planned_max = 1000;
// A run must be able to end.
constexpr double rate_max = 0.9;

constexpr std::array<std::string_view, 11> methods{
    "serverVersion",     "clientVersion",      "authenticate",       "connectionError",
    "sendRequestXML",    "receiveResponseXML", "getLastError",       "closeConnection",
    "getInteractiveURL", "interactiveDone",    "interactiveRejected"};

// SplitMix64's last step: every bit of the sum reaches every bit of the result.
std::uint64_t mixed(std::uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

std::uint64_t mixed_text(std::uint64_t sum, std::string_view text)
{
    for (const char c : text)
        sum = mixed(sum ^ static_cast<unsigned char>(c));
    return sum;
}

std::optional<std::uint64_t> read_number(std::string_view text)
{
    std::uint64_t number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
    return number <= number_max ? std::optional(number) : std::nullopt;
}

std::string known_words()
{
    std::string words;
    for (const Entry& entry : table)
        words += fmt::format("{}{}", words.empty() ? "" : ", ", entry.word);
    return words;
}

std::string unknown_fault(std::string_view word)
{
    return fmt::format("'{}' is no fault; they are {}", word, known_words());
}

// "A+B" into its words.
std::vector<std::string_view> split(std::string_view text, char by)
{
    std::vector<std::string_view> parts;
    while (true) {
        const auto at = text.find(by);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

std::optional<std::string> set_kinds(FaultPlan& plan, std::string_view words)
{
    plan.kinds.clear();
    for (const auto word : split(words, '+')) {
        const auto kind = fault_kind_from(word);
        if (!kind) return unknown_fault(word);
        plan.kinds.push_back(*kind);
    }
    return std::nullopt;
}

std::optional<double> read_rate(std::string_view text)
{
    double rate = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), rate);
    if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
    return rate >= 0 && rate <= rate_max ? std::optional(rate) : std::nullopt;
}

std::optional<std::string> set_one(FaultPlan& plan, std::string_view name, std::string_view value)
{
    if (name == "kinds") return set_kinds(plan, value);
    if (name == "rate") {
        const auto rate = read_rate(value);
        if (!rate) return fmt::format("rate '{}' is no number from 0 to {}", value, rate_max);
        plan.rate = *rate;
        return std::nullopt;
    }
    const auto number = read_number(value);
    if (name != "seed" && name != "until" && name != "delay") {
        return fmt::format("'{}' is none of seed, rate, kinds, until, delay", name);
    }
    if (!number) return fmt::format("{} '{}' is no number up to {}", name, value, number_max);
    if (name == "seed") plan.seed = *number;
    if (name == "until") plan.seeded_until = *number;
    if (name == "delay") plan.delay_milliseconds = *number;
    return std::nullopt;
}

bool is_meant(const PlannedFault& fault, const Moment& moment)
{
    if (occasion_of(fault.kind) != moment.occasion) return false;
    if (!fault.method.empty() && fault.method != moment.method) return false;
    const auto number = fault.method.empty() ? moment.number : moment.number_of_method;
    return fault.first <= number && number <= fault.last;
}

}  // namespace

std::string_view word_of(FaultKind kind)
{
    return table[static_cast<std::size_t>(kind)].word;
}

std::optional<FaultKind> fault_kind_from(std::string_view word)
{
    for (const Entry& entry : table) {
        if (entry.word == word) return entry.kind;
    }
    return std::nullopt;
}

Occasion occasion_of(FaultKind kind)
{
    return table[static_cast<std::size_t>(kind)].occasion;
}

std::uint64_t FaultPlan::draw(const Moment& moment, std::string_view purpose,
                              std::uint64_t below) const
{
    auto sum = mixed(seed);
    sum = mixed(sum ^ static_cast<std::uint64_t>(moment.occasion));
    sum = mixed(sum ^ moment.number);
    return mixed_text(sum, purpose) % below;
}

std::optional<FaultKind> FaultPlan::fault_at(const Moment& moment) const
{
    for (const PlannedFault& fault : planned) {
        if (is_meant(fault, moment)) return fault.kind;
    }
    if (rate <= 0 || (seeded_until != 0 && moment.number > seeded_until)) return std::nullopt;
    constexpr std::uint64_t whole = 1'000'000;
    const auto chance = static_cast<std::uint64_t>(rate * static_cast<double>(whole));
    if (draw(moment, "whether", whole) >= chance) return std::nullopt;
    std::vector<FaultKind> possible;
    for (const Entry& entry : table) {
        const bool wanted =
            kinds.empty() || std::find(kinds.begin(), kinds.end(), entry.kind) != kinds.end();
        if (wanted && entry.occasion == moment.occasion) possible.push_back(entry.kind);
    }
    if (possible.empty()) return std::nullopt;
    return possible[draw(moment, "which", possible.size())];
}

std::string FaultPlan::flags() const
{
    std::string text;
    for (const PlannedFault& fault : planned) {
        text += fmt::format("{}--fault {}@", text.empty() ? "" : " ", word_of(fault.kind));
        if (!fault.method.empty()) text += fault.method + ":";
        text += std::to_string(fault.first);
        if (fault.last != fault.first) text += fmt::format("-{}", fault.last);
    }
    if (rate <= 0) return text;
    text += fmt::format("{}--faults seed={},rate={}", text.empty() ? "" : " ", seed, rate);
    for (std::size_t i = 0; i < kinds.size(); ++i)
        text += fmt::format("{}{}", i == 0 ? ",kinds=" : "+", word_of(kinds[i]));
    if (seeded_until != 0) text += fmt::format(",until={}", seeded_until);
    return text + fmt::format(",delay={}", delay_milliseconds);
}

std::optional<std::string> FaultPlan::add_planned(std::string_view text)
{
    if (planned.size() == planned_max) return fmt::format("more than {} faults", planned_max);
    const auto at = text.find('@');
    if (at == std::string_view::npos) {
        return fmt::format("'{}' has no @ and number; lost-answer@3 is the third call", text);
    }
    const auto kind = fault_kind_from(text.substr(0, at));
    if (!kind) return unknown_fault(text.substr(0, at));
    PlannedFault fault{.kind = *kind};
    auto numbers = text.substr(at + 1);
    if (const auto colon = numbers.find(':'); colon != std::string_view::npos) {
        fault.method = numbers.substr(0, colon);
        numbers.remove_prefix(colon + 1);
        if (occasion_of(*kind) != Occasion::call) {
            return fmt::format("{} is no fault of a call: leave out '{}:'", word_of(*kind),
                               fault.method);
        }
        if (std::find(methods.begin(), methods.end(), fault.method) == methods.end()) {
            return fmt::format("'{}' is no method of QBWC's", fault.method);
        }
    }
    const auto dash = numbers.find('-');
    const auto first = read_number(numbers.substr(0, dash));
    const auto last =
        dash == std::string_view::npos ? first : read_number(numbers.substr(dash + 1));
    if (!first || !last || *first == 0 || *last < *first) {
        return fmt::format("'{}' is no number from 1, nor a span such as 2-4", numbers);
    }
    fault.first = *first;
    fault.last = *last;
    planned.push_back(std::move(fault));
    return std::nullopt;
}

std::optional<std::string> FaultPlan::set_seeded(std::string_view text)
{
    rate = 0.1;
    bool has_seed = false;
    for (const auto part : split(text, ',')) {
        const auto equals = part.find('=');
        if (equals == std::string_view::npos) {
            return fmt::format("'{}' is not of the form name=value, as in seed=7,rate=0.1", part);
        }
        const auto name = part.substr(0, equals);
        if (auto problem = set_one(*this, name, part.substr(equals + 1))) return problem;
        has_seed = has_seed || name == "seed";
    }
    if (!has_seed) return std::string("there is no seed: a run could not be repeated");
    return std::nullopt;
}

}  // namespace qbwc
