// Single values, each rule as a table. The values are read through records that hold little else.
#include "records.h"

using namespace qbxml;
using namespace qbxml::canonical;

namespace {

std::string customer(const std::string& inside)
{
    return "<CustomerRet><ListID>1</ListID>" + inside + "</CustomerRet>";
}

std::string invoice_line(const std::string& inside)
{
    return "<InvoiceRet><TxnID>1</TxnID><InvoiceLineRet><TxnLineID>2</TxnLineID>" + inside +
           "</InvoiceLineRet></InvoiceRet>";
}

struct Row {
    std::string text, result;
};

// The field must be `result`; where that is null although a text was there, an issue must say so.
void check_field(const std::string& element, const std::string& path, const Row& row,
                 const Context& context = {})
{
    CAPTURE(row.text);
    const auto read = converted(element, context);
    REQUIRE(read.records.size() == 1);
    CHECK(at(json(read.records[0].json), path) == row.result);
    const bool told = std::any_of(read.issues.begin(), read.issues.end(), [&](const Issue& issue) {
        return issue.code == "value.invalid" && issue.value == row.text;
    });
    CHECK(told == (row.result == "null" && !row.text.empty()));
}

}  // namespace

TEST_CASE("money has two decimals, half away from zero")
{
    const auto row = GENERATE(values<Row>({
        {"150", "\"150.00\""},
        {"150.5", "\"150.50\""},
        {" 150.50 ", "\"150.50\""},
        {"+1.00", "\"1.00\""},
        {"-0.00", "\"0.00\""},
        {"-0.004", "\"0.00\""},
        {"0.005", "\"0.01\""},
        {"-0.005", "\"-0.01\""},
        {"9.995", "\"10.00\""},
        {"99.99499", "\"99.99\""},
        {"000123.40", "\"123.40\""},
        {"1234567890123.45", "\"1234567890123.45\""},
        {"", "null"},
        {"1,150.00", "null"},
        {"1e3", "null"},
        {"12.", "null"},
        {".5", "null"},
        {"- 1", "null"},
        {"twelve", "null"},
    }));
    check_field(customer("<Balance>" + row.text + "</Balance>"), "balance", row);
}

TEST_CASE("prices keep what they have, from two decimals on")
{
    const auto row = GENERATE(values<Row>({
        {"27", "\"27.00\""},
        {"27.5", "\"27.50\""},
        {"27.125", "\"27.125\""},
        {"27.12500", "\"27.125\""},
        {"27.100", "\"27.10\""},
        {"-0.000", "\"0.00\""},
        {"0.00001", "\"0.00001\""},
        {"x", "null"},
    }));
    check_field(invoice_line("<Rate>" + row.text + "</Rate>"), "lineItems/0/unitAmount", row);
}

TEST_CASE("quantities lose zeros at the end")
{
    const auto row = GENERATE(values<Row>({
        {"3", "\"3\""},
        {"3.00", "\"3\""},
        {"2.50", "\"2.5\""},
        {"100", "\"100\""},
        {"-0.0", "\"0\""},
        {"2 pcs", "null"},
    }));
    check_field(invoice_line("<Quantity>" + row.text + "</Quantity>"), "lineItems/0/quantity", row);
}

TEST_CASE("a percentage may have its sign behind it")
{
    const auto row = GENERATE(values<Row>({
        {"18.0%", "\"18\""},
        {"7.750", "\"7.75\""},
        {"%", "null"},
        {"18%%", "null"},
    }));
    check_field(invoice_line("<RatePercent>" + row.text + "</RatePercent>"),
                "lineItems/0/unitPercent", row);
}

TEST_CASE("booleans in any case, whole numbers without signs and zeros")
{
    const auto flag = GENERATE(values<Row>({
        {"true", "true"},
        {"TRUE", "true"},
        {"1", "true"},
        {"False", "false"},
        {"0", "false"},
        {"yes", "null"},
        {"", "false"},
    }));
    CAPTURE(flag.text);
    const auto read =
        record("<InvoiceRet><TxnID>1</TxnID><IsPending>" + flag.text + "</IsPending></InvoiceRet>");
    CHECK(at(read, "isPending") == flag.result);
}

