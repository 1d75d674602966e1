// What QuickBooks refused in one company file, as the capabilities tell it.
#include <catch2/catch.hpp>

#include "server/service/companies.h"
#include "tests/support/town.h"

using namespace server;
using namespace testing;

TEST_CASE("what QuickBooks refused for a reason that stays is known of its file")
{
    Town town;
    // Pushes a change of that type; QuickBooks answers it with that code.
    const auto answered = [&](const std::string& type, const std::string& record, int code,
                              const std::string& words) {
        REQUIRE(town.desk.push(maple, type, "", record, town.store).ok());
        const auto batch = town.open_session();
        const std::string element = type == "estimates" ? "EstimateAddRs" : "CustomerAddRs";
        town.receive(kept_answer(batch_id_in(batch), "<" + element + " requestID=\"" +
                                                         batch_id_in(batch) + "-1\" statusCode=\"" +
                                                         std::to_string(code) +
                                                         "\" statusSeverity=\"Error\" "
                                                         "statusMessage=\"" +
                                                         words + "\"></" + element + ">"));
        town.close();
        town.clock.advance(std::chrono::minutes(1));
    };
    const auto refused = [&] {
        const auto company = town.company();
        return town.store.read([&](store::Tx& tx) { return service::file_facts(tx, company); })
            .refused;
    };
    CHECK(refused().empty());
    const std::string estimate = R"({"customerRef":{"id":"80000001-1"},"currencyRate":"1.2",)"
                                 R"("lineItems":[{"description":"a"}]})";
    answered("estimates", estimate, 3100, "in use");  // that is of the record, not of the file
    CHECK(refused().empty());
    answered("estimates", estimate, 3250,
             "The feature of the field &quot;ExchangeRate&quot; is not enabled");
    REQUIRE(refused().size() == 1);
    CHECK(refused()[0].data_type == "estimates");
    CHECK(refused()[0].operation == "create");
    CHECK(refused()[0].element == "ExchangeRate");
    answered("customers", R"({"name":"Alder"})", 3260, "Insufficient permission");
    REQUIRE(refused().size() == 2);
    CHECK(refused()[0].data_type == "customers");  // the newest first
    CHECK(refused()[0].element.empty());
    CHECK(refused()[0].why == "Insufficient permission");
}
