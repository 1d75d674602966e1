// The settings of one company by name: read from text, checked, and shown.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "server/service/connections.h"
#include "server/session/manners.h"

namespace server::service {

struct Setting {
    std::string_view name;
    std::string_view form;      // what a value looks like
    std::string_view sentence;  // what it does
};
std::span<const Setting> connection_settings();

// Takes all of them over, or none when there are faults.
std::vector<qbxml::Error> apply_settings(Connected&, const Settings&);
qbxml::Value settings_value(const Connected&);

// "90s", "15m", "2h", "1d"; a bare number is seconds. nullopt when it is none, or more than a year.
std::optional<std::chrono::seconds> span_from_text(std::string_view);
// "2026-11-22T08:00:00-06:00", "2026-11-22T14:00Z", "2026-11-22 08:00" on the company's wall.
qbxml::Result<base::Time> moment_from_text(std::string_view, std::string_view time_zone);

}  // namespace server::service
