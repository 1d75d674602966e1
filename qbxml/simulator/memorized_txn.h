// A transaction that is kept to be entered again and again, as QuickBooks' memorized transactions
// are: the way to books with very many of them.
#pragma once

#include <cstdint>
#include <vector>

#include "qbxml/simulator/company_file.h"

namespace qbxml::simulator {

class MemorizedTxn {
public:
    // `txn` was just made by the books: nothing is linked to it, and it is linked to nothing.
    MemorizedTxn(const CompanyFile&, const Record& txn);
    // The same once more, dated today and with numbers of its own; posted like any other, what it
    // takes from stock at the cost of the day.
    Record& enter(CompanyFile&, std::int64_t now);

private:
    void renew_lines(CompanyFile&, Node& node, std::int64_t now);
    void shift_dates(Node& node, int days);

    const Kind& kind_;
    Node tree_;  // as it was entered the last time
    std::vector<Posting> postings_;
};

}  // namespace qbxml::simulator
