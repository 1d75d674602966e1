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

// How a response element is written and read: `read` names the generated struct, which has the
// result as its one member.
template <auto read>
using WireOf = std::remove_pointer_t<decltype(read(nullptr, nullptr, nullptr, nullptr))>;

template <auto read, auto put>
int put_text(soap* s, const char* tag, std::string& text)
{
    WireOf<read> wire;
    auto& [result] = wire;
    result = &text;
    return put(s, &wire, tag, "");
}

template <auto read>
std::optional<std::string> get_text(soap* s)
{
    auto [result] = get<WireOf<read>>(s, read);
    if (result == nullptr) return std::nullopt;
    return std::move(*result);
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

std::optional<std::vector<std::string>> get_strings(soap* s)
{
    const auto wire = get(s, soap_get_qbwc__authenticateResponse);
    if (wire.authenticateResult == nullptr) return std::nullopt;
    std::vector<std::string> strings;
    for (auto* text : wire.authenticateResult->string)
        strings.push_back(take(text));
    return strings;
}

// The result of an RPC reply is its first child, whatever its name.
std::optional<std::string> get_return(soap* s)
{
    if (soap_element_begin_in(s, nullptr, 0, nullptr)) return std::nullopt;
    std::string* text = nullptr;
    soap_in_PointerTostd__string(s, nullptr, &text, nullptr);
    auto taken = text ? std::optional(std::move(*text)) : std::nullopt;
    while (s->error == SOAP_OK && soap_ignore_element(s) == SOAP_OK) {
    }
    if (s->error == SOAP_NO_TAG) s->error = SOAP_OK;
    if (s->error == SOAP_OK) soap_element_end_in(s, nullptr);
    return taken;
}

std::optional<std::vector<std::string>> get_return_array(soap* s)
{
    std::vector<std::string> strings;
    if (soap_element_begin_in(s, nullptr, 0, nullptr) ||
        soap_element_begin_in(s, nullptr, 1, nullptr)) {
        return std::nullopt;
    }
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
    std::optional<std::string> (*get_result)(soap*);          // null: get_strings
};

template <auto read, auto put>
constexpr Method method(std::string_view name, Call (*get_call)(soap*))
{
    return {name, get_call, put_text<read, put>, get_text<read>};
}

constexpr std::array methods = {
    method<soap_get_qbwc__serverVersionResponse, soap_put_qbwc__serverVersionResponse>(
        "serverVersion", get_server_version),
    method<soap_get_qbwc__clientVersionResponse, soap_put_qbwc__clientVersionResponse>(
        "clientVersion", get_client_version),
    Method{"authenticate", get_authenticate, nullptr, nullptr},
    method<soap_get_qbwc__sendRequestXMLResponse, soap_put_qbwc__sendRequestXMLResponse>(
        "sendRequestXML", get_send_request),
    method<soap_get_qbwc__receiveResponseXMLResponse, soap_put_qbwc__receiveResponseXMLResponse>(
        "receiveResponseXML", get_receive_response),
    method<soap_get_qbwc__connectionErrorResponse, soap_put_qbwc__connectionErrorResponse>(
        "connectionError", get_connection_error),
    method<soap_get_qbwc__getLastErrorResponse, soap_put_qbwc__getLastErrorResponse>(
        "getLastError", get_get_last_error),
    method<soap_get_qbwc__closeConnectionResponse, soap_put_qbwc__closeConnectionResponse>(
        "closeConnection", get_close_connection),
    method<soap_get_qbwc__getInteractiveURLResponse, soap_put_qbwc__getInteractiveURLResponse>(
        "getInteractiveURL", get_get_interactive_url),
    method<soap_get_qbwc__interactiveDoneResponse, soap_put_qbwc__interactiveDoneResponse>(
        "interactiveDone", get_interactive_done),
    method<soap_get_qbwc__interactiveRejectedResponse, soap_put_qbwc__interactiveRejectedResponse>(
        "interactiveRejected", get_interactive_rejected),
};

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

std::string sendable(std::string_view text)
{
    return is_xml_text(text) ? std::string(text) : replace_unsendable(text);
}

}  // namespace

// The gSOAP context with its ends: what it reads is in up to two pieces of our buffer, what it
// writes goes to a text.
struct Codec::Context {
    explicit Context(CodecLimits wanted);
    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    // Reads the one element in Body, which gSOAP stands at when `read` is called.
    template <class Read>
    std::optional<Refusal> read_body(std::string_view head, std::string_view tail, Read read);
    template <class Put>
    std::string write_body(SoapVersion version, Put put);
    Refusal refusal_of_error(SoapVersion version) const;
    void finish();

    static std::size_t receive(soap* s, char* to, std::size_t room);
    static int send(soap* s, const char* from, std::size_t size);
    static int poll(soap* s);

