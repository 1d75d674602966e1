// What QuickBooks refused in one company file, as the capabilities tell it.
#include <catch2/catch.hpp>

#include "server/service/companies.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;

namespace {

const std::string exchange_rate_is_off =
    "The feature of the field &quot;ExchangeRate&quot; is not enabled";
const std::string estimate = R"({"customerRef":{"id":"80000001-1"},"currencyRate":"1.2",)"
                             R"("lineItems":[{"description":"a"}]})";
const std::string home_estimate = R"({"customerRef":{"id":"80000001-1"},)"
                                  R"("lineItems":[{"description":"a"}]})";
const std::string alder = R"({"name":"Alder"})";

// A town whose QuickBooks says to a change what the test wants.
struct Registry : Town {
    // Pushes a record, a new one without an id, and has it answered with that code and those words.
    void push(const std::string& type, const std::string& record, int code,
              const std::string& words = "Status OK", const std::string& id = "")
    {
        push_all({record}, type, {{code, words}}, id);
    }
    struct Word {
        int code;
        std::string text;
    };
    // The same of several that go out in one set.
    void push_all(const std::vector<std::string>& records, const std::string& type,
                  const std::vector<Word>& words, const std::string& id = "")
    {
        for (const auto& record : records)
            REQUIRE(desk.push(maple, type, id, record, store).ok());
        const auto batch = open_session();
        const std::string verb = id.empty() ? "AddRs" : "ModRs";
        const std::string element = (type == "estimates" ? "Estimate" : "Customer") + verb;
        std::string answers;
        for (std::size_t n = 0; n < words.size(); ++n)
            answers += "<" + element + " requestID=\"" + batch_id_in(batch) + "-" +
                       std::to_string(n + 1) + "\" statusCode=\"" + std::to_string(words[n].code) +
                       "\" statusSeverity=\"" + (words[n].code == 0 ? "Info" : "Error") +
                       "\" statusMessage=\"" + words[n].text + "\"></" + element + ">";
        receive(kept_answer(batch_id_in(batch), answers));
        close();
        clock.advance(std::chrono::minutes(1));
    }

    // "estimates create ExchangeRate" each, the newest first.
    std::vector<std::string> refused()
    {
        const auto of = company();
        std::vector<std::string> told;
        for (const auto& one :
             store.read([&](store::Tx& tx) { return service::file_facts(tx, of); }).refused)
            told.push_back(one.data_type + ' ' + one.operation + ' ' +
                           (one.element.empty() ? one.why : one.element));
        return told;
    }
};

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("what QuickBooks refused for a reason that stays is known of its file")
{
    Registry town;
    CHECK(town.refused().empty());
    town.push("estimates", estimate, 3100, "in use");  // that is of the record, not of the file
    CHECK(town.refused().empty());
    town.push("estimates", estimate, 3250, exchange_rate_is_off);
    CHECK(town.refused() == Told{"estimates create ExchangeRate"});
    town.push("customers", alder, 3260, "Insufficient permission");
    CHECK(town.refused() ==
          Told{"customers create Insufficient permission", "estimates create ExchangeRate"});
    // Said twice it is told once, in the newest words.
    town.push("customers", alder, 3260, "Still not allowed");
    CHECK(town.refused() ==
          Told{"customers create Still not allowed", "estimates create ExchangeRate"});
}

TEST_CASE("what was done there later is no longer refused")
{
    Registry town;
    town.push("customers", alder, 3260, "Insufficient permission");
    REQUIRE(town.refused().size() == 1);
    town.push("customers", R"({"metadata":{"editSequence":"1"},"phone":"1"})", 3260,
              "Insufficient permission", "80000001-1");
    CHECK(town.refused().size() == 2);
    town.push("customers", alder, 0);
    CHECK(town.refused() == Told{"customers update Insufficient permission"});
    // And is refused again when that is said again.
    town.push("customers", alder, 3260, "Taken away");
    CHECK(town.refused().front() == "customers create Taken away");
}

TEST_CASE("an element stays refused until a write that had it was done")
{
    Registry town;
    town.push("estimates", estimate, 3250, exchange_rate_is_off);
    REQUIRE(town.refused().size() == 1);
    town.push("estimates", home_estimate, 0);
    CHECK(town.refused() == Told{"estimates create ExchangeRate"});
    town.push("estimates", R"({"metadata":{"editSequence":"1"},"currencyRate":"1.3"})", 0,
              "Status OK", "1A-1");
    CHECK(town.refused().empty());
}

TEST_CASE("of one answer, what was done counts")
{
    Registry town;
    town.push_all({alder, R"({"name":"Birch"})"}, "customers",
                  {{0, "Status OK"}, {3260, "Insufficient permission"}});
    CHECK(town.refused().empty());
}
