// Language -> the source text of the arrays that tables.h declares.
#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "qbxml/grammar/compile.h"
#include "qbxml/grammar/table_file.h"

namespace qbxml::grammar::build {

namespace {

constexpr int none = 0xFFFF;

// One list of distinct entries, each written once.
class Pool {
public:
    int index(const std::string& entry)
    {
        const auto [at, fresh] = at_.emplace(entry, static_cast<int>(entries_.size()));
        if (fresh) entries_.push_back(entry);
        return at->second;
    }
    const std::vector<std::string>& entries() const { return entries_; }

private:
    std::unordered_map<std::string, int> at_;
    std::vector<std::string> entries_;
};

class Writer {
public:
    explicit Writer(const Language& language) : language_(language) {}
    std::string write();

private:
    std::string word(const std::string& text);
    int chars(const CharsFact&);
    int range(const std::string& text);
    int enumeration(const std::string& name) const;
    int owner(const std::string& name) const;
    void particles(const std::vector<ParticleFact>&, std::size_t start, int parent, int since,
                   std::uint8_t editions);
    void particle(const ParticleFact&, std::size_t start, int parent, int since,
                  std::uint8_t editions);
    void types_and_versions();
    void enumerations();
    void owners();
    void messages();
    void exceptions();
    void array(const std::string& type, const std::string& name,
               const std::vector<std::string>& rows);

