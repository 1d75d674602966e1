#include "wsdl/prescan.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "wsdl/xml_names.h"
#include "wsdl/xml_text.h"

namespace qbwc {
namespace {

constexpr std::string_view soap_1_1_space = "http://schemas.xmlsoap.org/soap/envelope/";
constexpr std::string_view soap_1_2_space = "http://www.w3.org/2003/05/soap-envelope";
constexpr std::string_view soap_1_1_encoding = "http://schemas.xmlsoap.org/soap/encoding/";
constexpr std::string_view soap_1_2_encoding = "http://www.w3.org/2003/05/soap-encoding";
constexpr std::string_view white_space = " \t\n\r";

struct Attribute {
    std::string_view name;
    std::string_view value;  // as written
};

struct Declaration {
    std::string_view prefix;
    std::string_view space;
    std::size_t depth = 0;
};

// Each step returns false when the envelope is refused; `refusal` then says why.
class Scanner {
public:
    Scanner(std::string_view envelope, const CodecLimits& limits)
        : text_(envelope), depth_max_(static_cast<std::size_t>(std::max(limits.depth_max, 4)))
    {
        open_.reserve(depth_max_);
    }

    bool scan()
    {
        if (!scan_declaration()) return false;
        outline.root = at_;
        do {
            if (!scan_text()) return false;
            if (at_ == text_.size()) return at_end();
        } while (scan_markup());
        return false;
    }

    Outline outline;
    Refusal refusal;

private:
    bool refuse(std::string_view text, std::string_view code = "Client")
    {
        refusal = {std::string(code), std::string(text), outline.version};
        return false;
    }

    std::string_view rest() const { return text_.substr(at_); }
    bool starts(std::string_view with) const { return rest().starts_with(with); }
    // Between parameters gSOAP would take text for their end, and lose those that follow.
    bool takes_text() const { return open_.size() > (in_body_ ? 3u : 2u); }
    void skip_space() { at_ = std::min(text_.find_first_not_of(white_space, at_), text_.size()); }

