// All records of a company as files.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "qbxml/value.h"
#include "server/base/secret.h"
#include "server/service/exporting.h"
#include "tests/support/books.h"
#include "tests/support/folder.h"

using namespace server;
using namespace testing;
using Catch::Contains;
using service::ExportFormat;

namespace {

std::string text_of(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("an export holds every record, and its manifest says so")
{
    Town town;
    fill(town);
    town.store.write(
        [&](store::Tx& tx) { tx.delete_record(maple, "invoices", "1A-1", "", town.clock.now()); });
    TemporaryFolder place;
    const auto folder = place.file("out");
    const auto done =
        service::export_records(town.store, maple, {folder, ExportFormat::ndjson}, noon);
    REQUIRE(done.ok());
    CHECK(done->records == 4);
    const auto text = text_of(folder + "/invoices.ndjson");
    CHECK(std::count(text.begin(), text.end(), '\n') == 4);
    CHECK(text.starts_with(town.record("invoices", "1B-1") + '\n'));

    const auto manifest = qbxml::parse_json(text_of(folder + "/manifest.json"));
    REQUIRE(manifest.ok());
    CHECK(manifest->string_at("company") == "maple");
    CHECK(manifest->string_at("cursor") == "6");
    const auto& file = manifest->find("files")->as_array().at(0);
    CHECK(file.string_at("file") == "invoices.ndjson");
    CHECK(file.integer_at("rows") == 4);
    CHECK(file.integer_at("bytes") == static_cast<std::int64_t>(text.size()));
    CHECK(file.string_at("sha256") == base::sha256_hex(text));
}

TEST_CASE("as CSV, lines have a table of their own, and awkward texts stay whole")
{
    Town town;
    fill(town);
    TemporaryFolder place;
    const auto folder = place.file("out");
    REQUIRE(service::export_records(town.store, maple, {folder, ExportFormat::csv}, noon).ok());
    const auto records = text_of(folder + "/invoices.csv");
    CHECK_THAT(records, Contains(",invoiceNumber,"));
    CHECK(std::count(records.begin(), records.end(), '\n') == 6);
    const auto lines = text_of(folder + "/invoices.lineItems.csv");
    CHECK(lines.starts_with("recordId,id,"));
    CHECK_THAT(lines, Contains("\r\n1A-1,1A-1-1,"));
    CHECK_THAT(lines, Contains("\"Oak, planed\"") && Contains("\"Oak \"\"A\"\"\""));
}

TEST_CASE("an export overwrites nothing, and one that fails leaves no folder")
{
    Town town;
    fill(town);
    TemporaryFolder place;
    const auto folder = place.file("out");
    std::filesystem::create_directory(folder);
    const auto refused = service::export_records(town.store, maple, {folder, {}}, noon);
    REQUIRE_FALSE(refused.ok());
    CHECK_THAT(refused.error().text(), Contains("there already"));
    const auto other = place.file("other");
    town.faults->fail_step(3);
    CHECK_THROWS_AS(service::export_records(town.store, maple, {other, {}}, noon),
                    store::Unavailable);
    town.faults->heal();
    CHECK_FALSE(std::filesystem::exists(other));
    CHECK(service::export_records(town.store, maple, {other, {}}, noon).ok());
    CHECK_FALSE(std::filesystem::exists(other + ".part"));
}
