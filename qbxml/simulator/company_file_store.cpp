// The file of the books: one XML document of our own, records as their answers show them. A change
// of the journal holds the same elements.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include "qbxml/node_xml.h"
#include "qbxml/simulator/books_file.h"
#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/text.h"

namespace qbxml::simulator {

namespace {

constexpr std::string_view format_number = "1";
constexpr std::size_t file_bytes_max = std::size_t{2} * 1024 * 1024 * 1024;

void attribute(std::string& out, std::string_view name, std::string_view value)
{
    out += ' ';
    out += name;
    out += "=\"";
    append_escaped(out, value);
    out += '"';
}

template <class Number>
void attribute(std::string& out, std::string_view name,
               Number value) requires std::is_integral_v<Number>
{
    attribute(out, name, std::string_view(std::to_string(value)));
}

template <class Number>
std::optional<Number> number_in(Element element, std::string_view name)
{
    const auto text = element.attribute(name);
    if (!text) return std::nullopt;
    Number value{};
    const char* end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, value);
    if (error != std::errc() || stop != end) return std::nullopt;
    return value;
}

std::string text_in(Element element, std::string_view name)
{
    return std::string(element.attribute(name).value_or(""));
}

Error broken(std::string_view what)
{
    return Error{"books",
                 fmt::format("{}; the file was not written by this program, or was changed "
                             "afterwards: restore it from a copy",
                             what)};
}

}  // namespace

void CompanyFile::append_record(std::string& out, const Record& record) const
{
    out += "<Record";
    attribute(out, "created", record.stamps().created);
    attribute(out, "modified", record.stamps().modified);
    attribute(out, "sequence", record.stamps().edit_sequence);
    out += ">\n";
    record.print_whole(out);
    out += "</Record>\n";
}

void CompanyFile::append_deletion(std::string& out, const Deletion& deletion)
{
    out += "<Deletion";
    attribute(out, "kind", deletion.kind->noun);
    attribute(out, "id", deletion.id);
    attribute(out, "name", deletion.name);
    attribute(out, "created", deletion.created);
    attribute(out, "deleted", deletion.deleted);
    out += "/>\n";
}

void CompanyFile::append_kept(std::string& out, const std::string& id, const KeptAnswer& kept)
{
    out += "<Kept";
    attribute(out, "id", id);
    attribute(out, "checksum", kept.checksum);
    attribute(out, "answered", kept.answer ? 1 : 0);
    out += ">";
    append_escaped(out, kept.answer.value_or(""));
    out += "</Kept>\n";
}

void CompanyFile::append_settings(std::string& out) const
{
    out += "<Settings";
    attribute(out, "closingDate", settings_.closing_date);
    attribute(out, "closingPassword", settings_.closing_password ? 1 : 0);
    attribute(out, "multiUser", settings_.multi_user ? 1 : 0);
    attribute(out, "version", settings_.qbxml_version);
    attribute(out, "restored", settings_.last_restored);
    out += ">\n";
    for (int i = 0; i < feature_count; ++i) {
        const auto feature = static_cast<Feature>(i);
        out += "<Feature";
        attribute(out, "name", word_of(feature));
        attribute(out, "on", settings_.has(feature) ? 1 : 0);
        out += "/>\n";
    }
    for (const std::string& held : settings_.locks) {
        out += "<Lock";
        attribute(out, "of", held);
        out += "/>\n";
    }
    out += "</Settings>\n";
}

