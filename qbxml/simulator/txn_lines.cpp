#include "qbxml/simulator/txn_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/lists.h"
#include "qbxml/simulator/order_lines.h"
#include "qbxml/simulator/references.h"

namespace qbxml::simulator {

namespace {

// What a line shows and nobody types.
constexpr std::array<std::string_view, 6> computed{
    "TxnLineID", "TaxAmount", "TotalAmount", "IsPrintItemsInGroup", "Invoiced", "ReceivedQuantity"};
// What is typed and no line shows.
constexpr std::array<std::string_view, 1> unseen{"OverrideItemAccountRef"};

bool is_inner_line(const Node& child)
{
    return child.name.ends_with("LineRet");
}

std::string without(std::string_view name, std::string_view ending)
{
    return std::string(name.substr(0, name.size() - ending.size()));
}

// "InvoiceLine" of an InvoiceLineRet; the lines of a journal are named so in every form.
std::string stem_of(const Form& form, const Node& line)
{
    return form.lines == Form::Lines::journal ? line.name : without(line.name, "Ret");
}

bool is_mod_of(const Form& form, const Node& child)
{
    if (!child.name.ends_with("Mod")) return false;
    const std::string stem = without(child.name, "Mod");
    if (form.lines == Form::Lines::journal) return stem == "JournalLine";
    const auto stems = form.line_stems();
    return std::find(stems.begin(), stems.end(), stem) != stems.end();
}

// The expense lines and the item lines of a form are two tables, each for itself.
bool is_expense(const Node& child)
{
    return child.name.starts_with("ExpenseLine");
}

// The fields of a line as typed, from what it shows.
Node typed(const Form& form, const Node& line)
{
    Node fields{.name = stem_of(form, line)};
    for (const Node& field : line.children) {
        if (std::find(computed.begin(), computed.end(), field.name) != computed.end()) continue;
        if (!is_inner_line(field)) fields.add(field);
    }
    return fields;
}

bool same_value(const Node* old, const Node& field)
{
    if (old == nullptr) return false;
    if (!field.name.ends_with("Ref")) return *old == field;
    return text_at(*old, "ListID") == text_at(field, "ListID");
}

LineRequest unchanged(const Form& form, const Node& line)
{
    LineRequest request{.fields = typed(form, line), .id = text_at(line, "TxnLineID")};
    if (!is_group(line.name)) return request;
    request.inner.emplace();
    for (const Node& child : line.children) {
        if (is_inner_line(child)) request.inner->push_back(unchanged(form, child));
    }
    return request;
}

// What the form computed is left to be computed again where the change touches it.
void forget_computed(Node& fields, const std::vector<std::string>& changed, const Form& form)
{
    const auto changes = [&](std::string_view name) {
        return std::find(changed.begin(), changed.end(), name) != changed.end();
    };
    const std::string_view rate = form.rate_field();
    if (changes("ItemRef")) {  // another item brings its own description and price
        for (const std::string_view name :
             {std::string_view("Desc"), rate, std::string_view("RatePercent"),
              std::string_view("Amount"), std::string_view("SalesTaxCodeRef")}) {
            if (!changes(name)) remove(fields, name);
        }
    }
    if (changes("Amount")) {
        if (!changes(rate)) remove(fields, rate);
    } else if (changes("Quantity") || changes(rate) || changes("RatePercent") ||
               fields.child("RatePercent") != nullptr) {
        remove(fields, "Amount");
    }
}

std::optional<Outcome> changed_line(const CompanyFile& books, const Form& form, const Node& line,
                                    const Node& change, LineRequest& request)
{
    request = unchanged(form, line);
    Node shown = same_fields(change, line.name);
    for (const Node& field : change.children) {
        if (std::find(unseen.begin(), unseen.end(), field.name) != unseen.end()) shown.add(field);
    }
    if (auto refusal = resolve_references(books, shown, form.noun)) return refusal;
    std::vector<std::string> changed;
    for (const Node& field : shown.children) {
        if (field.name == "TxnLineID" || is_inner_line(field)) continue;
        if (same_value(request.fields.child(field.name), field)) continue;
        const bool empty = field.children.empty() && field.text.empty();
        if (empty && field.name.ends_with("Ref") && field.name != "ClassRef" &&
            field.name != "CustomerRef" && field.name != "EntityRef" &&
            field.name != "SalesRepRef") {
            return refused(3190, fmt::format("The field \"{}\" cannot be cleared.", field.name));
        }
        changed.push_back(field.name);
        apply_field(request.fields, field);
    }
    if (const std::string type = text_at(change, "JournalLineType"); !type.empty()) {
        request.fields.name = type == "Debit" ? "JournalDebitLine" : "JournalCreditLine";
    }
    if (!is_group(line.name)) forget_computed(request.fields, changed, form);
    const auto touches = [&](std::string_view name) {
        return std::find(changed.begin(), changed.end(), name) != changed.end();
    };
    request.same_item = !touches("ItemRef");
    // Another group, or another number of it, is made up anew.
    if (touches("ItemGroupRef") || touches("Quantity")) {
        if (is_group(line.name)) request.inner.reset();
    }
    return std::nullopt;
}

// A line that is new, from its Mod form.
std::optional<Outcome> new_line(const Form& form, const Node& change, LineRequest& request)
{
    request.fields = change;
    request.fields.name = without(change.name, "Mod");
    remove(request.fields, "TxnLineID");
    if (form.lines == Form::Lines::journal) {
        const std::string type = text_at(change, "JournalLineType");
        if (type.empty()) {
            return refused(3150, "There is a missing element: \"JournalLineType\".");
        }
        request.fields.name = type == "Debit" ? "JournalDebitLine" : "JournalCreditLine";
    }
    return std::nullopt;
}

// Lines of a ...Mod against the lines that were: the whole table, or those inside a group.
class Comparison {
public:
    Comparison(const CompanyFile& books, const Form& form, std::vector<const Node*> old)
        : books_(books), form_(form), old_(std::move(old))
    {
    }

