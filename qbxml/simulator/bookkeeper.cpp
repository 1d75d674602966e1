#include "qbxml/simulator/bookkeeper.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "qbxml/grammar/grammar.h"
#include "qbxml/json_form.h"
#include "qbxml/node_xml.h"
#include "qbxml/response.h"
#include "qbxml/simulator/company_file.h"

namespace qbxml::simulator {

namespace {

// What a query shows only when it is asked for.
constexpr std::array<std::string_view, 3> details{"IncludeLineItems", "IncludeComponentLineItems",
                                                  "IncludeLinkedTxns"};

constexpr std::size_t fields_max = 10'000;
constexpr std::size_t same_name_max = 1000;

Edition edition_of(SimulatedQuickBooks& quickbooks)
{
    return edition_from_text(quickbooks.country()).value_or(Edition::us);
}

std::string request_name(std::string_view type, std::string_view verb)
{
    return fmt::format("{}{}Rq", type, verb);
}

Error no_such_request(std::string_view type, std::string_view verb)
{
    return Error{std::string(type),
                 fmt::format("QuickBooks has no {}{}; types are named as in qbXML: Customer, "
                             "ItemService, Invoice, ...",
                             type, verb)};
}

bool is_list_record(std::string_view type)
{
    const Kind* kind = kind_of(type);
    if (kind != nullptr) return kind->is_list();
    const auto family = kinds_answered(type);
    return !family.empty() && family.front()->is_list();
}

// "80000001-1650000001": digits of sixteen, a dash, digits of ten.
bool is_id(std::string_view text)
{
    const auto dash = text.find('-');
    return dash != std::string_view::npos && dash > 0 && dash + 1 < text.size() &&
           text.substr(0, dash).find_first_not_of("0123456789ABCDEF") == std::string_view::npos &&
           text.substr(dash + 1).find_first_not_of("0123456789") == std::string_view::npos;
}

// One step of a path: "InvoiceLineAdd[2]".
struct Step {
    std::string name;
    std::size_t number = 1;
};

Result<Step> read_step(std::string_view text, const std::string& whole)
{
    Step step{.name = std::string(text)};
    if (const auto open = text.find('['); open != std::string_view::npos) {
        step.name = text.substr(0, open);
        const auto digits = text.substr(open + 1);
        const auto [stop, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), step.number);
        const bool closed = error == std::errc() && stop + 1 == digits.data() + digits.size() &&
                            *stop == ']' && step.number >= 1 && step.number <= same_name_max;
        if (!closed) return Error{whole, fmt::format("'{}' is no element and number", text)};
    }
    if (step.name.empty()) return Error{whole, "an element of the path has no name"};
    return step;
}

// The nth child of that name; nth may be one more than there are.
Result<Node*> step_into(Node& parent, const Step& step, const std::string& whole)
{
    std::size_t count = 0;
    for (Node& child : parent.children) {
        if (child.name == step.name && ++count == step.number) return &child;
    }
    if (count + 1 < step.number) {
        return Error{whole, fmt::format("{}[{}] comes before {}[{}]", step.name, step.number,
                                        step.name, count + 1)};
    }
    return &parent.add(Node{.name = step.name});
}

}  // namespace

Result<Node> fields_from_texts(const std::vector<std::string>& texts)
{
    Node fields{.name = "fields"};
    if (texts.size() > fields_max) return Error{"--field", "too many fields"};
    for (const std::string& text : texts) {
        const auto equals = text.find('=');
        if (equals == std::string::npos || equals == 0) {
            return Error{text,
                         "a field is given as path=value, for example BillAddress/City=Stowe"};
        }
        std::string_view path = std::string_view(text).substr(0, equals);
        Node* at = &fields;
        while (true) {
            const auto slash = path.find('/');
            const auto step = read_step(path.substr(0, slash), text);
            if (!step) return step.error();
            const auto next = step_into(*at, *step, text);
            if (!next) return next.error();
            at = *next;
            if (slash == std::string_view::npos) break;
            path.remove_prefix(slash + 1);
        }
        at->text = text.substr(equals + 1);
    }
    return fields;
}

Result<Node> fields_from_json(const Value& value)
{
    return node_from_json("fields", value, "");
}

Result<Bookkeeper::Answer> Bookkeeper::ask(const Node& request)
{
    const auto version =
        Version::parse(quickbooks_.options().qbxml_version).value_or(newest_version);
    MessageSet set;
    set.requests.push_back(request);
    const auto text = write(set, version, edition_of(quickbooks_));
    if (!text) {
        const Fault& fault = text.error().front();
        return Error{fault.path, fault.text()};
    }
    const auto processed = quickbooks_.process_by_hand(*text);
    if (processed.failure) {
        return Error{processed.failure->hresult, processed.failure->message};
    }
    const auto read = ResponseSet::read(processed.response);
    if (!read) return read.error();
    const Response& response = read->responses().at(0);
    Answer answer{.status = response.status_code.value_or(0),
                  .message = response.status_message.value_or("")};
    for (const Response::Slice& slice : response.children)
        answer.records.push_back(to_node(read->parse(slice).root()));
    return answer;
}

