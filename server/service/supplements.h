// Elements of QuickBooks that the records of a type show beside their fields, in supplementalData:
// "supplement.crew=Other" for invoices. They are kept among the settings of the sync. Pure.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "qbxml/result.h"
#include "server/store/sync.h"

namespace server::service {

// So many of one type.
inline constexpr int supplements_max = 50;

// Of the name of a setting.
bool is_supplement(std::string_view name);

// "supplement.town=BillAddress/City"; without a path it takes the supplement back. The error says
// what is expected.
qbxml::Result<store::SyncSetting> supplement_from_text(std::string_view data_type,
                                                       std::string_view text);
// Why a supplement that may be set is likely to stay empty; "" when QuickBooks has such an element.
// A newer QuickBooks may send elements that we do not know.
std::string doubt_about(const store::SyncSetting&);

// {"invoices": {"crew": "Other"}}, as a conversion takes it.
std::map<std::string, std::map<std::string, std::string>> supplements_of(
    std::span<const store::SyncSetting>);

}  // namespace server::service
