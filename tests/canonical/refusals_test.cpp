#include "records.h"

using namespace qbxml;
using namespace qbxml::canonical;

namespace {

std::string create(const std::string& type, const std::string& record)
{
    return R"({"operation":"create","dataType":")" + type + R"(","record":)" + record + "}";
}

std::string update(const std::string& type, const std::string& record)
{
    return R"({"operation":"update","dataType":")" + type +
           R"(","id":"1-1","editSequence":"5","record":)" + record + "}";
}

struct Row {
    std::string write, expected;
};

}  // namespace

TEST_CASE("refusals of customers")
{
    const auto row = GENERATE(values<Row>({
        {create("customers", R"({})"), "/name required"},
        {create("customers", R"({"name":null})"), "/name required"},
        {create("customers", R"({"name":"A:B"})"), "/name value"},
        {create("customers", R"({"name":5})"), "/name value"},
        {create("customers", R"({"name":"12345678901234567890123456789012345678901é"})"),
         "/name tooLong"},
        {create("customers", R"({"name":"1234567890123456789012345678901234567890é"})"), ""},
        {create("customers", "{\"name\":\"a\\u0001b\"}"), "/name value"},
        {create("customers", R"({"name":"A","nmae":"B"})"), "/nmae unknownField"},
        {create("customers", R"({"name":"A","job":{"staus":"Pending"}})"),
         "/job/staus unknownField"},
        {create("customers", R"({"name":"A","job":{"status":"Started"}})"), "/job/status value"},
        {create("customers", R"({"name":"A","status":"Gone"})"), "/status value"},
        {create("customers", R"({"name":"A","creditLimit":"1.005"})"), "/creditLimit value"},
        {create("customers", R"({"name":"A","creditLimit":1e2})"), "/creditLimit value"},
        {create("customers", R"({"name":"A","creditLimit":"1.0500"})"), ""},
        {create("customers", R"({"name":"A","creditLimit":true})"), "/creditLimit value"},
        {create("customers", R"({"name":"A","openingBalanceDate":"2025-2-3"})"),
         "/openingBalanceDate value"},
        {create("customers", R"({"name":"A","openingBalanceDate":"2025-02-30"})"),
         "/openingBalanceDate value"},
        {create("customers", R"({"name":"A","termsRef":{}})"), "/termsRef required"},
        {create("customers", R"({"name":"A","termsRef":"Net 15"})"), "/termsRef value"},
        {create("customers", R"({"name":"A","termsRef":{"ID":"1"}})"), "/termsRef/ID unknownField"},
        {create("customers", R"({"name":"A","customerTypeRef":{"id":"JobType:1"}})"),
         "/customerTypeRef kindMismatch"},
        {create("customers", R"({"name":"A","categoryRefs":[{"id":"CustomerType:1"}]})"),
         "/categoryRefs/0 kindMismatch"},
        {create("customers", R"({"name":"A","categoryRefs":[{"id":"1"},{"id":"2"}]})"),
         "/categoryRefs value"},
        {create("customers",
                R"({"name":"A","phone":"1","phoneNumbers":[{"type":"Primary","number":"2"}]})"),
         "/phoneNumbers conflict"},
        {create("customers", R"({"name":"A","phoneNumbers":[{"type":"Telex","number":"2"}]})"),
         "/phoneNumbers/0/type value"},
        {create("customers", R"({"name":"A","phoneNumbers":[{"type":"Fax","number":"1"},)"
                             R"({"type":"Fax","number":"2"}]})"),
         "/phoneNumbers/1 value"},
        {create("customers", R"({"name":"A","addresses":[{"type":"Billing"},{"type":"Billing"}]})"),
         "/addresses/1 value"},
        {create("customers", R"({"name":"A","addresses":[{"type":"Home"}]})"),
         "/addresses/0/type value"},
        {create("customers",
                R"({"name":"A","addresses":[{"type":"Delivery"},{"type":"Delivery"}]})"),
         "/addresses/1 value"},
        {create("customers", R"({"name":"A","addresses":[{"type":"Billing","line1":"ok"},)"
                             R"({"type":"Delivery","name":"D","line2":)"
                             R"("a line of more than the forty-one characters"}]})"),
         "/addresses/1/line2 tooLong"},
        {create("customers", R"({"name":"A","otherContactFields":[{"name":"1","value":"1"},)"
                             R"({"name":"2","value":"1"},{"name":"3","value":"1"},)"
                             R"({"name":"4","value":"1"},{"name":"5","value":"1"},)"
                             R"({"name":"6","value":"1"},{"name":"7","value":"1"},)"
                             R"({"name":"8","value":"1"},{"name":"9","value":"1"}]})"),
         "/otherContactFields/8 value"},
        {create("customers", R"({"name":"A","taxNumber":"GB1"})"), "/taxNumber unsupported"},
        {update("customers", R"({"openingBalance":"5.00"})"), "/openingBalance createOnly"},
        {update("customers",
                R"({"metadata":{"externalId":"{8A6B0C5E-1111-4222-8333-944455566677}"}})"),
         "/metadata/externalId createOnly"},
        {R"({"operation":"update","dataType":"customers","record":{"note":"x"}})",
         "/id required\n/metadata/editSequence required"},
    }));
    CAPTURE(row.write);
    CHECK(refusals(row.write) == row.expected);
}

