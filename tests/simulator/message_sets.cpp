// The envelope: what is refused as a whole, what follows a failure, and recovery after a broken
// line.
#include <catch2/catch.hpp>

#include "qbxml/simulator/company_file.h"
#include "tests/simulator/books.h"

using namespace simulator_test;

namespace {

std::string add_customer(std::string_view name)
{
    return "<CustomerAddRq requestID=\"" + std::string(name) + "\"><CustomerAdd><Name>" +
           std::string(name) + "</Name></CustomerAdd></CustomerAddRq>";
}

std::string set_status(const std::string& answer)
{
    return read(answer).message_set_status_code().value_or("");
}

constexpr std::string_view stop = "onError=\"stopOnError\"";

}  // namespace

TEST_CASE("documents that are refused as a whole")
{
    struct Row {
        const char* about;
        std::string document;
        const char* hresult;
    };
    const auto whole = [](std::string_view requests) { return Desk::document(requests); };
    const std::string fine = "<CustomerQueryRq/>";
    const auto row = GENERATE_COPY(values<Row>({
        {"no XML", "nothing", "0x80040400"},
        {"cut short", whole(fine).substr(0, 120), "0x80040400"},
        {"no qbxml version",
         "<?xml version=\"1.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"/></QBXML>",
         "0x80040400"},
        {"version not of this QuickBooks", Desk::document(fine, stop, "17.0"), "0x80040423"},
        {"version that never was", Desk::document(fine, stop, "5.5"), "0x80040423"},
        {"no onError", Desk::document(fine, ""), "0x80040400"},
        {"unknown onError", Desk::document(fine, "onError=\"never\""), "0x80040400"},
        {"rollback", Desk::document(fine, "onError=\"rollbackOnError\""), "0x80040413"},
        {"unknown attribute", Desk::document(fine, "onError=\"stopOnError\" x=\"1\""),
         "0x80040400"},
        {"unknown request", whole("<CustomerSingRq/>"), "0x80040400"},
        {"unknown element", whole("<CustomerQueryRq><Shoe>44</Shoe></CustomerQueryRq>"),
         "0x80040400"},
        {"wrong order",
         whole("<CustomerAddRq><CustomerAdd><Phone>1</Phone><Name>A</Name></CustomerAdd>"
               "</CustomerAddRq>"),
         "0x80040400"},
        {"required element missing",
         whole("<CustomerAddRq><CustomerAdd><Phone>1</Phone></CustomerAdd></CustomerAddRq>"),
         "0x80040400"},
        {"element newer than the version",
         Desk::document("<CustomerAddRq><CustomerAdd><Name>A</Name><JobTitle>Boss</JobTitle>"
                        "</CustomerAdd></CustomerAddRq>",
                        stop, "11.0"),
         "0x80040400"},
        {"no number", whole("<CustomerQueryRq><MaxReturned>ten</MaxReturned></CustomerQueryRq>"),
         "0x80040400"},
        {"unknown value",
         whole("<CustomerQueryRq><ActiveStatus>all</ActiveStatus></CustomerQueryRq>"),
         "0x80040400"},
        {"both keys and filters",
         whole("<CustomerQueryRq><FullName>A</FullName><MaxReturned>1</MaxReturned>"
               "</CustomerQueryRq>"),
         "0x80040400"},
        {"OwnerID where there is none", whole("<ClassQueryRq><OwnerID>0</OwnerID></ClassQueryRq>"),
         "0x80040400"},
        {"blanks inside HostQueryRq", whole("<HostQueryRq> </HostQueryRq>"), "0x80040400"},
        {"a line break inside HostQueryRq", whole("<HostQueryRq>\n</HostQueryRq>"), "0x80040400"},
        {"raw UTF-8",
         whole("<CustomerAddRq><CustomerAdd><Name>Ren\xC3\xA9"
               "e</Name></CustomerAdd></CustomerAddRq>"),
         "0x80040400"},
    }));
    Desk desk(3);
    CAPTURE(row.about);
    const auto processed = desk.quickbooks->process(row.document);
    REQUIRE(processed.failure);
    CHECK(processed.failure->hresult == row.hresult);
    CHECK(processed.failure->message.size() > 20);
    CHECK(processed.response.empty());
    CHECK(desk.quickbooks->count("CustomerRet") == 3);
}

TEST_CASE("a bad request refuses the good ones before it too")
{
    Desk desk;
    CHECK(desk.ask(add_customer("A") + "<CustomerSingRq/>") == "0x80040400");
    CHECK(desk.quickbooks->count("CustomerRet") == 0);
}