    const Language& language_;
    std::string words_;
    std::unordered_map<std::string, std::size_t> word_at_;
    Pool chars_, ranges_;
    std::vector<std::string> enumeration_rows_, value_rows_, attribute_rows_, particle_rows_,
        owner_rows_;
    std::map<std::string, int> owner_index_, enumeration_index_;
    std::string out_, counts_;
};

std::string Writer::word(const std::string& text)
{
    const auto [at, fresh] = word_at_.emplace(text, words_.size());
    if (fresh) words_ += text;
    if (words_.size() >= (1u << 20) || text.size() >= (1u << 12))
        throw Refusal("the tables hold more text than a Word can point at");
    return fmt::format("{{{},{}}}", at->second, text.size());
}

int Writer::chars(const CharsFact& fact)
{
    if (fact.empty()) return none;
    std::string row;
    for (const std::string& limit : fact)
        row += (limit.empty() ? "none" : limit) + ",";
    return chars_.index("{" + row + "}");
}

int Writer::range(const std::string& text)
{
    if (text.empty()) return 0xFF;
    const auto dots = text.find("..");
    const std::string low = text.substr(0, dots), high = text.substr(dots + 2);
    return ranges_.index(fmt::format("{{{},{},{}}}", low.empty() ? "-infinite" : low,
                                     high.empty() ? "infinite" : high, word(text)));
}

int Writer::enumeration(const std::string& name) const
{
    return name.empty() ? none : enumeration_index_.at(name);
}

int Writer::owner(const std::string& name) const
{
    return owner_index_.at(name);
}

void Writer::particle(const ParticleFact& fact, std::size_t start, int parent, int since,
                      std::uint8_t editions)
{
    const std::size_t here = particle_rows_.size();
    particle_rows_.emplace_back();
    since = std::max(since, fact.since);
    editions = static_cast<std::uint8_t>(editions & fact.editions);
    particles(fact.inside, start, static_cast<int>(here - start), since, editions);
    const bool simple = fact.kind == "element" && !fact.has_content;
    particle_rows_[here] = fmt::format(
        "{{{},{},{},{},{},{},{},{},{},Particle::Kind::{},{},{},{},{},{{{}}}}}", word(fact.name),
        word(fact.fallback), fact.has_content ? owner(fact.name) : none, enumeration(fact.values),
        chars(fact.chars), particle_rows_.size() - start, parent, fact.most == 0 ? none : fact.most,
        fact.least, fact.kind, simple ? fact.type : 0, range(fact.range), since,
        (fact.always ? 1 : 0) | (fact.macro ? 2 : 0) | (fact.excepted ? 4 : 0), editions);
}

void Writer::particles(const std::vector<ParticleFact>& facts, std::size_t start, int parent,
                       int since, std::uint8_t editions)
{
    for (const ParticleFact& fact : facts)
        particle(fact, start, parent, since, editions);
}

void Writer::types_and_versions()
{
    std::vector<std::string> rows;
    for (const TypeFact& fact : language_.types)
        rows.push_back(fmt::format("{{{},{},Form::{},Empty::{},{},{},{},{}}}", word(fact.name),
                                   word(fact.expected), fact.form, fact.empty, fact.whole_digits,
                                   fact.places_least, fact.places_most,
                                   fact.chars.empty() ? "none" : fact.chars));
    array("Type", "types", rows);
    rows.clear();
    for (const auto& [version, spoken_by] : language_.versions) {
        const auto parts = split(version, '.');
        rows.push_back(fmt::format("{{{},{},{}}}", parts[0], parts[1], word(spoken_by)));
    }
    array("KnownVersion", "versions", rows);
}

void Writer::enumerations()
{
    for (const auto& [name, values] : language_.enumerations) {
        enumeration_index_[name] = static_cast<int>(enumeration_rows_.size());
        enumeration_rows_.push_back(
            fmt::format("{{{},{},{}}}", word(name), value_rows_.size(), values.size()));
        for (const ValueFact& value : values)
            value_rows_.push_back(fmt::format("{{{},{}}}", word(value.text), value.since));
    }
}

void Writer::owners()
{
    for (const auto& [name, inside] : language_.owners)
        owner_index_.emplace(name, static_cast<int>(owner_index_.size()));
    std::unordered_map<std::string, std::size_t> written;  // attribute lists that many owners share
    for (const auto& [name, inside] : language_.owners) {
        const std::size_t first = particle_rows_.size();
        particles(inside, first, none, 0, 31);
        std::string list;
        const auto facts = language_.attributes.find(name);
        const std::size_t count = facts == language_.attributes.end() ? 0 : facts->second.size();
        std::vector<std::string> rows;
        for (std::size_t i = 0; i < count; ++i) {
            const AttributeFact& fact = facts->second[i];
            rows.push_back(fmt::format("{{{},{},{},{},{},{},{}}}", word(fact.name),
                                       word(fact.fallback), enumeration(fact.values),
                                       fact.chars.empty() ? "none" : fact.chars, fact.type,
                                       fact.required, fact.since));
            list += rows.back();
        }
        const auto [at, fresh] = written.emplace(list, attribute_rows_.size());
        if (fresh) attribute_rows_.insert(attribute_rows_.end(), rows.begin(), rows.end());
        owner_rows_.push_back(fmt::format("{{{},{},{},{},{}}}", word(name), first,
                                          particle_rows_.size() - first, at->second, count));
    }
}

void Writer::messages()
{
    const std::map<std::string, std::string> sets = {{"SignonMsgs", "signon"},
                                                     {"QBXMLMsgs", "company"},
                                                     {"QBXMLSubscriptionMsgs", "subscription"}};
    std::vector<std::string> rows;
    for (const auto& [name, fact] : language_.messages) {
        const auto twin = language_.messages.find(fact.twin);
        rows.push_back(fmt::format(
            "{{{},{},{},MessageSetKind::{},{},{},{},{},{},{{{}}}}}", word(name), owner(name),
            std::distance(language_.messages.begin(), twin), sets.at(fact.set), fact.request,
            fact.iterates, fact.counts, fact.changes, fact.since, fact.editions));
    }
    array("Message", "messages", rows);
}

void Writer::exceptions()
{
    std::vector<std::string> rows;
    for (const auto& [path, fact] : language_.exceptions)
        rows.push_back(
            fmt::format("{{{},{},{}}}", word(path), fact.has_editions ? fact.editions : 0xFF,
                        fact.has_chars ? fmt::to_string(chars(fact.chars)) : "as_before"));
    array("Exception", "exceptions", rows);
}

void Writer::array(const std::string& type, const std::string& name,
                   const std::vector<std::string>& rows)
{
    out_ += fmt::format("extern constexpr {} {}[] = {{\n{}}};\n", type, name,
                        fmt::format("{},\n", fmt::join(rows, ",\n")));
    counts_ += fmt::format(".{} = {}, ", name, rows.size());
}

// The text as string literals: compilers limit the length of one, and adjacent ones join.
std::string literal(const std::string& text)
{
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i > 0 && i % 90 == 0) out += "\"\n\"";
        if (text[i] == '"' || text[i] == '\\') out += '\\';
        out += text[i];
    }
    return out + "\"";
}

std::string Writer::write()
{
    types_and_versions();
    enumerations();
    owners();
    array("Enumeration", "enumerations", enumeration_rows_);
    array("EnumValue", "values", value_rows_);
    array("Attribute", "attributes", attribute_rows_);
    array("Particle", "particles", particle_rows_);
    array("Owner", "owners", owner_rows_);
    messages();
    exceptions();
    array("Range", "ranges", ranges_.entries());
    array("Chars", "chars", chars_.entries());
    return fmt::format(
        "// Written by compile.cpp from the tables in qbxml/grammar.\n"
        "#include \"qbxml/grammar/tables.h\"\n\n"
        "namespace qbxml::grammar::tables {{\n"
        "constexpr double infinite = std::numeric_limits<double>::infinity();\n"
        "extern constexpr char words[] =\n{};\n{}"
        "extern constexpr Counts counts = {{.words = {}, {}}};\n"
        "}}\n",
        literal(words_), out_, words_.size(), counts_);
}

}  // namespace

std::string write_arrays(const Language& language)
{
    return Writer(language).write();
}

}  // namespace qbxml::grammar::build
