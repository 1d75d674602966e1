#include "server/session/health.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "server/base/ensure.h"

namespace server::session {
namespace {

using base::Time;
using std::chrono::seconds;

constexpr seconds silent_after{24 * 3600};
constexpr seconds interval_unknown{3600};          // what is taken for granted before it is learned
constexpr seconds computers_apart{7 * 24 * 3600};  // later, the older one was replaced
constexpr int odd_gaps = 3;

struct Wording {
    Cause cause;
    std::string_view word;
    Actor actor;
    std::string_view english;
    std::string_view french;
};

constexpr std::array<Wording, 20> wordings{{
    {Cause::connector_not_running, "connector_not_running", Actor::user,
     "Start the computer and the QuickBooks Web Connector, and tick Auto-Run.",
     "Démarrer l'ordinateur et le QuickBooks Web Connector, puis cocher Auto-Run."},
    {Cause::connector_password, "connector_password", Actor::user,
     "Enter the connector password again in the Web Connector, or ask for a new one.",
     "Saisir de nouveau le mot de passe dans le Web Connector, ou en demander un nouveau."},
    {Cause::quickbooks_not_started, "quickbooks_not_started", Actor::user,
     "Start QuickBooks and wait until it is ready; work goes on by itself.",
     "Démarrer QuickBooks et attendre qu'il soit prêt ; le travail reprend de lui-même."},
    {Cause::no_unattended_access, "no_unattended_access", Actor::user,
     "QuickBooks is closed and may not be opened by the Web Connector. In QuickBooks: Edit, "
     "Preferences, Integrated Applications: allow access even if QuickBooks is not running; or "
     "keep the file open.",
     "QuickBooks est fermé et le Web Connector ne peut pas l'ouvrir. Dans QuickBooks : Modifier, "
     "Préférences, Applications intégrées : autoriser l'accès même si QuickBooks est fermé ; ou "
     "laisser le fichier ouvert."},
    {Cause::file_in_other_mode, "file_in_other_mode", Actor::user,
     "The file is open in another mode (single-user or multi-user). Switch it, or wait.",
     "Le fichier est ouvert dans un autre mode (mono-utilisateur ou multi-utilisateur). Changer "
     "de mode, ou attendre."},
    {Cause::dialog_open, "dialog_open", Actor::user,
     "A dialog is open in QuickBooks. Close it; work goes on by itself.",
     "Une fenêtre est ouverte dans QuickBooks. La fermer ; le travail reprend de lui-même."},
    {Cause::wrong_file, "wrong_file", Actor::user,
     "Open the company file that was linked. If the open one is right, ask the operator to accept "
     "it.",
     "Ouvrir le fichier de société qui a été lié. Si le fichier ouvert est le bon, demander à "
     "l'exploitant de l'accepter."},
    {Cause::copied_file, "copied_file", Actor::user,
     "The open file carries the mark of the linked one but lies in another place: a copy, a "
     "restored backup, or the file was moved. Open the original; if it was moved on purpose, ask "
     "the operator to accept it.",
     "Le fichier ouvert porte la marque du fichier lié mais se trouve ailleurs : une copie, une "
     "sauvegarde restaurée ou un fichier déplacé. Ouvrir l'original ; s'il a été déplacé exprès, "
     "demander à l'exploitant de l'accepter."},
    {Cause::second_computer, "second_computer", Actor::user,
     "Two computers update this company. One of them is enough: remove the application from the "
     "Web Connector of the other.",
     "Deux ordinateurs mettent à jour cette société. Un seul suffit : retirer l'application du "
     "Web Connector de l'autre."},
    {Cause::file_unreachable, "file_unreachable", Actor::user,
     "The company file was moved, cannot be reached, or belongs to another version of QuickBooks. "
     "Put it back, or open it with the right QuickBooks.",
     "Le fichier de société a été déplacé, est inaccessible ou appartient à une autre version de "
     "QuickBooks. Le remettre en place, ou l'ouvrir avec le bon QuickBooks."},
    {Cause::never_authorized, "never_authorized", Actor::user,
     "Open the file as Admin and answer QuickBooks' question about access.",
     "Ouvrir le fichier en tant qu'Administrateur et répondre à la question sur l'accès."},
    {Cause::access_denied, "access_denied", Actor::user,
     "Access was refused or taken back. Open the file as Admin and allow the application; then the "
     "connection must be linked again.",
     "L'accès a été refusé ou retiré. Ouvrir le fichier en tant qu'Administrateur et autoriser "
     "l'application ; la connexion doit ensuite être liée de nouveau."},
    {Cause::certificate, "certificate", Actor::user,
     "In QuickBooks, remove the application from Integrated Applications and add the .qwc file "
     "again.",
     "Dans QuickBooks, retirer l'application des Applications intégrées et ajouter de nouveau le "
     "fichier .qwc."},
    {Cause::personal_data_denied, "personal_data_denied", Actor::user,
     "Allow this application to access personal data (Edit, Preferences, Integrated Applications), "
     "or do without these fields.",
     "Autoriser l'application à accéder aux données personnelles (Modifier, Préférences, "
     "Applications intégrées), ou se passer de ces champs."},
    {Cause::version_too_old, "version_too_old", Actor::user,
     "This QuickBooks and the server have no version of qbXML in common. Update QuickBooks.",
     "Ce QuickBooks et le serveur n'ont aucune version de qbXML en commun. Mettre QuickBooks à "
     "jour."},
    {Cause::unsupported_product, "unsupported_product", Actor::user,
     "QuickBooks for Mac and QuickBooks Online cannot be read through the Web Connector. Use "
     "QuickBooks Desktop for Windows.",
     "QuickBooks pour Mac et QuickBooks Online ne peuvent pas être lus par le Web Connector. "
     "Utiliser QuickBooks Desktop pour Windows."},
    {Cause::not_identified, "not_identified", Actor::user,
     "QuickBooks did not say which company file is open. Allow the application to read the company "
     "information (Edit, Preferences, Integrated Applications).",
     "QuickBooks n'a pas dit quel fichier de société est ouvert. Autoriser l'application à lire "
     "les informations de la société (Modifier, Préférences, Applications intégrées)."},
    {Cause::not_confirmed, "not_confirmed", Actor::operator_,
     "Look whether the company that was found is the right one, then: qbwcd company confirm.", ""},
    {Cause::quickbooks_trouble, "quickbooks_trouble", Actor::user,
     "QuickBooks reported a problem. Restart QuickBooks; if it comes again, tell the operator the "
     "code.",
     "QuickBooks a signalé un problème. Redémarrer QuickBooks ; s'il revient, donner le code à "
     "l'exploitant."},
    {Cause::server_error, "server_error", Actor::operator_,
     "The server failed in this session. Look into its log.", ""},
}};

const Wording& wording_of(Cause cause)
{
    for (const Wording& wording : wordings)
        if (wording.cause == cause) return wording;
    base::unreachable();
}

constexpr std::array<std::pair<HealthState, std::string_view>, 8> states{{
    {HealthState::never_seen, "never_seen"},
    {HealthState::working, "working"},
    {HealthState::idle, "idle"},
    {HealthState::late, "late"},
    {HealthState::silent, "silent"},
    {HealthState::blocked, "blocked"},
    {HealthState::paused, "paused"},
    {HealthState::outside_window, "outside_window"},
}};

constexpr std::array<std::pair<Trouble::Kind, std::string_view>, 8> troubles{{
    {Trouble::Kind::hresult, "hresult"},
    {Trouble::Kind::wrong_file, "wrong_file"},
    {Trouble::Kind::copied_file, "copied_file"},
    {Trouble::Kind::other_computer, "other_computer"},
    {Trouble::Kind::version, "version"},
    {Trouble::Kind::product, "product"},
    {Trouble::Kind::unidentified, "unidentified"},
    {Trouble::Kind::server, "server"},
}};

struct Coded {
    std::uint32_t hresult;
    Cause cause;
};
constexpr std::array<Coded, 24> coded{{
    {0x80040401, Cause::quickbooks_not_started},
    {0x80040403, Cause::file_unreachable},
    {0x80040406, Cause::file_unreachable},
    {0x80040408, Cause::quickbooks_not_started},
    {0x80040409, Cause::file_unreachable},
    {0x8004040A, Cause::wrong_file},
    {0x8004040D, Cause::quickbooks_trouble},
    {0x80040404, Cause::version_too_old},
    {0x80040410, Cause::file_in_other_mode},
    {0x80040414, Cause::dialog_open},
    {0x80040416, Cause::no_unattended_access},
    {0x80040417, Cause::no_unattended_access},
    {0x80040418, Cause::never_authorized},
    {0x80040419, Cause::certificate},
    {0x8004041A, Cause::access_denied},
    {0x8004041D, Cause::no_unattended_access},
    {0x8004041E, Cause::certificate},
    {0x8004041F, Cause::unsupported_product},
    {0x80040420, Cause::access_denied},
    {0x80040422, Cause::file_in_other_mode},
    {0x80040423, Cause::version_too_old},
    {0x80040424, Cause::quickbooks_not_started},
    {0x8004042C, Cause::certificate},
    {0x80010105, Cause::quickbooks_trouble},
}};

// "0x80040408" in any case, or the signed decimal number; 0 when it is neither.
std::uint32_t number_of(std::string_view hresult)
{
    const bool hex = hresult.size() > 2 && hresult[0] == '0' && (hresult[1] | 0x20) == 'x';
    const bool minus = hresult.starts_with('-');
    std::uint64_t number = 0;
    const std::string_view digits = hresult.substr(hex ? 2 : minus ? 1 : 0);
    if (digits.empty() || digits.size() > 10) return 0;
    for (const char c : digits) {
        const int low = c | 0x20;
        const int digit = c >= '0' && c <= '9'              ? c - '0'
                          : hex && low >= 'a' && low <= 'f' ? low - 'a' + 10
                                                            : -1;
        if (digit < 0) return 0;
        number = number * (hex ? 16 : 10) + static_cast<unsigned>(digit);
    }
    return static_cast<std::uint32_t>(minus ? ~number + 1 : number);
}

Cause cause_of(const Trouble& trouble, std::optional<bool> unattended)
{
    switch (trouble.kind) {
        case Trouble::Kind::hresult: return cause_of_hresult(trouble.code, unattended);
        case Trouble::Kind::wrong_file: return Cause::wrong_file;
        case Trouble::Kind::copied_file: return Cause::copied_file;
        case Trouble::Kind::other_computer: return Cause::second_computer;
        case Trouble::Kind::version: return Cause::version_too_old;
        case Trouble::Kind::product: return Cause::unsupported_product;
        case Trouble::Kind::unidentified: return Cause::not_identified;
        case Trouble::Kind::server: return Cause::server_error;
    }
    base::unreachable();
}

Evidence evidence_of(const Trouble& trouble)
{
    Evidence evidence{{"kind", std::string(to_text(trouble.kind))}};
    if (!trouble.code.empty()) evidence.emplace_back("code", trouble.code);
    if (!trouble.text.empty()) evidence.emplace_back("text", trouble.text);
    if (!trouble.session.empty()) evidence.emplace_back("session", trouble.session);
    return evidence;
}

// When the Web Connector should have come at the latest.
Time expected_by(const Seen& seen)
{
    const auto interval =
        seen.rhythm.interval > seconds(0) ? seen.rhythm.interval : interval_unknown;
    return std::max(seen.last_contact_at, seen.told_until) + 2 * interval;
}

// The Web Connector does not come as it should.
std::optional<Health> absence(const Seen& seen, Time now)
{
    const Time silent_at =
        std::max(expected_by(seen), std::max(seen.last_contact_at, seen.told_until) + silent_after);
    const Evidence evidence{{"lastContact", base::to_text(seen.last_contact_at)},
                            {"intervalSeconds", std::to_string(seen.rhythm.interval.count())}};
    if (now >= silent_at)
        return Health{HealthState::silent, Cause::connector_not_running, silent_at, evidence};
    if (now >= expected_by(seen))
        return Health{HealthState::late, Cause::connector_not_running, expected_by(seen), evidence};
    return std::nullopt;
}

// It comes, and something is in the way.
std::optional<Health> blockade(const Seen& seen)
{
    if (seen.refused_at != Time{})
        return Health{HealthState::blocked,
                      Cause::connector_password,
                      seen.refused_at,
                      {{"refusedLogins", std::to_string(seen.refusals)}}};
    if (seen.trouble)
        return Health{HealthState::blocked, cause_of(*seen.trouble, seen.unattended),
                      seen.trouble->since, evidence_of(*seen.trouble)};
    if (!seen.confirmed)
        return Health{HealthState::blocked, Cause::not_confirmed, seen.worked_at, {}};
    return std::nullopt;
}

// Nothing is in the way, and yet somebody should look.
void add_remark(Health& health, const Seen& seen, Time now)
{
    const bool two = !seen.other_computer.empty() && seen.other_computer != seen.computer &&
                     now - seen.other_computer_at < computers_apart;
    if (two) {
        health.cause = Cause::second_computer;
        health.evidence = {{"computer", seen.computer}, {"otherComputer", seen.other_computer}};
    } else if (seen.personal_denied_at != Time{}) {
        health.cause = Cause::personal_data_denied;
        health.evidence = {{"statusCode", "3261"},
                           {"seenAt", base::to_text(seen.personal_denied_at)}};
    }
}

}  // namespace

std::string_view to_text(HealthState state)
{
    for (const auto& [member, word] : states)
        if (member == state) return word;
    base::unreachable();
}

std::string_view to_text(Cause cause)
{
    return wording_of(cause).word;
}

std::optional<Cause> cause_from_text(std::string_view text)
{
    for (const Wording& wording : wordings)
        if (wording.word == text) return wording.cause;
    return std::nullopt;
}

std::string_view to_text(Actor actor)
{
    switch (actor) {
        case Actor::user: return "user";
        case Actor::operator_: return "operator";
    }
    base::unreachable();
}

Actor actor_of(Cause cause)
{
    return wording_of(cause).actor;
}

std::string_view action_of(Cause cause, Language language)
{
    const Wording& wording = wording_of(cause);
    const bool french = language == Language::french && !wording.french.empty();
    return french ? wording.french : wording.english;
}

std::string_view to_text(Trouble::Kind kind)
{
    for (const auto& [member, word] : troubles)
        if (member == kind) return word;
    base::unreachable();
}

std::optional<Trouble::Kind> trouble_from_text(std::string_view text)
{
    for (const auto& [member, word] : troubles)
        if (word == text) return member;
    return std::nullopt;
}

Trouble repeated(const std::optional<Trouble>& before, Trouble now)
{
    const bool same = before && before->kind == now.kind && before->code == now.code;
    now.since = same ? before->since : now.at;
    return now;
}

Rhythm learned(Rhythm rhythm, seconds gap)
{
    if (gap <= seconds(0)) return rhythm;
    if (rhythm.interval == seconds(0)) return {gap, 0};
    if (gap > 4 * rhythm.interval || 4 * gap < rhythm.interval)
        return ++rhythm.odd < odd_gaps ? rhythm : Rhythm{gap, 0};
    return {(3 * rhythm.interval + gap) / 4, 0};
}

Cause cause_of_hresult(std::string_view hresult, std::optional<bool> unattended)
{
    const auto number = number_of(hresult);
    for (const auto& [code, cause] : coded)
        if (code == number)
            // QuickBooks could not be started: was it allowed to be?
            return cause == Cause::quickbooks_not_started && number != 0x80040424 &&
                           unattended == false
                       ? Cause::no_unattended_access
                       : cause;
    return Cause::quickbooks_trouble;
}

bool concerns_connection(std::string_view hresult)
{
    const auto number = number_of(hresult);
    return std::any_of(coded.begin(), coded.end(),
                       [&](const Coded& one) { return one.hresult == number; });
}

bool ends_connection(std::string_view hresult)
{
    const auto number = number_of(hresult);
    return number == 0x80040420 || number == 0x8004041A;
}

bool overdue(const Seen& seen, Time now)
{
    return now >= expected_by(seen);
}

Health health(const Seen& seen, Time now)
{
    if (!seen.active) {
        if (seen.trouble) return *blockade(seen);
        return {HealthState::idle, {}, seen.last_contact_at, {}};
    }
    if (seen.pause && holds(*seen.pause, now)) {
        Evidence evidence;
        if (!seen.pause->reason.empty()) evidence.emplace_back("reason", seen.pause->reason);
        if (!seen.pause->by.empty()) evidence.emplace_back("by", seen.pause->by);
        if (seen.pause->until) evidence.emplace_back("until", base::to_text(*seen.pause->until));
        return {HealthState::paused, {}, seen.pause->since, std::move(evidence)};
    }
    // A refused login is a sign of life as well.
    const bool refused = seen.refused_at != Time{} && now - seen.refused_at < silent_after;
    if (seen.last_contact_at == Time{} && !refused)
        return {HealthState::never_seen, {}, seen.created_at, {}};
    if (!seen.session_opened_at && !refused)
        if (auto gone = absence(seen, now)) return *gone;
    if (auto blocked = blockade(seen)) return *blocked;
    Health result{HealthState::idle, {}, seen.last_contact_at, {}};
    if (seen.window_opens_at && !seen.session_opened_at) {
        result.state = HealthState::outside_window;
        result.evidence = {{"opensAt", base::to_text(*seen.window_opens_at)}};
        return result;
    }
    if (seen.session_opened_at) {
        result.state = HealthState::working;
        result.since = *seen.session_opened_at;
    }
    add_remark(result, seen, now);
    return result;
}

}  // namespace server::session