TEST_CASE("everything that is wrong is told at once")
{
    CHECK(refusals(
              create("customers", R"({"nmae":"A","status":"Gone","termsRef":{},"jobTitle":7})")) ==
          "/nmae unknownField\n/status value\n/termsRef required\n/jobTitle value\n/name required");
}

TEST_CASE("a refusal tells the limit, and the name that may be meant")
{
    const auto write = write_from_json(
        json(create("customers", R"({"name":"A","middleName":"Josephine","frstName":"B"})")));
    const auto made = to_requests(*write, {}, common_version, Edition::us);
    REQUIRE_FALSE(made);
    REQUIRE(made.error().size() == 2);
    CHECK(made.error()[0].limit == 5);
    CHECK(made.error()[1].message.find("'firstName'") != std::string::npos);
}

TEST_CASE("refusals of documents and their lines")
{
    const std::string customer = R"("customerRef":{"id":"1"})";
    const auto row = GENERATE_COPY(values<Row>({
        {create("invoices", "{}"), "/customerRef required"},
        {create("invoices", "{" + customer + R"(,"lineItems":{}})"), "/lineItems value"},
        {create("invoices", "{" + customer + R"(,"lineItems":[7]})"), "/lineItems/0 value"},
        {create("invoices", "{" + customer + R"(,"lineItems":[{"itmRef":{"id":"1"}}]})"),
         "/lineItems/0/itmRef unknownField"},
        {create("invoices", "{" + customer + R"(,"lineItems":[{"lineType":"Rubber"}]})"),
         "/lineItems/0/lineType value"},
        {create("invoices",
                "{" + customer +
                    R"(,"lineItems":[{"quantity":3,"unitAmount":"1.10","subTotal":"3.31"}]})"),
         "/lineItems/0/subTotal conflict"},
        {create("invoices", "{" + customer + R"(,"lineItems":[{"quantity":"1.123456"}]})"),
         "/lineItems/0/quantity value"},
        {create("invoices",
                "{" + customer + R"(,"lineItems":[{"parentLineId":"5","serviceDate":"soon"}]})"),
         "/lineItems/0/parentLineId unsupported\n/lineItems/0/serviceDate value"},
        {create("invoices", "{" + customer + R"(,"amountsIncludeTax":true})"),
         "/amountsIncludeTax unsupported"},
        {update("invoices", R"({"lineItems":[]})"), "/lineItems value"},
        {update("invoices", R"({"lineItems":[{"id":"2","parentLineId":"9"}]})"),
         "/lineItems/0/parentLineId value"},
        {update("invoices", R"({"isFinanceCharge":true})"), "/isFinanceCharge createOnly"},
        {create("bills", R"({"issueDate":"2025-05-01"})"), "/supplierRef required"},
        {create("bills", R"({"supplierRef":{"id":"1"},"lineItems":[{"itemRef":{"id":"1"},)"
                         R"("accountRef":{"id":"2"}}]})"),
         "/lineItems/0 conflict"},
        {update("bills", R"({"lineItems":[{"id":"4","subTotal":"3"}]})"),
         "/lineItems/0/lineType required"},
        {create("transfers", R"({"from":{"accountRef":{"id":"1"}},"amount":"12.345"})"),
         "/amount value\n/to/accountRef required"},
        {create("journalEntries", R"({"journalLines":[{"accountRef":{"id":"1"},"netAmount":"5"},)"
                                  R"({"accountRef":{"id":"2"},"netAmount":"-4.99"}]})"),
         "/journalLines unbalanced"},
        {create("journalEntries", R"({"journalLines":[{"accountRef":{"id":"1"}}]})"),
         "/journalLines/0/netAmount required"},
        {create("directCosts", R"({"accountRef":{"id":"1"}})"), "/kind required"},
        {create("directCosts", R"({"kind":"Cash","accountRef":{"id":"1"}})"), "/kind value"},
        {create("directCosts",
                R"({"kind":"Check","accountRef":{"id":"1"},"reference":"7","isToBePrinted":true})"),
         "/isToBePrinted conflict"},
        {create("payments", R"({"customerRef":{"id":"1"},"totalAmount":"5",)"
                            R"("allocations":[{"recordRef":{"id":"I"}}]})"),
         "/allocations/0/amount required"},
        {create("payments", R"({"customerRef":{"id":"1"},"totalAmount":"5",)"
                            R"("allocations":[{"recordRef":{},"amount":"5"}]})"),
         "/allocations/0/recordRef required"},
        {create("items", R"({"name":"A"})"), "/kind required"},
    }));
    CAPTURE(row.write);
    CHECK(refusals(row.write) == row.expected);
}

