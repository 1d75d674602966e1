// What can be read can be sent back: a record as it was read, with one member changed.
#include "records.h"

using namespace qbxml;
using namespace qbxml::canonical;

namespace {

// The records of a golden answer.
std::vector<Value> golden(const std::string& name)
{
    auto set =
        ResponseSet::read(file_text(std::string(QBWCD_TEST_DATA) + "/golden/" + name + ".xml"));
    REQUIRE(set);
    std::vector<Value> records;
    for (const auto& read : convert(*set, set->responses().front(), shop()).records)
        records.push_back(json(read.json));
    return records;
}

Write update_of(std::string data_type, Value current, Value record)
{
    Write write;
    write.operation = Operation::update;
    write.data_type = std::move(data_type);
    write.id = record.string_at("id");
    write.record = std::move(record);
    write.current = std::move(current);
    return write;
}

std::string written(const Write& write, Edition edition = Edition::us)
{
    auto made = to_requests(write, shop(), common_version, edition);
    if (!made)
        for (const auto& refusal : made.error())
            FAIL(refusal.path << " " << refusal.code << " " << refusal.message);
    for (const auto& warning : made->warnings)
        CHECK(warning.code == "readOnly");
    return made->requests.empty() ? "" : qbxml_of(made->requests, common_version, edition);
}

}  // namespace

TEST_CASE("a record sent back as it was read changes nothing")
{
    for (const char* name : {"customers", "invoices"}) {
        for (const auto& record : golden(name)) {
            CAPTURE(name, record.string_at("id"));
            CHECK(written(update_of(name, record, record)) == "");
        }
    }
}

TEST_CASE("one changed member of a customer is one element")
{
    const auto before = golden("customers").front();
    Value after = before;
    after.set("note", "Pays on Mondays.");
    CHECK(written(update_of("customers", before, after)) ==
          "<CustomerModRq><CustomerMod><ListID>8000C002-1</ListID>"
          "<EditSequence>1766592307</EditSequence><Notes>Pays on Mondays.</Notes>"
          "</CustomerMod></CustomerModRq>");
}

TEST_CASE(
    "one changed line of an invoice keeps the others, the group and its members in their places")
{
    const auto before = golden("invoices").at(1);
    Value after = before;
    Value lines = *after.find("lineItems");
    lines.as_array()[4].set("quantity", "5");
    after.set("lineItems", lines);
    CHECK(
        written(update_of("invoices", before, after)) ==
        "<InvoiceModRq><InvoiceMod><TxnID>B1-1</TxnID><EditSequence>11</EditSequence>"
        "<InvoiceLineMod><TxnLineID>B2-1</TxnLineID></InvoiceLineMod>"
        "<InvoiceLineGroupMod><TxnLineID>B3-1</TxnLineID>"
        "<InvoiceLineMod><TxnLineID>B4-1</TxnLineID></InvoiceLineMod>"
        "<InvoiceLineMod><TxnLineID>B5-1</TxnLineID></InvoiceLineMod></InvoiceLineGroupMod>"
        "<InvoiceLineMod><TxnLineID>B6-1</TxnLineID><Quantity>5</Quantity></InvoiceLineMod>"
        "<InvoiceLineMod><TxnLineID>B7-1</TxnLineID></InvoiceLineMod>"
        "<InvoiceLineMod><TxnLineID>B8-1</TxnLineID></InvoiceLineMod>"
        "<InvoiceLineMod><TxnLineID>B9-1</TxnLineID></InvoiceLineMod>"
        "<InvoiceLineMod><TxnLineID>BA-1</TxnLineID></InvoiceLineMod></InvoiceMod></InvoiceModRq>");
}

TEST_CASE("a whole record is taken back without the one it came from")
{
    for (const char* name : {"customers", "invoices"}) {
        for (const auto& record : golden(name)) {
            CAPTURE(name, record.string_at("id"));
            const Value* included = record.find("amountsIncludeTax");
            const bool taxed = included && included->as_bool();
            const Edition edition = taxed ? Edition::au : Edition::us;
            CHECK(written(update_of(name, {}, record), edition).find("EditSequence") !=
                  std::string::npos);
        }
    }
}

TEST_CASE("what was written reads as it was said")
{
    const std::string said = R"({"name":"Aspen","status":"Archived","creditLimit":"12.50",
        "parentRef":{"id":"P-1","name":null},"deliveryMethod":"Fax",
        "phoneNumbers":[{"number":"1","type":"Primary"},{"number":"4","type":"Mobile"}],
        "webLinks":[{"url":"https://a.example.com","type":"Website"}],
        "customerTypeRef":{"id":"CustomerType:T-1","name":null},"note":"two\nlines"})";
    const auto made =
        requests_of(R"({"operation":"create","dataType":"customers","record":)" + said + "}", {},
                    newest_version);
    std::string element = qbxml_of(made.requests, newest_version);
    element = element.substr(std::string("<CustomerAddRq><CustomerAdd>").size());
    element = element.substr(0, element.find("</CustomerAdd>"));
    const auto read = record("<CustomerRet><ListID>1</ListID>" + element + "</CustomerRet>");
    const Value wanted = json(said);
    for (const auto& [name, value] : wanted.as_object()) {
        CAPTURE(name);
        CHECK(at(read, name) == to_json(value));
    }
}
