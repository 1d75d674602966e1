#include "server/base/ensure.h"
#include "server/store/rows.h"
#include "server/store/tx.h"

namespace server::store {
namespace {

using std::chrono::seconds;

std::string_view text_of(session::Scope scope)
{
    return scope == session::Scope::all ? "all" : "pulls";
}

Param param(seconds span)
{
    return std::int64_t{span.count()};
}

// 0 stands for "not set".
Param param(const std::optional<base::Time>& time)
{
    return store::param(time.value_or(base::Time{}));
}

Param param(const std::optional<bool>& flag)
{
    return std::string_view(!flag ? "" : *flag ? "yes" : "no");
}

seconds span_at(const Row& row, int column)
{
    return seconds(row.integer(column));
}

std::optional<bool> flag_at(const Row& row, int column)
{
    const auto text = row.text(column);
    if (text.empty()) return std::nullopt;
    return text == "yes";
}

std::optional<session::Pause> pause_of(const Row& row, int column)
{
    if (row.integer(column) == 0) return std::nullopt;
    session::Pause pause{.since = time_at(row, column),
                         .until = time_at(row, column + 1),
                         .reason = text_at(row, column + 2),
                         .by = text_at(row, column + 3)};
    if (pause.until == base::Time{}) pause.until.reset();
    return pause;
}

session::Manners manners_of(const Row& row)
{
    session::Manners manners;
    const auto windows = session::windows_from_text(row.text(1));
    base::ensure(windows.has_value(), "a company's windows in the store are none");
    manners.windows = *windows;
    manners.window_scope = row.text(2) == "all" ? session::Scope::all : session::Scope::pulls;
    if (row.integer(3) > 0) manners.budget = span_at(row, 3);
    manners.rest = span_at(row, 4);
    manners.postpones = row.integer(5) != 0;
    manners.postpone_max = span_at(row, 6);
    if (row.integer(7) > 0)
        manners.pace = session::Pace{.busy = span_at(row, 7), .idle = span_at(row, 8)};
    manners.pause = pause_of(row, 12);
    return manners;
}

std::optional<session::Trouble> trouble_of(const Row& row, int column)
{
    if (row.text(column).empty()) return std::nullopt;
    const auto kind = session::trouble_from_text(row.text(column));
    base::ensure(kind.has_value(), "a trouble in the store is none");
    return session::Trouble{.kind = *kind,
                            .code = text_at(row, column + 1),
                            .text = text_at(row, column + 2),
                            .session = text_at(row, column + 5),
                            .since = time_at(row, column + 3),
                            .at = time_at(row, column + 4)};
}

}  // namespace

std::string_view to_text(Mode mode)
{
    return mode == Mode::one_time ? "one_time" : "continuous";
}

std::optional<Mode> mode_from_text(std::string_view text)
{
    if (text == "continuous") return Mode::continuous;
    if (text == "one_time") return Mode::one_time;
    return std::nullopt;
}

CompanyLink Tx::link(const base::CompanyId& company)
{
    if (link_ && link_->company == company) return *link_;
    CompanyLink link{.company = company};
    run(R"(SELECT mode, windows, window_scope, budget_seconds, rest_seconds, postpones,
                  postpone_max_seconds, pace_busy_seconds, pace_idle_seconds, confirm,
                  confirmed_at, pinned_computer, paused_since, paused_until, pause_reason,
                  paused_by, status_since, status_reason, farewell, rests_until
           FROM company_link WHERE company_id = $1)",
        {store::param(company)}, [&](const Row& row) {
            const auto mode = mode_from_text(row.text(0));
            base::ensure(mode.has_value(), "a company's mode in the store is none");
            link = {.company = company,
                    .manners = manners_of(row),
                    .mode = *mode,
                    .confirm = row.integer(9) != 0,
                    .confirmed_at = time_at(row, 10),
                    .pinned_computer = text_at(row, 11),
                    .status_since = time_at(row, 16),
                    .status_reason = text_at(row, 17),
                    .farewell = row.integer(18) != 0,
                    .rests_until = time_at(row, 19)};
        });
    link_ = link;
    return link;
}

