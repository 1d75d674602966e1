// Lines of deposits, journal entries and inventory adjustments.
#include <fmt/format.h>

#include <unordered_map>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/exchange.h"
#include "qbxml/simulator/references.h"
#include "qbxml/simulator/txn_lines.h"

namespace qbxml::simulator {

namespace {

std::string id_for(const LinesOf& of, const LineRequest& request)
{
    return request.id.empty() ? of.books.next_txn_id(of.now) : request.id;
}

// The line as it is shown, with what was typed of it.
Node shown_as(const Node& line, const std::string& name, const std::string& id)
{
    Node shown = same_fields(line, name);
    std::erase_if(shown.children,
                  [](const Node& field) { return field.children.empty() && field.text.empty(); });
    put(shown, "TxnLineID", id);
    return shown;
}

Outcome missing(std::string_view field)
{
    return refused(3150, fmt::format("There is a missing element: \"{}\".", field));
}

// The payment that a line of a deposit takes to the bank; null for a line of its own.
std::optional<Outcome> payment_of(const LinesOf& of, const Node& line, Record*& payment)
{
    const Node* asked = line.child("PaymentTxnID");
    const std::string id = asked != nullptr ? asked->text : text_at(line, "TxnID");
    if (id.empty()) return std::nullopt;
    for (const std::string_view noun : {"ReceivePayment", "SalesReceipt"}) {
        if (payment == nullptr) payment = of.books.find(*kind_of(noun), id);
    }
    if (payment == nullptr) return object_not_found(id);
    for (const Link& link : of.books.ledger().links_to(*payment)) {
        if (link.kind != Link::Kind::deposit || link.from == of.before) continue;
        return cannot_save(of.form, "A payment of this deposit is in another deposit already.");
    }
    const std::string currency = payment->field("CurrencyRef", "ListID", of.books.names());
    if (exchange_of(of.books, of.form, of.header).currency != nullptr &&
        currency != text_at(of.header, "CurrencyRef/ListID")) {
        return cannot_save(of.form, "A payment of this deposit is in another currency.");
    }
    const Record* funds = special_account(of.books, "UndepositedFunds");
    if (funds == nullptr ||
        payment->field("DepositToAccountRef", "ListID", of.books.names()) != funds->id()) {
        return cannot_save(of.form, "A payment of this deposit is not in Undeposited Funds.");
    }
    return std::nullopt;
}

// What a payment brings into a deposit; a line that stays keeps its texts.
Node deposited(const LinesOf& of, const LineRequest& request, const Node& line,
               const Record& payment, const std::string& id)
{
    const Names& names = of.books.names();
    Node shown{.name = "DepositLineRet"};
    shown.add("TxnType", std::string(payment.kind().noun));
    shown.add("TxnID", payment.id());
    shown.add("TxnLineID", id);
    const auto refer = [&](std::string_view name, std::string_view from) {
        const std::string whose = payment.field(from, "ListID", names);
        if (whose.empty()) return;
        shown.add(reference(name, whose, payment.field(from, "FullName", names)));
    };
    refer("EntityRef", "CustomerRef");
    const Record& funds = *special_account(of.books, "UndepositedFunds");
    shown.add(reference("AccountRef", funds.id(), funds.full_name()));
    const auto text = [&](std::string_view name, std::string_view typed, const std::string& own) {
        std::string value = text_at(line, typed);
        if (value.empty()) value = text_at(line, name);
        if (value.empty() && request.id.empty()) value = own;
        if (!value.empty()) shown.add(std::string(name), value);
    };
    text("Memo", "OverrideMemo", payment.field("Memo", names));
    text("CheckNumber", "OverrideCheckNumber", payment.field("CheckNumber", names));
    refer("PaymentMethodRef", "PaymentMethodRef");
    if (Node other =
            line.child("OverrideClassRef") != nullptr ? *line.child("OverrideClassRef") : Node{};
        !other.name.empty()) {
        other.name = "ClassRef";
        shown.add(std::move(other));
    }
    // In the currency of the deposit, which is that of the payment or the home currency.
    const std::string currency = payment.field("CurrencyRef", "ListID", names);
    const bool same = currency == text_at(of.header, "CurrencyRef/ListID");
    shown.add("Amount", payment.field(same ? "TotalAmount" : "TotalAmountInHomeCurrency", names));
    return shown;
}

bool is_stocked(const Record& item)
{
    return item.kind().noun == "ItemInventory" || item.kind().noun == "ItemInventoryAssembly";
}

// How many and how much a line of an adjustment adds, given what there is.
std::optional<Outcome> read_adjustment(const LinesOf& of, const Node& line, const Record& item,
                                       const Stock& have, Stock& by)
{
    const auto cost = Fine::parse(item.field("AverageCost", of.books.names()));
    const auto quantity_in = [&](const Node& node) {
        if (const auto counted = number_in(node, "NewQuantity")) {
            return Fine{counted->value - have.quantity.value};
        }
        return number_in(node, "QuantityDifference").value_or(Fine{});
    };
    if (const Node* quantity = line.child("QuantityAdjustment")) {
        for (const std::string_view field : {"SerialNumber", "LotNumber"}) {
            if (quantity->child(field) != nullptr) return feature_not_enabled(field);
        }
        by.quantity = quantity_in(*quantity);
        by.value = have.worth(by.quantity, cost.value_or(Fine{}));
    } else if (const Node* value = line.child("ValueAdjustment")) {
        by.quantity = quantity_in(*value);
        by.value = value->child("NewValue") != nullptr ? amount_in(*value, "NewValue") - have.value
                                                       : amount_in(*value, "ValueDifference");
    } else if (line.child("QuantityDifference") != nullptr ||
               line.child("ValueDifference") != nullptr) {  // as the line shows them
        by.quantity = number_in(line, "QuantityDifference").value_or(Fine{});
        by.value = amount_in(line, "ValueDifference");
    } else {
        return feature_not_enabled("SerialNumberAdjustment");
    }
    return std::nullopt;
}

}  // namespace

std::optional<Outcome> make_deposit_lines(const LinesOf& of,
                                          const std::vector<LineRequest>& requests, MadeLines& made)
{
    for (const LineRequest& request : requests) {
        Node line = request.fields;
        if (auto refusal = resolve_references(of.books, line, "Deposit line")) return refusal;
        Record* payment = nullptr;
        if (auto refusal = payment_of(of, line, payment)) return refusal;
        const std::string id = id_for(of, request);
        Node shown = payment != nullptr ? deposited(of, request, line, *payment, id)
                                        : shown_as(line, "DepositLineRet", id);
        Record* account = referred_in(of.books, shown, "AccountRef");
        if (account == nullptr) return missing("AccountRef");
        const Cents amount = amount_in(shown, "Amount");
        put(shown, "Amount", amount.text());
        Posting posting{.account = account, .amount = -amount, .line = LineId::parse(id)};
        if (auto refusal = name_of_posting(of, *account, referred_in(of.books, shown, "EntityRef"),
                                           nullptr, posting.name)) {
            return refusal;
        }
        if (payment != nullptr) {
            for (const Link& known : made.links) {
                if (known.to == payment) {
                    return refused(3177, "The payment " + payment->id() + " is named twice.");
                }
            }
            made.links.push_back({.kind = Link::Kind::deposit,
                                  .to = payment,
                                  .amount = amount,
                                  .from_line = posting.line});
        }
        made.postings.push_back(posting);
        made.sum += amount;
        made.lines.push_back(std::move(shown));
    }
    return std::nullopt;
}

std::optional<Outcome> make_journal_lines(const LinesOf& of,
                                          const std::vector<LineRequest>& requests, MadeLines& made)
{
    int personal = 0;
    for (const LineRequest& request : requests) {
        Node line = request.fields;
        if (auto refusal = resolve_references(of.books, line, "JournalEntry line")) return refusal;
        const std::string id = id_for(of, request);
        Node shown = shown_as(line, line.name, id);
        Record* account = referred_in(of.books, shown, "AccountRef");
        if (account == nullptr) return missing("AccountRef");
        const Cents amount = amount_in(shown, "Amount");
        if (amount.value < 0) {
            return cannot_save(of.form, "You cannot enter a negative amount in a journal entry.");
        }
        put(shown, "Amount", amount.text());
        const bool debit = line.name == "JournalDebitLine";
        Posting posting{
            .account = account, .amount = debit ? amount : -amount, .line = LineId::parse(id)};
        if (auto refusal = name_of_posting(of, *account, referred_in(of.books, shown, "EntityRef"),
                                           nullptr, posting.name)) {
            return refusal;
        }
        personal += is_personal(class_of(*account, of.books)) ? 1 : 0;
        made.sum += posting.amount;
        made.postings.push_back(posting);
        made.lines.push_back(std::move(shown));
    }
    if (made.sum.value != 0) {
        return cannot_save(of.form,
                           "The transaction is not in balance. Make sure the amounts on the debit "
                           "side equal the amounts on the credit side.");
    }
    if (personal > 1) {
        return cannot_save(of.form,
                           "You cannot use more than one accounts receivable or accounts payable "
                           "account in the same transaction.");
    }
    return std::nullopt;
}

std::optional<Outcome> make_adjustment_lines(const LinesOf& of,
                                             const std::vector<LineRequest>& requests,
                                             MadeLines& made)
{
    std::unordered_map<const Record*, Stock> running;
    const Ledger& ledger = of.books.ledger();
    for (const LineRequest& request : requests) {
        Node line = request.fields;
        if (auto refusal = resolve_references(of.books, line, "InventoryAdjustment line")) {
            return refusal;
        }
        Record* item = referred_in(of.books, line, "ItemRef");
        if (item == nullptr) return missing("ItemRef");
        if (!is_stocked(*item)) {
            return refused(3280, fmt::format("The item \"{}\" is of the wrong type for an "
                                             "InventoryAdjustment line.",
                                             item->full_name()));
        }
        const Stock before =
            of.before == nullptr ? ledger.stock(*item) : ledger.stock_without(*item, *of.before);
        Stock& have = running.try_emplace(item, before).first->second;
        Stock by;
        if (auto refusal = read_adjustment(of, line, *item, have, by)) return refusal;
        have.quantity.value += by.quantity.value;
        have.value += by.value;
        const std::string id = id_for(of, request);
        Node shown = shown_as(line, "InventoryAdjustmentLineRet", id);
        put(shown, "QuantityDifference", by.quantity.quantity_text());
        put(shown, "ValueDifference", by.value.text());
        Record* asset = request.same_item ? account_before(of, request.id) : nullptr;
        if (asset == nullptr) {
            asset = of.books.find(*kind_of("Account"),
                                  item->field("AssetAccountRef", "ListID", of.books.names()));
        }
        if (asset == nullptr) return refused(3270, "There is a missing posting account.");
        made.postings.push_back({.account = asset,
                                 .name = name_on_form(of.books, of.form, of.header),
                                 .item = item,
                                 .amount = by.value,
                                 .quantity = by.quantity,
                                 .line = LineId::parse(id)});
        made.sum += by.value;
        made.lines.push_back(std::move(shown));
    }
    return std::nullopt;
}

}  // namespace qbxml::simulator
