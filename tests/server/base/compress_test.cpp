// What is packed comes back byte for byte, also what the first version packed; nothing else does.
#include <catch2/catch.hpp>

#include "server/base/compress.h"

using namespace server;

namespace {

std::string packed(std::string_view text)
{
    base::Packer packer;
    return std::string(packer.pack(text));
}

}  // namespace

TEST_CASE("a packed text comes back")
{
    std::string noise;
    unsigned state = 7;
    while (noise.size() < 300'000)
        noise += static_cast<char>((state = state * 1'103'515'245 + 12'345) >> 24);
    const std::string texts[] = {"",
                                 "x",
                                 std::string(1, '\0'),
                                 std::string(2'000'000, 'r'),
                                 noise,
                                 "<CustomerRet><Name>\u00c9mile &amp; Fils</Name></CustomerRet>"};
    base::Packer packer;
    for (const auto& text : texts) {
        CAPTURE(text.size());
        CHECK(base::unpack(std::string(packer.pack(text))) == text);
    }
    CHECK(packed(std::string(2'000'000, 'r')).size() < 1000);
}

TEST_CASE("what the first version packed is still read")
{
    const std::string_view row =
        "\x78\x01\xb3\x71\x2e\x2d\x2e\xc9\xcf\x4d\x2d\x0a\x4a\x2d\xb1\xb3\xf1\x4b\xcc\x4d\xb5\x73"
        "\xcc\xcb\xb3\xd1\x07\xb3\x6c\xf4\x91\x65\x01\x52\xc7\x0f\x60";
    CHECK(base::unpack(row) == "<CustomerRet><Name>Ann</Name></CustomerRet>");
}

TEST_CASE("bytes that were not packed so are refused")
{
    const auto whole = packed(std::string(5000, 'a') + "tail");
    CHECK_THROWS_WITH(base::unpack(whole.substr(0, whole.size() - 1)), Catch::Contains("damaged"));
    CHECK_THROWS_WITH(base::unpack(whole.substr(0, 5)), Catch::Contains("damaged"));
    CHECK_THROWS_WITH(base::unpack("<CustomerRet/>"), Catch::Contains("damaged"));
    CHECK_THROWS_WITH(base::unpack(""), Catch::Contains("damaged"));
    CHECK_THROWS_WITH(base::unpack(whole, 5003), Catch::Contains("longer than it may be"));
    CHECK(base::unpack(whole, 5004).size() == 5004);
}
