#include "server/service/recorder.h"

#include <iterator>
#include <utility>

#include "qbxml/canonical/masks.h"
#include "qbxml/value.h"
#include "server/base/compress.h"
#include "server/base/log.h"
#include "server/base/secret.h"

namespace server::service {
namespace {

using qbxml::Value;

// What a call says beside its ticket, in the words of the transcripts.
struct Said {
    Value::Object words;
    void operator()(const qbwc::ServerVersion&) {}
    void operator()(const qbwc::ClientVersion& call) { add("version", call.version); }
    void operator()(const qbwc::Authenticate& call) { add("user", call.user); }
    void operator()(const qbwc::SendRequestXml& call)
    {
        add("file", call.company_file);
        add("country", call.country);
        words.emplace_back("major", std::to_string(call.major));
        words.emplace_back("minor", std::to_string(call.minor));
        add("hcp", call.hcp_response);
    }
    void operator()(const qbwc::ReceiveResponseXml& call)
    {
        add("hresult", call.hresult);
        add("message", call.message);
        add("response", call.response);
    }
    void operator()(const qbwc::ConnectionError& call)
    {
        add("hresult", call.hresult);
        add("message", call.message);
    }
    void operator()(const qbwc::GetLastError&) {}
    void operator()(const qbwc::CloseConnection&) {}
    void operator()(const qbwc::GetInteractiveUrl& call) { add("session", call.session_id); }
    void operator()(const qbwc::InteractiveDone&) {}
    void operator()(const qbwc::InteractiveRejected& call) { add("reason", call.reason); }

    void add(const char* word, const std::string& text)
    {
        if (!text.empty()) words.emplace_back(word, take(text));
    }
    std::function<std::string(std::string_view)> take;
};

struct TicketOf {
    std::string operator()(const qbwc::ServerVersion&) const { return {}; }
    std::string operator()(const qbwc::ClientVersion&) const { return {}; }
    std::string operator()(const qbwc::Authenticate&) const { return {}; }
    template <class Call>
    std::string operator()(const Call& call) const
    {
        return call.ticket;
    }
};

}  // namespace

std::string Exchange::taken(std::string_view text)
{
    if (text.size() > settings_.text_bytes_max) {
        whole_ = false;
        text = text.substr(0, settings_.text_bytes_max);
    }
    const bool redacted = settings_.recording == Recording::redacted;
    return redacted ? qbxml::canonical::masked(text) : std::string(text);
}

Exchange::Exchange(const RecorderSettings& settings, const qbwc::Call& call) : settings_(settings)
{
    if (settings_.recording == Recording::none) return;
    method_ = qbwc::method_name(call);
    ticket_ = std::visit(TicketOf{}, call);
    Said said;
    said.take = [this](std::string_view text) { return taken(text); };
    std::visit(said, call);
    Value::Object kept;
    for (auto& [word, value] : said.words) {
        const bool hidden = settings_.recording == Recording::redacted && word == "session";
        kept.emplace_back(word, hidden ? Value("***") : std::move(value));
    }
    said_ = qbxml::to_json(Value(std::move(kept)));
}

void Exchange::keep(const qbwc::Reply& reply, base::Time now, Recorder& recorder)
{
    if (settings_.recording == Recording::none) return;
    Value::Array strings;
    if (const auto* text = std::get_if<qbwc::TextReply>(&reply))
        strings.emplace_back(taken(text->text));
    if (const auto* number = std::get_if<qbwc::ReceiveReply>(&reply))
        strings.emplace_back(std::to_string(number->progress));
    if (const auto* four = std::get_if<qbwc::AuthenticateReply>(&reply)) {
        ticket_ = four->strings.at(0);
        for (std::size_t n = 1; n < four->strings.size(); ++n)
            strings.emplace_back(four->strings[n]);
    }
    if (ticket_.empty()) return;
    const std::string said =
        "{\"call\":" + said_ + ",\"reply\":" + qbxml::to_json(Value(std::move(strings))) + "}";
    recorder.add({base::sha256_hex(ticket_),
                  {.at = now,
                   .method = method_,
                   .redacted = settings_.recording == Recording::redacted,
                   .whole = whole_,
                   .packed = std::string(base::thread_packer().pack(said))}});
}

namespace {

// So much waits at most: what a few hundred rounds say, packed.
constexpr std::size_t waiting_max = 256;
constexpr std::size_t waiting_bytes_max = 2u << 20;

}  // namespace

void Recorder::add(Spoken spoken)
{
    const std::lock_guard lock(mutex_);
    bytes_ += spoken.exchange.packed.size();
    waiting_.push_back(std::move(spoken));
}

bool Recorder::is_full() const
{
    const std::lock_guard lock(mutex_);
    return waiting_.size() >= waiting_max || bytes_ >= waiting_bytes_max;
}

Recorder::Load::Load(Recorder& recorder) : recorder_(recorder)
{
    const std::lock_guard lock(recorder_.mutex_);
    if (recorder_.loading_) return;
    recorder_.loading_ = taken_ = true;
    spoken_ = std::exchange(recorder_.waiting_, {});
    recorder_.bytes_ = 0;
}

Recorder::Load::~Load()
{
    if (!taken_) return;
    const std::lock_guard lock(recorder_.mutex_);
    recorder_.loading_ = false;
    if (written_) return;
    auto& waiting = recorder_.waiting_;
    for (const Spoken& spoken : spoken_)
        recorder_.bytes_ += spoken.exchange.packed.size();
    waiting.insert(waiting.begin(), std::make_move_iterator(spoken_.begin()),
                   std::make_move_iterator(spoken_.end()));
}

void Recorder::Load::put(store::Tx& tx) const
{
    for (const Spoken& spoken : spoken_)
        tx.add_exchange(spoken.ticket_hash, spoken.exchange);
}

void Recorder::flush(store::Store& store)
{
    Load load(*this);
    if (load.empty()) return;
    try {
        store.write([&](store::Tx& tx) { load.put(tx); }, store::Durable::soon);
        load.written();
    } catch (const store::Unavailable& failure) {
        base::log::warn("recording.waits", {{"reason", failure.what()}});
    }
}

void prune_recordings(store::Store& store, base::Time before)
{
    store.write([&](store::Tx& tx) { tx.prune_exchanges(before); }, store::Durable::soon);
}

}  // namespace server::service
