// What the server can be told, where from, and how a mistake is named.
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "server/config.h"
#include "server/data_folder.h"
#include "tests/support/clock.h"
#include "tests/support/folder.h"

using namespace server;
using Catch::Contains;

namespace {

std::string only_fault(const std::string& name, const std::string& value)
{
    const auto loaded = load({{"flag", {{name, value}}}});
    REQUIRE_FALSE(loaded.ok());
    REQUIRE(loaded.error().size() == 1);
    return loaded.error().front();
}

qbxml::Result<Source, std::vector<std::string>> read_text(const std::string& text)
{
    testing::TemporaryFolder folder;
    const auto path = folder.file("qbwcd.conf");
    std::ofstream(path) << text;
    auto source = read_config_file(path);
    if (source) source->name = "file";
    return source;
}

}  // namespace

TEST_CASE("a flag wins over the environment, that over the file, that over the default")
{
    const auto workers = [](std::vector<Source> sources) { return load(sources).value().workers; };
    const Source file{"file", {{"workers", "2"}}};
    const Source environment{"environment", {{"workers", "3"}}};
    const Source flag{"flag", {{"workers", "5"}}};
    CHECK(workers({}) == 4);
    CHECK(workers({file}) == 2);
    CHECK(workers({file, environment}) == 3);
    CHECK(workers({file, environment, flag}) == 5);
    CHECK(workers({file, flag}) == 5);
}

TEST_CASE("every option is read from every source and shown as it was given")
{
    const std::map<std::string, std::string> other{{"data", "/var/lib/qbwcd"},
                                                   {"listen", "[::1]:8441"},
                                                   {"public-url", "https://books.example.com"},
                                                   {"proxies", "10.0.0.1,10.0.0.2"},
                                                   {"log-level", "warn"},
                                                   {"schedule", "off"},
                                                   {"record-exchanges", "none"},
                                                   {"tls-certificate", "c.pem"},
                                                   {"tls-key", "k.pem"}};
    for (const Option& option : options()) {
        CAPTURE(option.name);
        const std::string name(option.name);
        const auto known = other.find(name);
        const std::string value = known != other.end()       ? known->second
                                  : option.form == "VERSION" ? "2.3.0.36"
                                                             : "7";
        Config config;
        CHECK_FALSE(option.read(config, value));
        CHECK(option.show(config) == value);
        const auto source = read_environment([&](const char* variable) {
            return variable == environment_name(option) ? value.c_str() : nullptr;
        });
        CHECK(source.values == std::map<std::string, std::string>{{name, value}});
        CHECK_FALSE(option.sentence.empty());
        CHECK(option.sentence.ends_with('.'));
    }
    CHECK(environment_name(options().front()) == "QBWCD_DATA");
}

TEST_CASE("a wrong value is named with its source and what is expected")
{
    struct Row {
        const char* name;
        const char* value;
        const char* fault;
    };
    const auto row = GENERATE(values<Row>({
        {"workers", "many", "flag: workers = 'many': a whole number from 1 to 64 is expected"},
        {"workers", "0", "flag: workers = '0': a whole number from 1 to 64 is expected"},
        {"workers", "65", "flag: workers = '65': a whole number from 1 to 64 is expected"},
        {"workers", "4 ", "flag: workers = '4 ': a whole number from 1 to 64 is expected"},
        {"workers", "99999999999", "flag: workers = '99999999999': a whole number"},
        {"page-size", "-1", "a whole number from 1 to 10000 is expected"},
        {"body-mebibytes", "1025", "a whole number from 1 to 1024 is expected"},
        {"listen", "here", "an address and a port are expected, for example 127.0.0.1:8440"},
        {"listen", "127.0.0.1:", "an address and a port are expected"},
        {"listen", ":8440", "an address and a port are expected"},
        {"listen", "127.0.0.1:65536", "an address and a port are expected"},
        {"log-level", "loud", "one of debug, info, warn, error, off is expected"},
        {"public-url", "books.example.com", "a web address without path is expected"},
        {"public-url", "https://", "a web address without path is expected"},
        {"public-url", "https://books.example.com/", "a web address without path is expected"},
        {"public-url", "https://books.example.com/qbwc", "a web address without path is expected"},
        {"wrokers", "4", "flag: wrokers = '4': there is no option of this name"},
        {"tls-key", "key.pem", "tls-key is set but tls-certificate is not: TLS needs both files"},
        {"tls-certificate", "c.pem", "tls-certificate is set but tls-key is not"},
    }));
    CAPTURE(row.name, row.value);
    CHECK_THAT(only_fault(row.name, row.value), Contains(row.fault));
}

