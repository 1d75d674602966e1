// The sync engine against QuickBooks in the same process: first reads, deltas, deletions, what is
// lost with a session, and what comes by itself.
#include <catch2/catch.hpp>

#include <utility>
#include "qbxml/canonical/ask.h"

#include "qbxml/simulator/quickbooks.h"
#include "server/service/sync_runs.h"
#include "server/service/sync_settings.h"
#include "server/service/upkeep.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using jobs::State;

namespace {

using qbxml::simulator::BooksWish;
using qbxml::simulator::SimulatedQuickBooks;

// Town, and its books at the other end of the Web Connector.
struct Office {
    explicit Office(const BooksWish& wish, service::ConnectorSettings settings = {})
        : town(":memory:", std::move(settings)),
          quickbooks(wish, {.unix_seconds = [this] { return pc_clock(); },
                            .owner_id = maple_company().owner_id,
                            .file_id = maple_company().file_id})
    {
    }

    std::chrono::seconds pc_off{};  // how far the PC's clock is from ours
    Town town;
    SimulatedQuickBooks quickbooks;
    std::vector<std::string> asked;  // every qbXML that QuickBooks was sent

    std::int64_t pc_clock() const
    {
        const auto now = town.clock.now().time_since_epoch() + pc_off;
        return std::chrono::duration_cast<std::chrono::seconds>(now).count();
    }

    // What the Web Connector brings along to its first question for work.
    std::string first_answers()
    {
        return quickbooks
            .process(
                "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML>"
                "<QBXMLMsgsRq onError=\"continueOnError\"><HostQueryRq/><CompanyQueryRq><OwnerID>" +
                maple_company().owner_id +
                "</OwnerID></CompanyQueryRq><PreferencesQueryRq/></QBXMLMsgsRq></QBXML>")
            .response;
    }

    // One run of the Web Connector; it goes away after so many answers. The answers it brought.
    int run(int answers_max = 100'000)
    {
        const std::string word = town.authenticate().at(1);
        if (word == "none" || word == "nvu") return 0;
        quickbooks.begin_session("");
        std::string hcp = first_answers();
        int answers = 0;
        while (answers < answers_max) {
            const std::string request = town.send(std::exchange(hcp, {}));
            if (request.empty()) break;
            asked.push_back(request);
            const auto done = quickbooks.process(request);
            REQUIRE_FALSE(done.failure);
            town.clock.advance(std::chrono::seconds(1));
            const int percent = town.receive(done.response);
            ++answers;
            REQUIRE(percent >= 0);
            if (percent == 100) break;
        }
        quickbooks.end_session();
        if (answers < answers_max) town.close();
        return answers;
    }

    // A change made by the bookkeeper.
    void edit(const std::string& request)
    {
        quickbooks.begin_session("");
        const auto done = quickbooks.process(
            "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML>"
            "<QBXMLMsgsRq onError=\"stopOnError\">" +
            request + "</QBXMLMsgsRq></QBXML>");
        quickbooks.end_session();
        INFO(done.response);
        REQUIRE(done.response.find("statusCode=\"0\"") != std::string::npos);
    }

    std::int64_t kept(std::string_view type)
    {
        return town.store.read([&](store::Tx& tx) -> std::int64_t {
            for (const auto& [name, count] : tx.count_records(maple))
                if (name == type) return count;
            return 0;
        });
    }
    service::RunProgress newest_run()
    {
        return town.store.read([&](store::Tx& tx) { return service::runs_of(tx, maple, 1); }).at(0);
    }
    void set(const store::SyncSetting& setting)
    {
        town.store.write([&](store::Tx& tx) {
            tx.save_sync_setting(maple, setting);
            tx.look_again(maple);
        });
    }
    int schedule() { return service::run_schedule(town.store, town.ids, town.clock.now()); }
    std::vector<jobs::Job> sync(const std::vector<std::string>& types, bool full = false)
    {
        return town.desk.sync(maple, types, full, town.store).value();
    }
    int asked_with(std::string_view text) const
    {
        int count = 0;
        for (const auto& one : asked)
            count += one.find(text) != std::string::npos ? 1 : 0;
        return count;
    }
};

std::string customer_add(const std::string& name)
{
    return "<CustomerAddRq requestID=\"1\"><CustomerAdd><Name>" + name +
           "</Name></CustomerAdd></CustomerAddRq>";
}

std::string customer_id(Office& office, const std::string& name)
{
    std::string id;
    office.town.store.read([&](store::Tx& tx) {
        tx.each_record(maple, "customers", 10'000, [&](std::string_view json) {
            const auto record = qbxml::parse_json(json);
            if (record->string_at("displayName") == name || record->string_at("name") == name ||
                record->string_at("fullName") == name)
                id = record->string_at("id");
        });
    });
    return id;
}

}  // namespace

