// The .qwc file of a company: made, and checked as QBWC would check it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/store/company.h"

namespace server::service {

// What stands in the file beside what the company knows; "" leaves an optional element out.
struct QwcWish {
    std::string url;            // AppURL: where QBWC finds the server
    std::string support_url;    // AppSupport; "" = /support on the same host
    std::string cert_url;       // CertURL
    std::string app_name;       // "" = "qbwcd - <company name>"
    std::string display_name;   // AppDisplayName
    std::string unique_name;    // AppUniqueName
    std::string description;    // at most 80 characters are advised
    std::string auth_flags;     // "0x1" Simple Start … combined by OR
    std::string style;          // Document, DocWrapped, RPC
    std::string unattended;     // umpRequired, umpOptional
    std::string personal_data;  // pdpNotNeeded, pdpOptional, pdpRequired
    bool notify = false;
    bool read_only = false;
    int every_minutes = 0;  // Scheduler; 0 = none
    int every_seconds = 0;
};

struct Qwc {
    std::string text;                 // UTF-8 without BOM, LF line ends
    std::vector<std::string> faults;  // what QBWC would refuse, with its code; empty: fine
    std::vector<std::string> warnings;
};

// OwnerID and FileID come from the company: they never change between two downloads.
Qwc make_qwc(const store::Company&, const QwcWish&);

}  // namespace server::service