TEST_CASE("QuickBooks says which product it is")
{
    using qbxml::simulator::SimulatedQuickBooks;
    Desk desk;
    CHECK(first(desk.ask("<HostQueryRq/>"), "ProductName").find("Enterprise") != std::string::npos);
    auto options = desk.options();
    options.product = "QuickBooks Online Edition";
    desk.quickbooks = std::make_unique<SimulatedQuickBooks>(
        qbxml::simulator::BooksWish{.customers = 0, .invoices = 0}, options);
    desk.quickbooks->begin_session("");
    CHECK(first(desk.ask("<HostQueryRq/>"), "ProductName") == "QuickBooks Online Edition");
}

TEST_CASE("an empty HostQueryRq is fine in both forms")
{
    Desk desk;
    CHECK(status_of(desk.ask("<HostQueryRq/>")) == 0);
    CHECK(status_of(desk.ask("<HostQueryRq></HostQueryRq>")) == 0);
}

TEST_CASE("sessions")
{
    Desk desk;
    auto& quickbooks = *desk.quickbooks;
    CHECK_FALSE(quickbooks.begin_session(""));
    CHECK_FALSE(quickbooks.begin_session(quickbooks.company_path()));
    CHECK_FALSE(quickbooks.begin_session("c:\\users\\PUBLIC\\documents\\larch and pine.QBW"));
    CHECK(quickbooks.begin_session("C:\\other.qbw")->hresult == "0x8004040A");
    quickbooks.end_session();
    CHECK(quickbooks.process(Desk::document("<HostQueryRq/>")).failure->hresult == "0x8004040C");
}

TEST_CASE("the host tells the versions up to its own")
{
    Desk desk(0, 0, 1, "12.0");
    const std::string answer = desk.ask("<HostQueryRq requestID=\"0\"/>", stop, "2.0");
    CHECK(times_in(answer, "<SupportedQBXMLVersion>12.0<") == 1);
    CHECK(times_in(answer, "<SupportedQBXMLVersion>13.0<") == 0);
    CHECK(desk.ask("<HostQueryRq/>", stop, "13.0") == "0x80040423");
}

TEST_CASE("after a failure the rest is not processed, or is, as the set says")
{
    Desk desk;
    desk.ask(add_customer("A"));
    const std::string requests = add_customer("B") + add_customer("a") + add_customer("C");
    SECTION("stopOnError")
    {
        const auto set = read(desk.ask(requests));
        CHECK(set.responses().at(0).status_code == 0);
        CHECK(set.responses().at(1).status_code == 3100);
        CHECK(set.responses().at(2).status_code == 3231);
        CHECK(set.responses().at(2).request_id == "C");
        CHECK(desk.quickbooks->count("CustomerRet") == 2);
    }
    SECTION("continueOnError")
    {
        const auto set = read(desk.ask(requests, "onError=\"continueOnError\""));
        CHECK(set.responses().at(1).status_code == 3100);
        CHECK(set.responses().at(2).status_code == 0);
        CHECK(desk.quickbooks->count("CustomerRet") == 3);
    }
}

TEST_CASE("includeNone answers with statuses alone")
{
    Desk desk(3);
    const std::string answer = desk.ask("<CustomerQueryRq/>" + add_customer("A"),
                                        "onError=\"stopOnError\" responseData=\"includeNone\"");
    CHECK(times_in(answer, "CustomerRet") == 0);
    CHECK(read(answer).responses().size() == 2);
    CHECK(desk.quickbooks->count("CustomerRet") == 4);
}

TEST_CASE("a customer added twice under the same message set ID is there once")
{
    Desk desk;
    const std::string attributes = "onError=\"stopOnError\" newMessageSetID=\"X1\"";
    const std::string answer = desk.ask(add_customer("A"), attributes);
    CHECK(set_status(answer) == "0");
    CHECK(read(answer).new_message_set_id() == "X1");
    *desk.clock += 3600;
    desk.quickbooks->end_session();
    desk.quickbooks->begin_session("");
    CHECK(desk.ask(add_customer("A"), attributes) == answer);
    CHECK(desk.quickbooks->count("CustomerRet") == 1);
}

