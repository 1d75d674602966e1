// The whole way round, for every type: QuickBooks' books are read by a first sync, each record is
// got, somebody edits the books, the next sync finds it, and the changes tell it.
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <utility>

#include "qbxml/canonical/table.h"
#include "qbxml/canonical/types.h"
#include "qbxml/canonical/write.h"
#include "qbxml/json_members.h"
#include "qbxml/simulator/quickbooks.h"
#include "server/service/lookups.h"
#include "server/service/records.h"
#include "server/service/sync_settings.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;
using qbxml::Value;
namespace canonical = qbxml::canonical;

namespace {

// The town, and its books at the other end of the Web Connector.
class Office {
public:
    Office()
        : quickbooks_({.customers = 25, .invoices = 250}, {.unix_seconds = [this] { return now(); },
                                                           .owner_id = maple_company().owner_id,
                                                           .file_id = maple_company().file_id})
    {
        quickbooks_.use_currencies();
    }

    std::vector<std::string> types() const { return service::synced_types(); }

    // Everything there is, and a run of the Web Connector that reads it.
    void sync()
    {
        const auto jobs = town_.desk.sync(maple, types(), false, town_.store);
        REQUIRE(jobs);
        town_.authenticate();
        quickbooks_.begin_session("");
        std::string hcp = ask("<HostQueryRq/><CompanyQueryRq><OwnerID>" + maple_company().owner_id +
                              "</OwnerID></CompanyQueryRq><PreferencesQueryRq/>");
        for (int i = 0; i < 10'000; ++i) {
            const std::string request = town_.send(std::exchange(hcp, {}));
            if (request.empty()) break;
            const auto done = quickbooks_.process(request);
            REQUIRE_FALSE(done.failure);
            town_.clock.advance(std::chrono::seconds(1));
            if (town_.receive(done.response) == 100) break;
        }
        quickbooks_.end_session();
        town_.close();
        for (const auto& job : *jobs) {
            const auto ended = town_.job(job.id);
            CAPTURE(ended.data_type, ended.problem ? ended.problem->message : "");
            CHECK((ended.state == jobs::State::done));
        }
        town_.clock.advance(std::chrono::minutes(10));
    }

    std::vector<Value> get(const std::string& type)
    {
        std::vector<Value> got;
        service::RecordWish wish{.limit = 500};
        do {
            const auto page =
                service::find_records(town_.store, maple, type, wish, town_.clock.now());
            REQUIRE(page);
            for (const auto& json : page->records)
                got.push_back(*qbxml::parse_json(json));
            wish.cursor = page->next_cursor;
        } while (!wish.cursor.empty());
        return got;
    }

    // Somebody in front of QuickBooks writes it; true when QuickBooks took it. `id` becomes that of
    // the record.
    bool edit(const canonical::Write& write, std::string& id)
    {
        service::Lookups lookups(town_.store, town_.company(), town_.clock.now());
        const auto made = canonical::to_requests(write, lookups.context(), qbxml::newest_version,
                                                 qbxml::Edition::us);
        if (!made || made->requests.empty()) return false;
        qbxml::MessageSet set;
        set.requests = made->requests;
        const auto text = qbxml::write(set, qbxml::newest_version, qbxml::Edition::us);
        REQUIRE(text);
        town_.clock.advance(std::chrono::seconds(5));
        const auto done = quickbooks_.process_by_hand(*text);
        REQUIRE_FALSE(done.failure);
        const auto answer = qbxml::ResponseSet::read(done.response);
        REQUIRE(answer);
        const auto& response = answer->responses().front();
        if (response.status_code.value_or(1) != 0) return false;
        const auto read = canonical::convert(*answer, response, lookups.context());
        if (id.empty() && !read.records.empty()) id = read.records.front().id;
        return true;
    }