TEST_CASE("a company that is linked is read by itself, everything once and then what changed")
{
    Office office({.customers = 30, .invoices = 60});
    CHECK(office.schedule() == 1);
    CHECK(office.schedule() == 0);  // another process looks at the same moment
    office.run();
    const auto first = office.newest_run();
    CHECK(first.run.cause == "first");
    CHECK(first.ended());
    for (const auto& part : first.parts) {
        CAPTURE(part.data_type, part.job.problem ? part.job.problem->message : "");
        CHECK((part.state == "done" || part.state == "skipped"));
    }
    CHECK(office.kept("customers") ==
          static_cast<std::int64_t>(office.quickbooks.count("CustomerRet")));
    CHECK(office.kept("invoices") ==
          static_cast<std::int64_t>(office.quickbooks.count("InvoiceRet")));

    // Nothing is due yet: QuickBooks is not opened.
    CHECK(office.schedule() == 0);
    CHECK(office.town.authenticate().at(1) == "none");

    office.edit(customer_add("New and Sons"));
    office.town.clock.advance(std::chrono::minutes(61));
    CHECK(office.schedule() == 1);
    office.run();
    CHECK(office.newest_run().run.cause == "schedule");
    CHECK(office.kept("customers") ==
          static_cast<std::int64_t>(office.quickbooks.count("CustomerRet")));
}

TEST_CASE("settings decide what is read by itself, and in which order")
{
    Office office({.customers = 3, .invoices = 3});
    office.set({"", "enabled", "no"});
    office.set({"suppliers", "enabled", "yes"});
    office.set({"customers", "enabled", "yes"});
    office.set({"customers", "order", "1"});
    office.set({"invoices", "enabled", "yes"});
    office.set({"invoices", "first", "no"});
    REQUIRE(office.schedule() == 1);
    const auto run = office.newest_run();
    REQUIRE(run.parts.size() == 2);
    CHECK(run.parts[0].data_type == "customers");
    CHECK(run.parts[1].data_type == "suppliers");
}

TEST_CASE("a setting names elements that the records of a type show beside their fields")
{
    Office office({.customers = 2, .invoices = 2});
    office.set(*service::setting_from_text("customers", "supplement.town=BillAddress/City"));
    office.set(*service::setting_from_text("customers", "supplement.nothing=Fax"));
    CHECK(office.schedule() == 1);
    office.run();
    REQUIRE(office.kept("customers") > 0);
    int towns = 0;
    office.town.store.read([&](store::Tx& tx) {
        tx.each_record(maple, "customers", 10, [&](std::string_view json) {
            const auto record = qbxml::parse_json(json);
            const auto* beside = record->find("supplementalData");
            CHECK(beside->find("nothing")->is_null());
            towns += beside->string_at("town").empty() ? 0 : 1;
        });
    });
    CHECK(towns > 0);
    const auto rows = office.town.store.read([](store::Tx& tx) { return tx.sync_settings(maple); });
    CHECK(service::shown_settings("customers", rows).back().value == "BillAddress/City");
    CHECK(service::shown_settings("suppliers", rows).size() + 2 ==
          service::shown_settings("customers", rows).size());
}

TEST_CASE("a long first read is cut into ranges; a lost session costs one of them")
{
    service::ConnectorSettings settings;
    settings.page_size = 5;
    settings.pace = {.page_min = 5, .page_max = 5};
    Office office({.customers = 20, .invoices = 300}, settings);
    // The books are made within moments; spread the changes over time.
    office.town.clock.advance(std::chrono::hours(24));
    const auto job = office.sync({"invoices"}, true).front();
    int sessions = 0;
    int answers = 0;
    while (!jobs::ended(office.town.job(job.id).state)) {
        answers += office.run(7);
        office.town.clock.advance(std::chrono::minutes(1));
        REQUIRE(++sessions < 200);
    }
    CHECK(office.town.job(job.id).state == State::done);
    CHECK(office.kept("invoices") ==
          static_cast<std::int64_t>(office.quickbooks.count("InvoiceRet")));
    CHECK(office.asked_with("ToModifiedDate") > 0);
}

