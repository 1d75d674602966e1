#include "qbxml/response.h"

#include <fmt/format.h>

#include <charconv>

#include "qbxml/scan.h"

namespace qbxml {

namespace {

// Depths of the elements of an answer: QBXML, QBXMLMsgsRs, ...Rs, its children.
enum Depth { message_set_depth = 2, response_depth = 3, record_depth = 4 };

std::optional<int> number(std::string_view text)
{
    while (text.starts_with(' '))
        text.remove_prefix(1);
    while (text.ends_with(' '))
        text.remove_suffix(1);
    int out = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
    if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size())
        return std::nullopt;
    return out;
}

Response::Slice slice_of(std::string_view text, const Outlined& element)
{
    return {std::string(name_of(text, element)), element.begin, element.end - element.begin};
}

Response response_of(std::string_view text, const Outlined& element)
{
    Response out;
    out.whole = slice_of(text, element);
    out.message = out.whole.name;
    for (auto& [name, value] : attributes_of(text, element)) {
        if (name == "requestID") {
            out.request_id = std::move(value);
        } else if (name == "statusCode") {
            out.status_code = number(value);
        } else if (name == "statusSeverity") {
            out.status_severity = std::move(value);
        } else if (name == "statusMessage") {
            out.status_message = std::move(value);
        } else if (name == "iteratorID") {
            out.iterator_id = std::move(value);
        } else if (name == "iteratorRemainingCount") {
            out.iterator_remaining = number(value);
        } else if (name == "retCount") {
            out.ret_count = number(value);
        }
    }
    return out;
}

Error no_message_set(std::string_view text, const Scanned& scanned)
{
    for (const Outlined& element : scanned.outline) {
        if (element.depth != message_set_depth || name_of(text, element) != "QBXMLMsgsRq") continue;
        return {place_in(text, element.begin),
                "found <QBXMLMsgsRq>, which is a request; expected the answer <QBXMLMsgsRs>"};
    }
    return {place_in(text, scanned.root_begin),
            "<QBXML> holds no <QBXMLMsgsRs>; expected the answers of QuickBooks in it"};
}

}  // namespace

Result<ResponseSet> ResponseSet::read(std::string text, const XmlLimits& limits)
{
    auto scanned = scan(
        text, {.limits = limits, .root = "QBXML", .outline_depth = record_depth, .mend = true});
    if (!scanned) return scanned.error();

    ResponseSet out;
    bool in_answers = false;
    bool in_response = false;
    bool any_answers = false;
    for (const Outlined& element : scanned->outline) {
        if (element.depth == message_set_depth) {
            in_answers = name_of(text, element) == "QBXMLMsgsRs";
            in_response = false;
            any_answers = any_answers || in_answers;
            if (!in_answers) continue;
            for (auto& [name, value] : attributes_of(text, element)) {
                if (name == "messageSetStatusCode" && !out.set_status_)
                    out.set_status_ = std::move(value);
                if (name == "newMessageSetID" && !out.set_id_) out.set_id_ = std::move(value);
            }
        } else if (element.depth == response_depth && in_answers) {
            in_response = name_of(text, element).ends_with("Rs");
            if (in_response) out.responses_.push_back(response_of(text, element));
        } else if (element.depth == record_depth && in_response) {
            out.responses_.back().children.push_back(slice_of(text, element));
        }
    }
    if (!any_answers) return no_message_set(text, *scanned);
    out.form_ = scanned->form;
    out.text_ = std::move(text);
    return out;
}

Document ResponseSet::parse(const Response::Slice& slice) const
{
    return Document::of_checked(std::string(source(slice)), form_);
}

}  // namespace qbxml