void Tx::save_link(const CompanyLink& link)
{
    const auto& manners = link.manners;
    const session::Pause pause = manners.pause.value_or(session::Pause{});
    const std::string windows = session::to_text(manners.windows);
    const session::Pace pace = manners.pace.value_or(session::Pace{seconds(0), seconds(0)});
    link_.reset();
    run_one("save_link",
            R"(INSERT INTO company_link (company_id, mode, windows, window_scope, budget_seconds,
                                     rest_seconds, postpones, postpone_max_seconds,
                                     pace_busy_seconds, pace_idle_seconds, confirm, confirmed_at,
                                     pinned_computer, paused_since, paused_until, pause_reason,
                                     paused_by, status_since, status_reason, farewell,
                                     rests_until)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                   $19, $20, $21)
           ON CONFLICT (company_id) DO UPDATE
           SET mode = excluded.mode, windows = excluded.windows,
               window_scope = excluded.window_scope, budget_seconds = excluded.budget_seconds,
               rest_seconds = excluded.rest_seconds, postpones = excluded.postpones,
               postpone_max_seconds = excluded.postpone_max_seconds,
               pace_busy_seconds = excluded.pace_busy_seconds,
               pace_idle_seconds = excluded.pace_idle_seconds, confirm = excluded.confirm,
               confirmed_at = excluded.confirmed_at, pinned_computer = excluded.pinned_computer,
               paused_since = excluded.paused_since, paused_until = excluded.paused_until,
               pause_reason = excluded.pause_reason, paused_by = excluded.paused_by,
               status_since = excluded.status_since, status_reason = excluded.status_reason,
               farewell = excluded.farewell, rests_until = excluded.rests_until)",
            {store::param(link.company),
             store::param(to_text(link.mode)),
             store::param(std::string_view(windows)),
             store::param(text_of(manners.window_scope)),
             param(manners.budget.value_or(seconds(0))),
             param(manners.rest),
             store::param(manners.postpones),
             param(manners.postpone_max),
             param(pace.busy),
             param(pace.idle),
             store::param(link.confirm),
             store::param(link.confirmed_at),
             store::param(std::string_view(link.pinned_computer)),
             store::param(pause.since),
             param(pause.until),
             store::param(std::string_view(pause.reason)),
             store::param(std::string_view(pause.by)),
             store::param(link.status_since),
             store::param(std::string_view(link.status_reason)),
             store::param(link.farewell),
             store::param(link.rests_until)});
}

bool Tx::first_sync_ended(const base::CompanyId& company)
{
    std::int64_t ended = 0, open = 0;
    run(R"(SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE company_id = $1 AND kind = 'sync'
                                 AND state IN ('done', 'failed') LIMIT 1) AS ended)",
        {store::param(company)}, [&](const Row& row) { ended = row.integer(0); });
    if (ended == 0) return false;
    run(R"(SELECT COUNT(*) FROM (
               SELECT 1 FROM job WHERE company_id = $1 AND kind <> 'probe'
               AND state IN ('queued', 'running', 'in_doubt')
               AND (kind <> 'sync' OR NOT EXISTS (
                   SELECT 1 FROM job AS done WHERE done.company_id = job.company_id
                   AND done.kind = 'sync' AND done.data_type = job.data_type
                   AND done.state IN ('done', 'failed'))) LIMIT 1) AS waiting)",
        {store::param(company)}, [&](const Row& row) { open = row.integer(0); });
    return open == 0;
}

