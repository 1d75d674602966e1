// A believable company of any size, made from a seed: a builder with its lists, customers, jobs,
// invoices and payments.
#pragma once

#include <memory>

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/quickbooks.h"

namespace qbxml::simulator {

// The same wish gives the same books, byte for byte. Everything is made by the code that answers
// requests, so that balances, links and numbers agree.
std::unique_ptr<CompanyFile> make_sample_books(const BooksWish&);

// The lists that every company has before its first customer: accounts, terms, taxes, items.
void make_sample_lists(CompanyFile&, std::int64_t now);

// The moment at which the sample company began to use QuickBooks: 2022-04-15.
inline constexpr std::int64_t sample_start = 1650000001;

}  // namespace qbxml::simulator
