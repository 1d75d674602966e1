// Work against the store: what is handed out, repeated, settled, given back and sent again.
#include <catch2/catch.hpp>
#include <thread>

#include "server/store/sqlite.h"
#include "tests/support/folder.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using namespace std::chrono_literals;
using Catch::Contains;
using jobs::BatchState;
using jobs::State;

namespace {

const std::string add_ann =
    "<CustomerAddRq><CustomerAdd><Name>Ann</Name></CustomerAdd></CustomerAddRq>";

std::string add_answer(const std::string& text)
{
    return kept_answer(
        batch_id_in(text),
        "<CustomerAddRs requestID=\"" + request_id_in(text) +
            "\" statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"Status OK\">" +
            customer("80000009-1", "Ann") + "</CustomerAddRs>\n");
}

}  // namespace

TEST_CASE("what is sent stands in the store first, byte for byte, and is repeated from there")
{
    Town town;
    const auto job = town.sync();
    const auto text = town.open_session();
    CHECK(town.batch(batch_id_in(text)).text == text);
    CHECK(town.send() == text);
    CHECK(town.send("another first look") == text);
    CHECK(town.job(job.id).attempt == 1);
    CHECK(town.batch(batch_id_in(text)).state == BatchState::sent);
}

TEST_CASE("an answer that comes twice is counted once and gets the same number")
{
    Town town;
    town.sync();
    town.sync("invoices");
    const auto text = town.open_session();
    const auto reply = customers(request_id_in(text), customer("80000001-1", "Ann"));
    const int number = town.receive(reply);
    CHECK(number == 50);
    const auto record = town.record("customers", "80000001-1");
    town.clock.advance(1min);
    CHECK(town.receive(reply) == number);
    CHECK(town.record("customers", "80000001-1") == record);
    const auto next = town.send();
    CHECK(town.receive(reply) == number);  // late, while the next batch is out
    CHECK(town.send() == next);
    CHECK(town.close() == "OK. 1 task done.");
}

TEST_CASE("equal answers to two raw requests with one requestID settle both")
{
    Town town;
    const auto query =
        "<CustomerQueryRq requestID=\"1\"><ListID>80000001-1</ListID></CustomerQueryRq>";
    const auto first = town.raw(query);
    const auto second = town.raw(query);
    const auto reply = customers("1", customer("80000001-1", "Ann"));
    town.open_session();
    CHECK(town.receive(reply) < 100);
    CHECK_FALSE(town.send().empty());
    CHECK(town.receive(reply) == 100);
    CHECK(town.job(first.id).state == State::done);
    CHECK(town.job(second.id).state == State::done);
    CHECK_THAT(town.job(second.id).result, Contains("80000001-1"));
}

TEST_CASE("an answer to no question ends the run and changes nothing")
{
    Town town;
    town.sync();
    const auto text = town.open_session();
    CHECK(town.receive(customers(request_id_in(text), "")) == 100);
    CHECK(town.receive(customers(request_id_in(text), customer("80000001-1", "Ann"))) == -1);
    CHECK_THAT(town.last_error(), Contains("was not asked"));
    CHECK(town.record("customers", "80000001-1").empty());
    CHECK(town.send().empty());
}

TEST_CASE("an answer to no question gives back what was read page by page")
{
    Town town;
    const auto job = town.sync();
    const auto page =
        customers_page(request_id_in(town.open_session()), 2, customer("80000001-1", "Ann"));
    CHECK(town.receive(page) == 33);
    CHECK(town.receive(customers("QB9-1", "")) == -1);
    CHECK(town.job(job.id).state == State::queued);
}

