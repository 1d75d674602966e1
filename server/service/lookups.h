// What a conversion needs to know of other records: asked of the mirror when it comes up.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "qbxml/canonical/read.h"
#include "server/store/store.h"

namespace server::service {

// The context of one company's conversions, for one answer: what was looked up stays as it was.
// Lists are not loaded whole, for they may be long and an answer names few; only reports get them,
// which name accounts and people by their names.
class Lookups {
public:
    Lookups(store::Store&, const store::Company&, base::Time now);
    // Refers to this object.
    const qbxml::canonical::Context& context() const { return context_; }
    qbxml::canonical::Context& context() { return context_; }
    Lookups(const Lookups&) = delete;

    // Whether something was asked for since the last call that the mirror does not hold.
    bool take_unresolved();
    // The accounts, customers and suppliers, for a report.
    void load_names();

    // With what records are made at this moment: mapping, settings, state of the lists.
    const std::string& made_by() const { return made_by_; }

private:
    using List = qbxml::canonical::Context::List;
    const std::string* look_up(List, std::string_view key);

    store::Store& store_;
    const base::CompanyId company_;
    qbxml::canonical::Context context_;
    std::string made_by_;
    std::map<List, std::map<std::string, std::string, std::less<>>> known_;
    bool unresolved_ = false;
};

// What a write needs to know, as long as the transaction lasts: kinds of items, types of accounts,
// the currency of the company.
qbxml::canonical::Context write_context(store::Tx&, const base::CompanyId&);

std::string made_by(const store::Company&, const store::MirrorState&);

}  // namespace server::service
