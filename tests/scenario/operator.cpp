// The operator: what people do with jobs, and with the connection.
#include <fmt/format.h>

#include "server/jobs/lifecycle.h"
#include "server/service/connections.h"
#include "tests/scenario/host.h"

namespace scenario {

using namespace server;
using Done = ServerSide::Done;

// What people do to jobs, with what they saw in QuickBooks.
void Host::work_on_a_job()
{
    auto all = jobs();
    // What needs a person is looked at first.
    if (story_.chance.percent(60))
        std::erase_if(all, [](const jobs::Job& job) { return job.state == jobs::State::done; });
    if (all.empty()) return;
    const auto& job = story_.chance.one_of(all);
    std::string verb;
    const auto done = server_.work([&](service::JobDesk& desk, store::Store& store) {
        if (job.kind == jobs::Kind::interactive && job.state == jobs::State::queued &&
            story_.chance.percent(60)) {
            verb = "finishes";
            (void)desk.finish(job.id, store);
        } else if (job.state == jobs::State::queued && story_.chance.percent(30)) {
            verb = "cancels";
            (void)desk.cancel(job.id, store);
        } else if (job.state == jobs::State::failed && story_.chance.percent(25)) {
            verb = "ignores";
            (void)desk.ignore(job.id, "It is well.", store);
        } else if (job.state == jobs::State::ignored && story_.chance.percent(50)) {
            verb = "takes back";
            (void)desk.unignore(job.id, store);
        } else if (job.state == jobs::State::failed || job.state == jobs::State::ignored) {
            verb = "retries";
            (void)desk.retry(job.id, store);
        } else if (job.state == jobs::State::in_doubt && story_.chance.percent(30)) {
            verb = "looks in QuickBooks for";
            (void)desk.probe(job.id, store);
        } else if (jobs::may_resolve(job)) {
            int made = 0;
            for (const auto& promise : office_.promises)
                if (promise.job == job.id) made = promise.made;
            verb = made > 0 ? "resolves as applied" : "resolves as not applied";
            (void)desk.resolve(job.id, made > 0, "", store);
        } else {
            verb = "would cancel";
            if (desk.cancel(job.id, store) && job.state != jobs::State::queued)
                throw Broken("a job that was not queued could be cancelled: " + job.id.text);
            verb = job.state == jobs::State::queued ? "cancels" : "cannot cancel";
        }
    });
    story_.tell(fmt::format("{}: the operator {} {}: {}", office_.company.id.text, verb,
                            job.id.text, word_of(done)));
}

void Host::work_on_failed_jobs()
{
    if (story_.chance.percent(30)) return edit_a_job();
    const bool again = story_.chance.percent(75);
    constexpr const char* codes[] = {"", "closed_period_modify", "in_use", "name_taken"};
    const std::string code = story_.chance.one_of(codes);
    int moved = 0;
    const auto done = server_.work([&](service::JobDesk& desk, store::Store& store) {
        moved = again ? desk.retry_all(office_.company.id, code, store).value()
                      : desk.ignore_all(office_.company.id, code, "All well.", store).value();
    });
    story_.tell(fmt::format("{}: the operator {} all that failed{}{}, {}: {}", here(),
                            again ? "retries" : "ignores", code.empty() ? "" : " for ", code, moved,
                            word_of(done)));
}

// A new customer's other fields; the name stays, for it is what was promised.
void Host::edit_a_job()
{
    for (const auto& promise : office_.promises) {
        if (promise.what != Promise::What::customer || !promise.job || promise.part) continue;
        const auto job =
            server_.store().read([&](store::Tx& tx) { return tx.find_job(*promise.job); });
        if (!job || !jobs::may_edit(*job)) continue;
        bool taken = false;
        const auto done = server_.work([&](service::JobDesk& desk, store::Store& store) {
            taken =
                desk.edit(job->id,
                          fmt::format(R"({{"name":"{}","phone":"555-0199"}})", promise.name), store)
                    .ok();
        });
        story_.tell(fmt::format("{}: the operator edits {}: {}", here(), job->id.text,
                                taken ? word_of(done) : "refused"));
        return;
    }
}

// The company is linked anew, perhaps after it was unlinked: with a new password, which its people
// type in at once, and sometimes nothing may run before somebody has said that it is theirs.
void Host::link_again()
{
    const auto& id = office_.company.id;
    const bool unlinked = story_.chance.percent(50);
    const bool asks = story_.chance.percent(50);
    const auto done = server_.work([&](service::JobDesk&, store::Store& store) {
        service::Connections connections(server_.clock, server_.ids);
        if (asks) (void)connections.set(id, {{"confirm", "yes"}}, store);
        if (unlinked) (void)connections.unlink(id, "", store);
        if (!connections.relink(id, store)) throw Broken("it cannot be linked again");
    });
    // A cheap hash and the password that the connector knows: these are not what is tested here.
    server_.store().write([&](store::Tx& tx) {
        auto company = tx.find_company(id).value();
        company.password_hash = office_.company.password_hash;
        // Unlinked, and then the server was gone: whoever did it tries again.
        if (company.status == store::Status::unlinked)
            service::change_status(tx, company, store::Status::pending_auth, "relinked",
                                   server_.clock.now());
        tx.save_company(company);
    });
    story_.tell(fmt::format(
        "{}: the operator {}links it again{}: {}", here(), unlinked ? "unlinks it and " : "",
        asks ? ", and is to be asked whether it is theirs" : "", word_of(done)));
}

void Host::confirm()
{
    bool confirmed = false;
    const auto done = server_.work([&](service::JobDesk&, store::Store& store) {
        confirmed = service::Connections(server_.clock, server_.ids)
                        .confirm(office_.company.id, store)
                        .ok();
    });
    if (confirmed)
        story_.tell(fmt::format("{}: the operator says it is theirs: {}", here(), word_of(done)));
}

// A pause, a window, a budget, another link; or an end of them.
void Host::hold_back()
{
    if (story_.chance.percent(40)) return calm_down();
    if (story_.chance.percent(12)) return link_again();
    const auto now = server_.clock.now();
    const int minutes = story_.chance.between(5, 600);
    const int dice = story_.chance.below(5);
    const auto& id = office_.company.id;
    std::string what = "pauses it";
    const auto done = server_.work([&](service::JobDesk&, store::Store& store) {
        service::Connections connections(server_.clock, server_.ids);
        if (dice == 0) {
            (void)connections.pause(id, {.until = {}, .reason = "", .by = "op"}, store);
        } else if (dice < 3) {
            what = fmt::format("pauses it for {} minutes", minutes);
            (void)connections.pause(
                id, {.until = now + std::chrono::minutes(minutes), .reason = "", .by = "op"},
                store);
        } else if (dice == 3) {
            what = "opens it at night only";
            const char* scope = minutes % 2 == 0 ? "pulls" : "all";
            (void)connections.set(id, {{"window", "19:00-07:00"}, {"window-scope", scope}}, store);
        } else {
            what = "grants it a minute";
            (void)connections.set(id, {{"budget", "1m"}, {"rest", "10m"}}, store);
        }
    });
    story_.tell(fmt::format("{}: the operator {}: {}", here(), what, word_of(done)));
}

void Host::calm_down()
{
    const auto done = server_.work([&](service::JobDesk&, store::Store& store) {
        service::Connections connections(server_.clock, server_.ids);
        (void)connections.resume(office_.company.id, store);
        const auto set = connections.set(
            office_.company.id,
            {{"window", "none"}, {"budget", "none"}, {"rest", "none"}, {"confirm", "no"}}, store);
        if (!set) throw Broken("a setting is refused: " + set.error().front().text());
    });
    story_.tell(fmt::format("{}: the operator lets everything go: {}", here(), word_of(done)));
}

}  // namespace scenario
