#include "server/base/compress.h"

#include <zlib.h>

namespace server::base {
namespace {

// A window and a table that suit texts of a few kilobytes: clearing them is part of every text.
constexpr int window_bits = 13;
constexpr int memory_level = 5;

Bytef* bytes_of(std::string_view text)
{
    // zlib does not write there; it merely cannot say so.
    return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

}  // namespace

struct Packer::Stream {
    z_stream z = {};
    std::string out;

    Stream()
    {
        if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, window_bits, memory_level,
                         Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::runtime_error("zlib has no memory");
    }
    ~Stream() { deflateEnd(&z); }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
};

Packer::Packer() : stream_(std::make_unique<Stream>()) {}
Packer::~Packer() = default;
Packer::Packer(Packer&&) noexcept = default;
Packer& Packer::operator=(Packer&&) noexcept = default;

std::string_view Packer::pack(std::string_view text)
{
    z_stream& z = stream_->z;
    std::string& out = stream_->out;
    deflateReset(&z);
    const auto room = deflateBound(&z, static_cast<uLong>(text.size()));
    if (out.size() < room) out.resize(room);
    z.next_in = bytes_of(text);
    z.avail_in = static_cast<uInt>(text.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    if (deflate(&z, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("zlib cannot pack a text");
    return {out.data(), out.size() - z.avail_out};
}

Packer& thread_packer()
{
    static thread_local Packer packer;
    return packer;
}

std::string unpack(std::string_view packed, std::size_t bytes_max)
{
    z_stream z = {};
    if (inflateInit(&z) != Z_OK) throw std::runtime_error("zlib has no memory");
    struct End {
        z_stream& z;
        ~End() { inflateEnd(&z); }
    } end{z};
    z.next_in = bytes_of(packed);
    z.avail_in = static_cast<uInt>(packed.size());
    std::string text;
    for (int result = Z_OK; result != Z_STREAM_END;) {
        const std::size_t have = text.size();
        if (have >= bytes_max) throw std::runtime_error("a packed text is longer than it may be");
        text.resize(std::min(bytes_max, std::max<std::size_t>(4 * packed.size(), 2 * have) + 64));
        z.next_out = reinterpret_cast<Bytef*>(text.data() + have);
        z.avail_out = static_cast<uInt>(text.size() - have);
        result = inflate(&z, Z_NO_FLUSH);
        text.resize(text.size() - z.avail_out);
        const bool starved = result == Z_BUF_ERROR || (result == Z_OK && z.avail_out > 0);
        if ((result != Z_OK && result != Z_STREAM_END) || starved)
            throw std::runtime_error("a packed text is damaged");
    }
    return text;
}

}  // namespace server::base