TEST_CASE("an account of a type that QuickBooks does not take there")
{
    const auto context = context_from_json(json(R"({"accounts":[
        {"id":"B","fullName":"Checking","sourceAccountType":"Bank"},
        {"id":"C","fullName":"Company Card","sourceAccountType":"CreditCard"},
        {"id":"R","fullName":"Receivables","sourceAccountType":"AccountsReceivable"},
        {"id":"P","fullName":"Payables","sourceAccountType":"AccountsPayable"},
        {"id":"E","fullName":"Rent","sourceAccountType":"Expense"},
        {"id":"N","fullName":"Estimates","sourceAccountType":"NonPosting"},
        {"id":"U","fullName":"Unknown"}]})"));
    REQUIRE(context);
    const std::string line = R"(,"lineItems":[{"accountRef":{"id":")";
    const auto row = GENERATE_COPY(values<Row>({
        {create("directCosts", R"({"kind":"Check","accountRef":{"id":"B"}})"), ""},
        {create("directCosts", R"({"kind":"Check","accountRef":{"id":"C"}})"),
         "/accountRef kindMismatch"},
        {create("directCosts", R"({"kind":"Check","accountRef":{"name":"Company Card"}})"),
         "/accountRef kindMismatch"},
        {create("directCosts", R"({"kind":"CreditCardCharge","accountRef":{"id":"B"}})"),
         "/accountRef kindMismatch"},
        {create("directCosts", R"({"kind":"CreditCardCredit","accountRef":{"id":"C"}})"), ""},
        {create("directCosts", R"({"kind":"Check","accountRef":{"id":"U"}})"), ""},
        {create("directCosts", R"({"kind":"Check","accountRef":{"id":"not known"}})"), ""},
        {create("directCosts",
                R"({"kind":"Check","accountRef":{"id":"B"})" + line + R"(E"},"subTotal":"1"}]})"),
         ""},
        {create("directCosts",
                R"({"kind":"Check","accountRef":{"id":"B"})" + line + R"(N"},"subTotal":"1"}]})"),
         "/lineItems/0/accountRef kindMismatch"},
        {create("billPayments", R"({"kind":"Check","supplierRef":{"id":"1"},"accountRef":)"
                                R"({"id":"C"},"allocations":[{"recordRef":{"id":"1"},)"
                                R"("amount":"1"}]})"),
         "/accountRef kindMismatch"},
        {create("billPayments", R"({"kind":"CreditCard","supplierRef":{"id":"1"},"accountRef":)"
                                R"({"id":"C"},"payablesAccountRef":{"id":"R"},"allocations":)"
                                R"([{"recordRef":{"id":"1"},"amount":"1"}]})"),
         "/payablesAccountRef kindMismatch"},
        {create("invoices", R"({"customerRef":{"id":"1"},"receivablesAccountRef":{"id":"P"}})"),
         "/receivablesAccountRef kindMismatch"},
        {create("payments", R"({"customerRef":{"id":"1"},"totalAmount":"1",)"
                            R"("accountRef":{"id":"E"}})"),
         "/accountRef kindMismatch"},
        {create("transfers", R"({"from":{"accountRef":{"id":"B"}},"to":{"accountRef":{"id":"E"}},)"
                             R"("amount":"5"})"),
         "/to/accountRef kindMismatch"},
        {create("journalEntries", R"({"journalLines":[{"accountRef":{"id":"N"},"netAmount":"5"},)"
                                  R"({"accountRef":{"id":"E"},"netAmount":"-5"}]})"),
         "/journalLines/0/accountRef kindMismatch"},
        {create("accounts", R"({"name":"Sub","sourceAccountType":"Bank","parentRef":{"id":"E"}})"),
         "/parentRef kindMismatch"},
        {create("accounts", R"({"name":"Sub","sourceAccountType":"Bank","parentRef":{"id":"B"}})"),
         ""},
        {create("accounts", R"({"name":"S","sourceAccountType":"NonPosting","parentRef":)"
                            R"({"id":"N"}})"),
         ""},
    }));
    CAPTURE(row.write);
    CHECK(refusals(row.write, *context) == row.expected);
}

