#include <catch2/catch.hpp>

#include "qbxml/canonical/deeds.h"
#include "records.h"

using namespace qbxml;
using namespace qbxml::canonical;

namespace {

MessageSet set_of(const std::string& requests)
{
    return message_set_from_xml(
               "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML>"
               "<QBXMLMsgsRq onError=\"stopOnError\">" +
               requests + "</QBXMLMsgsRq></QBXML>")
        .value();
}

// "makes invoices 1042", "changes customers 80000001-1@17", "removes items 80000002-1"
std::string told(const std::string& requests)
{
    std::string text;
    for (const Deed& deed : deeds_of(set_of(requests))) {
        text += text.empty() ? "" : "; ";
        switch (deed.kind) {
            case Deed::Kind::makes: text += "makes " + deed.data_type + " " + deed.name; break;
            case Deed::Kind::changes:
                text += "changes " + deed.data_type + " " + deed.id + "@" + deed.edit_sequence;
                break;
            case Deed::Kind::removes: text += "removes " + deed.data_type + " " + deed.id; break;
        }
    }
    return text;
}

const std::string birch_add =
    "<CustomerAddRq><CustomerAdd><Name>Birch</Name></CustomerAdd></CustomerAddRq>";
const std::string birch_mod =
    "<CustomerModRq><CustomerMod><ListID>80000001-1</ListID><EditSequence>17</EditSequence>"
    "<Phone>1</Phone></CustomerMod></CustomerModRq>";
const std::string del = "<TxnDelRq><TxnDelType>Invoice</TxnDelType><TxnID>5F-1</TxnID></TxnDelRq>";

struct Seen {
    std::string type = "Customer", id = "80000009-1", name = "Birch", edit_sequence = "17";
    std::string created = "2026-11-21T12:00:00-07:00", modified = created;
};

Record record(const Seen& seen)
{
    return {.data_type = seen.type == "Customer" ? "customers" : "invoices",
            .id = seen.id,
            .source_type = seen.type,
            .name = seen.name,
            .edit_sequence = seen.edit_sequence,
            .time_modified = seen.modified,
            .masked_source = "<" + seen.type + "Ret><TimeCreated>" + seen.created +
                             "</TimeCreated></" + seen.type + "Ret>"};
}

constexpr std::string_view since = "2026-11-20T00:00:00";

}  // namespace

TEST_CASE("what a message set does to which record")
{
    struct Row {
        const char* requests;
        const char* told;
    };
    const auto row = GENERATE(values<Row>({
        {"<CustomerAddRq><CustomerAdd><Name>Kern</Name><ParentRef><FullName>Birch</FullName>"
         "</ParentRef></CustomerAdd></CustomerAddRq>",
         "makes customers Kern"},
        {"<ItemServiceAddRq><ItemServiceAdd><Name>Framing</Name></ItemServiceAdd>"
         "</ItemServiceAddRq>",
         "makes items Framing"},
        {"<ItemReceiptAddRq><ItemReceiptAdd/></ItemReceiptAddRq>", "makes itemReceipts "},
        {"<InvoiceAddRq><InvoiceAdd><RefNumber>1042</RefNumber></InvoiceAdd></InvoiceAddRq>",
         "makes invoices 1042"},
        {"<CustomerTypeModRq><CustomerTypeMod><ListID>7-1</ListID><EditSequence>3</EditSequence>"
         "</CustomerTypeMod></CustomerTypeModRq>",
         "changes trackingCategories CustomerType:7-1@3"},
        {"<ListDelRq><ListDelType>JobType</ListDelType><ListID>7-1</ListID></ListDelRq>",
         "removes trackingCategories JobType:7-1"},
        {"<ListDelRq><ListDelType>Class</ListDelType><ListID>7-1</ListID></ListDelRq>",
         "removes trackingCategories 7-1"},
        // Twice does no harm, or nothing reads it.
        {"<TxnVoidRq><TxnVoidType>Invoice</TxnVoidType><TxnID>5F-1</TxnID></TxnVoidRq>", ""},
        {"<CustomerQueryRq/>", ""},
        {"<ListDelRq><ListDelType>ToDo</ListDelType><ListID>7-1</ListID></ListDelRq>", ""},
    }));
    CAPTURE(row.requests);
    CHECK(told(row.requests) == row.told);
    CHECK(told(birch_add + birch_mod + del) ==
          "makes customers Birch; changes customers 80000001-1@17; removes invoices 5F-1");
}

