#include "wsdl/codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <utility>

#include "QBWebConnectorSvc.nsmap"
#include "soapH.h"
#include "wsdl/envelope.h"
#include "wsdl/prescan.h"
#include "wsdl/reply_rules.h"
#include "wsdl/xml_text.h"

namespace qbwc {
namespace {

// Missing and nil elements are null pointers, and mean empty text.
std::string take(std::string* text)
{
    return text == nullptr ? std::string() : std::move(*text);
}

int take_version(std::string* text)
{
    return text == nullptr ? 0 : std::max(parse_int(*text).value_or(0), 0);
}

// The generated struct of the operation, read from where gSOAP stands. After an error, which the
// caller looks for, it is empty.
template <class Wire>
Wire get(soap* s, Wire* (*read)(soap*, Wire*, const char*, const char*))
{
    Wire wire;
    if (read(s, &wire, nullptr, nullptr) == nullptr) return Wire();
    return wire;
}

Call get_server_version(soap* s)
{
    get(s, soap_get_qbwc__serverVersion);
    return ServerVersion{};
}

Call get_client_version(soap* s)
{
    return ClientVersion{take(get(s, soap_get_qbwc__clientVersion).strVersion)};
}

Call get_authenticate(soap* s)
{
    const auto wire = get(s, soap_get_qbwc__authenticate);
    return Authenticate{take(wire.strUserName), take(wire.strPassword)};
}

Call get_send_request(soap* s)
{
    const auto wire = get(s, soap_get_qbwc__sendRequestXML);
    return SendRequestXml{.ticket = take(wire.ticket),
                          .hcp_response = take(wire.strHCPResponse),
                          .company_file = take(wire.strCompanyFileName),
                          .country = take(wire.qbXMLCountry),
                          .major = take_version(wire.qbXMLMajorVers),
                          .minor = take_version(wire.qbXMLMinorVers)};
}

Call get_receive_response(soap* s)
{
    const auto wire = get(s, soap_get_qbwc__receiveResponseXML);
    return ReceiveResponseXml{.ticket = take(wire.ticket),
                              .response = take(wire.response),
                              .hresult = take(wire.hresult),
                              .message = take(wire.message)};
}

Call get_connection_error(soap* s)
{
    const auto wire = get(s, soap_get_qbwc__connectionError);
    return ConnectionError{take(wire.ticket), take(wire.hresult), take(wire.message)};
}

Call get_get_last_error(soap* s)
{
    return GetLastError{take(get(s, soap_get_qbwc__getLastError).ticket)};
}

Call get_close_connection(soap* s)
{
    return CloseConnection{take(get(s, soap_get_qbwc__closeConnection).ticket)};
}

Call get_get_interactive_url(soap* s)
{
    const auto wire = get(s, soap_get_qbwc__getInteractiveURL);
    return GetInteractiveUrl{take(wire.wcTicket ? wire.wcTicket : wire.ticket),
                             take(wire.sessionID)};
}

Call get_interactive_done(soap* s)
{
    const auto wire = get(s, soap_get_qbwc__interactiveDone);
    return InteractiveDone{take(wire.wcTicket ? wire.wcTicket : wire.ticket)};
}

Call get_interactive_rejected(soap* s)
{
    const auto wire = get(s, soap_get_qbwc__interactiveRejected);
    return InteractiveRejected{take(wire.wcTicket ? wire.wcTicket : wire.ticket),
                               take(wire.reason)};
}

// Writes a response element: `put` takes the generated struct, which has the result as its one
// member.
template <class Wire, int (*put)(soap*, const Wire*, const char*, const char*)>
int put_text(soap* s, const char* tag, std::string& text)
{
    Wire wire;
    auto& [result] = wire;
    result = &text;
    return put(s, &wire, tag, "");
}

int put_strings(soap* s, const char* tag, std::vector<std::string>& strings)
{
    qbwc__ArrayOfString array;
    for (auto& text : strings)
        array.string.push_back(&text);
    qbwc__authenticateResponse wire;
    wire.authenticateResult = &array;
    return soap_put_qbwc__authenticateResponse(s, &wire, tag, "");
}

// The result of a reply is its first child, whose name was looked at: in Style RPC any will do.
std::optional<std::string> get_text(soap* s)
{
    std::string* text = nullptr;
    if (soap_element_begin_in(s, nullptr, 0, nullptr) ||
        !soap_in_PointerTostd__string(s, nullptr, &text, nullptr)) {
        return std::nullopt;
    }
    soap_element_end_in(s, nullptr);  // passes over what follows
    return text ? std::optional(std::move(*text)) : std::nullopt;
}

std::optional<std::vector<std::string>> get_strings(soap* s)
{
    if (soap_element_begin_in(s, nullptr, 0, nullptr) ||
        soap_element_begin_in(s, nullptr, 1, nullptr)) {
        return std::nullopt;
    }
    std::vector<std::string> strings;
    while (s->error == SOAP_OK && soap_peek_element(s) == SOAP_OK) {
        std::string* text = nullptr;
        if (soap_in_PointerTostd__string(s, nullptr, &text, nullptr)) strings.push_back(take(text));
    }
    if (s->error == SOAP_NO_TAG) s->error = SOAP_OK;
    if (s->error == SOAP_OK && soap_element_end_in(s, nullptr) == SOAP_OK) {
        soap_element_end_in(s, nullptr);
    }
    return strings;
}

struct Method {
    std::string_view name;
    Call (*get_call)(soap*);
    int (*put_result)(soap*, const char* tag, std::string&);  // null: put_strings
};

constexpr std::array methods = {
    Method{"serverVersion", get_server_version,
           put_text<qbwc__serverVersionResponse, soap_put_qbwc__serverVersionResponse>},
    Method{"clientVersion", get_client_version,
           put_text<qbwc__clientVersionResponse, soap_put_qbwc__clientVersionResponse>},
    Method{"authenticate", get_authenticate, nullptr},
    Method{"sendRequestXML", get_send_request,
           put_text<qbwc__sendRequestXMLResponse, soap_put_qbwc__sendRequestXMLResponse>},
    Method{"receiveResponseXML", get_receive_response,
           put_text<qbwc__receiveResponseXMLResponse, soap_put_qbwc__receiveResponseXMLResponse>},
    Method{"connectionError", get_connection_error,
           put_text<qbwc__connectionErrorResponse, soap_put_qbwc__connectionErrorResponse>},
    Method{"getLastError", get_get_last_error,
           put_text<qbwc__getLastErrorResponse, soap_put_qbwc__getLastErrorResponse>},
    Method{"closeConnection", get_close_connection,
           put_text<qbwc__closeConnectionResponse, soap_put_qbwc__closeConnectionResponse>},
    Method{"getInteractiveURL", get_get_interactive_url,
           put_text<qbwc__getInteractiveURLResponse, soap_put_qbwc__getInteractiveURLResponse>},
    Method{"interactiveDone", get_interactive_done,
           put_text<qbwc__interactiveDoneResponse, soap_put_qbwc__interactiveDoneResponse>},
    Method{"interactiveRejected", get_interactive_rejected,
           put_text<qbwc__interactiveRejectedResponse, soap_put_qbwc__interactiveRejectedResponse>},
};

// With or without the trailing slash, as Style RPC has both.
bool is_service_space(std::string_view space)
{
    return space == service_space || space == service_space.substr(0, service_space.size() - 1);
}

const Method* find_method(std::string_view name)
{
    const auto it = std::ranges::find(methods, name, &Method::name);
    return it == methods.end() ? nullptr : &*it;
}

const Method& known_method(std::string_view name)
{
    if (const auto* method = find_method(name)) return *method;
    throw std::logic_error("the codec was asked for a method that QBWC does not have");
}

// Style RPC leaves parameters unqualified, and others forget the namespace's slash: then, when
// `lax`, names alone must do. Not in headers, where gSOAP would take any name for its own.
Call get_call(soap* s, const Method& method, bool lax)
{
    if (lax) s->mode |= SOAP_XML_IGNORENS;
    auto call = method.get_call(s);
    s->mode &= ~static_cast<soap_mode>(SOAP_XML_IGNORENS);
    return call;
}

// The kind of reply that a method has: authenticate strings, receiveResponseXML a number, the rest
// text.
void check_kind(const Method& method, const Reply& reply)
{
    const bool strings = std::holds_alternative<AuthenticateReply>(reply);
    const bool number = std::holds_alternative<ReceiveReply>(reply);
    if (strings != (method.put_result == nullptr) ||
        number != (method.name == "receiveResponseXML")) {
        throw std::logic_error("a reply of another kind than the call has");
    }
}

std::string sendable(std::string_view text)
{
    return is_xml_text(text) ? std::string(text) : replace_unsendable(text);
}

}  // namespace

// The gSOAP context with its ends: what it reads is in up to two pieces of our buffer, what it
// writes goes to a text.
struct Codec::Context {
    using Pieces = std::array<std::string_view, 2>;

