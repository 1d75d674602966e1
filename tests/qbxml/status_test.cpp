#include "qbxml/status.h"

#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "qbxml/status_table.h"

using namespace qbxml;

namespace {

constexpr std::string_view header =
    "kind\tcode\tname\tretry\tactor\tmeaning\tcause\tremedy\tmeaning_fr\tremedy_fr\n";
constexpr std::string_view good_line =
    "request\t1\tno_match\tnot_an_error\tnobody\tNothing.\tEmpty.\tGo on.\t\t\n";

// What the build tool says of a table; "" when it takes it.
std::string compile(const std::string& table)
{
    const auto folder = std::filesystem::temp_directory_path();
    const auto stem = "qbxml_status_test_" + std::to_string(::getpid());
    const auto input = folder / (stem + ".tsv");
    const auto output = folder / (stem + ".cpp");
    std::ofstream(input) << table;
    const std::string command =
        std::string(QBXML_COMPILE_STATUS) + " " + input.string() + " " + output.string() + " 2>&1";
    std::string said;
    FILE* pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::array<char, 256> chunk{};
    while (std::fgets(chunk.data(), chunk.size(), pipe))
        said += chunk.data();
    const int code = ::pclose(pipe);
    CHECK((code != 0) == !said.empty());
    CHECK(std::filesystem::exists(output) == said.empty());
    std::filesystem::remove(input);
    std::filesystem::remove(output);
    const std::size_t place = said.find(".tsv:");
    return place == std::string::npos ? said : said.substr(place + 5);
}

std::string line_of(std::string_view kind, std::string_view code, std::string_view name,
                    std::string_view rest)
{
    return std::string(kind) + "\t" + std::string(code) + "\t" + std::string(name) + "\t" +
           std::string(rest) + "\n";
}

}  // namespace

TEST_CASE("the status of a request tells whether to retry and who must act")
{
    struct Row {
        int code;
        std::string message, name;
        Retry retry;
        Actor actor;
    };
    const auto row = GENERATE(values<Row>({
        {0, "Status OK", "ok", Retry::not_an_error, Actor::nobody},
        {1, "", "no_match", Retry::not_an_error, Actor::nobody},
        {500, "", "some_not_found", Retry::not_an_error, Actor::caller},
        {510, "", "cannot_return", Retry::unknown_outcome, Actor::operator_},
        {530, "", "unsupported_field", Retry::not_an_error, Actor::caller},
        {3100, "", "name_in_use", Retry::needs_fix, Actor::caller},
        {3162, "", "multi_user_mode", Retry::transient, Actor::user},
        {3171, "", "closed_period_modify", Retry::needs_fix, Actor::user},
        {3175, "", "in_use", Retry::transient, Actor::user},
        {3200, "", "stale_edit_sequence", Retry::needs_fix, Actor::caller},
        {3231, "", "not_processed", Retry::transient, Actor::nobody},
        {3391, "", "bad_iterator", Retry::needs_fix, Actor::caller},
        {9103, "", "macro_undefined", Retry::needs_fix, Actor::caller},
        {7, "", "other_info", Retry::not_an_error, Actor::nobody},
        {499, "", "other_info", Retry::not_an_error, Actor::nobody},
        {777, "", "other_warning", Retry::not_an_error, Actor::caller},
        {999, "", "other_warning", Retry::not_an_error, Actor::caller},
        {1001, "", "other_error", Retry::needs_fix, Actor::operator_},
        {-1, "", "other_error", Retry::needs_fix, Actor::operator_},
    }));
    CAPTURE(row.code);
    const Status status = status_of_request(row.code, row.message);
    CHECK(status.name == row.name);
    CHECK(status.retry == row.retry);
    CHECK(status.actor == row.actor);
}

