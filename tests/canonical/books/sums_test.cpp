// Sums and balances of a company's books, from the canonical records alone: what QuickBooks says of
// a total in one place agrees with what it says in every other.
#include <map>

#include "qbxml/canonical/decimal.h"
#include "tests/canonical/books/books.h"

using namespace qbxml;
using namespace qbxml::canonical;

namespace {

Amount amount(const Value* value)
{
    if (!value || value->is_null()) return {};
    return Amount::from(value->as_string()).value();
}

Amount amount(const Value& record, std::string_view member)
{
    return amount(record.find(member));
}

Amount sum(const Value& record, std::string_view list, std::string_view member)
{
    Amount total;
    for (const auto& each : record.find(list)->as_array())
        total += amount(each, member);
    return total;
}

// Lines that repeat money of others are left out.
Amount sum_of_lines(const Value& record)
{
    Amount total;
    for (const auto& line : record.find("lineItems")->as_array())
        if (*line.find("isSummary") == Value(false)) total += amount(line, "subTotal");
    return total;
}

struct Ledger {
    std::map<std::string, std::vector<Value>> of_type;

    explicit Ledger(Books& books)
    {
        for (auto& found : books.read_all())
            of_type[found.type].push_back(std::move(found.record));
    }
    const Value& only(const std::string& type) const { return of_type.at(type).front(); }
};

}  // namespace

TEST_CASE("the totals of documents are the sums of their lines and taxes")
{
    Books books(GENERATE(11u, 12u, 13u));
    Ledger ledger(books);
    int documents = 0;
    for (const std::string type :
         {"invoices", "directIncomes", "creditNotes", "estimates", "salesOrders", "bills",
          "billCreditNotes", "directCosts", "itemReceipts", "purchaseOrders"}) {
        for (const Value& record : ledger.of_type[type]) {
            CAPTURE(type, record.string_at("id"));
            const Amount total = amount(record, "totalAmount");
            if (record.find("subTotal")) {
                CHECK(amount(record, "subTotal") + amount(record, "totalTaxAmount") == total);
                CHECK(sum_of_lines(record) == amount(record, "subTotal"));
            } else {
                CHECK(sum_of_lines(record) == total);
            }
            if (type == "invoices" && record.string_at("status") != "Draft")
                CHECK(amount(record, "amountDue") + amount(record, "amountPaid") == total);
            ++documents;
        }
    }
    CHECK(documents > 300);
}

TEST_CASE("what is allocated, deposited and posted adds up")
{
    Books books(GENERATE(14u, 15u));
    Ledger ledger(books);
    for (const Value& payment : ledger.of_type["payments"])
        CHECK(sum(payment, "allocations", "amount") + amount(payment, "unappliedAmount") ==
              amount(payment, "totalAmount"));
    for (const Value& deposit : ledger.of_type["deposits"]) {
        const Value& back = *deposit.find("cashBack");
        const Amount kept = back.is_null() ? Amount{} : amount(back, "amount");
        CHECK(sum(deposit, "lines", "amount") - kept == amount(deposit, "totalAmount"));
    }
    for (const Value& journal : ledger.of_type["journalEntries"])
        CHECK(sum(journal, "journalLines", "netAmount").is_zero());
    // Every line of the books is read once for its own account.
    std::map<std::string, Amount> postings;
    for (const Value& posting : ledger.of_type["accountTransactions"])
        postings[posting.find("accountRef")->string_at("id")] += amount(posting, "amount");
    REQUIRE(postings.size() > 10);
    for (const Value& account : ledger.of_type["accounts"]) {
        CAPTURE(account.string_at("fullName"));
        const std::string type = account.string_at("type");
        if (type != "Asset" && type != "Liability") continue;  // of the others the year counts
        const auto posted = postings.find(account.string_at("id"));
        if (posted == postings.end()) continue;
        CHECK(posted->second.unsigned_value() ==
              amount(account, "currentBalance").unsigned_value());
    }
}

TEST_CASE("balances of names, accounts and reports are the same money")
{
    Books books(GENERATE(16u, 17u));
    Ledger ledger(books);
    const auto total_of = [&](const std::string& type, std::string_view member) {
        Amount total;
        for (const Value& record : ledger.of_type[type])
            total += amount(record, member);
        return total;
    };
    const auto balance_of = [&](std::string_view account_type) {
        Amount total;
        for (const Value& account : ledger.of_type["accounts"])
            if (account.string_at("sourceAccountType") == account_type)
                total += amount(account, "currentBalance");
        return total;
    };
    CHECK(total_of("customers", "balance") == balance_of("AccountsReceivable"));
    CHECK(total_of("suppliers", "balance") == balance_of("AccountsPayable"));
    CHECK(amount(ledger.only("agedDebtors"), "total") == balance_of("AccountsReceivable"));
    CHECK(amount(ledger.only("agedCreditors"), "total") == balance_of("AccountsPayable"));

    const Value& sheet = ledger.only("balanceSheet").find("reports")->as_array().front();
    CHECK(amount(sheet, "netAssets") == amount(*sheet.find("equity"), "value"));
    const Value& result = ledger.only("profitAndLoss").find("reports")->as_array().front();
    Amount net;
    for (const Value& account : ledger.of_type["accounts"]) {
        const std::string type = account.string_at("type");
        if (type == "Asset") net += amount(account, "currentBalance");
        if (type == "Liability") net += -amount(account, "currentBalance");
    }
    CHECK(amount(sheet, "netAssets") == net);
    CHECK(amount(result, "netProfit") ==
          amount(result, "netOperatingProfit") + amount(result, "netOtherIncome"));
    CHECK(amount(result, "grossProfit") ==
          amount(*result.find("income"), "value") - amount(*result.find("costOfSales"), "value"));
    // A document is open for as much as its payments leave of it.
    for (const Value& invoice : ledger.of_type["invoices"])
        CHECK(sum(invoice, "paymentAllocations", "amount") == amount(invoice, "amountPaid"));
    for (const Value& bill : ledger.of_type["bills"])
        CHECK(sum(bill, "paymentAllocations", "amount") + amount(bill, "amountDue") ==
              amount(bill, "totalAmount"));
}
