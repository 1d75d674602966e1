#include "server/base/ids.h"

#include <array>
#include <atomic>
#include <cstdint>

#include <fmt/format.h>

#include "server/base/secret.h"

namespace server::base {
namespace {

// Crockford's alphabet: sorts as its values do and has no look-alikes.
constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

std::string base32(std::uint64_t value, int digits)
{
    std::string text(static_cast<std::size_t>(digits), '0');
    for (auto place = text.rbegin(); place != text.rend(); ++place, value >>= 5)
        *place = alphabet[value & 31];
    return text;
}

// 10 digits of milliseconds, 3 of a counter, 6 random: 19 characters that sort by time, also within
// one process and millisecond.
std::string sorted_id(Time now)
{
    static std::atomic<std::uint64_t> last{0};
    const auto milliseconds = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
    const std::uint64_t wanted = milliseconds << 15;
    std::uint64_t seen = last.load();
    std::uint64_t next = 0;
    do {
        next = wanted > seen ? wanted : seen + 1;
    } while (!last.compare_exchange_weak(seen, next));

    std::array<unsigned char, 4> noise{};
    random_bytes(noise);
    const auto random = static_cast<std::uint64_t>(noise[0]) << 24 |
                        static_cast<std::uint64_t>(noise[1]) << 16 |
                        static_cast<std::uint64_t>(noise[2]) << 8 | noise[3];
    return base32(next, 13) + base32(random, 6);
}

}  // namespace

Ticket RandomIds::ticket()
{
    return Ticket{guid()};
}

SessionId RandomIds::session(Time now)
{
    return SessionId{"ses_" + sorted_id(now)};
}

JobId RandomIds::job(Time now)
{
    return JobId{"job_" + sorted_id(now)};
}

BatchId RandomIds::batch(Time now)
{
    return BatchId{"QB" + sorted_id(now)};
}

std::string RandomIds::guid()
{
    std::array<unsigned char, 16> b{};
    random_bytes(b);
    b[6] = static_cast<unsigned char>((b[6] & 0x0F) | 0x40);  // version 4
    b[8] = static_cast<unsigned char>((b[8] & 0x3F) | 0x80);
    return fmt::format(
        "{{{:02X}{:02X}{:02X}{:02X}-{:02X}{:02X}-{:02X}{:02X}-{:02X}{:02X}-"
        "{:02X}{:02X}{:02X}{:02X}{:02X}{:02X}}}",
        b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13],
        b[14], b[15]);
}

std::string RandomIds::password()
{
    // 56 characters less the look-alikes 0 O 1 l I; bytes beyond a multiple are drawn again.
    constexpr std::string_view letters =
        "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    std::string text;
    while (text.size() < 24) {
        std::array<unsigned char, 1> byte{};
        random_bytes(byte);
        if (byte[0] < 256 / letters.size() * letters.size())
            text += letters[byte[0] % letters.size()];
    }
    return text;
}

}  // namespace server::base