TEST_CASE("what is deleted in QuickBooks is deleted here, at the end of a run")
{
    Office office({.customers = 3, .invoices = 3});
    office.sync({});
    office.run();
    office.edit(customer_add("Gone Tomorrow"));
    office.town.clock.advance(std::chrono::hours(3));
    office.sync({"customers"});
    office.run();
    const std::string id = customer_id(office, "Gone Tomorrow");
    REQUIRE_FALSE(id.empty());
    office.edit("<ListDelRq requestID=\"1\"><ListDelType>Customer</ListDelType><ListID>" + id +
                "</ListID></ListDelRq>");
    office.town.clock.advance(std::chrono::hours(3));
    office.sync({"customers", "deletions"});
    office.run();
    CHECK(office.kept("customers") ==
          static_cast<std::int64_t>(office.quickbooks.count("CustomerRet")));
    const auto run = office.newest_run();
    CHECK(run.parts.back().data_type == "deletions");
    CHECK(run.parts.back().job.cursor.deleted == 1);
}

TEST_CASE("after ninety days without contact everything is compared")
{
    Office office({.customers = 3, .invoices = 3});
    office.edit(customer_add("Forgotten"));
    REQUIRE(office.schedule() == 1);
    office.run();
    const std::string id = customer_id(office, "Forgotten");
    REQUIRE_FALSE(id.empty());
    office.edit("<ListDelRq requestID=\"1\"><ListDelType>Customer</ListDelType><ListID>" + id +
                "</ListID></ListDelRq>");
    office.town.clock.advance(std::chrono::hours(24 * 120));
    REQUIRE(office.schedule() == 1);
    CHECK(office.newest_run().run.cause == "comparison");
    office.run();
    CHECK(office.kept("customers") ==
          static_cast<std::int64_t>(office.quickbooks.count("CustomerRet")));
    // And then it goes on as before.
    office.town.clock.advance(std::chrono::hours(2));
    CHECK(office.schedule() == 1);
    CHECK(office.newest_run().run.cause == "schedule");
}

TEST_CASE("a PC whose clock was wrong for a while loses no change")
{
    Office office({.customers = 3, .invoices = 3});
    office.sync({"customers"}, true);
    office.run();
    // Three years ahead, a change, and right again.
    office.pc_off = std::chrono::hours(24 * 1000);
    office.edit(customer_add("From the Future"));
    office.town.clock.advance(std::chrono::hours(3));
    office.sync({"customers"});
    office.run();
    CHECK_FALSE(customer_id(office, "From the Future").empty());
    office.pc_off = {};
    office.town.clock.advance(std::chrono::hours(3));
    office.edit(customer_add("Of Today"));
    office.town.clock.advance(std::chrono::hours(3));
    office.sync({"customers"});
    office.run();
    CHECK_FALSE(customer_id(office, "Of Today").empty());
}

TEST_CASE("pages grow while QuickBooks is quick, and the next sync begins with that size")
{
    service::ConnectorSettings settings;
    settings.page_size = 10;
    settings.pace = {.page_min = 5, .page_max = 40};
    Office office({.customers = 150, .invoices = 1}, settings);
    office.sync({"customers"}, true);
    office.run();
    CHECK(office.asked_with("<MaxReturned>10<") == 1);
    CHECK(office.asked_with("<MaxReturned>20<") == 1);
    CHECK(office.asked_with("<MaxReturned>40<") > 1);
    office.asked.clear();
    office.sync({"customers"}, true);
    office.run();
    CHECK(office.asked_with("<MaxReturned>10<") == 0);
    CHECK(office.asked_with("<MaxReturned>40<") > 0);
}

