#include "tests/scenario/office.h"

#include <unistd.h>

#include <filesystem>

#include <fmt/format.h>

#include "qbxml/simulator/sample_books.h"

namespace scenario {

using namespace qbxml::simulator;

namespace {

// "maple-secret", hashed at next to no cost: a seed logs in some twenty times.
constexpr const char* cheap_hash =
    "scrypt$1$8$1$30313233343536373839616263646566$"
    "0a95e970a368dc9848ca3c7efc2fcee17a674593b4ffac96007f4630e3f074f3";

std::string message_set(const std::string& requests)
{
    return fmt::format(
        "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq "
        "onError=\"stopOnError\">{}</QBXMLMsgsRq></QBXML>",
        requests);
}

}  // namespace

Office::Office(Story& story, testing::ManualClock& clock, const std::string& slug,
               std::uint64_t seed)
    : story_(story), clock_(clock)
{
    company = {
        .id = {slug},
        .name = "Company " + slug,
        .user_name = "qbwc-" + slug,
        .password_hash = cheap_hash,
        .owner_id = "{5A1C0000-0000-4000-8000-000000000001}",
        .file_id = fmt::format("{{5A1C0000-0000-4000-8000-{:012X}}}", slug == "maple" ? 10 : 11),
        .created_at = clock.now()};
    company.time_zone = story.chance.percent(50) ? "America/New_York" : "";
    skew_ = story.chance.percent(70) ? 0 : story.chance.between(-3600, 3600);
    options_ = {.unix_seconds = [this] { return now(); },
                .owner_id = company.owner_id,
                .file_id = company.file_id};
    books = make_sample_books({.customers = story.chance.between(1, 6),
                               .invoices = story.chance.between(0, 6),
                               .seed = seed,
                               .company_name = company.name,
                               .company_path = "C:\\Books\\" + slug + ".qbw"});
}

std::int64_t Office::now() const
{
    return std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch())
               .count() +
           skew_;
}

std::unique_ptr<RequestProcessor> Office::open()
{
    ++openings_;
    return std::make_unique<RequestProcessor>(*books, options_,
                                              static_cast<std::uint64_t>(openings_) * 7919, now());
}

std::unique_ptr<RequestProcessor> Office::open_stranger()
{
    if (!stranger_) {
        stranger_options_ = options_;
        stranger_options_.file_id = "{5A1C0000-0000-4000-8000-FFFFFFFFFFFF}";
        stranger_ = make_sample_books({.customers = 1,
                                       .invoices = 0,
                                       .seed = 99,
                                       .company_name = "Somebody Else",
                                       .company_path = "C:\\Books\\other.qbw"});
    }
    return std::make_unique<RequestProcessor>(
        *stranger_, stranger_options_, static_cast<std::uint64_t>(++openings_) * 7919, now());
}

int Office::count(const Promise& promise) const
{
    switch (promise.what) {
        case Promise::What::customer:
            return books->find_by_name(*kind_of("Customer"), promise.name) ? 1 : 0;
        case Promise::What::invoice:
            return static_cast<int>(
                books->find_by_ref_number(*kind_of("Invoice"), promise.name, false).size());
        case Promise::What::phone: {
            const Record* record = books->find(*kind_of("Customer"), promise.record);
            return record && record->field("Phone", books->names()) == promise.name ? 1 : 0;
        }
        case Promise::What::sync:
        case Promise::What::read: return 0;
    }
    return 0;
}

SimulatedQuickBooks::Processed Office::process(RequestProcessor& session, std::string_view qbxml)
{
    std::vector<int> before;
    for (const auto& promise : promises)
        before.push_back(count(promise));
    auto processed = session.process(qbxml);
    for (std::size_t n = 0; n < promises.size(); ++n) {
        const int more = count(promises[n]) - before[n];
        if (more <= 0) continue;
        promises[n].made += more;
        story_.tell(
            fmt::format("    QuickBooks has made {} ({})", promises[n].name, promises[n].made));
    }
    return processed;
}

void Office::forget_answer(const std::string& id)
{
    if (books->kept_answers().contains(id)) books->forget_answer(id);
}

const Record* Office::some(const char* noun)
{
    const auto& all = books->records(*kind_of(noun));
    return all.empty() ? nullptr : story_.chance.one_of(all).get();
}

std::string Office::some_customer_id()
{
    const Record* record = some("Customer");
    return record ? record->id() : "";
}

