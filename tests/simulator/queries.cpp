// Which records a query brings, and what it shows of them.
#include <catch2/catch.hpp>

#include "tests/simulator/books.h"

using namespace simulator_test;

namespace {

// Customers Ann, Bob and Cyd (inactive), made an hour apart from noon; Bob's job Roof an hour
// later.
Desk three_customers()
{
    Desk desk;
    const auto add = [&](std::string_view name, std::string_view more) {
        REQUIRE(status_of(desk.ask("<CustomerAddRq><CustomerAdd><Name>" + std::string(name) +
                                   "</Name>" + std::string(more) +
                                   "</CustomerAdd></CustomerAddRq>")) == 0);
        *desk.clock += 3600;
    };
    add("Ann", "<Phone>1</Phone><OpenBalance>50.00</OpenBalance>");
    add("Bob", "");
    add("Cyd", "<IsActive>false</IsActive>");
    add("Roof", "<ParentRef><FullName>Bob</FullName></ParentRef>");
    return desk;
}

// The full names in an answer, each followed by a blank.
std::string names_in(const std::string& answer)
{
    std::string names;
    const auto set = read(answer);
    for (const auto& slice : set.responses().at(0).children) {
        names += std::string(set.parse(slice).root().child("FullName").text()) + " ";
    }
    return names;
}

std::string numbers_in(const std::string& answer)
{
    std::string numbers;
    const auto set = read(answer);
    for (const auto& slice : set.responses().at(0).children) {
        numbers += std::string(set.parse(slice).root().child("RefNumber").text()) + " ";
    }
    return numbers;
}

// Invoices 8, 9, 10 and A-1 of Ann on the first four days of June 2024; 9 is paid.
Desk four_invoices()
{
    Desk desk = three_customers();
    int day = 1;
    for (const char* number : {"8", "9", "10", "A-1"}) {
        const std::string customer = day == 4 ? "Bob:Roof" : "Ann";
        const std::string answer =
            desk.ask("<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>" + customer +
                     "</FullName></CustomerRef><TxnDate>2024-06-0" + std::to_string(day++) +
                     "</TxnDate><RefNumber>" + number +
                     "</RefNumber><InvoiceLineAdd><ItemRef><FullName>Design</FullName></ItemRef>"
                     "<Amount>10.00</Amount></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>");
        REQUIRE(status_of(answer) == 0);
        if (std::string(number) == "9") {
            REQUIRE(status_of(desk.ask(
                        "<ReceivePaymentAddRq><ReceivePaymentAdd><CustomerRef><FullName>Ann"
                        "</FullName></CustomerRef><TotalAmount>10.00</TotalAmount><AppliedToTxnAdd>"
                        "<TxnID>" +
                        first(answer, "TxnID") +
                        "</TxnID><PaymentAmount>10.00"
                        "</PaymentAmount></AppliedToTxnAdd></ReceivePaymentAdd>"
                        "</ReceivePaymentAddRq>")) == 0);
        }
    }
    return desk;
}

}  // namespace

TEST_CASE("filters of lists")
{
    struct Row {
        const char* filter;
        const char* names;
    };
    const auto row = GENERATE(values<Row>({
        {"", "Ann Bob Bob:Roof "},
        {"<ActiveStatus>All</ActiveStatus>", "Ann Bob Cyd Bob:Roof "},
        {"<ActiveStatus>InactiveOnly</ActiveStatus>", "Cyd "},
        {"<MaxReturned>2</MaxReturned>", "Ann Bob "},
        // Wall clock of the PC; the offset in answers is that of January, this one is the true one.
        {"<FromModifiedDate>2024-07-01T13:00:00</FromModifiedDate>", "Bob Bob:Roof "},
        {"<FromModifiedDate>2024-07-01T13:00:00-04:00</FromModifiedDate>", "Bob Bob:Roof "},
        {"<FromModifiedDate>2024-07-01T13:00:01</FromModifiedDate>", "Bob:Roof "},
        {"<ToModifiedDate>2024-07-01T12:00:00</ToModifiedDate>", "Ann "},
        {"<FromModifiedDate>2024-07-01</FromModifiedDate><ToModifiedDate>2024-07-01"
         "</ToModifiedDate>",
         "Ann Bob Bob:Roof "},
        {"<FromModifiedDate>2024-07-02</FromModifiedDate>", ""},
        {"<NameFilter><MatchCriterion>StartsWith</MatchCriterion><Name>bo</Name></NameFilter>",
         "Bob Bob:Roof "},
        {"<NameFilter><MatchCriterion>Contains</MatchCriterion><Name>O</Name></NameFilter>",
         "Bob Bob:Roof "},
        {"<NameFilter><MatchCriterion>EndsWith</MatchCriterion><Name>n</Name></NameFilter>",
         "Ann "},
        {"<NameRangeFilter><FromName>b</FromName></NameRangeFilter>", "Bob Bob:Roof "},
        {"<NameRangeFilter><ToName>Az</ToName></NameRangeFilter>", "Ann "},
        {"<TotalBalanceFilter><Operator>GreaterThan</Operator><Amount>49.99</Amount>"
         "</TotalBalanceFilter>",
         "Ann "},
    }));
    Desk desk = three_customers();
    CAPTURE(row.filter);
    const std::string answer =
        desk.ask("<CustomerQueryRq>" + std::string(row.filter) + "</CustomerQueryRq>");
    CHECK(names_in(answer) == row.names);
    CHECK(status_of(answer) == (std::string(row.names).empty() ? 1 : 0));
}

