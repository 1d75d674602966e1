// The books of one company: records in memory, the rules that hold between them, and their file.
//
// Not for several threads at once. Deterministic: ids count, times are given by the caller.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "qbxml/result.h"
#include "qbxml/simulator/kinds.h"
#include "qbxml/simulator/ledger.h"
#include "qbxml/simulator/local_time.h"
#include "qbxml/simulator/number.h"
#include "qbxml/simulator/record.h"
#include "qbxml/simulator/settings.h"
#include "qbxml/version.h"

namespace qbxml::simulator {

// What a company file says of itself.
struct CompanyProfile {
    std::string name;
    std::string path;
    std::string country = "US";
    std::uint64_t seed = 1;
    HostZone zone = {};
};

// The answer to a message set that was sent with a newMessageSetID. No answer: the message set was
// begun, and QuickBooks died before it could keep one (9002).
struct KeptAnswer {
    std::uint64_t checksum = 0;
    std::optional<std::string> answer;
};

// What is left of a deleted record.
struct Deletion {
    const Kind* kind = nullptr;
    std::string id;
    std::string name;  // FullName or RefNumber
    std::int64_t created = 0;
    std::int64_t deleted = 0;
};

class CompanyFile {
public:
    explicit CompanyFile(CompanyProfile profile) : profile_(std::move(profile)) {}

    const CompanyProfile& profile() const { return profile_; }
    Edition edition() const;
    Names& names() { return names_; }
    const Names& names() const { return names_; }

    // Records of a kind in the order in which they were made.
    const std::vector<std::unique_ptr<Record>>& records(const Kind&) const;
    std::size_t count(const Kind& kind) const { return records(kind).size(); }
    // All null when there is no such record.
    Record* find(const Kind&, std::string_view id) const;
    Record* find_by_name(const Kind&, std::string_view full_name) const;  // any case
    // Whoever holds the full name among the kinds that share names with `kind`.
    Record* name_holder(const Kind& kind, std::string_view full_name) const;
    std::vector<Record*> find_by_ref_number(const Kind&, std::string_view, bool any_case) const;

    // Ids for records to come: "80000001-1650000001" and "1A2B-1650000001".
    std::string next_list_id(const Kind&, std::int64_t now);
    std::string next_txn_id(std::int64_t now);  // of transactions and of their lines
    int next_txn_number() { return ++txn_number_; }
    // The next RefNumber of a form, the highest so far plus one.
    std::string next_ref_number(const Kind&) const;

    // Adds a record, elements in order, with its id already inside. Fills in TimeCreated,
    // TimeModified and EditSequence.
    Record& add(const Kind& kind, Node ret, std::int64_t now) { return add_tree(kind, ret, now); }
    // The same; `ret` is then the record as it was added.
    Record& add_tree(const Kind&, Node& ret, std::int64_t now);
    // Puts a changed tree in place; TimeModified moves, and EditSequence grows even within a
    // second.
    void change(Record&, Node ret, std::int64_t now);
    // Changes one field; TimeModified moves, EditSequence stays: what sales do to an inventory
    // item.
    void change_quietly(Record&, std::string_view field, std::string_view text, std::int64_t now);
    // As change(), but the record does not count as changed: the names in its references followed.
    void show_name(Record& record, Node ret) { replace(record, std::move(ret), record.stamps()); }
    void remove(Record&, std::int64_t now);
    // Moves an amount of a record without touching its times, as balances move.
    void move_amount(Record&, std::string_view field, Cents by);
    void set_field(Record&, std::string_view field, std::string_view text);

    // What the transactions posted, and their links.
    Ledger& ledger() { return ledger_; }
    const Ledger& ledger() const { return ledger_; }

    const std::vector<Deletion>& deletions() const { return deletions_; }

