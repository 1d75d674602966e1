#include "qbxml/simulator/invoice_lines.h"

#include <fmt/format.h>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/references.h"

namespace qbxml::simulator {

// What a line comes to.
struct LineMaker::Priced {
    std::string desc;
    std::optional<Fine> quantity;
    std::optional<Fine> rate;
    std::optional<Fine> rate_percent;
    std::optional<Cents> amount;
};

namespace {

bool is_taxable(const CompanyFile& books, const Node& tax_code_ref)
{
    const Record* code = referred(books, tax_code_ref, targets_of("SalesTaxCodeRef"));
    return code != nullptr && code->field("IsTaxable", books.names()) == "true";
}

// Where the kinds of item keep what a sales form asks of them.
std::string sales_field(const CompanyFile& books, const Record& item, std::string_view plain,
                        std::string_view sold, std::string_view sold_and_bought)
{
    const Names& names = books.names();
    if (std::string text = item.field(plain, names); !text.empty()) return text;
    if (std::string text = item.field("SalesOrPurchase", sold, names); !text.empty()) return text;
    return item.field("SalesAndPurchase", sold_and_bought, names);
}

std::string sales_desc(const CompanyFile& books, const Record& item)
{
    if (std::string text = item.field("ItemDesc", books.names()); !text.empty()) return text;
    return sales_field(books, item, "SalesDesc", "Desc", "SalesDesc");
}

Outcome overflow()
{
    return refused(
        3101, "The amount is too large: quantity times rate is more than QuickBooks can keep.");
}

std::optional<Fine> number_at(const Node& line, std::string_view name)
{
    const Node* field = line.child(name);
    return field == nullptr ? std::nullopt : Fine::parse(field->text);
}

}  // namespace

std::optional<Outcome> LineMaker::price(const Node& line, const Record& item, Priced& priced) const
{
    priced.quantity = number_at(line, "Quantity");
    priced.rate = number_at(line, "Rate");
    if (const Node* amount = line.child("Amount")) priced.amount = Cents::parse(amount->text);
    if (priced.amount) {
        // Quantity and amount give the rate; of rate and amount the amount counts.
        if (priced.quantity && priced.quantity->value != 0) {
            priced.rate = rate_of(*priced.amount, *priced.quantity);
        }
        return std::nullopt;
    }
    if (!priced.rate) {
        priced.rate = Fine::parse(sales_field(books_, item, "SalesPrice", "Price", "SalesPrice"));
        if (!priced.rate) priced.rate = Fine{};
    }
    priced.amount = extend(priced.quantity.value_or(Fine::whole(1)), *priced.rate);
    if (!priced.amount) return overflow();
    return std::nullopt;
}

std::optional<Outcome> LineMaker::price_discount(const Node& line, const Record& item,
                                                 Priced& priced) const
{
    if (line.child("Quantity") != nullptr) {
        return refused(3151, fmt::format("The field \"Quantity\" cannot be used with the discount "
                                         "item \"{}\".",
                                         item.full_name()));
    }
    if (const Node* amount = line.child("Amount")) priced.amount = Cents::parse(amount->text);
    if (priced.amount) return std::nullopt;
    priced.rate_percent = number_at(line, "RatePercent");
    if (!priced.rate_percent) {
        const auto percent = Fine::parse(item.field("DiscountRatePercent", books_.names()));
        if (percent) priced.rate_percent = -*percent;
    }
    if (priced.rate_percent) {
        priced.amount = percent_of(last_amount_, *priced.rate_percent);
    } else {
        const auto rate = Fine::parse(item.field("DiscountRate", books_.names()));
        priced.rate = -rate.value_or(Fine{});
        priced.amount = extend(Fine::whole(1), *priced.rate);
    }
    if (!priced.amount) return overflow();
    return std::nullopt;
}

Node LineMaker::show(const Node& line, const Record* item, const Priced& priced)
{
    Node shown = same_fields(line, "InvoiceLineRet");
    for (const std::string_view computed : {"Rate", "RatePercent", "Amount", "Quantity"}) {
        remove(shown, computed);
    }
    put(shown, "TxnLineID", books_.next_txn_id(now_));
    if (item != nullptr) put(shown, reference("ItemRef", item->id(), item->full_name()));
    if (!priced.desc.empty()) put(shown, "Desc", priced.desc);
    if (priced.quantity) put(shown, "Quantity", priced.quantity->quantity_text());
    if (priced.rate_percent) {
        put(shown, "RatePercent", priced.rate_percent->price_text());
    } else if (priced.rate) {
        put(shown, "Rate", priced.rate->price_text());
    }
    if (priced.amount) put(shown, "Amount", priced.amount->text());
    for (const Node& child : line.children) {
        if (child.name != "DataExt") continue;
        Node field = same_fields(child, "DataExtRet");
        put(field, "DataExtType", "STR255TYPE");
        shown.add(std::move(field));
    }
    return shown;
}

void LineMaker::count(const Priced& priced, bool taxed)
{
    const Cents amount = priced.amount.value_or(Cents{});
    made_.subtotal += amount;
    since_subtotal_ += amount;
    last_amount_ = amount;
    if (taxed) made_.taxable += amount;
}

std::optional<Outcome> LineMaker::add_plain(const Node& given, std::vector<Node>& into)
{
    Node line = given;
    if (line.child("LinkToTxn") != nullptr) {
        return object_not_found(text_at(*line.child("LinkToTxn"), "TxnID"));
    }
    if (auto refusal = resolve_references(books_, line, "Invoice line")) return refusal;
    Priced priced{.desc = text_at(line, "Desc")};
    const Node* item_ref = line.child("ItemRef");
    if (item_ref == nullptr) {  // a line of text
        into.push_back(show(line, nullptr, priced));
        return std::nullopt;
    }
    const Record& item = *referred(books_, *item_ref, targets_of("ItemRef"));
    const std::string_view noun = item.kind().noun;
    if (noun == "ItemGroup" || noun == "ItemSalesTax" || noun == "ItemSalesTaxGroup" ||
        noun == "ItemPayment") {
        return refused(3280,
                       fmt::format("The item \"{}\" is of the wrong type for an Invoice line.",
                                   item.full_name()));
    }
    if (line.child("Desc") == nullptr) priced.desc = sales_desc(books_, item);
    if (noun == "ItemSubtotal") {
        priced.amount = since_subtotal_;
        into.push_back(show(line, &item, priced));
        last_amount_ = since_subtotal_;
        since_subtotal_ = {};
        return std::nullopt;
    }
    auto refusal =
        noun == "ItemDiscount" ? price_discount(line, item, priced) : price(line, item, priced);
    if (refusal) return refusal;
    if (line.child("SalesTaxCodeRef") == nullptr) {
        const std::string code = item.field("SalesTaxCodeRef", "ListID", books_.names());
        if (!code.empty()) {
            const std::string name = item.field("SalesTaxCodeRef", "FullName", books_.names());
            line.add(reference("SalesTaxCodeRef", code, name));
        }
    }
    const Node* code = line.child("SalesTaxCodeRef");
    const bool taxed = taxed_customer_ && code != nullptr && is_taxable(books_, *code);
    count(priced, taxed);
    into.push_back(show(line, &item, priced));
    return std::nullopt;
}

std::optional<Outcome> LineMaker::add_group(const Node& given)
{
    Node group = given;
    if (auto refusal = resolve_references(books_, group, "Invoice line group")) return refusal;
    const Record& item =
        *referred(books_, *group.child("ItemGroupRef"), targets_of("ItemGroupRef"));
    const Fine quantity = number_at(group, "Quantity").value_or(Fine::whole(1));
    Node shown = same_fields(group, "InvoiceLineGroupRet");
    remove(shown, "DataExt");
    put(shown, "TxnLineID", books_.next_txn_id(now_));
    if (shown.child("Desc") == nullptr) put(shown, "Desc", sales_desc(books_, item));
    put(shown, "IsPrintItemsInGroup", item.field("IsPrintItemsInGroup", books_.names()));
    const Cents before = made_.subtotal;
    const Node tree = item.tree();
    std::vector<Node> inner;
    for (const Node& part : tree.children) {
        if (part.name != "ItemGroupLine") continue;
        Node line{.name = "InvoiceLineAdd"};
        line.add(*part.child("ItemRef"));
        const Fine each = number_at(part, "Quantity").value_or(Fine::whole(1));
        const auto product = times(each, quantity);
        if (!product) return overflow();
        line.add("Quantity", product->quantity_text());
        if (auto refusal = add_plain(line, inner)) return refusal;
    }
    put(shown, "TotalAmount", (made_.subtotal - before).text());
    for (Node& line : inner)
        shown.add(std::move(line));
    last_amount_ = made_.subtotal - before;
    made_.lines.push_back(std::move(shown));
    return std::nullopt;
}

std::optional<Outcome> LineMaker::add(const Node& line)
{
    return line.name == "InvoiceLineGroupAdd" ? add_group(line) : add_plain(line, made_.lines);
}

}  // namespace qbxml::simulator
