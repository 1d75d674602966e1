#include <iostream>

#include <fmt/format.h>

#include "qbxml/value.h"
#include "server/base/ensure.h"
#include "server/base/log.h"
#include "server/cli/commands.h"
#include "server/service/companies.h"
#include "server/service/replay.h"
#include "server/service/web_connector.h"
#include "server/store/migrate.h"
#include "server/store/sqlite.h"

namespace server::cli {
namespace {

constexpr std::size_t transcript_bytes_max = std::size_t{1} << 30;

std::string_view word_of(session::State state)
{
    switch (state) {
        case session::State::open: return "open";
        case session::State::busy: return "busy";
        case session::State::interactive: return "interactive";
        case session::State::closing: return "closing";
        case session::State::closed: return "closed";
    }
    base::unreachable();
}

qbxml::Value to_value(const session::Session& s, int exchanges)
{
    qbxml::Value value(qbxml::Value::Object{});
    value.set("id", s.id.text);
    value.set("company", s.company.text);
    value.set("state", word_of(s.state));
    value.set("openedAt", base::to_text(s.opened_at));
    value.set("messageSets", s.batches);
    value.set("jobsDone", s.jobs_done);
    value.set("jobsFailed", s.jobs_failed);
    value.set("recordedCalls", exchanges);
    if (!s.last_error.empty()) value.set("lastError", s.last_error);
    return value;
}

int list(Shell& shell, const std::string& slug, int limit)
{
    auto store = shell.open_store();
    std::optional<base::CompanyId> company;
    if (!slug.empty()) company = base::CompanyId{slug};
    if (company && !store.read([&](store::Tx& tx) { return tx.find_company(*company); }))
        return fail(service::no_company(slug));
    store.read([&](store::Tx& tx) {
        for (const auto& s : tx.list_sessions(company, limit)) {
            const int exchanges = tx.count_exchanges(s.id);
            if (shell.json)
                std::cout << qbxml::to_json(to_value(s, exchanges)) << '\n';
            else
                std::cout << fmt::format(
                    "{}  {}  {:<12} {:<11} {} message sets, {} jobs done, {} failed, {} calls "
                    "recorded\n",
                    s.id.text, base::to_text(s.opened_at), s.company.text, word_of(s.state),
                    s.batches, s.jobs_done, s.jobs_failed, exchanges);
        }
    });
    return success;
}

int export_session(Shell& shell, const std::string& id)
{
    auto store = shell.open_store();
    struct Found {
        std::optional<session::Session> session;
        std::optional<store::Company> company;
        std::vector<store::Exchange> exchanges;
    };
    const auto found = store.read([&](store::Tx& tx) {
        Found here{tx.session_by_id({id}), {}, tx.exchanges({id})};
        if (here.session) here.company = tx.find_company(here.session->company);
        return here;
    });
    if (!found.company)
        return fail({id, "no session has this id; 'qbwcd session list' shows those there are"});
    if (found.exchanges.empty())
        return fail({id,
                     "nothing of this session is recorded: record-exchanges was none, or "
                     "record-days are over"});
    std::cout << service::transcript_of(*found.company, {id}, found.exchanges);
    return success;
}

int replay(const std::string& path)
{
    const auto steps = service::read_transcript(read_file(path, transcript_bytes_max));
    if (!steps) return fail({path, steps.error().text()});
    base::log::set_level(base::log::Level::off);  // what is said is the differences
    service::RecordedClock clock(base::Time{std::chrono::hours(24 * 365 * 50)});
    base::RandomIds ids;
    store::Store store(store::open_sqlite(":memory:"));
    store::migrate(store.connection(), clock.now());
    service::WebConnector connector(clock, ids,
                                    {.recorder = {.recording = service::Recording::none}});
    const auto played = service::replay(*steps, store, clock, ids, [&](const qbwc::Call& call) {
        return connector.answer(call, {"192.0.2.1"}, store);
    });
    for (const auto& difference : played.differences)
        std::cerr << path << ", " << difference << '\n';
    std::cout << fmt::format("{} calls, {} answered differently\n", played.calls,
                             played.differences.size());
    return played.differences.empty() && played.calls > 0 ? success : refused;
}

}  // namespace

void add_session_commands(CLI::App& app, Shell& shell)
{
    auto* session = app.add_subcommand("session", "Recorded conversations with Web Connectors");
    session->require_subcommand(1);

    struct Wish {
        std::string slug, id, path;
        int limit = 20;
    };
    auto wish = std::make_shared<Wish>();
    auto* listed = session->add_subcommand("list", "Sessions, newest first");
    listed->add_option("slug", wish->slug, "Of this company only");
    listed->add_option("--limit", wish->limit, "At most so many")->check(CLI::Range(1, 10'000));
    listed->callback([&shell, wish] {
        shell.run = [&shell, wish] { return list(shell, wish->slug, wish->limit); };
    });

    auto* exported =
        session->add_subcommand("export",
                                "A recorded session as a transcript, for people and for "
                                "'session replay'");
    exported->add_option("id", wish->id, "The session")->required();
    exported->callback(
        [&shell, wish] { shell.run = [&shell, wish] { return export_session(shell, wish->id); }; });

    auto* replayed = session->add_subcommand(
        "replay", "Plays a transcript against this program, in memory, and compares every answer");
    replayed->add_option("file", wish->path, "The transcript")->required();
    replayed->callback([&shell, wish] { shell.run = [wish] { return replay(wish->path); }; });
}

}  // namespace server::cli