void CompanyFile::append_to(std::string& out, std::uint64_t generation) const
{
    out += "<?xml version=\"1.0\"?>\n<SimulatedBooks";
    attribute(out, "format", format_number);
    attribute(out, "generation", generation);
    attribute(out, "name", profile_.name);
    attribute(out, "path", profile_.path);
    attribute(out, "country", profile_.country);
    attribute(out, "seed", profile_.seed);
    attribute(out, "januaryOffset", profile_.zone.january_offset_minutes);
    attribute(out, "summerTime", profile_.zone.summer_time ? 1 : 0);
    attribute(out, "txnNumber", txn_number_);
    out += ">\n";
    append_settings(out);
    for (const auto& [name, last] : serials_) {
        out += "<Serial";
        attribute(out, "name", name);
        attribute(out, "last", last);
        out += "/>\n";
    }
    for (const Kind* kind : all_kinds()) {
        for (const auto& record : records(*kind))
            append_record(out, *record);
    }
    for (const Kind* kind : all_kinds()) {
        for (const auto& record : records(*kind)) {
            if (ledger_.knows(*record)) ledger_.append_to(out, *record);
        }
    }
    for (const Deletion& deletion : deletions_)
        append_deletion(out, deletion);
    for (const auto& [id, kept] : kept_answers_)
        append_kept(out, id, kept);
    out += "</SimulatedBooks>\n";
}

void CompanyFile::save(const std::string& path) const
{
    std::string text;
    const std::uint64_t next = std::max(generation_, generation_at(path)) + 1;
    append_to(text, next);
    replace_file(path, text);
    // The old journal belongs to the file that was replaced; it is not read any more.
    std::remove(journal_path(path).c_str());
}

void CompanyFile::track_changes()
{
    unsaved_.emplace();
    unsaved_->deletions = deletions_.size();
    unsaved_->serials = serials_;
    unsaved_->revision = revision_;
}

void CompanyFile::note_added(const Record& record)
{
    if (unsaved_) unsaved_->added.emplace_back(record.kind().noun, record.id());
}

void CompanyFile::note_changed(const Record& record)
{
    if (unsaved_) unsaved_->changed.emplace(record.kind().noun, record.id());
}

void CompanyFile::note_removed(const Record& record)
{
    if (!unsaved_) return;
    const Key key(record.kind().noun, record.id());
    unsaved_->changed.erase(key);
    unsaved_->removed.insert(key);
}

void CompanyFile::append_changed_records(std::string& out) const
{
    const auto append = [&](const Key& key) {
        const Record* record = find(*kind_of(key.first), key.second);
        if (record != nullptr) append_record(out, *record);
    };
    std::set<Key> fresh;
    for (const Key& key : unsaved_->added) {
        append(key);
        fresh.insert(key);
    }
    for (const Key& key : unsaved_->changed) {
        if (!fresh.contains(key)) append(key);
    }
    fresh.insert(unsaved_->changed.begin(), unsaved_->changed.end());
    for (const Key& key : fresh) {
        const Kind& kind = *kind_of(key.first);
        const Record* record = kind.is_list() ? nullptr : find(kind, key.second);
        if (record != nullptr) ledger_.append_to(out, *record);
    }
}

std::string CompanyFile::take_changes()
{
    if (!unsaved_ || unsaved_->revision == revision_) return {};
    std::string out = "<Change";
    attribute(out, "txnNumber", txn_number_);
    out += ">\n";
    for (const auto& [noun, id] : unsaved_->removed) {
        out += "<Removed";
        attribute(out, "kind", noun);
        attribute(out, "id", id);
        out += "/>\n";
    }
    append_changed_records(out);
    for (const auto& [name, last] : serials_) {
        if (const auto saved = unsaved_->serials.find(name);
            saved != unsaved_->serials.end() && saved->second == last) {
            continue;
        }
        out += "<Serial";
        attribute(out, "name", name);
        attribute(out, "last", last);
        out += "/>\n";
    }
    for (std::size_t i = unsaved_->deletions; i < deletions_.size(); ++i)
        append_deletion(out, deletions_[i]);
    if (unsaved_->answers_dropped) out += "<NothingKept/>\n";
    for (const std::string& id : unsaved_->answers) {
        const auto kept = kept_answers_.find(id);
        if (kept != kept_answers_.end()) {
            append_kept(out, id, kept->second);
            continue;
        }
        out += "<Dropped";
        attribute(out, "id", id);
        out += "/>\n";
    }
    if (unsaved_->settings) append_settings(out);
    out += "</Change>\n";
    track_changes();
    return out;
}

