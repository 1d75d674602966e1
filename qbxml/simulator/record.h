// One record of the books, kept as the text that answers are made of.
//
// A page of a hundred invoices is a concatenation of texts that were made when the records changed:
// printing costs a copy. The parts that a query may leave out (lines, links, custom fields, fields
// not named by IncludeRetElement) are separate segments of the text.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "qbxml/request.h"
#include "qbxml/simulator/kinds.h"
#include "qbxml/xml.h"

namespace qbxml::simulator {

// Small numbers for element names and OwnerIDs, shared by the records of one company file.
class Names {
public:
    std::uint16_t number(std::string_view name);  // a new one when it was never seen
    std::optional<std::uint16_t> find(std::string_view name) const;
    const std::string& text(std::uint16_t number) const { return texts_[number]; }
    std::size_t size() const { return texts_.size(); }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const
        {
            return std::hash<std::string_view>()(text);
        }
    };
    std::vector<std::string> texts_;
    std::unordered_map<std::string, std::uint16_t, Hash, std::equal_to<>> numbers_;
};

// When a record was made and changed, in Unix seconds, and its EditSequence.
struct Stamps {
    std::int64_t created = 0;
    std::int64_t modified = 0;
    std::int64_t edit_sequence = 0;
};

class Record {
public:
    // `ret` is the whole record as an answer shows it with everything asked for, elements in the
    // order of the grammar.
    Record(const Kind& kind, const Node& ret, Stamps stamps, Names& names);

    const Kind& kind() const { return *kind_; }
    const Stamps& stamps() const { return stamps_; }
    // What queries look at; "" where the kind has no such field.
    const std::string& id() const { return id_; }
    const std::string& full_name() const { return full_name_; }    // of lists; Name where flat
    const std::string& ref_number() const { return ref_number_; }  // of transactions
    const std::string& txn_date() const { return txn_date_; }
    const std::string& entity_id() const { return entity_id_; }  // whose transaction
    const std::string& parent_id() const { return parent_id_; }
    bool active() const { return active_; }
    bool paid() const { return paid_; }

    // True when the record's own text holds `text`, as it is written in answers.
    bool mentions(std::string_view text) const { return text_.find(text) != std::string::npos; }
    // The record as a tree, to change and to put back.
    Node tree() const;
    // The text of a top-level field, or of `inner` inside it; "" when there is none.
    std::string field(std::string_view name, const Names&) const;
    std::string field(std::string_view name, std::string_view inner, const Names&) const;
    // A top-level field with everything inside; without a name when there is none.
    Node subtree(std::string_view name, const Names&) const;
    // Changes the text of a top-level field that the record has, without touching the stamps: as
    // balances move. Returns false when the record has no such field.
    bool set_field(std::string_view name, std::string_view text, const Names&);

    void set_modified(std::int64_t modified) { stamps_.modified = modified; }

    // What of a record an answer shows.
    struct Selection {
        bool lines = true;
        bool linked = true;
        std::vector<char> owners;  // by number of the OwnerID: shown when 1; missing is not shown
        std::vector<char> hidden;  // by number of the top-level name: hidden when 1
    };
    void print(const Selection&, std::string& out) const;
    // Everything, as print() with every owner.
    void print_whole(std::string& out) const;

private:
    // Which optional part a segment belongs to, as bits: lines may hold custom fields.
    enum Part : std::uint8_t { plain = 0, line = 1, linked = 2, custom = 4 };
    struct Segment {
        std::uint32_t size = 0;
        std::uint16_t name = 0;   // of the top-level element it is part of
        std::uint16_t owner = 0;  // of a custom field
        std::uint8_t parts = plain;
    };

    void render(const Node& node, std::uint8_t parts, std::uint16_t name, Names& names);
    // What of the text was written since `begin` belongs to such a segment.
    void end_segment(std::uint8_t parts, std::uint16_t name, std::uint16_t owner,
                     std::size_t begin);
    void remember_keys(const Node& ret);
    std::string_view element(std::string_view name, const Names&) const;

    const Kind* kind_;
    Stamps stamps_;
    std::string id_, full_name_, ref_number_, txn_date_, entity_id_, parent_id_;
    bool active_ = true;
    bool paid_ = false;
    std::string text_;
    std::vector<Segment> segments_;
};

// The text at a path of child names separated by '/', "" when it is not there.
std::string text_at(const Node& node, std::string_view path);
// Appends <Name attribute="...">text or children</Name>, one element a line.
void append_element(std::string& out, const Node& node);

}  // namespace qbxml::simulator