TEST_CASE("a payment makes the invoice that it paid be read again")
{
    Office office({.customers = 5, .invoices = 20});
    office.sync({"invoices", "payments"}, true);
    office.run();
    std::string invoice, customer;
    office.town.store.read([&](store::Tx& tx) {
        tx.each_record(maple, "invoices", 1000, [&](std::string_view json) {
            const auto record = qbxml::parse_json(json);
            if (record->string_at("status") != "Submitted" || !invoice.empty()) return;
            invoice = record->string_at("id");
            if (const auto* party = record->find("customerRef")) customer = party->string_at("id");
        });
    });
    REQUIRE_FALSE(invoice.empty());
    REQUIRE_FALSE(customer.empty());
    office.town.clock.advance(std::chrono::hours(3));
    office.edit(
        "<ReceivePaymentAddRq requestID=\"1\"><ReceivePaymentAdd><CustomerRef><ListID>" + customer +
        "</ListID></CustomerRef><TotalAmount>1.00</TotalAmount><AppliedToTxnAdd><TxnID>" + invoice +
        "</TxnID><PaymentAmount>1.00</PaymentAmount></AppliedToTxnAdd>"
        "</ReceivePaymentAdd></ReceivePaymentAddRq>");
    office.asked.clear();
    office.sync({"payments"});
    office.run();
    CHECK(office.asked_with("<TxnID>" + invoice + "</TxnID>") == 1);
    const auto run = office.newest_run();
    CHECK(run.parts.back().data_type == "linkedDocuments");
    CHECK(run.parts.back().state == "done");
    // Once only.
    office.town.clock.advance(std::chrono::hours(3));
    office.asked.clear();
    office.sync({"payments"});
    office.run();
    CHECK(office.asked_with("<TxnID>" + invoice + "</TxnID>") == 0);
}

TEST_CASE("our own payment makes the invoice that it paid be read again, and so does its end")
{
    Office office({.customers = 5, .invoices = 20});
    office.sync({"invoices", "payments", "customers"}, true);
    office.run();
    std::string invoice, customer, due;
    const auto find = [&](std::string_view json) {
        const auto record = qbxml::parse_json(json);
        if (record->string_at("status") != "Submitted" || !invoice.empty()) return;
        invoice = record->string_at("id");
        due = record->string_at("amountDue");
        if (const auto* party = record->find("customerRef")) customer = party->string_at("id");
    };
    const auto due_now = [&] {
        return qbxml::parse_json(office.town.record("invoices", invoice))->string_at("amountDue");
    };
    office.town.store.read([&](store::Tx& tx) { tx.each_record(maple, "invoices", 1000, find); });
    REQUIRE_FALSE(due.empty());
    office.town.clock.advance(std::chrono::hours(3));
    const auto paid = office.town.desk.push(
        maple,
        {.operation = qbxml::canonical::Operation::create,
         .data_type = "payments",
         .record_json = R"({"customerRef":{"id":")" + customer +
                        R"("},"totalAmount":"1.00","allocations":[{"recordRef":{"id":")" + invoice +
                        R"(","dataType":"invoices"},"amount":"1.00"}]})"},
        office.town.store);
    INFO((paid ? "" : paid.error().front().path + paid.error().front().message));
    REQUIRE(paid.ok());
    office.run();
    REQUIRE(office.town.job(paid->job.id).state == jobs::State::done);
    CHECK(office.asked_with("<TxnID>" + invoice + "</TxnID>") == 2);  // paid, and read
    CHECK(due_now() != due);

    const auto payment = qbxml::parse_json(office.town.job(paid->job.id).result)->string_at("id");
    const auto gone = office.town.desk.push(
        maple,
        {.operation = qbxml::canonical::Operation::erase, .data_type = "payments", .id = payment},
        office.town.store);
    REQUIRE(gone.ok());
    office.run();
    REQUIRE(office.town.job(gone->job.id).state == jobs::State::done);
    CHECK(due_now() == due);
    // Nor does anybody have to wait for the deletions to be read.
    CHECK(office.town.store
              .read([&](store::Tx& tx) { return tx.find_kept(maple, "payments", payment); })
              ->deleted);
}

