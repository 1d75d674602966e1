// Texts made small, for what is kept and rarely looked at.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace server::base {

// Packs one text after the other, fast rather than small. One thread at a time.
class Packer {
public:
    Packer();
    ~Packer();
    Packer(Packer&&) noexcept;
    Packer& operator=(Packer&&) noexcept;

    // Valid until the next call.
    std::string_view pack(std::string_view text);

private:
    struct Stream;
    std::unique_ptr<Stream> stream_;
};

// One for each thread: its memory is asked for once, not with every use.
Packer& thread_packer();

// The text again. Throws std::runtime_error when the bytes are none that were packed, or more than
// `bytes_max` come out of them.
std::string unpack(std::string_view packed, std::size_t bytes_max = std::size_t{256} << 20);

}  // namespace server::base
