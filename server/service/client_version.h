// What clientVersion is answered.
#pragma once

#include <string>
#include <string_view>

namespace server::service {

// "E:…" below the minimum (QBWC stops and shows it), "W:…" below the advised version (it shows it
// and asks), else "". Versions compare number by number ("2.10" is newer than "2.9"); "" sets no
// bound, and a version that is no number is let through.
std::string client_version_answer(std::string_view version, std::string_view minimum,
                                  std::string_view advised);

// Negative, zero, positive: a is older than, equal to, newer than b.
int compare_versions(std::string_view a, std::string_view b);

}  // namespace server::service
