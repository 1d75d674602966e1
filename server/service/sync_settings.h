// What a company wants read, how often, and in which order. Pure, rows in, answers out, but for
// the one function that keeps them.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "qbxml/result.h"
#include "server/store/sync.h"
#include "server/store/tx.h"

namespace server::service {

struct TypeSettings {
    bool enabled = true;
    bool first = true;             // read by itself when the company is linked
    std::chrono::seconds every{};  // what changed; 0 = only when asked
    std::chrono::seconds full{};   // everything, compared with what is kept; 0 = only when asked
    std::string from = {};         // documents from this day on, in a full read; "" = all
    int order = 0;
    int months = 0;          // of a report, back from the month that goes on
    std::string basis = {};  // of a report: Accrual, Cash, "" as the company prefers
};

// All types that a sync reads, in the order of the defaults. Each once.
std::vector<std::string> synced_types();

TypeSettings settings_of(std::string_view data_type, std::span<const store::SyncSetting>);

// One setting as people see it: its value, and whether that comes from the default, the company or
// the type.
struct ShownSetting {
    std::string name, value;
    std::string_view source;  // default, company, type
};
std::vector<ShownSetting> shown_settings(std::string_view data_type,
                                         std::span<const store::SyncSetting>);

// "every=2h" for one type, or for all with ""; an empty value goes back to the default; or a
// supplement of one type (supplements.h). The error says what is expected.
qbxml::Result<store::SyncSetting> setting_from_text(std::string_view data_type,
                                                    std::string_view text);

// Look-ups must be read before what needs them: why the orders break that, nullopt when they do
// not.
std::optional<qbxml::Error> order_breach(std::span<const store::SyncSetting>);

// Keeps the settings, or says why they cannot stand beside those there are. The schedule looks
// again; when a supplement was among them the records are made anew by upkeep.
std::optional<qbxml::Error> keep_settings(store::Tx&, const base::CompanyId&,
                                          std::span<const store::SyncSetting>);

// Those wanted, in the order in which they are read; all that are enabled when none is named.
// Fails for a name that is no type.
qbxml::Result<std::vector<std::string>> ordered_types(std::span<const std::string> wanted,
                                                      std::span<const store::SyncSetting>);

}  // namespace server::service
