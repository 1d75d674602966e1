// Plays every transcript of this folder against the real server: in process, and over a socket.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "server/base/log.h"
#include "server/net/http_client.h"
#include "server/net/server.h"
#include "server/store/sqlite.h"
#include "server/web/router.h"
#include "tests/replay/player.h"
#include "tests/support/folder.h"

using namespace server;
using namespace replay;

namespace {

const std::string folder = std::string(QBWCD_SOURCE_TREE) + "/tests/replay";

std::vector<std::string> transcripts()
{
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".txt") names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

web::Request soap_request(const std::string& envelope)
{
    return {.method = "POST",
            .target = "/qbwc",
            .headers = {{"content-type", "text/xml; charset=utf-8"}},
            .body = envelope,
            .address = "127.0.0.1"};
}

}  // namespace

TEST_CASE("transcripts, in process")
{
    base::log::set_level(base::log::Level::off);
    for (const auto& name : transcripts()) {
        DYNAMIC_SECTION(name)
        {
            testing::Town town;
            web::Worker worker({}, std::move(town.store));
            web::Router router(town.connector, {});
            Player player(
                town, worker.store,
                [&](const std::string& envelope) {
                    return router.answer(soap_request(envelope), worker);
                },
                folder);
            player.play(read_transcript(folder + "/" + name));
        }
    }
}

TEST_CASE("transcripts, over a socket")
{
    base::log::set_level(base::log::Level::off);
    for (const auto& name : transcripts()) {
        DYNAMIC_SECTION(name)
        {
            testing::TemporaryFolder data;
            const auto database = data.file("qbwcd.sqlite");
            testing::Town town(database);
            web::Router router(town.connector, {});
            const auto make_answer = [&]() -> net::Answer {
                auto worker = std::make_shared<web::Worker>(
                    qbwc::CodecLimits{}, store::Store(store::open_sqlite(database)));
                return [&router, worker](web::Request request) {
                    return router.answer(std::move(request), *worker);
                };
            };
            // What would be held back goes out at once: these clocks stand still.
            net::Server serving({net::Endpoint{}}, {.parked = {}}, {1, 2}, make_answer,
                                [](std::string_view, std::string_view) {});
            serving.start();
            const auto url =
                "http://127.0.0.1:" + std::to_string(serving.ports().front()) + "/qbwc";
            auto client = std::make_unique<net::HttpClient>();
            Player player(
                town, town.store,
                [&](const std::string& envelope) {
                    auto response =
                        client->post(url, {{"content-type", "text/xml; charset=utf-8"}}, envelope);
                    INFO((response ? "" : response.error().text()));
                    REQUIRE(response.ok());
                    return *response;
                },
                folder);
            player.play(read_transcript(folder + "/" + name));
            client.reset();  // the server waits for a peer that is still there
            CHECK(serving.stop());
        }
    }
}

TEST_CASE("there are transcripts, and each asks and checks something")
{
    const auto names = transcripts();
    CHECK(names.size() >= 20);
    for (const auto& name : names) {
        CAPTURE(name);
        const auto steps = read_transcript(folder + "/" + name);
        for (const char mark : {'>', '<'})
            CHECK(std::any_of(steps.begin(), steps.end(),
                              [&](const Step& step) { return step.mark == mark; }));
    }
}