TEST_CASE("whole numbers")
{
    const auto row = GENERATE(values<Row>({
        {"7", "7"},
        {"+7", "7"},
        {"007", "7"},
        {"-3", "-3"},
        {"-0", "0"},
        {"7.0", "null"},
        {"seven", "null"},
    }));
    check_field("<InvoiceRet><TxnID>1</TxnID><TxnNumber>" + row.text + "</TxnNumber></InvoiceRet>",
                "metadata/sequenceNumber", row);
}

TEST_CASE("dates are padded and must exist")
{
    const auto row = GENERATE(values<Row>({
        {"2024-02-29", "\"2024-02-29\""},
        {"2024-2-9", "\"2024-02-09\""},
        {"2023-02-29", "null"},
        {"2024-13-01", "null"},
        {"2024-00-10", "null"},
        {"2024-04-31", "null"},
        {"24-04-30", "null"},
        {"2024-04-30T00:00:00", "null"},
        {"30.04.2024", "null"},
    }));
    check_field("<InvoiceRet><TxnID>1</TxnID><TxnDate>" + row.text + "</TxnDate></InvoiceRet>",
                "issueDate", row);
}

TEST_CASE("text keeps its blanks, its line ends become one character, an empty one is null")
{
    const auto row = GENERATE(values<Row>({
        {" a  b ", "\" a  b \""},
        {"one&#13;\ntwo", "\"one\\ntwo\""},
        {"one&#13;two&#13;", "\"one\\ntwo\\n\""},
        {"Caf&#233; &amp; &lt;co&gt;", "\"Caf\xC3\xA9 & <co>\""},
        {"", "null"},
    }));
    CAPTURE(row.text);
    CHECK(at(record(customer("<Notes>" + row.text + "</Notes>")), "note") == row.result);
}

TEST_CASE("the wall clock is kept and the zone tells the offset")
{
    struct Time {
        std::string text, zone, result;
    };
    const auto row = GENERATE(values<Time>({
        {"2024-07-10T14:05:09-05:00", "America/New_York", "2024-07-10T14:05:09-04:00"},
        {"2024-03-10T02:30:00-05:00", "America/New_York", "2024-03-10T02:30:00-05:00"},
        {"2024-03-10T01:59:59-05:00", "America/New_York", "2024-03-10T01:59:59-05:00"},
        {"2024-03-10T03:00:00-05:00", "America/New_York", "2024-03-10T03:00:00-04:00"},
        {"2024-11-03T01:30:00-05:00", "America/New_York", "2024-11-03T01:30:00-05:00"},
        {"2024-11-03T01:15:00-04:00", "America/New_York", "2024-11-03T01:15:00-04:00"},
        {"2024-11-03T01:15:00-07:00", "America/New_York", "2024-11-03T01:15:00-04:00"},
        {"2024-11-03T02:00:00-05:00", "America/New_York", "2024-11-03T02:00:00-05:00"},
        {"2014-08-14T14:39:49-02:00", "America/Sao_Paulo", "2014-08-14T14:39:49-03:00"},
        {"2015-01-14T14:39:49-03:00", "America/Sao_Paulo", "2015-01-14T14:39:49-02:00"},
        {"2024-01-10T10:00:00+10:00", "Australia/Sydney", "2024-01-10T10:00:00+11:00"},
        {"2024-04-07T02:30:00", "Australia/Sydney", "2024-04-07T02:30:00+11:00"},
        {"2024-06-10T10:00:00Z", "Europe/Dublin", "2024-06-10T10:00:00+01:00"},
        {"2024-06-10T10:00:00", "Asia/Kolkata", "2024-06-10T10:00:00+05:30"},
        {"2090-07-10T14:05:09-05:00", "America/New_York", "2090-07-10T14:05:09-04:00"},
        {"2090-01-10T14:05:09-05:00", "America/New_York", "2090-01-10T14:05:09-05:00"},
        {"1950-07-10T14:05:09", "America/Denver", "1950-07-10T14:05:09-07:00"},
        {"2024-01-01", "America/New_York", "2024-01-01T00:00:00-05:00"},
        {"2024-1-1T9", "America/New_York", "2024-01-01T09:00:00-05:00"},
        {"2024-01-01T9:5", "America/New_York", "2024-01-01T09:05:00-05:00"},
        {"2015-02-27T13:56:16+11:00", "", "2015-02-27T13:56:16+11:00"},
        {"2015-02-27T13:56:16Z", "", "2015-02-27T13:56:16+00:00"},
    }));
    CAPTURE(row.text, row.zone);
    Context context;
    context.time_zone = row.zone;
    CHECK(at(record(customer("<TimeCreated>" + row.text + "</TimeCreated>"), context),
             "sourceCreatedDate") == '"' + row.result + '"');
}

