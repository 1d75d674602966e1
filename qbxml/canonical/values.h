// Single values: the text of an element -> the normal form of the model.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "qbxml/canonical/table.h"
#include "qbxml/canonical/zone.h"

namespace qbxml::canonical {

// true/false/1/0 in any case.
std::optional<bool> flag_value(std::string_view text);
// Digits with an optional sign, without plus and needless zeros.
std::optional<std::string> whole_value(std::string_view text);
// "Y-M-D" with month and day padded; only days that exist.
std::optional<std::string> date_value(std::string_view text);
// A percentage may have its sign behind it, as QuickBooks prints some.
std::string_view without_percent_sign(std::string_view text);

struct Moment {
    std::string text;           // YYYY-MM-DDThh:mm:ss+hh:mm
    bool zone_unknown = false;  // neither the company nor the text says the zone
};
// `zone` may be null. QuickBooks prints the wall clock right and often the wrong offset, so the
// offset is that of the zone at that wall clock.
std::optional<Moment> moment_value(std::string_view text, const Zone* zone);
// The wall clock of the same text in seconds, without its offset.
std::optional<Seconds> wall_clock(std::string_view text);
std::string wall_clock_text(Seconds wall);  // YYYY-MM-DDThh:mm:ss

// "PT1H30M" in minutes, seconds from 30 up rounded to the next minute; negative with a minus.
std::optional<long> minutes_value(std::string_view text);
std::string duration_text(long minutes);  // [-]PThHmM

// 1 to 12, 0 for no English month name.
int month_number(std::string_view name);

bool equal_any_case(std::string_view a, std::string_view b);  // ASCII letters
std::string_view trimmed(std::string_view text);              // ASCII white space

// True when the memo of a transaction says that it is void: "VOID:", " void -", not "Voided".
bool says_void(std::string_view memo);

struct AccountClass {
    std::string_view type, category;
};
AccountClass account_class(std::string_view account_type);  // {"Unknown", "Unknown"} for another
// The record type of a TxnType, "" for those that are not carried.
std::string_view data_type_of_transaction(std::string_view txn_type);
// "Money" of "AMTTYPE", and back; "" for another.
std::string_view custom_field_type(std::string_view data_ext_type);
std::string_view data_ext_type(std::string_view custom_field_type);
std::string_view payment_method_type(std::string_view text);  // "" for another

}  // namespace qbxml::canonical