TEST_CASE("what we void is read again, for the answer to a void does not show it")
{
    const bool raw = GENERATE(false, true);
    CAPTURE(raw);
    Office office({.customers = 5, .invoices = 20});
    office.sync({"invoices", "customers"}, true);
    office.run();
    std::string invoice;
    office.town.store.read([&](store::Tx& tx) {
        tx.each_record(maple, "invoices", 1000, [&](std::string_view json) {
            const auto record = qbxml::parse_json(json);
            if (record->string_at("status") == "Submitted") invoice = record->string_at("id");
        });
    });
    REQUIRE_FALSE(invoice.empty());
    office.town.clock.advance(std::chrono::hours(3));
    Town& town = office.town;
    service::JobDesk& desk = town.desk;
    base::JobId job;
    if (raw) {
        job = desk.raw(maple,
                       "<TxnVoidRq><TxnVoidType>Invoice</TxnVoidType><TxnID>" + invoice +
                           "</TxnID></TxnVoidRq>",
                       town.store)
                  ->id;
    } else {
        const auto pushed = desk.push(maple,
                                      {.operation = qbxml::canonical::Operation::make_void,
                                       .data_type = "invoices",
                                       .id = invoice},
                                      town.store);
        REQUIRE(pushed.ok());
        job = pushed->job.id;
    }
    office.run();
    const auto done = town.job(job);
    REQUIRE(done.state == jobs::State::done);
    if (!raw) CHECK(qbxml::parse_json(done.result)->string_at("id") == invoice);
    const auto now_there = qbxml::parse_json(town.record("invoices", invoice));
    CHECK(now_there->string_at("status") == "Void");
    CHECK(now_there->string_at("totalAmount") == "0.00");
}

TEST_CASE("custom fields stay in the mirror when we write, and a second write is not stale")
{
    Office office({.customers = 5, .invoices = 5});
    office.sync({"customers"}, true);
    office.run();
    std::string customer;
    Town& town = office.town;
    town.store.read([&](store::Tx& tx) {
        tx.each_record(maple, "customers", 1, [&](std::string_view json) {
            customer = qbxml::parse_json(json)->string_at("id");
        });
    });
    const auto write = [&](const char* json) {
        town.clock.advance(std::chrono::hours(3));
        const auto pushed = town.desk.push(maple,
                                           {.operation = qbxml::canonical::Operation::update,
                                            .data_type = "customers",
                                            .id = customer,
                                            .record_json = json},
                                           town.store);
        INFO((pushed ? "" : pushed.error().front().path + pushed.error().front().message));
        REQUIRE(pushed.ok());
        office.run();
        const auto done = town.job(pushed->job.id);
        INFO((done.problem ? done.problem->message : ""));
        CHECK(done.state == jobs::State::done);
    };
    write(R"({"customFields":[{"name":"Gate code","value":"7331"}]})");
    CHECK_THAT(town.record("customers", customer), Catch::Contains("7331"));
    write(R"({"phone":"555-0001"})");
    CHECK_THAT(town.record("customers", customer),
               Catch::Contains("7331") && Catch::Contains("555-0001"));
    write(R"({"phone":"555-0002"})");
    CHECK_THAT(town.record("customers", customer),
               Catch::Contains("7331") && Catch::Contains("555-0002"));
}

TEST_CASE("a payment that is deleted in QuickBooks makes its invoice be read again")
{
    Office office({.customers = 5, .invoices = 20});
    office.sync({}, true);
    office.run();
    std::string payment, invoice;
    office.town.store.read([&](store::Tx& tx) {
        tx.each_record(maple, "payments", 1000, [&](std::string_view json) {
            const auto named = qbxml::canonical::linked_documents(json);
            for (const auto& document : *named)
                if (payment.empty() && document.data_type == "invoices") {
                    payment = qbxml::parse_json(json)->string_at("id");
                    invoice = document.id;
                }
        });
    });
    REQUIRE_FALSE(payment.empty());
    office.town.clock.advance(std::chrono::hours(3));
    office.edit("<TxnDelRq requestID=\"1\"><TxnDelType>ReceivePayment</TxnDelType><TxnID>" +
                payment + "</TxnID></TxnDelRq>");
    office.asked.clear();
    office.sync({"deletions"});
    office.run();
    CHECK(office.asked_with("<TxnID>" + invoice + "</TxnID>") == 1);
    CHECK(office.newest_run().parts.back().data_type == "linkedDocuments");
}

