#include "qbxml/simulator/company_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/text.h"

namespace qbxml::simulator {

namespace {

// The number that a RefNumber is, when it is one that the form would count on from.
std::optional<std::int64_t> counted(std::string_view ref_number)
{
    std::int64_t value = 0;
    const char* end = ref_number.data() + ref_number.size();
    const auto [stop, error] = std::from_chars(ref_number.data(), end, value);
    if (error != std::errc() || stop != end || value < 0 || ref_number.size() > 10) {
        return std::nullopt;
    }
    return value;
}

}  // namespace

CompanyFile::List& CompanyFile::list(const Kind& kind)
{
    return lists_[number_of(kind)];
}

const CompanyFile::List& CompanyFile::list(const Kind& kind) const
{
    return lists_[number_of(kind)];
}

const std::vector<std::unique_ptr<Record>>& CompanyFile::records(const Kind& kind) const
{
    return list(kind).records;
}

Record* CompanyFile::find(const Kind& kind, std::string_view id) const
{
    const auto& by_id = list(kind).by_id;
    if (by_id.empty()) return nullptr;
    const auto at = by_id.find(id);
    return at == by_id.end() ? nullptr : at->second;
}

Record* CompanyFile::find_by_name(const Kind& kind, std::string_view full_name) const
{
    Record* holder = name_holder(kind, full_name);
    return holder != nullptr && &holder->kind() == &kind ? holder : nullptr;
}

Record* CompanyFile::name_holder(const Kind& kind, std::string_view full_name) const
{
    const auto space = by_name_.find(kind.names);
    if (space == by_name_.end()) return nullptr;
    const auto at = space->second.find(folded(full_name));
    return at == space->second.end() ? nullptr : at->second;
}

std::vector<Record*> CompanyFile::find_by_ref_number(const Kind& kind, std::string_view ref_number,
                                                     bool any_case) const
{
    std::vector<Record*> found;
    const auto [first, last] = list(kind).by_ref_number.equal_range(folded(ref_number));
    for (auto at = first; at != last; ++at) {
        if (any_case || at->second->ref_number() == ref_number) found.push_back(at->second);
    }
    std::sort(found.begin(), found.end(), [](const Record* a, const Record* b) {
        return std::pair(a->stamps().created, a->id()) < std::pair(b->stamps().created, b->id());
    });
    return found;
}

std::string CompanyFile::next_list_id(const Kind& kind, std::int64_t now)
{
    ++revision_;
    const std::uint32_t serial = ++serials_[std::string(kind.serial)];
    return fmt::format("{:X}-{}", 0x80000000u + serial, now);
}

std::string CompanyFile::next_txn_id(std::int64_t now)
{
    ++revision_;
    return fmt::format("{:X}-{}", ++serials_["transaction"], now);
}

std::string CompanyFile::next_ref_number(const Kind& kind) const
{
    return std::to_string(list(kind).ref_number_high + 1);
}

void CompanyFile::index(Record& record)
{
    List& in = list(record.kind());
    if (!in.by_id.emplace(record.id(), &record).second) {
        throw std::logic_error("two records of the books have the id " + record.id());
    }
    if (record.kind().is_list()) {
        if (record.full_name().empty()) return;  // a to-do
        auto& space = by_name_[record.kind().names];
        if (!space.emplace(folded(record.full_name()), &record).second) {
            throw std::logic_error("two records of the books are named " + record.full_name());
        }
        return;
    }
    if (record.ref_number().empty()) return;
    in.by_ref_number.emplace(folded(record.ref_number()), &record);
    if (const auto number = counted(record.ref_number())) {
        in.ref_number_high = std::max(in.ref_number_high, *number);
    }
}

void CompanyFile::unindex(Record& record)
{
    List& in = list(record.kind());
    in.by_id.erase(record.id());
    if (record.kind().is_list()) {
        if (!record.full_name().empty()) {
            by_name_[record.kind().names].erase(folded(record.full_name()));
        }
        return;
    }
    const auto [first, last] = in.by_ref_number.equal_range(folded(record.ref_number()));
    for (auto at = first; at != last; ++at) {
        if (at->second != &record) continue;
        in.by_ref_number.erase(at);
        return;
    }
}

Record& CompanyFile::insert(const Kind& kind, const Node& ret, Stamps stamps)
{
    ++revision_;
    List& in = list(kind);
    in.records.push_back(std::make_unique<Record>(kind, ret, stamps, names_));
    index(*in.records.back());
    note_added(*in.records.back());
    return *in.records.back();
}

Edition CompanyFile::edition() const
{
    return edition_from_text(profile_.country).value_or(Edition::us);
}

Record& CompanyFile::add_tree(const Kind& kind, Node& ret, std::int64_t now)
{
    put(ret, "TimeCreated", time_text(now));
    put(ret, "TimeModified", time_text(now));
    put(ret, "EditSequence", std::to_string(now));
    arrange(ret, edition());
    return insert(kind, ret, {.created = now, .modified = now, .edit_sequence = now});
}

void CompanyFile::replace(Record& record, Node ret, Stamps stamps)
{
    ++revision_;
    put(ret, "TimeModified", time_text(stamps.modified));
    put(ret, "EditSequence", std::to_string(stamps.edit_sequence));
    arrange(ret, edition());
    Record fresh(record.kind(), ret, stamps, names_);
    const bool found_alike = fresh.id() == record.id() && fresh.full_name() == record.full_name() &&
                             fresh.ref_number() == record.ref_number();
    if (!found_alike) unindex(record);
    record = std::move(fresh);
    if (!found_alike) index(record);
    note_changed(record);
}

void CompanyFile::change(Record& record, Node ret, std::int64_t now)
{
    Stamps stamps = record.stamps();
    stamps.modified = std::max(now, stamps.modified);
    stamps.edit_sequence = std::max(now, stamps.edit_sequence + 1);
    replace(record, std::move(ret), stamps);
}

void CompanyFile::change_quietly(Record& record, std::string_view field, std::string_view text,
                                 std::int64_t now)
{
    const std::int64_t modified = std::max(now, record.stamps().modified);
    set_field(record, field, text);
    set_field(record, "TimeModified", time_text(modified));
    record.set_modified(modified);
    note_changed(record);
}

void CompanyFile::remove(Record& record, std::int64_t now)
{
    ++revision_;
    deletions_.push_back(
        {.kind = &record.kind(),
         .id = record.id(),
         .name = record.kind().is_list() ? record.full_name() : record.ref_number(),
         .created = record.stamps().created,
         .deleted = now});
    note_removed(record);
    unindex(record);
    auto& records = list(record.kind()).records;
    std::erase_if(records, [&](const auto& held) { return held.get() == &record; });
}

void CompanyFile::move_amount(Record& record, std::string_view field, Cents by)
{
    const auto before = Cents::parse(record.field(field, names_));
    if (!before) return;  // this record has no such balance
    set_field(record, field, (*before + by).text());
}

void CompanyFile::set_field(Record& record, std::string_view field, std::string_view text)
{
    ++revision_;
    record.set_field(field, text, names_);
    note_changed(record);
}

void CompanyFile::keep_answer(const std::string& message_set_id, KeptAnswer kept)
{
    kept_answers_[message_set_id] = std::move(kept);
    if (unsaved_) unsaved_->answers.insert(message_set_id);
    ++revision_;
}

bool CompanyFile::drop_answer(const std::string& message_set_id)
{
    if (kept_answers_.erase(message_set_id) == 0) return false;
    if (unsaved_) unsaved_->answers.insert(message_set_id);
    ++revision_;
    return true;
}

void CompanyFile::drop_answers()
{
    if (kept_answers_.empty()) return;
    kept_answers_.clear();
    if (unsaved_) unsaved_->answers_dropped = true;
    ++revision_;
}

void CompanyFile::change_settings(BookSettings settings)
{
    settings_ = std::move(settings);
    if (unsaved_) unsaved_->settings = true;
    ++revision_;
}

void CompanyFile::forget_answer(const std::string& message_set_id)
{
    const auto kept = kept_answers_.find(message_set_id);
    if (kept == kept_answers_.end()) return;
    kept->second.answer.reset();
    if (unsaved_) unsaved_->answers.insert(message_set_id);
    ++revision_;
}

}  // namespace qbxml::simulator
