// From the words of a filter to the store's form of it.
#include <algorithm>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

#include "qbxml/canonical/places.h"
#include "qbxml/canonical/types.h"
#include "qbxml/suggest.h"
#include "server/service/records.h"

namespace server::service {
namespace {

namespace canonical = qbxml::canonical;
using canonical::Scalar;
using qbxml::Error;
using qbxml::Result;
using store::Term;

constexpr std::size_t filters_max = 20, values_max = 100, text_max = 500, words_max = 10;

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts(1);
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\\' && at + 1 < text.size())
            parts.back() += text[++at];
        else if (text[at] == separator)
            parts.emplace_back();
        else
            parts.back() += text[at];
    }
    return parts;
}

bool digits(std::string_view text, std::size_t from, std::size_t count)
{
    return text.size() >= from + count &&
           std::all_of(text.begin() + static_cast<long>(from),
                       text.begin() + static_cast<long>(from + count),
                       [](char c) { return c >= '0' && c <= '9'; });
}

int number_at(std::string_view text, std::size_t from, std::size_t count)
{
    int number = 0;
    std::from_chars(text.data() + from, text.data() + from + count, number);
    return number;
}

std::optional<std::chrono::sys_days> day_of(std::string_view text)
{
    using namespace std::chrono;
    if (!digits(text, 0, 4) || !digits(text, 5, 2) || !digits(text, 8, 2)) return std::nullopt;
    if (text[4] != '-' || text[7] != '-') return std::nullopt;
    const year_month_day day{year(number_at(text, 0, 4)), month(unsigned(number_at(text, 5, 2))),
                             std::chrono::day(unsigned(number_at(text, 8, 2)))};
    if (!day.ok()) return std::nullopt;
    return sys_days(day);
}

// "2026-11-21", "2026-11-21T22:05:00Z", "...-06:00"; a day is its first moment.
std::optional<std::chrono::sys_seconds> moment_of(std::string_view text)
{
    using namespace std::chrono;
    const auto day = day_of(text);
    if (!day) return std::nullopt;
    if (text.size() == 10) return sys_seconds(*day);
    if (text.size() < 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
        !digits(text, 11, 2) || !digits(text, 14, 2) || !digits(text, 17, 2))
        return std::nullopt;
    const auto clock = hours(number_at(text, 11, 2)) + minutes(number_at(text, 14, 2)) +
                       seconds(number_at(text, 17, 2));
    const auto zone = text.substr(19);
    if (zone == "Z") return *day + clock;
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':' ||
        !digits(zone, 1, 2) || !digits(zone, 4, 2))
        return std::nullopt;
    const auto offset = hours(number_at(zone, 1, 2)) + minutes(number_at(zone, 4, 2));
    return *day + clock - (zone[0] == '-' ? -offset : offset);
}

bool is_decimal(std::string_view text)
{
    if (text.starts_with('-')) text.remove_prefix(1);
    const auto dot = std::min(text.find('.'), text.size());
    const auto whole = text.substr(0, dot);
    const auto part = text.substr(std::min(dot + 1, text.size()));
    return !whole.empty() && whole.size() <= 15 && part.size() <= 10 &&
           digits(whole, 0, whole.size()) && digits(part, 0, part.size()) &&
           (dot == text.size() || !part.empty());
}

