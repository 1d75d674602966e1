#include "tests/scenario/host.h"

#include <fmt/format.h>

#include "server/jobs/lifecycle.h"

namespace scenario {

using namespace server;
using Done = ServerSide::Done;
using What = Promise::What;

const char* word_of(Done done)
{
    switch (done) {
        case Done::yes: return "accepted";
        case Done::no: return "not accepted";
        case Done::maybe: return "no answer";
    }
    return "";
}

std::string Host::fresh(const char* word)
{
    return fmt::format("{}{}", word, ++count_);
}

std::vector<jobs::Job> Host::jobs()
{
    return server_.store().read([&](store::Tx& tx) {
        return tx.list_jobs({.company = office_.company.id, .state = {}, .limit = 1000});
    });
}

void Host::act()
{
    switch (story_.chance.below(17)) {
        case 0:
        case 1: return sync(story_.chance.percent(20));
        case 2: return add_customer();
        case 3:
        case 4: return story_.chance.percent(30) ? add_invoice_for_new_customer() : add_invoice();
        case 5:
        case 6: return change_phone();
        case 7: return story_.chance.percent(50) ? add_customer_raw() : add_two_raw();
        case 8: return story_.chance.percent(50) ? ask_raw() : ask_for_records();
        case 9:
            if (story_.chance.percent(30)) ask_to_page();
            if (story_.chance.percent(30)) ask_for_report();
            return;
        case 10:
            if (story_.chance.percent(40)) push_many();
            return;
        case 11:
            if (story_.chance.percent(70)) hold_back();
            return;
        case 12: return work_on_failed_jobs();
        case 13: return story_.chance.percent(50) ? wait() : confirm();
        default: return work_on_a_job();
    }
}

// Somebody waits for answers: sessions are held open for a while.
void Host::wait()
{
    const auto done = server_.work([&](service::JobDesk&, store::Store& store) {
        store.write(
            [&](store::Tx& tx) { tx.note_waiting(office_.company.id, server_.clock.now()); });
    });
    story_.tell(fmt::format("{}: somebody waits: {}", here(), word_of(done)));
}

void Host::sync(bool full)
{
    std::vector<jobs::Job> made;
    const auto done = server_.work([&](service::JobDesk& desk, store::Store& store) {
        made = desk.sync(office_.company.id, types_, full, store).value();
    });
    story_.tell(fmt::format("{}: the host asks for a{} sync: {}", office_.company.id.text,
                            full ? " full" : "", word_of(done)));
    if (done != Done::yes) return;
    for (const auto& job : made)
        office_.promises.push_back({.what = What::sync, .name = "sync", .job = job.id});
}

void Host::push(Promise promise, const char* data_type, const std::string& record)
{
    using qbxml::canonical::Operation;
    service::WriteWish wish{
        .operation = promise.record.empty() ? Operation::create : Operation::update,
        .data_type = data_type,
        .id = promise.record,
        .record_json = record,
        .queue = {.key = promise.name}};
    if (story_.chance.percent(10)) wish.queue.priority = story_.chance.between(1, 250);
    if (story_.chance.percent(8))
        wish.queue.run_at = server_.clock.now() + std::chrono::minutes(story_.chance.below(90));
    if (story_.chance.percent(8))
        wish.queue.expires_at =
            server_.clock.now() + std::chrono::minutes(story_.chance.between(1, 60));
    if (story_.chance.percent(30)) wish.queue.on_conflict = jobs::OnConflict::latest;
    if (!office_.promises.empty() && office_.promises.back().job && story_.chance.percent(20))
        wish.queue.after.push_back(*office_.promises.back().job);
    std::optional<base::JobId> job;
    std::string refused;
    const auto ask = [&] {
        return server_.work([&](service::JobDesk& desk, store::Store& store) {
            const auto pushed = desk.push(office_.company.id, wish, store);
            if (!pushed) {
                refused = pushed.error().front().message;
                return;
            }
            if (job && *job != pushed->job.id)
                throw Broken(fmt::format("key {} made two jobs", wish.queue.key));
            job = pushed->job.id;
        });
    };
    auto done = ask();
    // Who got no answer, or lost it, asks again under the same key.
    if (done == Done::maybe || story_.chance.percent(10)) {
        job.reset();
        const auto again = ask();
        if (again == Done::yes) done = again;
    }
    story_.tell(fmt::format(
        "{}: the host pushes {} {}{}: {} {}{}", office_.company.id.text, data_type, promise.name,
        wish.queue.after.empty() ? "" : " after " + wish.queue.after.front().text, word_of(done),
        job ? job->text : "", refused));
    if (done == Done::no || !job) return;
    if (done == Done::yes) promise.job = job;
    office_.promises.push_back(std::move(promise));
    if (done == Done::yes && story_.chance.percent(6)) ask_otherwise(wish, *job);
}

// A key stands for one wish: another one under it is refused.
void Host::ask_otherwise(const service::WriteWish& wish, const base::JobId& first)
{
    auto other = wish;
    other.record_json = R"({"name":"Somebody Else","phone":"555-0123"})";
    server_.work([&](service::JobDesk& desk, store::Store& store) {
        const auto pushed = desk.push(office_.company.id, other, store);
        if (pushed)
            throw Broken(fmt::format("key {} of {} was taken for another wish, as {}",
                                     wish.queue.key, first.text, pushed->job.id.text));
    });
}

void Host::push_many()
{
    for (int left = story_.chance.between(3, 7); left > 0; --left) {
        if (story_.chance.percent(40))
            add_invoice();
        else if (story_.chance.percent(50))
            change_phone();
        else
            add_customer();
    }
}

void Host::add_customer()
{
    const auto name = fresh("Pushed ");
    push({.what = What::customer, .name = name}, "customers",
         fmt::format(R"({{"name":"{}","phone":"555-0100"}})", name));
}

void Host::add_invoice()
{
    const auto customer = office_.some_customer_name();
    if (customer.empty()) return;
    const auto number = fresh("W");
    push({.what = What::invoice, .name = number}, "invoices",
         fmt::format(R"({{"customerRef":{{"name":"{}"}},"invoiceNumber":"{}",{}"lineItems":[)"
                     R"({{"itemRef":{{"name":"Framing"}},"quantity":"1","unitAmount":"10.00"}}]}})",
                     customer, number,
                     story_.chance.percent(50) ? R"("issueDate":"2026-11-20",)" : ""));
}

// An invoice for a customer who is still to be made.
void Host::add_invoice_for_new_customer()
{
    const auto before = office_.promises.size();
    add_customer();
    if (office_.promises.size() == before || !office_.promises.back().job) return;
    const auto number = fresh("N");
    push({.what = What::invoice, .name = number}, "invoices",
         fmt::format(R"({{"customerRef":{{"id":"${}"}},"invoiceNumber":"{}","lineItems":[)"
                     R"({{"itemRef":{{"name":"Framing"}},"quantity":"1","unitAmount":"10.00"}}]}})",
                     office_.promises.back().job->text, number));
}

void Host::change_phone()
{
    const auto id = office_.some_customer_id();
    if (id.empty()) return;
    const auto phone = fresh("555-9");
    push({.what = What::phone, .name = phone, .record = id}, "customers",
         fmt::format(R"({{"phone":"{}"}})", phone));
}

void Host::add_customer_raw()
{
    Promise promise{.what = What::customer, .name = fresh("Raw ")};
    std::optional<base::JobId> job;
    const auto done = server_.work([&](service::JobDesk& desk, store::Store& store) {
        job = desk.raw(office_.company.id,
                       fmt::format("<CustomerAddRq><CustomerAdd><Name>{}</Name></CustomerAdd>"
                                   "</CustomerAddRq>",
                                   promise.name),
                       store)
                  .value()
                  .id;
    });
    story_.tell(fmt::format("{}: the host sends {}: {}", office_.company.id.text, promise.name,
                            word_of(done)));
    if (done == Done::no) return;
    if (done == Done::yes) promise.job = job;
    office_.promises.push_back(std::move(promise));
}

// Two in one set that ends at the first refusal: the second may be refused for its name.
void Host::add_two_raw()
{
    Promise first{.what = What::customer, .name = fresh("First "), .part = true};
    Promise second{.what = What::customer, .name = fresh("Second "), .part = true};
    // The second time it is refused, unless somebody has renamed the first meanwhile.
    const bool taken = story_.chance.percent(30);
    if (taken) first.asked = 2;
    std::optional<base::JobId> job;
    const auto add = [](const std::string& name) {
        return fmt::format(
            "<CustomerAddRq><CustomerAdd><Name>{}</Name></CustomerAdd>"
            "</CustomerAddRq>",
            name);
    };
    const auto text = fmt::format(
        "<QBXML><QBXMLMsgsRq onError=\"stopOnError\">{}{}{}</QBXMLMsgsRq>"
        "</QBXML>",
        add(first.name), taken ? add(first.name) : "", add(second.name));
    const auto done = server_.work([&](service::JobDesk& desk, store::Store& store) {
        job = desk.raw(office_.company.id, text, store).value().id;
    });
    story_.tell(fmt::format("{}: the host sends {} and {}{}: {}", here(), first.name, second.name,
                            taken ? ", the first one twice" : "", word_of(done)));
    if (done == Done::no) return;
    if (done == Done::yes) first.job = second.job = job;
    office_.promises.push_back(std::move(first));
    office_.promises.push_back(std::move(second));
}

void Host::ask_for_records()
{
    const auto id = office_.some_customer_id();
    if (id.empty()) return;
    std::optional<base::JobId> job;
    const auto done = server_.work([&](service::JobDesk& desk, store::Store& store) {
        job = desk.read(office_.company.id, "customers", {.ids = {id}}, store).value().id;
    });
    story_.tell(fmt::format("{}: the host asks for {}: {}", here(), id, word_of(done)));
    if (done == Done::yes) office_.promises.push_back({.what = What::read, .name = id, .job = job});
}

void Host::ask_for_report()
{
    std::optional<base::JobId> job;
    const auto done = server_.work([&](service::JobDesk& desk, store::Store& store) {
        job = desk.report(office_.company.id, "profitAndLoss",
                          {.from = "2026-01-01", .to = "2026-12-31"}, store)
                  .value()
                  .id;
    });
    story_.tell(fmt::format("{}: the host asks for a report: {}", here(), word_of(done)));
    if (done == Done::yes)
        office_.promises.push_back({.what = What::read, .name = "report", .job = job});
}

void Host::ask_raw()
{
    std::optional<base::JobId> job;
    const auto done = server_.work([&](service::JobDesk& desk, store::Store& store) {
        job = desk.raw(office_.company.id,
                       "<CustomerQueryRq requestID=\"mine\"><MaxReturned>2</MaxReturned>"
                       "</CustomerQueryRq>",
                       store)
                  .value()
                  .id;
    });
    story_.tell(
        fmt::format("{}: the host asks in qbXML: {}", office_.company.id.text, word_of(done)));
    if (done == Done::yes)
        office_.promises.push_back({.what = What::read, .name = "raw query", .job = job});
}

void Host::ask_to_page()
{
    const auto done = server_.work([&](service::JobDesk& desk, store::Store& store) {
        (void)desk.interactive(office_.company.id, "https://books.example.com/{sessionID}", store)
            .value();
    });
    story_.tell(
        fmt::format("{}: the host asks to a page: {}", office_.company.id.text, word_of(done)));
}

}  // namespace scenario
