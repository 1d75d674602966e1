// The file of the books: one XML document of our own, records as their answers show them. A change
// of the journal holds the same elements.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "qbxml/node_xml.h"
#include "qbxml/simulator/books_file.h"
#include "qbxml/simulator/books_xml.h"
#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/text.h"

namespace qbxml::simulator {

namespace {

constexpr std::string_view format_number = "1";
constexpr std::size_t file_bytes_max = std::size_t{2} * 1024 * 1024 * 1024;

void append_custom_field(std::string& out, const CustomField& field)
{
    out += "<CustomField";
    attribute(out, "owner", field.owner);
    attribute(out, "name", field.name);
    attribute(out, "id", field.id);
    attribute(out, "type", field.type);
    attribute(out, "format", field.format);
    attribute(out, "listRequire", field.list_require ? 1 : 0);
    attribute(out, "txnRequire", field.txn_require ? 1 : 0);
    attribute(out, "deleted", field.deleted ? 1 : 0);
    attribute(out, "madeAgain", field.made_again ? 1 : 0);
    out += ">";
    for (const std::string& object : field.assigned) {
        out += "<Assigned";
        attribute(out, "to", object);
        out += "/>";
    }
    out += "</CustomField>\n";
}

CustomField custom_field_in(Element element)
{
    CustomField field{.owner = text_in(element, "owner"),
                      .name = text_in(element, "name"),
                      .id = number_in<int>(element, "id").value_or(0),
                      .type = text_in(element, "type"),
                      .list_require = text_in(element, "listRequire") == "1",
                      .txn_require = text_in(element, "txnRequire") == "1",
                      .format = text_in(element, "format"),
                      .deleted = text_in(element, "deleted") == "1",
                      .made_again = text_in(element, "madeAgain") == "1"};
    for (const Element child : element.children())
        field.assigned.push_back(text_in(child, "to"));
    return field;
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
    for (const CustomField& field : settings_.custom_fields)
        append_custom_field(out, field);
    for (const auto& [key, value] : settings_.company_values) {
        out += "<CompanyValue";
        attribute(out, "owner", key.first);
        attribute(out, "name", key.second);
        attribute(out, "value", value);
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

std::optional<Error> CompanyFile::read_record(Element element)
{
    const Element ret = element.first_child();
    const Kind* kind = kind_of_ret(ret.name());
    if (kind == nullptr) {
        return broken(fmt::format("a record <{}> of no known kind", ret.name()));
    }
    const auto stamps = stamps_in(element);
    const std::string id(ret.child(kind->key()).text());
    if (!stamps || id.empty()) {
        return broken(fmt::format("a <{}> without times or id", ret.name()));
    }
    if (find(*kind, id) != nullptr) return broken(fmt::format("id {} twice", id));
    const Node tree = to_node(ret);
    std::string name = text_at(tree, "FullName");
    for (const std::string_view other : {"Name", "Initial"}) {
        if (name.empty()) name = text_at(tree, other);
    }
    if (kind->is_list() && !name.empty() && name_holder(*kind, name) != nullptr) {
        return broken(fmt::format("the name {} twice", name));
    }
    insert(*kind, tree, *stamps);
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
        if (child.name() == "CustomField") {
            settings_.custom_fields.push_back(custom_field_in(child));
        }
        if (child.name() == "CompanyValue") {
            settings_.company_values[{text_in(child, "owner"), text_in(child, "name")}] =
                text_in(child, "value");
        }
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
    const auto replayed = replay_journal(*books, path);
    if (!replayed) return replayed.error();
    books->journal_bytes_ = *replayed;
    books->track_changes();
    return books;
}

}  // namespace qbxml::simulator
