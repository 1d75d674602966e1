#include "server/service/first_look.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "server/base/log.h"
#include "server/service/connection_watch.h"
#include "server/service/connections.h"
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

// Why the session must end here, for the person at QuickBooks and for the health of the connection.
struct Obstacle {
    session::Trouble::Kind kind;
    std::string text;
};

bool holds(std::string_view text, std::string_view word)
{
    const auto lower = [](unsigned char c) { return c < 0x80 ? std::tolower(c) : c; };
    return std::search(text.begin(), text.end(), word.begin(), word.end(), [&](char a, char b) {
               return lower(static_cast<unsigned char>(a)) == lower(static_cast<unsigned char>(b));
           }) != text.end();
}

std::optional<Obstacle> unfit_program(const FirstLook& look)
{
    const auto& product = look.facts.product;
    if (holds(product, "online") || holds(product, "for mac") || holds(product, "mac edition"))
        return Obstacle{session::Trouble::Kind::product,
                        fmt::format("{} cannot be read through the Web Connector: QuickBooks "
                                    "Desktop for Windows is needed. Nothing was read or written.",
                                    product)};
    const auto& supported = look.facts.supported_versions;
    const bool common =
        look.spoken > qbxml::Version{} ||
        std::any_of(supported.begin(), supported.end(), [](const std::string& text) {
            const auto version = qbxml::Version::parse(text);
            return version && *version <= qbxml::newest_version;
        });
    if (supported.empty() || common) return std::nullopt;
    return Obstacle{session::Trouble::Kind::version,
                    fmt::format("{} speaks only qbXML {}, which this server does not know. Update "
                                "QuickBooks. Nothing was read or written.",
                                product, fmt::join(supported, ", "))};
}

std::optional<Obstacle> wrong_computer(const store::CompanyLink& link,
                                       const store::LinkEvidence& evidence,
                                       const store::Company& company, const FirstLook& look)
{
    const auto& now = look.facts.computer;
    if (now.empty()) return std::nullopt;
    if (!link.pinned_computer.empty() && !session::same_text(now, link.pinned_computer))
        return Obstacle{session::Trouble::Kind::other_computer,
                        fmt::format("This company is updated from the computer {}; this one is {}. "
                                    "Nothing was read or written. Remove the application from the "
                                    "Web Connector of one of them.",
                                    link.pinned_computer, now)};
    // The same path on the system disk of another computer is another file.
    const bool elsewhere =
        !evidence.computer.empty() && !session::same_text(now, evidence.computer) &&
        holds(look.path, "c:\\") && session::same_text(look.path, company.linked.path);
    if (!elsewhere) return std::nullopt;
    return Obstacle{
        session::Trouble::Kind::copied_file,
        fmt::format("The linked company file {} lies on the computer {}; this is {}, so the open "
                    "file is a copy of it. Nothing was read or written. If the books were moved to "
                    "this computer, ask the operator of the server to accept the file.",
                    company.linked.path, evidence.computer, now)};
}

std::optional<Obstacle> obstacle(store::Tx& tx, const store::Company& company,
                                 const FirstLook& look)
{
    using session::Difference;
    if (auto found = unfit_program(look)) return found;
    const auto seen = identity_of(look);
    if (const auto wrong =
            session::wrong_file(company.linked, seen, company.file_id, company.name)) {
        const auto difference = session::difference(company.linked, seen, company.file_id);
        const bool copy = difference == Difference::place;
        return Obstacle{
            copy ? session::Trouble::Kind::copied_file : session::Trouble::Kind::wrong_file,
            *wrong};
    }
    return wrong_computer(tx.link(company.id), tx.evidence(company.id), company, look);
}

}  // namespace

bool identify(store::Tx& tx, session::Session& s, store::Company& company, const FirstLook& look,
              base::Time now, const jobs::Backoff& backoff)
{
    const auto seen = identity_of(look);
    if (const auto found = obstacle(tx, company, look)) {
        const auto step = session::on_wrong_file(s, found->text);
        s = step.next;
        if (step.work == session::Work::give_back) give_back(tx, s.company, now, backoff);
        company.last_error = found->text;
        note_trouble(tx, company, {.kind = found->kind, .text = found->text, .session = s.id.text},
                     now);
        log::warn(
            "session.refused",
            {{"session", s.id.text}, {"company", s.company.text}, {"why", to_text(found->kind)}});
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
    if (company.status == store::Status::pending_auth)
        change_status(tx, company, store::Status::linked, "QuickBooks answered", now);
    note_first_look(tx, company, look, now);
    note_answer(tx, company, now);
    return true;
}

std::string note_unidentified(store::Tx& tx, store::Company& company, const session::Session& s,
                              std::string_view why, base::Time now)
{
    const std::string text = fmt::format(
        "QuickBooks did not say which company file is open{}{}. Nothing was read or written. Allow "
        "this application to read the company information in QuickBooks (Edit, Preferences, "
        "Integrated Applications) and start the update again.",
        why.empty() ? "" : ": ", why.substr(0, why.find_last_not_of(". ") + 1));
    note_trouble(tx, company,
                 {.kind = session::Trouble::Kind::unidentified, .text = text, .session = s.id.text},
                 now);
    company.last_error = text;
    return text;
}

}  // namespace server::service
