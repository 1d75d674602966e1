#include "qbxml/simulator/order_lines.h"

#include <algorithm>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/references.h"

namespace qbxml::simulator {

namespace {

std::string_view filled_field(const Node& line)
{
    return line.name.starts_with("Purchase") ? "ReceivedQuantity" : "Invoiced";
}

bool is_closed(const Node& node)
{
    return text_at(node, "IsManuallyClosed") == "true" ||
           text_at(node, "IsFullyInvoiced") == "true" || text_at(node, "IsFullyReceived") == "true";
}

// What a line of a bill or invoice takes over from the line of the order.
Node taken_over(const Form& form, const Node& line)
{
    Node fields{.name = form.lines == Form::Lines::purchase ? "ItemLine"
                                                            : std::string(form.noun) + "Line"};
    for (const std::string_view name : {"ItemRef", "Desc", "UnitOfMeasure", "ClassRef",
                                        "SalesTaxCodeRef", "CustomerRef", "Other1", "Other2"}) {
        if (const Node* field = line.child(name)) fields.add(*field);
    }
    if (line.child("ItemRef") == nullptr) return fields;
    fields.add("Quantity", open_quantity(line).quantity_text());
    if (const Node* percent = line.child("RatePercent")) {
        fields.add(*percent);
    } else if (const Node* rate = line.child("Rate")) {
        fields.add(std::string(form.rate_field()), rate->text);
    } else if (const Node* amount = line.child("Amount")) {
        fields.add(*amount);
        remove(fields, "Quantity");
    }
    return fields;
}

}  // namespace

std::vector<Node*> plain_lines(Node& order)
{
    std::vector<Node*> lines;
    for (Node& child : order.children) {
        if (child.name.ends_with("LineRet")) lines.push_back(&child);
        if (!child.name.ends_with("LineGroupRet")) continue;
        for (Node& inner : child.children) {
            if (inner.name.ends_with("LineRet")) lines.push_back(&inner);
        }
    }
    return lines;
}

Fine open_quantity(const Node& line)
{
    if (text_at(line, "IsManuallyClosed") == "true") return {};
    const Fine ordered = number_in(line, "Quantity").value_or(Fine::whole(1));
    const Fine filled = number_in(line, filled_field(line)).value_or(Fine{});
    return {std::max<std::int64_t>(ordered.value - filled.value, 0)};
}

Record* OrderReader::order(const std::string& txn_id) const
{
    const bool buys = form_.noun == "Bill" || form_.noun == "ItemReceipt";
    if (!buys && form_.noun != "Invoice") return nullptr;
    return books_.find(*kind_of(buys ? "PurchaseOrder" : "SalesOrder"), txn_id);
}

std::optional<Outcome> OrderReader::take_all(const std::string& txn_id,
                                             std::vector<LineRequest>& lines)
{
    Record* from = order(txn_id);
    if (from == nullptr) return object_not_found(txn_id);
    if (!whole_.insert(txn_id).second) {
        return refused(3177, "The transaction " + txn_id + " is named twice in this request.");
    }
    Node tree = from->tree();
    if (is_closed(tree)) {
        met_closed_ = true;
        return std::nullopt;
    }
    for (const Node* line : plain_lines(tree)) {
        if (open_quantity(*line).value == 0) continue;
        LineRequest request{.fields = taken_over(form_, *line)};
        if (line->child("ItemRef") != nullptr) {
            request.order = from;
            request.order_line = LineId::parse(text_at(*line, "TxnLineID"));
        }
        lines.push_back(std::move(request));
    }
    return std::nullopt;
}

std::optional<Outcome> OrderReader::take_line(LineRequest& line)
{
    const Node* link = line.fields.child("LinkToTxn");
    if (link == nullptr) return std::nullopt;
    const std::string txn_id = text_at(*link, "TxnID");
    const std::string line_id = text_at(*link, "TxnLineID");
    Record* from = order(txn_id);
    if (from == nullptr) return object_not_found(txn_id);
    if (whole_.contains(txn_id)) {
        return refused(
            3000, "The given object ID \"" + txn_id + "\" stands in LinkToTxnID and in LinkToTxn.");
    }
    Node tree = from->tree();
    for (const Node* ordered : plain_lines(tree)) {
        if (text_at(*ordered, "TxnLineID") != line_id) continue;
        const Fine open = open_quantity(*ordered);
        Node fields = taken_over(form_, *ordered);
        if (is_closed(tree) || open.value == 0) {
            met_closed_ = true;  // saved without the link
        } else {
            line.order = from;
            line.order_line = LineId::parse(line_id);
        }
        const bool priced = line.fields.child("Amount") != nullptr;
        for (const Node& field : line.fields.children) {
            if (field.name != "LinkToTxn") put(fields, field);
        }
        if (priced && line.fields.child(form_.rate_field()) == nullptr) {
            remove(fields, form_.rate_field());
        }
        line.fields = std::move(fields);
        return std::nullopt;
    }
    return object_not_found(line_id);
}

void show_progress(Node& order, const std::vector<Link>& links)
{
    const bool sells = order.name == "SalesOrderRet";
    bool full = true;
    bool any = false;
    for (Node* line : plain_lines(order)) {
        if (line->child("ItemRef") == nullptr) continue;
        const LineId id = LineId::parse(text_at(*line, "TxnLineID"));
        Fine filled;
        for (const Link& link : links) {
            if (link.kind == Link::Kind::quantity && link.to_line == id) {
                filled.value += link.quantity.value;
            }
        }
        put(*line, filled_field(*line), filled.quantity_text());
        if (line->child("IsManuallyClosed") == nullptr) put(*line, "IsManuallyClosed", "false");
        full = full && open_quantity(*line).value == 0;
        any = true;
    }
    put(order, sells ? "IsFullyInvoiced" : "IsFullyReceived", any && full ? "true" : "false");
}

void follow_progress(const Node& order, std::vector<Posting>& postings)
{
    Node tree = order;
    const bool closed = is_closed(tree);
    for (const Node* line : plain_lines(tree)) {
        const LineId id = LineId::parse(text_at(*line, "TxnLineID"));
        for (Posting& posting : postings) {
            if (posting.line == id) posting.quantity = closed ? Fine{} : open_quantity(*line);
        }
    }
}

}  // namespace qbxml::simulator