TEST_CASE("an answer that is none is not taken: the run ends, the job comes again")
{
    Town town;
    const auto job = town.sync();
    const auto text = town.open_session();
    const auto id = request_id_in(text);
    struct Row {
        const char* what;
        std::string response;
    };
    const auto whole = customers(id, customer("80000001-1", "Ann"));
    const auto row = GENERATE_COPY(values<Row>({
        {"empty", ""},
        {"blank", " \r\n\t"},
        {"garbled", "\x01\x02garbled"},
        {"truncated", whole.substr(0, whole.size() / 2)},
        {"not qbXML", "<html><body>502 Bad Gateway</body></html>"},
        {"of another question", customers("QB000000-1", "")},
        {"of another message",
         answer("<InvoiceQueryRs requestID=\"" + id + "\" statusCode=\"0\"/>")},
    }));
    CAPTURE(row.what);
    CHECK(town.receive(row.response) == -1);
    CHECK_THAT(town.last_error(), Contains("answer of QuickBooks could not be used"));
    CHECK(town.job(job.id).state == State::queued);
    CHECK(town.record("customers", "80000001-1").empty());
    town.clock.advance(75s);  // waiting times are spread by a quarter
    CHECK_FALSE(town.open_session().empty());
}

TEST_CASE("a write whose answer is lost is sent again as it was, alone and first")
{
    Town town;
    const auto job = town.raw(add_ann);
    const auto text = town.open_session();
    CHECK_THAT(text, Contains("newMessageSetID=\"" + batch_id_in(text) + "\""));

    SECTION("when the connection broke")
    {
        town.authenticate();
    }
    SECTION("when the run was closed")
    {
        town.close();
    }
    SECTION("when the answer was damaged")
    {
        CHECK(town.receive("<QBXML><QBXMLMsgsRs>") == -1);
        town.close();
    }
    SECTION("when QuickBooks was gone")
    {
        CHECK(town.receive("", "0x8004040D", "The ticket is not valid.") == -1);
        town.close();
    }
    town.sync();
    for (int again = 2; again < 4; ++again) {
        CHECK(town.open_session_after_loss() == text);
        CHECK(town.job(job.id).state == State::in_doubt);
        CHECK(town.batch(batch_id_in(text)).sendings == again);
    }
    const int number = town.receive(add_answer(text));
    CHECK(number >= 0);
    CHECK(number < 100);
    CHECK(town.job(job.id).state == State::done);
    CHECK(town.batch(batch_id_in(text)).state == BatchState::settled);
    // An earlier sending may still come to QuickBooks, which needs its record of the set then.
    CHECK(town.company().settled_batch == "");
    CHECK_FALSE(town.record("customers", "80000009-1").empty());
    CHECK_THAT(town.send(), Contains("<CustomerQueryRq"));
}

TEST_CASE("the next write lets QuickBooks forget the last settled one")
{
    Town town;
    town.raw(add_ann);
    town.raw("<CustomerAddRq><CustomerAdd><Name>Bob</Name></CustomerAdd></CustomerAddRq>");
    const auto first = town.open_session();
    town.receive(add_answer(first));
    CHECK_THAT(town.send(), Contains("oldMessageSetID=\"" + batch_id_in(first) + "\""));
}

TEST_CASE("what another computer may still hold is not forgotten by QuickBooks")
{
    Town town;
    town.raw(add_ann);
    const auto first = town.open_session();          // taken by one computer, not carried out yet
    CHECK(town.open_session_after_loss() == first);  // and by another
    town.raw("<CustomerAddRq><CustomerAdd><Name>Bob</Name></CustomerAdd></CustomerAddRq>");
    town.receive(add_answer(first));
    const auto second = town.send();
    CHECK_THAT(second, Contains("Bob") && !Contains("oldMessageSetID"));
}

TEST_CASE("a write that stays without an answer is left to a person after its attempts")
{
    Town town(":memory:", {.backoff = {.attempts_max = 3}});
    const auto job = town.raw(add_ann);
    std::string text;
    for (int n = 0; n < 3; ++n) {
        text = n == 0 ? town.open_session() : town.open_session_after_loss();
        REQUIRE_FALSE(text.empty());
        CHECK(town.receive("") == -1);
        town.close();
    }
    CHECK(town.job(job.id).state == State::in_doubt);
    CHECK_FALSE(town.job(job.id).batch);
    CHECK(town.authenticate()[1] == "none");
}

