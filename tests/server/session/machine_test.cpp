// The rules of a session: every event in every state, one line a cell.
#include <catch2/catch.hpp>

#include "server/base/ensure.h"
#include "server/session/machine.h"

using namespace server;
using namespace server::session;

namespace Catch {
template <>
struct StringMaker<State> {
    static std::string convert(State s)
    {
        return std::vector<std::string>{"open", "busy", "interactive", "closing",
                                        "closed"}[static_cast<std::size_t>(s)];
    }
};
template <>
struct StringMaker<Work> {
    static std::string convert(Work w)
    {
        return std::vector<std::string>{"none", "hand_out", "repeat", "settle",
                                        "give_back"}[static_cast<std::size_t>(w)];
    }
};
}  // namespace Catch

namespace {

constexpr base::Time noon{std::chrono::hours{12}};
constexpr Limits limits{.idle = std::chrono::minutes(15), .busy = std::chrono::minutes(60)};
constexpr std::initializer_list<State> every_state{State::open, State::busy, State::interactive,
                                                   State::closing, State::closed};

Session session_in(State state)
{
    Session s{.id = {"ses_1"}, .company = {"maple"}, .state = state, .deadline = noon};
    if (state == State::busy) s.batch = base::BatchId{"B1"};
    if (state == State::interactive) s.interactive = base::JobId{"J1"};
    if (state == State::closing) s.last_error = "what went wrong";
    return s;
}

const Offer nothing = Nothing{"Everything is up to date."};
const Offer soon = Soon{};
const Offer batch = session::Batch{{"B2"}};
const Offer page = Page{{"J2"}};

}  // namespace

TEST_CASE("sendRequestXML in every state, for every offer")
{
    struct Row {
        State state;
        const Offer* offer;
        Work work;
        State next;
    };
    const auto row = GENERATE(values<Row>({
        {State::open, &nothing, Work::none, State::open},
        {State::open, &soon, Work::none, State::open},
        {State::open, &batch, Work::hand_out, State::busy},
        {State::open, &page, Work::none, State::interactive},
        {State::busy, &nothing, Work::repeat, State::busy},
        {State::busy, &soon, Work::repeat, State::busy},
        {State::busy, &batch, Work::repeat, State::busy},
        {State::busy, &page, Work::repeat, State::busy},
        {State::interactive, &nothing, Work::none, State::open},
        {State::interactive, &soon, Work::none, State::open},
        {State::interactive, &batch, Work::hand_out, State::busy},
        {State::interactive, &page, Work::none, State::interactive},
        {State::closing, &nothing, Work::none, State::closing},
        {State::closing, &soon, Work::none, State::closing},
        {State::closing, &batch, Work::none, State::closing},
        {State::closing, &page, Work::none, State::closing},
        {State::closed, &nothing, Work::none, State::closed},
        {State::closed, &soon, Work::none, State::closed},
        {State::closed, &batch, Work::none, State::closed},
        {State::closed, &page, Work::none, State::closed},
    }));
    CAPTURE(row.state, row.offer->index());
    const auto step = on_send(session_in(row.state), *row.offer, noon, limits);
    CHECK(step.work == row.work);
    CHECK(step.next.state == row.next);
    CHECK((step.next.state == State::busy) == step.next.batch.has_value());
}

TEST_CASE("a batch asked for twice is handed out once and then repeated")
{
    const auto first = on_send(session_in(State::open), session::Batch{{"B1"}}, noon, limits);
    CHECK(first.work == Work::hand_out);
    CHECK(first.next.batch == base::BatchId{"B1"});

    const auto again = on_send(first.next, session::Batch{{"B2"}}, noon, limits);
    CHECK(again.work == Work::repeat);
    CHECK(again.next.batch == base::BatchId{"B1"});
}

TEST_CASE("only a session with nothing out wants work")
{
    for (const State state : every_state) {
        CAPTURE(state);
        CHECK(wants_work(session_in(state)) ==
              (state == State::open || state == State::interactive));
    }
}

TEST_CASE("the deadline moves with each call, further while QuickBooks works")
{
    const auto later = noon + std::chrono::minutes(5);
    CHECK(on_send(session_in(State::open), nothing, later, limits).next.deadline ==
          later + limits.idle);
    CHECK(on_send(session_in(State::open), soon, later, limits).next.deadline ==
          later + limits.idle);
    CHECK(on_send(session_in(State::open), batch, later, limits).next.deadline ==
          later + limits.busy);
    CHECK(on_send(session_in(State::busy), batch, later, limits).next.deadline ==
          later + limits.busy);
    CHECK(on_send(session_in(State::open), page, later, limits).next.deadline ==
          later + limits.busy);
    CHECK(on_receive(session_in(State::busy), {}, "a", later, limits).next.deadline ==
          later + limits.idle);
    CHECK(on_send(session_in(State::closing), batch, later, limits).next.deadline == noon);
}

