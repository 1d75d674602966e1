#include "qbxml/simulator/request_processor.h"

#include <fmt/format.h>

#include <algorithm>

#include "qbxml/grammar/grammar.h"
#include "qbxml/node_xml.h"
#include "qbxml/simulator/customers.h"
#include "qbxml/simulator/data_ext.h"
#include "qbxml/simulator/deletions.h"
#include "qbxml/simulator/host_facts.h"
#include "qbxml/simulator/list_merge.h"
#include "qbxml/simulator/lists.h"
#include "qbxml/simulator/manners.h"
#include "qbxml/simulator/references.h"
#include "qbxml/simulator/reports.h"
#include "qbxml/simulator/text.h"
#include "qbxml/simulator/txns.h"
#include "qbxml/simulator/validation.h"

namespace qbxml::simulator {

namespace {

constexpr std::string_view head = "<?xml version=\"1.0\" ?>\n<QBXML>\n<QBXMLMsgsRs";
constexpr std::string_view tail = "</QBXMLMsgsRs>\n</QBXML>\n";
// Two sources say 23 and 24; the smaller is what may be relied on.
constexpr std::size_t message_set_id_max = 23;
constexpr std::size_t kept_answers_max = 10000;
constexpr std::string_view clear_all = "ClearAllMessageSets";

SimulatedQuickBooks::Failure parse_error()
{
    return {"0x80040400", "QuickBooks found an error when parsing the provided XML text stream."};
}

std::string attribute_of(const Node& node, std::string_view name)
{
    const std::string* value = node.attribute(name);
    return value == nullptr ? std::string() : *value;
}

void append_attribute(std::string& out, std::string_view name, std::string_view value)
{
    out += ' ';
    out += name;
    out += "=\"";
    append_escaped(out, value);
    out += '"';
}

std::string_view severity_of(int code)
{
    if (code < 500) return "Info";
    return code < 1000 ? "Warn" : "Error";
}

// Blanks or line breaks inside a HostQueryRq are refused.
bool has_blank_host_query(std::string_view qbxml)
{
    for (std::size_t at = qbxml.find("<HostQueryRq"); at != std::string_view::npos;
         at = qbxml.find("<HostQueryRq", at + 1)) {
        const std::size_t open = qbxml.find('>', at);
        if (open == std::string_view::npos || qbxml[open - 1] == '/') continue;
        const std::string_view inside = qbxml.substr(open + 1);
        const std::size_t end = inside.find("</HostQueryRq");
        if (end == std::string_view::npos || end == 0) continue;
        if (inside.substr(0, end).find_first_not_of(" \t\r\n") == std::string_view::npos) {
            return true;
        }
    }
    return false;
}

Edition edition_of(const CompanyFile& books)
{
    return edition_from_text(books.profile().country).value_or(Edition::us);
}

std::string set_answer(std::string_view id, int code)
{
    std::string out(head);
    if (!id.empty()) append_attribute(out, "newMessageSetID", id);
    append_attribute(out, "messageSetStatusCode", std::to_string(code));
    out += ">\n";
    out += tail;
    return out;
}

// What the checksum of a message set is taken of: its requests, however they were laid out.
std::string text_of(const std::vector<Node>& requests, bool go_on, bool with_data)
{
    std::string text = fmt::format("{}{}\n", go_on, with_data);
    for (const Node& request : requests)
        append_element(text, request);
    return text;
}

}  // namespace

SimulatedQuickBooks::Processed RequestProcessor::process(std::string_view qbxml)
{
    MessageSet set;
    if (auto failure = read(qbxml, set)) return {.response = "", .failure = std::move(failure)};
    std::string response = recover_or_run(set);
    if (!dead_) return {.response = std::move(response), .failure = std::nullopt};
    return {.response = "", .failure = Failure{"0x80010105", "The server threw an exception."}};
}

std::optional<SimulatedQuickBooks::Failure> RequestProcessor::read(std::string_view qbxml,
                                                                   MessageSet& set) const
{
    // Even correct UTF-8 was seen refused; numeric references are the only way.
    const bool ascii = std::all_of(qbxml.begin(), qbxml.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!ascii || has_blank_host_query(qbxml)) return parse_error();
    const auto document = Document::parse(std::string(qbxml));
    if (!document || document->root().name() != "QBXML") return parse_error();
    if (document->qbxml_version().empty()) return parse_error();
    const auto version = Version::parse(document->qbxml_version());
    if (!version || !is_supported(options_, *version)) {
        return Failure{"0x80040423",
                       "The version of qbXML that was requested is not supported or is unknown."};
    }
    set.version = *version;
    const Element messages = document->root().child("QBXMLMsgsRq");
    if (!messages) return parse_error();
    for (const Element element : document->root().children()) {
        if (element != messages && element.name() != "SignonMsgsRq") return parse_error();
    }
    for (const auto& [name, value] : messages.attributes()) {
        if (name == "onError") {
            if (value == "rollbackOnError") {
                return Failure{"0x80040413",
                               "QuickBooks does not support the rollbackOnError value "
                               "of the onError attribute."};
            }
            if (value != "stopOnError" && value != "continueOnError") return parse_error();
            set.go_on = value == "continueOnError";
        } else if (name == "responseData") {
            if (value != "includeAll" && value != "includeNone") return parse_error();
            set.with_data = value == "includeAll";
        } else if (name == "newMessageSetID") {
            set.new_id = value;
        } else if (name == "oldMessageSetID") {
            set.old_id = value;
        } else {
            return parse_error();
        }
    }
    if (!messages.attribute("onError")) return parse_error();
    for (const Element element : messages.children()) {
        set.requests.push_back(to_node(element));
        if (!is_valid(set.requests.back(), set.version)) return parse_error();
    }
    return std::nullopt;
}

std::string RequestProcessor::recover_or_run(MessageSet& set)
{
    const auto& kept = books_.kept_answers();
    if (set.new_id.size() > message_set_id_max) return set_answer(set.new_id, 9004);
    int code = 0;
    if (set.old_id == clear_all) {
        books_.drop_answers();
    } else if (!set.old_id.empty() && set.old_id != set.new_id) {
        if (!books_.drop_answer(set.old_id) && set.new_id.empty()) code = 600;
    }
    const bool asks_status = set.requests.empty() && set.old_id == set.new_id;
    if (set.new_id.empty()) {
        const bool recovery = !set.old_id.empty();
        std::string out(head);
        if (recovery) append_attribute(out, "messageSetStatusCode", std::to_string(code));
        return out + ">\n" + run(set) + std::string(tail);
    }
    const std::uint64_t sum = checksum(text_of(set.requests, set.go_on, set.with_data));
    if (const auto known = kept.find(set.new_id); known != kept.end()) {
        if (!asks_status && known->second.checksum != sum) return set_answer(set.new_id, 9001);
        if (!known->second.answer) return set_answer(set.new_id, 9002);
        return *known->second.answer;  // not done twice
    }
    if (asks_status) return set_answer(set.new_id, 600);
    const bool cannot_keep = options_.answers_cannot_be_kept || kept.size() >= kept_answers_max;
    std::string out(head);
    append_attribute(out, "newMessageSetID", set.new_id);
    append_attribute(out, "messageSetStatusCode", cannot_keep ? "9005" : "0");
    out += ">\n" + run(set) + std::string(tail);
    if (!cannot_keep) {
        KeptAnswer answer{.checksum = sum};
        if (!dead_) answer.answer = out;
        books_.keep_answer(set.new_id, std::move(answer));
    }
    return out;
}

std::string RequestProcessor::run(MessageSet& set)
{
    macros_.clear();
    std::string out;
    bool failed = false;
    dead_ = dies_after_.has_value();
    for (Node& request : set.requests) {
        if (dies_after_ && (*dies_after_)-- <= 0) break;
        answer(request, set, out, failed);
    }
    return out;
}

void RequestProcessor::answer(Node& request, const MessageSet& set, std::string& out, bool& failed)
{
    QueryAnswer answer;
    if (failed && !set.go_on) {
        answer.outcome = refused(3231, "The request has not been processed.");
    } else if (auto refusal = refusal_of_values(request, set.version, edition_of(books_))) {
        answer.outcome = std::move(*refusal);
    } else if (auto undefined = insert_macros(request)) {
        answer.outcome = std::move(*undefined);
    } else if (auto hindered = refuse_by_state(books_, request)) {
        answer.outcome = std::move(*hindered);
    } else {
        const auto ignored = drop_foreign_fields(request, set.version, edition_of(books_));
        answer = dispatch(request, set.version);
        if (ignored && answer.outcome.code == 0) {
            answer.outcome.code = 530;
            answer.outcome.message =
                fmt::format("The field \"{}\" is not supported by this implementation.", *ignored);
        }
    }
    failed = failed || !answer.outcome.done();

    const std::string name = request.name.substr(0, request.name.size() - 1) + 's';
    out += '<';
    out += name;
    if (const std::string* id = request.attribute("requestID")) {
        append_attribute(out, "requestID", *id);
    }
    append_attribute(out, "statusCode", std::to_string(answer.outcome.code));
    append_attribute(out, "statusSeverity", severity_of(answer.outcome.code));
    append_attribute(out, "statusMessage", answer.outcome.message);
    if (answer.ret_count) append_attribute(out, "retCount", std::to_string(*answer.ret_count));
    if (answer.iterator_remaining) {
        append_attribute(out, "iteratorRemainingCount", std::to_string(*answer.iterator_remaining));
        append_attribute(out, "iteratorID", answer.iterator_id);
    }
    if (!set.with_data || answer.outcome.body.empty()) {
        out += " />\n";
        return;
    }
    out += ">\n";
    out += answer.outcome.body;
    out += "</";
    out += name;
    out += ">\n";
}

QueryAnswer RequestProcessor::dispatch(const Node& request, Version version)
{
    const std::string& name = request.name;
    if (name == "HostQueryRq") {
        return {.outcome = one_record(request, host_ret(books_, options_), version)};
    }
    if (name == "CompanyQueryRq") {
        return {.outcome = one_record(request, company_ret(books_, options_, opened_at_), version)};
    }
    if (name == "PreferencesQueryRq") {
        return {.outcome = one_record(request, preferences_ret(books_), version)};
    }
    if (name == "CompanyActivityQueryRq") {
        return {.outcome = one_record(request, company_activity_ret(books_), version)};
    }
    if (name.starts_with("DataExt")) return {.outcome = answer_data_ext(books_, request, now())};
    if (name == "ListMergeRq") return {.outcome = merge_list_records(books_, request, now())};
    if (name == "ListDeletedQueryRq" || name == "TxnDeletedQueryRq") {
        return {.outcome = deleted_records(books_, request, now())};
    }
    if (name == "ListDelRq") return {.outcome = delete_list_record(books_, request, now())};
    if (name == "TxnDelRq") return {.outcome = delete_txn(books_, request, now())};
    if (name == "TxnVoidRq") return {.outcome = void_txn(books_, request, now())};
    if (name == "TransactionQueryRq") return txn_queries_.answer(request, now());
    if (name == "GeneralSummaryReportQueryRq" || name == "AgingReportQueryRq") {
        return {.outcome = report(books_, request, now())};
    }
    if (name.ends_with("QueryRq")) return query(request, version);
    return write(request, version);
}

QueryAnswer RequestProcessor::query(const Node& request, Version version)
{
    const std::string noun = request.name.substr(0, request.name.size() - 7);
    const auto kinds = kinds_answered(noun);
    if (!kinds.empty()) return queries_.answer(request, kinds, version, now());
    const bool foreign = noun.ends_with("Report");
    if (foreign) {
        return {.outcome = refused(1030,
                                   "The request is not supported by this simulated "
                                   "QuickBooks: it keeps no " +
                                       noun + " records.")};
    }
    // Lists and transactions that nobody made in these books.
    return {.outcome = {.code = 1,
                        .message = "A query request did not find a matching object in QuickBooks"}};
}

Outcome RequestProcessor::change_books(const std::string& name, const Node& payload)
{
    using Verb = Outcome (*)(CompanyFile&, const Node&, std::int64_t);
    static constexpr std::pair<std::string_view, Verb> verbs[] = {
        {"CustomerAdd", add_customer},
        {"CustomerMod", modify_customer},
    };
    for (const auto& [known, verb] : verbs) {
        if (name == known) return verb(books_, payload, now());
    }
    const Kind* kind = kind_of(std::string_view(name).substr(0, name.size() - 3));
    if (kind != nullptr && kind->is_list()) {
        return name.ends_with("Add") ? add_list_record(books_, *kind, payload, now())
                                     : modify_list_record(books_, *kind, payload, now());
    }
    if (kind != nullptr && form_of(kind->noun) != nullptr) {
        const Form& form = *form_of(kind->noun);
        return name.ends_with("Add") ? add_txn(books_, form, payload, now())
                                     : modify_txn(books_, form, payload, now());
    }
    return refused(1030, "The request is not supported by this simulated QuickBooks.");
}

QueryAnswer RequestProcessor::write(const Node& request, Version version)
{
    const std::string name = request.name.substr(0, request.name.size() - 2);
    const Node* payload = request.child(name);
    const bool changes = name.ends_with("Add") || name.ends_with("Mod");
    if (payload == nullptr || !changes) {
        return {.outcome =
                    refused(1030, "The request is not supported by this simulated QuickBooks.")};
    }
    const std::string macro = attribute_of(*payload, "defMacro");
    if (macros_.contains(macro)) {
        return {.outcome =
                    refused(9100, fmt::format("The macro name \"{}\" is already in use.", macro))};
    }
    Outcome outcome = change_books(name, *payload);
    if (outcome.record != nullptr) {
        outcome.record->print(selection_of_write(books_, request, outcome.record->kind(), version),
                              outcome.body);
        if (outcome.done() && !macro.empty()) macros_[macro] = outcome.record->id();
    }
    return {.outcome = std::move(outcome)};
}

Outcome RequestProcessor::one_record(const Node& request, Node ret, Version version)
{
    const std::string noun = ret.name.substr(0, ret.name.size() - 3);
    const Kind kind{.noun = noun, .names = "", .serial = "", .family = ""};
    const Record record(kind, ret, {}, books_.names());
    Outcome outcome;
    record.print(selection_of(books_, request, kind, version), outcome.body);
    return outcome;
}

std::optional<Outcome> RequestProcessor::insert_macros(Node& request) const
{
    for (Node& child : request.children) {
        if (const std::string* name = child.attribute("useMacro")) {
            const auto known = macros_.find(*name);
            if (known == macros_.end()) {
                return refused(9103, fmt::format("The macro \"{}\" has no value.", *name));
            }
            child.text = known->second;
            child.attributes.clear();
        }
        if (auto refusal = insert_macros(child)) return refusal;
    }
    return std::nullopt;
}

}  // namespace qbxml::simulator
