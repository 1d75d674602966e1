// Lines of items and expenses: prices, discounts, subtotals, groups, and the accounts of the items.
#include <fmt/format.h>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/exchange.h"
#include "qbxml/simulator/references.h"
#include "qbxml/simulator/sales_tax.h"
#include "qbxml/simulator/txn_lines.h"

namespace qbxml::simulator {

namespace {

// What a line comes to.
struct Priced {
    std::string desc;
    std::optional<Fine> quantity, rate, rate_percent;
    std::optional<Cents> amount;  // as it is typed
    LineTax taxed;                // what of it is posted to the line's account, and its tax
};

bool is_stocked(const Record& item)
{
    return item.kind().noun == "ItemInventory" || item.kind().noun == "ItemInventoryAssembly";
}

// Where the kinds of item keep what a form asks of them.
std::string item_field(const CompanyFile& books, const Record& item, std::string_view plain,
                       std::string_view single, std::string_view both)
{
    const Names& names = books.names();
    if (std::string text = item.field(plain, names); !text.empty()) return text;
    if (std::string text = item.field("SalesOrPurchase", single, names); !text.empty()) return text;
    return item.field("SalesAndPurchase", both, names);
}

std::string desc_of(const CompanyFile& books, const Record& item, bool buys)
{
    if (std::string text = item.field("ItemDesc", books.names()); !text.empty()) return text;
    const std::string_view name = buys ? "PurchaseDesc" : "SalesDesc";
    return item_field(books, item, name, "Desc", name);
}

Fine price_of(const CompanyFile& books, const Record& item, bool buys)
{
    const std::string_view name = buys ? "PurchaseCost" : "SalesPrice";
    return Fine::parse(item_field(books, item, name, "Price", name)).value_or(Fine{});
}

// The account that selling or buying the item is posted to; null when the item has none.
Record* account_of(const CompanyFile& books, const Record& item, bool buys)
{
    const Kind& accounts = *kind_of("Account");
    const Names& names = books.names();
    const std::string_view own = !buys              ? "IncomeAccountRef"
                                 : is_stocked(item) ? "AssetAccountRef"
                                                    : "ExpenseAccountRef";
    for (const std::string_view ref : {own, std::string_view("AccountRef")}) {
        if (Record* found = books.find(accounts, item.field(ref, "ListID", names))) return found;
    }
    if (Record* found = books.find(accounts, item.field("SalesOrPurchase", "ListID", names))) {
        return found;
    }
    const Node both = item.subtree("SalesAndPurchase", names);
    if (Record* found = books.find(accounts, text_at(both, std::string(own) + "/ListID"))) {
        return found;
    }
    return books.find(accounts, item.field("AssetAccountRef", "ListID", names));  // fixed assets
}

Outcome overflow()
{
    return refused(
        3101, "The amount is too large: quantity times rate is more than QuickBooks can keep.");
}

Outcome wrong_item(const Form& form, const Record& item)
{
    return refused(3280, fmt::format("The item \"{}\" is of the wrong type for an {} line.",
                                     item.full_name(), form.noun));
}

class LineMaker {
public:
    LineMaker(const LinesOf& of, MadeLines& made)
        : of_(of),
          books_(of.books),
          form_(of.form),
          made_(made),
          name_(name_on_form(of.books, of.form, of.header)),
          exchange_(exchange_of(of.books, of.form, of.header))
    {
        const Node* code = of.header.child("CustomerSalesTaxCodeRef");
        taxed_customer_ = code == nullptr || is_taxable(books_, *code);
    }

