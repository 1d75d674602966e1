#include "qbxml/simulator/forms.h"

#include <array>
#include <unordered_map>

#include "qbxml/grammar/grammar.h"

namespace qbxml::simulator {

namespace {

using Lines = Form::Lines;

constexpr std::array<Form, 22> table{{
    {"Estimate", "CustomerRef", "", 0, "", Lines::sales, "TotalAmount", "", true},
    {"SalesOrder", "CustomerRef", "", 0, "", Lines::sales, "TotalAmount", "", true},
    {"Invoice", "CustomerRef", "ARAccountRef", 1, "", Lines::sales, "", "BalanceRemaining", true},
    {"SalesReceipt", "CustomerRef", "DepositToAccountRef", 1, "", Lines::sales, "TotalAmount", "",
     true},
    {"CreditMemo", "CustomerRef", "ARAccountRef", -1, "", Lines::sales, "TotalAmount",
     "CreditRemaining", true},
    {"ReceivePayment", "CustomerRef", "DepositToAccountRef", 1, "ARAccountRef", Lines::applied,
     "TotalAmount", "UnusedPayment", false},
    {"ARRefundCreditCard", "CustomerRef", "RefundFromAccountRef", -1, "ARAccountRef", Lines::refund,
     "TotalAmount", "", true},
    {"PurchaseOrder", "VendorRef", "", 0, "", Lines::order, "TotalAmount", "", true},
    {"ItemReceipt", "VendorRef", "APAccountRef", -1, "", Lines::purchase, "TotalAmount", "", false},
    {"Bill", "VendorRef", "APAccountRef", -1, "", Lines::purchase, "AmountDue", "OpenAmount",
     false},
    {"VendorCredit", "VendorRef", "APAccountRef", 1, "", Lines::purchase, "CreditAmount",
     "OpenAmount", false},
    {"BillPaymentCheck", "PayeeEntityRef", "BankAccountRef", -1, "APAccountRef", Lines::applied,
     "Amount", "", true},
    {"BillPaymentCreditCard", "PayeeEntityRef", "CreditCardAccountRef", -1, "APAccountRef",
     Lines::applied, "Amount", "", false},
    {"Check", "PayeeEntityRef", "AccountRef", -1, "", Lines::purchase, "Amount", "", true},
    {"CreditCardCharge", "PayeeEntityRef", "AccountRef", -1, "", Lines::purchase, "Amount", "",
     false},
    {"CreditCardCredit", "PayeeEntityRef", "AccountRef", 1, "", Lines::purchase, "Amount", "",
     false},
    {"Transfer", "", "TransferToAccountRef", 1, "TransferFromAccountRef", Lines::none, "Amount", "",
     false},
    {"Deposit", "", "DepositToAccountRef", 1, "", Lines::deposit, "DepositTotal", "", false},
    {"JournalEntry", "", "", 0, "", Lines::journal, "", "", true},
    {"InventoryAdjustment", "CustomerRef", "AccountRef", -1, "", Lines::adjustment, "", "", true},
    {"BuildAssembly", "", "", 0, "", Lines::build, "", "", true},
    {"TimeTracking", "EntityRef", "", 0, "", Lines::none, "", "", false},
}};

}  // namespace

const Form* form_of(std::string_view noun)
{
    static const auto by_noun = [] {
        std::unordered_map<std::string_view, const Form*> forms;
        for (const Form& form : table)
            forms.emplace(form.noun, &form);
        return forms;
    }();
    const auto found = by_noun.find(noun);
    return found == by_noun.end() ? nullptr : found->second;
}

bool Form::has(std::string_view field) const
{
    static const auto contents = [] {
        std::array<const grammar::Owner*, table.size()> owners{};
        for (std::size_t i = 0; i < table.size(); ++i)
            owners[i] = grammar::owner(table[i].kind().ret());
        return owners;
    }();
    const grammar::Owner* content = contents[static_cast<std::size_t>(this - table.data())];
    return content != nullptr && content->find(field) != nullptr;
}

std::vector<std::string> Form::line_stems() const
{
    switch (lines) {
        case Lines::sales:
        case Lines::order: return {std::string(noun) + "Line", std::string(noun) + "LineGroup"};
        case Lines::purchase: return {"ExpenseLine", "ItemLine", "ItemGroupLine"};
        case Lines::deposit: return {"DepositLine"};
        case Lines::journal: return {"JournalDebitLine", "JournalCreditLine"};
        case Lines::adjustment: return {"InventoryAdjustmentLine"};
        case Lines::none:
        case Lines::applied:
        case Lines::refund:
        case Lines::build: break;
    }
    return {};
}

bool is_line_of(const Form& form, const Node& child)
{
    switch (form.lines) {
        case Lines::none: return false;
        case Lines::journal: return child.name.starts_with("Journal");
        case Lines::applied:
        case Lines::refund: return child.name.ends_with("AppliedToTxnRet");
        default: return child.name.ends_with("LineRet") || child.name.ends_with("LineGroupRet");
    }
}

bool is_group(std::string_view line_name)
{
    return line_name.find("Group") != std::string_view::npos;
}

}  // namespace qbxml::simulator
