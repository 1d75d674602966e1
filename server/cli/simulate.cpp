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
#include "server/cli/books.h"
#include "server/cli/commands.h"
#include "server/net/http_client.h"
#include "wsdl/connector.h"
#include "wsdl/faults.h"

namespace server::cli {
namespace {

using qbxml::simulator::SimulatedQuickBooks;

struct Wish {
    std::string qwc, password, state, log, ca_file, url;
    std::string qbxml_version, product, computer, opened_from, mode, seeded_faults;
    std::vector<std::string> planned_faults;
    qbxml::simulator::BooksWish books;
    bool refuse_page = false;
    int runs = 1;  // 0: until interrupted
    int pause_seconds = 5;
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
    explicit SimulatedSide(SimulatedQuickBooks& quickbooks)
        : quickbooks_(quickbooks),
          version_(qbxml::Version::parse(quickbooks.options().qbxml_version)
                       .value_or(qbxml::newest_version))
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

// Of a run that ended because the PC was switched off, as planned.
constexpr int switched_off = 12;

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

qbxml::simulator::FileMode mode_from(const std::string& word)
{
    using qbxml::simulator::FileMode;
    if (word == "single") return FileMode::single_user;
    return word == "multi" ? FileMode::multi_user : FileMode::any;
}

qbxml::Result<std::unique_ptr<SimulatedQuickBooks>> open_books(const Wish& wish,
                                                               const Application& application)
{
    qbxml::simulator::QuickBooksOptions options{
        .qbxml_version = wish.qbxml_version,
        .unix_seconds = [] { return static_cast<std::int64_t>(std::time(nullptr)); },
        .owner_id = application.owner_id,
        .file_id = application.file_id,
        .wanted_mode = mode_from(wish.mode),
        .product = wish.product,
        .opened_from = wish.opened_from};
    if (!wish.computer.empty()) options.computer = wish.computer;
    if (!wish.state.empty() && books_exist(wish.state)) return load_books(wish.state, options);
    auto books = std::make_unique<SimulatedQuickBooks>(wish.books, options);
    if (!wish.state.empty()) books->save_to(wish.state);
    return books;
}

qbxml::Result<qbwc::FaultPlan> plan_of(const Wish& wish)
{
    qbwc::FaultPlan plan;
    for (const auto& text : wish.planned_faults)
        if (auto problem = plan.add_planned(text)) return qbxml::Error{"--fault", *problem};
    if (!wish.seeded_faults.empty())
        if (auto problem = plan.set_seeded(wish.seeded_faults))
            return qbxml::Error{"--faults", *problem};
    return plan;
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

// One PC with its QuickBooks and its Web Connector, and what goes wrong with them over all runs.
class Pc {
public:
    Pc(const Shell& shell, const Wish& wish, Application application, qbwc::FaultPlan plan)
        : shell_(shell),
          wish_(wish),
          application_(std::move(application)),
          transport_(application_.url, {.ca_file = wish.ca_file}),
          faults_(std::move(plan), fault_hooks())
    {
        if (wish_.log.empty()) return;
        log_.open(wish_.log, std::ios::app);
        if (!log_) throw std::runtime_error(wish_.log + " cannot be written");
        const auto flags = faults_.plan().flags();
        if (!flags.empty()) note(fmt::format("Faults of this run: {}", flags));
    }

    // One run; its exit status. Books that are kept are opened for it and closed after it.
    int run()
    {
        std::optional<BooksLock> lock;
        if (!wish_.state.empty()) {
            books_.reset();
            lock.emplace(wish_.state);
        }
        if (!books_) {
            auto opened = open_books(wish_, application_);
            if (!opened) return fail(opened.error());
            books_ = std::move(opened).value();
        }
        const auto start = std::chrono::steady_clock::now();
        const auto result = update();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        if (!wish_.state.empty()) books_.reset();
        if (!result) {
            note("The PC was switched off.");
            std::cerr << "qbwcd: the PC was switched off\n";
            return switched_off;
        }
        print(shell_, *result, took.count());
        return exit_status(*result);
    }

private:
    // Nothing when the PC was switched off in the middle.
    std::optional<qbwc::RunResult> update()
    {
        SimulatedSide side(*books_);
        qbwc::FaultyTransport transport(transport_, faults_);
        qbwc::FaultyQuickBooks quickbooks(side, faults_);
        qbwc::Connector connector(transport, quickbooks,
                                  {.user = application_.user,
                                   .password = wish_.password,
                                   .app_name = application_.name,
                                   .accepts_interactive = !wish_.refuse_page,
                                   .rpc_style = application_.rpc,
                                   .owner_id = application_.owner_id},
                                  hooks(log_, !shell_.json && isatty(STDERR_FILENO) != 0));
        try {
            return connector.run();
        } catch (const qbwc::PcOff&) {
            return std::nullopt;
        }
    }

    qbwc::FaultHooks fault_hooks()
    {
        return {.die_within = [this](int requests) { books_->die_within(requests); },
                .lose_iterators = [this] { books_->lose_iterators(); },
                .wait = [](std::chrono::milliseconds pause) { std::this_thread::sleep_for(pause); },
                .log = [this](std::string_view line) { note(fmt::format("Fault: {}", line)); }};
    }

    void note(const std::string& text)
    {
        if (!log_.is_open()) return;
        log_ << fmt::format("{}\t: QBWebConnector.Simulated : {}\n", log_time(), text)
             << std::flush;
    }

    const Shell& shell_;
    const Wish& wish_;
    Application application_;
    std::ofstream log_;
    HttpTransport transport_;
    qbwc::Faults faults_;
    std::unique_ptr<SimulatedQuickBooks> books_;
};

// A pause that an interrupt ends.
void pause_for(int seconds)
{
    for (int tenth = 0; tenth < seconds * 10 && interrupted == 0; ++tenth)
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
}

int simulate(Shell& shell, const Wish& wish)
{
    auto application = read_qwc(wish.qwc);
    if (!application) return fail(application.error());
    if (!wish.url.empty()) application->url = wish.url;
    auto plan = plan_of(wish);
    if (!plan) return fail(plan.error());
    std::signal(SIGINT, [](int) { interrupted = 1; });
    Pc pc(shell, wish, std::move(*application), std::move(*plan));
    int status = success;
    for (int run = 1; interrupted == 0; ++run) {
        status = pc.run();
        if (run == wish.runs) break;
        pause_for(wish.pause_seconds);
    }
    return status;
}

void add_fault_options(CLI::App& command, Wish& wish)
{
    command.add_option("--fault", wish.planned_faults,
                       "What goes wrong and when, as lost-answer@3, busy@2-4 or "
                       "lost-answer@receiveResponseXML:1; may be repeated");
    command.add_option("--faults", wish.seeded_faults,
                       "What goes wrong by chance, as seed=7,rate=0.1[,kinds=A+B][,until=N]"
                       "[,delay=MS]; the same again for the same seed");
    command.add_option("--runs", wish.runs, "How many updates, 0 for no end [1]")
        ->check(CLI::Range(0, 1'000'000));
    command.add_option("--pause", wish.pause_seconds, "Seconds between updates [5]")
        ->check(CLI::Range(0, 86'400));
}

}  // namespace

void add_simulate_command(CLI::App& app, Shell& shell)
{
    auto wish = std::make_shared<Wish>();
    auto* command = app.add_subcommand(
        "simulate", "Play the Web Connector with a simulated QuickBooks against a server");
    command->add_option("--qwc", wish->qwc, "The .qwc file: address, user, OwnerID and FileID");
    command->add_option("--password", wish->password, "As the bookkeeper would type it");
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
    command->add_option("--qbxml-version", wish->qbxml_version,
                        "Highest qbXML it understands [as the books say, or 16.0]");
    command->add_option("--product", wish->product,
                        "What it says it is, as \"QuickBooks Online Edition\"");
    command->add_option("--computer", wish->computer,
                        "The PC it plays [FRONT-OFFICE]; another one is a second computer");
    command->add_option("--opened-from", wish->opened_from,
                        "Where the company file lies now: a copy, or it was moved");
    command->add_option("--url", wish->url, "Call this address instead of the file's AppURL");
    command->add_option("--ca", wish->ca_file, "PEM file with who may vouch for the server");
    command->add_flag("--refuse-page", wish->refuse_page, "Say no when asked to a web page");
    command->add_option("--mode", wish->mode, "single or multi: the mode the file must be open in")
        ->check(CLI::IsMember({"any", "single", "multi"}));
    add_fault_options(*command, *wish);
    add_books_commands(*command, shell);
    command->callback([&shell, wish, command] {
        if (!command->get_subcommands().empty()) return;
        for (const auto& [name, value] :
             {std::pair("--qwc", wish->qwc), std::pair("--password", wish->password)})
            if (value.empty()) throw CLI::RequiredError(name);
        shell.run = [&shell, wish] { return simulate(shell, *wish); };
    });
}

}  // namespace server::cli
