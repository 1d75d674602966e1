#include "server/app.h"

#include <algorithm>

#include <fmt/format.h>
#include <malloc.h>

#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/base/log.h"
#include "server/data_folder.h"
#include "server/net/server.h"
#include "server/service/connection_watch.h"
#include "server/service/remaking.h"
#include "server/service/sync_runs.h"
#include "server/service/upkeep.h"
#include "server/service/views.h"
#include "server/service/web_connector.h"
#include "server/store/store.h"
#include "server/web/router.h"

namespace server {
namespace {

namespace log = base::log;

constexpr std::size_t big_body = 4u << 20;

service::Recording recording(const Config& config)
{
    if (config.record_exchanges == "none") return service::Recording::none;
    return config.record_exchanges == "full" ? service::Recording::full
                                             : service::Recording::redacted;
}

service::ConnectorSettings connector_settings(const Config& config)
{
    return {.server_version = "qbwcd " QBWCD_VERSION,
            .minimum_client = config.minimum_connector,
            .advised_client = config.advised_connector,
            .page_size = config.page_size,
            .pace = {.page_min = std::min(config.page_size, config.page_size_min),
                     .page_max = std::max(config.page_size, config.page_size_max)},
            .session = {.idle = std::chrono::minutes(config.session_idle_minutes),
                        .busy = std::chrono::minutes(config.session_busy_minutes)},
            .live = {.hold = std::chrono::seconds(config.live_hold_seconds),
                     .quiet = std::chrono::seconds(config.live_quiet_seconds)},
            .backoff = {.attempts_max = config.attempts},
            .recorder = {.recording = recording(config)}};
}

net::Endpoint endpoint(const Config& config)
{
    const auto where = split_listen(config.listen);
    net::Endpoint made{where->host == "localhost" ? "127.0.0.1" : where->host, where->port, {}};
    if (!config.tls_certificate.empty())
        made.tls = net::TlsFiles{config.tls_certificate, config.tls_key};
    return made;
}

net::Limits limits(const Config& config)
{
    net::Limits made;
    made.body_bytes_max = static_cast<std::size_t>(config.body_mebibytes) << 20;
    made.bodies_bytes_max = std::max(made.bodies_bytes_max, 2 * made.body_bytes_max);
    made.connections_max = config.connections;
    // Behind a proxy all callers share its address.
    if (!config.proxies.empty()) made.connections_per_address_max = 0;
    return made;
}

// What peers break is their affair; what the operator did, or has to mend, is not.
void report(std::string_view event, std::string_view detail)
{
    const auto is_one_of = [&](std::initializer_list<std::string_view> events) {
        return std::find(events.begin(), events.end(), event) != events.end();
    };
    if (is_one_of({"connection.failed", "handshake.failed", "request.refused"}))
        log::debug(event, {{"detail", detail}});
    else if (is_one_of({"accept.failed", "certificate.refused", "connection.refused"}))
        log::warn(event, {{"detail", detail}});
    else if (is_one_of({"call.failed", "chore.failed", "listener.failed"}))
        log::error(event, {{"detail", detail}});
    else
        log::info(event, {{"detail", detail}});
}

std::string url_of(const net::Endpoint& endpoint, unsigned short port)
{
    const bool v6 = endpoint.address.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}", endpoint.tls ? "https" : "http", v6 ? "[" : "",
                       endpoint.address, v6 ? "]" : "", port);
}

void watch_connections(DataFolder& folder, base::Time now)
{
    try {
        // Its own connection: it may run beside the other chores.
        store::Store own = folder.open(now);
        service::watch(own, now);
    } catch (const std::exception& failure) {
        log::error("watch.failed", {{"reason", failure.what()}});
    }
}

}  // namespace

void serve(const Config& config, const std::function<void(const std::string&)>& on_ready)
{
    const base::SystemClock clock;
    base::RandomIds ids;
    DataFolder folder(config.data, service::record_views());
    // Opened once before anything listens: a database that cannot be used stops the start.
    store::Store upkeep_store = folder.open(clock.now());
    store::Store watching_store = folder.open(clock.now());
    service::LiveWatch watch;
    service::WebConnector connector(clock, ids, connector_settings(config));
    web::Router router(connector, {config.public_url, config.proxies});

    const auto make_answer = [&]() -> net::Answer {
        auto worker = std::make_shared<web::Worker>(
            qbwc::CodecLimits{.bytes_max = static_cast<std::size_t>(config.body_mebibytes) << 20},
            folder.open(clock.now()));
        return [&router, worker](web::Request request) {
            const bool big = request.body.size() >= big_body;
            auto response = router.answer(std::move(request), *worker);
            // Each worker has its own arena, which would keep what the biggest answer took.
            if (big) malloc_trim(0);
            return response;
        };
    };
    const auto where = endpoint(config);
    net::Server server({where}, limits(config), {config.io_threads, config.workers}, make_answer,
                       report);
    server.every(std::chrono::seconds(5), [&] {
        try {
            service::tick(upkeep_store, clock.now(), {.attempts_max = config.attempts});
            connector.flush_recording(upkeep_store);
            if (config.schedule == "on") service::run_schedule(upkeep_store, ids, clock.now());
        } catch (const std::exception& failure) {
            log::error("upkeep.failed", {{"reason", failure.what()}});
        }
    });
    store::Store remaking_store = folder.open(clock.now());
    server.every(std::chrono::seconds(10), [&] {
        try {
            service::remake_due(remaking_store, clock.now());
        } catch (const std::exception& failure) {
            log::error("remaking.failed", {{"reason", failure.what()}});
        }
    });
    server.every(std::chrono::minutes(1), [&] { watch_connections(folder, clock.now()); });
    server.every(std::chrono::hours(1), [&] {
        try {
            // Its own connection: it may run beside the other chore.
            store::Store own = folder.open(clock.now());
            service::prune(own, clock.now(), {config.change_days, config.job_days});
            service::prune_recordings(own, clock.now() - std::chrono::days(config.record_days));
        } catch (const std::exception& failure) {
            log::error("upkeep.failed", {{"reason", failure.what()}});
        }
    });
    server.every(std::chrono::milliseconds(100), [&] {
        std::vector<base::CompanyId> held;
        for (auto& topic : server.parked())
            held.push_back({std::move(topic)});
        if (held.empty()) return;
        try {
            for (const auto& company : watch.stirred(held, watching_store, clock.now()))
                server.wake(company.text);
        } catch (const std::exception& failure) {
            log::error("live.failed", {{"reason", failure.what()}});
        }
    });
    server.start();
    on_ready(url_of(where, server.ports().front()));
    server.run_until_signal();
    connector.flush_recording(upkeep_store);
}

}  // namespace server
