// A log line is one line, and its values are quoted when they must be.
#include <unistd.h>

#include <cstdio>

#include <catch2/catch.hpp>

#include "server/base/log.h"

using namespace server::base;

namespace {

// What `write` sends to standard error.
template <class Write>
std::string logged(const Write& write)
{
    std::fflush(stderr);
    const int kept = dup(STDERR_FILENO);
    std::FILE* file = std::tmpfile();
    REQUIRE(file);
    dup2(fileno(file), STDERR_FILENO);
    write();
    std::fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    std::rewind(file);
    std::string text;
    for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file))
        text += static_cast<char>(c);
    std::fclose(file);
    return text;
}

// Behind the time.
std::string without_time(const std::string& line)
{
    return line.substr(line.find(' ') + 1);
}

}  // namespace

TEST_CASE("an event is time, level, name and its fields")
{
    const auto line = logged([] {
        log::info("batch.sent", {{"company", "maple"}, {"bytes", 12}});
    });
    CHECK(without_time(line) == "info batch.sent company=maple bytes=12\n");
    CHECK(line.substr(0, 2) == "20");
}

TEST_CASE("a value is quoted when it could be misread, and never starts another line")
{
    struct Row {
        const char* value;
        const char* written;
    };
    const auto row = GENERATE(values<Row>({
        {"plain", "plain"},
        {"", "\"\""},
        {"two words", "\"two words\""},
        {"a=b", "\"a=b\""},
        {"say \"yes\"", R"("say \"yes\"")"},
        {"C:\\Books", R"("C:\\Books")"},
        {"one\r\n2026 info forged.event", "\"one  2026 info forged.event\""},
        {"a\tb", "\"a b\""},
        {"a\x1b[31mb", "\"a [31mb\""},
        {"{}", "{}"},
    }));
    CAPTURE(row.value);
    const auto line = logged([&] { log::warn("login.refused", {{"user", row.value}}); });
    CHECK(without_time(line) == std::string("warning login.refused user=") + row.written + "\n");
}

TEST_CASE("events below the level are not written")
{
    log::set_level(log::Level::error);
    CHECK(logged([] { log::warn("store.conflict"); }).empty());
    CHECK_FALSE(logged([] { log::error("store.unavailable"); }).empty());
    log::set_level(log::Level::off);
    CHECK(logged([] { log::error("store.unavailable"); }).empty());
    log::set_level(log::Level::info);
}
