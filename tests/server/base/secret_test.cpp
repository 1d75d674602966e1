// Passwords: how they are kept and compared.
#include <ctime>
#include <functional>
#include <regex>

#include <catch2/catch.hpp>

#include "server/base/secret.h"

using namespace server::base;

namespace {

// "correct horse" under salt 00…0f with N 16384, r 8, p 1, computed by another implementation.
const std::string known =
    "scrypt$14$8$1$000102030405060708090a0b0c0d0e0f$"
    "25b376840366f4d3b0e21e414476676e3cd0e89af4430356a234ce0b65a021b5";

double cpu_seconds(const std::function<void()>& work)
{
    const auto before = std::clock();
    work();
    return static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
}

}  // namespace

TEST_CASE("a password that scrypt made elsewhere is recognised")
{
    CHECK(password_matches("correct horse", known));
    CHECK_FALSE(password_matches("correct Horse", known));
    CHECK_FALSE(password_matches("", known));
}

TEST_CASE("blanks and line ends around a pasted password are forgiven")
{
    CHECK(password_matches(" \tcorrect horse\r\n", known));
    CHECK_FALSE(password_matches("correcthorse", known));
}

TEST_CASE("a hash names its costs, has its own salt and holds its password alone")
{
    const auto hash = hash_password("maple");
    CHECK(std::regex_match(hash, std::regex(R"(scrypt\$15\$8\$1\$[0-9a-f]{32}\$[0-9a-f]{64})")));
    CHECK(password_matches("maple", hash));
    CHECK_FALSE(password_matches("Maple", hash));
    CHECK(hash_password("maple") != hash);
}

TEST_CASE("a hash that is none lets nobody in")
{
    const auto hash =
        GENERATE(values<std::string>({"", "maple", "scrypt", "plain$maple", "scrypt$99$8$1$00$00",
                                      "scrypt$x$8$1$00$00", "scrypt$15$8$1$$"}));
    CAPTURE(hash);
    CHECK_FALSE(password_matches("maple", hash));
}

TEST_CASE("a user that does not exist costs the time of one that does")
{
    const auto hash = hash_password("maple");
    const double known_user = cpu_seconds([&] { (void)password_matches("larch", hash); });
    const double unknown_user = cpu_seconds([&] { (void)no_password_matches("larch"); });
    CHECK(unknown_user > known_user / 3);
    CHECK(unknown_user < known_user * 3);
}

TEST_CASE("secrets compare by content and length")
{
    CHECK(equal_secrets("", ""));
    CHECK(equal_secrets("abc", "abc"));
    CHECK_FALSE(equal_secrets("abc", "abd"));
    CHECK_FALSE(equal_secrets("abc", "abcd"));
}

TEST_CASE("SHA-256 of a known text")
{
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
