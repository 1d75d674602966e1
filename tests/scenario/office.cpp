#include "tests/scenario/office.h"

#include <unistd.h>

#include <filesystem>

#include <fmt/format.h>

#include "qbxml/simulator/sample_books.h"

namespace scenario {

using namespace qbxml::simulator;

namespace {

// "maple-secret", hashed at next to no cost: a seed logs in some twenty times.
constexpr const char* cheap_hash =
    "scrypt$1$8$1$30313233343536373839616263646566$"
    "0a95e970a368dc9848ca3c7efc2fcee17a674593b4ffac96007f4630e3f074f3";

}  // namespace

Office::Office(Story& story, testing::ManualClock& clock, const std::string& slug,
               std::uint64_t seed, bool crowded)
    : story_(story), clock_(clock)
{
    company = {
        .id = {slug},
        .name = "Company " + slug,
        .user_name = "qbwc-" + slug,
        .password_hash = cheap_hash,
        .owner_id = "{5A1C0000-0000-4000-8000-000000000001}",
        .file_id = fmt::format("{{5A1C0000-0000-4000-8000-{:012X}}}", slug == "maple" ? 10 : 11),
        .created_at = clock.now()};
    company.time_zone = story.chance.percent(50) ? "America/New_York" : "";
    skew_ = story.chance.percent(70) ? 0 : story.chance.between(-2700, 2700);
    options_ = {.unix_seconds = [this] { return now(); },
                .owner_id = company.owner_id,
                .file_id = company.file_id};
    books = make_sample_books({.customers = story.chance.between(1, 6) + (crowded ? 36 : 0),
                               .invoices = story.chance.between(0, 6),
                               .seed = seed,
                               .company_name = company.name,
                               .company_path = "C:\\Books\\" + slug + ".qbw"});
}

std::int64_t Office::now() const
{
    return std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch())
               .count() +
           skew_;
}

std::unique_ptr<RequestProcessor> Office::open()
{
    ++openings_;
    return std::make_unique<RequestProcessor>(*books, options_,
                                              static_cast<std::uint64_t>(openings_) * 7919, now());
}

std::unique_ptr<RequestProcessor> Office::open_stranger()
{
    if (!stranger_) {
        stranger_options_ = options_;
        stranger_options_.file_id = "{5A1C0000-0000-4000-8000-FFFFFFFFFFFF}";
        stranger_ = make_sample_books({.customers = 1,
                                       .invoices = 0,
                                       .seed = 99,
                                       .company_name = "Somebody Else",
                                       .company_path = "C:\\Books\\other.qbw"});
    }
    return std::make_unique<RequestProcessor>(
        *stranger_, stranger_options_, static_cast<std::uint64_t>(++openings_) * 7919, now());
}

int Office::count(const Promise& promise) const
{
    switch (promise.what) {
        case Promise::What::customer:
            return books->find_by_name(*kind_of("Customer"), promise.name) ? 1 : 0;
        case Promise::What::invoice:
            return static_cast<int>(
                books->find_by_ref_number(*kind_of("Invoice"), promise.name, false).size());
        case Promise::What::phone: {
            const Record* record = books->find(*kind_of("Customer"), promise.record);
            return record && record->field("Phone", books->names()) == promise.name ? 1 : 0;
        }
        case Promise::What::sync:
        case Promise::What::read: return 0;
    }
    return 0;
}

SimulatedQuickBooks::Processed Office::process(RequestProcessor& session, std::string_view qbxml)
{
    std::vector<int> before;
    for (const auto& promise : promises)
        before.push_back(count(promise));
    auto processed = session.process(qbxml);
    for (std::size_t n = 0; n < promises.size(); ++n) {
        const int more = count(promises[n]) - before[n];
        if (more <= 0) continue;
        promises[n].made += more;
        story_.tell(
            fmt::format("    QuickBooks has made {} ({})", promises[n].name, promises[n].made));
    }
    return processed;
}

void Office::forget_answer(const std::string& id)
{
    if (books->kept_answers().contains(id)) books->forget_answer(id);
}

void Office::back_up()
{
    backup_ = (std::filesystem::temp_directory_path() /
               fmt::format("qbwcd-scenario-{}-{}.qbw", getpid(), company.id.text))
                  .string();
    books->save(backup_);
    made_at_backup_.clear();
    for (const auto& promise : promises)
        made_at_backup_.push_back(promise.made);
    story_.tell(company.id.text + ": a backup of the company file is made");
}

void Office::restore()
{
    if (backup_.empty()) return;
    auto old = CompanyFile::load(backup_);
    std::filesystem::remove(backup_);
    backup_.clear();
    if (!old) throw Broken("the backup cannot be read: " + old.error().text());
    books = std::move(*old);
    ++restores_;
    restored = true;
    auto settings = books->settings();
    settings.last_restored = now();
    books->change_settings(std::move(settings));
    story_.tell(company.id.text + ": the backup of the company file is restored");
    for (std::size_t n = 0; n < promises.size(); ++n) {
        // What was made since is not in these books, also where somebody changed it meanwhile.
        const int then = n < made_at_backup_.size() ? made_at_backup_[n] : 0;
        if (promises[n].made <= then) continue;
        promises[n].made = then;
        promises[n].undone = true;
    }
}

}  // namespace scenario
