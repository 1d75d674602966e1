#include <algorithm>

#include <fmt/format.h>

#include "qbxml/canonical/decimal.h"
#include "qbxml/canonical/record_writer.h"

namespace qbxml::canonical {
namespace {

bool is_given(const Value* value)
{
    return value && !value->is_null() && !(value->is_string() && value->as_string().empty());
}

std::optional<Amount> amount_of(const Value* value)
{
    if (!is_given(value)) return std::nullopt;
    if (value->is_string()) return Amount::from(value->as_string());
    return value->is_number() ? Amount::from(value->number_text()) : std::nullopt;
}

const Value* line_with_id(const Value* lines, std::string_view id)
{
    if (!lines || !lines->is_array() || id.empty()) return nullptr;
    for (const auto& line : lines->as_array())
        if (line.string_at("id") == id) return &line;
    return nullptr;
}

const Field* member(const Field& field, std::string_view name)
{
    for (const auto& each : field.members)
        if (each.name == name) return &each;
    return nullptr;
}

Draft* group_draft(std::string_view name, std::string_view id, Draft& payload)
{
    for (auto& each : payload.children) {
        const Draft* own = each.child("TxnLineID");
        if (each.name == name && own && own->text == id) return &each;
    }
    return nullptr;
}

}  // namespace

void RecordWriter::write_lines(const Field& field, const Value& value, const Value* current,
                               const std::string& pointer, const Target& target)
{
    if (!is_given_array(value, pointer)) return;
    const auto& lines = value.as_array();
    if (!creating() && lines.empty() && field.rule != Rule::lines_purchase)
        return refuse(
            pointer, "value",
            "QuickBooks cannot take away all lines; void or delete the transaction, or leave a "
            "line");
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string at = pointer_to(pointer, i);
        if (!lines[i].is_object())
            refuse(at, "value", fmt::format("{} where an object is expected", kind_of(lines[i])));
        else
            write_line(field, lines[i], line_with_id(current, lines[i].string_at("id")), at,
                       target);
    }
    if (field.rule == Rule::lines_journal) check_balance(value, pointer);
    if (field.rule != Rule::lines_purchase || creating()) return;
    // Expense and item lines are two lists: one that is not mentioned would stay as it is.
    const auto& made = payload_.children;
    const auto any = [&](std::initializer_list<std::string_view> names) {
        return std::any_of(made.begin(), made.end(), [&](const Draft& each) {
            return std::find(names.begin(), names.end(), each.name) != names.end();
        });
    };
    if (!any({"ExpenseLineMod"})) payload_.add("ClearExpenseLines", pointer, "true");
    if (!any({"ItemLineMod", "ItemGroupLineMod"})) payload_.add("ClearItemLines", pointer, "true");
}

std::optional<RecordWriter::LineKind> RecordWriter::line_kind(const Field& field, const Value& line,
                                                              const Value* current,
                                                              const std::string& pointer)
{
    const auto said = [&](std::string_view name) {
        const Value* own = line.find(name);
        return own ? own : current ? current->find(name) : nullptr;
    };
    if (field.rule == Rule::lines_journal) {
        const auto amount = amount_of(said("netAmount"));
        return amount && amount->is_negative() ? LineKind::credit : LineKind::debit;
    }
    const Value* type = said("lineType");
    const std::string word = type && type->is_string() ? type->as_string() : std::string{};
    const Value* item = said("itemRef");
    const auto* kind = item ? context_.find(Context::List::items, item->string_at("id")) : nullptr;
    if (kind ? *kind == "Group" : word == "Group") return LineKind::group;
    if (field.rule == Rule::lines_sales) return LineKind::item;
    const bool account = is_given(said("accountRef"));
    if (is_given(item) && account) {
        refuse(pointer, "conflict", "a line has an itemRef or an accountRef; give one of them");
        return std::nullopt;
    }
    if (account || word == "Expense") return LineKind::expense;
    if (!is_given(item) && word.empty() && !line.string_at("id").empty()) {
        refuse(pointer_to(pointer, "lineType"), "required",
               "expense and item lines are two lists; say which one this line is in");
        return std::nullopt;
    }
    return LineKind::item;
}

std::string RecordWriter::line_element(const Field& field, LineKind kind) const
{
    const std::string_view ending = creating() ? "Add" : "Mod";
    switch (kind) {
        case LineKind::debit:
        case LineKind::credit:
            if (!creating()) return "JournalLineMod";
            return kind == LineKind::debit ? "JournalDebitLine" : "JournalCreditLine";
        case LineKind::expense: return fmt::format("ExpenseLine{}", ending);
        case LineKind::group:
            if (field.rule == Rule::lines_purchase) return fmt::format("ItemGroupLine{}", ending);
            return fmt::format("{}LineGroup{}", element_, ending);
        case LineKind::item:
            if (field.rule == Rule::lines_purchase) return fmt::format("ItemLine{}", ending);
            return fmt::format("{}Line{}", element_, ending);
    }
    return {};
}

