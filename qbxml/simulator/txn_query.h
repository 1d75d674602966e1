// TransactionQuery: short rows of what every transaction posted, whatever its kind.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/queries.h"

namespace qbxml::simulator {

// One row: a posting of a transaction, or the transaction as a whole where it posts nothing.
struct TxnRow {
    const Kind* kind = nullptr;
    std::string id;
    int posting = -1;  // which of its postings; -1 for none
};

// The transaction queries of one session; their iterators die with it.
class TxnQueries {
public:
    // `salt` makes the iterator ids of this session its own.
    TxnQueries(const CompanyFile& books, std::uint64_t salt) : books_(books), salt_(salt) {}

    // `request` is a TransactionQueryRq, valid by the grammar.
    QueryAnswer answer(const Node& request, std::int64_t now);
    void lose_iterators() { iterators_.clear(); }

private:
    struct Iterator {
        Node start;  // the request that began it
        std::vector<TxnRow> rows;
        std::size_t next = 0;
    };
    QueryAnswer page(Iterator& iterator, const Node& request, std::size_t size) const;
    QueryAnswer go_on(const Node& request);

    const CompanyFile& books_;
    std::uint64_t salt_;
    std::uint64_t made_ = 0;
    std::map<std::string, Iterator> iterators_;
};

}  // namespace qbxml::simulator