    bool scan_declaration();
    bool scan_text();
    bool scan_markup();
    bool scan_comment();
    bool scan_cdata();
    bool scan_name(std::string_view& name);
    bool scan_start_tag();
    bool scan_end_tag();
    bool scan_attributes();
    bool scan_attribute();
    bool check_references(std::string_view text, bool cut_out = false);
    bool declare_namespaces();
    bool check_prefixes(QName name);
    const std::string_view* find_space(std::string_view prefix) const;
    bool place(QName name, bool empty);
    bool place_root(ScannedName name);
    bool place_under_root(ScannedName name);
    bool place_operation(ScannedName name);
    void place_parameter(ScannedName name, bool empty);
    void note_encoding();
    void close();
    bool at_end();

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t depth_max_;
    std::vector<std::string_view> open_;  // qualified names
    std::vector<Declaration> declarations_;
    std::array<Attribute, attributes_max> attributes_;
    std::size_t attribute_count_ = 0;
    std::size_t element_count_ = 0;
    bool header_seen_ = false;
    bool body_seen_ = false;
    bool in_body_ = false;
    bool response_seen_ = false;
};

// The optional byte order mark and XML declaration.
bool Scanner::scan_declaration()
{
    if (starts("\xEF\xBB\xBF")) at_ += 3;
    if (!starts("<?xml") || at_ + 5 >= text_.size() || !is_space(text_[at_ + 5])) return true;
    at_ += 5;
    if (!scan_attributes()) return false;
    if (!starts("?>")) {
        return refuse("The envelope is not well-formed XML: its declaration is malformed.");
    }
    at_ += 2;
    if (attribute_count_ == 0 || attributes_[0].name != "version" ||
        !attributes_[0].value.starts_with("1.")) {
        return refuse("The envelope is not well-formed XML: its declaration is malformed.");
    }
    for (std::size_t i = 1; i < attribute_count_; ++i) {
        const auto& [name, value] = attributes_[i];
        if (name == "encoding" && !equals_ignoring_case(value, "utf-8")) {
            return refuse("The envelope declares another encoding than utf-8.");
        }
        if (name != "encoding" && name != "standalone") {
            return refuse("The envelope is not well-formed XML: its declaration is malformed.");
        }
    }
    return true;
}

bool Scanner::scan_text()
{
    const auto end = std::min(text_.find('<', at_), text_.size());
    const auto text = text_.substr(at_, end - at_);
    const bool cut_out = outline.response && outline.response->begin == at_;
    at_ = end;
    if (takes_text()) return check_references(text, cut_out);
    if (text.find_first_not_of(white_space) == std::string_view::npos) return true;
    if (!open_.empty()) return refuse("The envelope holds text outside of a parameter.");
    if (element_count_ > 0) return refuse("The envelope is followed by more content.");
    return refuse("The envelope is not well-formed XML: it does not begin with an element.");
}

bool Scanner::scan_markup()
{
    if (starts("</")) return scan_end_tag();
    if (starts("<!--")) return scan_comment();
    if (starts("<![CDATA[")) return scan_cdata();
    if (starts("<!")) return refuse("The envelope holds a DOCTYPE, which SOAP forbids.");
    if (starts("<?")) {
        return refuse("The envelope holds a processing instruction, which SOAP forbids.");
    }
    return scan_start_tag();
}

bool Scanner::scan_comment()
{
    const auto end = text_.find("--", at_ + 4);
    if (end == std::string_view::npos || end + 2 >= text_.size() || text_[end + 2] != '>') {
        return refuse("The envelope is not well-formed XML: a comment is malformed.");
    }
    at_ = end + 3;
    return true;
}

bool Scanner::scan_cdata()
{
    if (!takes_text()) return refuse("The envelope holds text outside of a parameter.");
    const auto end = text_.find("]]>", at_ + 9);
    if (end == std::string_view::npos) {
        return refuse("The envelope is not well-formed XML: a CDATA section has no end.");
    }
    at_ = end + 3;
    return true;
}

bool Scanner::scan_name(std::string_view& name)
{
    const auto begin = at_;
    if (at_ == text_.size() || !is_name_start(text_[at_])) {
        return refuse("The envelope is not well-formed XML: a name is malformed.");
    }
    while (at_ < text_.size() && is_name_character(text_[at_])) {
        if (++at_ - begin > name_bytes_max) {
            return refuse("The envelope holds a longer name than this service takes.");
        }
    }
    name = text_.substr(begin, at_ - begin);
    const auto colon = name.find(':');
    if (colon != std::string_view::npos &&
        (colon + 1 == name.size() || !is_name_start(name[colon + 1]) ||
         name.find(':', colon + 1) != std::string_view::npos)) {
        return refuse("The envelope is not well-formed XML: a name is malformed.");
    }
    return true;
}

bool Scanner::scan_start_tag()
{
    ++at_;
    std::string_view name;
    if (!scan_name(name)) return false;
    if (open_.empty() && element_count_ > 0) {
        return refuse("The envelope is followed by more content.");
    }
    if (open_.size() == depth_max_) {
        return refuse("The envelope nests elements deeper than this service takes.");
    }
    if (++element_count_ > elements_max) {
        return refuse("The envelope holds more elements than this service takes.");
    }
    if (!scan_attributes()) return false;
    const bool empty = starts("/>");
    if (!empty && !starts(">")) {
        return refuse("The envelope is not well-formed XML: a start tag is malformed.");
    }
    at_ += empty ? 2 : 1;

    open_.push_back(name);
    if (!declare_namespaces() || !check_prefixes(split(name)) || !place(split(name), empty)) {
        return false;
    }
    if (empty) close();
    return true;
}

bool Scanner::scan_end_tag()
{
    at_ += 2;
    const auto name = open_.empty() ? std::string_view() : open_.back();
    if (name.empty() || !starts(name)) {
        return refuse("The envelope is not well-formed XML: an end tag has no start tag.");
    }
    at_ += name.size();
    skip_space();
    if (!starts(">")) {
        return refuse("The envelope is not well-formed XML: an end tag has no start tag.");
    }
    ++at_;
    close();
    return true;
}

bool Scanner::scan_attributes()
{
    attribute_count_ = 0;
    while (true) {
        const auto before = at_;
        skip_space();
        if (at_ == text_.size() || text_[at_] == '>' || text_[at_] == '/' || text_[at_] == '?') {
            return true;
        }
        if (at_ == before) {
            return refuse("The envelope is not well-formed XML: a start tag is malformed.");
        }
        if (!scan_attribute()) return false;
    }
}

bool Scanner::scan_attribute()
{
    Attribute attribute;
    if (!scan_name(attribute.name)) return false;
    skip_space();
    if (!starts("=")) {
        return refuse("The envelope is not well-formed XML: an attribute is malformed.");
    }
    ++at_;
    skip_space();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    const auto end = quote == '"' || quote == '\'' ? text_.find(quote, at_ + 1) : text_.npos;
    if (end == text_.npos) {
        return refuse("The envelope is not well-formed XML: an attribute is malformed.");
    }
    attribute.value = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    if (attribute.value.find('<') != std::string_view::npos) {
        return refuse("The envelope is not well-formed XML: an attribute is malformed.");
    }
    if (!check_references(attribute.value)) return false;

    const auto seen = std::span(attributes_).first(attribute_count_);
    if (std::ranges::find(seen, attribute.name, &Attribute::name) != seen.end()) {
        return refuse("The envelope is not well-formed XML: an attribute occurs twice.");
    }
    if (attribute_count_ == attributes_max) {
        return refuse(
            "The envelope holds an element with more attributes than this service takes.");
    }
    attributes_[attribute_count_++] = attribute;
    return true;
}

bool Scanner::check_references(std::string_view text, bool cut_out)
{
    for (auto at = text.find('&'); at != text.npos; at = text.find('&', at + 1)) {
        const auto length = read_reference(text.substr(at)).length;
        if (length > short_reference && !cut_out) outline.long_references = true;
        if (length != 0) continue;
        if (text.substr(at).starts_with("&#")) {
            return refuse("The envelope holds a reference to a character that XML forbids.");
        }
        return refuse("The envelope refers to an entity that XML does not define.");
    }
    return true;
}

bool Scanner::declare_namespaces()
{
    for (const auto& [name, value] : std::span(attributes_).first(attribute_count_)) {
        const auto [prefix, local] = split(name);
        if (prefix != "xmlns" && name != "xmlns") continue;
        if (declarations_.size() == declarations_max) {
            return refuse("The envelope declares more namespaces than this service takes.");
        }
        const auto declared = prefix.empty() ? std::string_view() : local;
        declarations_.push_back({declared, value, open_.size()});
    }
    return true;
}

const std::string_view* Scanner::find_space(std::string_view prefix) const
{
    static constexpr std::string_view none;
    for (auto it = declarations_.rbegin(); it != declarations_.rend(); ++it) {
        if (it->prefix == prefix) return &it->space;
    }
    return prefix.empty() || prefix == "xml" ? &none : nullptr;
}

bool Scanner::check_prefixes(QName name)
{
    bool declared = find_space(name.prefix) != nullptr;
    for (const auto& attribute : std::span(attributes_).first(attribute_count_)) {
        const auto prefix = split(attribute.name).prefix;
        declared = declared && (prefix.empty() || prefix == "xmlns" || find_space(prefix));
    }
    if (declared) return true;
    return refuse("The envelope is not well-formed XML: a prefix is not declared.");
}

// What an element means follows from its depth: Envelope, Header or Body, operation, parameter.
bool Scanner::place(QName name, bool empty)
{
    const auto depth = open_.size();
    if (depth > 4 || (depth > 2 && !in_body_)) return true;
    const ScannedName scanned{name.local, *find_space(name.prefix)};
    if (depth != 4) note_encoding();
    switch (depth) {
        case 1: return place_root(scanned);
        case 2: return place_under_root(scanned);
        case 3: return place_operation(scanned);
        default: place_parameter(scanned, empty); return true;
    }
}

bool Scanner::place_root(ScannedName name)
{
    const bool is_1_2 = name.space == soap_1_2_space;
    if (name.local != "Envelope" || (!is_1_2 && name.space != soap_1_1_space)) {
        return refuse("The root element is not an Envelope of SOAP 1.1 or SOAP 1.2.",
                      "VersionMismatch");
    }
    outline.version = is_1_2 ? SoapVersion::soap_1_2 : SoapVersion::soap_1_1;
    return true;
}

bool Scanner::place_under_root(ScannedName name)
{
    const bool ours = name.space == *find_space(split(open_.front()).prefix);
    if (ours && name.local == "Header" && !header_seen_ && !body_seen_) {
        header_seen_ = true;
        return true;
    }
    if (ours && name.local == "Body" && !body_seen_) {
        body_seen_ = in_body_ = true;
        return true;
    }
    return refuse("The Envelope holds something else than one Header and one Body.");
}

bool Scanner::place_operation(ScannedName name)
{
    if (!outline.operation.local.empty()) return refuse("The Body holds more than one operation.");
    outline.operation = name;
    return true;
}

void Scanner::place_parameter(ScannedName name, bool empty)
{
    if (!outline.first_child) outline.first_child = name;
    outline.qualified_children = outline.qualified_children || !name.space.empty();
    outline.native_children = outline.native_children || name.space == service_space;
    if (outline.operation.local != "receiveResponseXML" || name.local != "response") return;
    if (response_seen_) return;
    response_seen_ = true;
    const auto end = text_.find('<', at_);
    const bool plain = end != text_.npos && end > at_ && text_.substr(end).starts_with("</");
    const auto is_nil = [](const Attribute& a) { return split(a.name).local == "nil"; };
    const auto attributes = std::span(attributes_).first(attribute_count_);
    if (!empty && plain && std::ranges::none_of(attributes, is_nil)) {
        outline.response = Span{at_, end};
    }
}

void Scanner::note_encoding()
{
    for (const auto& [name, value] : std::span(attributes_).first(attribute_count_)) {
        if (split(name).local != "encodingStyle") continue;
        if (value == soap_1_1_encoding || value == soap_1_2_encoding) outline.encoded = true;
    }
}

void Scanner::close()
{
    while (!declarations_.empty() && declarations_.back().depth == open_.size()) {
        declarations_.pop_back();
    }
    if (open_.size() == 2) in_body_ = false;
    open_.pop_back();
}

bool Scanner::at_end()
{
    if (!open_.empty()) return refuse("The envelope is not well-formed XML: it ends too early.");
    if (element_count_ == 0) return refuse("The envelope is empty.");
    if (!body_seen_) return refuse("The Envelope holds no Body.");
    if (outline.operation.local.empty()) return refuse("The Body holds no operation.");
    return true;
}

}  // namespace

bool is_xml_text(std::string_view text)
{
    return simdjson::validate_utf8(text.data(), text.size()) && has_only_allowed_characters(text);
}

std::variant<Outline, Refusal> prescan(std::string_view envelope, const CodecLimits& limits)
{
    if (envelope.size() > limits.bytes_max) {
        return Refusal{"Client", "The envelope is larger than this service takes."};
    }
    if (!simdjson::validate_utf8(envelope.data(), envelope.size())) {
        return Refusal{"Client", "The envelope is not UTF-8."};
    }
    if (!has_only_allowed_characters(envelope)) {
        return Refusal{"Client", "The envelope holds a character that XML forbids."};
    }
    Scanner scanner(envelope, limits);
    if (!scanner.scan()) return scanner.refusal;
    return scanner.outline;
}

std::variant<Outline, Refusal> prepare(std::string& envelope, const CodecLimits& limits)
{
    if (envelope.size() <= limits.bytes_max) normalise_line_ends(envelope);
    auto scanned = prescan(envelope, limits);
    const auto* outline = std::get_if<Outline>(&scanned);
    if (outline == nullptr || !outline->long_references) return scanned;
    shorten_references(envelope);
    return prescan(envelope, limits);
}

}  // namespace qbwc
