#include "server/base/compress.h"

#include <algorithm>

#include <zlib.h>
#include <zstd.h>

namespace server::base {
namespace {

constexpr int level = 1;
constexpr std::string_view frame_start = "\x28\xb5\x2f\xfd";

constexpr const char* damaged = "a packed text is damaged";
constexpr const char* too_long = "a packed text is longer than it may be";

struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

// What the first version packed, before zstd took the place of zlib.
std::string inflated(std::string_view packed, std::size_t bytes_max)
{
    z_stream z = {};
    if (inflateInit(&z) != Z_OK) throw std::runtime_error("zlib has no memory");
    struct End {
        z_stream& z;
        ~End() { inflateEnd(&z); }
    } end{z};
    // zlib does not write there; it merely cannot say so.
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    z.avail_in = static_cast<uInt>(packed.size());
    std::string text;
    for (int result = Z_OK; result != Z_STREAM_END;) {
        const std::size_t have = text.size();
        if (have >= bytes_max) throw std::runtime_error(too_long);
        text.resize(std::min(bytes_max, std::max<std::size_t>(4 * packed.size(), 2 * have) + 64));
        z.next_out = reinterpret_cast<Bytef*>(text.data() + have);
        z.avail_out = static_cast<uInt>(text.size() - have);
        result = inflate(&z, Z_NO_FLUSH);
        text.resize(text.size() - z.avail_out);
        const bool starved = result == Z_BUF_ERROR || (result == Z_OK && z.avail_out > 0);
        if ((result != Z_OK && result != Z_STREAM_END) || starved)
            throw std::runtime_error(damaged);
    }
    return text;
}

}  // namespace

struct Packer::Stream {
    std::unique_ptr<ZSTD_CCtx, Free> context{ZSTD_createCCtx()};
    std::string out;
};

Packer::Packer() : stream_(std::make_unique<Stream>())
{
    if (!stream_->context) throw std::runtime_error("zstd has no memory");
}
Packer::~Packer() = default;
Packer::Packer(Packer&&) noexcept = default;
Packer& Packer::operator=(Packer&&) noexcept = default;

std::string_view Packer::pack(std::string_view text)
{
    std::string& out = stream_->out;
    const auto room = ZSTD_compressBound(text.size());
    if (out.size() < room) out.resize(room);
    const auto size = ZSTD_compressCCtx(stream_->context.get(), out.data(), out.size(), text.data(),
                                        text.size(), level);
    if (ZSTD_isError(size))
        throw std::runtime_error(std::string("a text cannot be packed: ") +
                                 ZSTD_getErrorName(size));
    return {out.data(), size};
}

Packer& thread_packer()
{
    static thread_local Packer packer;
    return packer;
}

std::string unpack(std::string_view packed, std::size_t bytes_max)
{
    if (!packed.starts_with(frame_start)) return inflated(packed, bytes_max);
    const auto size = ZSTD_getFrameContentSize(packed.data(), packed.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
        throw std::runtime_error(damaged);
    if (size > bytes_max) throw std::runtime_error(too_long);
    std::string text(size, '\0');
    const auto made = ZSTD_decompress(text.data(), text.size(), packed.data(), packed.size());
    if (ZSTD_isError(made) || made != size) throw std::runtime_error(damaged);
    return text;
}

}  // namespace server::base
