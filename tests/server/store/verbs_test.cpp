// Every verb of Tx: what was put in comes out, and what must not be is refused.
#include <catch2/catch.hpp>

#include "server/base/ensure.h"
#include "tests/server/store/database.h"

using namespace server;
using namespace testing;
using base::CompanyId;
using store::Tx;

namespace {

const CompanyId maple{"maple"};

// A database with the company, in memory and in a file.
Database town()
{
    return Database(GENERATE(Database::Place::memory, Database::Place::file));
}

template <class Fn>
auto write(Database& database, Fn fn)
{
    return database.store.write(fn);
}

}  // namespace

TEST_CASE("companies: what is saved is found, by id and by user")
{
    auto database = town();
    write(database, [](Tx& tx) {
        auto company = maple_company();
        company.time_zone = "America/Denver";
        company.pinned_path = "C:\\Maple.qbw";
        tx.add_company(company);
        CHECK(tx.find_company(maple) == company);
        CHECK(tx.find_company_by_user("qbwc-maple") == company);
        CHECK_FALSE(tx.find_company({"larch"}));
        CHECK_FALSE(tx.find_company_by_user("QBWC-MAPLE"));

        company.name = "Maple Joinery";
        company.password_hash = "other";
        company.status = store::Status::linked;
        company.linked = {"{stamp}", "C:\\M.qbw", "Maple", "US"};
        company.product = "QuickBooks Enterprise";
        company.qbxml_version = "16.0";
        company.home_currency = "USD";
        company.last_contact_at = noon + std::chrono::microseconds(1);
        company.last_error = "it's \"broken\"";
        company.settled_batch = "QB1";
        tx.save_company(company);
        CHECK(tx.find_company(maple) == company);
        CHECK(tx.companies() == std::vector{company});
        company.id = {"larch"};
        CHECK_THROWS_AS(tx.save_company(company), base::Bug);
    });
}

TEST_CASE("the first look at a company file is kept beside the company")
{
    auto database = town();
    write(database, [](Tx& tx) {
        tx.add_company(maple_company());
        CHECK(tx.first_look(maple).empty());
        tx.save_first_look(maple, "<QBXML/>", noon);
        tx.save_first_look(maple, "<QBXML>2</QBXML>", noon);
        CHECK(tx.first_look(maple) == "<QBXML>2</QBXML>");
    });
}

TEST_CASE("statuses of a company keep their words")
{
    for (const auto status : {store::Status::pending_auth, store::Status::linked,
                              store::Status::unlinked, store::Status::deauthorized})
        CHECK(store::status_from_text(to_text(status)) == status);
    CHECK_FALSE(store::status_from_text("linked"));
}

TEST_CASE("login guards are kept per user and address")
{
    auto database = town();
    write(database, [](Tx& tx) {
        CHECK(tx.login_guard("u", "a").failures == 0);
        tx.save_login_guard("u", "a", {.failures = 3, .blocked_until = noon});
        tx.save_login_guard("u", "a", {.failures = 4, .blocked_until = noon, .good_at = noon});
        CHECK(tx.login_guard("u", "a").failures == 4);
        CHECK(tx.login_guard("u", "a").good_at == noon);
        CHECK(tx.login_guard("u", "b").failures == 0);
        CHECK(tx.login_guard("v", "a").failures == 0);
    });
}

TEST_CASE("sessions: every field survives, a closed one is closed for good")
{
    auto database = town();
    write(database, [](Tx& tx) {
        tx.add_company(maple_company());
        auto s = open_session("ses_1");
        tx.add_session(s, "hash-1");
        CHECK(tx.find_session("hash-1") == s);
        CHECK_FALSE(tx.find_session("hash-2"));
        CHECK_FALSE(tx.find_session(""));

        s.state = session::State::busy;
        s.batch = base::BatchId{"QB1"};
        s.interactive = base::JobId{"job_1"};
        s.identified = true;
        s.qbxml_major = 16;
        s.qbxml_minor = 0;
        s.company_file = "C:\\Maple.qbw";
        s.batches = 2;
        s.jobs_done = 3;
        s.jobs_failed = 4;
        s.connection_tries = 1;
        s.number = -1;
        s.answer = "abc";
        s.no_op = true;
        s.last_error = "text";
        tx.save_session(s);
        CHECK(tx.find_session("hash-1") == s);
        CHECK(tx.live_sessions(maple).size() == 1);

        s.state = session::State::closed;
        tx.save_session(s);
        CHECK(tx.live_sessions(maple).empty());
        s.state = session::State::open;
        CHECK_THROWS_AS(tx.save_session(s), base::Bug);
    });
}

