// One strict pass over XML text, before anything else looks at it.
//
// What passes is well-formed: UTF-8 without forbidden characters, one root, balanced tags, quoted
// and unique attributes, the five entities and valid numeric references, no DTD, no processing
// instruction but `<?xml?>` and `<?qbxml?>` before the root. White space may precede the XML
// declaration, whose encoding is not looked at, and a byte order mark is skipped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "qbxml/result.h"
#include "qbxml/xml.h"

namespace qbxml {

struct ScanOptions {
    XmlLimits limits = {};
    std::string_view root = {};  // the name the root must have; any when empty
    int outline_depth = 0;       // elements down to this depth are listed; the root is at 1
    std::size_t outline_max = 1'000'000;
    // What QuickBooks was seen to send is mended in place instead of refused: text that is no UTF-8
    // is taken as Windows-1252, and characters that XML forbids become tabs.
    bool mend = false;
};

// One listed element, by places in the text.
struct Outlined {
    std::uint32_t begin = 0;   // of its `<`
    std::uint32_t inside = 0;  // after the `>` of its start tag
    std::uint32_t end = 0;     // after its end tag
    std::uint16_t name_size = 0;
    std::uint16_t depth = 0;
};

struct Scanned {
    std::size_t root_begin = 0;
    std::size_t root_end = 0;
    std::string qbxml_version;
    TextForm form;
    std::vector<Outlined> outline;  // in document order
};

// `text` is changed only by `mend`.
Result<Scanned> scan(std::string& text, const ScanOptions& options);

// The name and the attributes of a listed element, references resolved, white space as XML has it.
std::string_view name_of(std::string_view text, const Outlined& element);
std::vector<std::pair<std::string_view, std::string>> attributes_of(std::string_view text,
                                                                    const Outlined& element);

// "line 3, column 17" of a place in a UTF-8 text; columns count characters.
std::string place_in(std::string_view text, std::size_t offset);

}  // namespace qbxml
