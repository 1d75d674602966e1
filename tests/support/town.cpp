#include "tests/support/town.h"

#include <stdexcept>

#include "qbxml/request.h"
#include "server/jobs/recovery.h"
#include "server/store/migrate.h"
#include "server/store/sqlite.h"

namespace testing {

using namespace server;
using store::Tx;

namespace {

// "maple-secret" with N 1024: fast, and no password of a real company.
constexpr const char* cheap_hash =
    "scrypt$10$8$1$30313233343536373839616263646566$"
    "bb449ae909b90d543f1ca56fb8f852d565c92b68ffa920b9d8bee5b9bc05296c";

template <class T>
T get(qbwc::Reply reply)
{
    if (auto* wanted = std::get_if<T>(&reply)) return std::move(*wanted);
    throw std::logic_error("the reply is of another kind than its method has");
}

template <class T>
T must(std::optional<T> found, const char* what)
{
    if (!found) throw std::logic_error(std::string("not in the store: ") + what);
    return std::move(*found);
}

}  // namespace

store::Company maple_company()
{
    return {.id = maple,
            .name = "Maple & Pine Joinery",
            .user_name = "qbwc-maple",
            .password_hash = cheap_hash,
            .owner_id = "{5A1C0000-0000-4000-8000-000000000001}",
            .file_id = "{5A1C0000-0000-4000-8000-00000000000A}",
            .created_at = noon};
}

Town::Town(const std::string& database, service::ConnectorSettings settings)
    : store(std::make_unique<FaultyConnection>(store::open_sqlite(database), faults)),
      connector(clock, ids, std::move(settings)),
      desk(clock, ids)
{
    store::migrate(store.connection(), clock.now());
    store.write([](Tx& tx) {
        if (!tx.find_company(maple)) tx.add_company(maple_company());
    });
    faults->heal();
}

std::vector<std::string> Town::authenticate(const std::string& password, const std::string& address)
{
    auto strings =
        get<qbwc::AuthenticateReply>(
            connector.answer(qbwc::Authenticate{"qbwc-maple", password}, {address}, store))
            .strings;
    ticket = strings.at(0);
    return strings;
}

std::string Town::text(qbwc::Call call)
{
    return get<qbwc::TextReply>(connector.answer(std::move(call), {"192.0.2.7"}, store)).text;
}

std::string Town::send(const std::string& hcp)
{
    return text(qbwc::SendRequestXml{.ticket = ticket,
                                     .hcp_response = hcp,
                                     .company_file = "C:\\Books\\Maple.qbw",
                                     .country = "US",
                                     .major = 16,
                                     .minor = 0});
}

int Town::receive(const std::string& response, const std::string& hresult,
                  const std::string& message)
{
    return get<qbwc::ReceiveReply>(
               connector.answer(qbwc::ReceiveResponseXml{ticket, response, hresult, message},
                                {"192.0.2.7"}, store))
        .progress;
}

std::string Town::connection_error(const std::string& hresult, const std::string& message)
{
    return text(qbwc::ConnectionError{ticket, hresult, message});
}

std::string Town::last_error()
{
    return text(qbwc::GetLastError{ticket});
}

std::string Town::close()
{
    return text(qbwc::CloseConnection{ticket});
}

jobs::Job Town::sync(const std::string& data_type)
{
    const auto jobs = desk.sync(maple, {data_type}, false, store);
    return jobs.value().front();
}

jobs::Job Town::raw(const std::string& requests)
{
    const auto job = desk.raw(maple,
                              "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML>"
                              "<QBXMLMsgsRq onError=\"stopOnError\">" +
                                  requests + "</QBXMLMsgsRq></QBXML>",
                              store);
    if (!job) throw std::logic_error(job.error().text());
    return *job;
}

std::string Town::open_session()
{
    authenticate();
    return send(first_look());
}

std::string Town::open_session_after_loss()
{
    return find_nothing(open_session());
}

std::string Town::find_nothing(const std::string& look)
{
    const auto id = batch_id_in(look);
    if (look.find("newMessageSetID") != look.npos || !jobs::is_look(job(batch(id).items[0].job)))
        throw std::logic_error("QuickBooks was not looked into: " + look);
    const int progress = receive(nothing_found(look));
    if (progress < 0 || progress > 99) throw std::logic_error("the look ended the session");
    return send();
}

jobs::Job Town::job(const base::JobId& id)
{
    return must(store.read([&](Tx& tx) { return tx.find_job(id); }), "job");
}

jobs::Batch Town::batch(const std::string& id)
{
    return must(store.read([&](Tx& tx) { return tx.find_batch({id}); }), "batch");
}

store::Company Town::company()
{
    return must(store.read([](Tx& tx) { return tx.find_company(maple); }), "company");
}

std::string Town::record(const std::string& data_type, const std::string& id)
{
    return store.read([&](Tx& tx) { return tx.find_record(maple, data_type, id); }).value_or("");
}

std::string request_id_in(const std::string& batch_text)
{
    const auto set = qbxml::message_set_from_xml(batch_text);
    const std::string* id = set.value().requests.at(0).attribute("requestID");
    if (!id) throw std::logic_error("a request without requestID was sent");
    return *id;
}

std::string batch_id_in(const std::string& batch_text)
{
    const auto id = request_id_in(batch_text);
    return id.substr(0, id.rfind('-'));
}

}  // namespace testing
