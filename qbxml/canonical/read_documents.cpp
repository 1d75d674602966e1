#include <algorithm>
#include <array>

#include "qbxml/canonical/record_reader.h"

namespace qbxml::canonical {
namespace {

bool is_above_zero(std::string_view text)
{
    const auto value = DecimalText::parse(text);
    return value && !value->negative && !value->is_zero();
}

}  // namespace

// ---- parts

// The amount of an element; nothing when it is absent. Remembers a text that is none.
std::optional<Amount> RecordReader::sum_part(Element element)
{
    const auto text = element.text();
    if (text.empty()) return std::nullopt;
    const auto value = Amount::from(text);
    if (!value && bad_.empty()) bad_ = text;
    return value;
}

bool RecordReader::root_flag(std::string_view name) const
{
    return flag_value(root_.first(name).text()).value_or(false);
}

// ---- totals

Amount RecordReader::invoice_total()
{
    const auto sub_total = sum_part("Subtotal");
    const auto tax = sum_part("SalesTaxTotal");
    const auto remaining = sum_part("BalanceRemaining");
    const auto applied = sum_part("AppliedAmount");
    if (remaining && applied && !root_flag("IsPending") && ((!sub_total && !tax) || tax_included_))
        return *remaining - *applied;
    return sub_total.value_or(Amount{}) + tax.value_or(Amount{});
}

Amount RecordReader::total_or_sum()
{
    if (const auto total = sum_part("TotalAmount")) return *total;
    return sum_part("Subtotal").value_or(Amount{}) + sum_part("SalesTaxTotal").value_or(Amount{});
}

std::optional<Amount> RecordReader::sales_sub_total()
{
    const Amount sub_total = sum_part("Subtotal").value_or(Amount{});
    if (!tax_included_) return sub_total;
    const Amount tax = sum_part("SalesTaxTotal").value_or(Amount{});
    if (ret_name_ == "InvoiceRet") return invoice_total() - tax;
    const auto total = sum_part("TotalAmount");
    return total ? *total - tax : sub_total;
}

Amount RecordReader::total_discount()
{
    Amount sum;
    for (const auto& line : lines()) {
        if (line.type != LineType::discount) continue;
        const auto sub_total = line_sub_total(line);
        sum += sub_total ? *sub_total : line_total(line).value_or(Amount{});
    }
    return -sum;
}

// Tax is told by line (Australia), or it is what the net lines leave of the gross total.
std::optional<Amount> RecordReader::purchase_tax(std::string_view total)
{
    Amount tax, net;
    bool any_tax = false, any_line = false;
    const auto add = [&](Element line) {
        any_line = true;
        if (const auto amount = sum_part(line.child("TaxAmount"))) {
            tax += *amount;
            any_tax = true;
        }
        net += sum_part(line.child("Amount")).value_or(Amount{});
    };
    for (const auto& line : lines())
        if (line.type != LineType::group) add(line.element);
    if (any_tax) return tax;
    if (!any_line) return Amount{};
    if (tax_included_) return std::nullopt;
    return sum_part(total).value_or(Amount{}) - net;
}

Amount RecordReader::allocated()
{
    Amount sum;
    for (Element link = root_.first("LinkedTxn"); link; link = link.next_sibling("LinkedTxn"))
        if (counts_as_allocation(link))
            sum += sum_part(link.child("Amount")).value_or(Amount{}).unsigned_value();
    return sum;
}

Amount RecordReader::bill_open()
{
    if (const auto open = sum_part("OpenAmount")) return *open;
    if (root_flag("IsPaid")) return {};
    return std::max(Amount{}, sum_part("AmountDue").value_or(Amount{}) - allocated());
}

Amount RecordReader::vendor_credit_open()
{
    if (const auto open = sum_part("OpenAmount")) return *open;
    return std::max(Amount{}, sum_part("CreditAmount").value_or(Amount{}) - allocated());
}

Amount RecordReader::value_difference()
{
    constexpr std::string_view name = "InventoryAdjustmentLineRet";
    Amount sum;
    for (Element line = root_.first(name); line; line = line.next_sibling(name))
        sum += sum_part(line.child("ValueDifference")).value_or(Amount{});
    return sum;
}

bool RecordReader::write_total_rule(const Field& field, const Scope& scope)
{
    bad_.clear();
    switch (field.rule) {
        case Rule::invoice_total: return amount(field, invoice_total());
        case Rule::total_or_sum: return amount(field, total_or_sum());
        case Rule::sales_sub_total: return amount(field, sales_sub_total());
        case Rule::total_discount: return amount(field, total_discount());
        case Rule::purchase_tax:
        case Rule::purchase_sub_total: {
            auto value = purchase_tax(field.argument);
            if (value && field.rule == Rule::purchase_sub_total)
                value = sum_part(field.argument).value_or(Amount{}) - *value;
            return amount(field, value && turned_ ? -*value : value);
        }
        case Rule::bill_open: return amount(field, bill_open());
        case Rule::vendor_credit_open: return amount(field, vendor_credit_open());
        case Rule::sum_value_difference: return amount(field, value_difference());
        default: return write_report(field, scope);
    }
}

// ---- statuses

bool RecordReader::is_void(Amount total) const
{
    return total.is_zero() && says_void(child_text("Memo"));
}

bool RecordReader::any_line_above_zero(std::string_view name)
{
    return std::any_of(lines().begin(), lines().end(), [&](const Line& line) {
        return is_above_zero(line.element.child(name).text());
    });
}

std::string_view RecordReader::journal_status()
{
    bool any_void = false;
    for (const auto& line : lines()) {
        if (!sum_part(line.element.child("Amount")).value_or(Amount{}).is_zero()) return "Posted";
        any_void = any_void || says_void(line.element.child("Memo").text());
    }
    return any_void ? "Void" : "Posted";
}

std::string_view RecordReader::adjustment_status()
{
    constexpr std::string_view name = "InventoryAdjustmentLineRet";
    for (Element line = root_.first(name); line; line = line.next_sibling(name))
        for (const char* difference : {"ValueDifference", "QuantityDifference"})
            if (!sum_part(line.child(difference)).value_or(Amount{}).is_zero()) return "Posted";
    return says_void(child_text("Memo")) ? "Void" : "Posted";
}

std::string_view RecordReader::status(const Field& field)
{
    const auto part = [&](std::string_view name) { return sum_part(name).value_or(Amount{}); };
    switch (field.rule) {
        case Rule::invoice_status: {
            const Amount total = invoice_total();
            if (is_void(total)) return "Void";
            if (root_flag("IsPending")) return "Draft";
            if (root_flag("IsPaid") || sum_part("BalanceRemaining").value_or(total).is_zero())
                return "Paid";
            return part("AppliedAmount").is_zero() ? "Submitted" : "PartiallyPaid";
        }
        case Rule::credit_status: {
            const Amount total = total_or_sum();
            if (is_void(total)) return "Void";
            if (root_flag("IsPending")) return "Draft";
            const Amount remaining = part("CreditRemaining");
            if (remaining.is_zero()) return "Paid";
            return remaining < total ? "PartiallyPaid" : "Submitted";
        }
        case Rule::vendor_credit_status: {
            if (is_void(part("CreditAmount"))) return "Void";
            const Amount open = vendor_credit_open();
            if (open.is_zero()) return "Paid";
            return open < part("CreditAmount") ? "PartiallyPaid" : "Submitted";
        }
        case Rule::receipt_status:
            if (is_void(total_or_sum())) return "Void";
            return root_flag("IsPending") ? "Draft" : "Paid";
        case Rule::bill_status: {
            if (is_void(part("AmountDue"))) return "Void";
            if (root_flag("IsPending")) return "Draft";
            const Amount open = bill_open();
            if (root_flag("IsPaid") || open.is_zero()) return "Paid";
            return open < part("AmountDue") ? "PartiallyPaid" : "Open";
        }
        case Rule::posted_status: return is_void(part(field.argument)) ? "Void" : "Posted";
        case Rule::direct_cost_status:
            if (is_void(part("Amount"))) return "Void";
            return root_flag("IsPending") ? "Draft" : "Posted";
        case Rule::journal_status: return journal_status();
        case Rule::adjustment_status: return adjustment_status();
        case Rule::estimate_status:
            if (!flag_value(child_text("IsActive")).value_or(true)) return "Closed";
            for (Element link = root_.first("LinkedTxn"); link;
                 link = link.next_sibling("LinkedTxn"))
                if (lists("Invoice|SalesOrder", link.child("TxnType").text(), '|'))
                    return "Converted";
            return "Open";
        case Rule::sales_order_status:
            if (root_flag("IsFullyInvoiced")) return "Invoiced";
            if (root_flag("IsManuallyClosed")) return "Closed";
            return any_line_above_zero("Invoiced") ? "PartiallyInvoiced" : "Open";
        case Rule::purchase_order_status:
            if (root_flag("IsFullyReceived")) return "Received";
            if (root_flag("IsManuallyClosed")) return "Closed";
            return any_line_above_zero("ReceivedQuantity") ? "PartiallyReceived" : "Open";
        default: return {};
    }
}

bool RecordReader::write_status_rule(const Field& field, const Scope& scope)
{
    const std::string_view word = status(field);
    if (word.empty()) return write_total_rule(field, scope);
    bad_.clear();  // the field of the amount itself reports it
    status_ = word;
    return plain(word);
}

bool RecordReader::write_paid_on()
{
    // Comes before the status in the table.
    const bool bill = ret_name_ == "BillRet";
    Field rule;
    rule.rule = bill ? Rule::bill_status : Rule::invoice_status;
    const bool paid = status(rule) == "Paid";
    bad_.clear();
    std::string latest;
    for (Element link = root_.first("LinkedTxn"); paid && link;
         link = link.next_sibling("LinkedTxn"))
        if (counts_as_allocation(link))
            latest = std::max(latest, date_value(link.child("TxnDate").text()).value_or(""));
    return plain(latest);
}

// ---- links

bool RecordReader::counts_as_allocation(Element link) const
{
    struct Row {
        std::string_view data_type, types;
    };
    constexpr auto rows = std::to_array<Row>({
        {"invoices", "ReceivePayment|CreditMemo|JournalEntry|Deposit|Check|ARRefundCreditCard"},
        {"creditNotes", "Invoice|Charge|ReceivePayment|JournalEntry|Check|ARRefundCreditCard"},
        {"bills",
         "BillPaymentCheck|BillPaymentCreditCard|VendorCredit|JournalEntry|Check|"
         "CreditCardCredit|Deposit"},
        {"billCreditNotes",
         "Bill|BillPaymentCheck|BillPaymentCreditCard|JournalEntry|Check|Deposit"},
    });
    if (link.child("Amount").text().empty()) return false;
    if (link.child("LinkType").text() == "QUANTYPE") return false;
    const auto type = link.child("TxnType").text();
    return std::any_of(rows.begin(), rows.end(), [&](const Row& row) {
        return row.data_type == type_.name && lists(row.types, type, '|');
    });
}

bool RecordReader::write_record_ref(Element element)
{
    const auto type = element.child("TxnType").text();
    out_ += "{\"id\":";
    text(element.child("TxnID").text());
    out_ += ",\"dataType\":";
    plain(data_type_of_transaction(type));
    out_ += ",\"sourceType\":";
    text(type);
    out_ += '}';
    return true;
}

bool RecordReader::write_links(const Field& field, const Scope& scope)
{
    const bool allocations = field.rule == Rule::allocations;
    const std::string path(field.path);
    out_ += '[';
    bool any = false;
    const Element first = scope.children->first("LinkedTxn");
    for (Element link = first; link; link = link.next_sibling("LinkedTxn")) {
        if (allocations && !counts_as_allocation(link)) continue;
        if (any) out_ += ',';
        any = true;
        out_ += "{\"recordRef\":";
        write_record_ref(link);
        key("date");
        write_date(path + "[].date", link.child("TxnDate").text());
        key("reference");
        text(link.child("RefNumber").text());
        if (!allocations) {
            const auto type = link.child("LinkType").text();
            key("linkType");
            plain(type == "AMTTYPE" ? "Amount" : type == "QUANTYPE" ? "Quantity" : "");
        }
        key("amount");
        const auto value = link.child("Amount").text();
        auto number = DecimalText::parse(value);
        if (!value.empty() && !number) issue("value.invalid", path + "[].amount", value);
        if (number && allocations) number->negative = false;
        plain(number ? money_text(*number) : std::string{});
        out_ += '}';
    }
    out_ += ']';
    return any;
}

bool RecordReader::write_link_refs(const Field& field)
{
    std::vector<std::string_view> seen;
    out_ += '[';
    for (Element link = root_.first("LinkedTxn"); link; link = link.next_sibling("LinkedTxn")) {
        const auto id = link.child("TxnID").text();
        if (link.child("TxnType").text() != field.argument) continue;
        if (std::find(seen.begin(), seen.end(), id) != seen.end()) continue;
        if (!seen.empty()) out_ += ',';
        seen.push_back(id);
        write_record_ref(link);
    }
    out_ += ']';
    return !seen.empty();
}

bool RecordReader::write_link_rule(const Field& field, const Scope& scope)
{
    switch (field.rule) {
        case Rule::allocations:
        case Rule::linked_transactions: return write_links(field, scope);
        case Rule::link_refs: return write_link_refs(field);
        case Rule::record_ref: return write_record_ref(scope.element);
        case Rule::deposit_record_ref:
            return scope.element.child("TxnID").text().empty() ? null()
                                                               : write_record_ref(scope.element);
        case Rule::entity_ref: {
            const Element element = find(field, scope).element;
            if (!write_ref(element, {})) return false;
            out_.pop_back();
            out_ += ",\"dataType\":";
            const auto* found =
                context_.find(Context::List::entities, element.child("ListID").text());
            plain(found ? *found : std::string_view{});
            out_ += '}';
            return true;
        }
        case Rule::paid_on_date: return write_paid_on();
        default: return write_line_rule(field, scope);
    }
}

// ---- checks

void RecordReader::check_sums()
{
    bad_.clear();
    const auto report = [&](std::string_view field, Amount sum) {
        if (bad_.empty()) issue("amount.mismatch", field, sum.money());
        bad_.clear();
    };
    if (type_.name == "invoices" && !root_flag("IsPending")) {
        const auto remaining = sum_part("BalanceRemaining");
        const auto applied = sum_part("AppliedAmount");
        const Amount total = invoice_total();
        if (remaining && applied && total != *remaining - *applied) report("totalAmount", total);
    } else if (type_.name == "journalEntries") {
        Amount sum;
        for (const auto& line : lines()) {
            const Amount part = sum_part(line.element.child("Amount")).value_or(Amount{});
            sum += line.name == "JournalCreditLine" ? -part : part;
        }
        if (!sum.is_zero()) report("journalLines", sum);
    } else if (type_.name == "payments") {
        Amount sum = sum_part("UnusedPayment").value_or(Amount{});
        for (Element e = root_.first("AppliedToTxnRet"); e; e = e.next_sibling("AppliedToTxnRet"))
            sum += sum_part(e.child("Amount")).value_or(Amount{});
        if (sum != sum_part("TotalAmount").value_or(Amount{})) report("allocations", sum);
    }
}

}  // namespace qbxml::canonical