    std::optional<Outcome> read(const Node& change, std::vector<LineRequest>& lines)
    {
        const std::string id = text_at(change, "TxnLineID");
        LineRequest request;
        if (id == "-1") {
            if (auto refusal = new_line(form_, change, request)) return refusal;
            if (auto refusal = read_inner(change, {}, request)) return refusal;
            lines.push_back(std::move(request));
            return std::nullopt;
        }
        const auto found = std::find_if(old_.begin(), old_.end(), [&](const Node* line) {
            return text_at(*line, "TxnLineID") == id;
        });
        if (found == old_.end()) return object_not_found(id);
        const auto place = static_cast<std::size_t>(found - old_.begin());
        if (place < next_) {
            return refused(3290, "The lines are in another order than in the transaction.");
        }
        next_ = place + 1;
        if (auto refusal = changed_line(books_, form_, **found, change, request)) return refusal;
        std::vector<const Node*> inner;
        for (const Node& child : (*found)->children) {
            if (is_inner_line(child)) inner.push_back(&child);
        }
        if (auto refusal = read_inner(change, std::move(inner), request)) return refusal;
        lines.push_back(std::move(request));
        return std::nullopt;
    }

private:
    std::optional<Outcome> read_inner(const Node& change, std::vector<const Node*> old,
                                      LineRequest& request)
    {
        const auto is_inner = [](const Node& child) { return child.name.ends_with("LineMod"); };
        if (std::none_of(change.children.begin(), change.children.end(), is_inner)) {
            return std::nullopt;
        }
        std::erase_if(request.fields.children, is_inner);
        request.inner.emplace();
        Comparison inner(books_, form_, std::move(old));
        for (const Node& child : change.children) {
            if (!is_inner(child)) continue;
            if (auto refusal = inner.read(child, *request.inner)) return refusal;
        }
        return std::nullopt;
    }

