// Whatever is done to the books, in whatever order: they hold together.
#include <catch2/catch.hpp>

#include <random>
#include <vector>

#include "qbxml/check.h"
#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/currencies.h"
#include "qbxml/simulator/forms.h"
#include "tests/simulator/requests.h"

using namespace simulator_test;
using namespace qbxml::simulator;

namespace {

// A bookkeeper without a plan, and without a mistake in the form of what is asked.
class Bookkeeper {
public:
    Bookkeeper(Desk& desk, std::uint64_t seed) : desk_(desk), engine_(seed) {}

    // The status of what was done; the request stands in last().
    int do_something()
    {
        *desk_.clock += below(3) * 40;
        switch (below(8)) {
            case 0:
            case 1:
            case 2: return ask(addition());
            case 3:
            case 4: return ask(change());
            case 5: return ask(removal("TxnDel"));
            case 6: return ask(removal("TxnVoid"));
            default: return ask(payment());
        }
    }
    const std::string& last() const { return last_; }
    const std::string& answer() const { return answer_; }

private:
    std::size_t below(std::size_t limit) { return engine_() % limit; }
    int ask(const std::string& request)
    {
        last_ = request;
        if (request.empty()) return 0;
        answer_ = desk_.ask(request);
        return answer_.starts_with("0x") ? -1 : status_of(answer_);
    }
    CompanyFile& books() { return desk_.quickbooks->books(); }
    const Record* some(std::string_view noun)
    {
        const auto& records = books().records(*kind_of(noun));
        return records.empty() ? nullptr : records[below(records.size())].get();
    }
    std::string ref_to(std::string_view name, std::string_view noun)
    {
        return "<" + std::string(name) + "><ListID>" + some(noun)->id() + "</ListID></" +
               std::string(name) + ">";
    }
    std::string element(std::string_view name, const std::string& inside)
    {
        return "<" + std::string(name) + ">" + inside + "</" + std::string(name) + ">";
    }
    std::string request(const std::string& verb, const std::string& inside)
    {
        return element(verb + "Rq", element(verb, inside));
    }
    std::string quantity() { return element("Quantity", std::to_string(1 + below(9))); }
    std::string amount() { return element("Amount", std::to_string(1 + below(300)) + ".25"); }

    std::string lines(const std::string& noun)
    {
        std::string text;
        for (std::size_t n = 1 + below(3); n > 0; --n) {
            const bool stock = below(2) == 0;
            text +=
                element(noun + "LineAdd",
                        ref_to("ItemRef", stock ? "ItemInventory" : "ItemService") + quantity());
        }
        if (below(5) == 0 && noun != "PurchaseOrder") {
            text += element(noun + "LineGroupAdd", ref("ItemGroupRef", "Door set") + quantity());
        }
        return text;
    }
    std::string costs()
    {
        std::string text;
        if (below(2) == 0) {
            text += element("ExpenseLineAdd", ref("AccountRef", "Office Rent") + amount());
        }
        return text + element("ItemLineAdd", ref_to("ItemRef", "ItemInventory") + quantity());
    }

