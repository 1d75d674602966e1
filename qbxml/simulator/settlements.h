// Payments, credits and refunds: what they are applied to, and what documents show of it.
#pragma once

#include <vector>

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/forms.h"
#include "qbxml/simulator/outcome.h"

namespace qbxml::simulator {

// What a request applies.
struct Applications {
    std::vector<Link> own;  // of the transaction itself; `from` is filled in when it is there
    // Of credits that it uses (SetCredit): `from` is the credit, `to` is null for the new one.
    std::vector<Link> credits;
    Cents applied;  // money of its own
    Cents discounts;
};

// Reads AppliedToTxn..., RefundAppliedToTxn..., ApplyCheckToTxn..., IsAutoApply and SetCredit of an
// ...Add or ...Mod. `header` has its references looked up; `before` is null for a new one. `total`
// is what IsAutoApply may use.
std::optional<Outcome> read_applications(const CompanyFile&, const Form&, const Node& request,
                                         const Node& header, Record* before, Cents total,
                                         Applications&);
// True when the request says what it is applied to, so that what was applied before is undone.
bool names_applications(const Node& request);

// Writes what the ledger says of its links into a record: LinkedTxn, AppliedToTxnRet, balances,
// IsPaid, quantities of orders.
void show_links(const CompanyFile&, const Form&, const Record& txn, Node& tree);
// The total on the form.
Cents total_of(const Form&, const Node& tree);

}  // namespace qbxml::simulator