TEST_CASE("all faults of all sources are told at once")
{
    const auto loaded = load({{"qbwcd.conf", {{"workers", "x"}}}, {"flag", {{"listen", "y"}}}});
    REQUIRE_FALSE(loaded.ok());
    CHECK(loaded.error().size() == 2);
}

TEST_CASE("what listen takes")
{
    struct Row {
        const char* text;
        const char* host;
        int port;
    };
    const auto row = GENERATE(values<Row>({{"127.0.0.1:8440", "127.0.0.1", 8440},
                                           {"8440", "127.0.0.1", 8440},
                                           {"0.0.0.0:0", "0.0.0.0", 0},
                                           {"[::1]:443", "::1", 443},
                                           {"localhost:80", "localhost", 80}}));
    const auto parts = split_listen(row.text);
    REQUIRE(parts);
    CHECK(parts->host == row.host);
    CHECK(parts->port == row.port);
}

TEST_CASE("a configuration file: names, values, comments")
{
    const auto source = read_text("# comment\n\n workers = 2 # two\r\n\tlisten=[::1]:1\ndata =\n");
    REQUIRE(source.ok());
    CHECK(source->values == std::map<std::string, std::string>{
                                {"workers", "2"}, {"listen", "[::1]:1"}, {"data", ""}});
}

TEST_CASE("a line that is none is named with its number, and all of them at once")
{
    const auto source = read_text("workers = 2\nworkers 3\n\nwrokers = 4\n");
    REQUIRE_FALSE(source.ok());
    REQUIRE(source.error().size() == 2);
    CHECK_THAT(source.error()[0],
               Contains(", line 2: 'name = value' is expected, found 'workers 3'"));
    CHECK_THAT(source.error()[1], Contains(", line 4: there is no option 'wrokers'"));
    CHECK_THROWS_WITH(read_config_file("/nowhere/qbwcd.conf"),
                      "cannot read the configuration file /nowhere/qbwcd.conf");
}

TEST_CASE("the template is the file that is shipped, and it changes nothing")
{
    std::ifstream file(std::string(QBWCD_SOURCE_TREE) + "/config/qbwcd.conf");
    std::ostringstream shipped;
    shipped << file.rdbuf();
    CHECK(shipped.str() == config_template());
    CHECK(read_text(config_template()).value().values.empty());
    for (const Option& option : options())
        CHECK_THAT(config_template(), Contains("\n# " + std::string(option.name) + " ="));
}

TEST_CASE("a data folder is made for its owner alone and opens a database at this schema")
{
    testing::TemporaryFolder place;
    DataFolder folder(place.file("a/b/data"));
    const auto mode = std::filesystem::status(place.file("a/b/data")).permissions();
    CHECK((mode & (std::filesystem::perms::group_all | std::filesystem::perms::others_all)) ==
          std::filesystem::perms::none);
    auto first = folder.open(testing::noon);
    auto second = folder.open(testing::noon);
    CHECK(second.read([](store::Tx& tx) { return tx.companies().size(); }) == 0);
    CHECK_THROWS_WITH(DataFolder("/proc/none/data"),
                      Contains("cannot make the data folder /proc/none/data"));
}
