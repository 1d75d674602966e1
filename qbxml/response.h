// What QuickBooks answered: any QBXMLMsgsRs, read without loss.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "qbxml/result.h"
#include "qbxml/xml.h"

namespace qbxml {

// One ...Rs element of the answer. Record contents are not parsed until they are asked for.
struct Response {
    std::string message;                    // "InvoiceQueryRs"
    std::optional<std::string> request_id;  // attribute requestID
    std::optional<int> status_code;
    std::optional<std::string> status_severity;
    std::optional<std::string> status_message;
    std::optional<std::string> iterator_id;
    std::optional<int> iterator_remaining;
    std::optional<int> ret_count;

    // A child element of the response, as the bytes [begin, begin + size) of ResponseSet::text().
    struct Slice {
        std::string name;
        std::size_t begin = 0;
        std::size_t size = 0;
    };
    std::vector<Slice> children;  // in document order; records are those named ...Ret
    Slice whole;                  // the ...Rs element itself
};

// Owns the text of one answer. One strict pass finds the responses and the place of each record;
// records are parsed one at a time, so memory is the text plus one record.
class ResponseSet {
public:
    // Fails on what is no qbXML answer at all (truncated, foreign, hostile), naming line, column
    // and what was expected. Unknown elements, attributes and values are no failure. Text that is
    // no UTF-8 is read as Windows-1252; characters that XML forbids become tabs.
    static Result<ResponseSet> read(std::string text, const XmlLimits& limits = {});

    const std::string& text() const { return text_; }
    const std::vector<Response>& responses() const { return responses_; }
    const std::optional<std::string>& message_set_status_code() const { return set_status_; }
    const std::optional<std::string>& new_message_set_id() const { return set_id_; }

    // The element as QuickBooks wrote it.
    std::string_view source(const Response::Slice& slice) const
    {
        return std::string_view(text_).substr(slice.begin, slice.size);
    }
    // The element parsed. Cannot fail after read() succeeded.
    Document parse(const Response::Slice& slice) const;
    // The same in the memory of `reader`, for going through many records; valid until its next
    // read.
    Element parse(const Response::Slice& slice, ElementReader& reader) const
    {
        return reader.read(source(slice), form_);
    }

private:
    std::string text_;
    TextForm form_;
    std::vector<Response> responses_;
    std::optional<std::string> set_status_;
    std::optional<std::string> set_id_;
};

}  // namespace qbxml
