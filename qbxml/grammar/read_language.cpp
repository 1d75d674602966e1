// Fact tables -> Language, refusing whatever cannot be.
#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>

#include "qbxml/grammar/cells.h"
#include "qbxml/grammar/compile.h"
#include "qbxml/grammar/table_file.h"

namespace qbxml::grammar::build {

namespace {

using Row = TableFile::Row;

class Reader {
public:
    explicit Reader(std::string folder) : folder_(std::move(folder)) {}
    Language read();

private:
    struct Draft {  // the rows of one owner or group
        std::vector<const Row*> rows;
        bool used = false;
    };

    void read_versions();
    void read_types();
    void read_values();
    void read_messages();
    void collect_elements(const TableFile&);
    void build_owners();
    void read_attributes();
    void read_exceptions();
    void check_reached();

    int since(const Row&, std::string_view column) const;
    int type(const Row&, const std::string& name) const;
    void need_enumeration(const Row&, const std::string& name, const std::string& fallback);
    std::vector<ParticleFact> particles(const std::string& owner, std::set<std::string>& open);
    ParticleFact element(const Row&);
    ParticleFact* find(std::vector<ParticleFact>&, const std::string& name);
    void envelope(const std::string& set, const std::string& ending);

    std::string folder_;
    std::vector<std::unique_ptr<TableFile>> element_files_;
    std::vector<std::string> message_order_;
    std::map<std::string, Draft> drafts_;
    std::set<std::string> used_enumerations_;
    Language language_;
};

int Reader::since(const Row& row, std::string_view column) const
{
    const std::string& text = row[column];
    if (text.empty()) return 0;
    const auto at =
        std::ranges::find(language_.versions, text, &std::pair<std::string, std::string>::first);
    if (at == language_.versions.end()) row.refuse("version '" + text + "' is not in versions.tsv");
    return static_cast<int>(at - language_.versions.begin());
}

int Reader::type(const Row& row, const std::string& name) const
{
    const auto at = std::ranges::find(language_.types, name, &TypeFact::name);
    if (at == language_.types.end()) row.refuse("type '" + name + "' is not in types.tsv");
    return static_cast<int>(at - language_.types.begin());
}

void Reader::need_enumeration(const Row& row, const std::string& name, const std::string& fallback)
{
    const auto at = language_.enumerations.find(name);
    if (at == language_.enumerations.end()) row.refuse("'" + name + "' is not in values.tsv");
    used_enumerations_.insert(name);
    if (!fallback.empty() &&
        std::ranges::find(at->second, fallback, &ValueFact::text) == at->second.end())
        row.refuse("default '" + fallback + "' is no value of " + name);
}

void Reader::read_versions()
{
    const TableFile file(folder_ + "/versions.tsv", {"version", "spoken by"});
    std::pair<int, int> before{0, 0};
    for (const Row& row : file.rows()) {
        const auto parts = split(row["version"], '.');
        if (parts.size() != 2 || !is_number(parts[0]) || !is_number(parts[1]))
            row.refuse("'" + row["version"] + "' is no version N.N");
        const std::pair<int, int> version{std::stoi(parts[0]), std::stoi(parts[1])};
        if (version <= before) row.refuse("versions stand oldest first, each once");
        before = version;
        language_.versions.emplace_back(row["version"], row["spoken by"]);
    }
}

void Reader::read_types()
{
    const TableFile file(folder_ + "/types.tsv", {"type", "form", "chars", "empty", "expected"});
    const std::set<std::string> forms = {"text",     "flag",   "date",    "datetime",
                                         "duration", "number", "integer", "guid"};
    for (const Row& row : file.rows()) {
        TypeFact fact{.name = row["type"],
                      .form = row["form"],
                      .expected = row["expected"],
                      .empty = row["empty"],
                      .chars = row["chars"]};
        if (std::ranges::find(language_.types, fact.name, &TypeFact::name) != language_.types.end())
            row.refuse("type '" + fact.name + "' stands twice");
        if (fact.empty != "yes" && fact.empty != "no" && fact.empty != "blank")
            row.refuse("empty is yes, no or blank");
        if (fact.expected.empty()) row.refuse("expected says in words what is right");
        const auto words = split(fact.form, ' ');
        if (words.front() == "decimal" && words.size() == 2) {
            fact.form = "decimal";
            if (std::sscanf(words[1].c_str(), "%d.%d-%d", &fact.whole_digits, &fact.places_least,
                            &fact.places_most) != 3)
                row.refuse("form decimal is DIGITS.LEAST-MOST, as 13.2-2");
        } else if (!forms.contains(fact.form)) {
            row.refuse("'" + fact.form + "' is no form");
        }
        if (!fact.chars.empty() && !is_number(fact.chars)) row.refuse("chars is no number");
        language_.types.push_back(std::move(fact));
    }
}

void Reader::read_values()
{
    const TableFile file(folder_ + "/values.tsv", {"enumeration", "value", "since"});
    std::string before;
    for (const Row& row : file.rows()) {
        const std::string& name = row["enumeration"];
        auto& values = language_.enumerations[name];
        if (!values.empty() && name != before) row.refuse(name + " stands in two places");
        before = name;
        if (row["value"].empty()) row.refuse("no value; an empty one is written \"\"");
        ValueFact fact{row["value"] == "\"\"" ? "" : row["value"], since(row, "since")};
        if (std::ranges::find(values, fact.text, &ValueFact::text) != values.end())
            row.refuse("'" + fact.text + "' stands twice in " + name);
        values.push_back(std::move(fact));
    }
}

void Reader::read_messages()
{
    const TableFile file(folder_ + "/messages.tsv",
                         {"message", "set", "pages", "counts", "changes", "since", "not in"});
    const auto mark = [](const Row& row, std::string_view column, std::string_view word) {
        if (!row[column].empty() && row[column] != word)
            row.refuse(std::string(column) + " is '" + std::string(word) + "' or nothing");
        return !row[column].empty();
    };
    for (const Row& row : file.rows()) {
        const std::string& name = row["message"];
        if (!is_name(name)) row.refuse("'" + name + "' is no name");
        const std::set<std::string> sets = {"SignonMsgs", "QBXMLMsgs", "QBXMLSubscriptionMsgs"};
        if (!sets.contains(row["set"])) row.refuse("'" + row["set"] + "' is no message set");
        MessageFact fact{.name = name + "Rq",
                         .twin = name + "Rs",
                         .set = row["set"],
                         .request = true,
                         .iterates = mark(row, "pages", "iterator"),
                         .counts = mark(row, "counts", "metaData"),
                         .changes = mark(row, "changes", "changes"),
                         .since = since(row, "since"),
                         .editions = editions(row, row["not in"])};
        if (language_.messages.contains(fact.name)) row.refuse("'" + name + "' stands twice");
        message_order_.push_back(name);
        MessageFact answer = fact;
        std::swap(answer.name, answer.twin);
        answer.request = false;
        language_.messages.emplace(fact.name, fact);
        language_.messages.emplace(answer.name, answer);
    }
}

void Reader::collect_elements(const TableFile& file)
{
    std::string before;
    for (const Row& row : file.rows()) {
        const std::string& owner = row["owner"];
        if (!is_name(owner.front() == '+' ? owner.substr(1) : owner))
            row.refuse("'" + owner + "' is no name");
        auto& draft = drafts_[owner];
        if (!draft.rows.empty() && owner != before) row.refuse(owner + " stands in two places");
        before = owner;
        draft.rows.push_back(&row);
    }
}

ParticleFact Reader::element(const Row& row)
{
    ParticleFact fact{.name = row["element"]};
    if (!is_name(fact.name)) row.refuse("'" + fact.name + "' is no element name");
    occurrence(row, fact);
    fact.since = since(row, "since");
    fact.editions = editions(row, row["not in"]);
    for (const std::string& note : split(row["notes"], ' ')) {
        static const std::set<std::string> notes = {
            "", "always", "macro", "since_seen", "range_seen", "no_xsd", "place_unsure"};
        if (!notes.contains(note)) row.refuse("'" + note + "' is no known note");
        fact.always |= note == "always";
        fact.macro |= note == "macro";
    }
    if (row["type"] == "{}") {
        fact.has_content = true;
        if (!drafts_.contains(fact.name) && !language_.messages.contains(fact.name))
            row.refuse("nothing tells what stands inside " + fact.name);
        if (!row["chars"].empty() || !row["range"].empty() || !row["values"].empty())
            row.refuse("an element with elements inside has no limits of its own");
        return fact;
    }
    fact.type = type(row, row["type"]);
    fact.chars = chars(row, row["chars"]);
    fact.range = row["range"];
    fact.values = row["values"];
    fact.fallback = row["default"];
    if (!fact.values.empty()) need_enumeration(row, fact.values, fact.fallback);
    if ((row["type"] == "ENUMTYPE") == fact.values.empty())
        row.refuse("ENUMTYPE and values go together");
    if (!fact.range.empty() && fact.range.find("..") == std::string::npos)
        row.refuse("a range is LOW..HIGH, either may be left out");
    return fact;
}

std::vector<ParticleFact> Reader::particles(const std::string& owner, std::set<std::string>& open)
{
    const auto draft = drafts_.find(owner);
    if (draft == drafts_.end()) return {};
    draft->second.used = true;
    const auto& rows = draft->second.rows;
    if (rows.front()->operator[]("element") == "-") {
        if (rows.size() > 1) rows[1]->refuse(owner + " was said to be empty");
        return {};
    }
    if (!open.insert(owner).second) rows.front()->refuse(owner + " contains itself");
    std::vector<ParticleFact> stack(1);
    for (const Row* row : rows) {
        const std::string& name = (*row)["element"];
        if (name == "(") {
            ParticleFact around;
            occurrence(*row, around);
            if ((*row)["type"] == "one of")
                around.kind = "choice";
            else if ((*row)["type"] == "all of")
                around.kind = "sequence";
            else
                row->refuse("'(' is 'one of' or 'all of'");
            if (!(*row)["notes"].empty() && (*row)["notes"] != "xsd_forbids")
                row->refuse("'" + (*row)["notes"] + "' is no known note of a choice");
            stack.push_back(std::move(around));
        } else if (name == ")") {
            if (stack.size() == 1) row->refuse("')' without '('");
            ParticleFact done = std::move(stack.back());
            stack.pop_back();
            if (done.inside.size() < 2) row->refuse("a choice or sequence of fewer than two");
            stack.back().inside.push_back(std::move(done));
        } else if (name.starts_with('+')) {
            if (!drafts_.contains(name)) row->refuse("there is no group " + name);
            ParticleFact group{.kind = "sequence", .inside = particles(name, open)};
            if (!(*row)["occurs"].empty()) occurrence(*row, group);
            auto& into = stack.back().inside;
            if (stack.size() == 1 && group.least == 1 && group.most == 1)
                into.insert(into.end(), group.inside.begin(), group.inside.end());
            else
                into.push_back(std::move(group));
        } else {
            stack.back().inside.push_back(element(*row));
        }
    }
    if (stack.size() > 1) rows.back()->refuse("'(' without ')'");
    open.erase(owner);
    return std::move(stack.front().inside);
}

void each_element(std::vector<ParticleFact>& particles,
                  const std::function<void(ParticleFact&)>& use)
{
    for (ParticleFact& particle : particles) {
        if (particle.kind == "element")
            use(particle);
        else
            each_element(particle.inside, use);
    }
}

// What a message set holds follows from messages.tsv: any number of its messages in any order.
void Reader::envelope(const std::string& set, const std::string& ending)
{
    ParticleFact any{.kind = "choice", .least = set == "SignonMsgs" ? 1 : 0, .most = 0};
    for (const std::string& name : message_order_) {
        const MessageFact& message = language_.messages.at(name + ending);
        if (message.set != set) continue;
        any.inside.push_back({.name = message.name,
                              .has_content = true,
                              .since = message.since,
                              .editions = message.editions});
    }
    language_.owners[set + ending] = {std::move(any)};
}

void Reader::build_owners()
{
    for (const std::string set : {"SignonMsgs", "QBXMLMsgs", "QBXMLSubscriptionMsgs"})
        for (const std::string ending : {"Rq", "Rs"}) {
            envelope(set, ending);
            drafts_[set + ending].used = true;
        }
    for (const auto& [name, message] : language_.messages)
        language_.owners[name];
    for (const auto& entry : drafts_) {
        const std::string& name = entry.first;
        const Draft& draft = entry.second;
        if (name.starts_with('+') || draft.rows.empty()) continue;
        std::set<std::string> open;
        auto inside = particles(name, open);
        std::set<std::string> seen;
        each_element(inside, [&](const ParticleFact& each) {
            // Two elements of one name inside one owner would make its place a guess.
            if (!seen.insert(each.name).second)
                draft.rows.front()->refuse(each.name + " stands twice inside " + name);
        });
        const auto mixing = [](const ParticleFact& each) {
            return each.kind == "choice" && each.most != 1;
        };
        if (std::ranges::count_if(inside, mixing) > 1)
            draft.rows.front()->refuse(name + " has two choices that repeat");
        language_.owners[name] = std::move(inside);
    }
}

// Every owner is a message, the outermost element or inside something; no element is inside itself.
void Reader::check_reached()
{
    std::set<std::string> reached, open;
    const std::function<void(const std::string&)> visit = [&](const std::string& name) {
        if (open.contains(name)) throw Refusal("elements: " + name + " can contain itself");
        if (!reached.insert(name).second) return;
        open.insert(name);
        each_element(language_.owners.at(name), [&](const ParticleFact& each) {
            if (each.has_content) visit(each.name);
        });
        open.erase(name);
    };
    for (const std::string root : {"QBXML", "QBXMLEvents"}) {
        if (!language_.owners.contains(root)) throw Refusal("elements: " + root + " is missing");
        visit(root);
    }
    for (const auto& [name, draft] : drafts_)
        if (!draft.rows.empty() && (name.starts_with('+') ? !draft.used : !reached.contains(name)))
            draft.rows.front()->refuse(name + " is used nowhere");
    for (const auto& [name, values] : language_.enumerations)
        if (!used_enumerations_.contains(name))
            throw Refusal("values.tsv: " + name + " is used nowhere");
}

// The owner is an element name or a class of messages: "*Rq", "*Rs", with "iterator" or "metaData"
// for those that page or count.
void Reader::read_attributes()
{
    const TableFile file(folder_ + "/attributes.tsv", {"owner", "attribute", "type", "use", "chars",
                                                       "values", "default", "since"});
    for (const Row& row : file.rows()) {
        AttributeFact fact{.name = row["attribute"],
                           .type = type(row, row["type"]),
                           .since = since(row, "since"),
                           .required = row["use"] == "required",
                           .chars = row["chars"],
                           .values = row["values"],
                           .fallback = row["default"]};
        if (!is_name(fact.name)) row.refuse("'" + fact.name + "' is no attribute name");
        if (!fact.required && !row["use"].empty()) row.refuse("use is 'required' or nothing");
        if (!fact.chars.empty() && !is_number(fact.chars)) row.refuse("chars is no number");
        if (!fact.values.empty()) need_enumeration(row, fact.values, fact.fallback);
        const auto add = [&](const std::string& owner) {
            auto& all = language_.attributes[owner];
            if (std::ranges::find(all, fact.name, &AttributeFact::name) != all.end())
                row.refuse(fact.name + " stands twice at " + owner);
            all.push_back(fact);
        };
        const std::string& owner = row["owner"];
        if (owner.front() != '*') {
            if (!language_.owners.contains(owner)) row.refuse("there is no element " + owner);
            add(owner);
            continue;
        }
        const auto words = split(owner.substr(1), ' ');
        const std::string only = words.size() > 1 ? words[1] : "";
        if ((words[0] != "Rq" && words[0] != "Rs") || words.size() > 2 ||
            (!only.empty() && only != "iterator" && only != "metaData"))
            row.refuse("'" + owner + "' is no class of messages");
        for (const auto& [name, message] : language_.messages) {
            if (!name.ends_with(words[0])) continue;
            if ((only == "iterator" && !message.iterates) ||
                (only == "metaData" && !message.counts))
                continue;
            add(name);
        }
    }
}

ParticleFact* Reader::find(std::vector<ParticleFact>& particles, const std::string& name)
{
    ParticleFact* found = nullptr;
    each_element(particles, [&](ParticleFact& each) {
        if (each.name == name) found = &each;
    });
    return found;
}

void Reader::read_exceptions()
{
    const TableFile file(folder_ + "/exceptions.tsv", {"path", "fact", "instead"});
    for (const Row& row : file.rows()) {
        const auto steps = split(row["path"], '/');
        if (!language_.messages.contains(steps.front()))
            row.refuse("there is no message " + steps.front());
        ParticleFact* at = nullptr;
        for (std::size_t i = 1; i < steps.size(); ++i) {
            at = find(language_.owners.at(steps[i - 1]), steps[i]);
            if (at == nullptr) row.refuse(steps[i] + " does not stand inside " + steps[i - 1]);
            if (!at->has_content && i + 1 < steps.size())
                row.refuse(steps[i] + " has nothing inside");
        }
        if (at == nullptr) row.refuse("the path is a message; messages.tsv holds its facts");
        at->excepted = true;
        ExceptionFact& fact = language_.exceptions[row["path"]];
        const std::string value = row["instead"] == "-" ? "" : row["instead"];
        if (row["instead"].empty()) row.refuse("nothing instead; '-' says none");
        if (row["fact"] == "chars" && !fact.has_chars) {
            fact.has_chars = true;
            fact.chars = chars(row, value);
        } else if (row["fact"] == "not in" && !fact.has_editions) {
            fact.has_editions = true;
            fact.editions = editions(row, value);
        } else {
            row.refuse("the fact is 'chars' or 'not in', each once for a path");
        }
    }
}

Language Reader::read()
{
    read_versions();
    read_types();
    read_values();
    read_messages();
    std::set<std::string> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ + "/elements"))
        if (entry.path().extension() == ".tsv") paths.insert(entry.path().string());
    for (const std::string& path : paths) {
        element_files_.push_back(std::make_unique<TableFile>(
            path, std::vector<std::string>{"owner", "element", "type", "occurs", "chars", "range",
                                           "values", "default", "since", "not in", "notes"}));
        collect_elements(*element_files_.back());
    }
    build_owners();
    read_attributes();
    check_reached();
    read_exceptions();
    return std::move(language_);
}

}  // namespace

Language read_language(const std::string& folder)
{
    return Reader(folder).read();
}

}  // namespace qbxml::grammar::build