TEST_CASE("sessions past their deadline are those that are not closed")
{
    auto database = town();
    write(database, [](Tx& tx) {
        tx.add_company(maple_company());
        auto s = open_session("ses_1");
        tx.add_session(s, "hash-1");
        CHECK(tx.sessions_past_deadline(s.deadline - std::chrono::microseconds(1)).empty());
        CHECK(tx.sessions_past_deadline(s.deadline).size() == 1);
        s.state = session::State::closing;
        tx.save_session(s);
        CHECK(tx.live_sessions(maple).empty());
        CHECK(tx.sessions_past_deadline(s.deadline).size() == 1);
        s.state = session::State::closed;
        tx.save_session(s);
        CHECK(tx.sessions_past_deadline(s.deadline).empty());
    });
}

TEST_CASE("jobs: every field survives, an end is an end")
{
    auto database = town();
    write(database, [](Tx& tx) {
        tx.add_company(maple_company());
        auto job = sync_job("job_1");
        job.body = "{\"a\":1}";
        tx.add_job(job);
        CHECK(tx.find_job(job.id) == job);
        CHECK_FALSE(tx.find_job({"job_2"}));

        job.state = jobs::State::running;
        job.attempt = 2;
        job.batch = base::BatchId{"QB1"};
        job.cursor = {.query = 1,
                      .iterator_id = "{it}",
                      .pages = 2,
                      .read = 200,
                      .read_here = 100,
                      .created = 3,
                      .updated = 4,
                      .remaining = 5,
                      .modified_from = "2026-01-01",
                      .newest = "2026-02-02"};
        job.problem = jobs::Problem{"code", "3175", "message", "cause", "remedy", "user"};
        tx.save_job(job);
        CHECK(tx.find_job(job.id) == job);

        job.state = jobs::State::done;
        job.batch.reset();
        job.problem.reset();
        job.result = "{\"read\":200}";
        job.finished_at = noon;
        tx.save_job(job);
        CHECK(tx.find_job(job.id) == job);
        CHECK_THROWS_AS(tx.save_job(job), base::Bug);
    });
}

TEST_CASE("the next job: what is going on, then priority, time and id")
{
    auto database = town();
    write(database, [](Tx& tx) {
        tx.add_company(maple_company());
        const auto next = [&] {
            const auto job = tx.next_job(maple, noon);
            return job ? job->id.text : "";
        };
        const auto end = [&](const char* id) {
            auto job = *tx.find_job({id});
            job.state = jobs::State::cancelled;
            job.finished_at = noon;
            tx.save_job(job);
        };
        CHECK(next().empty());
        auto page = sync_job("job_1");
        page.kind = jobs::Kind::interactive;
        page.priority = jobs::page_priority;
        tx.add_job(page);
        auto later = sync_job("job_2");
        later.run_at = noon + std::chrono::microseconds(1);
        later.priority = 1;
        tx.add_job(later);
        tx.add_job(sync_job("job_4"));
        tx.add_job(sync_job("job_3"));
        auto urgent = sync_job("job_5");
        urgent.priority = 50;
        tx.add_job(urgent);
        auto going = sync_job("job_6");
        going.state = jobs::State::running;
        going.priority = 500;
        tx.add_job(going);
        auto out = sync_job("job_7");
        out.state = jobs::State::running;
        out.batch = base::BatchId{"QB1"};
        tx.add_job(out);

        CHECK(tx.count_due(maple, noon) == 4);
        CHECK(tx.next_run_at(maple, noon) == noon);
        CHECK(tx.running_jobs(maple).size() == 2);
        for (const char* expected : {"job_6", "job_5", "job_3", "job_4", "job_1"}) {
            CHECK(next() == expected);
            end(expected);
        }
        CHECK(next().empty());
        CHECK(tx.count_due(maple, noon) == 0);
        CHECK(tx.next_run_at(maple, noon) == later.run_at);
        CHECK_FALSE(tx.next_job({"larch"}, noon));
    });
}

TEST_CASE("a sync that has not ended is found by its record type")
{
    auto database = town();
    write(database, [](Tx& tx) {
        tx.add_company(maple_company());
        auto job = sync_job("job_1");
        tx.add_job(job);
        CHECK(tx.unfinished_sync(maple, "customers")->id == job.id);
        CHECK_FALSE(tx.unfinished_sync(maple, "invoices"));
        job.state = jobs::State::failed;
        job.finished_at = noon;
        job.problem = jobs::Problem{.code = "c"};
        tx.save_job(job);
        CHECK_FALSE(tx.unfinished_sync(maple, "customers"));
    });
}

