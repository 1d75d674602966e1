// The lines of an invoice: from what a request says to what the form shows.
#pragma once

#include <vector>

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/outcome.h"

namespace qbxml::simulator {

// The lines of an invoice being made, and the sums its header needs.
struct InvoiceLines {
    std::vector<Node> lines;  // InvoiceLineRet and InvoiceLineGroupRet
    Cents subtotal;           // of all that counts; subtotal lines do not
    Cents taxable;            // of what is taxed
};

class LineMaker {
public:
    // `taxed_customer`: false when the customer's sales tax code is a non-taxable one.
    LineMaker(CompanyFile& books, std::int64_t now, bool taxed_customer)
        : books_(books), now_(now), taxed_customer_(taxed_customer)
    {
    }

    // InvoiceLineAdd or InvoiceLineGroupAdd; a reason when the form refuses it.
    std::optional<Outcome> add(const Node& line);
    InvoiceLines take() { return std::move(made_); }

private:
    struct Priced;
    std::optional<Outcome> add_plain(const Node& line, std::vector<Node>& into);
    std::optional<Outcome> add_group(const Node& group);
    std::optional<Outcome> price(const Node& line, const Record& item, Priced& priced) const;
    std::optional<Outcome> price_discount(const Node& line, const Record& item,
                                          Priced& priced) const;
    Node show(const Node& line, const Record* item, const Priced& priced);
    void count(const Priced& priced, bool taxed);

    CompanyFile& books_;
    std::int64_t now_;
    bool taxed_customer_;
    InvoiceLines made_;
    Cents since_subtotal_;  // what the next subtotal line adds up
    Cents last_amount_;     // what the next discount line is taken of
};

}  // namespace qbxml::simulator
