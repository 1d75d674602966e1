#include "qbxml/simulator/memorized_txn.h"

#include <algorithm>
#include <array>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/local_time.h"

namespace qbxml::simulator {

namespace {

constexpr std::array<std::string_view, 5> dates{"TxnDate", "DueDate", "ShipDate", "ServiceDate",
                                                "SuggestedDiscountDate"};

// Lines that the books keep and no record shows, as the cost of what was sold, have ids as well.
bool is_line(const Node& child)
{
    return !child.children.empty() && child.child("TxnLineID") != nullptr;
}

}  // namespace

MemorizedTxn::MemorizedTxn(const CompanyFile& books, const Record& txn)
    : kind_(txn.kind()), tree_(txn.tree()), postings_(books.ledger().postings(txn))
{
    for (std::size_t i = 0; i + 1 < postings_.size(); ++i) {
        const Posting& posting = postings_[i];
        const bool cost = posting.item != nullptr && posting.account != nullptr &&
                          postings_[i + 1].amount == -posting.amount;
        postings_[i].at_cost = cost;
    }
}

void MemorizedTxn::renew_lines(CompanyFile& books, Node& node, std::int64_t now)
{
    for (Node& child : node.children) {
        if (!is_line(child)) continue;
        const LineId old = LineId::parse(text_at(child, "TxnLineID"));
        const std::string id = books.next_txn_id(now);
        for (Posting& posting : postings_) {
            if (posting.line == old) posting.line = LineId::parse(id);
        }
        put(child, "TxnLineID", id);
        renew_lines(books, child, now);
    }
}

void MemorizedTxn::shift_dates(Node& node, int days)
{
    for (Node& child : node.children) {
        if (!child.children.empty()) {
            shift_dates(child, days);
        } else if (child.name.ends_with("Date") &&
                   std::find(dates.begin(), dates.end(), child.name) != dates.end()) {
            if (const auto day = day_number(child.text)) child.text = date_of_day(*day + days);
        }
    }
}

Record& MemorizedTxn::enter(CompanyFile& books, std::int64_t now)
{
    const int today = day_number(date_text(now, books.profile().zone)).value_or(0);
    shift_dates(tree_, today - day_number(text_at(tree_, "TxnDate")).value_or(today));
    put(tree_, "TxnID", books.next_txn_id(now));
    put(tree_, "TxnNumber", std::to_string(books.next_txn_number()));
    if (tree_.child("RefNumber") != nullptr) {
        put(tree_, "RefNumber", books.next_ref_number(kind_));
    }
    renew_lines(books, tree_, now);
    for (std::size_t i = 0; i < postings_.size(); ++i) {
        if (!postings_[i].at_cost) continue;
        for (Posting* hidden : {&postings_[i], &postings_[i + 1]})
            hidden->line = LineId::parse(books.next_txn_id(now));
    }
    Record& txn = books.add_tree(kind_, tree_, now);
    books.ledger().post(books, txn, postings_, now);
    return txn;
}

}  // namespace qbxml::simulator
