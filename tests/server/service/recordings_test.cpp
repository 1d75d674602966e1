// Sessions are recorded, told as transcripts, and played again.
#include <catch2/catch.hpp>

#include "server/service/replay.h"
#include "server/store/migrate.h"
#include "server/store/sqlite.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

service::ConnectorSettings recording(service::Recording how)
{
    service::ConnectorSettings settings;
    settings.recorder.recording = how;
    return settings;
}

session::Session only_session(Town& town)
{
    const auto all = town.store.read([](store::Tx& tx) { return tx.list_sessions(maple, 10); });
    REQUIRE(all.size() == 1);
    return all.front();
}

std::string transcript(Town& town, const session::Session& s)
{
    town.connector.flush_recording(town.store);
    const auto exchanges = town.store.read([&](store::Tx& tx) { return tx.exchanges(s.id); });
    return service::transcript_of(town.company(), s.id, exchanges);
}

service::Played play(const std::string& text)
{
    const auto steps = service::read_transcript(text);
    INFO((steps ? "" : steps.error().text()));
    REQUIRE(steps.ok());
    service::RecordedClock clock(noon);
    SeededIds ids;
    store::Store store(store::open_sqlite(":memory:"));
    store::migrate(store.connection(), noon);
    service::WebConnector connector(clock, ids, {});
    return service::replay(*steps, store, clock, ids, [&](const qbwc::Call& call) {
        return connector.answer(call, {"192.0.2.1"}, store);
    });
}

std::string differences(const service::Played& played)
{
    std::string text;
    for (const auto& difference : played.differences)
        text += difference + "\n";
    return text;
}

// A session with a list in two pages, a write, a damaged answer, and a call that comes twice.
void hold_session(Town& town)
{
    town.raw(
        "<CustomerAddRq><CustomerAdd><Name>Ann &amp; Sons</Name></CustomerAdd></CustomerAddRq>");
    town.sync("customers");
    const auto add = town.open_session();
    town.clock.advance(20s);
    CHECK(town.send() == add);
    town.receive(kept_answer(batch_id_in(add), "<CustomerAddRs requestID=\"" + request_id_in(add) +
                                                   "\" statusCode=\"0\" statusSeverity=\"Info\" "
                                                   "statusMessage=\"Status OK\">\n" +
                                                   customer("80000009-1", "Ann &amp; Sons") +
                                                   "</CustomerAddRs>\n"));
    const auto start = town.send();
    const auto page = customers_page(request_id_in(start), 1, customer("80000001-1", "Bob"));
    town.receive(page);
    town.receive(page);
    town.clock.advance(3min);
    const auto next = town.send();
    CHECK(town.receive("<QBXML><QBXMLMsgsRs>") == -1);
    town.last_error();
    town.close();
}

}  // namespace

TEST_CASE("a recorded session is played again and answered as it was, byte for byte")
{
    Town town(":memory:", recording(service::Recording::redacted));
    hold_session(town);
    const auto text = transcript(town, only_session(town));
    INFO(text);
    const auto played = play(text);
    CHECK(differences(played) == "");
    CHECK(played.calls == 11);
    CHECK_THAT(text, Contains("< batch {b1}: CustomerAddRq\n"));
    CHECK_THAT(text, Contains("newMessageSetID=\"{b1}\""));
    CHECK_THAT(text, Contains("< same text as {b1}\n"));
}

TEST_CASE("what a played session is answered differently is told with its line")
{
    Town town(":memory:", recording(service::Recording::redacted));
    hold_session(town);
    auto text = transcript(town, only_session(town));
    const auto at = text.rfind("< -1\n");
    REQUIRE(at != text.npos);
    text.replace(at, 5, "< 100\n");
    const auto played = play(text);
    REQUIRE(played.differences.size() == 1);
    CHECK_THAT(played.differences[0], Contains("line ") && Contains("expected 100, answered '-1'"));
}

TEST_CASE("a session that asked whose file is open is played with a question of its own")
{
    Town town(":memory:", recording(service::Recording::redacted));
    town.raw("<CustomerAddRq><CustomerAdd><Name>Dee</Name></CustomerAdd></CustomerAddRq>");
    town.sync("customers");
    town.authenticate();
    const auto probe = batch_id_in(town.send());
    CHECK(town.receive(first_look({.request_ids = {probe + "-1", probe + "-2", probe + "-3"}})) >=
          0);
    const auto add = town.send();
    CHECK_THAT(add, Contains("<Name>Dee</Name>"));
    town.receive("", "0x80040400");
    town.receive(customers(request_id_in(town.send()), ""));
    town.close();
    const auto text = transcript(town, only_session(town));
    INFO(text);
    CHECK(differences(play(text)) == "");
}