TEST_CASE("3170 and 3180 are passing only when the message speaks of a lock")
{
    struct Row {
        std::string message;
        bool lock;
    };
    const auto row = GENERATE(values<Row>({
        {"", false},
        {"There was an error when saving a Customers list, element \"X\". QuickBooks error "
         "message: "
         "The list has been modified by another user.",
         true},
        {"QuickBooks error message: Internals could not be locked. They are in use.", true},
        {"FAILED TO ACQUIRE THE LOCK for the object.", true},
        {"This list element is in use.", true},
        {"QuickBooks error message: La liste a \xC3\xA9t\xC3\xA9 modifi\xC3\xA9"
         "e par un autre "
         "utilisateur.",
         true},
        {"Le fichier est verrouill\xC3\xA9.", true},
        {"QuickBooks error message: The number 1001 is already in use.", false},
        {"This name is already in use.", false},
        {"The transaction is empty.", false},
        {"You must specify an account.", false},
    }));
    CAPTURE(row.message);
    for (const int code : {3170, 3180}) {
        const Status status = status_of_request(code, row.message);
        CHECK(status.retry == (row.lock ? Retry::transient : Retry::needs_fix));
        CHECK(status.actor == (row.lock ? Actor::user : Actor::caller));
        CHECK(status.code == std::to_string(code));
    }
    CHECK(status_of_request(3140, row.message).retry == Retry::needs_fix);
}

TEST_CASE("the status of a message set")
{
    CHECK(status_of_message_set("0").retry == Retry::not_an_error);
    CHECK(status_of_message_set("600").name == "no_cleared_state");
    CHECK(status_of_message_set("9001").retry == Retry::needs_fix);
    CHECK(status_of_message_set(" 9002 ").retry == Retry::unknown_outcome);
    CHECK(status_of_message_set("9004").name == "bad_message_set_id");
    CHECK(status_of_message_set("").name == "unknown_set_status");
    CHECK(status_of_message_set("other").name == "unknown_set_status");
    CHECK(status_of_message_set("12345").retry == Retry::unknown_outcome);
}

TEST_CASE("an HRESULT is known in every way of writing it")
{
    const auto text = GENERATE(values<std::string>(
        {"0x80040408", "0X80040408", " 0x80040408 ", "80040408", "-2147220472", "2147746824"}));
    CAPTURE(text);
    const Status status = status_of_hresult(text, "Could not start QuickBooks.");
    CHECK(status.code == "0x80040408");
    CHECK(status.name == "cannot_start");
    CHECK(status.retry == Retry::transient);
    CHECK(status.actor == Actor::user);
}

TEST_CASE("the HRESULTs that matter most")
{
    CHECK(status_of_hresult("0x8004040a", "").name == "other_file_open");
    CHECK(status_of_hresult("0x8004040A", "").name == "other_file_open");
    CHECK(status_of_hresult("0x80040400", "").retry == Retry::needs_fix);
    CHECK(status_of_hresult("-2147417851", "").retry == Retry::unknown_outcome);
    CHECK(status_of_hresult("0x80040402", "").retry == Retry::unknown_outcome);
    CHECK(status_of_hresult("0x80040420", "").actor == Actor::user);
    CHECK(status_of_hresult("0x80040421", "Something.").retry == Retry::needs_fix);
    CHECK(status_of_hresult("0x80040421", "It is locked by Mary.").retry == Retry::transient);
}

TEST_CASE("an HRESULT that is not known leaves the outcome open")
{
    const auto text = GENERATE(values<std::string>(
        {"0x80042500", "", "0x", "hello", "-99999999999999", "0x180040408", "other", "1"}));
    CAPTURE(text);
    CHECK(status_of_hresult(text, "").name == "unknown_hresult");
    CHECK(status_of_hresult(text, "").retry == Retry::unknown_outcome);
}

TEST_CASE("codes of the Web Connector")
{
    CHECK(status_of_connector("QBWC1039").name == "cannot_add");
    CHECK(status_of_connector("qbwc1039").name == "cannot_add");
    CHECK(status_of_connector(" 1039\n").name == "cannot_add");
    CHECK(status_of_connector("QBWC1040").actor == Actor::user);
    CHECK(status_of_connector("QBWC1048").actor == Actor::operator_);
    CHECK(status_of_connector("QBWC2012").name == "null_reference");
    CHECK(status_of_connector("QBWC1047").name == "unknown_connector_code");
    CHECK(status_of_connector("").name == "unknown_connector_code");
}