TEST_CASE("what an arriving answer is, in every state")
{
    struct Row {
        State state;
        const char* settled_before;
        bool has_response;
        Receipt receipt;
    };
    const auto row = GENERATE(values<Row>({
        {State::open, "same", true, Receipt::repeat},
        {State::open, "same", false, Receipt::repeat},
        {State::open, "other", true, Receipt::unasked},
        {State::open, "", true, Receipt::unasked},
        {State::busy, "same", true, Receipt::repeat},
        {State::busy, "same", false, Receipt::settle},  // one error code may come for two batches
        {State::busy, "other", true, Receipt::settle},
        {State::busy, "", true, Receipt::settle},
        {State::interactive, "same", true, Receipt::repeat},
        {State::interactive, "other", true, Receipt::unasked},
        {State::closing, "same", true, Receipt::repeat},
        {State::closing, "same", false, Receipt::repeat},
        {State::closing, "other", true, Receipt::unasked},
        {State::closed, "same", true, Receipt::unasked},
        {State::closed, "other", true, Receipt::unasked},
    }));
    CAPTURE(row.state, row.settled_before, row.has_response);
    auto s = session_in(row.state);
    s.answer = row.settled_before;
    CHECK(receipt_of(s, "same", row.has_response) == row.receipt);
}

TEST_CASE("an answer is settled while a batch is out and at no other time")
{
    for (const State state : every_state) {
        CAPTURE(state);
        if (state == State::busy) {
            const auto step = on_receive(session_in(state), {}, "hash", noon, limits);
            CHECK(step.work == Work::settle);
            CHECK(step.next.state == State::open);
            CHECK(step.next.answer == "hash");
            CHECK_FALSE(step.next.batch);
        } else {
            CHECK_THROWS_AS(on_receive(session_in(state), {}, "hash", noon, limits), base::Bug);
        }
    }
}

TEST_CASE("an answer that is none ends the run with its text")
{
    const auto step =
        on_receive(session_in(State::busy), {.breach = "It was cut off."}, "hash", noon, limits);
    CHECK(step.next.state == State::closing);
    CHECK(step.next.number == -1);
    CHECK(last_error(step.next) == "It was cut off.");
    CHECK_FALSE(step.next.batch);
}

TEST_CASE("jobs are counted as they end")
{
    auto s = on_receive(session_in(State::busy), {.more = true, .done = 1}, "a", noon, limits).next;
    s = on_send(s, batch, noon, limits).next;
    s = on_receive(s, {.more = true, .failed = 1}, "b", noon, limits).next;
    s = on_send(s, batch, noon, limits).next;
    s = on_receive(s, {}, "c", noon, limits).next;
    CHECK(s.jobs_done == 1);
    CHECK(s.jobs_failed == 1);
    CHECK(s.batches == 3);
}

TEST_CASE("progress is whole, never 100 while something is left, and never goes back")
{
    for (int first = -50; first <= 150; first += 7) {
        for (int second = -50; second <= 150; second += 7) {
            CAPTURE(first, second);
            auto s = on_receive(session_in(State::busy), {.percent = first, .more = true}, "a",
                                noon, limits)
                         .next;
            const int one = s.number;
            CHECK(one >= 0);
            CHECK(one <= 99);
            s = on_send(s, batch, noon, limits).next;
            s = on_receive(s, {.percent = second, .more = true}, "b", noon, limits).next;
            CHECK(s.number >= one);
            CHECK(s.number <= 99);
            s = on_send(s, batch, noon, limits).next;
            s = on_receive(s, {.percent = first, .more = false}, "c", noon, limits).next;
            CHECK(s.number == 100);
        }
    }
}

TEST_CASE("an answer to no question ends a run that goes on")
{
    for (const State state : every_state) {
        if (state == State::busy) continue;  // there every answer is to a question
        CAPTURE(state);
        const auto step = on_unasked(session_in(state), noon);
        const bool over = state == State::closing || state == State::closed;
        CHECK(step.work == Work::none);
        CHECK(step.next.state == (over ? state : State::closing));
        if (!over) {
            CHECK(step.next.number == -1);
            CHECK_THAT(step.next.last_error, Catch::Contains("was not asked"));
        }
    }
}

TEST_CASE("connectionError in every state")
{
    struct Row {
        State state;
        bool path;
        Work work;
        State next;
        int tries;
    };
    const auto row = GENERATE(values<Row>({
        {State::open, true, Work::none, State::open, 1},
        {State::open, false, Work::none, State::closing, 0},
        {State::busy, true, Work::give_back, State::closing, 0},
        {State::busy, false, Work::give_back, State::closing, 0},
        {State::interactive, true, Work::none, State::interactive, 1},
        {State::interactive, false, Work::none, State::closing, 0},
        {State::closing, true, Work::none, State::closing, 0},
        {State::closing, false, Work::none, State::closing, 0},
        {State::closed, true, Work::none, State::closed, 0},
        {State::closed, false, Work::none, State::closed, 0},
    }));
    CAPTURE(row.state, row.path);
    const Retry retry{row.path ? std::optional<std::string>("C:\\maple.qbw") : std::nullopt,
                      "QuickBooks could not be reached."};
    const auto step = on_connection_error(session_in(row.state), retry, noon, limits);
    CHECK(step.work == row.work);
    CHECK(step.next.state == row.next);
    CHECK(step.next.connection_tries == row.tries);
}

