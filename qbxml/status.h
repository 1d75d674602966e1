// What a status of QuickBooks means, who must act, and whether trying again helps.
#pragma once

#include <string>
#include <string_view>

namespace qbxml {

enum class Retry {
    not_an_error,       // use the answer
    transient,          // the same request may succeed later
    needs_fix,          // it will not until something changes
    unknown_outcome,    // it is not known whether it was done
};

enum class Actor { nobody, caller, user, operator_ };  // who must act

// One entry of the catalogue, texts in English and, for what the bookkeeper reads, in French.
struct Status {
    std::string_view code;      // "3200", "0x80040408", "QBWC1039"
    std::string_view name;      // a stable word: "stale_edit_sequence"
    std::string_view meaning;
    std::string_view cause;
    std::string_view remedy;    // what to do
    std::string_view meaning_fr;
    std::string_view remedy_fr;
    Retry retry = Retry::needs_fix;
    Actor actor = Actor::operator_;
};

// statusCode of a response; `message` decides where the code alone does not (3170, 3180). A code
// that is not in the catalogue gets the verdict of its range (0-499 info, 500-999 warning).
Status status_of_request(int status_code, std::string_view message);
Status status_of_message_set(std::string_view status_code);
// `hresult` as QBWC sends it: "0x80040408" in any case, or the signed decimal number.
Status status_of_hresult(std::string_view hresult, std::string_view message);
Status status_of_connector(std::string_view qbwc_code);  // "QBWC1039" or "1039"

}  // namespace qbxml
