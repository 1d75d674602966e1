// What each event makes of a job, and in which states it may happen.
#include <set>

#include <catch2/catch.hpp>

#include "server/base/ensure.h"
#include "server/jobs/job_text.h"
#include "server/jobs/lifecycle.h"

using namespace server;
using namespace server::jobs;
using namespace std::chrono_literals;

namespace {

constexpr base::Time noon{std::chrono::hours{12}};
constexpr Backoff backoff{.attempts_max = 3, .first = 60s, .longest = 600s};
const Problem locked{.code = "object_locked", .status_code = "3175", .message = "It is open."};
constexpr std::initializer_list<State> every_state{
    State::queued,   State::running,   State::done,    State::failed,
    State::in_doubt, State::cancelled, State::expired, State::ignored};

const Batch reading{.id = {"QB1"}, .items = {{{"job_1"}, 1}}};
const Batch writing{.id = {"QB1"}, .items = {{{"job_1"}, 1}}, .changes_books = true};

Job job_in(State state, Kind kind = Kind::sync)
{
    Job job{.id = {"job_1"}, .company = {"maple"}, .kind = kind, .state = state, .attempt = 1};
    if (state == State::running || state == State::in_doubt) job.batch = base::BatchId{"QB1"};
    if (ended(state)) job.finished_at = noon;
    if (state == State::failed || state == State::expired || state == State::ignored)
        job.problem = locked;
    job.cursor = {.query = 1,
                  .iterator_id = "{it}",
                  .pages = 2,
                  .read = 250,
                  .read_here = 150,
                  .created = 5,
                  .remaining = 40,
                  .modified_from = "2026-01-01",
                  .newest = "2026-02"};
    return job;
}

// What the database demands of every row.
void check_consistent(const Job& job)
{
    CHECK(ended(job.state) == (job.finished_at > base::Time{}));
    if (job.batch) CHECK((job.state == State::running || job.state == State::in_doubt));
    if (job.state == State::failed) CHECK(job.problem.has_value());
}

}  // namespace

