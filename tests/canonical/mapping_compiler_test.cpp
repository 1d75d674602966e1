// The tool that turns the table into arrays stops at a bad row and names its line.
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "records.h"

using namespace qbxml::canonical;

namespace {

// What the tool says to a table of these rows below one type, "" when it takes them.
std::string said_to(const std::string& rows)
{
    const auto folder =
        std::filesystem::temp_directory_path() / ("mapping_test_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "table.tsv") << "# a table\n@type\tcustomers\tCustomerRet\tCustomerAdd\t"
                                           "CustomerMod\tListDel\t-\n"
                                        << rows;
    const std::string command = std::string(QBWCD_MAPPING_COMPILER) + " " +
                                (folder / "table.tsv").string() + " " +
                                (folder / "out.cpp").string() + " 2>&1";
    std::string said;
    FILE* pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe);
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
        said += static_cast<char>(c);
    const int status = ::pclose(pipe);
    std::filesystem::remove_all(folder);
    CHECK((status == 0) == said.empty());
    const auto place = said.find("table.tsv");
    return place == std::string::npos ? said : said.substr(place);
}

}  // namespace

TEST_CASE("rows of the table")
{
    struct Row {
        std::string row, said;
    };
    const std::string good =
        "name\ttext\t-\tName\ttext\tboth\trequired\t41\t1.0\t-\tCustomerAdd/Name";
    const auto row = GENERATE_COPY(values<Row>({
        {good + "\n", ""},
        {good + "\n" + good + "\n", "table.tsv:4: 'name' has a row to read already\n"},
        {"name\ttext\n", "table.tsv:3: 11 cells expected, 2 found\n"},
        {"name\ttext\t-\tName\ttext\tboth\trequired\t\t1.0\t-\t-\n",
         "table.tsv:3: an empty cell; '-' stands for nothing\n"},
        {"name\tstring\t-\tName\ttext\tread\t-\t-\t1.0\t-\t-\n",
         "table.tsv:3: 'string' is no JSON type\n"},
        {"name\ttext\t-\tName\ttxet\tread\t-\t-\t1.0\t-\t-\n", "table.tsv:3: 'txet' is no rule\n"},
        {"name\ttext\t-\tName\ttext\tsometimes\t-\t-\t1.0\t-\t-\n",
         "table.tsv:3: access is read, write or both, not 'sometimes'\n"},
        {"name\ttext\t-\tName\ttext\tread\t-\tmany\t1.0\t-\t-\n",
         "table.tsv:3: 'many' is no length\n"},
        {"name\ttext\t-\tName\ttext\tread\t-\t-\tone\t-\t-\n",
         "table.tsv:3: 'one' is no qbXML version\n"},
        {"name\ttext\t-\tName\ttext\tread\t-\t-\t1.0\tFR\t-\n",
         "table.tsv:3: 'FR' is no edition\n"},
        {"name\ttext\t-\tNaem\ttext\tread\t-\t-\t1.0\t-\t-\n",
         "table.tsv:3: customers has no element Naem in qbXML\n"},
        {"name\ttext\t-\tName\ttext\tboth\t-\t-\t1.0\t-\tCustomerAdd/Naem\n",
         "table.tsv:3: 'CustomerAdd/Naem' is no path in qbXML\n"},
        {"name\ttext\t-\tName\ttext\tboth\t-\t-\t1.0\t-\tVendorAdd/Name\n",
         "table.tsv:3: 'customers' is not written with 'VendorAdd'\n"},
        {"name\ttext\t-\tName\ttext\tread\t-\t-\t1.0\t-\tCustomerAdd/Name\n",
         "table.tsv:3: a field that is only read has no way to write\n"},
        {"lines[].name\ttext\t-\tName\ttext\tread\t-\t-\t1.0\t-\t-\n",
         "table.tsv:3: the row of 'lines[]' must come first\n"},
        {"na me\ttext\t-\tName\ttext\tread\t-\t-\t1.0\t-\t-\n",
         "table.tsv:3: 'na me' is no field path\n"},
    }));
    CAPTURE(row.row);
    CHECK(said_to(row.row) == row.said);
}