TEST_CASE("records are read by name and by number; what no kind of the type has is said")
{
    Office office({.customers = 5, .invoices = 5});
    office.sync({"customers", "invoices", "items"}, true);
    office.run();
    std::string number, item;
    office.town.store.read([&](store::Tx& tx) {
        tx.each_record(maple, "invoices", 1, [&](std::string_view json) {
            number = qbxml::parse_json(json)->string_at("invoiceNumber");
        });
        tx.each_record(maple, "items", 1, [&](std::string_view json) {
            item = qbxml::parse_json(json)->string_at("fullName");
        });
    });
    REQUIRE_FALSE(number.empty());
    REQUIRE_FALSE(item.empty());
    const auto read = [&](const char* type, const qbxml::canonical::Lookup& lookup) {
        const auto job = office.town.desk.read(maple, type, lookup, office.town.store);
        INFO((job ? "" : job.error().text()));
        REQUIRE(job.ok());
        office.run();
        return office.town.job(job->id);
    };
    const auto found = [](const jobs::Job& job) {
        return qbxml::parse_json(job.result)->integer_at("read").value_or(-1);
    };
    CHECK(found(read("invoices", {.ref_numbers = {number}})) == 1);
    // An item may be of eleven kinds, and is of one.
    const auto one = read("items", {.names = {item}});
    CHECK(one.state == jobs::State::done);
    CHECK(found(one) == 1);
    const auto none = read("customers", {.names = {"Nobody at all"}});
    if (none.state == jobs::State::done)
        CHECK(found(none) == 0);
    else
        CHECK(none.problem->code == "not_found");
    const auto refused =
        office.town.desk.read(maple, "invoices", {.names = {"Ann"}}, office.town.store);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().where == "names");
    CHECK_FALSE(office.town.desk.read(maple, "invoices", {}, office.town.store));
}

TEST_CASE("a sync that failed goes on where it was when it is tried again")
{
    service::ConnectorSettings settings;
    settings.page_size = 10;
    settings.pace = {.page_min = 5, .page_max = 10};
    settings.backoff.attempts_max = 1;
    Office office({.customers = 400, .invoices = 1}, settings);
    const auto job = office.sync({"customers"}, true).front();
    office.run(20);
    const auto before = office.town.job(job.id);
    REQUIRE(before.cursor.read_before > 0);
    // The session is lost under a question, and that is one time too many.
    office.town.authenticate();
    office.quickbooks.begin_session("");
    REQUIRE_FALSE(office.town.send(office.first_answers()).empty());
    office.quickbooks.end_session();
    office.town.close();
    REQUIRE(office.town.job(job.id).state == jobs::State::failed);
    REQUIRE(office.town.desk.retry(job.id, office.town.store).ok());
    const auto again = office.town.job(job.id);
    CHECK(again.cursor.from == before.cursor.from);
    CHECK(again.cursor.read_before == before.cursor.read_before);
    office.run();
    REQUIRE(office.town.job(job.id).state == jobs::State::done);
    CHECK(office.kept("customers") ==
          static_cast<std::int64_t>(office.quickbooks.count("CustomerRet")));
}

TEST_CASE("postings are read account by account, and then what changed of each")
{
    Office office({.customers = 3, .invoices = 5});
    office.sync({"accounts"}, true);
    office.run();
    const auto accounts = office.kept("accounts");
    REQUIRE(accounts > 1);
    office.asked.clear();
    const auto job = office.sync({"accountTransactions"}, true).front();
    office.run();
    CHECK(office.newest_run().well());
    CHECK(office.asked_with("TransactionQueryRq") == accounts);
    CHECK(office.kept("accountTransactions") > 0);
    CHECK(office.town.job(job.id).cursor.read >= office.kept("accountTransactions"));

    office.town.clock.advance(std::chrono::hours(24 * 400));
    office.asked.clear();
    office.sync({"accountTransactions"});
    office.run();
    CHECK(office.asked_with("FromModifiedDate") == accounts);
    CHECK(office.newest_run().parts.at(0).job.cursor.updated == 0);
}