TEST_CASE("every event in every state: where it leads, or that it is a bug")
{
    struct Row {
        const char* event;
        std::function<Job(Job)> apply;
        Kind kind;
        // From queued, running, done, failed, doubt, cancelled, expired, ignored; {} is a bug.
        std::array<std::optional<State>, 8> to;
    };
    constexpr std::nullopt_t bug = std::nullopt;
    const auto row = GENERATE_COPY(values<Row>({
        {"claimed",
         [](Job j) { return claimed(j, {"QB2"}); },
         Kind::sync,
         {State::running, State::running, bug, bug, bug, bug}},
        {"done",
         [](Job j) { return done(j, "{}", noon); },
         Kind::sync,
         {bug, State::done, bug, bug, State::done, bug}},
        {"continued",
         [](Job j) { return continued(j, {}); },
         Kind::sync,
         {bug, State::running, bug, bug, State::in_doubt, bug}},
        {"refused",
         [](Job j) { return refused(j, locked, noon); },
         Kind::sync,
         {State::failed, State::failed, bug, bug, State::failed, bug}},
        {"postponed",
         [](Job j) { return postponed(j, locked, noon, backoff); },
         Kind::sync,
         {bug, State::queued, bug, bug, State::queued, bug}},
        {"postponed, a probe",
         [](Job j) { return postponed(j, locked, noon, backoff); },
         Kind::probe,
         {bug, State::failed, bug, bug, State::failed, bug}},
        {"given back, reading",
         [](Job j) { return given_back(j, &reading, noon, backoff); },
         Kind::sync,
         {bug, State::queued, bug, bug, State::queued, bug}},
        {"given back, writing",
         [](Job j) { return given_back(j, &writing, noon, backoff); },
         Kind::write,
         {bug, State::in_doubt, bug, bug, State::in_doubt, bug}},
        {"given back, a probe",
         [](Job j) { return given_back(j, &reading, noon, backoff); },
         Kind::probe,
         {bug, State::cancelled, bug, bug, State::cancelled, bug}},
        {"finished by the person",
         [](Job j) { return finished_by_person(j, noon); },
         Kind::interactive,
         {State::done, bug, bug, bug, bug, bug}},
        {"finished by the person, but no page",
         [](Job j) { return finished_by_person(j, noon); },
         Kind::sync,
         {bug, bug, bug, bug, bug, bug}},
        {"left in doubt",
         [](Job j) { return left_in_doubt(j, locked); },
         Kind::write,
         {bug, State::in_doubt, bug, bug, State::in_doubt, bug}},
        {"split",
         [](Job j) { return split(j, locked, 4, noon); },
         Kind::write,
         {bug, State::queued, bug, bug, State::queued, bug}},
        {"refreshed",
         [](Job j) { return refreshed(j, locked, true, noon); },
         Kind::write,
         {bug, State::queued, bug, bug, State::queued, bug}},
        {"parked",
         [](Job j) { return parked(j, locked); },
         Kind::write,
         {State::queued, bug, bug, bug, bug, bug, bug, bug}},
        {"expired",
         [](Job j) { return expired(j, noon); },
         Kind::write,
         {State::expired, bug, bug, bug, bug, bug, bug, bug}},
        {"retried",
         [](Job j) { return retried(j, noon); },
         Kind::write,
         {bug, bug, bug, State::queued, bug, bug, bug, State::queued}},
        {"ignored",
         [](Job j) { return ignored(j, "known", noon); },
         Kind::write,
         {bug, bug, bug, State::ignored, bug, bug, bug, bug}},
        {"taken back",
         [](Job j) { return unignored(j); },
         Kind::write,
         {bug, bug, bug, bug, bug, bug, bug, State::failed}},
    }));
    for (const State from : every_state) {
        CAPTURE(row.event, to_text(from));
        const auto to = row.to[static_cast<std::size_t>(from)];
        if (!to) {
            CHECK_THROWS_AS(row.apply(job_in(from, row.kind)), base::Bug);
            continue;
        }
        const Job next = row.apply(job_in(from, row.kind));
        CHECK(to_text(next.state) == to_text(*to));
        check_consistent(next);
    }
}

TEST_CASE("an attempt is counted when a job is claimed, once for all its pages")
{
    Job job{.id = {"job_1"}};
    job = claimed(job, {"QB1"});
    CHECK(job.attempt == 1);
    CHECK(job.batch == base::BatchId{"QB1"});
    job = continued(job, {.pages = 1});
    CHECK_FALSE(job.batch);
    job = claimed(job, {"QB2"});
    CHECK(job.attempt == 1);
    CHECK(job.cursor.pages == 1);
}

TEST_CASE("reading that is given back does not count the attempt and starts its query over")
{
    auto job = job_in(State::running);
    job.run_at = noon + 1h;
    const auto back = given_back(job, &reading, noon, backoff);
    CHECK(back.attempt == 0);
    CHECK(back.run_at == noon);
    CHECK(back.cursor.query == 1);  // what was read to its end before stays read
    CHECK(back.cursor.read == 100);
    CHECK(back.cursor.read_here == 0);
    CHECK(back.cursor.iterator_id.empty());
    CHECK(back.cursor.newest.empty());
    CHECK(back.cursor.remaining == 0);
    CHECK(back.cursor.modified_from == "2026-01-01");
}

TEST_CASE("writing that is given back keeps its batch, for the same text goes out again")
{
    const auto back = given_back(job_in(State::running, Kind::write), &writing, noon, backoff);
    CHECK(back.batch == base::BatchId{"QB1"});
    CHECK(back.attempt == 1);
}

TEST_CASE("what is left in doubt names no batch, so that nothing is sent by itself")
{
    const auto left = left_in_doubt(job_in(State::running, Kind::write), locked);
    CHECK_FALSE(left.batch);
    CHECK(left.problem == locked);
}