TEST_CASE("queries that are refused")
{
    struct Row {
        const char* request;
        int status;
    };
    const auto row = GENERATE(values<Row>({
        {"<CustomerQueryRq><FromModifiedDate>2024-07-02</FromModifiedDate><ToModifiedDate>"
         "2024-07-01</ToModifiedDate></CustomerQueryRq>",
         3030},
        {"<InvoiceQueryRq><EntityFilter><FullName>Nobody</FullName></EntityFilter>"
         "</InvoiceQueryRq>",
         3120},
        {"<CustomerQueryRq><CurrencyFilter><FullName>Euro</FullName></CurrencyFilter>"
         "</CustomerQueryRq>",
         3250},
        {"<GeneralSummaryReportQueryRq><GeneralSummaryReportType>TrialBalance"
         "</GeneralSummaryReportType></GeneralSummaryReportQueryRq>",
         1030},
    }));
    Desk desk = three_customers();
    CAPTURE(row.request);
    CHECK(status_of(desk.ask(row.request)) == row.status);
}

TEST_CASE("records by key: what is missing is told, what is there is returned")
{
    Desk desk = three_customers();
    const std::string both = desk.ask(
        "<CustomerQueryRq><FullName>bob</FullName><FullName>Dan</FullName></CustomerQueryRq>");
    CHECK(status_of(both) == 500);
    CHECK(names_in(both) == "Bob ");
    CHECK_THAT(read(both).responses().at(0).status_message.value(), Catch::Contains("(\"Dan\")"));
    CHECK(read(both).responses().at(0).status_severity == "Warn");

    // Inactive records are found by key.
    CHECK(names_in(desk.ask("<CustomerQueryRq><FullName>Cyd</FullName></CustomerQueryRq>")) ==
          "Cyd ");
    CHECK(status_of(desk.ask("<CustomerQueryRq><ListID>80000099-1</ListID></CustomerQueryRq>")) ==
          500);
}

TEST_CASE("filters of transactions")
{
    struct Row {
        const char* filter;
        const char* numbers;
    };
    const auto row = GENERATE(values<Row>({
        {"<RefNumber>a-1</RefNumber>", "A-1 "},
        {"<RefNumberCaseSensitive>a-1</RefNumberCaseSensitive>", ""},
        {"<RefNumberCaseSensitive>A-1</RefNumberCaseSensitive>", "A-1 "},
        {"<TxnDateRangeFilter><FromTxnDate>2024-06-02</FromTxnDate><ToTxnDate>2024-06-03"
         "</ToTxnDate></TxnDateRangeFilter>",
         "9 10 "},
        {"<TxnDateRangeFilter><DateMacro>LastMonth</DateMacro></TxnDateRangeFilter>",
         "8 9 10 A-1 "},
        {"<TxnDateRangeFilter><DateMacro>ThisFiscalYearToDate</DateMacro></TxnDateRangeFilter>"
         "<RefNumberFilter><MatchCriterion>StartsWith</MatchCriterion><RefNumber>1</RefNumber>"
         "</RefNumberFilter>",
         "10 "},
        {"<RefNumberRangeFilter><FromRefNumber>9</FromRefNumber><ToRefNumber>10</ToRefNumber>"
         "</RefNumberRangeFilter>",
         "9 10 "},
        {"<RefNumberRangeFilter><FromRefNumber>A</FromRefNumber></RefNumberRangeFilter>", "A-1 "},
        {"<PaidStatus>PaidOnly</PaidStatus>", "9 "},
        {"<EntityFilter><FullName>Bob</FullName></EntityFilter>", ""},
        {"<EntityFilter><FullNameWithChildren>Bob</FullNameWithChildren></EntityFilter>", "A-1 "},
        {"<AccountFilter><FullName>Checking</FullName></AccountFilter>", ""},
        {"<EntityFilter><FullName>Ann</FullName></EntityFilter><RefNumberFilter><MatchCriterion>"
         "Contains</MatchCriterion><RefNumber>0</RefNumber></RefNumberFilter>",
         "10 "},
    }));
    Desk desk = four_invoices();
    CAPTURE(row.filter);
    CHECK(numbers_in(desk.ask("<InvoiceQueryRq>" + std::string(row.filter) +
                              "</InvoiceQueryRq>")) == row.numbers);
}

