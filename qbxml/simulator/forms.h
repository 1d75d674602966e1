// The forms that transactions are entered on, as a table: whose they are, which account their total
// is posted to, which lines they have. What the code of transactions does follows from it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "qbxml/request.h"
#include "qbxml/simulator/kinds.h"

namespace qbxml::simulator {

struct Form {
    enum class Lines {
        none,
        sales,       // InvoiceLine, InvoiceLineGroup: items sold
        order,       // PurchaseOrderLine, PurchaseOrderLineGroup: items to be bought
        purchase,    // ExpenseLine, ItemLine, ItemGroupLine
        applied,     // AppliedToTxn: what a payment pays
        refund,      // RefundAppliedToTxn: credits that are paid out
        deposit,     // DepositLine
        journal,     // JournalDebitLine, JournalCreditLine
        adjustment,  // InventoryAdjustmentLine
        build        // ComponentItemLine: what an assembly is built of
    };

    std::string_view noun;         // the kind it makes
    std::string_view name_ref;     // whose it is, "" when its lines say
    std::string_view account_ref;  // the account of its total, "" for none
    int side = 0;                  // 1: the total is a debit there, -1: a credit, 0: posts nothing
    std::string_view against_ref;  // the account on the other side where no lines are, or ""
    Lines lines = Lines::none;
    std::string_view total;  // the field of the total, "" for none
    std::string_view open;   // the field of what is still open, "" for none
    bool counted = false;    // a RefNumber left out is the next one

    const Kind& kind() const { return *kind_of(noun); }
    bool has(std::string_view field) const;  // a record of it can have that field
    // The lines of a record are named so; "" after the last: "InvoiceLine", "InvoiceLineGroup".
    std::vector<std::string> line_stems() const;
    // The field that holds what a line costs each.
    std::string_view rate_field() const { return lines == Lines::purchase ? "Cost" : "Rate"; }
    bool buys() const { return lines == Lines::purchase || lines == Lines::order; }
    bool pays() const { return lines == Lines::applied; }
    // It posts nothing, and is filled bit by bit.
    bool is_order() const { return side == 0 && (lines == Lines::sales || lines == Lines::order); }
};

// The form of that kind of transaction; null for a kind that has none.
const Form* form_of(std::string_view noun);

// True for a line of a record, a group of lines included.
bool is_line_of(const Form&, const Node& child);
bool is_group(std::string_view line_name);

}  // namespace qbxml::simulator
