// What QuickBooks says of itself and of the company file that is open: host, company, preferences.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "qbxml/request.h"
#include "qbxml/response.h"

namespace qbxml {

struct CompanyFacts {
    std::string product;                          // "QuickBooks Enterprise Solutions 24.0"
    std::string country;                          // "US"
    std::string major_version, minor_version;     // of the program
    std::vector<std::string> supported_versions;  // of qbXML
    std::string file_mode;                        // SingleUser, MultiUser
    bool automatic_login = false;
    std::string company_name;  // CompanyName
    std::string legal_name;
    bool sample_company = false;
    std::string file_id;        // data extension FileID under the .qwc's OwnerID, "" = no stamp
    std::string home_currency;  // from the preferences, "" when they do not say
    bool multi_currency = false;
    std::string computer;  // on which the Web Connector runs, from the update lock it wrote
    std::optional<bool> unattended_access;  // it may open QuickBooks by itself
    std::string unattended_user;            // as whom it does then
    std::optional<bool> personal_data_access;

    bool knows_host() const { return !product.empty() || !supported_versions.empty(); }
    bool knows_company() const { return !company_name.empty() || !file_id.empty(); }
};

// From the answers to host, company and preferences, in any order, any of them missing. `owner_id`
// is that of the .qwc, compared without regard to case.
CompanyFacts company_facts(const ResponseSet&, std::string_view owner_id);
// The three queries that ask for it, for servers whose connector did not bring them.
std::vector<Node> company_facts_requests(std::string_view owner_id);

}  // namespace qbxml