    std::optional<Outcome> make(const LineRequest& request)
    {
        if (is_group(request.fields.name)) return make_group(request);
        if (request.fields.name == "ExpenseLine") return make_expense(request);
        return make_plain(request, made_.lines);
    }

private:
    std::optional<Outcome> price(const Node& line, const Record& item, Priced& priced) const;
    std::optional<Outcome> price_percent(const Node& line, const Record& item,
                                         Priced& priced) const;
    std::optional<Outcome> make_plain(const LineRequest& request, std::vector<Node>& into);
    std::optional<Outcome> make_expense(const LineRequest& request);
    std::optional<Outcome> make_group(const LineRequest& request);
    std::optional<Outcome> inner_lines(const LineRequest& group, const Node& fields,
                                       const Record& item, std::vector<LineRequest>& inner) const;
    std::optional<Outcome> post(const LineRequest& request, const Node& line, Record& item,
                                const Priced& priced, const std::string& id);
    void tax(Node& line, const Record* item, Priced& priced);
    void post_costs(Record& item, Record* asset, Fine out, Record* name);
    Node show(const Node& line, const Record* item, const Priced& priced, const std::string& id);
    void take_from_order(const LineRequest& request, const Priced& priced, const std::string& id);
    std::string id_for(const LineRequest& request)
    {
        return request.id.empty() ? books_.next_txn_id(of_.now) : request.id;
    }

