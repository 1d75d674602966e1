// How a connection goes, told from what was seen: cause by cause.
#include <catch2/catch.hpp>

#include "server/session/health.h"

using namespace server;
using namespace server::session;
using namespace std::chrono_literals;
using base::Time;

namespace {

const Time noon{std::chrono::seconds{1'795'262'400}};

// A connection that came five minutes ago, as it does every five minutes.
Seen quiet()
{
    return {.created_at = noon - 240h,
            .last_contact_at = noon - 5min,
            .rhythm = {5min, 0},
            .worked_at = noon - 5min};
}

Seen with_trouble(Trouble::Kind kind, const char* code = "", std::optional<bool> unattended = {})
{
    Seen seen = quiet();
    seen.trouble = Trouble{.kind = kind, .code = code, .since = noon - 1h, .at = noon - 5min};
    seen.unattended = unattended;
    return seen;
}

}  // namespace

TEST_CASE("the state, when nothing is in the way")
{
    Seen open = quiet();
    open.session_opened_at = noon - 1min;
    Seen paused = quiet();
    paused.pause = Pause{.since = noon - 2h, .until = noon + 1h, .reason = "month end"};
    Seen pause_over = quiet();
    pause_over.pause = Pause{.since = noon - 2h, .until = noon};
    Seen waits = quiet();
    waits.window_opens_at = noon + 7h;
    Seen unlinked = quiet();
    unlinked.active = false;
    unlinked.last_contact_at = noon - 720h;
    struct Row {
        const char* what;
        Seen seen;
        HealthState state;
        Time since;
    };
    const auto row = GENERATE_COPY(values<Row>({
        {"never seen", {.created_at = noon - 240h}, HealthState::never_seen, noon - 240h},
        {"idle", quiet(), HealthState::idle, noon - 5min},
        {"working", open, HealthState::working, noon - 1min},
        {"paused", paused, HealthState::paused, noon - 2h},
        {"pause over", pause_over, HealthState::idle, noon - 5min},
        {"outside the window", waits, HealthState::outside_window, noon - 5min},
        {"nobody waits for an unlinked one", unlinked, HealthState::idle, noon - 720h},
    }));
    CAPTURE(row.what);
    const auto seen = health(row.seen, noon);
    CHECK(to_text(seen.state) == to_text(row.state));
    CHECK_FALSE(seen.cause);
    CHECK(seen.since == row.since);
}

TEST_CASE("late and silent, by the interval that was learned")
{
    struct Row {
        std::chrono::seconds interval, ago, told;  // told: sent away for so long
        HealthState state;
    };
    const auto row = GENERATE(values<Row>({
        {5min, 9min, 0s, HealthState::idle},
        {5min, 10min, 0s, HealthState::late},
        {5min, 23h, 0s, HealthState::late},
        {5min, 24h, 0s, HealthState::silent},
        {24h, 47h, 0s, HealthState::idle},
        {24h, 48h, 0s, HealthState::silent},
        {0s, 119min, 0s, HealthState::idle},  // not learned yet: an hour is taken for granted
        {0s, 2h, 0s, HealthState::late},
        {5min, 7h, 7h, HealthState::idle},  // it was told to wait
        {5min, 8h, 7h, HealthState::late},
        {5min, 25h, 7h, HealthState::late},
        {5min, 31h, 7h, HealthState::silent},
    }));
    CAPTURE(row.interval.count(), row.ago.count(), row.told.count());
    Seen seen = quiet();
    seen.rhythm.interval = row.interval;
    seen.last_contact_at = noon - row.ago;
    if (row.told > 0s) seen.told_until = noon - row.ago + row.told;
    const auto told = health(seen, noon);
    CHECK(to_text(told.state) == to_text(row.state));
    const bool gone = row.state != HealthState::idle;
    CHECK(told.cause == (gone ? std::optional(Cause::connector_not_running) : std::nullopt));
    CHECK(overdue(seen, noon) == gone);
}

TEST_CASE("what is in the way, cause by cause")
{
    using Kind = Trouble::Kind;
    struct Row {
        Kind kind;
        const char* code;
        const char* cause;
        const char* actor;
    };
    const auto row = GENERATE(values<Row>({
        {Kind::hresult, "0x80040408", "quickbooks_not_started", "user"},
        {Kind::hresult, "0x80040401", "quickbooks_not_started", "user"},
        {Kind::hresult, "0x80040424", "quickbooks_not_started", "user"},
        {Kind::hresult, "0x8004041D", "no_unattended_access", "user"},
        {Kind::hresult, "0x80040416", "no_unattended_access", "user"},
        {Kind::hresult, "0x80040417", "no_unattended_access", "user"},
        {Kind::hresult, "0x80040410", "file_in_other_mode", "user"},
        {Kind::hresult, "0x80040422", "file_in_other_mode", "user"},
        {Kind::hresult, "0x80040414", "dialog_open", "user"},
        {Kind::hresult, "0x8004040A", "wrong_file", "user"},
        {Kind::hresult, "0x80040403", "file_unreachable", "user"},
        {Kind::hresult, "0x80040406", "file_unreachable", "user"},
        {Kind::hresult, "0x80040409", "file_unreachable", "user"},
        {Kind::hresult, "0x80040418", "never_authorized", "user"},
        {Kind::hresult, "0x80040420", "access_denied", "user"},
        {Kind::hresult, "0x8004041A", "access_denied", "user"},
        {Kind::hresult, "0x80040419", "certificate", "user"},
        {Kind::hresult, "0x8004041E", "certificate", "user"},
        {Kind::hresult, "0x8004042C", "certificate", "user"},
        {Kind::hresult, "0x80040423", "version_too_old", "user"},
        {Kind::hresult, "0x8004041F", "unsupported_product", "user"},
        {Kind::hresult, "0x8004041a", "access_denied", "user"},  // as some versions write it
        {Kind::hresult, "-2147220472", "quickbooks_not_started", "user"},
        {Kind::hresult, "0x80041234", "quickbooks_trouble", "user"},
        {Kind::hresult, "no number", "quickbooks_trouble", "user"},
        {Kind::hresult, "", "quickbooks_trouble", "user"},
        {Kind::wrong_file, "", "wrong_file", "user"},
        {Kind::copied_file, "", "copied_file", "user"},
        {Kind::other_computer, "", "second_computer", "user"},
        {Kind::version, "", "version_too_old", "user"},
        {Kind::product, "", "unsupported_product", "user"},
        {Kind::unidentified, "", "not_identified", "user"},
        {Kind::server, "ses_1", "server_error", "operator"},
    }));
    CAPTURE(to_text(row.kind), row.code);
    const auto told = health(with_trouble(row.kind, row.code), noon);
    CHECK(told.state == HealthState::blocked);
    REQUIRE(told.cause);
    CHECK(to_text(*told.cause) == row.cause);
    CHECK(to_text(actor_of(*told.cause)) == row.actor);
    CHECK(told.since == noon - 1h);
    CHECK(told.evidence.at(0) == std::pair<std::string, std::string>("kind", to_text(row.kind)));
    CHECK(cause_from_text(row.cause) == told.cause);
    CHECK_FALSE(action_of(*told.cause).empty());
    CHECK(trouble_from_text(to_text(row.kind)) == row.kind);
}

TEST_CASE("QuickBooks was not started: was the connector allowed to start it?")
{
    const auto cause = [](const char* code, std::optional<bool> unattended) {
        return to_text(cause_of_hresult(code, unattended));
    };
    CHECK(cause("0x80040408", {}) == "quickbooks_not_started");
    CHECK(cause("0x80040408", true) == "quickbooks_not_started");
    CHECK(cause("0x80040408", false) == "no_unattended_access");
    CHECK(cause("0x80040424", false) == "quickbooks_not_started");  // it is starting
    CHECK(cause("0x80040414", false) == "dialog_open");
}

TEST_CASE("which HRESULTs tell of the connection, and which end it")
{
    struct Row {
        const char* code;
        bool concerns, ends;
    };
    const auto row = GENERATE(values<Row>({
        {"0x80040400", false, false},  // our request was wrong
        {"0x80040408", true, false},
        {"0x80040420", true, true},
        {"0x8004041A", true, true},
        {"-2147220448", true, true},
        {"0x8004041D", true, false},
        {"", false, false},
    }));
    CAPTURE(row.code);
    CHECK(concerns_connection(row.code) == row.concerns);
    CHECK(ends_connection(row.code) == row.ends);
}

TEST_CASE("refused logins")
{
    Seen seen = quiet();
    seen.refused_at = noon - 2min;
    seen.refusals = 3;
    auto told = health(seen, noon);
    CHECK(told.state == HealthState::blocked);
    CHECK(told.cause == Cause::connector_password);
    CHECK(told.since == noon - 2min);
    CHECK(told.evidence == Evidence{{"refusedLogins", "3"}});

    // Also when the right password never came.
    seen.last_contact_at = {};
    CHECK(health(seen, noon).cause == Cause::connector_password);

    // After a day without a sign of life it is the silence that counts.
    seen = quiet();
    seen.last_contact_at = noon - 48h;
    seen.refused_at = noon - 25h;
    CHECK(health(seen, noon).state == HealthState::silent);
}

TEST_CASE("what goes before what")
{
    Seen seen = with_trouble(Trouble::Kind::hresult, "0x80040414");
    CHECK(health(seen, noon).cause == Cause::dialog_open);

    seen.session_opened_at = noon;  // it is being tried again: no news yet
    CHECK(health(seen, noon).state == HealthState::blocked);
    seen.session_opened_at.reset();

    seen.last_contact_at = noon - 1h;  // the computer is off: the dialog is of no interest
    CHECK(health(seen, noon).state == HealthState::late);

    seen.pause = Pause{.since = noon - 1h};
    CHECK(health(seen, noon).state == HealthState::paused);

    Seen unconfirmed = quiet();
    unconfirmed.confirmed = false;
    CHECK(health(unconfirmed, noon).cause == Cause::not_confirmed);
    CHECK(actor_of(Cause::not_confirmed) == Actor::operator_);

    Seen denied = with_trouble(Trouble::Kind::hresult, "0x80040420");
    denied.active = false;
    CHECK(health(denied, noon).cause == Cause::access_denied);
}

TEST_CASE("remarks: it works, and yet somebody should look")
{
    Seen seen = quiet();
    seen.personal_denied_at = noon - 1h;
    CHECK(health(seen, noon).state == HealthState::idle);
    CHECK(health(seen, noon).cause == Cause::personal_data_denied);

    seen = quiet();
    seen.computer = "OFFICE";
    seen.other_computer = "LAPTOP";
    seen.other_computer_at = noon - 1h;
    CHECK(health(seen, noon).cause == Cause::second_computer);
    CHECK(health(seen, noon).evidence ==
          Evidence{{"computer", "OFFICE"}, {"otherComputer", "LAPTOP"}});
    seen.other_computer_at = noon - 240h;  // it was replaced
    CHECK_FALSE(health(seen, noon).cause);
}

TEST_CASE("the interval is learned from the gaps between logins")
{
    const auto after = [](std::vector<std::chrono::seconds> gaps) {
        Rhythm rhythm;
        for (const auto gap : gaps)
            rhythm = learned(rhythm, gap);
        return rhythm;
    };
    CHECK(after({}) == Rhythm{});
    CHECK(after({300s}) == Rhythm{300s, 0});
    CHECK(after({300s, 340s}) == Rhythm{310s, 0});
    CHECK(after({300s, 0s}) == Rhythm{300s, 0});
    CHECK(after({300s, 8h}) == Rhythm{300s, 1});        // the night
    CHECK(after({300s, 5s}) == Rhythm{300s, 1});        // started by hand
    CHECK(after({300s, 8h, 300s}) == Rhythm{300s, 0});  // and on
    CHECK(after({300s, 1h, 1h}) == Rhythm{300s, 2});
    CHECK(after({300s, 1h, 1h, 1h}) == Rhythm{3600s, 0});  // the schedule was changed
}

TEST_CASE("a trouble that comes again keeps its beginning")
{
    const Trouble first = repeated({}, {.code = "0x80040414", .at = noon});
    CHECK(first.since == noon);
    const Trouble again = repeated(first, {.code = "0x80040414", .at = noon + 1h});
    CHECK(again.since == noon);
    CHECK(again.at == noon + 1h);
    CHECK(repeated(again, {.code = "0x80040408", .at = noon + 2h}).since == noon + 2h);
}

TEST_CASE("the bookkeeper reads French, the operator English")
{
    CHECK(action_of(Cause::dialog_open, Language::french) ==
          "Une fenêtre est ouverte dans QuickBooks. La fermer ; le travail reprend de lui-même.");
    CHECK(action_of(Cause::server_error, Language::french) == action_of(Cause::server_error));
    for (int n = 0; n <= static_cast<int>(Cause::server_error); ++n) {
        const auto cause = static_cast<Cause>(n);
        CHECK_FALSE(to_text(cause).empty());
        const bool user = actor_of(cause) == Actor::user;
        CHECK((action_of(cause, Language::french) != action_of(cause)) == user);
    }
}