TEST_CASE("what QuickBooks does not offer")
{
    struct Wish {
        std::string operation, type;
        std::string source;
    };
    const auto row = GENERATE(values<Wish>({
        {"update", "billPayments", "BillPaymentCreditCard"},
        {"update", "paymentMethods", ""},
        {"update", "paymentTerms", "StandardTerms"},
        {"update", "trackingCategories", "JobType"},
        {"update", "companyPreferences", ""},
        {"create", "companyInfo", ""},
        {"delete", "hostInfo", ""},
        {"void", "payments", ""},
        {"void", "transfers", ""},
        {"void", "estimates", ""},
        {"void", "salesOrders", ""},
        {"void", "purchaseOrders", ""},
        {"void", "timeEntries", ""},
        {"delete", "transfers", ""},
        {"void", "customers", ""},
        {"create", "spaceships", ""},
    }));
    CAPTURE(row.operation, row.type);
    CHECK(refusals(R"({"operation":")" + row.operation + R"(","dataType":")" + row.type +
                   R"(","id":"1-1","editSequence":"1","sourceType":")" + row.source +
                   R"(","record":{}})") == " unsupported");
}

TEST_CASE("elements that the version or the edition lacks")
{
    const auto line = create("invoices", R"({"customerRef":{"id":"1"},"lineItems":[{"itemRef":)"
                                         R"({"id":"1"},"serialNumber":"S-1"}]})");
    CHECK(refusals(line, {}, {13, 0}, Edition::us) == "");
    CHECK(refusals(line, {}, {10, 0}, Edition::us) == "/lineItems/0/serialNumber unsupported");
    CHECK(refusals(line, {}, {13, 0}, Edition::au) == "/lineItems/0/serialNumber unsupported");
    CHECK(refusals(line, {}, {13, 0}, Edition::any) == "");
}

TEST_CASE("a write that is none")
{
    CHECK(write_from_json(json("[]")).error().what.find("an array") != std::string::npos);
    CHECK(write_from_json(json(R"({"operation":"upsert"})")).error().where == "/operation");
    CHECK(write_from_json(json(R"({"operation":"create","datatype":"x"})")).error().where ==
          "/datatype");
    CHECK(refusals(R"({"operation":"create","dataType":"customers","record":[]})") == " value");
    CHECK(refusals(R"({"operation":"delete","dataType":"customers"})") == "/id required");
}
