#include "server/service/companies.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "qbxml/canonical/read.h"
#include "qbxml/canonical/write.h"
#include "server/base/secret.h"
#include "server/service/connection_watch.h"
#include "server/service/lookups.h"

namespace server::service {
namespace {

using qbxml::Error;
using qbxml::Result;
using qbxml::Value;

constexpr std::size_t slug_max = 40;
constexpr std::size_t name_max = 200;

std::optional<Error> fault_of(const CompanyWish& wish)
{
    const bool plain = std::all_of(wish.slug.begin(), wish.slug.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (wish.slug.empty() || wish.slug.size() > slug_max || !plain || wish.slug.front() == '-' ||
        wish.slug.back() == '-')
        return Error{"slug", fmt::format("'{}' cannot name a company: 1 to {} lower-case letters, "
                                         "digits and dashes are expected, for example 'acme-east'",
                                         wish.slug, slug_max)};
    if (wish.name.empty() || wish.name.size() > name_max)
        return Error{"name", fmt::format("a company needs a name of 1 to {} bytes; {} were given",
                                         name_max, wish.name.size())};
    if (!wish.time_zone.empty() && !qbxml::canonical::knows_time_zone(wish.time_zone))
        return Error{"time-zone", fmt::format("'{}' is no time zone; a name of the IANA list is "
                                              "expected, for example America/Chicago",
                                              wish.time_zone)};
    if (!wish.home_currency.empty() && !is_currency_code(wish.home_currency))
        return Error{"home-currency", fmt::format("'{}' is no currency; three capital letters are "
                                                  "expected, for example USD",
                                                  wish.home_currency)};
    return std::nullopt;
}

Value text_or_null(std::string_view text)
{
    return text.empty() ? Value() : Value(text);
}

Value time_or_null(base::Time time)
{
    return time == base::Time{} ? Value() : Value(base::to_text(time));
}

// Of so many jobs, the newest of each state, it is known what became of them.
constexpr int jobs_looked_at = 500;

// The element that QuickBooks' words name, as in: The feature of the field "ExchangeRate" is not
// enabled ...; "" when they mean the whole request.
std::string element_named(const jobs::Problem& problem)
{
    if (problem.status_code != "3250") return {};
    constexpr std::string_view before = "field \"";
    const auto begin = problem.message.find(before);
    if (begin == std::string::npos) return {};
    const auto name = std::string_view(problem.message).substr(begin + before.size());
    return std::string(name.substr(0, name.find('"')));
}

// Unsupported message, no permission, feature off, insufficient permission.
bool stays(const jobs::Problem& problem)
{
    const std::string_view code = problem.status_code;
    return code == "1030" || code == "3220" || code == "3250" || code == "3260";
}

bool holds(const qbxml::Node& node, std::string_view element)
{
    return node.name == element || std::ranges::any_of(node.children, [&](const auto& child) {
               return holds(child, element);
           });
}

// Whether the write that was done had that element in its request.
bool wrote(store::Tx& tx, const jobs::Job& done, std::string_view element)
{
    const auto body = qbxml::parse_json(done.body);
    if (!body) return false;
    const auto write = qbxml::canonical::write_from_json(*body);
    if (!write) return false;
    const auto made = qbxml::canonical::to_requests(*write, write_context(tx, done.company),
                                                    qbxml::newest_version, qbxml::Edition::any);
    return made.ok() && std::ranges::any_of(made->requests, [&](const auto& request) {
               return holds(request, element);
           });
}

// The writes that have ended, the last one first; of those that ended at once the done ones first.
std::vector<jobs::Job> ended_writes(store::Tx& tx, const base::CompanyId& company)
{
    std::vector<jobs::Job> jobs;
    for (const auto state : {jobs::State::done, jobs::State::failed, jobs::State::ignored})
        for (auto& job :
             tx.list_jobs({.company = company, .state = state, .limit = jobs_looked_at}))
            if (job.kind == jobs::Kind::write) jobs.push_back(std::move(job));
    std::ranges::stable_sort(jobs, std::ranges::greater{}, &jobs::Job::finished_at);
    return jobs;
}

std::vector<qbxml::canonical::RefusedBefore> refused_before(store::Tx& tx,
                                                            const base::CompanyId& company)
{
    const auto jobs = ended_writes(tx, company);
    std::vector<qbxml::canonical::RefusedBefore> refused;
    std::set<std::array<std::string, 3>> known;  // the newest word counts
    for (auto job = jobs.begin(); job != jobs.end(); ++job) {
        if (!job->problem || !stays(*job->problem) || job->state == jobs::State::done) continue;
        const std::string element = element_named(*job->problem);
        if (!known.insert({job->data_type, job->operation, element}).second) continue;
        // An element is written alike by whatever writes it.
        const bool done_later = std::any_of(jobs.begin(), job, [&](const jobs::Job& later) {
            if (later.state != jobs::State::done || later.data_type != job->data_type) return false;
            return element.empty() ? later.operation == job->operation : wrote(tx, later, element);
        });
        if (!done_later)
            refused.push_back({job->data_type, job->operation, job->problem->message, element});
    }
    for (const auto& state : tx.sync_states(company))
        if (!state.skipped.empty()) refused.push_back({state.data_type, "read", state.skipped});
    return refused;
}

}  // namespace

qbxml::canonical::FileFacts file_facts(store::Tx& tx, const store::Company& company)
{
    qbxml::canonical::FileFacts facts{
        .version = qbxml::Version::parse(company.qbxml_version).value_or(qbxml::common_version),
        .edition = qbxml::edition_from_text(company.linked.country).value_or(qbxml::Edition::any),
        .refused = refused_before(tx, company.id)};
    if (const auto kept = tx.find_record(company.id, "companyPreferences", "preferences"))
        if (auto value = qbxml::parse_json(*kept)) facts.preferences = std::move(*value);
    return facts;
}

bool is_currency_code(std::string_view text)
{
    return text.size() == 3 &&
           std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

Error no_company(std::string_view slug)
{
    return {std::string(slug),
            "no company has this name; 'qbwcd company list' shows those there are"};
}

Result<NewCompany> Companies::create(const CompanyWish& wish, store::Store& store)
{
    if (auto fault = fault_of(wish)) return *fault;
    NewCompany made{.company = {.id = {wish.slug},
                                .name = wish.name,
                                .user_name = "qbwc-" + wish.slug,
                                .file_id = ids_.guid(),
                                .created_at = clock_.now(),
                                .time_zone = wish.time_zone,
                                .pinned_path = wish.pinned_path,
                                .home_currency = wish.home_currency},
                    .password = ids_.password()};
    made.company.password_hash = base::hash_password(made.password);
    const std::string fresh_owner = ids_.guid();
    const bool added = store.write([&](store::Tx& tx) {
        if (tx.find_company(made.company.id)) return false;
        const auto others = tx.companies();
        made.company.owner_id = others.empty() ? fresh_owner : others.front().owner_id;
        tx.add_company(made.company);
        return true;
    });
    if (!added)
        return Error{wish.slug,
                     "a company of this name is there already; choose another one, or use "
                     "'qbwcd password' if its password is lost"};
    return made;
}

Result<std::string> Companies::new_password(const base::CompanyId& id, store::Store& store)
{
    const std::string password = ids_.password();
    const std::string hash = base::hash_password(password);
    const bool found = store.write([&](store::Tx& tx) {
        auto company = tx.find_company(id);
        if (!company) return false;
        company->password_hash = hash;
        tx.save_company(*company);
        tx.forget_login_failures(company->user_name);
        return true;
    });
    if (!found) return no_company(id.text);
    return password;
}

Result<store::Company> Companies::accept_file(const base::CompanyId& id, store::Store& store)
{
    const auto saved = store.write([&](store::Tx& tx) {
        auto company = tx.find_company(id);
        if (company) {
            company->linked = {};
            company->last_error.clear();
            tx.save_company(*company);
            tx.forget_watermarks(id);  // whatever file it is, it is read whole
            forget_place(tx, *company, clock_.now());
        }
        return company;
    });
    if (!saved) return no_company(id.text);
    return *saved;
}

Value to_value(const store::Company& c)
{
    Value file;
    if (c.linked.known()) {
        file.set("name", text_or_null(c.linked.name));
        file.set("path", text_or_null(c.linked.path));
        file.set("country", text_or_null(c.linked.country));
        file.set("fileId", text_or_null(c.linked.file_id));
    }
    Value value(Value::Object{});
    value.set("id", c.id.text);
    value.set("name", c.name);
    value.set("status", to_text(c.status));
    value.set("userName", c.user_name);
    value.set("ownerId", c.owner_id);
    value.set("fileId", c.file_id);
    value.set("timeZone", text_or_null(c.time_zone));
    value.set("homeCurrency", text_or_null(c.home_currency));
    value.set("pinnedPath", text_or_null(c.pinned_path));
    value.set("created", base::to_text(c.created_at));
    value.set("boundTo", std::move(file));
    value.set("product", text_or_null(c.product));
    value.set("qbxml", text_or_null(c.qbxml_version));
    value.set("lastContact", time_or_null(c.last_contact_at));
    value.set("lastError", text_or_null(c.last_error));
    return value;
}

}  // namespace server::service
