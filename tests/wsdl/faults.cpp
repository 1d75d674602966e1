// Faults carried out between a connector and both its sides.
#include "wsdl/faults.h"

#include "tests/wsdl/scripted.h"

using namespace qbwc;
using namespace qbwc::test;
using namespace std::chrono_literals;
using End = RunResult::End;
using Methods = std::vector<std::string>;

namespace {

// A bench whose connector meets the faults of a plan.
struct FaultyBench {
    Bench bench = Bench::logged_in();
    std::vector<std::string> happened;
    std::vector<int> deaths;
    int iterators_lost = 0, servers_killed = 0;
    std::vector<std::chrono::milliseconds> delays;
    Faults faults;

    explicit FaultyBench(std::string_view planned)
        : faults(plan_of(planned),
                 {.die_within = [this](int requests) { deaths.push_back(requests); },
                  .lose_iterators = [this] { ++iterators_lost; },
                  .kill_server = [this] { ++servers_killed; },
                  .wait = [this](std::chrono::milliseconds pause) { delays.push_back(pause); },
                  .log = [this](std::string_view line) { happened.emplace_back(line); }})
    {
        bench.quickbooks.processings = {{"<hcp/>", {}}, {"<qbxml-answer/>", {}}};
    }

    static FaultPlan plan_of(std::string_view planned)
    {
        FaultPlan plan;
        REQUIRE_FALSE(plan.add_planned(planned));
        return plan;
    }

    FaultyBench& one_round()
    {
        bench.server.on("sendRequestXML", {"<one/>"}).on("receiveResponseXML", {"100"});
        bench.server.on("closeConnection", {"Finished."});
        return *this;
    }

    RunResult run()
    {
        FaultyTransport transport(bench.server, faults);
        FaultyQuickBooks quickbooks(bench.quickbooks, faults);
        Connector connector(
            transport, quickbooks, bench.options,
            {.wait = [this](std::chrono::milliseconds pause) { bench.waits.push_back(pause); }});
        return connector.run();
    }
};

}  // namespace

TEST_CASE("a lost request never reaches the server, a lost answer has")
{
    FaultyBench before("lost-request@sendRequestXML:1");
    CHECK(before.one_round().run().end == End::broken);
    CHECK(before.bench.server.methods == Methods{"serverVersion", "clientVersion", "authenticate"});

    FaultyBench after("lost-answer@sendRequestXML:1");
    CHECK(after.one_round().run().end == End::broken);
    CHECK(after.bench.server.methods.back() == "sendRequestXML");
    CHECK(after.bench.quickbooks.processed.size() == 1);  // host, company, preferences
    CHECK(after.happened == Methods{"call 4, sendRequestXML: lost-answer"});
    CHECK(after.faults.happened() == 1);
}

TEST_CASE("an answer to receiveResponseXML is lost after QuickBooks acted")
{
    FaultyBench bench("lost-answer@receiveResponseXML:1");
    const auto result = bench.one_round().run();
    CHECK(result.code == "QBWC1042");
    CHECK(bench.bench.quickbooks.processed.size() == 2);
    CHECK(bench.bench.server.methods.back() == "receiveResponseXML");
    CHECK(bench.bench.quickbooks.ended == 1);
}

TEST_CASE("a repeated call reaches the server twice with the same bytes")
{
    FaultyBench bench("repeated-call@receiveResponseXML:1");
    bench.one_round().bench.server.on("receiveResponseXML", {"100"});
    CHECK(bench.run().end == End::done);
    CHECK(bench.bench.server.call<ReceiveResponseXml>(0).response == "<qbxml-answer/>");
    CHECK(bench.bench.server.call<ReceiveResponseXml>(1).response == "<qbxml-answer/>");
}

TEST_CASE("a stale call brings an earlier one to the server again, before its own")
{
    FaultyBench bench("stale-call@2");  // the only earlier one is serverVersion
    bench.one_round().bench.server.on("serverVersion", {"1.0"});
    CHECK(bench.run().end == End::done);
    CHECK(Methods(bench.bench.server.methods.begin(), bench.bench.server.methods.begin() + 3) ==
          Methods{"serverVersion", "serverVersion", "clientVersion"});
}

TEST_CASE("a cut envelope ends the run")
{
    FaultyBench bench("cut-answer@authenticate:1");
    CHECK(bench.one_round().run().end == End::broken);
    CHECK(bench.bench.quickbooks.opened.empty());
}

TEST_CASE("a delayed call waits and goes on")
{
    FaultyBench bench("delayed-call@4");
    CHECK(bench.one_round().run().end == End::done);
    CHECK(bench.delays == std::vector<std::chrono::milliseconds>{1000ms});
}