    std::string addition()
    {
        const std::string customer = ref_to("CustomerRef", "Customer");
        const std::string vendor = ref_to("VendorRef", "Vendor");
        switch (below(16)) {
            case 0: return request("EstimateAdd", customer + lines("Estimate"));
            case 1: return request("SalesOrderAdd", customer + lines("SalesOrder"));
            case 2: return request("InvoiceAdd", customer + lines("Invoice"));
            case 3: return request("SalesReceiptAdd", customer + lines("SalesReceipt"));
            case 4: return request("CreditMemoAdd", customer + lines("CreditMemo"));
            case 5: return request("PurchaseOrderAdd", vendor + lines("PurchaseOrder"));
            case 6: return request("ItemReceiptAdd", vendor + costs());
            case 7: return request("BillAdd", vendor + costs());
            case 8: return request("VendorCreditAdd", vendor + costs());
            case 9: return request("CheckAdd", ref("AccountRef", "Checking") + costs());
            case 10:
                return request("CreditCardChargeAdd", ref("AccountRef", "Company Card") + costs());
            case 11: return from_order();
            case 12:
                return request("TransferAdd", ref("TransferFromAccountRef", "Checking") +
                                                  ref("TransferToAccountRef", "Savings") +
                                                  amount());
            case 13: return journal();
            case 14: return deposit();
            default:
                return request("InventoryAdjustmentAdd",
                               ref("AccountRef", "Inventory Shrinkage") +
                                   element("InventoryAdjustmentLineAdd",
                                           ref_to("ItemRef", "ItemInventory") +
                                               element("QuantityAdjustment",
                                                       element("QuantityDifference", "-3"))));
        }
    }
    std::string from_order()
    {
        const bool buys = below(2) == 0;
        const Record* order = some(buys ? "PurchaseOrder" : "SalesOrder");
        if (order == nullptr) return {};
        const std::string whose = element("ListID", order->entity_id());
        const std::string link = element("LinkToTxnID", order->id());
        return buys ? request("BillAdd", element("VendorRef", whose) + link)
                    : request("InvoiceAdd", element("CustomerRef", whose) + link);
    }
    std::string journal()
    {
        const std::string sum = amount();
        const bool owed = below(2) == 0;
        const std::string left =
            owed ? ref("AccountRef", "Accounts Receivable") + sum + ref_to("EntityRef", "Customer")
                 : ref("AccountRef", "Office Rent") + sum;
        return request("JournalEntryAdd",
                       element("JournalDebitLine", left) +
                           element("JournalCreditLine", ref("AccountRef", "Checking") + sum));
    }
    std::string deposit()
    {
        const Record* payment = some(below(2) == 0 ? "ReceivePayment" : "SalesReceipt");
        if (payment == nullptr) return {};
        return request("DepositAdd",
                       ref("DepositToAccountRef", "Checking") +
                           element("DepositLineAdd", element("PaymentTxnID", payment->id())));
    }

    std::string payment()
    {
        const bool sells = below(2) == 0;
        const Record* open = some(sells ? "Invoice" : "Bill");
        const Record* credit = some(sells ? "CreditMemo" : "VendorCredit");
        if (open == nullptr || credit == nullptr) return {};
        const std::string whose = element("ListID", open->entity_id());
        const Cents due = books().ledger().open(*open);
        const Cents paid{1 + static_cast<std::int64_t>(below(
                                 static_cast<std::size_t>(std::max<std::int64_t>(due.value, 1))))};
        std::string applied = element("TxnID", open->id()) + element("PaymentAmount", paid.text());
        if (credit->entity_id() == open->entity_id()) {
            applied += element("SetCredit", element("CreditTxnID", credit->id()) +
                                                element("AppliedAmount", "1.00"));
        }
        if (below(3) == 0) {
            applied +=
                element("DiscountAmount", "0.50") + ref("DiscountAccountRef", "Discounts Given");
        }
        const std::string own = element("AppliedToTxnAdd", applied);
        if (!sells) {
            return request("BillPaymentCheckAdd", element("PayeeEntityRef", whose) +
                                                      ref("BankAccountRef", "Checking") +
                                                      element("IsToBePrinted", "0") + own);
        }
        if (below(3) == 0) {
            return request("ReceivePaymentAdd", element("CustomerRef", whose) +
                                                    element("TotalAmount", paid.text()) +
                                                    element("IsAutoApply", "true"));
        }
        return request("ReceivePaymentAdd",
                       element("CustomerRef", whose) + element("TotalAmount", paid.text()) + own);
    }