TEST_CASE("recovery of message sets")
{
    Desk desk;
    const std::string attributes = "onError=\"stopOnError\" newMessageSetID=\"X1\"";
    const std::string answer = desk.ask(add_customer("A"), attributes);

    SECTION("an empty set with both IDs brings the stored answer")
    {
        CHECK(
            desk.ask("", "onError=\"stopOnError\" oldMessageSetID=\"X1\" newMessageSetID=\"X1\"") ==
            answer);
    }
    SECTION("asking for an ID that is not known is 600")
    {
        CHECK(set_status(desk.ask("",
                                  "onError=\"stopOnError\" oldMessageSetID=\"Y\" "
                                  "newMessageSetID=\"Y\"")) == "600");
    }
    SECTION("the same ID with another text is 9001, and nothing is done")
    {
        CHECK(set_status(desk.ask(add_customer("B"), attributes)) == "9001");
        CHECK(desk.quickbooks->count("CustomerRet") == 1);
    }
    SECTION("QuickBooks died before it kept the answer: 9002")
    {
        desk.quickbooks->books().forget_answer("X1");
        CHECK(set_status(desk.ask(add_customer("A"), attributes)) == "9002");
        CHECK(desk.quickbooks->count("CustomerRet") == 1);
    }
    SECTION("an ID too long is 9004, and nothing is done")
    {
        CHECK(set_status(desk.ask(add_customer("B"),
                                  "onError=\"stopOnError\" newMessageSetID=\""
                                  "123456789012345678901234\"")) == "9004");
        CHECK(desk.quickbooks->count("CustomerRet") == 1);
    }
    SECTION("the old ID clears, and what was cleared is not known any more")
    {
        CHECK(set_status(desk.ask("", "onError=\"stopOnError\" oldMessageSetID=\"X1\"")) == "0");
        CHECK(set_status(desk.ask("", "onError=\"stopOnError\" oldMessageSetID=\"X1\"")) == "600");
    }
    SECTION("the next set clears the one before as it goes")
    {
        CHECK(set_status(desk.ask(add_customer("B"),
                                  "onError=\"stopOnError\" "
                                  "oldMessageSetID=\"X1\" "
                                  "newMessageSetID=\"X2\"")) == "0");
        CHECK(status_of(desk.ask(add_customer("A"), attributes)) == 3100);
    }
    SECTION("everything is cleared at once")
    {
        desk.ask("", "onError=\"stopOnError\" oldMessageSetID=\"ClearAllMessageSets\"");
        CHECK(set_status(desk.ask("", "onError=\"stopOnError\" oldMessageSetID=\"X1\"")) == "600");
    }
    SECTION("without IDs there is no status of the set")
    {
        CHECK(set_status(desk.ask(add_customer("B"))) == "");
    }
}

TEST_CASE("answers that cannot be kept are told with 9005, and the work is done")
{
    Desk desk;
    auto options = desk.options();
    options.answers_cannot_be_kept = true;
    desk.quickbooks = std::make_unique<qbxml::simulator::SimulatedQuickBooks>(
        qbxml::simulator::BooksWish{.customers = 0, .invoices = 0}, options);
    desk.quickbooks->begin_session("");
    const std::string attributes = "onError=\"stopOnError\" newMessageSetID=\"X1\"";
    CHECK(set_status(desk.ask(add_customer("A"), attributes)) == "9005");
    CHECK(desk.quickbooks->count("CustomerRet") == 1);
    CHECK(status_of(desk.ask(add_customer("A"), attributes)) == 3100);
}

TEST_CASE("a request with a macro uses what the one before made")
{
    Desk desk(3);
    const std::string customer = first(desk.ask("<CustomerQueryRq/>"), "FullName");
    const auto set = read(desk.ask(
        "<InvoiceAddRq><InvoiceAdd defMacro=\"TxnID:I1\"><CustomerRef><FullName>" + customer +
        "</FullName></CustomerRef><InvoiceLineAdd><ItemRef><FullName>Window</FullName></ItemRef>"
        "</InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>"
        "<ReceivePaymentAddRq><ReceivePaymentAdd><CustomerRef><FullName>" +
        customer +
        "</FullName></CustomerRef><TotalAmount>10.00</TotalAmount><AppliedToTxnAdd>"
        "<TxnID useMacro=\"TxnID:I1\"/><PaymentAmount>10.00</PaymentAmount></AppliedToTxnAdd>"
        "</ReceivePaymentAdd></ReceivePaymentAddRq>"));
    CHECK(set.responses().at(0).status_code == 0);
    CHECK(set.responses().at(1).status_code == 0);
}