TEST_CASE("a time without zone and offset is told")
{
    const auto read = converted(customer("<TimeModified>2024-05-06T07:08:09</TimeModified>"));
    CHECK(at(json(read.records[0].json), "sourceModifiedDate") == "\"2024-05-06T07:08:09+00:00\"");
    REQUIRE(read.issues.size() == 1);
    CHECK(read.issues[0] ==
          Issue{"time.zoneUnknown", "customers", "1", "sourceModifiedDate", "2024-05-06T07:08:09"});
}

TEST_CASE("times that are none")
{
    const auto row = GENERATE(values<Row>({
        {"2024-02-30T10:00:00", "null"},
        {"2024-02-20T24:00:00", "null"},
        {"2024-02-20T10:60:00", "null"},
        {"2024-02-20 10:00:00", "null"},
        {"2024-02-20T10:00:00.5", "null"},
        {"2024-02-20T10:00-05:00", "null"},
        {"yesterday", "null"},
    }));
    check_field(customer("<TimeCreated>" + row.text + "</TimeCreated>"), "sourceCreatedDate", row);
}

TEST_CASE("words outside of the list are issues")
{
    const auto row = GENERATE(values<Row>({
        {"Email", "\"Email\""},
        {"email", "null"},
        {"Pigeon", "null"},
        {"Email|Fax", "null"},
    }));
    check_field(customer("<PreferredDeliveryMethod>" + row.text + "</PreferredDeliveryMethod>"),
                "deliveryMethod", row);
}

TEST_CASE("time spans in hours and minutes")
{
    struct Span {
        std::string text, duration, minutes;
    };
    const auto row = GENERATE(values<Span>({
        {"PT1H30M", "\"PT1H30M\"", "90"},
        {"PT0H45M29S", "\"PT0H45M\"", "45"},
        {"PT0H45M30S", "\"PT0H46M\"", "46"},
        {"PT90M", "\"PT1H30M\"", "90"},
        {"P1DT1H", "\"PT25H0M\"", "1500"},
        {"-PT2H5M", "\"-PT2H5M\"", "-125"},
        {"PT", "null", "null"},
        {"90", "null", "null"},
    }));
    CAPTURE(row.text);
    const auto read = record("<TimeTrackingRet><TxnID>1</TxnID><Duration>" + row.text +
                             "</Duration></TimeTrackingRet>");
    CHECK(at(read, "duration") == row.duration);
    CHECK(at(read, "durationMinutes") == row.minutes);
}

TEST_CASE("a company's time zone that this system does not know is refused with the context")
{
    const auto context = context_from_json(json(R"({"timeZone": "Mars/Olympus"})"));
    REQUIRE_FALSE(context);
    CHECK(context.error().where == "/timeZone");
    CHECK_FALSE(context_from_json(json(R"({"timeZone": "../../etc/passwd"})")));
    CHECK(knows_time_zone("America/Denver"));
    CHECK_FALSE(knows_time_zone("America"));
    CHECK_FALSE(knows_time_zone(""));
    CHECK_FALSE(context_from_json(json(R"({"timezone": "America/Denver"})")));
    CHECK_FALSE(context_from_json(json(R"({"items": ["x"]})")));
    CHECK_FALSE(context_from_json(json(R"({"report": {"dataType": "invoices"}})")));
    CHECK_FALSE(context_from_json(json(R"([])")));
    CHECK(context_from_json(json(R"({})")));
}
