#include "tests/bench/office.h"

#include <fmt/format.h>

#include <ctime>
#include <stdexcept>

#include "server/store/migrate.h"

namespace bench {

using namespace server;

namespace {

std::string escaped(std::string_view text)
{
    std::string out;
    out.reserve(text.size() + text.size() / 4);
    for (const char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += "&amp;";
        else
            out += c;
    }
    return out;
}

// As the connector sends it.
std::string envelope(std::string_view operation, std::string_view children)
{
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope "
        "xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><{0} "
        "xmlns=\"http://developer.intuit.com/\">{1}</{0}></soap:Body></soap:Envelope>",
        operation, children);
}

// What stands between two marks; throws when it does not.
std::string between(std::string_view text, std::string_view from, std::string_view to)
{
    const auto at = text.find(from);
    if (at == text.npos) throw std::runtime_error(fmt::format("no {} in {}", from, text));
    const auto start = at + from.size();
    return std::string(text.substr(start, text.find(to, start) - start));
}

double thread_seconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

std::string file_id(int company)
{
    return fmt::format("{{5A1C0000-0000-4000-8000-{:012}}}", company);
}

}  // namespace

std::string company_name(int number)
{
    return fmt::format("c{}", number);
}

Office::Office()
{
    auto store = open();
    store::migrate(store.connection(), clock.now());
    store.write([](store::Tx& tx) {
        for (int n = 0; n < companies; ++n) {
            auto company = testing::maple_company();
            company.id = {company_name(n)};
            company.user_name = company.id.text;
            company.file_id = file_id(n);
            tx.add_company(company);
        }
    });
}

store::Store Office::open() const
{
    return store::Store(file.open());
}

Session::Session(Office& office, int company, const std::string& data_type, bool full)
    : office_(office), worker_({}, office.open())
{
    const base::CompanyId id{company_name(company)};
    if (!office.desk.sync(id, {data_type}, full, worker_.store))
        throw std::runtime_error("no sync");
    const auto reply = office.connector.answer(qbwc::Authenticate{id.text, "maple-secret"},
                                               {"192.0.2.7"}, worker_.store);
    ticket_ = std::get<qbwc::AuthenticateReply>(reply).strings.at(0);
    testing::OpenFile file;
    file.file_id = file_id(company);
    send(testing::first_look(file));
}

int Session::receive(std::string_view response)
{
    const auto answer =
        post(envelope("receiveResponseXML",
                      fmt::format("<ticket>{}</ticket><response>{}</response><hresult/><message/>",
                                  ticket_, escaped(response))));
    const int number = std::stoi(between(answer, "receiveResponseXMLResult>", "<"));
    if (number < 0) throw std::runtime_error("an answer was refused");
    return number;
}

void Session::send(std::string_view hcp)
{
    const auto answer = post(envelope(
        "sendRequestXML", fmt::format("<ticket>{}</ticket><strHCPResponse>{}</strHCPResponse>"
                                      "<strCompanyFileName>C:\\b.qbw</strCompanyFileName>"
                                      "<qbXMLCountry>US</qbXMLCountry>"
                                      "<qbXMLMajorVers>16</qbXMLMajorVers>"
                                      "<qbXMLMinorVers>0</qbXMLMinorVers>",
                                      ticket_, escaped(hcp))));
    request_id_ = between(answer, "requestID=", ">");  // and what follows, escaped or not
    request_id_.erase(0, request_id_.starts_with("&quot;") ? 6 : 1);
    request_id_.erase(std::min(request_id_.find_first_of("\"&"), request_id_.size()));
}

void Session::close()
{
    post(envelope("closeConnection", fmt::format("<ticket>{}</ticket>", ticket_)));
}

std::string Session::post(std::string body)
{
    web::Request request{
        .method = "POST", .target = "/qbwc", .body = std::move(body), .address = "192.0.2.7"};
    const double before = thread_seconds();
    auto answer = office_.router.answer(std::move(request), worker_);
    server_seconds_ += thread_seconds() - before;
    return std::move(answer.body);
}

std::string page_of(std::string_view response, std::string_view request_id, int remaining,
                    std::string_view records)
{
    return testing::answer(
        fmt::format("<{0} requestID=\"{1}\" statusCode=\"0\" statusSeverity=\"Info\" "
                    "statusMessage=\"Status OK\" iteratorRemainingCount=\"{2}\" "
                    "iteratorID=\"{{11111111-2222-4333-8444-555555555555}}\">\n{3}</{0}>\n",
                    response, request_id, remaining, records));
}

}  // namespace bench