TEST_CASE("a postponed job waits longer each time and fails when its attempts are spent")
{
    auto job = job_in(State::running);
    auto again = postponed(job, locked, noon, backoff);
    CHECK(again.run_at == noon + wait_after(1, backoff, "job_1"));
    CHECK(again.problem == locked);
    CHECK(again.attempt == 1);
    job.attempt = 2;
    CHECK(postponed(job, locked, noon, backoff).run_at == noon + wait_after(2, backoff, "job_1"));
    job.attempt = 3;
    again = postponed(job, locked, noon, backoff);
    CHECK(again.state == State::failed);
    CHECK(again.finished_at == noon);
}

TEST_CASE("waiting doubles up to the longest wait")
{
    struct Row {
        int attempt;
        std::chrono::seconds wait;
    };
    const auto row = GENERATE(values<Row>({{0, 60s},
                                           {1, 60s},
                                           {2, 120s},
                                           {3, 240s},
                                           {4, 480s},
                                           {5, 600s},
                                           {6, 600s},
                                           {1'000'000, 600s}}));
    CAPTURE(row.attempt);
    CHECK(wait_after(row.attempt, backoff) == row.wait);
}

TEST_CASE("success takes away the problem of an earlier attempt")
{
    auto job = job_in(State::running);
    job.problem = locked;
    const auto next = done(job, "{\"read\":1}", noon);
    CHECK_FALSE(next.problem);
    CHECK(next.result == "{\"read\":1}");
}

TEST_CASE("cursor and problem survive their text")
{
    const Cursor cursor = job_in(State::running).cursor;
    CHECK(cursor_from_text(cursor_text(cursor)) == cursor);
    CHECK(cursor_from_text(cursor_text({})) == Cursor{});
    const Problem odd{"code", "0x80040400", "says \"no\"\n\\", "cause", "", "user"};
    CHECK(problem_from_text(problem_text(odd)) == odd);
    CHECK(problem_text(std::nullopt).empty());
    CHECK_FALSE(problem_from_text(""));
    CHECK_THROWS_AS(cursor_from_text("{broken"), base::Bug);
}

TEST_CASE("the words of kinds and states are fixed")
{
    CHECK(to_text(Kind::probe) == "probe");
    CHECK(to_text(State::in_doubt) == "in_doubt");
    CHECK(to_text(BatchState::given_back) == "given_back");
    for (const char* word : {"probe", "sync", "write", "raw", "interactive"})
        CHECK(to_text(kind_from_text(word).value()) == word);
    for (const char* word : {"queued", "running", "done", "failed", "in_doubt", "cancelled"})
        CHECK(to_text(state_from_text(word).value()) == word);
    for (const char* word : {"sent", "settled", "given_back", "in_doubt"})
        CHECK(to_text(batch_state_from_text(word).value()) == word);
    CHECK_FALSE(kind_from_text("Probe"));
    CHECK_FALSE(state_from_text(""));
    CHECK_FALSE(batch_state_from_text("lost"));
}

TEST_CASE("a job as programs see it")
{
    auto job = job_in(State::failed);
    job.data_type = "customers";
    job.operation = "delta";
    job.created_at = job.run_at = noon;
    CHECK(qbxml::to_json(to_value(job)) ==
          R"({"id":"job_1","company":"maple","kind":"sync","operation":"delta",)"
          R"("dataType":"customers","state":"failed","created":"1970-01-01T12:00:00Z",)"
          R"("runAt":"1970-01-01T12:00:00Z","expires":null,"finished":"1970-01-01T12:00:00Z",)"
          R"("waitsFor":null,"idempotencyKey":null,"attempt":1,)"
          R"("progress":{"read":250,"created":5,"updated":0,"remaining":40},"result":null,)"
          R"("problem":{"code":"object_locked","statusCode":"3175","message":"It is open.",)"
          R"("cause":null,"remedy":null,"actor":null}})");
}