    const CompanyFile& books_;
    const Form& form_;
    std::vector<const Node*> old_;
    std::size_t next_ = 0;  // old lines come in their order
};

bool is_true(const Node& node, std::string_view name)
{
    const std::string text = text_at(node, name);
    return text == "true" || text == "1";
}

}  // namespace

std::optional<Outcome> read_added_lines(CompanyFile& books, const Form& form, const Node& add,
                                        std::vector<LineRequest>& lines, bool& closed)
{
    OrderReader orders(books, form);
    for (const Node& field : add.children) {
        if (field.name != "LinkToTxnID") continue;
        if (auto refusal = orders.take_all(field.text, lines)) return refusal;
    }
    const auto stems = form.line_stems();
    for (const Node& child : add.children) {
        const bool journal = form.lines == Form::Lines::journal;
        const std::string stem = journal                       ? child.name
                                 : child.name.ends_with("Add") ? without(child.name, "Add")
                                                               : std::string();
        if (std::find(stems.begin(), stems.end(), stem) == stems.end()) continue;
        LineRequest request{.fields = child};
        request.fields.name = stem;
        if (auto refusal = orders.take_line(request)) return refusal;
        lines.push_back(std::move(request));
    }
    closed = orders.met_closed();
    return std::nullopt;
}

std::optional<Outcome> read_changed_lines(CompanyFile& books, const Form& form,
                                          const Record& before, const Node& tree, const Node& mod,
                                          std::vector<LineRequest>& lines)
{
    for (const bool expenses : {true, false}) {
        std::vector<const Node*> old;
        for (const Node& child : tree.children) {
            if (is_line_of(form, child) && is_expense(child) == expenses) old.push_back(&child);
        }
        const bool replaces =
            std::any_of(mod.children.begin(), mod.children.end(), [&](const Node& child) {
                return is_mod_of(form, child) && is_expense(child) == expenses;
            });
        const bool clears = is_true(mod, expenses ? "ClearExpenseLines" : "ClearItemLines");
        if (!replaces && !clears) {
            for (const Node* line : old)
                lines.push_back(unchanged(form, *line));
        }
        Comparison comparison(books, form, std::move(old));
        for (const Node& child : mod.children) {
            if (!is_mod_of(form, child) || is_expense(child) != expenses) continue;
            if (auto refusal = comparison.read(child, lines)) return refusal;
        }
    }
    // Lines that stay go on filling their order.
    for (const Link& link : books.ledger().links_from(before)) {
        if (link.kind != Link::Kind::quantity) continue;
        const std::string id = link.from_line.text();
        for (LineRequest& line : lines) {
            if (line.id != id) continue;
            line.order = link.to;
            line.order_line = link.to_line;
        }
    }
    return std::nullopt;
}

std::optional<Outcome> make_lines(const LinesOf& of, const std::vector<LineRequest>& requests,
                                  MadeLines& made)
{
    switch (of.form.lines) {
        case Form::Lines::sales:
        case Form::Lines::order:
        case Form::Lines::purchase: return make_item_lines(of, requests, made);
        case Form::Lines::deposit: return make_deposit_lines(of, requests, made);
        case Form::Lines::journal: return make_journal_lines(of, requests, made);
        case Form::Lines::adjustment: return make_adjustment_lines(of, requests, made);
        case Form::Lines::build: return make_build(of, made);
        case Form::Lines::none:
        case Form::Lines::applied:
        case Form::Lines::refund: break;
    }
    return std::nullopt;
}

std::optional<Outcome> name_of_posting(const LinesOf& of, const Record& account, Record* on_line,
                                       Record* on_form, Record*& name)
{
    name = on_line != nullptr ? on_line : on_form;
    const std::string_view type = class_of(account, of.books).type;
    const bool receivable = type == "AccountsReceivable";
    if (!receivable && type != "AccountsPayable") return std::nullopt;
    const std::string_view wanted = receivable ? "Customer" : "Vendor";
    for (Record* candidate : {on_line, on_form}) {
        if (candidate == nullptr || candidate->kind().noun != wanted) continue;
        name = candidate;
        return std::nullopt;
    }
    return cannot_save(of.form, receivable ? "Transactions with an accounts receivable account "
                                             "must include a customer."
                                           : "Transactions with an accounts payable account must "
                                             "include a vendor.");
}

Record* name_on_form(const CompanyFile& books, const Form& form, const Node& header)
{
    return form.name_ref.empty() ? nullptr : referred_in(books, header, form.name_ref);
}

Record* account_before(const LinesOf& of, const std::string& line_id)
{
    if (of.before == nullptr || line_id.empty()) return nullptr;
    const LineId id = LineId::parse(line_id);
    for (const Posting& posting : of.books.ledger().postings(*of.before)) {
        if (posting.line == id) return posting.account;
    }
    return nullptr;
}

Outcome cannot_save(const Form& form, std::string_view why)
{
    return refused(3180, fmt::format("There was an error when saving a {}.  QuickBooks error "
                                     "message: {}",
                                     form.noun, why));
}

Outcome cannot_change(const Form& form, std::string_view why)
{
    return refused(3170, fmt::format("There was an error when modifying a {}.  QuickBooks error "
                                     "message: {}",
                                     form.noun, why));
}

Record* referred_in(const CompanyFile& books, const Node& node, std::string_view ref_name)
{
    const Node* ref = node.child(ref_name);
    return ref == nullptr ? nullptr : referred(books, *ref, targets_of(ref_name));
}

Cents amount_in(const Node& node, std::string_view path)
{
    return Cents::parse(text_at(node, path)).value_or(Cents{});
}

std::optional<Fine> number_in(const Node& node, std::string_view name)
{
    const Node* field = node.child(name);
    return field == nullptr ? std::nullopt : Fine::parse(field->text);
}

}  // namespace qbxml::simulator
