// Lines that come from an order: LinkToTxnID takes all that is open on a sales or purchase order,
// LinkToTxn one line of it.
#pragma once

#include <set>
#include <vector>

#include "qbxml/simulator/txn_lines.h"

namespace qbxml::simulator {

class OrderReader {
public:
    OrderReader(const CompanyFile& books, const Form& form) : books_(books), form_(form) {}

    // A line for everything still open on the order; a reason when there is no such order.
    std::optional<Outcome> take_all(const std::string& txn_id, std::vector<LineRequest>& lines);
    // Completes a line that has LinkToTxn from the line of the order; others stay as they are.
    std::optional<Outcome> take_line(LineRequest& line);
    // True when an order, or a line of it, was closed already: nothing was taken from it.
    bool met_closed() const { return met_closed_; }

private:
    Record* order(const std::string& txn_id) const;

    const CompanyFile& books_;
    const Form& form_;
    std::set<std::string> whole_;
    bool met_closed_ = false;
};

// The lines of an order, those inside groups too, in their order.
std::vector<Node*> plain_lines(Node& order);
// What is still to come of one line of an order.
Fine open_quantity(const Node& line);
// Shows what the links to an order say: quantities invoiced or received, whether it is full.
void show_progress(Node& order, const std::vector<Link>& links);
// The postings of an order follow what is open on it.
void follow_progress(const Node& order, std::vector<Posting>& postings);

}  // namespace qbxml::simulator