TEST_CASE("the catalogue is complete and every entry speaks")
{
    std::array<int, 7> of_kind{};
    for (const StatusEntry& entry : status_table()) {
        const Status& status = entry.status;
        CAPTURE(status.code, status.name);
        ++of_kind.at(static_cast<std::size_t>(entry.kind));
        CHECK_FALSE(status.meaning.empty());
        CHECK_FALSE(status.cause.empty());
        CHECK_FALSE(status.remedy.empty());
        const bool bookkeeper = status.actor == Actor::user || entry.kind == StatusKind::hresult ||
                                entry.kind == StatusKind::connector;
        CHECK((!bookkeeper || (!status.meaning_fr.empty() && !status.remedy_fr.empty())));
    }
    const auto count = [&](StatusKind kind) { return of_kind.at(static_cast<std::size_t>(kind)); };
    CHECK(count(StatusKind::request) == 90);
    CHECK(count(StatusKind::request_locked) == 2);
    CHECK(count(StatusKind::request_range) == 3);
    CHECK(count(StatusKind::message_set) == 8);
    CHECK(count(StatusKind::hresult) == 48);
    CHECK(count(StatusKind::connector) == 54);
}

TEST_CASE("a catalogue needs its columns and at least one line")
{
    const std::string good = std::string(header) + std::string(good_line);
    CHECK(compile(good) == "");
    CHECK(compile("# remark\n" + good) == "");
    CHECK(compile("") == "0: the table is empty\n");
    CHECK(compile(std::string(good_line) + good) ==
          "1: the columns must be kind, code, name, retry, actor, meaning, cause, remedy, "
          "meaning_fr, "
          "remedy_fr\n");
    CHECK(compile(good + "request\t2\n") == "3: 2 columns, expected 10\n");
}

TEST_CASE("a malformed line of the catalogue stops the build with file and line")
{
    const std::string rest = "needs_fix\tcaller\tA.\tB.\tC.\t\t";
    const std::string good = std::string(header) + std::string(good_line);
    struct Row {
        std::string line, error;
    };
    const auto row = GENERATE_COPY(values<Row>({
        {line_of("reqest", "2", "a", rest),
         "3: kind 'reqest', expected one of request, request-locked, request-range, message-set, "
         "hresult, hresult-locked, connector\n"},
        {line_of("request", "x", "a", rest), "3: 'x' is no code of kind request\n"},
        {line_of("hresult", "0x8004040a", "a", "needs_fix\tuser\tA.\tB.\tC.\tD.\tE."),
         "3: '0x8004040a' is no code of kind hresult\n"},
        {line_of("request", "1", "a", rest), "3: request 1 stands here a second time\n"},
        {line_of("request", "2", "no_match", rest),
         "3: the name 'no_match' is given twice in kind request\n"},
        {line_of("request", "2", "No Match", rest),
         "3: the name 'No Match' has other characters than a-z, 0-9 and _\n"},
        {line_of("request", "2", "a", "maybe\tcaller\tA.\tB.\tC.\t\t"),
         "3: retry 'maybe', expected one of not_an_error, transient, needs_fix, unknown_outcome\n"},
        {line_of("request", "2", "a", "needs_fix\tthem\tA.\tB.\tC.\t\t"),
         "3: actor 'them', expected one of nobody, caller, user, operator\n"},
        {line_of("request", "2", "a", "needs_fix\tcaller\tA.\t\tC.\t\t"), "3: cause is empty\n"},
        {line_of("request", "2", "a", "needs_fix\tcaller\tA.\tB.\tC.\tD.\t"),
         "3: only one of the French texts is given\n"},
        {line_of("request", "2", "a", "needs_fix\tuser\tA.\tB.\tC.\t\t"),
         "3: the bookkeeper reads this: the French texts are missing\n"},
        {line_of("request", "2", "a", "needs_fix\tcaller\tA. \tB.\tC.\t\t"),
         "3: 'A. ' has blanks at its ends or a carriage return\n"},
    }));
    CAPTURE(row.line);
    CHECK(compile(good + row.line) == row.error);
}