    explicit Context(CodecLimits wanted);
    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    // Reads the one element in Body, which gSOAP stands at when `read` is called.
    template <class Read>
    std::optional<Refusal> read_body(Pieces pieces, SoapVersion version, Read read);
    template <class Put>
    std::string write_body(SoapVersion version, Put put);
    Refusal refusal_of_error(SoapVersion version) const;
    void finish();

    // After each message, also when something throws.
    struct Finish {
        Context& context;
        ~Finish() { context.finish(); }
    };
    static std::size_t receive(soap* s, char* to, std::size_t room);
    static int send(soap* s, const char* from, std::size_t size);
    static int poll(soap* s);

    CodecLimits limits;
    soap* s = nullptr;
    Pieces input;
    std::string output;
};

std::size_t Codec::Context::receive(soap* s, char* to, std::size_t room)
{
    auto& input = static_cast<Context*>(s->user)->input;
    auto& piece = input[0].empty() ? input[1] : input[0];
    const auto size = std::min(room, piece.size());
    std::memcpy(to, piece.data(), size);
    piece.remove_prefix(size);
    return size;
}

int Codec::Context::send(soap* s, const char* from, std::size_t size)
{
    static_cast<Context*>(s->user)->output.append(from, size);
    return SOAP_OK;
}

int Codec::Context::poll(soap*)
{
    return SOAP_OK;
}

Codec::Context::Context(CodecLimits wanted) : limits(wanted)
{
    // Without C_UTFSTRING every character above U+00FF is lost.
    constexpr soap_mode mode = SOAP_C_UTFSTRING | SOAP_ENC_PLAIN | SOAP_XML_TREE;
    s = soap_new2(mode, mode);
    if (s == nullptr) throw std::bad_alloc();
    soap_set_namespaces(s, namespaces);
    s->user = this;
    s->frecv = receive;
    s->fsend = send;
    s->fpoll = poll;
    s->prolog = R"(<?xml version="1.0" encoding="utf-8"?>)";
    s->maxlength = static_cast<long>(limits.bytes_max);
    s->maxlevel = static_cast<unsigned>(std::max(limits.depth_max, 4)) + 1;
    s->maxoccurs = 1000;
}

Codec::Context::~Context()
{
    finish();
    soap_done(s);
    soap_free(s);
}

void Codec::Context::finish()
{
    soap_destroy(s);
    soap_end(s);
    s->error = SOAP_OK;
    input = {};
}

Refusal Codec::Context::refusal_of_error(SoapVersion version) const
{
    switch (s->error) {
        case SOAP_MUSTUNDERSTAND:
            return {"MustUnderstand", "A SOAP header that must be understood is not.", version};
        case SOAP_VERSIONMISMATCH:
            return {"VersionMismatch",
                    "The root element is not an Envelope of SOAP 1.1 or SOAP 1.2.", version};
        case SOAP_EOM: return {"Server", "The service is out of memory.", version};
        default: return {"Client", "The parameters of the operation cannot be read.", version};
    }
}

template <class Read>
std::optional<Refusal> Codec::Context::read_body(Pieces pieces, SoapVersion version, Read read)
{
    const Finish finishing{*this};
    input = pieces;
    if (soap_begin_recv(s) || soap_envelope_begin_in(s) || soap_recv_header(s) ||
        soap_body_begin_in(s)) {
        return refusal_of_error(version);
    }
    read(s);
    if (s->error != SOAP_OK || soap_body_end_in(s) || soap_envelope_end_in(s) || soap_end_recv(s)) {
        return refusal_of_error(version);
    }
    return std::nullopt;
}

template <class Put>
std::string Codec::Context::write_body(SoapVersion version, Put put)
{
    const Finish finishing{*this};
    output.clear();
    soap_begin(s);
    soap_set_version(s, version == SoapVersion::soap_1_1 ? 1 : 2);
    soap_serializeheader(s);
    const bool failed = soap_begin_send(s) || soap_envelope_begin_out(s) || soap_putheader(s) ||
                        soap_body_begin_out(s) || put(s) || soap_body_end_out(s) ||
                        soap_envelope_end_out(s) || soap_end_send(s);
    if (failed) throw std::runtime_error("gSOAP could not write an envelope");
    if (output.ends_with("\r\n")) output.resize(output.size() - 2);
    return std::exchange(output, {});
}

Codec::Codec(CodecLimits limits) : context_(std::make_unique<Context>(limits)) {}
Codec::~Codec() = default;

std::variant<Decoded, Refusal> Codec::read_call(std::string envelope)
{
    const auto scanned = prepare(envelope, context_->limits);
    if (const auto* refusal = std::get_if<Refusal>(&scanned)) return *refusal;
    const auto& outline = std::get<Outline>(scanned);

    const auto* method = find_method(outline.operation.local);
    if (method == nullptr || !is_service_space(outline.operation.space)) {
        return Refusal{"Client", "The operation is not one of this service.", outline.version};
    }
    const std::string_view bytes = envelope;
    const auto cut = outline.response.value_or(Span{bytes.size(), bytes.size()});
    Decoded decoded{.call = ServerVersion{},
                    .version = outline.version,
                    .rpc = outline.encoded && !outline.qualified_children};
    const bool lax = !outline.native_children;
    auto refusal = context_->read_body(
        {bytes.substr(outline.root, cut.begin - outline.root), bytes.substr(cut.end)},
        outline.version, [&](soap* s) { decoded.call = get_call(s, *method, lax); });
    if (refusal) return *std::move(refusal);
    if (auto* received = std::get_if<ReceiveResponseXml>(&decoded.call);
        received && outline.response) {
        // The envelope's buffer becomes the text: nothing in it is needed any more.
        envelope.resize(unescape(envelope.data(), bytes.substr(cut.begin, cut.end - cut.begin)));
        received->response = std::move(envelope);
    }
    return decoded;
}

std::string Codec::write_reply(const Reply& reply, const Decoded& about)
{
    const auto& method = known_method(method_name(about.call));
    check_kind(method, reply);
    if (about.rpc) return write_rpc_reply(reply, method.name, about.version);

    const auto tag = fmt::format("qbwc:{}Response", method.name);
    if (const auto* many = std::get_if<AuthenticateReply>(&reply)) {
        std::vector<std::string> strings;
        for (const auto& text : many->strings)
            strings.push_back(sendable(text));
        return context_->write_body(about.version,
                                    [&](soap* s) { return put_strings(s, tag.c_str(), strings); });
    }
    const auto* received = std::get_if<ReceiveReply>(&reply);
    auto text =
        received ? std::to_string(received->progress) : sendable(std::get<TextReply>(reply).text);
    return context_->write_body(about.version,
                                [&](soap* s) { return method.put_result(s, tag.c_str(), text); });
}

std::string Codec::write_fault(const Refusal& refusal)
{
    return context_->write_body(refusal.version, [&refusal](soap* s) {
        const bool is_1_1 = refusal.version == SoapVersion::soap_1_1;
        std::string code = refusal.code;
        if (!is_1_1 && code == "Client") code = "Sender";
        if (!is_1_1 && code == "Server") code = "Receiver";
        const auto text = sendable(refusal.text);
        soap_fault(s);
        *soap_faultcode(s) = soap_strdup(s, ("SOAP-ENV:" + code).c_str());
        *soap_faultstring(s) = soap_strdup(s, text.c_str());
        soap_serializefault(s);
        return soap_putfault(s);
    });
}

namespace {

// The fault of the server: code without its prefix, text as it came.
Refusal get_fault(soap* s, SoapVersion version)
{
    if (soap_getfault(s) != SOAP_OK) return {};
    const char* code = *soap_faultcode(s);
    const char* text = *soap_faultstring(s);
    const std::string_view qualified = code ? code : "Server";
    return {std::string(qualified.substr(qualified.rfind(':') + 1)), text ? text : "", version};
}

}  // namespace

std::variant<Reply, Refusal> Codec::read_reply(std::string envelope, std::string_view name)
{
    const auto& method = known_method(name);
    const auto scanned = prepare(envelope, context_->limits);
    if (const auto* refusal = std::get_if<Refusal>(&scanned)) return *refusal;
    const auto& outline = std::get<Outline>(scanned);

    const bool is_fault = outline.operation.local == "Fault";
    const bool rpc = outline.encoded && !outline.qualified_children;
    if (!is_fault) {
        if (auto refusal = refuse_reply(outline, name, rpc)) return *std::move(refusal);
        if (!outline.first_child) return to_reply(name, std::nullopt, outline.version);
    }

    std::variant<Reply, Refusal> reply;
    const auto read = [&](soap* s) {
        if (is_fault) {
            reply = get_fault(s, outline.version);
        } else if (method.put_result != nullptr) {
            reply = to_reply(name, get_text(s), outline.version);
        } else {
            reply = to_reply(get_strings(s), outline.version);
        }
    };
    const std::string_view bytes = envelope;
    if (context_->read_body({bytes.substr(outline.root)}, outline.version, read)) {
        return Refusal{"Server", "The result of the reply cannot be read.", outline.version};
    }
    return reply;
}

std::string Codec::write_call(const Call& call, bool rpc)
{
    return write_call_envelope(call, rpc ? Style::rpc : Style::document);
}

}  // namespace qbwc