TEST_CASE("a write that never gets an answer does not block the others for ever")
{
    Town town(":memory:", {.backoff = {.attempts_max = 3}});
    const auto job = town.raw(add_ann);
    const auto text = town.open_session();
    CHECK(town.open_session_after_loss() == text);
    CHECK(town.open_session_after_loss() == text);
    town.sync();
    CHECK_THAT(town.open_session(), Contains("<CustomerQueryRq"));
    CHECK(town.job(job.id).state == State::in_doubt);
    CHECK(town.job(job.id).problem->code == "no_answer");
    CHECK_FALSE(town.job(job.id).batch);
    CHECK(town.batch(batch_id_in(text)).state == BatchState::given_back);
    // And the person at QuickBooks is not told that all is well.
    CHECK(
        town.close() ==
        "OK. Nothing was left to do. Of 1 task nobody knows whether QuickBooks did it; the people "
        "who run the server can tell.");
}

TEST_CASE("two calls with one ticket at the same time get one batch and one number")
{
    TemporaryFolder folder;
    Town town(folder.file("qbwcd.sqlite"));
    const auto job = town.sync();
    town.authenticate();
    store::Store other(store::open_sqlite(folder.file("qbwcd.sqlite")));
    const auto at_once = [&](const qbwc::Call& call) {
        qbwc::Reply replies[2];
        std::thread second([&] { replies[1] = town.connector.answer(call, {"192.0.2.7"}, other); });
        replies[0] = town.connector.answer(call, {"192.0.2.7"}, town.store);
        second.join();
        return std::vector<qbwc::Reply>(std::begin(replies), std::end(replies));
    };
    const auto texts = at_once(qbwc::SendRequestXml{.ticket = town.ticket,
                                                    .hcp_response = first_look(),
                                                    .company_file = "C:\\Books\\Maple.qbw",
                                                    .major = 16});
    const auto text = std::get<qbwc::TextReply>(texts[0]).text;
    CHECK_FALSE(text.empty());
    CHECK(std::get<qbwc::TextReply>(texts[1]).text == text);

    const auto numbers = at_once(qbwc::ReceiveResponseXml{
        .ticket = town.ticket,
        .response = customers(request_id_in(text), customer("80000001-1", "Ann"))});
    for (const auto& number : numbers)
        CHECK(std::get<qbwc::ReceiveReply>(number).progress == 100);
    CHECK(town.job(job.id).state == State::done);
    CHECK(town.close() == "OK. 1 task done.");
}

TEST_CASE("processes that serve one session in turn read each answer for what was asked last")
{
    TemporaryFolder folder;
    Town town(folder.file("qbwcd.sqlite"));
    store::Store other(store::open_sqlite(folder.file("qbwcd.sqlite")));
    service::WebConnector elsewhere(town.clock, town.ids, {});
    const auto job = town.sync();
    const auto answer = [&](const std::string& text, int remaining, const std::string& record) {
        return customers_page(request_id_in(text), remaining, record);
    };
    const auto first = town.open_session();
    const auto received = elsewhere.answer(
        qbwc::ReceiveResponseXml{.ticket = town.ticket,
                                 .response = answer(first, 2, customer("80000001-1", "Ann"))},
        {"192.0.2.7"}, other);
    CHECK(std::get<qbwc::ReceiveReply>(received).progress == 33);
    const auto sent = elsewhere.answer(qbwc::SendRequestXml{.ticket = town.ticket, .major = 16},
                                       {"192.0.2.7"}, other);
    // The first process still remembers what it asked itself.
    const auto second = std::get<qbwc::TextReply>(sent).text;
    CHECK(town.receive(answer(second, 1, customer("80000002-1", "Bob"))) == 66);
    CHECK(town.receive(answer(town.send(), 0, customer("80000003-1", "Cem"))) == 100);
    CHECK(town.job(job.id).state == State::done);
    for (const char* id : {"80000001-1", "80000002-1", "80000003-1"})
        CHECK_FALSE(town.record("customers", id).empty());
}

