#include <algorithm>

#include "qbxml/canonical/record_reader.h"

namespace qbxml::canonical {
namespace {

bool is_group_name(std::string_view name)
{
    return name.ends_with("LineGroupRet") || name == "ItemGroupLineRet";
}

// Of the element `record`, "InvoiceRet". Lines that we do not know are no lines: nobody could say
// whether they count in the sums.
bool is_line_name(std::string_view name, std::string_view record)
{
    if (name == "ExpenseLineRet" || name == "ItemLineRet" || name == "ItemGroupLineRet" ||
        name == "JournalDebitLine" || name == "JournalCreditLine")
        return true;
    const auto own = record.substr(0, record.size() - std::string_view("Ret").size());
    if (!name.starts_with(own)) return false;
    name.remove_prefix(own.size());
    return name == "LineRet" || name == "LineGroupRet";
}

bool has_price(const Line& line)
{
    for (const char* name : {"Quantity", "Rate", "RatePercent", "Cost"})
        if (!line.element.child(name).text().empty()) return true;
    return false;
}

}  // namespace

std::string_view to_text(LineType type)
{
    switch (type) {
        case LineType::item: return "Item";
        case LineType::expense: return "Expense";
        case LineType::group: return "Group";
        case LineType::subtotal: return "Subtotal";
        case LineType::discount: return "Discount";
        case LineType::payment: return "Payment";
        case LineType::tax: return "Tax";
        case LineType::description: return "Description";
    }
    return "Item";
}

const std::vector<Line>& RecordReader::lines()
{
    if (!lines_read_) {
        lines_read_ = true;
        read_lines();
        set_line_types();
    }
    return lines_;
}

void RecordReader::read_lines()
{
    const std::string_view record = ret_.name();
    for (Element child : ret_.children()) {
        const auto name = child.name();
        if (!is_line_name(name, record)) continue;
        const bool group = is_group_name(name);
        lines_.push_back({child, name, {}, false, group ? LineType::group : LineType::item});
        if (!group) continue;
        const auto id = child.child("TxnLineID").text();
        for (Element member : child.children())
            if (is_line_name(member.name(), record) && !is_group_name(member.name()))
                lines_.push_back({member, member.name(), id, true, LineType::item});
    }
}

void RecordReader::set_line_types()
{
    Amount all, since_subtotal;
    bool any_amount = false;
    for (auto& line : lines_) {
        if (line.type == LineType::group) continue;
        const auto own = Amount::from(line.element.child("Amount").text());
        const Element item = line.element.child("ItemRef");
        const auto* known = context_.find(Context::List::items, item.child("ListID").text());
        if (line.name == "ExpenseLineRet") {
            line.type = LineType::expense;
        } else if (item.child("ListID").text().empty() && item.child("FullName").text().empty()) {
            line.type = LineType::description;
        } else if (known) {
            const std::string_view kind = *known;
            line.type = kind == "Subtotal"                              ? LineType::subtotal
                        : kind == "Discount"                            ? LineType::discount
                        : kind == "Payment"                             ? LineType::payment
                        : kind == "SalesTax" || kind == "SalesTaxGroup" ? LineType::tax
                                                                        : LineType::item;
        } else if (!line.in_group && own && !has_price(line) && any_amount &&
                   (*own == since_subtotal || *own == all)) {
            // The kind is not known yet: a subtotal repeats what stands above it.
            line.type = LineType::subtotal;
        }
        any_amount = any_amount || own;
        if (line.type == LineType::subtotal) {
            since_subtotal = {};
        } else if (own) {
            all += *own;
            since_subtotal += *own;
        }
    }
}

std::optional<Amount> RecordReader::line_amount(const Line& line)
{
    return sum_part(line.element.child(line.type == LineType::group ? "TotalAmount" : "Amount"));
}

std::optional<Amount> RecordReader::line_sub_total(const Line& line)
{
    const auto amount = line_amount(line);
    if (!amount || !tax_included_) return amount;
    const auto tax = sum_part(line.element.child("TaxAmount"));
    return tax ? std::optional(*amount - *tax) : std::nullopt;
}

std::optional<Amount> RecordReader::line_total(const Line& line)
{
    const auto amount = line_amount(line);
    if (!amount || tax_included_) return amount;
    return *amount + sum_part(line.element.child("TaxAmount")).value_or(Amount{});
}

bool RecordReader::write_lines(const Field& field)
{
    out_ += '[';
    int number = 0;
    Children children;
    for (const auto& line : lines()) {
        if (number++) out_ += ',';
        children.read(line.element);
        write_object(field.members, {line.element, line.name, &children, &line, number, true});
    }
    out_ += ']';
    return number > 0;
}

bool RecordReader::write_line_rule(const Field& field, const Scope& scope)
{
    switch (field.rule) {
        case Rule::lines_sales:
        case Rule::lines_purchase:
        case Rule::lines_journal: return write_lines(field);
        case Rule::line_number: return whole(std::to_string(scope.number));
        default: break;
    }
    if (!scope.line) return write_status_rule(field, scope);
    const Line& line = *scope.line;
    bad_.clear();
    switch (field.rule) {
        case Rule::line_type: return plain(to_text(line.type));
        case Rule::is_summary:
            return flag(line.type == LineType::group || line.type == LineType::subtotal);
        case Rule::parent_line: return text(line.group_id);
        case Rule::line_sub_total: {
            const auto value = line_sub_total(line);
            return amount(field, value && turned_ ? -*value : value);
        }
        case Rule::line_total: {
            const auto value = line_total(line);
            return amount(field, value && turned_ ? -*value : value);
        }
        case Rule::journal_amount: {
            const Amount value = sum_part(line.element.child("Amount")).value_or(Amount{});
            return amount(field, line.name == "JournalCreditLine" ? -value : value);
        }
        default: return write_status_rule(field, scope);
    }
}

}  // namespace qbxml::canonical
