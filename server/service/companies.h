// Company files, their users and passwords.
#pragma once

#include <string>
#include <string_view>

#include "qbxml/canonical/capabilities.h"
#include "qbxml/result.h"
#include "qbxml/value.h"
#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/store/store.h"

namespace server::service {

struct CompanyWish {
    std::string slug;         // lower-case letters, digits and dashes; names the company for good
    std::string name;         // as people call it
    std::string time_zone;    // IANA name of the QuickBooks PC, "" = not known
    std::string pinned_path;  // company file to open, "" = the one that is open
    // ISO code of the books, "" = not known. Preferences tell it where several currencies are used;
    // a US file with one says nothing.
    std::string home_currency = {};
};

// A company and the only sight of its password.
struct NewCompany {
    store::Company company;
    std::string password;
};

class Companies {
public:
    Companies(const base::Clock& clock, base::Ids& ids) : clock_(clock), ids_(ids) {}

    // The OwnerID is the same for all companies of one server: QuickBooks keeps an application's
    // private data under it.
    qbxml::Result<NewCompany> create(const CompanyWish&, store::Store&);
    // A new password; the old one is dead at once.
    qbxml::Result<std::string> new_password(const base::CompanyId&, store::Store&);
    // Forgets which file was linked: the next session's file is the right one.
    qbxml::Result<store::Company> accept_file(const base::CompanyId&, store::Store&);

private:
    const base::Clock& clock_;
    base::Ids& ids_;
};

// What is known of the linked company file: what it spoke in its last session, its preferences once
// they were read, and what QuickBooks refused for a reason that stays: a message or feature that it
// does not have, rights that its user lacks. What was done there later is no longer refused.
qbxml::canonical::FileFacts file_facts(store::Tx&, const store::Company&);

// "USD": three capital letters.
bool is_currency_code(std::string_view);

// As programs see it; never with password or its hash.
qbxml::Value to_value(const store::Company&);
qbxml::Error no_company(std::string_view slug);

}  // namespace server::service
