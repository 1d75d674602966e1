#include "server/service/first_look.h"

#include <fmt/format.h>

#include "server/base/log.h"
#include "server/service/settlement.h"
#include "server/session/company_file.h"
#include "server/session/machine.h"

namespace server::service {
namespace {

namespace log = base::log;

session::FileIdentity identity_of(const FirstLook& look)
{
    return {.file_id = look.facts.file_id,
            .path = look.path,
            .name = look.facts.company_name,
            .country = look.facts.country};
}

qbxml::Version version_for(const FirstLook& look)
{
    const auto version = qbxml::choose_version(look.facts.supported_versions, look.spoken);
    const bool said = look.spoken > qbxml::Version{0, 0};
    return said && look.spoken < version ? look.spoken : version;
}

}  // namespace

bool identify(store::Tx& tx, session::Session& s, store::Company& company, const FirstLook& look,
              base::Time now, const jobs::Backoff& backoff)
{
    const auto seen = identity_of(look);
    if (const auto wrong =
            session::wrong_file(company.linked, seen, company.file_id, company.name)) {
        const auto step = session::on_wrong_file(s, *wrong);
        s = step.next;
        if (step.work == session::Work::give_back) give_back(tx, s.company, now, backoff);
        company.last_error = *wrong;
        log::warn("session.wrong_file", {{"session", s.id.text}, {"company", s.company.text}});
        return false;
    }
    if (!look.facts.knows_company()) return true;  // not told yet: the probe will ask
    s.identified = true;
    company.linked = session::merged(company.linked, seen);
    const auto version = version_for(look);
    const auto before = qbxml::Version::parse(company.qbxml_version);
    if (before && *before < version) tx.release_upgrades(company.id);
    company.qbxml_version = version.text();
    if (!look.facts.product.empty()) company.product = look.facts.product;
    if (!look.facts.home_currency.empty()) company.home_currency = look.facts.home_currency;
    tx.save_first_look(company.id, look.text, now);
    company.last_error.clear();
    if (company.status == store::Status::pending_auth) {
        company.status = store::Status::linked;
        log::info("company.linked", {{"company", company.id.text}});
    }
    return true;
}

std::string unknown_file_text(std::string_view why)
{
    return fmt::format(
        "QuickBooks did not say which company file is open{}{}. Nothing was read or written. Allow "
        "this application to read the company information in QuickBooks (Edit, Preferences, "
        "Integrated Applications) and start the update again.",
        why.empty() ? "" : ": ", why.substr(0, why.find_last_not_of(". ") + 1));
}

}  // namespace server::service
