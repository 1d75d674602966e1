#include "records.h"

using namespace qbxml;
using namespace qbxml::canonical;

namespace {

void check_golden(const std::string& name)
{
    const std::string folder = std::string(QBWCD_TEST_DATA) + "/golden/";
    auto set = ResponseSet::read(file_text(folder + name + ".xml"));
    REQUIRE(set);
    const Value expected = json(file_text(folder + name + ".json"));
    const Value found = json(convert_to_json(*set, shop()));
    CHECK(difference(expected, found) == "");
}

}  // namespace

TEST_CASE("customers: a job, contact data, custom fields, ship-to addresses and notes")
{
    check_golden("customers");
}

TEST_CASE("invoices: open, part paid, paid, void, pending, with tax inside")
{
    check_golden("invoices");
}