Result<Bookkeeper::Answer> Bookkeeper::list(std::string_view type, int most)
{
    Node request{.name = request_name(type, "Query")};
    const grammar::Message* message = grammar::message(request.name);
    if (message == nullptr) return no_such_request(type, "Query");
    const auto has = [&](std::string_view element) {
        return message->content().find(element) != nullptr;
    };
    if (most > 0 && has("MaxReturned")) request.add("MaxReturned", std::to_string(most));
    if (has("ActiveStatus")) request.add("ActiveStatus", "All");
    for (const std::string_view flag : details) {
        if (has(flag)) request.add(std::string(flag), "true");
    }
    if (has("OwnerID")) request.add("OwnerID", "0");
    return ask(request);
}

Result<Bookkeeper::Answer> Bookkeeper::find(std::string_view type, std::string_view key)
{
    Node request{.name = request_name(type, "Query")};
    const grammar::Message* message = grammar::message(request.name);
    if (message == nullptr) return no_such_request(type, "Query");
    const bool list = is_list_record(type);
    std::string_view field = list ? "ListID" : "TxnID";
    if (!is_id(key)) field = list ? "FullName" : "RefNumber";
    request.add(std::string(field), std::string(key));
    for (const std::string_view flag : details) {
        if (message->content().find(flag) != nullptr) request.add(std::string(flag), "true");
    }
    if (message->content().find("OwnerID") != nullptr) request.add("OwnerID", "0");
    return ask(request);
}

Result<Bookkeeper::Key> Bookkeeper::key_of(std::string_view type, std::string_view key)
{
    const auto found = find(type, key);
    if (!found) return found.error();
    if (found->records.empty()) {
        return Error{fmt::format("{} {}", type, key), "the books have no such record"};
    }
    if (found->records.size() > 1) {
        return Error{
            fmt::format("{} {}", type, key),
            fmt::format("{} records are called so; name one by its id", found->records.size())};
    }
    const Node& record = found->records.front();
    const std::string_view name = record.child("ListID") != nullptr ? "ListID" : "TxnID";
    return Key{.name = std::string(name),
               .id = text_at(record, name),
               .edit_sequence = text_at(record, "EditSequence")};
}

Result<Bookkeeper::Answer> Bookkeeper::add(std::string_view type, Node fields)
{
    Node request{.name = request_name(type, "Add")};
    if (grammar::message(request.name) == nullptr) return no_such_request(type, "Add");
    fields.name = fmt::format("{}Add", type);
    request.add(std::move(fields));
    return ask(request);
}

Result<Bookkeeper::Answer> Bookkeeper::change(std::string_view type, std::string_view key,
                                              Node fields)
{
    Node request{.name = request_name(type, "Mod")};
    if (grammar::message(request.name) == nullptr) return no_such_request(type, "Mod");
    const auto found = key_of(type, key);
    if (!found) return found.error();
    fields.name = fmt::format("{}Mod", type);
    if (fields.child(found->name) == nullptr) fields.add(found->name, found->id);
    if (fields.child("EditSequence") == nullptr) fields.add("EditSequence", found->edit_sequence);
    request.add(std::move(fields));
    return ask(request);
}

Result<Bookkeeper::Answer> Bookkeeper::remove(std::string_view type, std::string_view key)
{
    const auto found = key_of(type, key);
    if (!found) return found.error();
    const std::string_view verb = is_list_record(type) ? "ListDel" : "TxnDel";
    Node request{.name = request_name(verb, "")};
    request.add(fmt::format("{}Type", verb), std::string(type));
    request.add(found->name, found->id);
    return ask(request);
}

Result<Bookkeeper::Answer> Bookkeeper::void_txn(std::string_view type, std::string_view key)
{
    const auto found = key_of(type, key);
    if (!found) return found.error();
    Node request{.name = request_name("Txn", "Void")};
    request.add("TxnVoidType", std::string(type));
    request.add(found->name, found->id);
    return ask(request);
}

Result<Bookkeeper::Answer> Bookkeeper::merge(std::string_view type, std::string_view from,
                                             std::string_view into)
{
    Node request{.name = request_name("List", "Merge")};
    request.add("ListMergeType", std::string(type));
    for (const auto& [name, key] : {std::pair("MergeFrom", from), std::pair("MergeTo", into)}) {
        const auto found = key_of(type, key);
        if (!found) return found.error();
        Node named{.name = name};
        named.add(found->name, found->id);
        named.add("EditSequence", found->edit_sequence);
        request.add(std::move(named));
    }
    if (type == "Customer") request.add("SameShipAddrOk", "true");
    return ask(request);
}

}  // namespace qbxml::simulator