    CodecLimits limits;
    soap* s = nullptr;
    std::array<std::string_view, 2> input;
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
    // Without C_UTFSTRING every character above U+00FF is lost. Names are matched without their
    // namespaces, as Style RPC leaves parameters unqualified; the pre-scan looks at those that
    // count.
    constexpr soap_mode mode =
        SOAP_C_UTFSTRING | SOAP_ENC_PLAIN | SOAP_XML_TREE | SOAP_XML_IGNORENS;
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
std::optional<Refusal> Codec::Context::read_body(std::string_view head, std::string_view tail,
                                                 Read read)
{
    input = {head, tail};
    std::optional<Refusal> refusal;
    const auto failed = [this, &read] {
        if (soap_begin_recv(s) || soap_envelope_begin_in(s) || soap_recv_header(s) ||
            soap_body_begin_in(s)) {
            return true;
        }
        read(s);
        return s->error != SOAP_OK || soap_body_end_in(s) || soap_envelope_end_in(s) ||
               soap_end_recv(s);
    };
    if (failed()) refusal = refusal_of_error(SoapVersion::soap_1_1);
    finish();
    return refusal;
}

template <class Put>
std::string Codec::Context::write_body(SoapVersion version, Put put)
{
    output.clear();
    soap_begin(s);
    soap_set_version(s, version == SoapVersion::soap_1_1 ? 1 : 2);
    soap_serializeheader(s);
    const bool failed = soap_begin_send(s) || soap_envelope_begin_out(s) || soap_putheader(s) ||
                        soap_body_begin_out(s) || put(s) || soap_body_end_out(s) ||
                        soap_envelope_end_out(s) || soap_end_send(s);
    finish();
    if (failed) throw std::runtime_error("gSOAP could not write an envelope");
    if (output.ends_with("\r\n")) output.resize(output.size() - 2);
    return std::exchange(output, {});
}

Codec::Codec(CodecLimits limits) : context_(std::make_unique<Context>(limits)) {}
Codec::~Codec() = default;

std::variant<Decoded, Refusal> Codec::read_call(std::string envelope)
{
    if (envelope.size() <= context_->limits.bytes_max) normalise_line_ends(envelope);
    const auto scanned = prescan(envelope, context_->limits);
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
    auto refusal = context_->read_body(
        bytes.substr(outline.root, cut.begin - outline.root), bytes.substr(cut.end),
        [&decoded, method](soap* s) { decoded.call = method->get_call(s); });
    if (refusal) {
        refusal->version = outline.version;
        return *std::move(refusal);
    }
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
    if (about.rpc) return write_rpc_reply(reply, method.name, about.version);

    const auto tag = fmt::format("qbwc:{}Response", method.name);
    if (const auto* many = std::get_if<AuthenticateReply>(&reply)) {
        std::vector<std::string> strings;
        for (const auto& text : many->strings)
            strings.push_back(sendable(text));
        if (method.put_result != nullptr) throw std::logic_error("a reply of another method");
        return context_->write_body(about.version,
                                    [&](soap* s) { return put_strings(s, tag.c_str(), strings); });
    }
    if (method.put_result == nullptr) throw std::logic_error("a reply of another method");
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
    if (envelope.size() <= context_->limits.bytes_max) normalise_line_ends(envelope);
    const auto scanned = prescan(envelope, context_->limits);
    if (const auto* refusal = std::get_if<Refusal>(&scanned)) return *refusal;
    const auto& outline = std::get<Outline>(scanned);

    const bool is_fault = outline.operation.local == "Fault";
    const bool rpc = outline.encoded && !outline.qualified_children;
    if (!is_fault) {
        if (auto refusal = refuse_reply(outline, name, rpc)) return *std::move(refusal);
    }

    std::variant<Reply, Refusal> reply;
    const auto read = [&](soap* s) {
        if (is_fault) {
            reply = get_fault(s, outline.version);
        } else if (method.get_result != nullptr) {
            reply = to_reply(name, rpc ? get_return(s) : method.get_result(s), outline.version);
        } else if (auto strings = rpc ? get_return_array(s) : get_strings(s)) {
            reply = AuthenticateReply{*std::move(strings)};
        } else {
            reply =
                Refusal{"Server", "The reply holds no result: it reads as null.", outline.version};
        }
    };
    auto refusal = context_->read_body(std::string_view(envelope).substr(outline.root), {}, read);
    if (!refusal) return reply;
    refusal->version = outline.version;
    return *std::move(refusal);
}

std::string Codec::write_call(const Call& call, bool rpc)
{
    return write_call_envelope(call, rpc ? Style::rpc : Style::document);
}

}  // namespace qbwc
