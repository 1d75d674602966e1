#include <chrono>
#include <csignal>
#include <ctime>
#include <fstream>
#include <iostream>
#include <thread>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include "qbxml/simulator/quickbooks.h"
#include "qbxml/value.h"
#include "qbxml/version.h"
#include "qbxml/xml.h"
#include "server/cli/commands.h"
#include "server/net/http_client.h"
#include "wsdl/connector.h"

namespace server::cli {
namespace {

using qbxml::simulator::SimulatedQuickBooks;

struct Wish {
    std::string qwc, password, state, log, ca_file, url;
    std::string qbxml_version = "16.0";
    qbxml::simulator::BooksWish books;
    bool refuse_page = false;
};

// What stands in a .qwc file that matters to the connector.
struct Application {
    std::string name, url, user, owner_id, file_id;
    bool rpc = false;
};

qbxml::Result<Application> read_qwc(const std::string& path)
{
    const auto document = qbxml::Document::parse(read_file(path, 1u << 20));
    if (!document) return qbxml::Error{path, document.error().text()};
    const auto root = document->root();
    const auto text = [&](std::string_view name) { return std::string(root.child(name).text()); };
    if (root.name() != "QBWCXML")
        return qbxml::Error{
            path, fmt::format("its root is <{}>; a .qwc file has <QBWCXML>", root.name())};
    for (const char* name : {"AppName", "AppURL", "UserName", "OwnerID", "FileID"})
        if (text(name).empty())
            return qbxml::Error{path, fmt::format("{} is missing or empty (QBWC1039)", name)};
    return Application{text("AppName"), text("AppURL"), text("UserName"),
                       text("OwnerID"), text("FileID"), text("Style") == "RPC"};
}

class HttpTransport final : public qbwc::Transport {
public:
    HttpTransport(std::string url, const net::ClientOptions& options)
        : url_(std::move(url)), client_(options)
    {
    }
    Answer post(std::string envelope, std::string_view soap_action) override
    {
        const auto response = client_.post(
            url_,
            {{"content-type", "text/xml; charset=utf-8"}, {"soapaction", std::string(soap_action)}},
            envelope);
        if (!response) return {.problem = response.error().text()};
        return {.status = response->status,
                .content_type = response->content_type,
                .body = std::move(response->body)};
    }

private:
    std::string url_;
    net::HttpClient client_;
};

class SimulatedSide final : public qbwc::QuickBooks {
public:
    SimulatedSide(SimulatedQuickBooks& quickbooks, std::string_view version)
        : quickbooks_(quickbooks),
          version_(qbxml::Version::parse(version).value_or(qbxml::newest_version))
    {
    }
    std::optional<Failure> begin_session(std::string_view company_file) override
    {
        const auto failure = quickbooks_.begin_session(company_file);
        if (!failure) return std::nullopt;
        return Failure{failure->hresult, failure->message};
    }
    void end_session() override { quickbooks_.end_session(); }
    std::string company_file() const override { return quickbooks_.company_path(); }
    std::string country() const override { return quickbooks_.country(); }
    int qbxml_major() const override { return version_.major; }
    int qbxml_minor() const override { return version_.minor; }
    Processed process(std::string_view qbxml) override
    {
        auto answer = quickbooks_.process(qbxml);
        Processed processed{std::move(answer.response), std::nullopt};
        if (answer.failure) processed.failure = {answer.failure->hresult, answer.failure->message};
        return processed;
    }

private:
    SimulatedQuickBooks& quickbooks_;
    qbxml::Version version_;
};

volatile std::sig_atomic_t interrupted = 0;

std::string log_time()
{
    return fmt::format("{:%Y%m%d.%H:%M:%S} UTC", fmt::gmtime(std::time(nullptr)));
}

void draw_bar(int percent)
{
    constexpr int width = 40;
    const int filled = percent * width / 100;
    std::cerr << fmt::format("\r[{}{}] {:3}%{}", std::string(static_cast<std::size_t>(filled), '#'),
                             std::string(static_cast<std::size_t>(width - filled), '.'), percent,
                             percent == 100 ? "\n" : "")
              << std::flush;
}

qbwc::Connector::Hooks hooks(std::ofstream& log, bool bar)
{
    qbwc::Connector::Hooks made;
    made.wait = [](std::chrono::milliseconds pause) { std::this_thread::sleep_for(pause); };
    made.log_time = log_time;
    if (log.is_open())
        made.log = [&log](std::string_view line) { log << line << '\n' << std::flush; };
    if (bar) made.progress = draw_bar;
    made.show_url = [](std::string_view url) {
        std::cerr << "The Web Connector opens this page: " << url << '\n';
    };
    made.should_stop = [] { return interrupted != 0; };
    return made;
}

std::string_view word_of(qbwc::RunResult::End end)
{
    using End = qbwc::RunResult::End;
    switch (end) {
        case End::done: return "done";
        case End::nothing_to_do: return "nothing_to_do";
        case End::postponed: return "postponed";
        case End::busy: return "busy";
        case End::not_valid_user: return "not_valid_user";
        case End::refused_version: return "refused_version";
        case End::connection_failed: return "connection_failed";
        case End::server_error: return "server_error";
        case End::broken: return "broken";
        case End::interrupted: return "interrupted";
    }
    return "";
}

// 0 for an update that went through, also with nothing to do; else one number for each end, so that
// scripts can tell them apart.
int exit_status(const qbwc::RunResult& result)
{
    using End = qbwc::RunResult::End;
    if (result.end == End::done && result.with_message) return 11;
    switch (result.end) {
        case End::done:
        case End::nothing_to_do: return 0;
        case End::not_valid_user: return 3;
        case End::busy: return 4;
        case End::postponed: return 5;
        case End::refused_version: return 6;
        case End::connection_failed: return 7;
        case End::server_error: return 8;
        case End::broken: return 9;
        case End::interrupted: return 10;
    }
    return unusable;
}

qbxml::Result<std::unique_ptr<SimulatedQuickBooks>> open_books(const Wish& wish,
                                                               const Application& application)
{
    qbxml::simulator::QuickBooksOptions options{
        .qbxml_version = wish.qbxml_version,
        .unix_seconds = [] { return static_cast<std::int64_t>(std::time(nullptr)); },
        .owner_id = application.owner_id,
        .file_id = application.file_id};
    const bool kept = !wish.state.empty() && access(wish.state.c_str(), F_OK) == 0;
    if (kept) {
        auto books = SimulatedQuickBooks::load(wish.state, options);
        if (books) (*books)->save_to(wish.state);
        return books;
    }
    auto books = std::make_unique<SimulatedQuickBooks>(wish.books, options);
    if (!wish.state.empty()) {
        books->save(wish.state);
        books->save_to(wish.state);
    }
    return books;
}

void print(const Shell& shell, const qbwc::RunResult& result, double seconds)
{
    if (!shell.json) {
        std::cout << fmt::format(
            "{}{}{}\n{} message sets in {:.2f} s\n", result.code, result.code.empty() ? "" : ": ",
            result.text.empty() ? word_of(result.end) : result.text, result.requests, seconds);
        return;
    }
    qbxml::Value value(qbxml::Value::Object{});
    value.set("end", word_of(result.end));
    value.set("code", result.code.empty() ? qbxml::Value() : qbxml::Value(result.code));
    value.set("text", result.text);
    value.set("withMessage", result.with_message);
    value.set("requests", result.requests);
    value.set("seconds", qbxml::Value::Number{fmt::format("{:.3f}", seconds)});
    std::cout << qbxml::to_json(value) << '\n';
}

int simulate(Shell& shell, const Wish& wish)
{
    auto application = read_qwc(wish.qwc);
    if (!application) return fail(application.error());
    if (!wish.url.empty()) application->url = wish.url;
    const auto books = open_books(wish, *application);
    if (!books) return fail(books.error());

    std::ofstream log;
    if (!wish.log.empty()) {
        log.open(wish.log, std::ios::app);
        if (!log) return fail({wish.log, "cannot be written"});
    }
    std::signal(SIGINT, [](int) { interrupted = 1; });
    HttpTransport transport(application->url, {.ca_file = wish.ca_file});
    SimulatedSide side(**books, wish.qbxml_version);
    qbwc::Connector connector(transport, side,
                              {.user = application->user,
                               .password = wish.password,
                               .app_name = application->name,
                               .accepts_interactive = !wish.refuse_page,
                               .rpc_style = application->rpc,
                               .owner_id = application->owner_id},
                              hooks(log, !shell.json && isatty(STDERR_FILENO) != 0));
    const auto start = std::chrono::steady_clock::now();
    const auto result = connector.run();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    print(shell, result, took.count());
    return exit_status(result);
}

}  // namespace

void add_simulate_command(CLI::App& app, Shell& shell)
{
    auto wish = std::make_shared<Wish>();
    auto* command = app.add_subcommand(
        "simulate", "Play the Web Connector with a simulated QuickBooks against a server");
    command->add_option("--qwc", wish->qwc, "The .qwc file: address, user, OwnerID and FileID")
        ->required();
    command->add_option("--password", wish->password, "As the bookkeeper would type it")
        ->required();
    command->add_option("--customers", wish->books.customers, "Customers in new books")
        ->check(CLI::Range(0, 1'000'000));
    command->add_option("--invoices", wish->books.invoices, "Invoices in new books")
        ->check(CLI::Range(0, 1'000'000));
    command->add_option("--seed", wish->books.seed, "Same seed, same new books");
    command->add_option("--company-name", wish->books.company_name, "Of the company in new books");
    command->add_option("--company-path", wish->books.company_path,
                        "Of the company file of new books");
    command->add_option("--state", wish->state,
                        "File that keeps the books from run to run; new books if missing");
    command->add_option("--log", wish->log, "File that gets lines like those of QWCLog.txt");
    command->add_option("--qbxml-version", wish->qbxml_version, "Highest qbXML it understands");
    command->add_option("--url", wish->url, "Call this address instead of the file's AppURL");
    command->add_option("--ca", wish->ca_file, "PEM file with who may vouch for the server");
    command->add_flag("--refuse-page", wish->refuse_page, "Say no when asked to a web page");
    command->callback(
        [&shell, wish] { shell.run = [&shell, wish] { return simulate(shell, *wish); }; });
}

}  // namespace server::cli
