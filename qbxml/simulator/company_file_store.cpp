// The file of the books: one XML document of our own, records as their answers show them.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <sstream>
#include <system_error>

#include "qbxml/node_xml.h"
#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/text.h"

namespace qbxml::simulator {

namespace {

constexpr std::string_view format_number = "1";
constexpr std::size_t file_bytes_max = std::size_t{2} * 1024 * 1024 * 1024;

[[noreturn]] void fail(const std::string& path, const char* doing)
{
    throw std::system_error(errno, std::generic_category(), fmt::format("{} {}", doing, path));
}

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

class OpenFile {
public:
    OpenFile(const std::string& path, int flags)
        : path_(path), fd_(::open(path.c_str(), flags, 0600))
    {
        if (fd_ < 0) fail(path_, "opening");
    }
    ~OpenFile()
    {
        if (fd_ >= 0) ::close(fd_);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    void write(std::string_view text)
    {
        while (!text.empty()) {
            const ssize_t written = ::write(fd_, text.data(), text.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) fail(path_, "writing");
            text.remove_prefix(static_cast<std::size_t>(written));
        }
    }
    void sync()
    {
        if (::fsync(fd_) != 0) fail(path_, "syncing");
    }

private:
    std::string path_;
    int fd_;
};

Error broken(std::string_view what)
{
    return Error{"books",
                 fmt::format("{}; the file was not written by this program, or was changed "
                             "afterwards: restore it from a copy",
                             what)};
}

}  // namespace

void CompanyFile::append_to(std::string& out) const
{
    out += "<?xml version=\"1.0\"?>\n<SimulatedBooks";
    attribute(out, "format", format_number);
    attribute(out, "name", profile_.name);
    attribute(out, "path", profile_.path);
    attribute(out, "country", profile_.country);
    attribute(out, "seed", profile_.seed);
    attribute(out, "januaryOffset", profile_.zone.january_offset_minutes);
    attribute(out, "summerTime", profile_.zone.summer_time ? 1 : 0);
    attribute(out, "txnNumber", txn_number_);
    out += ">\n";
    for (const auto& [name, last] : serials_) {
        out += "<Serial";
        attribute(out, "name", name);
        attribute(out, "last", last);
        out += "/>\n";
    }
    for (const Kind* kind : all_kinds()) {
        for (const auto& record : records(*kind)) {
            out += "<Record";
            attribute(out, "created", record->stamps().created);
            attribute(out, "modified", record->stamps().modified);
            attribute(out, "sequence", record->stamps().edit_sequence);
            out += ">\n";
            record->print_whole(out);
            out += "</Record>\n";
        }
    }
    for (const Deletion& deletion : deletions_) {
        out += "<Deletion";
        attribute(out, "kind", deletion.kind->noun);
        attribute(out, "id", deletion.id);
        attribute(out, "name", deletion.name);
        attribute(out, "created", deletion.created);
        attribute(out, "deleted", deletion.deleted);
        out += "/>\n";
    }
    for (const auto& [id, kept] : kept_answers_) {
        out += "<Kept";
        attribute(out, "id", id);
        attribute(out, "checksum", kept.checksum);
        attribute(out, "answered", kept.answer ? 1 : 0);
        out += ">";
        append_escaped(out, kept.answer.value_or(""));
        out += "</Kept>\n";
    }
    out += "</SimulatedBooks>\n";
}

void CompanyFile::save(const std::string& path) const
{
    std::string text;
    append_to(text);
    const std::string fresh = path + ".new";
    {
        OpenFile file(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
        file.write(text);
        file.sync();
    }
    if (::rename(fresh.c_str(), path.c_str()) != 0) fail(path, "replacing");
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    OpenFile(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC).sync();
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

std::optional<Error> CompanyFile::read(Element root)
{
    for (const Element element : root.children()) {
        const std::string_view name = element.name();
        if (name == "Record") {
            if (auto error = read_record(element)) return error;
        } else if (name == "Serial") {
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
        } else {
            return broken(fmt::format("an unknown element <{}>", name));
        }
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
    if (const auto error = books->read(root)) return Error{path, error->what};
    return books;
}

}  // namespace qbxml::simulator