    const Record* some_txn()
    {
        std::vector<const Kind*> kinds;
        for (const Kind* kind : all_kinds()) {
            if (!kind->is_list() && books().count(*kind) > 0) kinds.push_back(kind);
        }
        return some(kinds[below(kinds.size())]->noun);
    }
    std::string removal(const std::string& verb)
    {
        const Record* txn = some_txn();
        const std::string noun(txn->kind().noun);
        const bool cannot =
            noun == "Transfer" ||
            (verb == "TxnVoid" &&
             (noun == "Estimate" || noun == "SalesOrder" || noun == "PurchaseOrder" ||
              noun == "ReceivePayment" || noun == "TimeTracking" || noun == "BuildAssembly"));
        if (cannot) return {};
        return element(verb + "Rq", element(verb + "Type", noun) + element("TxnID", txn->id()));
    }
    // Some lines stay as they are, one gets another quantity, one is left out.
    std::string change()
    {
        const Record* txn = some_txn();
        const Form& form = *form_of(txn->kind().noun);
        const std::string noun(form.noun);
        const bool none = noun == "ARRefundCreditCard" || noun == "BillPaymentCreditCard" ||
                          noun == "TimeTracking" || noun == "InventoryAdjustment";
        if (none) return {};
        std::string inside = element("TxnID", txn->id()) +
                             element("EditSequence", std::to_string(txn->stamps().edit_sequence));
        if (noun != "JournalEntry" && noun != "Estimate") inside += element("Memo", "changed");
        const bool lined = form.lines == Form::Lines::sales ||
                           form.lines == Form::Lines::purchase || form.lines == Form::Lines::order;
        if (!lined || below(3) == 0) return request(noun + "Mod", inside);
        const qbxml::Node tree = txn->tree();
        for (const qbxml::Node& line : tree.children) {
            if (!is_line_of(form, line) || below(5) == 0) continue;
            const std::string name = line.name.substr(0, line.name.size() - 3) + "Mod";
            const bool counts = line.child("Quantity") != nullptr && below(2) == 0;
            inside += element(name, element("TxnLineID", text_at(line, "TxnLineID")) +
                                        (counts ? quantity() : ""));
        }
        return request(noun + "Mod", inside);
    }

    Desk& desk_;
    std::mt19937_64 engine_;
    std::string last_, answer_;
};

// Customers and vendors who pay and are paid in euros.
void add_foreigners(Desk& desk)
{
    use_currencies(desk.quickbooks->books(), noon);
    const std::string euro = ref("CurrencyRef", "Euro");
    for (const char* name : {"Paris", "Lyon", "Nice", "Metz"}) {
        REQUIRE(status_of(
                    desk.ask(customer_add("<Name>" + std::string(name) + "</Name>" + euro))) == 0);
    }
    for (const char* name : {"Berlin", "Bonn", "Trier"}) {
        REQUIRE(status_of(desk.ask("<VendorAddRq><VendorAdd><Name>" + std::string(name) +
                                   "</Name>" + euro + "</VendorAdd></VendorAddRq>")) == 0);
    }
}

}  // namespace

TEST_CASE("books hold together whatever is added, changed, paid, voided and deleted")
{
    const auto seed = GENERATE(range(1, 13));
    CAPTURE(seed);
    Desk desk(6, 60, static_cast<std::uint64_t>(seed));
    if (seed % 3 == 0) add_foreigners(desk);
    Bookkeeper keeper(desk, static_cast<std::uint64_t>(seed) * 977);
    int done = 0;
    for (int step = 0; step < 120; ++step) {
        const int status = keeper.do_something();
        CAPTURE(step, keeper.last(), keeper.answer());
        REQUIRE(status != -1);
        REQUIRE(status != 1000);
        REQUIRE(status != 1030);
        done += status == 0;
        const auto breaches = books_balance(desk.quickbooks->books());
        if (!breaches.empty()) FAIL(breaches.front());
        const auto check = qbxml::check_document(
            keeper.answer().empty() ? desk.ask("<HostQueryRq/>") : keeper.answer(),
            qbxml::Version{16, 0}, qbxml::Edition::us);
        for (const auto& fault : check.faults)
            UNSCOPED_INFO(fault.line << ": " << fault.fault.text());
        REQUIRE(check.valid());
    }
    CHECK(done > 60);
}
