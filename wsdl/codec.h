// SOAP text <-> Call and Reply, both directions, in memory; owns one gSOAP context.
//
// One thread at a time; keep it and reuse it, also after a refusal. Every input first passes the
// strict pre-scan. What comes from a peer never throws; only lack of memory and our own mistakes
// do.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "wsdl/call.h"

namespace qbwc {

struct CodecLimits {
    std::size_t bytes_max = 64u * 1024 * 1024;
    int depth_max = 64;
};

enum class SoapVersion { soap_1_1, soap_1_2 };

// Why an envelope was refused: a SOAP fault to be answered. Texts are fixed phrases; nothing from
// the request is echoed.
struct Refusal {
    std::string code = "Client";  // Client, Server, VersionMismatch, MustUnderstand
    std::string text{};
    SoapVersion version = SoapVersion::soap_1_1;
};

struct Decoded {
    Call call{};
    SoapVersion version = SoapVersion::soap_1_1;
    bool rpc = false;  // came rpc/encoded (.qwc Style RPC): answer in kind
};

class Codec {
public:
    explicit Codec(CodecLimits limits = {});
    ~Codec();
    Codec(const Codec&) = delete;
    Codec& operator=(const Codec&) = delete;

    // Takes the envelope's buffer over; a large <response> text is unescaped in place in it, so
    // peak memory is the envelope itself.
    std::variant<Decoded, Refusal> read_call(std::string envelope);
    // In the SOAP version and style of the call that is answered. The reply's kind must be the
    // call's (strings for authenticate, a number for receiveResponseXML): std::logic_error else.
    // What XML cannot carry goes out as '?'.
    std::string write_reply(const Reply&, const Decoded& about);
    std::string write_fault(const Refusal&);

    // The connector's half: byte for byte as QBWC writes it, in its default style or in RPC.
    std::string write_call(const Call&, bool rpc = false);
    // `method` is the operation that was called. The refusal holds the fault of the server, or what
    // is wrong with its answer (as QBWC would complain).
    std::variant<Reply, Refusal> read_reply(std::string envelope, std::string_view method);

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

// The service contract with `endpoint` as its address, as served at ?wsdl.
std::string wsdl_document(std::string_view endpoint);

}  // namespace qbwc