std::optional<Error> CompanyFile::read_record(Element element)
{
    const Element ret = element.first_child();
    const Kind* kind = kind_of_ret(ret.name());
    if (kind == nullptr) {
        return broken(fmt::format("a record <{}> of no known kind", ret.name()));
    }
    const auto created = number_in<std::int64_t>(element, "created");
    const auto modified = number_in<std::int64_t>(element, "modified");
    const auto sequence = number_in<std::int64_t>(element, "sequence");
    const std::string id(ret.child(kind->key()).text());
    if (!created || !modified || !sequence || id.empty()) {
        return broken(fmt::format("a <{}> without times or id", ret.name()));
    }
    if (find(*kind, id) != nullptr) return broken(fmt::format("id {} twice", id));
    const Node tree = to_node(ret);
    std::string name = text_at(tree, "FullName");
    for (const std::string_view other : {"Name", "Initial"}) {
        if (name.empty()) name = text_at(tree, other);
    }
    if (kind->is_list() && name_holder(*kind, name) != nullptr) {
        return broken(fmt::format("the name {} twice", name));
    }
    insert(*kind, tree, {.created = *created, .modified = *modified, .edit_sequence = *sequence});
    return std::nullopt;
}

void CompanyFile::read_settings(Element element)
{
    settings_ = {};
    settings_.closing_date = text_in(element, "closingDate");
    settings_.closing_password = text_in(element, "closingPassword") == "1";
    settings_.multi_user = text_in(element, "multiUser") == "1";
    settings_.qbxml_version = text_in(element, "version");
    settings_.last_restored = number_in<std::int64_t>(element, "restored").value_or(0);
    for (const Element child : element.children()) {
        if (child.name() == "Lock") settings_.locks.insert(text_in(child, "of"));
        const auto feature = feature_from(text_in(child, "name"));
        if (child.name() == "Feature" && feature) {
            settings_.set(*feature, text_in(child, "on") == "1");
        }
    }
}

std::optional<Error> CompanyFile::read_element(Element element)
{
    const std::string_view name = element.name();
    if (name == "Record") return read_record(element);
    if (name == "Ledger") return ledger_.read(*this, element);
    if (name == "Serial") {
        const auto last = number_in<std::uint32_t>(element, "last");
        if (!last) return broken("a <Serial> without a number");
        serials_[text_in(element, "name")] = *last;
    } else if (name == "Deletion") {
        const Kind* kind = kind_of(text_in(element, "kind"));
        const auto created = number_in<std::int64_t>(element, "created");
        const auto deleted = number_in<std::int64_t>(element, "deleted");
        if (kind == nullptr || !created || !deleted) return broken("an incomplete <Deletion>");
        deletions_.push_back({.kind = kind,
                              .id = text_in(element, "id"),
                              .name = text_in(element, "name"),
                              .created = *created,
                              .deleted = *deleted});
    } else if (name == "Kept") {
        const auto sum = number_in<std::uint64_t>(element, "checksum");
        if (!sum) return broken("a <Kept> without a checksum");
        KeptAnswer kept{.checksum = *sum};
        if (text_in(element, "answered") == "1") kept.answer = std::string(element.text());
        kept_answers_[text_in(element, "id")] = std::move(kept);
    } else if (name == "NothingKept") {
        kept_answers_.clear();
    } else if (name == "Dropped") {
        kept_answers_.erase(text_in(element, "id"));
    } else if (name == "Settings") {
        read_settings(element);
    } else {
        return broken(fmt::format("an unknown element <{}>", name));
    }
    return std::nullopt;
}

std::optional<Error> CompanyFile::read(Element root)
{
    for (const Element element : root.children()) {
        if (auto error = read_element(element)) return error;
    }
    return std::nullopt;
}