TEST_CASE("the page: done and rejected in every state")
{
    for (const State state : every_state) {
        CAPTURE(state);
        const bool shown = state == State::interactive;
        const auto done = on_interactive_done(session_in(state), noon, limits);
        CHECK(done.work == Work::none);
        CHECK(done.next.state == (shown ? State::open : state));
        const auto rejected = on_interactive_rejected(session_in(state), "Refused.", noon, limits);
        CHECK(rejected.work == Work::none);
        CHECK(rejected.next.state == (shown ? State::open : state));
        CHECK((last_error(rejected.next) == "Refused.") == shown);
        if (shown) {
            CHECK_FALSE(done.next.interactive);
            CHECK_FALSE(rejected.next.interactive);
        }
    }
}

TEST_CASE("closing, expiry and a newer session end every state and give back what is out")
{
    for (const State state : every_state) {
        CAPTURE(state);
        const Work owed = state == State::busy ? Work::give_back : Work::none;
        for (const auto& step : {on_close(session_in(state)), on_deadline(session_in(state)),
                                 on_newer_session(session_in(state))}) {
            CHECK(step.next.state == State::closed);
            CHECK(step.work == owed);
            CHECK_FALSE(step.next.no_op);
        }
    }
}

TEST_CASE("a session that a newer one replaced says so, not that it should start again")
{
    for (const State state : every_state) {
        CAPTURE(state);
        CHECK(last_error(on_newer_session(session_in(state)).next) == replaced_text);
    }
}

TEST_CASE("the wrong company file ends a run that goes on")
{
    for (const State state : every_state) {
        CAPTURE(state);
        const bool over = state == State::closing || state == State::closed;
        const auto step = on_wrong_file(session_in(state), "The wrong file is open.");
        CHECK(step.work == (state == State::busy ? Work::give_back : Work::none));
        CHECK(step.next.state == (over ? state : State::closing));
        CHECK((last_error(step.next) == "The wrong file is open.") == !over);
    }
}

TEST_CASE("getLastError in every state")
{
    auto waiting = session_in(State::open);
    waiting.no_op = true;
    auto ended = session_in(State::closed);
    ended.last_error = "what went wrong";
    auto up_to_date = session_in(State::open);
    up_to_date.last_error = "Everything is up to date.";
    CHECK(last_error(up_to_date) == "Everything is up to date.");
    CHECK(last_error(waiting) == "NoOp");
    CHECK(last_error(session_in(State::busy)).empty());
    CHECK(last_error(session_in(State::interactive)) == "Interactive mode");
    CHECK(last_error(session_in(State::closing)) == "what went wrong");
    CHECK(last_error(ended) == "what went wrong");
    CHECK(last_error(session_in(State::closed)) == no_session_text);
}

TEST_CASE("NoOp is said after a wait and forgotten with the next request")
{
    auto s = on_send(session_in(State::open), soon, noon, limits).next;
    CHECK(last_error(s) == "NoOp");
    s = on_send(s, nothing, noon, limits).next;
    CHECK(last_error(s) == "Everything is up to date.");
}

TEST_CASE("which company file connectionError tries next")
{
    struct Row {
        const char* why;
        const char* hresult;
        int tries;
        FileChoice files;
        std::optional<std::string> path;
    };
    const auto row = GENERATE(values<Row>({
        {"pinned: the same once more", "0x80040408", 0, {"P", "L"}, "P"},
        {"pinned: then the open file", "0x80040408", 1, {"P", "L"}, ""},
        {"pinned: then no more", "0x80040408", 2, {"P", "L"}, std::nullopt},
        {"learned: that first", "0x80040408", 0, {"", "L"}, "L"},
        {"learned: then the open file", "0x80040408", 1, {"", "L"}, ""},
        {"learned: then no more", "0x80040408", 2, {"", "L"}, std::nullopt},
        {"nothing known: the open file once more", "0x80040408", 0, {"", ""}, ""},
        {"nothing known: then no more", "0x80040408", 1, {"", ""}, std::nullopt},
        {"permission refused: a person must act", "0x80040420", 0, {"P", "L"}, std::nullopt},
        {"no permission for this application", "0x8004041A", 0, {"", "L"}, std::nullopt},
        {"the same in small letters", "0x8004041a", 0, {"", "L"}, std::nullopt},
        {"QuickBooks is not installed", "0x80040154", 0, {"", "L"}, std::nullopt},
        {"the log-in was refused", "0x80040418", 0, {"", ""}, std::nullopt},
        {"an unknown code is tried again", "0x8004FFFF", 0, {"", ""}, ""},
        {"no code at all is tried again", "", 0, {"", ""}, ""},
    }));
    CAPTURE(row.why);
    CHECK(next_file(row.hresult, row.tries, row.files) == row.path);
}
