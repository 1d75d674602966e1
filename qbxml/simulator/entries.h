// The books as a flat run of entries by day, for reports: on the accrual basis as posted, on the
// cash basis when and as far as invoices and bills were paid.
#pragma once

#include <string>
#include <vector>

#include "qbxml/simulator/company_file.h"

namespace qbxml::simulator {

struct Entry {
    std::string day;  // "2024-07-01"
    const Record* account = nullptr;
    Cents amount;  // debits positive
};

// In no order. Debits equal credits on either basis.
std::vector<Entry> entries(const CompanyFile&, bool cash_basis);

// An invoice, bill, credit or payment and what is open on it at the end of a day.
struct OpenDocument {
    const Record* txn = nullptr;
    const Record* name = nullptr;
    Cents open;  // debits positive
};
// Those on receivable accounts (payable ones when `payable`) with anything open, oldest first.
std::vector<OpenDocument> open_documents(const CompanyFile&, bool payable, const std::string& day);

}  // namespace qbxml::simulator
