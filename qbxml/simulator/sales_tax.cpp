#include "qbxml/simulator/sales_tax.h"

#include "qbxml/simulator/references.h"
#include "qbxml/simulator/txn_lines.h"

namespace qbxml::simulator {

namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t whole_percent = Fine::whole(100).value;

// What is left of a gross amount without the tax inside it, half away from zero.
Cents without_tax(Cents gross, Fine rate)
{
    const Wide divisor = whole_percent + rate.value;
    const Wide dividend = static_cast<Wide>(gross.value) * whole_percent;
    const Wide half = divisor / 2;
    return {
        static_cast<std::int64_t>((dividend < 0 ? dividend - half : dividend + half) / divisor)};
}

const Record* tax_item_of(const CompanyFile& books, const Form& form, const Node& line)
{
    const Record* code = referred_in(books, line, "SalesTaxCodeRef");
    if (code == nullptr) return nullptr;
    const std::string_view ref = form.buys() ? "ItemPurchaseTaxRef" : "ItemSalesTaxRef";
    const std::string id = code->field(ref, "ListID", books.names());
    for (const std::string_view noun : {"ItemSalesTax", "ItemSalesTaxGroup"}) {
        if (const Record* item = books.find(*kind_of(noun), id)) return item;
    }
    return nullptr;
}

}  // namespace

bool taxes_by_line(const CompanyFile& books)
{
    return books.edition() != Edition::us;
}

bool includes_tax(const Node& header)
{
    return text_at(header, "IsTaxIncluded") == "true";
}

Fine tax_rate_of(const CompanyFile& books, const Record& tax_item)
{
    if (tax_item.kind().noun == "ItemSalesTax") {
        return Fine::parse(tax_item.field("TaxRate", books.names())).value_or(Fine{});
    }
    Fine sum;
    const Node group = tax_item.tree();
    for (const Node& child : group.children) {
        if (child.name != "ItemSalesTaxRef") continue;
        const Record* part = referred(books, child, {kind_of("ItemSalesTax")});
        if (part != nullptr) sum.value += tax_rate_of(books, *part).value;
    }
    return sum;
}

bool is_taxable(const CompanyFile& books, const Node& tax_code_ref)
{
    const Record* code = referred(books, tax_code_ref, targets_of("SalesTaxCodeRef"));
    return code != nullptr && code->field("IsTaxable", books.names()) == "true";
}

LineTax tax_of_line(const CompanyFile& books, const Form& form, const Node& header,
                    const Node& line, Cents amount)
{
    const Record* item = tax_item_of(books, form, line);
    const Fine rate = item == nullptr ? Fine{} : tax_rate_of(books, *item);
    const bool inside = includes_tax(header);
    LineTax result{.net = amount, .tax = percent_of(amount, rate).value_or(Cents{})};
    if (inside) result.tax = amount - without_tax(amount, rate);
    if (line.child("TaxAmount") != nullptr) result.tax = amount_in(line, "TaxAmount");
    if (inside) result.net = amount - result.tax;
    return result;
}

Node offered_tax_code(const CompanyFile& books, const Form& form, const Node& header,
                      const Record* item)
{
    const Names& names = books.names();
    const std::string_view own = form.buys() ? "PurchaseTaxCodeRef" : "SalesTaxCodeRef";
    Node code = item == nullptr ? Node{} : item->subtree(own, names);
    const Node* on_form = header.child(form.buys() ? "SalesTaxCodeRef" : "CustomerSalesTaxCodeRef");
    if (code.name.empty() && on_form != nullptr && taxes_by_line(books)) code = *on_form;
    if (!code.name.empty()) code.name = "SalesTaxCodeRef";
    return code;
}

}  // namespace qbxml::simulator
