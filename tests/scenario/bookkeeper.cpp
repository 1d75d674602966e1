// What people do in QuickBooks beside the host: the bookkeeper, and whoever has something open.
#include <algorithm>

#include <fmt/format.h>

#include "tests/scenario/office.h"

namespace scenario {

using namespace qbxml::simulator;

namespace {

std::string message_set(const std::string& requests)
{
    return fmt::format(
        "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq "
        "onError=\"stopOnError\">{}</QBXMLMsgsRq></QBXML>",
        requests);
}

std::string ref(const char* element, const Record& record)
{
    return fmt::format("<{}><ListID>{}</ListID></{}>", element, record.id(), element);
}

// What a change names its record by.
std::string key_of(const Record& record)
{
    return fmt::format("<{0}>{1}</{0}><EditSequence>{2}</EditSequence>",
                       record.kind().is_list() ? "ListID" : "TxnID", record.id(),
                       record.stamps().edit_sequence);
}

}  // namespace

const Record* Office::some(const char* noun)
{
    const auto& all = books->records(*kind_of(noun));
    return all.empty() ? nullptr : story_.chance.one_of(all).get();
}

std::string Office::some_customer_id()
{
    const Record* record = some("Customer");
    return record ? record->id() : "";
}

std::string Office::some_customer_name()
{
    const Record* record = some("Customer");
    return record ? record->full_name() : "";
}

void Office::do_by_hand(const std::string& what, const std::string& requests)
{
    const auto answer = open()->process(message_set(requests));
    const auto at = answer.response.find("statusCode=\"");
    const auto status =
        at == std::string::npos
            ? std::string("no answer")
            : answer.response.substr(at + 12, answer.response.find('"', at + 12) - at - 12);
    story_.tell(fmt::format("{}: the bookkeeper {} [{}]", company.id.text, what, status));
}

void Office::bookkeeper()
{
    const int edit = ++edits_;
    switch (story_.chance.below(10)) {
        case 0:
            return do_by_hand(fmt::format("adds the customer Keeper {}", edit),
                              fmt::format("<CustomerAddRq><CustomerAdd><Name>Keeper {}</Name>"
                                          "</CustomerAdd></CustomerAddRq>",
                                          edit));
        case 1:
        case 2:
        case 3:
        case 4: return keep_customers(edit);
        default: return keep_invoices(edit);
    }
}

void Office::keep_customers(int edit)
{
    const Record* customer = some("Customer");
    if (!customer) return;
    const auto change = [&](const std::string& field) {
        return fmt::format("<CustomerModRq><CustomerMod>{}{}</CustomerMod></CustomerModRq>",
                           key_of(*customer), field);
    };
    switch (story_.chance.below(8)) {
        case 0:
        case 1:
        case 2:
            return do_by_hand("changes the phone of " + customer->id(),
                              change(fmt::format("<Phone>555-{:04}</Phone>", edit)));
        case 3:
        case 4:
            return do_by_hand("renames " + customer->id(),
                              change(fmt::format("<Name>Renamed {}</Name>", edit)));
        case 5: {
            const Record* into = some("Customer");
            if (into == customer) return;
            return do_by_hand(
                fmt::format("merges {} into {}", customer->id(), into->id()),
                fmt::format("<ListMergeRq><ListMergeType>Customer</ListMergeType><MergeFrom>{}"
                            "</MergeFrom><MergeTo>{}</MergeTo></ListMergeRq>",
                            key_of(*customer), key_of(*into)));
        }
        default:
            return do_by_hand("deletes the customer " + customer->id(),
                              fmt::format("<ListDelRq><ListDelType>Customer</ListDelType><ListID>{}"
                                          "</ListID></ListDelRq>",
                                          customer->id()));
    }
}

void Office::keep_invoices(int edit)
{
    const Record* customer = some("Customer");
    const Record* invoice = some("Invoice");
    if (!customer) return;
    const int dice = story_.chance.below(10);
    if (dice < 3)
        return do_by_hand(
            "writes an invoice for " + customer->id(),
            fmt::format("<InvoiceAddRq><InvoiceAdd>{}<RefNumber>K{}</RefNumber><InvoiceLineAdd>"
                        "<ItemRef><FullName>Framing</FullName></ItemRef><Quantity>2</Quantity>"
                        "<Rate>10.00</Rate></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>",
                        ref("CustomerRef", *customer), edit));
    if (dice < 5)
        return do_by_hand("takes money of " + customer->id(),
                          fmt::format("<ReceivePaymentAddRq><ReceivePaymentAdd>{}<TotalAmount>5.00"
                                      "</TotalAmount><IsAutoApply>true</IsAutoApply>"
                                      "</ReceivePaymentAdd></ReceivePaymentAddRq>",
                                      ref("CustomerRef", *customer)));
    if (!invoice) return;
    if (dice == 5)
        return do_by_hand(
            "changes the invoice " + invoice->id(),
            fmt::format("<InvoiceModRq><InvoiceMod>{}<Memo>Seen {}</Memo></InvoiceMod>"
                        "</InvoiceModRq>",
                        key_of(*invoice), edit));
    const char* verb = dice < 8 ? "Void" : "Del";
    do_by_hand(fmt::format("{} the invoice {}", dice < 8 ? "voids" : "deletes", invoice->id()),
               fmt::format("<Txn{0}Rq><Txn{0}Type>Invoice</Txn{0}Type><TxnID>{1}</TxnID>"
                           "</Txn{0}Rq>",
                           verb, invoice->id()));
}

// Another user holds records or lists, closes the books or opens them, changes the mode of the
// file.
void Office::disturb()
{
    auto settings = books->settings();
    const Record* customer = some("Customer");
    const Record* invoice = some("Invoice");
    std::string what;
    switch (story_.chance.below(9)) {
        case 0:
            if (!customer) return;
            settings.locks.insert(customer->id());
            what = "opens " + customer->id();
            break;
        case 1:
            if (!invoice) return;
            settings.locks.insert(invoice->id());
            what = "opens " + invoice->id();
            break;
        case 2:
            settings.locks.insert("Customer");
            what = "works on the customers";
            break;
        case 3:
            settings.locks.insert("Invoice");
            what = "works on the invoices";
            break;
        case 4:
            settings.closing_date = "2026-11-30";
            settings.closing_password = true;
            what = "closes the books";
            break;
        case 5:
            settings.closing_date.clear();
            what = "opens the books again";
            break;
        case 6:
            settings.multi_user = !settings.multi_user;
            what = settings.multi_user ? "lets others in" : "wants the file alone";
            break;
        default:
            settings.locks.clear();
            what = "has closed all windows";
            break;
    }
    books->change_settings(std::move(settings));
    story_.tell(fmt::format("{}: another user {}", company.id.text, what));
}

void Office::set_clock()
{
    skew_ = story_.chance.percent(40) ? 0 : story_.chance.between(-2700, 2700);
    story_.tell(fmt::format("{}: the PC's clock is set, {} s off", company.id.text, skew_));
}

void Office::calm_down()
{
    auto settings = books->settings();
    settings.locks.clear();
    settings.closing_date.clear();
    settings.multi_user = false;
    books->change_settings(std::move(settings));
}

}  // namespace scenario
