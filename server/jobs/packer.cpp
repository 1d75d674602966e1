#include "server/jobs/packer.h"

#include <fmt/format.h>

#include <algorithm>

#include "server/base/ensure.h"

namespace server::jobs {
namespace {

Problem cannot_be_sent(const std::vector<qbxml::Fault>& faults)
{
    std::string text;
    for (const qbxml::Fault& fault : faults)
        text += (text.empty() ? "" : "\n") + fault.text();
    return {.code = "validation",
            .message = std::move(text),
            .cause = "The request breaks a rule of qbXML; it was not sent.",
            .remedy = "Mend what is named and send it again.",
            .actor = "caller"};
}

// What no other job of the same set may touch; "" for a job that changes no record known by id.
std::string record_changed(const Job& job)
{
    const auto id = changed_record(job);
    return id ? job.data_type + "/" + *id : std::string();
}

}  // namespace

bool Packer::takes(const Job& job) const
{
    if (items_.empty()) return true;
    if (closed_ || travels_alone(job) || reads(job) == changes_books_) return false;
    return has_room(job, 1, 0);
}

bool Packer::has_room(const Job& job, int requests, std::size_t bytes) const
{
    const int jobs = static_cast<int>(items_.size()) + 1;
    const auto narrow = [&](int limit) { return limit != 0 && jobs > limit; };
    return !narrow(together_) && !narrow(job.together) &&
           static_cast<int>(names_.size()) + requests <=
               (changes_books_ ? std::min(limits_.writes_max, limits_.requests_max)
                               : limits_.requests_max) &&
           text_.size() + bytes <= limits_.bytes_max && !changed_.contains(record_changed(job));
}

qbxml::Result<Packer::Packed, Problem> Packer::add(Job& job, const Known& known)
{
    base::ensure(takes(job), "a job was packed that may not join");
    auto wanted = requests_of(job, facts_, known);
    if (!wanted) return wanted.error();
    job.cursor = wanted->cursor;
    qbxml::MessageSet& set = wanted->set;
    if (set.requests.empty()) return Packed::nothing_to_do;

    std::vector<std::string> names;
    bool changes_books = false;
    int number = static_cast<int>(names_.size());
    for (qbxml::Node& request : set.requests) {
        ++number;
        changes_books |= qbxml::changes_books(request.name);
        const std::string* own = request.attribute("requestID");
        names.push_back(own ? request.name + "=" + *own : request.name);
        if (!own) request.set_attribute("requestID", fmt::format("{}-{}", id_.text, number));
    }
    auto text = qbxml::write_requests(set, facts_.version, facts_.edition);
    if (!text) return cannot_be_sent(text.error());

    const bool ordered = job.kind == Kind::write && set.requests.size() > 1 && changes_books;
    if (!items_.empty() && (ordered || changes_books != changes_books_ ||
                            !has_room(job, static_cast<int>(names.size()), text->size())))
        return Packed::no_room;

    if (items_.empty()) {
        envelope_.include_response_data = set.include_response_data;
        envelope_.on_error = set.on_error;
        closed_ = ordered || travels_alone(job);
        changes_books_ = changes_books;
    } else {
        envelope_.on_error = qbxml::OnError::go_on;
    }
    if (job.together != 0)
        together_ = together_ == 0 ? job.together : std::min(together_, job.together);
    if (changes_books_) {
        if (auto changed = record_changed(job); !changed.empty())
            changed_.insert(std::move(changed));
    }
    items_.push_back({job.id, static_cast<int>(names.size())});
    names_.insert(names_.end(), names.begin(), names.end());
    text_ += *text;
    return Packed::inside;
}

Batch Packer::batch(const base::CompanyId& company, base::Time now) const
{
    qbxml::MessageSet envelope = envelope_;
    if (changes_books_) {
        envelope.new_message_set_id = id_.text;
        envelope.old_message_set_id = facts_.settled_batch;
    }
    return {.id = id_,
            .company = company,
            .items = items_,
            .requests = names_,
            .changes_books = changes_books_,
            .text = qbxml::write_envelope(envelope, facts_.version, text_),
            .sent_at = now};
}

qbxml::Result<Planned, Problem> plan(Job job, const base::BatchId& id, const Facts& facts,
                                     const Known& known)
{
    Packer packer(id, facts);
    const auto packed = packer.add(job, known);
    if (!packed) return packed.error();
    Planned planned{.cursor = job.cursor, .batch = {}};
    if (*packed == Packer::Packed::inside) planned.batch = packer.batch(job.company, job.run_at);
    return planned;
}

}  // namespace server::jobs
