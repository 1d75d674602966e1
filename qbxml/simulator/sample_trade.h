// What the sample company does beside its invoices: it buys, pays, banks, estimates and counts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/sample_dice.h"

namespace qbxml::simulator {

class SampleTrade {
public:
    // Both outlive it.
    SampleTrade(CompanyFile& books, Dice& dice) : books_(books), dice_(dice) {}

    // The owner's money, on the first day.
    void begin(std::int64_t now);
    // What else happens around the `number`th invoice: some of every other kind of transaction, in
    // proportion. `customers` are their ListIDs, at least one.
    void carry_on(int number, std::int64_t now, const std::vector<std::string>& customers);
    // Money that lies in the drawer until it is banked.
    void received(const std::string& txn_id) { drawer_.push_back(txn_id); }
    // A sales order waiting for its invoice: the customer and its TxnID.
    struct Order {
        std::string customer, txn_id;
    };
    std::optional<Order> take_order();

private:
    void estimate();
    void order_from_customer();
    void sell_for_cash();
    void take_back();
    void buy_stock();
    void enter_bill();
    void pay_bills();
    void spend();
    void bank();
    void adjust();
    void write_journal();
    void build_doors();
    void book_hours();
    const Record& make(std::string_view noun, const Node& add);
    void maybe_void(const Record& txn, int chance_per_thousand);
    Node start(std::string_view noun) const;
    Node expense_line();
    std::vector<Node> sold_lines(std::string_view noun, int most);

    CompanyFile& books_;
    Dice& dice_;
    std::int64_t now_ = 0;
    const std::vector<std::string>* customers_ = nullptr;  // of carry_on()
    std::vector<std::string> drawer_, bills_;
    std::vector<Order> orders_;
};

}  // namespace qbxml::simulator