TEST_CASE("a session that begins with a set sent before is played from there")
{
    Town town(":memory:", recording(service::Recording::redacted));
    town.raw("<CustomerAddRq><CustomerAdd><Name>Cem</Name></CustomerAdd></CustomerAddRq>");
    const auto first = town.open_session();
    town.receive(kept_answer(batch_id_in(first), "<CustomerAddRs requestID=\"" +
                                                     request_id_in(first) +
                                                     "\" statusCode=\"0\" statusSeverity=\"Info\" "
                                                     "statusMessage=\"Status OK\"/>\n"));
    town.close();
    town.raw("<CustomerAddRq><CustomerAdd><Name>Dov</Name></CustomerAdd></CustomerAddRq>");
    town.clock.advance(1h);
    const auto second = town.open_session();
    town.close();
    town.clock.advance(1h);
    CHECK(town.open_session_after_loss() == second);
    town.close();
    const auto sessions =
        town.store.read([](store::Tx& tx) { return tx.list_sessions(maple, 10); });
    REQUIRE(sessions.size() == 3);
    for (const auto& s : sessions) {
        const auto text = transcript(town, s);
        INFO(text);
        CHECK(differences(play(text)) == "");
    }
}

TEST_CASE("passwords and tickets are never recorded, what the masks name only in full")
{
    const auto how = GENERATE(service::Recording::redacted, service::Recording::full);
    Town town(":memory:", recording(how));
    town.raw(
        "<EmployeeAddRq><EmployeeAdd><FirstName>Eva</FirstName><LastName>Elm</LastName>"
        "<SSN>123-45-6789</SSN></EmployeeAdd></EmployeeAddRq>");
    const auto sent = town.open_session();
    CHECK_THAT(sent, Contains("123-45-6789"));
    town.receive(kept_answer(batch_id_in(sent),
                             "<EmployeeAddRs requestID=\"" + request_id_in(sent) +
                                 "\" statusCode=\"0\" statusSeverity=\"Info\" "
                                 "statusMessage=\"Status OK\"><EmployeeRet><ListID>8-1</ListID>"
                                 "<SSN>123-45-6789</SSN></EmployeeRet></EmployeeAddRs>\n"));
    town.connector.flush_recording(town.store);
    const auto id = only_session(town).id;
    std::string all;
    for (const auto& exchange : town.store.read([&](store::Tx& tx) { return tx.exchanges(id); }))
        all += exchange.said;
    CHECK_THAT(all, !Contains("maple-secret") && !Contains(town.ticket));
    CHECK_THAT(all, Contains("<SSN>") && Contains("EmployeeRet"));
    if (how == service::Recording::full)
        CHECK_THAT(all, Contains("123-45-6789"));
    else
        CHECK_THAT(all, !Contains("123-45-6789") && Contains("<SSN>***</SSN>"));
}

TEST_CASE("nothing is recorded when nothing should be, and recordings are forgotten in time")
{
    Town silent(":memory:", recording(service::Recording::none));
    hold_session(silent);
    const auto unrecorded = only_session(silent).id;
    CHECK(silent.store.read([&](store::Tx& tx) { return tx.count_exchanges(unrecorded); }) == 0);

    Town town(":memory:", recording(service::Recording::redacted));
    hold_session(town);
    const auto id = only_session(town).id;
    const auto count = [&] {
        return town.store.read([&](store::Tx& tx) { return tx.count_exchanges(id); });
    };
    CHECK(count() == 11);
    service::prune_recordings(town.store, noon);
    CHECK(count() == 11);
    service::prune_recordings(town.store, noon + 1h);
    CHECK(count() == 0);
}

TEST_CASE("a long text is kept in part, and said to be")
{
    auto settings = recording(service::Recording::redacted);
    settings.recorder.text_bytes_max = 500;
    Town town(":memory:", settings);
    hold_session(town);
    CHECK_THAT(transcript(town, only_session(town)),
               Contains("# A text of this exchange was too long to be kept whole."));
}

TEST_CASE("what is no transcript is refused with its line")
{
    struct Row {
        const char* text;
        const char* where;
    };
    const auto row = GENERATE(values<Row>({
        {"hello", "line 1"},
        {"# fine\n>", "line 2"},
        {"> sendRequestXML hcp=<<XML\nno end", "line 1"},
    }));
    const auto steps = service::read_transcript(row.text);
    REQUIRE_FALSE(steps.ok());
    CHECK(steps.error().where == row.where);
}
