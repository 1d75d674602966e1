// Live mode: the session of a company for which somebody waits is held open.
#include <catch2/catch.hpp>

#include "server/service/live.h"
#include "server/store/sqlite.h"
#include "tests/support/folder.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using namespace std::chrono_literals;
using Catch::Contains;
using store::Tx;

namespace {

void somebody_waits(Town& town)
{
    town.store.write([&](Tx& tx) { tx.note_waiting(maple, town.clock.now()); });
}

// Opens a session and does the one job there is; the number that QBWC is answered.
int do_one_job(Town& town)
{
    town.sync();
    const auto text = town.open_session();
    return town.receive(customers(request_id_in(text), customer("80000001-1", "Ann")));
}

const std::vector<base::CompanyId> held{maple};

}  // namespace

TEST_CASE("while somebody waits, a session that has done all its work stays open")
{
    Town town;
    somebody_waits(town);
    CHECK(do_one_job(town) < 100);
    CHECK(town.send().empty());
    CHECK(town.last_error() == "NoOp");
    const auto hold = town.connector.hold(town.ticket, town.store);
    REQUIRE(hold);
    CHECK(hold->company == maple);
    CHECK(hold->at_most == 30s);  // as long as it is live by what is known now

    town.sync("invoices");
    CHECK_THAT(town.send(), Contains("InvoiceQueryRq"));
    CHECK_FALSE(town.connector.hold(town.ticket, town.store));  // a batch is out
}

TEST_CASE("a question is held as long as the setting says at most")
{
    Town town(":memory:", {.live = {.hold = 20s, .quiet = 300s}});
    somebody_waits(town);
    do_one_job(town);
    town.send();
    CHECK(town.connector.hold(town.ticket, town.store)->at_most == 20s);
    town.clock.advance(290s);
    CHECK(town.connector.hold(town.ticket, town.store)->at_most == 10s);
}

TEST_CASE("when nobody waits, or did within the quiet time, the session ends as ever")
{
    Town town;
    const bool waited = GENERATE(false, true);
    if (waited) somebody_waits(town);
    town.clock.advance(30s);
    CHECK(do_one_job(town) == 100);
    CHECK(town.send().empty());
    CHECK_THAT(town.last_error(), Contains("up to date"));
    CHECK_FALSE(town.connector.hold(town.ticket, town.store));
}

TEST_CASE("a session that was held ends when the quiet time is over")
{
    Town town;
    somebody_waits(town);
    do_one_job(town);
    CHECK(town.send().empty());
    town.clock.advance(29s);
    CHECK(town.connector.hold(town.ticket, town.store));
    somebody_waits(town);
    town.clock.advance(29s);
    CHECK(town.connector.hold(town.ticket, town.store)->at_most == 1s);
    town.clock.advance(1s);
    CHECK_FALSE(town.connector.hold(town.ticket, town.store));
    CHECK(town.send().empty());
    CHECK_THAT(town.last_error(), Contains("up to date"));
    CHECK(town.close() == "OK. 1 task done.");
}

TEST_CASE("who waited earlier does not take the waiting back")
{
    Town town;
    town.store.write([&](Tx& tx) {
        tx.note_waiting(maple, town.clock.now());
        tx.note_waiting(maple, town.clock.now() - 1min);
    });
    CHECK(town.store.read([](Tx& tx) { return tx.waited_at(maple); }) == town.clock.now());
}

TEST_CASE("without live mode nobody is held, whoever waits")
{
    Town town(":memory:", {.live = {.hold = 0s}});
    somebody_waits(town);
    CHECK(do_one_job(town) == 100);
    town.send();
    CHECK_FALSE(town.connector.hold(town.ticket, town.store));
}

TEST_CASE("a ticket that is unknown, replaced or closed holds nothing")
{
    Town town;
    somebody_waits(town);
    do_one_job(town);
    town.send();
    const auto first = town.ticket;
    CHECK_FALSE(town.connector.hold("", town.store));
    CHECK_FALSE(town.connector.hold("no ticket", town.store));
    town.sync("invoices");
    town.authenticate();
    CHECK_FALSE(town.connector.hold(first, town.store));
    town.close();
    CHECK_FALSE(town.connector.hold(town.ticket, town.store));
}

TEST_CASE("the watch sees work that another process enqueued, and what becomes due by itself")
{
    const TemporaryFolder folder;
    Town town(folder.file("qbwcd.sqlite"));
    store::Store own(store::open_sqlite(folder.file("qbwcd.sqlite")));
    service::LiveWatch watch;
    const auto stirred = [&] { return watch.stirred(held, own, town.clock.now()); };
    CHECK(stirred().empty());

    auto job = town.sync();
    CHECK(stirred() == held);
    job.run_at = town.clock.now() + 10s;
    town.store.write([&](Tx& tx) { tx.save_job(job); });
    CHECK(stirred().empty());
    town.clock.advance(10s);  // nothing was written
    CHECK(stirred() == held);
}

TEST_CASE("the watch looks at a company that is newly held although nothing was written since")
{
    const TemporaryFolder folder;
    Town town(folder.file("qbwcd.sqlite"));
    store::Store own(store::open_sqlite(folder.file("qbwcd.sqlite")));
    service::LiveWatch watch;
    town.sync();
    CHECK(watch.stirred({base::CompanyId{"oak"}}, own, town.clock.now()).empty());
    CHECK(watch.stirred(held, own, town.clock.now()) == held);
}

TEST_CASE("the watch reads nothing while nothing happens")
{
    Town town;
    service::LiveWatch watch;
    CHECK(watch.stirred(held, town.store, town.clock.now()).empty());
    town.faults->heal();
    CHECK(watch.stirred(held, town.store, town.clock.now()).empty());
    CHECK(town.faults->steps == 1);  // the version, and no statement
}