TEST_CASE("an answer is read with the settings that are true when it comes")
{
    Town town;
    town.sync();
    const auto text = town.open_session();
    auto company = town.company();
    company.home_currency = "CAD";
    town.store.write([&](store::Tx& tx) { tx.save_company(company); });
    CHECK(town.receive(customers(request_id_in(text), customer("80000001-1", "Ann"))) == 100);
    CHECK_THAT(town.record("customers", "80000001-1"), Contains(R"("defaultCurrency":"CAD")"));
}

TEST_CASE("an iterator is read page by page; progress rises and 100 comes last")
{
    Town town;
    const auto job = town.sync();
    auto text = town.open_session();
    CHECK_THAT(text, Contains("iterator=\"Start\""));
    CHECK(town.receive(customers_page(request_id_in(text), 2, customer("80000001-1", "Ann"))) ==
          33);
    text = town.send();
    CHECK_THAT(text, Contains("iterator=\"Continue\"") &&
                         Contains("iteratorID=\"{11111111-2222-4333-8444-555555555555}\""));
    CHECK(town.receive(customers_page(request_id_in(text), 1, customer("80000002-1", "Bob"))) ==
          66);
    text = town.send();
    CHECK(town.receive(customers_page(request_id_in(text), 0, customer("80000003-1", "Cem"))) ==
          100);
    const auto done = town.job(job.id);
    CHECK(done.state == State::done);
    CHECK(done.result == R"({"read":3,"created":3,"updated":0,"unchanged":0})");
    CHECK(done.attempt == 1);
    CHECK(town.store.read([](store::Tx& tx) { return tx.watermark(maple, "CustomerQueryRq"); }) ==
          "2026-10-01T16:20:00-07:00");
}

TEST_CASE("an iterator that was interrupted starts over, and the watermark has not moved")
{
    Town town;
    const auto job = town.sync();
    auto text = town.open_session();
    town.receive(customers_page(request_id_in(text), 2, customer("80000001-1", "Ann")));
    SECTION("between two pages") {}
    SECTION("with a page out")
    {
        town.send();
    }
    town.close();
    CHECK(town.job(job.id).state == State::queued);
    CHECK(town.job(job.id).cursor.read == 0);
    CHECK(town.store.read([](store::Tx& tx) { return tx.watermark(maple, "CustomerQueryRq"); })
              .empty());

    text = town.open_session();
    CHECK_THAT(text, Contains("iterator=\"Start\"") && !Contains("iteratorID"));
    CHECK(town.receive(customers(request_id_in(text), customer("80000001-1", "Ann"))) == 100);
    CHECK(town.job(job.id).cursor.read == 1);
}

TEST_CASE("a second sync asks for what changed, with two hours of overlap")
{
    Town town;
    town.sync();
    auto text = town.open_session();
    town.receive(customers(request_id_in(text), customer("80000001-1", "Ann")));
    town.close();
    town.sync();
    CHECK_THAT(town.open_session(),
               Contains("<FromModifiedDate>2026-10-01T14:20:00</FromModifiedDate>"));
}

TEST_CASE("a job that QuickBooks cannot read fails, and the run goes on with the others")
{
    Town town;
    const auto bad = town.raw("<CustomerQueryRq><ListID>80000001-1</ListID></CustomerQueryRq>");
    const auto good = town.sync();
    town.open_session();
    const int number = town.receive("", "0x80040400", "QuickBooks found an error when parsing.");
    CHECK(number >= 0);
    CHECK(number < 100);
    CHECK(town.job(bad.id).state == State::failed);
    CHECK(town.job(bad.id).problem->status_code == "0x80040400");
    const auto text = town.send();
    CHECK(town.receive(customers(request_id_in(text), "")) == 100);
    CHECK(town.job(good.id).state == State::done);
}

