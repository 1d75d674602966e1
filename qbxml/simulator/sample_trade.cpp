#include "qbxml/simulator/sample_trade.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "qbxml/simulator/sample_refs.h"
#include "qbxml/simulator/sample_words.h"
#include "qbxml/simulator/txns.h"

namespace qbxml::simulator {

namespace {

constexpr std::string_view suppliers[] = {"Green Mountain Electric", "Lake Champlain Fuel",
                                          "Maple Leaf Hardware", "Otter Creek Rentals",
                                          "Shelburne Insurance Agency"};
constexpr std::string_view costs[] = {"Job Expenses:Materials:Fasteners",
                                      "Job Expenses:Materials:Paint",
                                      "Job Expenses:Subcontractors",
                                      "Utilities:Electricity",
                                      "Utilities:Water",
                                      "Vehicle Fuel",
                                      "Office Rent",
                                      "Insurance"};
constexpr std::string_view sold[] = {"Design",  "Framing", "Painting",           "Window",
                                     "Hinge",   "Lockset", "Lumber:Larch plank", "Door:Interior",
                                     "Delivery"};
constexpr std::string_view people[] = {"Maura Keeling", "Tom Arsenault", "June Whitcomb"};
constexpr std::string_view labour[] = {"Design", "Framing", "Painting", "Fitting", "Supervision"};
constexpr int stock_low = 300, stock_full = 700;
constexpr int large_from = 2000;  // invoices

}  // namespace

const Record& SampleTrade::make(std::string_view noun, const Node& add)
{
    const Outcome outcome = add_txn(books_, *form_of(noun), add, now_);
    if (outcome.code != 0 || outcome.record == nullptr) {
        throw std::logic_error("the sample books were refused: " + outcome.message);
    }
    return *outcome.record;
}

void SampleTrade::maybe_void(const Record& txn, int chance_per_thousand)
{
    if (dice_.below(1000) >= chance_per_thousand) return;
    void_txn(books_, *books_.find(txn.kind(), txn.id()), now_);
}

Node SampleTrade::start(std::string_view noun) const
{
    Node add{.name = std::string(noun) + "Add"};
    add.add("TxnDate", date_text(now_, books_.profile().zone));
    return add;
}

Node SampleTrade::expense_line()
{
    Node line{.name = "ExpenseLineAdd"};
    line.add(named("AccountRef", dice_.one_of(costs)));
    line.add("Amount", fmt::format("{}.{:02}", dice_.between(8, 640), dice_.below(100)));
    if (dice_.percent(30)) line.add("Memo", std::string(dice_.one_of(words::memos)));
    if (dice_.percent(15)) line.add(by_id("CustomerRef", dice_.one_of(*customers_)));
    return line;
}

std::vector<Node> SampleTrade::sold_lines(std::string_view noun, int most)
{
    std::vector<Node> lines;
    const int count = dice_.between(1, most);
    for (int i = 0; i < count; ++i) {
        Node line{.name = std::string(noun) + "LineAdd"};
        line.add(named("ItemRef", dice_.one_of(sold)));
        line.add("Quantity", fmt::format("{}", dice_.between(1, 12)));
        lines.push_back(std::move(line));
    }
    return lines;
}

void SampleTrade::begin(std::int64_t now)
{
    now_ = now;
    Node add = start("JournalEntry");
    add.add("RefNumber", "OPEN");
    const auto side = [&](std::string_view which, std::string_view account,
                          std::string_view amount) {
        Node line{.name = fmt::format("Journal{}Line", which)};
        line.add(named("AccountRef", account));
        line.add("Amount", std::string(amount));
        line.add("Memo", "Owner's money");
        add.add(std::move(line));
    };
    side("Debit", "Checking", "85000.00");
    side("Debit", "Savings", "40000.00");
    side("Debit", "Vehicles", "31500.00");
    side("Credit", "Owner's Capital", "156500.00");
    make("JournalEntry", add);
}

std::optional<SampleTrade::Order> SampleTrade::take_order()
{
    if (orders_.size() < 2) return std::nullopt;
    Order order = orders_.front();
    orders_.erase(orders_.begin());
    return order;
}

void SampleTrade::estimate()
{
    Node add = start("Estimate");
    add.add(by_id("CustomerRef", dice_.one_of(*customers_)));
    for (Node& line : sold_lines("Estimate", 5)) {
        if (dice_.percent(20)) line.add("MarkupRatePercent", "10");
        add.add(std::move(line));
    }
    make("Estimate", add);
}

void SampleTrade::order_from_customer()
{
    const std::string customer = dice_.one_of(*customers_);
    Node add = start("SalesOrder");
    add.add(by_id("CustomerRef", customer));
    for (Node& line : sold_lines("SalesOrder", 4))
        add.add(std::move(line));
    orders_.push_back({customer, make("SalesOrder", add).id()});
}

void SampleTrade::sell_for_cash()
{
    Node add = start("SalesReceipt");
    if (dice_.percent(80)) add.add(by_id("CustomerRef", dice_.one_of(*customers_)));
    add.add(named("PaymentMethodRef", dice_.percent(50) ? "Cash" : "Visa"));
    for (Node& line : sold_lines("SalesReceipt", 3))
        add.add(std::move(line));
    const std::string id = make("SalesReceipt", add).id();
    if (dice_.percent(3)) {
        maybe_void(*books_.find(*kind_of("SalesReceipt"), id), 1000);
    } else {
        received(id);
    }
}

// Goods come back: some of the money is paid out again, some stays as credit.
void SampleTrade::take_back()
{
    const std::string customer = dice_.one_of(*customers_);
    Node add = start("CreditMemo");
    add.add(by_id("CustomerRef", customer));
    for (Node& line : sold_lines("CreditMemo", 2))
        add.add(std::move(line));
    const Record& credit = make("CreditMemo", add);
    if (!dice_.percent(50)) return;
    Node refund = start("ARRefundCreditCard");
    refund.add(by_id("CustomerRef", customer));
    refund.add(named("RefundFromAccountRef", "Checking"));
    refund.add(named("PaymentMethodRef", "Visa"));
    Node applied{.name = "RefundAppliedToTxnAdd"};
    applied.add("TxnID", credit.id());
    applied.add("RefundAmount", credit.field("CreditRemaining", books_.names()));
    refund.add(std::move(applied));
    make("ARRefundCreditCard", refund);
}

// What runs low is ordered; most orders arrive with their bill, some before it.
void SampleTrade::buy_stock()
{
    Node order = start("PurchaseOrder");
    order.add(named("VendorRef", "Granite State Lumber"));
    bool any = false;
    for (const auto& item : books_.records(*kind_of("ItemInventory"))) {
        const Stock stock = books_.ledger().stock(*item);
        if (stock.quantity.value >= Fine::whole(stock_low).value) continue;
        const Fine missing{Fine::whole(stock_full).value - stock.quantity.value};
        Node line{.name = "PurchaseOrderLineAdd"};
        line.add(by_id("ItemRef", item->id()));
        line.add("Quantity", missing.quantity_text());
        order.add(std::move(line));
        any = true;
    }
    if (!any) {
        Node line{.name = "PurchaseOrderLineAdd"};
        line.add(named("ItemRef", "Hinge"));
        line.add("Quantity", fmt::format("{}", dice_.between(20, 60)));
        order.add(std::move(line));
    }
    const std::string id = make("PurchaseOrder", order).id();
    if (dice_.percent(10)) return;  // not here yet
    const bool billed = dice_.percent(80);
    const std::string_view noun = billed ? "Bill" : "ItemReceipt";
    Node bill = start(noun);
    bill.add(named("VendorRef", "Granite State Lumber"));
    if (billed) bill.add("RefNumber", fmt::format("GS-{}", dice_.between(10000, 99999)));
    bill.add("LinkToTxnID", id);
    const Record& made = make(noun, bill);
    if (billed) bills_.push_back(made.id());
}

void SampleTrade::enter_bill()
{
    Node add = start("Bill");
    add.add(named("VendorRef", dice_.one_of(suppliers)));
    add.add("RefNumber", fmt::format("{}", dice_.between(1000, 99999)));
    const int lines = dice_.between(1, 3);
    for (int i = 0; i < lines; ++i)
        add.add(expense_line());
    if (dice_.percent(20)) {
        Node line{.name = "ItemLineAdd"};
        line.add(named("ItemRef", "Subcontracted work"));
        line.add("Quantity", fmt::format("{}", dice_.between(2, 16)));
        add.add(std::move(line));
    }
    const Record& bill = make("Bill", add);
    bills_.push_back(bill.id());
    if (dice_.percent(25)) {  // something was wrong with it
        Node credit = start("VendorCredit");
        credit.add(by_id("VendorRef", bill.entity_id()));
        credit.add(expense_line());
        maybe_void(make("VendorCredit", credit), 50);
    }
}

void SampleTrade::pay_bills()
{
    while (bills_.size() > 3) {
        const std::string id = bills_.front();
        bills_.erase(bills_.begin());
        Record& bill = *books_.find(*kind_of("Bill"), id);
        if (dice_.percent(3)) {
            void_txn(books_, bill, now_);
            continue;
        }
        const Cents open = books_.ledger().open(bill);
        if (open.value <= 0) continue;
        const bool card = dice_.percent(20);
        const Cents paid =
            dice_.percent(85) ? open : Cents{std::max<std::int64_t>(open.value / 2, 1)};
        const std::string_view noun = card ? "BillPaymentCreditCard" : "BillPaymentCheck";
        Node add = start(noun);
        add.add(by_id("PayeeEntityRef", bill.entity_id()));
        if (card) {
            add.add(named("CreditCardAccountRef", "Company Card"));
        } else {
            add.add(named("BankAccountRef", "Checking"));
            add.add("IsToBePrinted", "false");
        }
        Node applied{.name = "AppliedToTxnAdd"};
        applied.add("TxnID", id);
        applied.add("PaymentAmount", paid.text());
        add.add(std::move(applied));
        maybe_void(make(noun, add), 10);
    }
}

void SampleTrade::spend()
{
    const int way = dice_.below(10);
    const std::string_view noun = way < 5   ? "Check"
                                  : way < 9 ? "CreditCardCharge"
                                            : "CreditCardCredit";
    Node add = start(noun);
    add.add(named("AccountRef", way < 5 ? "Checking" : "Company Card"));
    if (dice_.percent(85)) {
        add.add(named("PayeeEntityRef", dice_.percent(10) ? std::string_view("Pete Marsh")
                                                          : dice_.one_of(suppliers)));
    }
    if (dice_.percent(30)) add.add("Memo", std::string(dice_.one_of(words::memos)));
    const int lines = dice_.between(1, 2);
    for (int i = 0; i < lines; ++i)
        add.add(expense_line());
    maybe_void(make(noun, add), 20);
}

// The drawer goes to the bank; now and then some of it is kept back, or some goes to savings.
void SampleTrade::bank()
{
    Node add = start("Deposit");
    add.add(named("DepositToAccountRef", "Checking"));
    for (const std::string& id : drawer_) {
        const Record* txn = find_txn(books_, id);
        if (txn == nullptr) continue;
        Node line{.name = "DepositLineAdd"};
        line.add("PaymentTxnID", id);
        add.add(std::move(line));
    }
    drawer_.clear();
    if (dice_.percent(15)) {
        Node line{.name = "DepositLineAdd"};
        line.add(named("AccountRef", "Interest Income"));
        line.add("Memo", "Interest");
        line.add("Amount", fmt::format("{}.{:02}", dice_.between(50, 90), dice_.below(100)));
        add.add(std::move(line));
        Node back{.name = "CashBackInfoAdd"};
        back.add(named("AccountRef", "Owner's Capital"));
        back.add("Amount", "40.00");
        add.add(std::move(back));
    }
    const bool empty = std::none_of(add.children.begin(), add.children.end(),
                                    [](const Node& line) { return line.name == "DepositLineAdd"; });
    if (!empty) make("Deposit", add);
    if (!dice_.percent(40)) return;
    Node transfer = start("Transfer");
    const bool saves = dice_.percent(60);
    transfer.add(named("TransferFromAccountRef", saves ? "Checking" : "Savings"));
    transfer.add(named("TransferToAccountRef", saves ? "Savings" : "Checking"));
    transfer.add("Amount", fmt::format("{}00.00", dice_.between(2, 40)));
    make("Transfer", transfer);
}

void SampleTrade::adjust()
{
    Node add = start("InventoryAdjustment");
    add.add(named("AccountRef", "Inventory Shrinkage"));
    add.add("Memo", "Counted");
    Node line{.name = "InventoryAdjustmentLineAdd"};
    line.add(named("ItemRef", dice_.percent(50) ? "Hinge" : "Lumber:Pine board"));
    Node quantity{.name = "QuantityAdjustment"};
    quantity.add("QuantityDifference", fmt::format("{}", dice_.between(-6, 2)));
    line.add(std::move(quantity));
    add.add(std::move(line));
    maybe_void(make("InventoryAdjustment", add), 30);
}

void SampleTrade::build_doors()
{
    Node add{.name = "BuildAssemblyAdd"};
    add.add(named("ItemInventoryAssemblyRef", "Door with fittings"));
    add.add("TxnDate", date_text(now_, books_.profile().zone));
    add.add("QuantityToBuild", "2");
    add.add("MarkPendingIfRequired", "true");
    make("BuildAssembly", add);
}

void SampleTrade::write_journal()
{
    Node add = start("JournalEntry");
    const std::string amount = fmt::format("{}.{:02}", dice_.between(90, 400), dice_.below(100));
    const bool depreciation = dice_.percent(60);
    for (const bool debit : {true, false}) {
        Node line{.name = debit ? "JournalDebitLine" : "JournalCreditLine"};
        const std::string_view left = depreciation ? "Job Expenses" : "Interest Expense";
        const std::string_view right = depreciation ? "Vehicles:Depreciation" : "Line of Credit";
        line.add(named("AccountRef", debit ? left : right));
        line.add("Amount", amount);
        line.add("Memo", depreciation ? "Depreciation" : "Interest of the quarter");
        add.add(std::move(line));
    }
    maybe_void(make("JournalEntry", add), 20);
}

void SampleTrade::book_hours()
{
    Node add = start("TimeTracking");
    add.add(named("EntityRef", dice_.one_of(people)));
    add.add(by_id("CustomerRef", dice_.one_of(*customers_)));
    add.add(named("ItemServiceRef", dice_.one_of(labour)));
    add.add("Duration", fmt::format("PT{}H{}M", dice_.between(1, 9), dice_.below(4) * 15));
    add.add("BillableStatus", dice_.percent(70) ? "Billable" : "NotBillable");
    if (dice_.percent(30)) add.add("Notes", std::string(dice_.one_of(words::notes)));
    make("TimeTracking", add);
}

void SampleTrade::carry_on(int number, std::int64_t now, const std::vector<std::string>& customers)
{
    now_ = now;
    customers_ = &customers;
    // A company that grows large writes more and more invoices, but does not estimate or bank more
    // often in the same measure.
    const int thin = number < large_from ? 1 : 10;
    const auto every = [&](int nth, int from) { return number % (nth * thin) == from; };
    if (number % (thin > 1 ? 20 : 10) == 1) buy_stock();
    if (every(10, 2)) estimate();
    if (every(10, 3)) sell_for_cash();
    if (every(10, 4)) enter_bill();
    if (every(10, 5)) order_from_customer();
    if (every(10, 6)) spend();
    if (every(5, 2)) book_hours();
    if (every(20, 7)) take_back();
    if (every(10, 8)) pay_bills();
    if (every(15, 9)) bank();
    if (every(40, 10)) adjust();
    if (every(40, 11)) write_journal();
    if (every(40, 12)) build_doors();
}

}  // namespace qbxml::simulator
