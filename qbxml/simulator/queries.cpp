#include "qbxml/simulator/queries.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "qbxml/grammar/grammar.h"
#include "qbxml/simulator/references.h"
#include "qbxml/simulator/text.h"

namespace qbxml::simulator {

namespace {

constexpr std::size_t iterators_max = 1000;
constexpr std::size_t everything = std::numeric_limits<std::size_t>::max();

Outcome nothing_found()
{
    return {.code = 1, .message = "A query request did not find a matching object in QuickBooks"};
}

Outcome missing_key(std::string_view key)
{
    return {.code = 500,
            .message = fmt::format("The query request has not been fully completed. There was a "
                                   "required element (\"{}\") that could not be found in "
                                   "QuickBooks.",
                                   key)};
}

Outcome bad_iterator(std::string_view id)
{
    return refused(3391, fmt::format("The iteratorID \"{}\" is not valid.", id));
}

std::string attribute_of(const Node& request, std::string_view name)
{
    const std::string* value = request.attribute(name);
    return value == nullptr ? std::string() : *value;
}

bool counts(const Node& request)
{
    const std::string meta_data = attribute_of(request, "metaData");
    return !meta_data.empty() && meta_data != "NoMetaData";
}

bool flag(const Node& request, std::string_view name)
{
    const std::string text = trimmed(text_at(request, name));
    return text == "true" || text == "1";
}

std::optional<std::size_t> max_returned(const Node& request)
{
    const std::string text = trimmed(text_at(request, "MaxReturned"));
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || value == 0) return std::nullopt;
    return value;
}

bool is_key(std::string_view name)
{
    return name == "ListID" || name == "FullName" || name == "TxnID" || name == "RefNumber" ||
           name == "RefNumberCaseSensitive";
}

bool has_keys(const Node& request)
{
    return std::any_of(request.children.begin(), request.children.end(),
                       [](const Node& child) { return is_key(child.name); });
}

std::vector<const Record*> found_by(const CompanyFile& books, const Kind& kind, const Node& key)
{
    const std::string value = trimmed(key.text);
    if (key.name == "RefNumber" || key.name == "RefNumberCaseSensitive") {
        const auto found = books.find_by_ref_number(kind, value, key.name == "RefNumber");
        return {found.begin(), found.end()};
    }
    const Record* record =
        key.name == "FullName" ? books.find_by_name(kind, value) : books.find(kind, value);
    if (record == nullptr) return {};
    return {record};
}

// A Continue may repeat the Start or leave it out, but not ask for something else.
bool asks_something_else(const Node& go_on, const Node& start)
{
    return std::any_of(go_on.children.begin(), go_on.children.end(), [&](const Node& child) {
        return child.name != "MaxReturned" &&
               std::find(start.children.begin(), start.children.end(), child) ==
                   start.children.end();
    });
}

std::uint64_t mixed(std::uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

// What the version asked for, or the edition of this QuickBooks, does not know.
void hide_unknown(CompanyFile& books, const Kind& kind, Version version,
                  Record::Selection& selection)
{
    const grammar::Owner* content = grammar::owner(kind.ret());
    if (content == nullptr) return;
    const Edition edition = edition_from_text(books.profile().country).value_or(Edition::us);
    for (const grammar::Particle& particle : content->particles()) {
        if (particle.kind != grammar::Particle::Kind::element) continue;
        if (particle.since() <= version && particle.editions.has(edition)) continue;
        const std::uint16_t number = books.names().number(particle.name());
        if (selection.hidden.size() <= number) selection.hidden.resize(number + 1u, 0);
        selection.hidden[number] = 1;
    }
}

void show_only_named(const CompanyFile& books, const Node& request, Record::Selection& selection)
{
    if (request.child("IncludeRetElement") == nullptr) return;
    selection.hidden.resize(std::max(selection.hidden.size(), books.names().size()), 0);
    for (std::size_t number = 0; number < books.names().size(); ++number) {
        const std::string& name = books.names().text(static_cast<std::uint16_t>(number));
        const bool named =
            std::any_of(request.children.begin(), request.children.end(), [&](const Node& child) {
                return child.name == "IncludeRetElement" && trimmed(child.text) == name;
            });
        if (!named) selection.hidden[number] = 1;
    }
}

void show_owners(const CompanyFile& books, const Node& request, Record::Selection& selection)
{
    selection.owners.assign(books.names().size(), 0);
    for (const Node& child : request.children) {
        if (child.name != "OwnerID") continue;
        const std::string wanted = folded(trimmed(child.text));
        for (std::size_t number = 0; number < books.names().size(); ++number) {
            if (folded(books.names().text(static_cast<std::uint16_t>(number))) == wanted) {
                selection.owners[number] = 1;
            }
        }
    }
}

}  // namespace

Record::Selection selection_of(CompanyFile& books, const Node& request, const Kind& kind,
                               Version version)
{
    Record::Selection selection;
    selection.lines = kind.is_list() || flag(request, "IncludeLineItems") ||
                      flag(request, "IncludeComponentLineItems");
    selection.linked = flag(request, "IncludeLinkedTxns");
    hide_unknown(books, kind, version, selection);
    show_owners(books, request, selection);
    show_only_named(books, request, selection);
    return selection;
}

Record::Selection selection_of_write(CompanyFile& books, const Node& request, const Kind& kind,
                                     Version version)
{
    Record::Selection selection;
    hide_unknown(books, kind, version, selection);
    show_only_named(books, request, selection);
    return selection;
}

Queries::Selections Queries::selections(const Node& request, const std::vector<const Kind*>& kinds,
                                        Version version)
{
    Selections selections;
    for (const Kind* kind : kinds) {
        selections.emplace(kind, selection_of(books_, request, *kind, version));
    }
    return selections;
}

QueryAnswer Queries::by_keys(const Node& request, const std::vector<const Kind*>& kinds,
                             Version version)
{
    QueryAnswer answer;
    const Selections shown = selections(request, kinds, version);
    std::size_t count = 0;
    for (const Node& key : request.children) {
        if (!is_key(key.name)) continue;
        bool found = false;
        for (const Kind* kind : kinds) {
            for (const Record* record : found_by(books_, *kind, key)) {
                record->print(shown.at(kind), answer.outcome.body);
                found = true;
                ++count;
            }
        }
        if (!found && answer.outcome.code == 0) {
            const Outcome missing = missing_key(trimmed(key.text));
            answer.outcome.code = missing.code;
            answer.outcome.message = missing.message;
        }
    }
    if (counts(request)) answer.ret_count = count;
    return answer;
}

std::string iterator_id(std::uint64_t salt, std::uint64_t number)
{
    const std::uint64_t high = mixed(salt + 2 * number);
    const std::uint64_t low = mixed(high + 1);
    return fmt::format("{{{:08x}-{:04x}-{:04x}-{:04x}-{:012x}}}", high >> 32, (high >> 16) & 0xFFFF,
                       (high & 0x0FFF) | 0x4000, ((low >> 48) & 0x3FFF) | 0x8000,
                       low & 0xFFFFFFFFFFFF);
}

QueryAnswer Queries::page(Iterator& iterator, const std::string& id, std::size_t size,
                          const Selections& shown)
{
    QueryAnswer answer;
    answer.iterator_id = id;
    const std::size_t end = std::min(
        iterator.keys.size(), iterator.next + std::min(size, iterator.keys.size() - iterator.next));
    for (; iterator.next < end; ++iterator.next) {
        const Key& key = iterator.keys[iterator.next];
        // Deleted since Start: missing from the page, as in QuickBooks.
        if (const Record* record = books_.find(*key.kind, key.id)) {
            record->print(shown.at(key.kind), answer.outcome.body);
        }
    }
    answer.iterator_remaining = iterator.keys.size() - iterator.next;
    if (*answer.iterator_remaining == 0) iterators_.erase(id);
    return answer;
}

QueryAnswer Queries::start(const Node& request, const std::vector<const Kind*>& kinds,
                           Version version, const Filter& filter)
{
    const auto size = max_returned(request);
    if (!size) {
        return {.outcome = refused(3150, "There is a missing element: \"MaxReturned\".")};
    }
    if (iterators_.size() >= iterators_max) {
        return {.outcome = refused(1000, "There has been an internal error: too many iterators.")};
    }
    Iterator iterator{.start = request, .keys = {}};
    for (const Kind* kind : kinds) {
        for (const auto& record : books_.records(*kind)) {
            if (filter.takes(*record, books_)) iterator.keys.push_back({kind, record->id()});
        }
    }
    if (iterator.keys.empty()) return {.outcome = nothing_found()};
    const std::string id = iterator_id(salt_, ++made_);
    Iterator& kept = iterators_.emplace(id, std::move(iterator)).first->second;
    const std::size_t count = kept.keys.size();
    QueryAnswer answer = page(kept, id, *size, selections(request, kinds, version));
    if (counts(request)) answer.ret_count = count;
    return answer;
}

QueryAnswer Queries::go_on(const Node& request, const std::vector<const Kind*>& kinds,
                           Version version)
{
    const std::string id = attribute_of(request, "iteratorID");
    const auto found = iterators_.find(id);
    if (found == iterators_.end() || found->second.start.name != request.name) {
        return {.outcome = bad_iterator(id)};
    }
    Iterator& iterator = found->second;
    if (attribute_of(request, "iterator") == "Stop") {
        iterators_.erase(found);
        return {};
    }
    if (asks_something_else(request, iterator.start)) {
        // Seen when a filter was added on Continue.
        return {.outcome = refused(3120, "Object specified in the request cannot be found.")};
    }
    const auto size = max_returned(request).value_or(*max_returned(iterator.start));
    return page(iterator, id, size, selections(iterator.start, kinds, version));
}

QueryAnswer Queries::answer(const Node& request, const std::vector<const Kind*>& kinds,
                            Version version, std::int64_t now)
{
    const std::string iterator = attribute_of(request, "iterator");
    if (iterator == "Continue" || iterator == "Stop") return go_on(request, kinds, version);
    if (has_keys(request)) {
        if (!iterator.empty()) {
            return {.outcome = refused(3153, "An iterator cannot be used with a list of keys.")};
        }
        return by_keys(request, kinds, version);
    }
    Filter filter;
    if (auto refusal = filter.read(books_, request, kinds, now)) return {.outcome = *refusal};
    if (iterator == "Start") return start(request, kinds, version, filter);

    QueryAnswer answer;
    const std::string meta_data = attribute_of(request, "metaData");
    const Selections shown = selections(request, kinds, version);
    const std::size_t most = max_returned(request).value_or(everything);
    std::size_t count = 0;
    std::size_t printed = 0;
    for (const Kind* kind : kinds) {
        for (const auto& record : books_.records(*kind)) {
            if (!filter.takes(*record, books_)) continue;
            ++count;
            // More than MaxReturned is cut off without a sign.
            if (printed == most || meta_data == "MetaDataOnly") continue;
            record->print(shown.at(kind), answer.outcome.body);
            ++printed;
        }
    }
    if (counts(request)) answer.ret_count = count;
    if (count == 0) answer.outcome = nothing_found();
    return answer;
}

}  // namespace qbxml::simulator
