// What changed in the books since they were saved, and putting such changes on top of older books.
#include <algorithm>

#include "qbxml/simulator/books_xml.h"
#include "qbxml/simulator/company_file.h"

namespace qbxml::simulator {

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

std::unique_ptr<Record> CompanyFile::take_away(Element removed)
{
    const Kind* kind = kind_of(text_in(removed, "kind"));
    const std::string id = text_in(removed, "id");
    Record* record = kind == nullptr ? nullptr : find(*kind, id);
    if (record == nullptr) return nullptr;  // made and removed within one change
    ledger_.forget(*record);
    unindex(*record);
    auto& records = list(*kind).records;
    const auto at = std::find_if(records.begin(), records.end(),
                                 [&](const auto& held) { return held.get() == record; });
    std::unique_ptr<Record> gone = std::move(*at);
    records.erase(at);
    return gone;
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
        const auto stamps = stamps_in(element);
        if (!stamps) return broken("a changed record without times");
        *old = Record(old->kind(), to_node(element.first_child()), *stamps, names_);
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
    // The ledger may point at them until it was read anew.
    std::vector<std::unique_ptr<Record>> gone;
    for (const Element element : change.children()) {
        if (element.name() == "Removed") gone.push_back(take_away(element));
    }
    if (auto error = replay_records(change)) return error;
    for (const Element element : change.children()) {
        if (element.name() == "Removed" || element.name() == "Record") continue;
        if (auto error = read_element(element)) return error;
    }
    return std::nullopt;
}

}  // namespace qbxml::simulator