TEST_CASE("a killed server answers nothing")
{
    FaultyBench bench("server-killed@sendRequestXML:1");
    CHECK(bench.one_round().run().end == End::broken);
    CHECK(bench.servers_killed == 1);
    CHECK(bench.bench.server.methods.back() == "authenticate");
}

TEST_CASE("a PC switched off ends the run without another call, wherever it was")
{
    struct Row {
        std::string_view planned;
        std::size_t calls, sets;
    };
    const auto row = GENERATE(values<Row>({
        {"off-before-call@receiveResponseXML:1", 4, 2},
        {"off-after-call@receiveResponseXML:1", 5, 2},
        {"off-before-set@2", 4, 1},
        {"off-after-set@2", 4, 2},
    }));
    CAPTURE(row.planned);
    FaultyBench bench(row.planned);
    bench.one_round();
    CHECK_THROWS_AS(bench.run(), PcOff);
    CHECK(bench.bench.server.calls.size() == row.calls);
    CHECK(bench.bench.quickbooks.processed.size() == row.sets);
    CHECK(bench.bench.quickbooks.ended == 1);
}

TEST_CASE("a company file that does not open goes to connectionError with its HRESULT")
{
    struct Row {
        std::string_view planned, hresult;
    };
    const auto row = GENERATE(values<Row>({
        {"not-started@1", "0x80040408"},
        {"opening-busy@1", "0x80040424"},
        {"opening-dialog@1", "0x80040414"},
        {"other-file-open@1", "0x8004040A"},
        {"other-mode@1", "0x80040410"},
    }));
    FaultyBench bench(row.planned);
    bench.one_round().bench.server.on("connectionError", {"done"});
    const auto result = bench.run();
    CHECK(result.end == End::connection_failed);
    CHECK(result.code == "QBWC1013");
    CHECK(bench.bench.server.call<ConnectionError>().hresult == row.hresult);
    CHECK(bench.bench.quickbooks.opened.empty());
}

TEST_CASE("a QuickBooks that cannot do a set says so in receiveResponseXML")
{
    struct Row {
        std::string_view planned, hresult;
        std::size_t sets;  // that it did
    };
    const auto row = GENERATE(values<Row>({
        {"busy@2", "0x80040424", 1},
        {"dialog-open@2", "0x80040414", 1},
        {"dead-before@2", "0x80010105", 1},
        {"dead-within@2", "0x80010105", 2},
        {"dead-after@2", "0x80010105", 2},
    }));
    CAPTURE(row.planned);
    FaultyBench bench(row.planned);
    CHECK(bench.one_round().run().end == End::done);
    const auto received = bench.bench.server.call<ReceiveResponseXml>();
    CHECK(received.hresult == row.hresult);
    CHECK(received.response.empty());
    CHECK(bench.bench.quickbooks.processed.size() == row.sets);
    CHECK(bench.deaths.size() == (row.planned == "dead-within@2" ? 1u : 0u));
}

TEST_CASE("a dead QuickBooks stays dead until the next session")
{
    FaultyBench bench("dead-before@2");
    bench.bench.server.on("sendRequestXML", {"<one/>"}).on("receiveResponseXML", {"50"});
    bench.one_round();
    CHECK(bench.run().end == End::done);
    CHECK(bench.bench.server.call<ReceiveResponseXml>(1).hresult == "0x8004040D");

    bench.bench.server.on("serverVersion", {"1.0"}).on("clientVersion", {""});
    bench.bench.server.on("authenticate", {"ticket-2", ""});
    CHECK(bench.one_round().run().end == End::done);
    CHECK(bench.bench.server.call<ReceiveResponseXml>(2).hresult.empty());
}

TEST_CASE("an answer of QuickBooks may be cut, late, or without iterators")
{
    FaultyBench cut("cut-response@2");
    CHECK(cut.one_round().run().end == End::done);
    const auto response = cut.bench.server.call<ReceiveResponseXml>().response;
    CHECK(std::string("<qbxml-answer/>").starts_with(response));

    FaultyBench late("delayed-response@2");
    CHECK(late.one_round().run().end == End::done);
    CHECK(late.delays.size() == 1);

    FaultyBench lost("lost-iterator@2");
    CHECK(lost.one_round().run().end == End::done);
    CHECK(lost.iterators_lost == 1);
}

TEST_CASE("nothing goes wrong any more once faults are calmed")
{
    FaultyBench bench("lost-answer@1-1000");
    bench.faults.calm();
    CHECK(bench.one_round().run().end == End::done);
    CHECK(bench.faults.happened() == 0);
}