TEST_CASE("jobs that travelled with one that cannot be read go in half the company, until alone")
{
    auto job = job_in(State::running, Kind::write);
    job = split(job, locked, 8, noon);
    CHECK(job.together == 4);
    CHECK(job.attempt == 1);
    CHECK(job.run_at <= noon);
    job.state = State::running;
    CHECK(split(job, locked, 3, noon).together == 1);
    CHECK_THROWS_AS(split(job, locked, 1, noon), base::Bug);
}

TEST_CASE("a read that loses its session every time fails in the end, and harms nobody till then")
{
    auto job = job_in(State::running);
    for (int loss = 1; loss < backoff.attempts_max; ++loss) {
        job = given_back(job, &reading, noon, backoff);
        CHECK(job.state == State::queued);
        CHECK(job.losses == loss);
        job.state = State::running;
    }
    SECTION("one more, and it has failed")
    {
        const auto end = given_back(job, &reading, noon, backoff);
        CHECK(end.state == State::failed);
        CHECK(end.problem->code == "no_answer");
    }
    SECTION("a page that arrives forgets the losses")
    {
        CHECK(continued(job, {}).losses == 0);
    }
    SECTION("a session that ends between two pages is no loss")
    {
        CHECK(given_back(job, nullptr, noon, backoff).losses == job.losses);
    }
}

TEST_CASE("waiting times are spread by a quarter, the same for the same job and attempt")
{
    for (int attempt = 1; attempt < 6; ++attempt) {
        const auto wait = wait_after(attempt, backoff);
        std::set<std::int64_t> seen;
        for (int n = 0; n < 100; ++n) {
            const auto salt = "job_" + std::to_string(n);
            const auto spread = wait_after(attempt, backoff, salt);
            CHECK(spread >= wait * 3 / 4 - 1s);
            CHECK(spread <= wait * 5 / 4 + 1s);
            CHECK(spread == wait_after(attempt, backoff, salt));
            seen.insert(spread.count());
        }
        CHECK(seen.size() > 10);
    }
}

TEST_CASE("a sync that has failed goes on behind the last range it has read")
{
    Job failed = job_in(State::failed);
    failed.data_type = "customers";
    failed.cursor.restarts = 3;
    const Job again = retried(failed, noon + 1h);
    CHECK(again.cursor.query == 1);
    CHECK(again.cursor.modified_from == "2026-01-01");
    CHECK(again.cursor.read == 100);  // the range at work is read anew
    CHECK(again.cursor.iterator_id.empty());
    CHECK(again.cursor.restarts == 0);
}

TEST_CASE("what starts over when it is tried again")
{
    struct Row {
        const char* what;
        const char* data_type;
        Kind kind;
        State state;
        const char* code;
        std::chrono::hours later;
    };
    const auto row = GENERATE(values<Row>({
        {"it failed long ago", "customers", Kind::sync, State::failed, "busy", 24h * 7},
        {"it was ignored, and what it met is forgotten", "customers", Kind::sync, State::ignored,
         "busy", 1h},
        {"a setting was wrong, and is mended", "customers", Kind::sync, State::failed, "validation",
         1h},
        {"a report, whose days are over", "profitAndLoss", Kind::sync, State::failed, "busy", 1h},
        {"no sync", "customers", Kind::read, State::failed, "busy", 1h},
    }));
    CAPTURE(row.what);
    Job failed = job_in(row.state, row.kind);
    failed.data_type = row.data_type;
    failed.problem->code = row.code;
    CHECK(retried(failed, noon + row.later).cursor == Cursor{});
}

TEST_CASE("what QuickBooks has done of a raw set is remembered whenever it is tried again")
{
    Job failed = job_in(State::ignored, Kind::raw);
    failed.cursor.applied = {{1, "CustomerAddRq", "80000001-1"}};
    CHECK(retried(failed, noon + 24h * 100).cursor == Cursor{.applied = failed.cursor.applied});
    CHECK(cursor_from_text(cursor_text(failed.cursor)) == failed.cursor);
}