LinkEvidence Tx::evidence(const base::CompanyId& company)
{
    LinkEvidence seen{.company = company};
    run(R"(SELECT last_login_at, interval_seconds, odd_gaps, told_until, refused_at, refusals,
                  worked_at, trouble, trouble_code, trouble_text, trouble_since, trouble_at,
                  trouble_session, personal_denied_at, computer, computer_at, other_computer,
                  other_computer_at, country, major_version, minor_version, supported_versions,
                  file_mode, unattended, login_user, personal_data, told_state, told_cause,
                  told_since
           FROM link_evidence WHERE company_id = $1)",
        {store::param(company)}, [&](const Row& row) {
            seen = {.company = company,
                    .last_login_at = time_at(row, 0),
                    .rhythm = {span_at(row, 1), int_at(row, 2)},
                    .told_until = time_at(row, 3),
                    .refused_at = time_at(row, 4),
                    .refusals = row.integer(5),
                    .worked_at = time_at(row, 6),
                    .trouble = trouble_of(row, 7),
                    .personal_denied_at = time_at(row, 13),
                    .computer = text_at(row, 14),
                    .computer_at = time_at(row, 15),
                    .other_computer = text_at(row, 16),
                    .other_computer_at = time_at(row, 17),
                    .host = {.country = text_at(row, 18),
                             .major_version = text_at(row, 19),
                             .minor_version = text_at(row, 20),
                             .supported_versions = text_at(row, 21),
                             .file_mode = text_at(row, 22),
                             .unattended = flag_at(row, 23),
                             .login_user = text_at(row, 24),
                             .personal_data = flag_at(row, 25)},
                    .told_state = text_at(row, 26),
                    .told_cause = text_at(row, 27),
                    .told_since = time_at(row, 28)};
        });
    return seen;
}

void Tx::save_evidence(const LinkEvidence& seen)
{
    const auto trouble = seen.trouble.value_or(session::Trouble{});
    const std::string_view kind = seen.trouble ? to_text(trouble.kind) : std::string_view();
    const auto text = [](const std::string& value) { return Param(std::string_view(value)); };
    run_one("save_evidence",
            R"(INSERT INTO link_evidence (company_id, last_login_at, interval_seconds, odd_gaps,
                                      told_until, refused_at, refusals, worked_at, trouble,
                                      trouble_code, trouble_text, trouble_since, trouble_at,
                                      trouble_session, personal_denied_at, computer, computer_at,
                                      other_computer, other_computer_at, country, major_version,
                                      minor_version, supported_versions, file_mode, unattended,
                                      login_user, personal_data, told_state, told_cause,
                                      told_since)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                   $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30)
           ON CONFLICT (company_id) DO UPDATE
           SET last_login_at = excluded.last_login_at,
               interval_seconds = excluded.interval_seconds, odd_gaps = excluded.odd_gaps,
               told_until = excluded.told_until, refused_at = excluded.refused_at,
               refusals = excluded.refusals, worked_at = excluded.worked_at,
               trouble = excluded.trouble, trouble_code = excluded.trouble_code,
               trouble_text = excluded.trouble_text, trouble_since = excluded.trouble_since,
               trouble_at = excluded.trouble_at, trouble_session = excluded.trouble_session,
               personal_denied_at = excluded.personal_denied_at, computer = excluded.computer,
               computer_at = excluded.computer_at, other_computer = excluded.other_computer,
               other_computer_at = excluded.other_computer_at, country = excluded.country,
               major_version = excluded.major_version, minor_version = excluded.minor_version,
               supported_versions = excluded.supported_versions, file_mode = excluded.file_mode,
               unattended = excluded.unattended, login_user = excluded.login_user,
               personal_data = excluded.personal_data, told_state = excluded.told_state,
               told_cause = excluded.told_cause, told_since = excluded.told_since)",
            {store::param(seen.company),
             store::param(seen.last_login_at),
             param(seen.rhythm.interval),
             store::param(seen.rhythm.odd),
             store::param(seen.told_until),
             store::param(seen.refused_at),
             Param(seen.refusals),
             store::param(seen.worked_at),
             store::param(kind),
             text(trouble.code),
             text(trouble.text),
             store::param(trouble.since),
             store::param(trouble.at),
             text(trouble.session),
             store::param(seen.personal_denied_at),
             text(seen.computer),
             store::param(seen.computer_at),
             text(seen.other_computer),
             store::param(seen.other_computer_at),
             text(seen.host.country),
             text(seen.host.major_version),
             text(seen.host.minor_version),
             text(seen.host.supported_versions),
             text(seen.host.file_mode),
             param(seen.host.unattended),
             text(seen.host.login_user),
             param(seen.host.personal_data),
             text(seen.told_state),
             text(seen.told_cause),
             store::param(seen.told_since)});
}

}  // namespace server::store