std::string Office::some_customer_name()
{
    const Record* record = some("Customer");
    return record ? record->full_name() : "";
}

void Office::do_by_hand(const std::string& what, const std::string& requests)
{
    const auto answer = open()->process(message_set(requests));
    const auto at = answer.response.find("statusCode=\"");
    const auto status =
        at == std::string::npos
            ? std::string("no answer")
            : answer.response.substr(at + 12, answer.response.find('"', at + 12) - at - 12);
    story_.tell(fmt::format("{}: the bookkeeper {} [{}]", company.id.text, what, status));
}

void Office::bookkeeper()
{
    Chance& chance = story_.chance;
    const int edit = ++edits_;
    const Record* customer = some("Customer");
    const Record* invoice = some("Invoice");
    const auto mod = [&](const std::string& field) {
        return fmt::format(
            "<CustomerModRq><CustomerMod><ListID>{}</ListID><EditSequence>{}</EditSequence>{}"
            "</CustomerMod></CustomerModRq>",
            customer->id(), customer->stamps().edit_sequence, field);
    };
    switch (chance.below(8)) {
        case 0:
            return do_by_hand(fmt::format("adds the customer Keeper {}", edit),
                              fmt::format("<CustomerAddRq><CustomerAdd><Name>Keeper {}</Name>"
                                          "</CustomerAdd></CustomerAddRq>",
                                          edit));
        case 1:
            if (!customer) return;
            return do_by_hand("changes the phone of " + customer->id(),
                              mod(fmt::format("<Phone>555-{:04}</Phone>", edit)));
        case 2:
            if (!customer) return;
            return do_by_hand("renames " + customer->id(),
                              mod(fmt::format("<Name>Renamed {}</Name>", edit)));
        case 3:
        case 4:
            if (!customer) return;
            return do_by_hand(
                "writes an invoice for " + customer->id(),
                fmt::format("<InvoiceAddRq><InvoiceAdd><CustomerRef><ListID>{}</ListID>"
                            "</CustomerRef><RefNumber>K{}</RefNumber><InvoiceLineAdd><ItemRef>"
                            "<FullName>Framing</FullName></ItemRef><Quantity>2</Quantity>"
                            "<Rate>10.00</Rate></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>",
                            customer->id(), edit));
        case 5:
            if (!invoice) return;
            return do_by_hand("voids the invoice " + invoice->id(),
                              fmt::format("<TxnVoidRq><TxnVoidType>Invoice</TxnVoidType><TxnID>{}"
                                          "</TxnID></TxnVoidRq>",
                                          invoice->id()));
        case 6:
            if (!invoice) return;
            return do_by_hand("deletes the invoice " + invoice->id(),
                              fmt::format("<TxnDelRq><TxnDelType>Invoice</TxnDelType><TxnID>{}"
                                          "</TxnID></TxnDelRq>",
                                          invoice->id()));
        default:
            if (!customer) return;
            return do_by_hand("deletes the customer " + customer->id(),
                              fmt::format("<ListDelRq><ListDelType>Customer</ListDelType><ListID>{}"
                                          "</ListID></ListDelRq>",
                                          customer->id()));
    }
}

void Office::back_up()
{
    backup_ = (std::filesystem::temp_directory_path() /
               fmt::format("qbwcd-scenario-{}-{}.qbw", getpid(), company.id.text))
                  .string();
    books->save(backup_);
    made_at_backup_.clear();
    for (const auto& promise : promises)
        made_at_backup_.push_back(promise.made);
    story_.tell(company.id.text + ": a backup of the company file is made");
}

void Office::restore()
{
    if (backup_.empty()) return;
    auto old = CompanyFile::load(backup_);
    std::filesystem::remove(backup_);
    backup_.clear();
    if (!old) throw Broken("the backup cannot be read: " + old.error().text());
    books = std::move(*old);
    ++restores_;
    restored = true;
    story_.tell(company.id.text + ": the backup of the company file is restored");
    for (std::size_t n = 0; n < promises.size(); ++n) {
        // What was made since is not in these books, also where somebody changed it meanwhile.
        const int then = n < made_at_backup_.size() ? made_at_backup_[n] : 0;
        if (promises[n].made <= then) continue;
        promises[n].made = then;
        promises[n].undone = true;
    }
}

}  // namespace scenario
