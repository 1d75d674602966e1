// A small mirror: customers, items and invoices as an answer brings them.
#pragma once

#include <string>

#include "server/service/lookups.h"
#include "server/service/mirror.h"
#include "tests/support/town.h"

namespace testing {

// Puts the records of these elements into the mirror of the town's company.
inline void arrive(Town& town, const std::string& sources)
{
    server::service::Lookups lookups(town.store, town.company(), town.clock.now());
    auto records = qbxml::canonical::convert_sources(sources, lookups.context());
    const bool unresolved = lookups.take_unresolved();
    for (auto& record : records)
        record.unresolved = unresolved;
    town.store.write([&](server::store::Tx& tx) {
        server::service::put_records(tx, maple, records, town.clock.now());
    });
}

struct InvoiceText {
    std::string id, number, customer, date, due, total, applied = "0.00";

    std::string xml() const
    {
        const bool paid = total == applied;
        return "<InvoiceRet><TxnID>" + id + "</TxnID><TimeModified>" + date +
               "T10:00:00-06:00</TimeModified><EditSequence>1</EditSequence><CustomerRef><ListID>" +
               customer + "</ListID><FullName>Customer " + customer +
               "</FullName></CustomerRef><TxnDate>" + date + "</TxnDate><RefNumber>" + number +
               "</RefNumber><DueDate>" + due + "</DueDate><Subtotal>" + total +
               "</Subtotal><AppliedAmount>" + (applied == "0.00" ? "" : "-") + applied +
               "</AppliedAmount><BalanceRemaining>" + (paid ? "0.00" : total) +
               "</BalanceRemaining><IsPaid>" + (paid ? "true" : "false") +
               "</IsPaid><InvoiceLineRet><TxnLineID>" + id +
               "-1</TxnLineID><ItemRef><ListID>90-1</ListID><FullName>Oak, planed</FullName>"
               "</ItemRef><Desc>Oak &quot;A&quot;</Desc><Quantity>2</Quantity><Amount>" +
               total + "</Amount></InvoiceLineRet></InvoiceRet>";
    }
};

// Five invoices: 2001 and 2002 of customer 80-1, the others of 80-2; 2002 is paid.
inline void fill(Town& town)
{
    arrive(town,
           InvoiceText{"1A-1", "2001", "80-1", "2026-01-10", "2026-02-09", "100.00"}.xml() +
               InvoiceText{"1B-1", "2002", "80-1", "2026-01-20", "2026-02-19", "20.50", "20.50"}
                   .xml() +
               InvoiceText{"1C-1", "2003", "80-2", "2026-02-10", "2026-03-12", "9.99"}.xml());
    town.clock.advance(std::chrono::minutes(1));
    arrive(town, InvoiceText{"1D-1", "2004", "80-2", "2026-02-20", "2026-03-22", "1000.00"}.xml());
    town.clock.advance(std::chrono::minutes(1));
    arrive(town, InvoiceText{"1E-1", "2005", "80-2", "2026-03-01", "2026-03-31", "50.00"}.xml());
}

}  // namespace testing