TEST_CASE("jobs are listed newest first, by company and state")
{
    auto database = town();
    write(database, [](Tx& tx) {
        tx.add_company(maple_company());
        for (const char* id : {"job_1", "job_2", "job_3"})
            tx.add_job(sync_job(id));
        const auto ids = [&](const store::JobFilter& filter) {
            std::string text;
            for (const auto& job : tx.list_jobs(filter))
                text += job.id.text + " ";
            return text;
        };
        CHECK(ids({}) == "job_3 job_2 job_1 ");
        CHECK(ids({.limit = 1}) == "job_3 ");
        CHECK(ids({.company = maple, .state = jobs::State::queued}) == "job_3 job_2 job_1 ");
        CHECK(ids({.state = jobs::State::done}).empty());
        CHECK(ids({.company = CompanyId{"larch"}}).empty());
    });
}

TEST_CASE("attempts: the later end of one attempt counts")
{
    auto database = town();
    write(database, [](Tx& tx) {
        tx.add_company(maple_company());
        tx.add_job(sync_job("job_1"));
        tx.add_attempt({{"job_1"}, 1, {"QB1"}, noon, "given_back", "", ""});
        tx.add_attempt({{"job_1"}, 2, {"QB3"}, noon, "done", "0", ""});
        tx.add_attempt({{"job_1"}, 1, {"QB2"}, noon, "failed", "3175", "locked"});
        const auto found = tx.attempts({"job_1"});
        REQUIRE(found.size() == 2);
        CHECK(found[0].batch.text == "QB2");
        CHECK(found[0].outcome == "failed");
        CHECK(found[0].status_code == "3175");
        CHECK(found[0].message == "locked");
        CHECK(found[1].number == 2);
    });
}

TEST_CASE("batches: the text is kept byte for byte and never changes")
{
    auto database = town();
    write(database, [](Tx& tx) {
        tx.add_company(maple_company());
        tx.add_job(sync_job("job_1"));
        auto batch = batch_of("QB1", "job_1", true);
        tx.add_batch(batch);
        CHECK(tx.find_batch(batch.id) == batch);
        CHECK_FALSE(tx.batch_in_doubt(maple));

        auto changed = batch;
        changed.text = "another text";
        changed.state = jobs::BatchState::in_doubt;
        changed.sendings = 2;
        tx.save_batch(changed);
        CHECK(tx.find_batch(batch.id)->text == batch.text);
        CHECK(tx.batch_in_doubt(maple)->sendings == 2);

        changed.state = jobs::BatchState::settled;
        tx.save_batch(changed);
        CHECK_FALSE(tx.batch_in_doubt(maple));
        CHECK_THROWS_AS(tx.save_batch(changed), base::Bug);
    });
}

TEST_CASE("of several batches in doubt the oldest comes first")
{
    auto database = town();
    write(database, [](Tx& tx) {
        tx.add_company(maple_company());
        tx.add_job(sync_job("job_1"));
        for (const char* id : {"QB1", "QB2"}) {
            auto batch = batch_of(id, "job_1", true);
            batch.state = jobs::BatchState::in_doubt;
            if (batch.id.text == "QB1") batch.sent_at += std::chrono::seconds(1);
            tx.add_batch(batch);
        }
        CHECK(tx.batch_in_doubt(maple)->id.text == "QB2");
    });
}

TEST_CASE("a batch sent again without an answer is in doubt as before")
{
    auto database = town();
    write(database, [](Tx& tx) {
        tx.add_company(maple_company());
        auto doubtful = sync_job("job_1");
        doubtful.state = jobs::State::in_doubt;
        doubtful.batch = base::BatchId{"QB1"};
        tx.add_job(doubtful);
        tx.add_job(sync_job("job_2"));
        tx.add_batch(batch_of("QB1", "job_1", true));
        tx.add_batch(batch_of("QB2", "job_2", true));
        tx.return_resent_batches(maple);
        CHECK(tx.find_batch({"QB1"})->state == jobs::BatchState::in_doubt);
        CHECK(tx.find_batch({"QB2"})->state == jobs::BatchState::sent);
    });
}

TEST_CASE("records: created, updated, unchanged")
{
    auto database = town();
    write(database, [](Tx& tx) {
        tx.add_company(maple_company());
        store::RecordRow row{.data_type = "customers",
                             .id = "80000001-1",
                             .source_type = "Customer",
                             .name = "Ann",
                             .edit_sequence = "1",
                             .time_modified = "2026-01-01",
                             .json = "{\"n\":1}",
                             .source = "<CustomerRet/>"};
        CHECK(tx.put_record(maple, row, noon) == store::Put::created);
        CHECK(tx.put_record(maple, row, noon) == store::Put::unchanged);
        row.source = "<CustomerRet>2</CustomerRet>";
        row.json = "{\"n\":2}";
        CHECK(tx.put_record(maple, row, noon + std::chrono::seconds(1)) == store::Put::updated);
        CHECK(tx.find_record(maple, "customers", "80000001-1") == "{\"n\":2}");
        CHECK_FALSE(tx.find_record(maple, "invoices", "80000001-1"));
        CHECK_FALSE(tx.find_record({"larch"}, "customers", "80000001-1"));

        row.id = "80000002-1";
        tx.put_record(maple, row, noon);
        int seen = 0;
        tx.each_record(maple, "customers", 1, [&](std::string_view json) {
            ++seen;
            CHECK(json == "{\"n\":2}");
        });
        CHECK(seen == 1);
        CHECK(tx.count_records(maple) ==
              std::vector<std::pair<std::string, std::int64_t>>{{"customers", 2}});
    });
}