    const LinesOf& of_;
    CompanyFile& books_;
    const Form& form_;
    MadeLines& made_;
    Record* name_;
    Exchange exchange_;
    bool taxed_customer_ = true;
    Cents since_subtotal_;  // what the next subtotal line adds up
    Cents last_amount_;     // what the next discount line is taken of
};

std::optional<Outcome> LineMaker::price(const Node& line, const Record& item, Priced& priced) const
{
    priced.quantity = number_in(line, "Quantity");
    priced.rate = number_in(line, form_.rate_field());
    const Fine quantity = priced.quantity.value_or(Fine::whole(1));
    if (const Node* amount = line.child("Amount")) priced.amount = Cents::parse(amount->text);
    const bool marked_up =
        line.child("MarkupRate") != nullptr || line.child("MarkupRatePercent") != nullptr;
    if (priced.amount) {
        const bool agree = priced.rate && extend(quantity, *priced.rate) == priced.amount;
        if (agree || (priced.rate && marked_up)) return std::nullopt;
        // Quantity and amount give the rate; of rate and amount the amount counts.
        priced.rate.reset();
        if (priced.quantity && priced.quantity->value != 0) {
            priced.rate = rate_of(*priced.amount, *priced.quantity);
        }
        return std::nullopt;
    }
    if (!priced.rate) priced.rate = exchange_.abroad(price_of(books_, item, form_.buys()));
    priced.amount = extend(quantity, *priced.rate);
    if (!priced.amount) return overflow();
    if (const auto markup = number_in(line, "MarkupRate")) {
        *priced.amount += extend(Fine::whole(1), *markup).value_or(Cents{});
    } else if (const auto percent = number_in(line, "MarkupRatePercent")) {
        *priced.amount += percent_of(*priced.amount, *percent).value_or(Cents{});
    }
    return std::nullopt;
}

std::optional<Outcome> LineMaker::price_percent(const Node& line, const Record& item,
                                                Priced& priced) const
{
    if (line.child("Quantity") != nullptr && item.kind().noun == "ItemDiscount") {
        return refused(3151, fmt::format("The field \"Quantity\" cannot be used with the discount "
                                         "item \"{}\".",
                                         item.full_name()));
    }
    priced.rate_percent = number_in(line, "RatePercent");
    if (const Node* amount = line.child("Amount")) priced.amount = Cents::parse(amount->text);
    if (priced.amount) {  // it counts; the percentage stays where it says the same
        if (priced.rate_percent &&
            percent_of(last_amount_, *priced.rate_percent) != priced.amount) {
            priced.rate_percent.reset();
        }
        return std::nullopt;
    }
    priced.rate = number_in(line, form_.rate_field());
    if (!priced.rate_percent && !priced.rate) {
        const auto percent = Fine::parse(item.field("DiscountRatePercent", books_.names()));
        if (percent) priced.rate_percent = -*percent;
    }
    if (priced.rate_percent) {
        priced.amount = percent_of(last_amount_, *priced.rate_percent);
    } else {
        if (!priced.rate) {
            const auto rate = Fine::parse(item.field("DiscountRate", books_.names()));
            priced.rate = -rate.value_or(Fine{});
        }
        priced.amount = extend(Fine::whole(1), *priced.rate);
    }
    if (!priced.amount) return overflow();
    return std::nullopt;
}

Node LineMaker::show(const Node& line, const Record* item, const Priced& priced,
                     const std::string& id)
{
    Node shown = same_fields(line, line.name + "Ret");
    for (const std::string_view computed :
         {std::string_view("Rate"), std::string_view("Cost"), std::string_view("RatePercent"),
          std::string_view("Amount"), std::string_view("Quantity")}) {
        remove(shown, computed);
    }
    std::erase_if(shown.children,
                  [](const Node& field) { return field.children.empty() && field.text.empty(); });
    put(shown, "TxnLineID", id);
    if (item != nullptr) put(shown, reference("ItemRef", item->id(), item->full_name()));
    if (!priced.desc.empty()) put(shown, "Desc", priced.desc);
    if (priced.quantity) put(shown, "Quantity", priced.quantity->quantity_text());
    if (priced.rate_percent) {
        put(shown, "RatePercent", priced.rate_percent->price_text());
    } else if (priced.rate) {
        put(shown, form_.rate_field(), priced.rate->price_text());
    }
    if (priced.amount) put(shown, "Amount", priced.amount->text());
    if (form_.lines == Form::Lines::purchase && shown.child("CustomerRef") != nullptr &&
        shown.child("BillableStatus") == nullptr) {
        put(shown, "BillableStatus", "Billable");
    }
    for (const Node& child : line.children) {
        if (child.name != "DataExt") continue;
        Node field = same_fields(child, "DataExtRet");
        put(field, "DataExtType", "STR255TYPE");
        shown.add(std::move(field));
    }
    return shown;
}

void LineMaker::take_from_order(const LineRequest& request, const Priced& priced,
                                const std::string& id)
{
    if (request.order == nullptr) return;
    made_.links.push_back({.kind = Link::Kind::quantity,
                           .to = request.order,
                           .amount = priced.amount.value_or(Cents{}),
                           .quantity = priced.quantity.value_or(Fine::whole(1)),
                           .from_line = LineId::parse(id),
                           .to_line = request.order_line});
}

void LineMaker::post_costs(Record& item, Record* asset, Fine out, Record* name)
{
    if (asset == nullptr || out.value == 0) return;
    const Kind& accounts = *kind_of("Account");
    Record* costs = books_.find(accounts, item.field("COGSAccountRef", "ListID", books_.names()));
    if (costs == nullptr) return;
    made_.postings.push_back({.account = asset,
                              .name = name,
                              .item = &item,
                              .quantity = {-form_.side * out.value},
                              .line = LineId::parse(books_.next_txn_id(of_.now)),
                              .at_cost = true});
    made_.postings.push_back(
        {.account = costs, .name = name, .line = LineId::parse(books_.next_txn_id(of_.now))});
}

std::optional<Outcome> LineMaker::post(const LineRequest& request, const Node& line, Record& item,
                                       const Priced& priced, const std::string& id)
{
    const Fine quantity = priced.quantity.value_or(Fine::whole(1));
    Posting posting{.amount = {-form_.side * priced.taxed.net.value}, .line = LineId::parse(id)};
    if (form_.side == 0) {  // an order: what is still to come
        if (is_stocked(item) && form_.noun != "Estimate") posting.item = &item;
        posting.name = name_;
        posting.amount = *priced.amount;
        posting.quantity = quantity;
        made_.postings.push_back(posting);
        return std::nullopt;
    }
    posting.account = referred_in(books_, line, "OverrideItemAccountRef");
    if (posting.account == nullptr && request.same_item) {
        posting.account = account_before(of_, request.id);
    }
    if (posting.account == nullptr) posting.account = account_of(books_, item, form_.buys());
    if (posting.account == nullptr) {
        return refused(3270, fmt::format("There is a missing posting account: the item \"{}\" has "
                                         "none.",
                                         item.full_name()));
    }
    Record* on_line = referred_in(books_, line, "CustomerRef");
    if (auto refusal = name_of_posting(of_, *posting.account, on_line, name_, posting.name)) {
        return refusal;
    }
    if (form_.buys() && is_stocked(item)) {
        posting.item = &item;
        posting.quantity = {-form_.side * quantity.value};
    }
    made_.postings.push_back(posting);
    if (!form_.buys() && is_stocked(item)) {
        const Names& names = books_.names();
        Record* asset =
            books_.find(*kind_of("Account"), item.field("AssetAccountRef", "ListID", names));
        post_costs(item, asset, quantity, posting.name);
    }
    return std::nullopt;
}

// Gives the line its tax code, where the form has such, and counts its amount and its tax.
void LineMaker::tax(Node& line, const Record* item, Priced& priced)
{
    made_.sum += *priced.amount;
    priced.taxed.net = *priced.amount;
    const bool by_line = taxes_by_line(books_);
    if (!by_line && form_.lines != Form::Lines::sales) return;
    if (line.child("SalesTaxCodeRef") == nullptr) {
        Node code = offered_tax_code(books_, form_, of_.header, item);
        if (!code.name.empty()) line.add(std::move(code));
    }
    if (!by_line) return;
    priced.taxed = tax_of_line(books_, form_, of_.header, line, *priced.amount);
    put(line, "TaxAmount", priced.taxed.tax.text());
    made_.tax += priced.taxed.tax;
}

std::optional<Outcome> LineMaker::make_plain(const LineRequest& request, std::vector<Node>& into)
{
    Node line = request.fields;
    if (auto refusal = resolve_references(books_, line, std::string(form_.noun) + " line")) {
        return refusal;
    }
    const std::string id = id_for(request);
    Priced priced{.desc = text_at(line, "Desc")};
    const Node* item_ref = line.child("ItemRef");
    if (item_ref == nullptr) {  // a line of text
        into.push_back(show(line, nullptr, priced, id));
        return std::nullopt;
    }
    Record& item = *referred(books_, *item_ref, targets_of("ItemRef"));
    const std::string_view noun = item.kind().noun;
    const bool item_lines = form_.lines == Form::Lines::purchase;
    if (noun == "ItemGroup" || noun == "ItemSalesTax" || noun == "ItemSalesTaxGroup" ||
        noun == "ItemPayment" ||
        (item_lines && (noun == "ItemSubtotal" || noun == "ItemDiscount"))) {
        return wrong_item(form_, item);
    }
    if (line.child("Desc") == nullptr) priced.desc = desc_of(books_, item, form_.buys());
    if (noun == "ItemSubtotal") {
        priced.amount = since_subtotal_;
        into.push_back(show(line, &item, priced, id));
        last_amount_ = since_subtotal_;
        since_subtotal_ = {};
        return std::nullopt;
    }
    const bool by_percent = noun == "ItemDiscount" || line.child("RatePercent") != nullptr;
    auto refusal = by_percent ? price_percent(line, item, priced) : price(line, item, priced);
    if (refusal) return refusal;
    tax(line, &item, priced);
    const Node* code = line.child("SalesTaxCodeRef");
    since_subtotal_ += *priced.amount;
    last_amount_ = *priced.amount;
    if (taxed_customer_ && code != nullptr && is_taxable(books_, *code)) {
        made_.taxable += *priced.amount;
    }
    refusal = post(request, line, item, priced, id);
    if (refusal) return refusal;
    take_from_order(request, priced, id);
    into.push_back(show(line, &item, priced, id));
    return std::nullopt;
}

std::optional<Outcome> LineMaker::make_expense(const LineRequest& request)
{
    Node line = request.fields;
    if (auto refusal = resolve_references(books_, line, std::string(form_.noun) + " line")) {
        return refusal;
    }
    Record* account = referred_in(books_, line, "AccountRef");
    if (account == nullptr) {
        return refused(3150, "There is a missing element: \"AccountRef\".");
    }
    const std::string id = id_for(request);
    Priced priced{.amount = amount_in(line, "Amount")};
    tax(line, nullptr, priced);
    Posting posting{.account = account,
                    .amount = {-form_.side * priced.taxed.net.value},
                    .line = LineId::parse(id)};
    Record* on_line = referred_in(books_, line, "CustomerRef");
    if (auto refusal = name_of_posting(of_, *account, on_line, name_, posting.name)) {
        return refusal;
    }
    made_.postings.push_back(posting);
    made_.lines.push_back(show(line, nullptr, priced, id));
    return std::nullopt;
}

std::optional<Outcome> LineMaker::inner_lines(const LineRequest& group, const Node& fields,
                                              const Record& item,
                                              std::vector<LineRequest>& inner) const
{
    if (group.inner) {
        inner = *group.inner;
        return std::nullopt;
    }
    const Fine quantity = number_in(fields, "Quantity").value_or(Fine::whole(1));
    const std::string stem = form_.lines == Form::Lines::purchase
                                 ? std::string("ItemLine")
                                 : std::string(form_.noun) + "Line";
    const Node tree = item.tree();
    for (const Node& part : tree.children) {
        if (part.name != "ItemGroupLine") continue;
        const Fine each = number_in(part, "Quantity").value_or(Fine::whole(1));
        const auto product = times(each, quantity);
        if (!product) return overflow();
        LineRequest line{.fields = {.name = stem}};
        line.fields.add(*part.child("ItemRef"));
        line.fields.add("Quantity", product->quantity_text());
        inner.push_back(std::move(line));
    }
    return std::nullopt;
}

std::optional<Outcome> LineMaker::make_group(const LineRequest& request)
{
    Node group = request.fields;
    if (auto refusal = resolve_references(books_, group, std::string(form_.noun) + " line group")) {
        return refusal;
    }
    const Node* ref = group.child("ItemGroupRef");
    if (ref == nullptr) {
        return refused(3150, "There is a missing element: \"ItemGroupRef\".");
    }
    const Record& item = *referred(books_, *ref, targets_of("ItemGroupRef"));
    std::vector<LineRequest> inner;
    if (auto refusal = inner_lines(request, group, item, inner)) return refusal;
    Priced priced{.desc = text_at(group, "Desc"), .quantity = number_in(group, "Quantity")};
    if (priced.desc.empty()) priced.desc = desc_of(books_, item, form_.buys());
    Node shown = show(group, nullptr, priced, id_for(request));
    put(shown, "IsPrintItemsInGroup", item.field("IsPrintItemsInGroup", books_.names()));
    const Cents before = made_.sum;
    std::vector<Node> lines;
    for (const LineRequest& line : inner) {
        if (auto refusal = make_plain(line, lines)) return refusal;
    }
    put(shown, "TotalAmount", (made_.sum - before).text());
    for (Node& line : lines)
        shown.add(std::move(line));
    last_amount_ = made_.sum - before;
    made_.lines.push_back(std::move(shown));
    return std::nullopt;
}

}  // namespace

std::optional<Outcome> make_item_lines(const LinesOf& of, const std::vector<LineRequest>& requests,
                                       MadeLines& made)
{
    LineMaker maker(of, made);
    for (const LineRequest& request : requests) {
        if (auto refusal = maker.make(request)) return refusal;
    }
    return std::nullopt;
}

}  // namespace qbxml::simulator
