#include "tests/scenario/server_side.h"

#include <fmt/format.h>

#include "server/store/migrate.h"
#include "server/store/sqlite.h"

namespace scenario {

using namespace server;

namespace {

constexpr const char* address = "192.0.2.7";

service::ConnectorSettings settings_of(const ServerShape& shape)
{
    service::ConnectorSettings settings;
    settings.page_size = shape.page_size;
    settings.recorder.recording =
        shape.recorded ? service::Recording::redacted : service::Recording::none;
    settings.backoff.attempts_max = shape.attempts_max;
    if (shape.short_pages) settings.pace = {.page_min = 1, .page_max = 2};
    return settings;
}

}  // namespace

ServerSide::ServerSide(Story& story, Ground& ground, const ServerShape& shape)
    : clock(shape.start), story_(story), ground_(ground), shape_(shape)
{
    if (shape.soap) codec_ = std::make_unique<qbwc::Codec>();
    if (shape.on_disk)
        folder_ = std::make_unique<testing::TemporaryFolder>();
    else
        (void)ground.fresh(clock.now());
    start();
    faults_->heal();
}

std::unique_ptr<store::Connection> ServerSide::connect()
{
    if (!folder_) return ground_.again();
    auto opened = store::open_sqlite(folder_->file("qbwcd.sqlite"));
    store::migrate(*opened, clock.now());
    return opened;
}

// A process begins. What the one before had open in the database was rolled back.
void ServerSide::start()
{
    router_.reset();
    connector_.reset();
    desk_.reset();
    worker_.reset();
    worker_ = std::make_unique<web::Worker>(
        qbwc::CodecLimits{},
        store::Store(std::make_unique<testing::FaultyConnection>(connect(), faults_)));
    connector_ = std::make_unique<service::WebConnector>(clock, ids, settings_of(shape_));
    desk_ = std::make_unique<service::JobDesk>(clock, ids);
    router_ = std::make_unique<web::Router>(*connector_, web::SiteSettings{});
}

ServerSide::Trouble ServerSide::arm()
{
    if (!story_.strikes(60)) return Trouble::none;
    const int nth = story_.chance.below(24);
    switch (story_.chance.below(4)) {
        case 0: faults_->fail_step(nth); return Trouble::statement;
        case 1:
            faults_->fail_step(nth, testing::Fault::conflict, story_.chance.between(1, 3));
            return Trouble::conflict;
        case 2:
            faults_->fail_step(nth, testing::Fault::unavailable, 1'000'000);
            return Trouble::killed;
        default: return Trouble::killed_after;
    }
}

ServerSide::Done ServerSide::guarded(const std::function<void()>& act)
{
    const Trouble trouble = arm();
    bool done = false;
    try {
        act();
        done = true;
    } catch (const store::Unavailable& failure) {
        story_.tell(fmt::format("    the store: {}", failure.what()));
    } catch (const store::Conflict& conflict) {
        story_.tell(fmt::format("    the store: {}", conflict.what()));
    }
    const bool struck = faults_->struck();
    faults_->heal();
    const bool killed = (trouble == Trouble::killed && struck) || trouble == Trouble::killed_after;
    if (!killed) return done ? Done::yes : Done::no;
    story_.tell(trouble == Trouble::killed_after
                    ? "    the server is killed before its answer leaves, and started again"
                    : "    the server is killed at this statement, and started again");
    ++restarts_;
    start();
    return trouble == Trouble::killed_after ? Done::maybe : Done::no;
}

std::optional<qbwc::Reply> ServerSide::answer(const qbwc::Call& call)
{
    if (!shape_.soap) return connector_->answer(call, {address}, worker_->store);
    const auto response = router_->answer({.method = "POST",
                                           .target = "/qbwc",
                                           .headers = {{"content-type", "text/xml"}},
                                           .body = codec_->write_call(call),
                                           .address = address},
                                          *worker_);
    if (response.status != 200) return std::nullopt;
    auto read = codec_->read_reply(response.body, qbwc::method_name(call));
    auto* reply = std::get_if<qbwc::Reply>(&read);
    if (!reply) return std::nullopt;
    return std::move(*reply);
}

std::optional<qbwc::Reply> ServerSide::call(const qbwc::Call& call)
{
    std::optional<qbwc::Reply> reply;
    const auto done = guarded([&] { reply = answer(call); });
    if (done != Done::yes) return std::nullopt;
    return reply;
}

ServerSide::Done ServerSide::work(const std::function<void(service::JobDesk&, store::Store&)>& act)
{
    return guarded([&] { act(*desk_, worker_->store); });
}

}  // namespace scenario