TEST_CASE("watermarks move per query")
{
    auto database = town();
    write(database, [](Tx& tx) {
        tx.add_company(maple_company());
        CHECK(tx.watermark(maple, "CustomerQueryRq").empty());
        tx.save_watermark(maple, "CustomerQueryRq", "2026-01-01T00:00:00-07:00", noon);
        tx.save_watermark(maple, "CustomerQueryRq", "2026-02-01T00:00:00-07:00", noon);
        CHECK(tx.watermark(maple, "CustomerQueryRq") == "2026-02-01T00:00:00-07:00");
        CHECK(tx.watermark(maple, "InvoiceQueryRq").empty());
    });
}

TEST_CASE("rows that cannot be true are refused by the database itself")
{
    auto database = town();
    write(database, [](Tx& tx) {
        tx.add_company(maple_company());
        tx.add_job(sync_job("job_1"));
    });
    struct Row {
        const char* what;
        std::function<void(Tx&)> put;
    };
    const auto job_with = [](auto change) {
        return [change](Tx& tx) {
            auto job = sync_job("job_2");
            change(job);
            tx.add_job(job);
        };
    };
    const auto row = GENERATE_COPY(values<Row>({
        {"a job done without an end", job_with([](auto& j) { j.state = jobs::State::done; })},
        {"a queued job with an end", job_with([](auto& j) { j.finished_at = noon; })},
        {"a queued job with a batch", job_with([](auto& j) { j.batch = base::BatchId{"QB1"}; })},
        {"a failed job without a problem", job_with([](auto& j) {
             j.state = jobs::State::failed;
             j.finished_at = noon;
         })},
        {"a job of no company", job_with([](auto& j) { j.company = {"larch"}; })},
        {"two jobs of one id", job_with([](auto& j) { j.id = {"job_1"}; })},
        {"a batch of no job", [](Tx& tx) { tx.add_batch(batch_of("QB1", "job_9")); }},
        {"a reading batch in doubt",
         [](Tx& tx) {
             auto batch = batch_of("QB1", "job_1");
             batch.state = jobs::BatchState::in_doubt;
             tx.add_batch(batch);
         }},
        {"two live sessions of one company",
         [](Tx& tx) {
             tx.add_session(open_session("ses_1"), "hash-1");
             tx.add_session(open_session("ses_2"), "hash-2");
         }},
        {"two sessions of one ticket",
         [](Tx& tx) {
             auto closed = open_session("ses_1");
             closed.state = session::State::closed;
             tx.add_session(closed, "hash-1");
             tx.add_session(open_session("ses_2"), "hash-1");
         }},
        {"a busy session without a batch",
         [](Tx& tx) {
             auto s = open_session("ses_1");
             s.state = session::State::busy;
             tx.add_session(s, "hash-1");
         }},
        {"an open session with a batch",
         [](Tx& tx) {
             auto s = open_session("ses_1");
             s.batch = base::BatchId{"QB1"};
             tx.add_session(s, "hash-1");
         }},
        {"two companies of one user",
         [](Tx& tx) {
             auto company = maple_company();
             company.id = {"larch"};
             company.file_id = "{other}";
             tx.add_company(company);
         }},
        {"two companies of one FileID",
         [](Tx& tx) {
             auto company = maple_company();
             company.id = {"larch"};
             company.user_name = "qbwc-larch";
             tx.add_company(company);
         }},
    }));
    CAPTURE(row.what);
    CHECK_THROWS_AS(write(database, row.put), store::Unavailable);
    // And nothing of it stays.
    CHECK(database.store.read([](Tx& tx) { return tx.list_jobs({}).size(); }) == 1);
    CHECK(database.store.read([](Tx& tx) { return tx.live_sessions(maple).size(); }) == 0);
}

TEST_CASE("a company is added with the currency that a person told")
{
    Database database(Database::Place::memory);
    auto company = maple_company();
    company.home_currency = "USD";
    database.store.write([&](Tx& tx) { tx.add_company(company); });
    const auto found =
        database.store.read([](Tx& tx) { return tx.find_company(base::CompanyId{"maple"}); });
    CHECK(found == company);
}
