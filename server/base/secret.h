// Randomness, hashes and the keeping of passwords. The only room but net's TLS with OpenSSL.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace server::base {

// Fills from OpenSSL's cryptographic source; throws std::runtime_error when there is none.
void random_bytes(std::span<unsigned char>);

// Lower-case hexadecimal SHA-256.
std::string sha256_hex(std::string_view);
// The first 128 bits of it, in hexadecimal: whether two texts are the same.
std::string fingerprint(std::string_view);
// What only the holder of the key can make of a text: HMAC-SHA-256, 128 bits in hexadecimal.
std::string seal(std::string_view key, std::string_view text);

// SHA-256 of something that comes piece by piece.
class Digest {
public:
    Digest();
    ~Digest();
    Digest(const Digest&) = delete;
    Digest& operator=(const Digest&) = delete;
    void add(std::string_view);
    std::string hex();  // once, at the end

private:
    struct State;
    std::unique_ptr<State> state_;
};

// scrypt (N 32768, r 8, p 1: about 80 ms and 32 MiB), as
// "scrypt$15$8$1$<salt hex>$<hash hex>". Slow on purpose: never inside a transaction.
std::string hash_password(std::string_view password);
// Blanks and line ends around the password are forgiven: they come with copy and paste.
bool password_matches(std::string_view password, std::string_view hash);
// Takes as long as password_matches and always says no: for users that do not exist.
bool no_password_matches(std::string_view password);

// Compares in a time that does not depend on where the texts differ.
bool equal_secrets(std::string_view, std::string_view);

}  // namespace server::base