TEST_CASE("QuickBooks is asked for what changed in the lists concerned, and for the records named")
{
    const auto requests =
        requests_to_see(deeds_of(set_of(birch_add + birch_mod + del)), since, "", Version{13, 0});
    CHECK(qbxml_of(requests, Version{13, 0}) ==
          "<ListDeletedQueryRq><ListDelType>Customer</ListDelType><DeletedDateRangeFilter>"
          "<FromDeletedDate>2026-11-20T00:00:00</FromDeletedDate></DeletedDateRangeFilter>"
          "</ListDeletedQueryRq>"
          "<CustomerQueryRq><ActiveStatus>All</ActiveStatus><FromModifiedDate>2026-11-20T00:00:00"
          "</FromModifiedDate><OwnerID>0</OwnerID></CustomerQueryRq>"
          "<CustomerQueryRq><ListID>80000001-1</ListID><OwnerID>0</OwnerID></CustomerQueryRq>"
          "<InvoiceQueryRq><TxnID>5F-1</TxnID><IncludeLineItems>true</IncludeLineItems>"
          "<IncludeLinkedTxns>true</IncludeLinkedTxns><OwnerID>0</OwnerID></InvoiceQueryRq>");
}

TEST_CASE("what may have been made by a write whose answer was lost")
{
    struct Row {
        const char* why;
        std::string requests;
        Seen seen;
        bool traced;
    };
    const auto row = GENERATE(values<Row>({
        {"its name", birch_add, {}, true},
        {"its name in another case, under a parent", birch_add, {.name = "Maple:BIRCH"}, true},
        {"another name", birch_add, {.name = "Alder"}, false},
        {"created long before", birch_add, {.created = "2026-11-19T23:59:59-07:00"}, false},
        {"perhaps renamed",
         birch_add,
         {.name = "Alder", .modified = "2026-11-21T12:00:05-07:00"},
         true},
        {"another record type", birch_add, {.type = "Invoice"}, false},
        {"made without a name",
         "<InvoiceAddRq><InvoiceAdd/></InvoiceAddRq>",
         {.type = "Invoice", .name = "7"},
         true},
        {"a moment that cannot be read", birch_add, {.created = ""}, true},
        {"changed by somebody since", birch_mod, {.id = "80000001-1", .edit_sequence = "18"}, true},
        {"not changed", birch_mod, {.id = "80000001-1"}, false},
        {"another record is changed", birch_mod, {.edit_sequence = "18"}, false},
        {"still there", del, {.type = "Invoice", .id = "5F-1"}, false},
        {"gone", del, {.type = "Invoice", .id = "60-1"}, true},
    }));
    CAPTURE(row.why);
    Witness witness(deeds_of(set_of(row.requests)), since);
    witness.see(record(row.seen));
    CHECK(witness.traces().empty() != row.traced);
}

TEST_CASE("what was made and deleted again was made")
{
    Witness witness(deeds_of(set_of(birch_add)), since);
    witness.see(Deletion{.data_type = "customers",
                         .id = "80000009-1",
                         .source_type = "Customer",
                         .name = "Alder",
                         .source_created_date = "2026-11-21T12:00:00-07:00"});
    CHECK(witness.traces().empty());
    witness.see(Deletion{.data_type = "customers",
                         .id = "8000000A-1",
                         .source_type = "Customer",
                         .name = "Birch",
                         .source_created_date = "2026-11-21T12:00:00-07:00"});
    REQUIRE(witness.traces().size() == 1);
    CHECK(witness.traces().front().id == "8000000A-1");
}