TEST_CASE("the same error code for two batches settles both")
{
    Town town;
    const auto query = "<CustomerQueryRq><ListID>80000001-1</ListID></CustomerQueryRq>";
    const auto first = town.raw(query);
    const auto second = town.raw(query);
    town.open_session();
    CHECK(town.receive("", "0x80040400", "parse error") < 100);
    CHECK_FALSE(town.send().empty());
    CHECK(town.receive("", "0x80040400", "parse error") == 100);
    CHECK(town.job(first.id).state == State::failed);
    CHECK(town.job(second.id).state == State::failed);
}

TEST_CASE("connectionError: two more tries at most, then done with what to do")
{
    Town town;
    town.sync();
    town.open_session();
    town.close();  // the file is learned
    town.authenticate();
    CHECK(town.connection_error("0x80040408", "Could not start QuickBooks.") ==
          "C:\\Books\\Maple.qbw");
    CHECK(town.connection_error("0x80040408", "Could not start QuickBooks.").empty());
    CHECK(town.connection_error("0x80040408", "Could not start QuickBooks.") == "done");
    CHECK(town.connection_error("0x80040408", "Could not start QuickBooks.") == "done");
    const auto said = town.last_error();
    CHECK_THAT(said, Contains("QuickBooks could not be reached. Could not start QuickBooks.") &&
                         Contains("Open QuickBooks") && Contains("(Code 0x80040408)"));
    CHECK(town.company().last_error == said);
    CHECK(town.close() == said);
}

TEST_CASE("NoOp keeps the run while a job is due within moments")
{
    Town town;
    const auto job = town.sync();
    auto later = town.sync("invoices");
    later.run_at = town.clock.now() + 8s;
    town.store.write([&](store::Tx& tx) { tx.save_job(later); });
    auto text = town.open_session();
    const int number = town.receive(customers(request_id_in(text), ""));
    CHECK(number < 100);  // something is left
    CHECK(town.send().empty());
    CHECK(town.last_error() == "NoOp");
    town.clock.advance(8s);
    text = town.send();
    CHECK_THAT(text, Contains("<InvoiceQueryRq"));
    CHECK(town.job(job.id).state == State::done);
}

TEST_CASE("interactive mode: the person is asked to a page")
{
    Town town;
    const auto job =
        town.desk.interactive(maple, "https://books.example.com/approve?s={sessionID}", town.store)
            .value();
    CHECK(town.open_session().empty());
    CHECK(town.last_error() == "Interactive mode");
    CHECK(town.text(qbwc::GetInteractiveUrl{town.ticket, "a b/{1}"}) ==
          "https://books.example.com/approve?s=a%20b%2F%7B1%7D");
    CHECK(town.text(qbwc::InteractiveDone{town.ticket}).empty());  // wait another minute

    SECTION("and done, nothing else to do")
    {
        CHECK(town.desk.finish(job.id, town.store).ok());
        CHECK_FALSE(town.desk.finish(job.id, town.store).ok());
        CHECK(town.text(qbwc::InteractiveDone{town.ticket}) == "DONE");
        CHECK(town.job(job.id).state == State::done);
        CHECK(town.close() == "OK. 1 task done.");
    }
    SECTION("and done, and there is more to do")
    {
        CHECK(town.desk.finish(job.id, town.store).ok());
        town.sync();
        CHECK(town.text(qbwc::InteractiveDone{town.ticket}) == "CONTINUE");
        CHECK_FALSE(town.send().empty());
    }
    SECTION("and refused")
    {
        const auto said = town.text(qbwc::InteractiveRejected{town.ticket, "User said no."});
        CHECK_THAT(said, Contains("was not opened"));
        CHECK(town.job(job.id).state == State::failed);
        CHECK(town.job(job.id).problem->message == "User said no.");
        CHECK(town.last_error() == said);
        CHECK(town.text(qbwc::InteractiveRejected{town.ticket, "again"}).empty());
    }
}