    // The changes since then, "customers created 80000001-1" each.
    std::set<std::string> changes(std::int64_t after)
    {
        std::set<std::string> told;
        for (const auto& change :
             town_.store.read([&](store::Tx& tx) { return tx.changes(maple, after, 100'000); }))
            told.insert(change.data_type + ' ' + change.kind + ' ' + change.id);
        return told;
    }
    std::int64_t newest_change()
    {
        return town_.store.read([](store::Tx& tx) { return tx.newest_change(maple); });
    }
    Value record(const std::string& type, const std::string& id)
    {
        const auto json = town_.record(type, id);
        return json.empty() ? Value{} : *qbxml::parse_json(json);
    }

private:
    std::int64_t now() const
    {
        return std::chrono::duration_cast<std::chrono::seconds>(
                   town_.clock.now().time_since_epoch())
            .count();
    }
    std::string ask(const std::string& requests)
    {
        return quickbooks_
            .process(
                "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq "
                "onError=\"continueOnError\">" +
                requests + "</QBXMLMsgsRq></QBXML>")
            .response;
    }

    Town town_;
    qbxml::simulator::SimulatedQuickBooks quickbooks_;
};

canonical::Write write_of(canonical::Operation operation, const std::string& type,
                          const Value& record, Value body = {})
{
    return {.operation = operation,
            .data_type = type,
            .id = record.string_at("id"),
            .edit_sequence = record.find("metadata")->string_at("editSequence"),
            .source_type = "",
            .record = std::move(body),
            .current = record};
}

// A change of one member that the type has, and that QuickBooks takes.
Value patch_of(const canonical::Type& type)
{
    if (type.name == "items") return *qbxml::parse_json(R"({"status":"Archived"})");
    Value patch{Value::Object{}};
    for (const std::string_view name :
         {"note", "description", "reference", "transactionRequired", "status"})
        for (const auto& field : type.fields)
            if (patch.as_object().empty() && field.path == name && field.writable())
                patch.set(name, name == "status"                ? Value("Archived")
                                : name == "transactionRequired" ? Value(true)
                                                                : Value("By hand"));
    return patch;
}

// What is new of a list: records of the lists that QuickBooks deletes, as few members as it takes.
Value new_record(std::string_view type)
{
    if (type == "accounts")
        return *qbxml::parse_json(R"({"name":"New","sourceAccountType":"Expense"})");
    if (type == "items")
        return *qbxml::parse_json(
            R"({"kind":"Service","name":"New item","invoiceItem":{"accountRef":)"
            R"({"name":"Interest Income"}}})");
    if (type == "taxRates")
        return *qbxml::parse_json(R"({"kind":"Single","name":"New","effectiveTaxRate":"4.5"})");
    if (type == "trackingCategories") return *qbxml::parse_json(R"({"kind":"Class","name":"New"})");
    if (type == "paymentTerms")
        return *qbxml::parse_json(R"({"kind":"Standard","name":"New","dueDays":9})");
    if (type == "paymentMethods")
        return *qbxml::parse_json(R"({"name":"New","sourceType":"Cash"})");
    if (type == "currencies") return *qbxml::parse_json(R"({"name":"New","code":"XTS"})");
    if (type == "taxCodes") return *qbxml::parse_json(R"({"name":"N","isTaxable":false})");
    if (type == "employees") return *qbxml::parse_json(R"({"lastName":"New"})");
    return *qbxml::parse_json(R"({"name":"New )" + std::string(type) + R"("})");
}

}  // namespace

TEST_CASE("every type is read, got, edited in the books, read again and told as changed")
{
    using canonical::Operation;
    Office office;
    office.sync();
    std::map<std::string, std::vector<Value>> got;
    for (const auto type : canonical::record_types()) {
        if (canonical::is_report(type))
            continue;  // kept by what was asked for; sync() saw them done
        got[std::string(type)] = office.get(std::string(type));
        CAPTURE(type);
        CHECK_FALSE(got[std::string(type)].empty());
    }

    const auto before = office.newest_change();
    std::set<std::string> expected;
    std::map<std::string, std::string> added;
    // The last types first: a deposit that is void lets go what it held.
    const auto types = canonical::mapped_types();
    for (auto at = types.rbegin(); at != types.rend(); ++at) {
        const canonical::Type& type = *at;
        const std::string name(type.name);
        CAPTURE(name);
        bool changed = type.mods.empty(), voided = type.make_void.empty();
        for (const Value& record : got[name]) {
            std::string id = record.string_at("id");
            if (!changed) {
                changed =
                    office.edit(write_of(Operation::update, name, record, patch_of(type)), id);
                if (changed) expected.insert(name + " updated " + id);
                continue;
            }
            const bool is_void = record.string_at("status") == "Void";
            if (!voided && !is_void) {
                voided = office.edit(write_of(Operation::make_void, name, record), id);
                if (voided) expected.insert(name + " voided " + id);
            }
        }
        CHECK(changed);
        CHECK(voided);
        if (type.erase != "ListDel") continue;
        std::string id;
        canonical::Write write{.operation = Operation::create,
                               .data_type = name,
                               .id = "",
                               .edit_sequence = "",
                               .source_type = "",
                               .record = new_record(name)};
        REQUIRE(office.edit(write, id));
        expected.insert(name + " created " + id);
        added[name] = id;
    }
    office.sync();
    auto told = office.changes(before);
    for (const auto& change : expected) {
        CAPTURE(change);
        CHECK(told.contains(change));
    }

    // What was new goes again, and of every document one.
    const auto later = office.newest_change();
    expected.clear();
    for (const auto& type : canonical::mapped_types()) {
        const std::string name(type.name);
        if (type.erase.empty() || name == "transfers") continue;  // TxnDel knows no transfers
        CAPTURE(name);
        bool deleted = false;
        auto records = type.erase == "TxnDel" ? office.get(name) : std::vector<Value>{};
        if (added.contains(name)) records = {office.record(name, added[name])};
        for (const Value& record : records) {
            std::string id = record.string_at("id");
            if (deleted) break;
            deleted = office.edit(write_of(Operation::erase, name, record), id);
            if (deleted) expected.insert(name + " deleted " + id);
        }
        CHECK(deleted);
    }
    office.sync();
    told = office.changes(later);
    for (const auto& change : expected) {
        CAPTURE(change);
        CHECK(told.contains(change));
    }
}