    const std::map<std::string, KeptAnswer>& kept_answers() const { return kept_answers_; }
    void keep_answer(const std::string& message_set_id, KeptAnswer kept);
    bool drop_answer(const std::string& message_set_id);  // false when there was none
    void drop_answers();
    // As if QuickBooks had died before it kept the answer: the ID is known, the outcome is not.
    void forget_answer(const std::string& message_set_id);

    const BookSettings& settings() const { return settings_; }
    void change_settings(BookSettings settings);

    // Grows with every change of the books or of the kept answers.
    std::uint64_t revision() const { return revision_; }
    void touch() { ++revision_; }

    std::string time_text(std::int64_t unix) const { return date_time_text(unix, profile_.zone); }

    // The file on disk, replaced as a whole; its journal (books_file.h) is folded into it. Throws
    // std::system_error when the disk refuses.
    void save(const std::string& path) const;
    // Reads the file and its journal.
    static Result<std::unique_ptr<CompanyFile>> load(const std::string& path);

    // From now on changes are written down, so that take_changes() can hand them out: the text of
    // one change of the journal, "" when nothing changed since the last.
    void track_changes();
    std::string take_changes();
    // Puts a change that take_changes() made on top of these books.
    std::optional<Error> apply_change(Element change);
    // Which whole file on disk these books were read from; 0 for books that never were.
    std::uint64_t generation() const { return generation_; }
    // How much of the journal beside it is part of these books.
    std::uint64_t journal_bytes() const { return journal_bytes_; }

private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const
        {
            return std::hash<std::string_view>()(text);
        }
    };
    struct List {
        std::vector<std::unique_ptr<Record>> records;
        std::unordered_map<std::string, Record*, TextHash, std::equal_to<>> by_id;
        std::unordered_multimap<std::string, Record*> by_ref_number;  // folded
        std::int64_t ref_number_high = 0;
    };
    List& list(const Kind&);
    const List& list(const Kind&) const;
    void index(Record&);
    void unindex(Record&);
    Record& insert(const Kind&, const Node& ret, Stamps);
    void replace(Record&, Node ret, Stamps);
    void append_to(std::string& out, std::uint64_t generation) const;
    void append_record(std::string& out, const Record& record) const;
    void append_settings(std::string& out) const;
    static void append_deletion(std::string& out, const Deletion& deletion);
    static void append_kept(std::string& out, const std::string& id, const KeptAnswer& kept);
    std::optional<Error> read(Element root);
    std::optional<Error> read_element(Element element);
    std::optional<Error> read_record(Element element);
    void read_settings(Element element);
    std::unique_ptr<Record> take_away(Element removed);
    std::optional<Error> replay_records(Element change);
    void append_changed_records(std::string& out) const;
    void note_added(const Record& record);
    void note_changed(const Record& record);
    void note_removed(const Record& record);

    // What changed since take_changes(), by noun and id.
    using Key = std::pair<std::string_view, std::string>;
    struct Unsaved {
        std::vector<Key> added;  // in the order of the books, in which queries answer
        std::set<Key> changed, removed;
        std::set<std::string> answers;
        bool answers_dropped = false;
        bool settings = false;
        std::size_t deletions = 0;  // how many were saved
        std::map<std::string, std::uint32_t, std::less<>> serials;
        std::uint64_t revision = 0;
    };

    CompanyProfile profile_;
    Names names_;
    std::vector<List> lists_ = std::vector<List>(kind_count());  // by number of the kind
    std::unordered_map<std::string_view, std::unordered_map<std::string, Record*>> by_name_;
    std::map<std::string, std::uint32_t, std::less<>> serials_;
    int txn_number_ = 0;
    Ledger ledger_;
    std::vector<Deletion> deletions_;
    std::map<std::string, KeptAnswer> kept_answers_;
    std::uint64_t revision_ = 0;
    BookSettings settings_;
    std::optional<Unsaved> unsaved_;
    std::uint64_t generation_ = 0;
    std::uint64_t journal_bytes_ = 0;
};

}  // namespace qbxml::simulator
