#include "server/base/secret.h"

#include <array>
#include <charconv>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

namespace server::base {
namespace {

constexpr int cost_log2 = 15;
constexpr std::uint64_t block_size = 8;
constexpr std::uint64_t lanes = 1;
constexpr std::size_t hash_bytes = 32;
constexpr std::uint64_t memory_max = 64u << 20;

std::string hex(std::span<const unsigned char> bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text(bytes.size() * 2, '0');
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        text[2 * n] = digits[bytes[n] >> 4];
        text[2 * n + 1] = digits[bytes[n] & 15];
    }
    return text;
}

std::vector<unsigned char> bytes_of_hex(std::string_view text)
{
    std::vector<unsigned char> bytes;
    for (std::size_t at = 0; at + 1 < text.size(); at += 2) {
        unsigned char byte = 0;
        std::from_chars(text.data() + at, text.data() + at + 2, byte, 16);
        bytes.push_back(byte);
    }
    return bytes;
}

std::string scrypt(std::string_view password, std::span<const unsigned char> salt, int log2)
{
    std::array<unsigned char, hash_bytes> out{};
    if (EVP_PBE_scrypt(password.data(), password.size(), salt.data(), salt.size(),
                       std::uint64_t{1} << log2, block_size, lanes, memory_max, out.data(),
                       out.size()) != 1)
        throw std::runtime_error("scrypt failed: not enough memory?");
    return hex(out);
}

using Sha256 = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Sha256 sha256(std::string_view text)
{
    // Found once: SHA256() looks the algorithm up by its name every time.
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    Sha256 digest{};
    if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, algorithm, nullptr) != 1)
        throw std::runtime_error("SHA-256 failed: not enough memory?");
    return digest;
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

void random_bytes(std::span<unsigned char> out)
{
    if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1)
        throw std::runtime_error("the system has no cryptographic random numbers");
}

std::string sha256_hex(std::string_view text)
{
    return hex(sha256(text));
}

std::string fingerprint(std::string_view text)
{
    const Sha256 digest = sha256(text);
    return hex(std::span(digest).first<16>());
}

std::string seal(std::string_view key, std::string_view text)
{
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    unsigned int length = 0;
    if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
              reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
              &length))
        throw std::runtime_error("HMAC failed");
    return hex(std::span(digest).first(16));
}

struct Digest::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    ~State() { EVP_MD_CTX_free(context); }
};

Digest::Digest() : state_(std::make_unique<State>())
{
    if (!state_->context || EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("SHA-256 failed");
}
Digest::~Digest() = default;

void Digest::add(std::string_view text)
{
    EVP_DigestUpdate(state_->context, text.data(), text.size());
}

std::string Digest::hex()
{
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    EVP_DigestFinal_ex(state_->context, digest.data(), nullptr);
    return base::hex(digest);
}

std::string hash_password(std::string_view password)
{
    std::array<unsigned char, 16> salt{};
    random_bytes(salt);
    return fmt::format("scrypt${}${}${}${}${}", cost_log2, block_size, lanes, hex(salt),
                       scrypt(trimmed(password), salt, cost_log2));
}

bool password_matches(std::string_view password, std::string_view hash)
{
    std::vector<std::string_view> parts;
    for (std::size_t from = 0; from <= hash.size();) {
        const auto to = std::min(hash.find('$', from), hash.size());
        parts.push_back(hash.substr(from, to - from));
        from = to + 1;
    }
    if (parts.size() != 6 || parts[0] != "scrypt") return no_password_matches(password);
    int log2 = 0;
    std::from_chars(parts[1].data(), parts[1].data() + parts[1].size(), log2);
    // Our own hashes cost 2^15; a cheaper one is a test's, which logs in thousands of times.
    if (log2 < 1 || log2 > 20) return no_password_matches(password);
    return equal_secrets(scrypt(trimmed(password), bytes_of_hex(parts[4]), log2), parts[5]);
}

bool no_password_matches(std::string_view password)
{
    constexpr std::array<unsigned char, 16> salt{};
    (void)scrypt(trimmed(password), salt, cost_log2);
    return false;
}

bool equal_secrets(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace server::base