std::optional<Error> CompanyFile::take_away(Element removed)
{
    const Kind* kind = kind_of(text_in(removed, "kind"));
    const std::string id = text_in(removed, "id");
    Record* record = kind == nullptr ? nullptr : find(*kind, id);
    if (record == nullptr) return std::nullopt;  // made and removed within one change
    ledger_.forget(*record);
    unindex(*record);
    std::erase_if(list(*kind).records, [&](const auto& held) { return held.get() == record; });
    return std::nullopt;
}

// All old names go before the new ones come: within one change a name may have moved from one
// record to another.
std::optional<Error> CompanyFile::replay_records(Element change)
{
    std::vector<std::pair<Record*, Element>> replaced;
    for (const Element element : change.children()) {
        if (element.name() != "Record") continue;
        const Element ret = element.first_child();
        const Kind* kind = kind_of_ret(ret.name());
        if (kind == nullptr) continue;  // told by read_record()
        if (Record* old = find(*kind, ret.child(kind->key()).text())) {
            unindex(*old);
            replaced.emplace_back(old, element);
        }
    }
    for (const auto& [old, element] : replaced) {
        const auto created = number_in<std::int64_t>(element, "created");
        const auto modified = number_in<std::int64_t>(element, "modified");
        const auto sequence = number_in<std::int64_t>(element, "sequence");
        if (!created || !modified || !sequence) return broken("a changed record without times");
        *old = Record(old->kind(), to_node(element.first_child()),
                      {.created = *created, .modified = *modified, .edit_sequence = *sequence},
                      names_);
        index(*old);
    }
    for (const Element element : change.children()) {
        const bool known = std::any_of(replaced.begin(), replaced.end(),
                                       [&](const auto& done) { return done.second == element; });
        if (element.name() != "Record" || known) continue;
        if (auto error = read_record(element)) return error;
    }
    return std::nullopt;
}

std::optional<Error> CompanyFile::apply_change(Element change)
{
    const auto txn_number = number_in<int>(change, "txnNumber");
    if (change.name() != "Change" || !txn_number) return broken("a change without a number");
    txn_number_ = *txn_number;
    for (const Element element : change.children()) {
        if (element.name() != "Removed") continue;
        if (auto error = take_away(element)) return error;
    }
    if (auto error = replay_records(change)) return error;
    for (const Element element : change.children()) {
        if (element.name() == "Removed" || element.name() == "Record") continue;
        if (auto error = read_element(element)) return error;
    }
    return std::nullopt;
}

Result<std::unique_ptr<CompanyFile>> CompanyFile::load(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file) return Error{path, "no such file, or it cannot be read"};
    std::ostringstream text;
    text << file.rdbuf();
    auto document = Document::parse(std::move(text).str(), XmlLimits{.bytes_max = file_bytes_max});
    if (!document) return Error{path, document.error().text()};
    const Element root = document->root();
    if (root.name() != "SimulatedBooks" || text_in(root, "format") != format_number) {
        return Error{path,
                     broken(fmt::format("books of format {} were expected", format_number)).what};
    }
    const auto offset = number_in<int>(root, "januaryOffset");
    const auto seed = number_in<std::uint64_t>(root, "seed");
    const auto txn_number = number_in<int>(root, "txnNumber");
    if (!offset || !seed || !txn_number) return Error{path, broken("no seed or zone").what};
    auto books = std::make_unique<CompanyFile>(
        CompanyProfile{.name = text_in(root, "name"),
                       .path = text_in(root, "path"),
                       .country = text_in(root, "country"),
                       .seed = *seed,
                       .zone = {.january_offset_minutes = *offset,
                                .summer_time = text_in(root, "summerTime") == "1"}});
    books->txn_number_ = *txn_number;
    books->generation_ = number_in<std::uint64_t>(root, "generation").value_or(0);
    if (const auto error = books->read(root)) return Error{path, error->what};
    if (const auto error = replay_journal(*books, path)) return *error;
    books->track_changes();
    return books;
}

}  // namespace qbxml::simulator