// Why a value is none of its field; "" when it is.
std::string fault_of(const canonical::Place& place, const std::string& value)
{
    switch (place.scalar) {
        case Scalar::decimal:
        case Scalar::whole: return is_decimal(value) ? "" : fmt::format("'{}' is no number", value);
        case Scalar::flag:
            return value == "true" || value == "false"
                       ? ""
                       : fmt::format("'{}' is neither true nor false", value);
        case Scalar::date:
            return day_of(value) && value.size() == 10
                       ? ""
                       : fmt::format("'{}' is no day like 2026-11-21", value);
        case Scalar::datetime:
            return moment_of(value) ? ""
                                    : fmt::format(
                                          "'{}' is no time like 2026-11-21T22:05:00Z or "
                                          "2026-11-21",
                                          value);
        case Scalar::text: break;
    }
    if (place.words.empty()) return "";
    std::vector<std::string_view> words;
    for (std::string_view rest = place.words; !rest.empty();) {
        const auto end = std::min(rest.find('|'), rest.size());
        words.push_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (std::find(words.begin(), words.end(), value) != words.end()) return "";
    return fmt::format("'{}' is not one of {}", value, qbxml::one_of(words));
}

store::Place store_place(std::string_view data_type, const canonical::Place& place)
{
    const auto paths = canonical::look_ups_of(data_type);
    const auto in = [&](store::Column column) { return store::Place{.column = column}; };
    if (place.path == "id") return in(store::Column::id);
    if (place.path == "modifiedDate") return in(store::Column::modified_at);
    if (place.path == paths.name) return in(store::Column::name);
    if (place.path == paths.doc_date) return in(store::Column::doc_date);
    if (place.path == paths.party_id) return in(store::Column::party_id);
    if (place.path == paths.status) return in(store::Column::status);
    const bool number = place.scalar == Scalar::decimal || place.scalar == Scalar::whole ||
                        place.scalar == Scalar::flag;
    return {.path = place.path,
            .as = number                             ? store::Compare::number
                  : place.scalar == Scalar::datetime ? store::Compare::moment
                                                     : store::Compare::text};
}

Error unknown_path(std::string_view data_type, std::string_view part, std::string_view path)
{
    std::vector<std::string_view> known;
    std::string inside;
    for (const auto& place : canonical::places_of(data_type)) {
        if (place.array.empty()) known.push_back(place.path);
        if (!place.array.empty() && path.starts_with(place.array)) inside = place.array;
    }
    if (!inside.empty())
        return {std::string(part), fmt::format("'{}' stands inside the array {}; only fields "
                                               "outside arrays can be looked for",
                                               path, inside)};
    const auto below = std::find_if(known.begin(), known.end(), [&](std::string_view one) {
        return one.starts_with(std::string(path) + '.');
    });
    const std::string_view near = below != known.end() ? *below : qbxml::nearest(path, known);
    return {std::string(part),
            fmt::format("{} has no field '{}'{}", data_type, path,
                        near.empty() ? "" : fmt::format("; did you mean {}?", near))};
}

struct Operator {
    std::string_view name;
    Term::Op op;
};
constexpr Operator operators[] = {
    {"lt", Term::Op::lt},          {"lte", Term::Op::lte},    {"gt", Term::Op::gt},
    {"gte", Term::Op::gte},        {"ne", Term::Op::none_of}, {"like", Term::Op::contains},
    {"isnull", Term::Op::is_null},
};

std::string micros(std::chrono::sys_seconds moment)
{
    return std::to_string(
        std::chrono::duration_cast<std::chrono::microseconds>(moment.time_since_epoch()).count());
}

// modifiedDate is told in whole seconds and kept in microseconds: a second is all of it.
Result<Term> of_modified(Term term)
{
    using std::chrono::seconds;
    if (term.op == Term::Op::contains || term.op == Term::Op::none_of ||
        (term.op == Term::Op::any_of && term.values.size() != 1))
        return Error{"where", "modifiedDate is compared by lt, lte, gt, gte or one value"};
    if (term.op == Term::Op::is_null || term.op == Term::Op::not_null) return term;
    const auto moment = *moment_of(term.values.front());
    switch (term.op) {
        case Term::Op::gt: term.op = Term::Op::gte; [[fallthrough]];
        case Term::Op::any_of:
        case Term::Op::gte:
        case Term::Op::lt: break;
        default: term.op = Term::Op::lt; break;
    }
    term.values = {micros(moment)};
    return term;
}

Result<std::vector<Term>> term_of(std::string_view data_type, const std::string& filter)
{
    const auto equals = filter.find('=');
    if (equals == filter.npos || filter.size() > text_max * 10)
        return Error{filter.substr(0, 60),
                     "a filter is written field=value or field.op=value, op being lt, lte, gt, "
                     "gte, ne, like or isnull"};
    std::string path = filter.substr(0, equals);
    const std::string value = filter.substr(equals + 1);
    Term term;
    const canonical::Place* place = canonical::place_at(data_type, path);
    if (!place)
        for (const auto& known : operators)
            if (path.ends_with('.' + std::string(known.name))) {
                path.resize(path.size() - known.name.size() - 1);
                place = canonical::place_at(data_type, path);
                term.op = known.op;
                break;
            }
    if (!place) return unknown_path(data_type, filter.substr(0, equals), path);
    term.place = store_place(data_type, *place);
    if (term.op == Term::Op::is_null) {
        if (value != "true" && value != "false")
            return Error{path, fmt::format("isnull is true or false, not '{}'", value)};
        if (value == "false") term.op = Term::Op::not_null;
        return std::vector<Term>{term};
    }
    const bool many = term.op == Term::Op::any_of || term.op == Term::Op::none_of;
    term.values = many ? split(value, ',') : std::vector<std::string>{value};
    if (term.values.size() > values_max)
        return Error{path, fmt::format("{} values are given; at most {} are taken",
                                       term.values.size(), values_max)};
    for (std::string& one : term.values) {
        if (one.size() > text_max)
            return Error{path, fmt::format("a value has {} bytes; at most {} are taken", one.size(),
                                           text_max)};
        if (term.op == Term::Op::contains) continue;
        if (const auto fault = fault_of(*place, one); !fault.empty()) return Error{path, fault};
        if (place->scalar == Scalar::flag) one = one == "true" ? "1" : "0";
    }
    if (term.place.column != store::Column::modified_at) return std::vector<Term>{term};
    // In terms of whole seconds: after T is from T + 1 s on, and so forth.
    const auto asked = term.op;
    const auto fitted = of_modified(term);
    if (!fitted) return fitted.error();
    const auto next = [&] {
        return micros(*moment_of(term.values.front()) + std::chrono::seconds(1));
    };
    Term first = *fitted;
    if (asked == Term::Op::gt || asked == Term::Op::lte) first.values = {next()};
    if (asked != Term::Op::any_of) return std::vector<Term>{first};
    Term last = first;
    first.op = Term::Op::gte;
    last.op = Term::Op::lt;
    last.values = {next()};
    return std::vector<Term>{first, last};
}

}  // namespace