void RecordWriter::write_line(const Field& field, const Value& line, const Value* current,
                              const std::string& pointer, const Target& target)
{
    const auto kind = line_kind(field, line, current, pointer);
    if (!kind) return;
    const std::string name = line_element(field, *kind);
    const std::string id = line.string_at("id");
    Draft* parent = target.at;
    const Value* group = line.find("parentLineId");
    if (is_given(group) && creating())
        refuse(pointer_to(pointer, "parentLineId"), "unsupported",
               "QuickBooks fills in the members of a group itself; give the group line alone");
    if (is_given(group) && !creating()) {
        parent = group_draft(line_element(field, LineKind::group), line.string_at("parentLineId"),
                             *target.at);
        if (!parent)
            return refuse(
                pointer_to(pointer, "parentLineId"), "value",
                "no group line of this id stands above; list the group before its members");
    }
    Draft& element = parent->add(name, pointer);
    if (!creating()) element.add("TxnLineID", pointer_to(pointer, "id"), id.empty() ? "-1" : id);
    // The paths of a member's fields are told for a line outside of groups.
    const Target inside{&element, target.prefix + name + '/'};
    std::set<std::string_view> skipped{"id", "parentLineId"};
    if (const Field* type = member(field, "lineType"); type && line.find("lineType")) {
        skipped.insert("lineType");
        const Value& word = *line.find("lineType");
        if (!word.is_null() && (!word.is_string() || !lists(type->words, word.as_string(), '|')))
            refuse(pointer_to(pointer, "lineType"), "value", "no line type of this name");
    }
    if (creating() && is_given(line.find("id")))
        warn(pointer_to(pointer, "id"), "QuickBooks gives the id of a new line; it was ignored");
    const bool summary = *kind == LineKind::group || line.string_at("lineType") == "Subtotal";
    for (const char* computed : {"description", "unitAmount", "subTotal", "taxAmount"}) {
        const Field* of = member(field, computed);
        const bool none = of && ways(*of, inside).empty();
        if (!summary || !of || !is_given(line.find(computed))) continue;
        if (!none && !std::string_view(computed).starts_with("subTotal")) continue;
        skipped.insert(computed);
        warn(pointer_to(pointer, computed),
             "QuickBooks works it out for this line; it was ignored");
    }
    const bool writes_amount = !skipped.contains("subTotal");
    skipped.insert("subTotal");
    skipped.insert("netAmount");
    write_object(field.members, line, current, pointer, inside, skipped);
    if (field.rule == Rule::lines_journal)
        write_journal_amount(field, line, current, pointer, inside);
    else if (writes_amount)
        write_line_amount(field, line, current, pointer, inside);
}

// QuickBooks takes the amount, or works it out from quantity and price when these say it already.
void RecordWriter::write_line_amount(const Field& field, const Value& line, const Value* current,
                                     const std::string& pointer, const Target& target)
{
    const Field* of = member(field, "subTotal");
    const Value* given = line.find("subTotal");
    const Value* old = current ? current->find("subTotal") : nullptr;
    if (!of || !given || (old && *old == *given)) return;
    const std::string at = pointer_to(pointer, "subTotal");
    const auto way = chosen_way(*of, target);
    if (!is_given(given)) return;
    if (way.empty()) return refuse_without_way(*of, *given, at);
    if (!decimal_of(*of, *given, at)) return;
    auto amount = amount_of(given);
    if (!amount) return refuse(at, "value", "the amount is too large");
    const Value* included = known("amountsIncludeTax");
    if (included && *included == Value(true))
        if (const auto tax = amount_of(line.find("taxAmount"))) *amount += *tax;
    const auto quantity = amount_of(line.find("quantity")),
               price = amount_of(line.find("unitAmount"));
    // A line of an estimate that is marked up costs more than its units do.
    const bool marked_up =
        is_given(line.find("markupAmount")) || is_given(line.find("markupPercent"));
    if (quantity && price && !marked_up) {
        const auto product = Amount::product_in_cents(*quantity, *price);
        if (product && *product == *amount) return;
        return refuse(
            at, "conflict",
            fmt::format("quantity × unitAmount is {}, subTotal is {}; give two of the three, or "
                        "make them agree",
                        product ? product->money() : "too large", amount->money()));
    }
    target.at->grow(way, at, (element_ == "CreditCardCredit" ? -*amount : *amount).money());
}

void RecordWriter::write_journal_amount(const Field& field, const Value& line, const Value* current,
                                        const std::string& pointer, const Target& target)
{
    const Field* of = member(field, "netAmount");
    const Value* given = line.find("netAmount");
    const Value* old = current ? current->find("netAmount") : nullptr;
    const std::string at = pointer_to(pointer, "netAmount");
    if (!is_given(given) || !of) return;  // told as required on create
    if (old && *old == *given) return;
    if (!decimal_of(*of, *given, at)) return;
    const auto amount = amount_of(given);
    if (!amount) return refuse(at, "value", "the amount is too large");
    if (!creating())
        target.at->add("JournalLineType", at, amount->is_negative() ? "Credit" : "Debit");
    target.at->add("Amount", at, amount->unsigned_value().money());
}

void RecordWriter::check_balance(const Value& lines, const std::string& pointer)
{
    Amount sum;
    for (const auto& line : lines.as_array()) {
        const auto amount = amount_of(line.find("netAmount"));
        if (!amount) return;  // not all are known
        sum += *amount;
    }
    if (!sum.is_zero())
        refuse(pointer, "unbalanced",
               fmt::format("the lines add up to {}; debits and credits must add up to 0.00",
                           sum.money()));
}

}  // namespace qbxml::canonical