TEST_CASE("reports are read for whole months up to this one")
{
    Office office({.customers = 5, .invoices = 20});
    office.set({"profitAndLoss", "months", "2"});
    office.set({"profitAndLoss", "basis", "Cash"});
    office.sync({"accounts", "profitAndLoss", "agedDebtors"}, true);
    office.run();
    CHECK(office.newest_run().well());
    CHECK(office.asked_with("<FromReportDate>2026-10-01</FromReportDate>") == 1);
    CHECK(office.asked_with("<ToReportDate>2026-11-30</ToReportDate>") == 1);
    CHECK(office.asked_with("<ReportBasis>Cash</ReportBasis>") == 1);
    CHECK(office.asked_with("<ToReportDate>2026-11-21</ToReportDate>") == 1);
    const auto report = office.town.store.read([](store::Tx& tx) {
        return tx.find_report(maple, {.data_type = "profitAndLoss",
                                      .period_from = "2026-10-01",
                                      .period_to = "2026-11-30",
                                      .basis = "Cash",
                                      .by_month = true});
    });
    REQUIRE(report);
    CHECK_FALSE(report->json.empty());
}

TEST_CASE("reports that come in one answer are each read as what was asked for")
{
    Office office({.customers = 5, .invoices = 20});
    const auto by_hand = office.town.desk.report(
        maple, "profitAndLoss", {.from = "2022-01-01", .to = "2022-12-31"}, office.town.store);
    REQUIRE(by_hand.ok());
    office.sync({"accounts", "customers", "suppliers"}, true);
    office.sync({"balanceSheet", "profitAndLoss", "agedDebtors", "agedCreditors"});
    office.run();
    int together = 0;
    for (const auto& one : office.asked)
        together +=
            one.find("ProfitAndLossStandard") != one.npos && one.find("APAgingSummary") != one.npos;
    CHECK(together == 1);
    const auto members = [&](const store::ReportKey& key) {
        const auto kept =
            office.town.store.read([&](store::Tx& tx) { return tx.find_report(maple, key); });
        std::string names;
        if (!kept) return names;
        const auto report = qbxml::parse_json(kept->json);
        for (const auto& [name, member] : report->as_object())
            names += name + " ";
        return names;
    };
    CHECK(members({.data_type = "agedDebtors", .period_to = "2026-11-21"}) ==
          "currency reportDate data buckets total ");
    CHECK(members({.data_type = "profitAndLoss",
                   .period_from = "2022-01-01",
                   .period_to = "2022-12-31"}) == "currency reportBasis reports ");
}

TEST_CASE("a write whose answer comes from an earlier time makes the next delta begin there")
{
    Office office({.customers = 3, .invoices = 1});
    office.sync({"customers"}, true);
    office.run();
    // The battery of the PC is empty: its clock says 2001.
    office.pc_off = -std::chrono::hours(24 * 365 * 25);
    office.edit(customer_add("Before Its Time"));
    office.town.clock.advance(std::chrono::hours(3));
    const auto pushed =
        office.town.desk.push(maple, "customers", "", R"({"name":"Told"})", office.town.store);
    REQUIRE(pushed.ok());
    office.run();
    office.sync({"customers"});
    office.run();
    CHECK_FALSE(customer_id(office, "Before Its Time").empty());
}

TEST_CASE("runs are forgotten after thirty days")
{
    Office office({.customers = 1, .invoices = 1});
    office.sync({"customers"});
    office.run();
    const auto runs = [&] {
        return office.town.store.read(
            [&](store::Tx& tx) { return service::runs_of(tx, maple, 5).size(); });
    };
    service::prune(office.town.store, noon + std::chrono::hours(24 * 29));
    CHECK(runs() == 1);
    service::prune(office.town.store, noon + std::chrono::hours(24 * 31));
    CHECK(runs() == 0);
}

TEST_CASE("a type that QuickBooks is too old for is skipped, not failed for ever")
{
    Office office({.customers = 1, .invoices = 1});
    const auto job = office.sync({"transfers"}).front();
    office.town.authenticate();
    // This QuickBooks speaks 8.0; transfers need 12.0.
    office.town.text(qbwc::SendRequestXml{.ticket = office.town.ticket,
                                          .hcp_response = first_look(),
                                          .company_file = "C:\\Books\\Maple.qbw",
                                          .country = "US",
                                          .major = 8,
                                          .minor = 0});
    CHECK(office.town.job(job.id).state == State::done);
    const auto run = office.newest_run();
    CHECK(run.parts.at(0).state == "skipped");
    CHECK(run.parts.at(0).job.cursor.skipped.at(0).reason == "version");
    CHECK(run.well());
}