Result<store::RecordQuery> filter_of(std::string_view data_type, const RecordWish& wish)
{
    if (!canonical::is_record_type(data_type))
        return Error{std::string(data_type), "there is no such record type"};
    if (wish.where.size() > filters_max)
        return Error{"where", fmt::format("{} filters are given; at most {} are taken",
                                          wish.where.size(), filters_max)};
    if (wish.limit < 1 || wish.limit > 500) return Error{"limit", "it is a number from 1 to 500"};
    store::RecordQuery query{.deleted = wish.deleted, .limit = wish.limit};
    for (const std::string& filter : wish.where) {
        const auto terms = term_of(data_type, filter);
        if (!terms) return terms.error();
        query.terms.insert(query.terms.end(), terms->begin(), terms->end());
    }
    for (auto& word : split(wish.words, ' '))
        if (!word.empty()) query.words.push_back(std::move(word));
    if (query.words.size() > words_max || wish.words.size() > text_max)
        return Error{"q", fmt::format("at most {} words are looked for", words_max)};
    for (const char* path : {"companyName", "customerRef.name", "supplierRef.name",
                             "contactRef.name", "note", "description"})
        if (canonical::place_at(data_type, path)) query.word_paths.emplace_back(path);

    std::string_view sort = wish.sort;
    query.falling = sort.starts_with('-');
    if (query.falling) sort.remove_prefix(1);
    if (!sort.empty()) {
        const auto* place = canonical::place_at(data_type, sort);
        if (!place) return unknown_path(data_type, "sort", sort);
        query.sort = store_place(data_type, *place);
    }
    for (const std::string& field : wish.fields) {
        const auto places = canonical::places_of(data_type);
        const bool known = std::any_of(places.begin(), places.end(), [&](const auto& place) {
            const auto& path = place.array.empty() ? place.path : place.array;
            return path == field || path.starts_with(field + '.');
        });
        // What every record carries beside its own fields.
        const bool beside = field == "customFields" || field == "supplementalData" ||
                            field.starts_with("supplementalData.");
        if (!known && !beside) return unknown_path(data_type, "fields", field);
    }
    return query;
}

}  // namespace server::service
