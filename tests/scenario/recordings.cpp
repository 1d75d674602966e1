#include "tests/scenario/recordings.h"

#include <fmt/format.h>

#include "server/service/replay.h"
#include "server/service/web_connector.h"
#include "tests/support/clock.h"
#include "tests/support/ids.h"

namespace scenario {

using namespace server;

void check_recording(store::Store& store, const Office& office, Ground& stage)
{
    std::string transcript;
    store.read([&](store::Tx& tx) {
        const auto company = tx.find_company(office.company.id);
        for (const auto& session : tx.list_sessions(office.company.id, 5)) {
            const auto exchanges = tx.exchanges(session.id);
            if (exchanges.size() < 4) continue;
            transcript = service::transcript_of(*company, session.id, exchanges);
            return;
        }
    });
    if (transcript.empty()) return;
    const auto steps = service::read_transcript(transcript);
    if (!steps) throw Broken("a recording cannot be read: " + steps.error().text());
    service::RecordedClock clock(testing::noon);
    testing::SeededIds ids;
    store::Store empty(stage.fresh(testing::noon));
    service::WebConnector connector(clock, ids, {});
    const auto played = service::replay(*steps, empty, clock, ids, [&](const qbwc::Call& call) {
        return connector.answer(call, {"192.0.2.1"}, empty);
    });
    if (!played.differences.empty())
        throw Broken(fmt::format("a recorded session is answered otherwise: {}\n{}",
                                 played.differences.front(), transcript));
}

}  // namespace scenario
