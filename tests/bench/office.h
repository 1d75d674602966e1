// What the benchmarks of the whole server stand on: a server without sockets on a database in a
// file, and one company's session with it, from SOAP text to SOAP text. No QuickBooks: answers are
// ready-made.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "server/base/ids.h"
#include "server/service/job_desk.h"
#include "server/store/sqlite.h"
#include "server/web/router.h"
#include "tests/support/folder.h"
#include "tests/support/town.h"

namespace bench {

inline constexpr int companies = 32;
std::string company_name(int number);

struct Office {
    testing::TemporaryFolder folder;
    server::base::SystemClock clock;
    server::base::RandomIds ids;
    server::store::SqliteFile file{database()};
    server::service::WebConnector connector{clock, ids, {}};
    server::web::Router router{connector, {}};
    server::service::JobDesk desk{clock, ids};

    Office();  // with all its companies
    std::string database() const { return folder.file("qbwcd.sqlite"); }
    server::store::Store open() const;
};

// A session in which a sync of one record type is read page by page. Throws std::runtime_error when
// the server answers anything but what is expected.
class Session {
public:
    Session(Office& office, int company, const std::string& data_type, bool full);

    const std::string& request_id() const { return request_id_; }
    // Answers the request that is out; the number of receiveResponseXML.
    int receive(std::string_view response);
    // Asks for the next request.
    void send(std::string_view hcp = {});
    void close();

    server::store::Store& store() { return worker_.store; }
    // Processor seconds that the server took so far, on the threads that called.
    double server_seconds() const { return server_seconds_; }

private:
    std::string post(std::string body);

    Office& office_;
    server::web::Worker worker_;
    std::string ticket_;
    std::string request_id_;
    double server_seconds_ = 0;
};

// A page of an iterator that has more, for its request.
std::string page_of(std::string_view response, std::string_view request_id, int remaining,
                    std::string_view records);

}  // namespace bench