TEST_CASE("lines, links and custom fields come when they are asked for")
{
    Desk desk = four_invoices();
    const auto ask = [&](std::string_view more) {
        return desk.ask("<InvoiceQueryRq><RefNumber>9</RefNumber>" + std::string(more) +
                        "</InvoiceQueryRq>");
    };
    CHECK(times_in(ask(""), "<InvoiceLineRet>") == 0);
    CHECK(times_in(ask(""), "<LinkedTxn>") == 0);
    CHECK(times_in(ask("<IncludeLineItems>true</IncludeLineItems>"), "<InvoiceLineRet>") == 1);
    CHECK(times_in(ask("<IncludeLinkedTxns>1</IncludeLinkedTxns>"), "<LinkedTxn>") == 1);

    Desk sample(40);
    const auto customers = [&](std::string_view more) {
        return sample.ask("<CustomerQueryRq>" + std::string(more) + "</CustomerQueryRq>");
    };
    CHECK(times_in(customers(""), "<DataExtRet>") == 0);
    CHECK(times_in(customers("<OwnerID>0</OwnerID>"), "<DataExtRet>") > 5);
    CHECK(times_in(customers("<OwnerID>{11111111-2222-3333-4444-555555555555}</OwnerID>"),
                   "<DataExtRet>") == 0);
}

TEST_CASE("IncludeRetElement names what is shown, whole aggregates, and nothing it does not know")
{
    Desk desk = four_invoices();
    const std::string answer = desk.ask(
        "<InvoiceQueryRq requestID=\"1\"><RefNumber>9</RefNumber>"
        "<IncludeLineItems>true</IncludeLineItems><IncludeRetElement>RefNumber</IncludeRetElement>"
        "<IncludeRetElement>CustomerRef</IncludeRetElement>"
        "<IncludeRetElement>FullName</IncludeRetElement>"
        "<IncludeRetElement>Nonsense</IncludeRetElement></InvoiceQueryRq>");
    CHECK_THAT(answer, Catch::Contains("<InvoiceRet>\n<CustomerRef>\n<ListID>8000000C-1719849600"
                                       "</ListID>\n<FullName>Ann</FullName>\n</CustomerRef>\n"
                                       "<RefNumber>9</RefNumber>\n</InvoiceRet>"));
}

TEST_CASE("metaData counts")
{
    Desk desk = three_customers();
    const std::string only = desk.ask("<CustomerQueryRq metaData=\"MetaDataOnly\"/>");
    CHECK(read(only).responses().at(0).ret_count == 3);
    CHECK(times_in(only, "<CustomerRet>") == 0);
    const std::string both = desk.ask("<CustomerQueryRq metaData=\"MetaDataAndResponseData\"/>");
    CHECK(read(both).responses().at(0).ret_count == 3);
    CHECK(times_in(both, "<CustomerRet>") == 3);
    CHECK_FALSE(read(desk.ask("<CustomerQueryRq/>")).responses().at(0).ret_count);
}

TEST_CASE("the company shows the Web Connector's private values to who knows its OwnerID")
{
    Desk desk;
    const std::string owner = "<OwnerID>{57f3b9b6-86f1-4fcc-b1ee-566de1813d20}</OwnerID>";
    const std::string answer = desk.ask("<CompanyQueryRq>" + owner + "</CompanyQueryRq>");
    CHECK(times_in(answer, "<DataExtValue>{90A44FB5-33D9-4815-AC85-BC87A7E7D1EB}<") == 1);
    CHECK(times_in(answer, "<DataExtValue>LOCKED:FRONT-OFFICE:638554464000000000<") == 1);
    CHECK(times_in(desk.ask("<CompanyQueryRq/>"), "DataExtRet") == 0);
}

TEST_CASE("items and terms come in one answer, sorted by kind")
{
    Desk desk;
    const std::string items = desk.ask("<ItemQueryRq/>");
    CHECK(items.find("<ItemServiceRet>") < items.find("<ItemNonInventoryRet>"));
    CHECK(items.find("<ItemNonInventoryRet>") < items.find("<ItemInventoryRet>"));
    CHECK(items.find("<ItemInventoryRet>") < items.find("<ItemGroupRet>"));
    const std::string terms = desk.ask("<TermsQueryRq/>");
    CHECK(times_in(terms, "<StandardTermsRet>") == 4);
    CHECK(times_in(terms, "<DateDrivenTermsRet>") == 1);
}
