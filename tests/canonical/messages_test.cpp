#include "records.h"

using namespace qbxml;
using namespace qbxml::canonical;

TEST_CASE("what came of a request")
{
    struct Row {
        std::string attributes;
        Outcome outcome;
        std::string severity;
    };
    const auto row = GENERATE(values<Row>({
        {"statusCode=\"0\" statusSeverity=\"Info\"", Outcome::success, "Info"},
        {"statusCode=\"1\" statusSeverity=\"Info\"", Outcome::empty, "Info"},
        {"statusCode=\"500\" statusSeverity=\"Warn\"", Outcome::not_found, "Warn"},
        {"statusCode=\"500\" statusSeverity=\"Error\"", Outcome::error, "Error"},
        {"statusCode=\"530\" statusSeverity=\"Warn\"", Outcome::warning, "Warn"},
        {"statusCode=\"3200\" statusSeverity=\"Error\"", Outcome::error, "Error"},
        {"statusCode=\"0\"", Outcome::success, "Info"},
        {"statusCode=\"570\"", Outcome::warning, "Warn"},
        {"statusCode=\"1000\"", Outcome::error, "Error"},
        {"", Outcome::error, "Error"},
    }));
    CAPTURE(row.attributes);
    const auto set = answer("<InvoiceQueryRs " + row.attributes + "/>");
    CHECK(outcome_of(set.responses().front()) == row.outcome);
    const auto messages = json(convert_to_json(set, {}));
    CHECK(at(messages, "messages/0/statusSeverity") == '"' + row.severity + '"');
}

TEST_CASE("a stale update brings the record as it is now")
{
    const auto set = answer(
        "<CustomerModRs statusCode=\"3200\" statusSeverity=\"Error\" "
        "statusMessage=\"stale\"><CustomerRet><ListID>1</ListID><EditSequence>8"
        "</EditSequence></CustomerRet></CustomerModRs>");
    const auto read = convert(set, set.responses().front(), {});
    CHECK(read.outcome == Outcome::error);
    REQUIRE(read.records.size() == 1);
    CHECK(read.records[0].edit_sequence == "8");
}

TEST_CASE("deletions, told and asked for")
{
    const auto told = converted(
        "<ListDeletedRet><ListDelType>JobType</ListDelType><ListID>7-1</ListID>"
        "<TimeCreated>2025-01-02T03:04:05-07:00</TimeCreated>"
        "<TimeDeleted>2025-07-02T03:04:05-07:00</TimeDeleted><FullName>Build</FullName></"
        "ListDeletedRet>"
        "<TxnDeletedRet><TxnDelType>PayrollPriorPayment</TxnDelType><TxnID>8-1</TxnID>"
        "<RefNumber>12</RefNumber></TxnDeletedRet><ListDeletedRet/>",
        shop());
    REQUIRE(told.deletions.size() == 2);
    CHECK(told.deletions[0].data_type == "trackingCategories");
    CHECK(told.deletions[0].id == "JobType:7-1");
    CHECK(told.deletions[0].name == "Build");
    CHECK(told.deletions[0].deleted_date == "2025-07-02T03:04:05-06:00");
    CHECK(told.deletions[1].data_type == "");
    CHECK(told.deletions[1].reference == "12");
    REQUIRE(told.issues.size() == 1);
    CHECK(told.issues[0].code == "identity.missing");

    const std::string inside =
        "<TxnDelType>CreditCardCharge</TxnDelType><TxnID>9-1</TxnID>"
        "<TimeDeleted>2025-07-02T03:04:05-07:00</TimeDeleted>";
    const auto done =
        answer("<TxnDelRs statusCode=\"0\" statusSeverity=\"Info\">" + inside + "</TxnDelRs>");
    const auto own = convert(done, done.responses().front(), {});
    REQUIRE(own.deletions.size() == 1);
    CHECK(own.deletions[0].data_type == "directCosts");
    const auto failed =
        answer("<TxnDelRs statusCode=\"3120\" statusSeverity=\"Error\">" + inside + "</TxnDelRs>");
    CHECK(convert(failed, failed.responses().front(), {}).deletions.empty());
}

TEST_CASE("a void that was done")
{
    const auto set = answer(
        "<TxnVoidRs requestID=\"4\" statusCode=\"0\" statusSeverity=\"Info\">"
        "<TxnVoidType>Invoice</TxnVoidType><TxnID>A1-1</TxnID>"
        "<TimeModified>2025-07-02T03:04:05-07:00</TimeModified>"
        "<RefNumber>501</RefNumber></TxnVoidRs>");
    const auto messages = json(convert_to_json(set, shop()));
    CHECK(at(messages, "messages/0/voids/0") ==
          R"({"dataType":"invoices","id":"A1-1","sourceType":"Invoice","reference":"501",)"
          R"("sourceModifiedDate":"2025-07-02T03:04:05-06:00"})");
    CHECK(at(messages, "messages/0/records") == "[]");
}

TEST_CASE("unknown records and messages are passed over")
{
    const auto read = converted(
        "<StarshipRet><ListID>1</ListID></StarshipRet>"
        "<ReportRet><ReportTitle>Profit</ReportTitle></ReportRet>");
    CHECK(read.records.empty());
    CHECK(read.issues.empty());
}
