// The machine behind scan(): goes through a text once, from left to right.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "qbxml/scan.h"

namespace qbxml {

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// The beginning of a text in quotes, short enough for a message.
std::string excerpt(std::string_view text);

// Classes of bytes, one bit each.
enum Class : unsigned char {
    name_byte = 1,
    name_start = 2,
    blank = 4,
    text_stop = 8,     // ends a run of character data
    double_stop = 16,  // ends a run inside "..."
    single_stop = 32,  // ends a run inside '...'
};

inline constexpr std::array<unsigned char, 256> classes = [] {
    std::array<unsigned char, 256> out{};
    const auto add = [&](int from, int to, int bits) {
        for (int c = from; c <= to; ++c) {
            auto& entry = out[static_cast<std::size_t>(c)];
            entry = static_cast<unsigned char>(entry | bits);
        }
    };
    add('a', 'z', name_byte | name_start), add('A', 'Z', name_byte | name_start);
    add('_', '_', name_byte | name_start), add(':', ':', name_byte | name_start);
    add(0x80, 0xFF, name_byte | name_start);
    add('0', '9', name_byte), add('-', '.', name_byte);
    add(' ', ' ', blank), add('\t', '\n', blank), add('\r', '\r', blank);
    add(0, 0, text_stop | double_stop | single_stop);
    add('<', '<', text_stop | double_stop | single_stop);
    add('&', '&', text_stop | double_stop | single_stop);
    add(']', ']', text_stop), add('"', '"', double_stop), add('\'', '\'', single_stop);
    return out;
}();

inline bool is(char c, unsigned char bits)
{
    return (classes[static_cast<unsigned char>(c)] & bits) != 0;
}

// Thrown by the Scanner only, from the depth of the scan to its door.
struct Refusal {
    const char* at;
    std::string what;
};

// Over `text`, which a NUL follows: every run ends there at the latest.
class Scanner {
public:
    Scanner(std::string& text, const ScanOptions& options)
        : text_(text.data()),
          end_(text.data() + text.size()),
          p_(text.data()),
          limits_(options.limits),
          options_(options)
    {
        open_.reserve(static_cast<std::size_t>(std::max(limits_.depth_max, 1)));
    }

    Scanned run();

private:
    struct Open {
        const char* name;
        std::uint32_t size;
        std::uint32_t outlined;
    };
    static constexpr std::uint32_t not_outlined = std::numeric_limits<std::uint32_t>::max();

    std::size_t left() const { return static_cast<std::size_t>(end_ - p_); }
    bool looking_at(std::string_view what) const
    {
        return left() >= what.size() && std::memcmp(p_, what.data(), what.size()) == 0;
    }
    void skip_blanks()
    {
        while (is(*p_, blank))
            ++p_;
    }
    std::uint32_t place(const char* at) const { return static_cast<std::uint32_t>(at - text_); }

    void before_root();
    void inside_root();
    void after_root();
    void markup();
    void comment();
    void cdata();
    void declaration(bool first);
    void start_tag();
    void end_tag();
    void after_element();
    void attributes();
    void attribute_value(std::string_view name);
    void reference();
    void numeric_reference(const char* begin);
    std::string_view name_here(std::string_view of_what);

    [[noreturn]] void refuse(const char* at, std::string what) const
    {
        throw Refusal{at, std::move(what)};
    }
    [[noreturn]] void refuse_end(std::string_view inside_what) const;
    [[noreturn]] void refuse_end_tag(const char* begin, std::string_view name) const;
    [[noreturn]] void refuse_foreign() const;
    [[noreturn]] void refuse_markup() const;
    bool ends_as_prefix_of(std::string_view what) const;
    std::string found(const char* at) const;
    std::string opened(const Open& open) const;

    char* const text_;
    char* const end_;
    char* p_;
    const XmlLimits& limits_;
    const ScanOptions& options_;
    std::vector<Open> open_;
    std::vector<std::string_view> attribute_names_;
    Scanned out_;
};

}  // namespace qbxml
