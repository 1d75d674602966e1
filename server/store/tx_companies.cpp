#include <array>

#include "server/base/ensure.h"
#include "server/store/rows.h"
#include "server/store/tx.h"

namespace server::store {
namespace {

// The words stand in rows and are what people read.
constexpr std::array<std::pair<Status, std::string_view>, 4> statuses{{
    {Status::pending_auth, "PendingAuth"},
    {Status::linked, "Linked"},
    {Status::unlinked, "Unlinked"},
    {Status::deauthorized, "Deauthorized"},
}};

constexpr std::string_view company_columns =
    "id, name, user_name, password_hash, owner_id, file_id, status, created_at, time_zone, "
    "pinned_path, linked_file_id, linked_path, linked_name, linked_country, product, "
    "qbxml_version, home_currency, last_contact_at, last_error, settled_batch, write_pace";

Company company_of(const Row& row)
{
    const auto status = status_from_text(row.text(6));
    base::ensure(status.has_value(), "a company row has a status that is none");
    return Company{.id = {text_at(row, 0)},
                   .name = text_at(row, 1),
                   .user_name = text_at(row, 2),
                   .password_hash = text_at(row, 3),
                   .owner_id = text_at(row, 4),
                   .file_id = text_at(row, 5),
                   .status = *status,
                   .created_at = time_at(row, 7),
                   .time_zone = text_at(row, 8),
                   .pinned_path = text_at(row, 9),
                   .linked = {.file_id = text_at(row, 10),
                              .path = text_at(row, 11),
                              .name = text_at(row, 12),
                              .country = text_at(row, 13)},
                   .product = text_at(row, 14),
                   .qbxml_version = text_at(row, 15),
                   .home_currency = text_at(row, 16),
                   .last_contact_at = time_at(row, 17),
                   .last_error = text_at(row, 18),
                   .write_pace = int_at(row, 20),
                   .settled_batch = text_at(row, 19)};
}

std::string select_companies(std::string_view condition)
{
    return "SELECT " + std::string(company_columns) + " FROM company " + std::string(condition);
}

}  // namespace

std::string_view to_text(Status status)
{
    for (const auto& [member, word] : statuses)
        if (member == status) return word;
    base::unreachable();
}

std::optional<Status> status_from_text(std::string_view text)
{
    for (const auto& [member, word] : statuses)
        if (word == text) return member;
    return std::nullopt;
}

std::int64_t Tx::run(std::string_view sql, std::initializer_list<Param> params, const OnRow& on_row)
{
    return connection_.run(sql, std::span(params.begin(), params.size()), on_row);
}

void Tx::run_one(std::string_view verb, std::string_view sql, std::initializer_list<Param> params)
{
    const std::int64_t changed = run(sql, params);
    base::ensure(changed == 1, std::string(verb).append(" did not change one row").c_str());
}

void Tx::add_company(const Company& c)
{
    run_one("add_company",
            R"(INSERT INTO company (id, name, user_name, password_hash, owner_id, file_id, status,
                                    created_at, time_zone, pinned_path, home_currency)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11))",
            {param(c.id), param(c.name), param(c.user_name), param(c.password_hash),
             param(c.owner_id), param(c.file_id), param(to_text(c.status)), param(c.created_at),
             param(c.time_zone), param(c.pinned_path), param(c.home_currency)});
}

void Tx::save_company(const Company& c)
{
    company_.reset();
    run_one("save_company",
            R"(UPDATE company
               SET name = $2, password_hash = $3, status = $4, time_zone = $5, pinned_path = $6,
                   linked_file_id = $7, linked_path = $8, linked_name = $9, linked_country = $10,
                   product = $11, qbxml_version = $12, home_currency = $13, last_contact_at = $14,
                   last_error = $15, settled_batch = $16, write_pace = $17
               WHERE id = $1)",
            {param(c.id), param(c.name), param(c.password_hash), param(to_text(c.status)),
             param(c.time_zone), param(c.pinned_path), param(c.linked.file_id),
             param(c.linked.path), param(c.linked.name), param(c.linked.country), param(c.product),
             param(c.qbxml_version), param(c.home_currency), param(c.last_contact_at),
             param(c.last_error), param(c.settled_batch), param(c.write_pace)});
}

std::optional<Company> Tx::find_company(const base::CompanyId& id)
{
    if (company_ && company_->id == id) return company_;
    static const std::string sql = select_companies("WHERE id = $1");
    company_.reset();
    run(sql, {param(id)}, [&](const Row& row) { company_ = company_of(row); });
    return company_;
}

std::optional<Company> Tx::find_company_by_user(std::string_view user_name)
{
    std::optional<Company> found;
    static const std::string sql = select_companies("WHERE user_name = $1");
    run(sql, {param(user_name)}, [&](const Row& row) { found = company_of(row); });
    return found;
}

std::vector<Company> Tx::companies()
{
    std::vector<Company> found;
    static const std::string sql = select_companies("ORDER BY id");
    run(sql, {}, [&](const Row& row) { found.push_back(company_of(row)); });
    return found;
}

std::string Tx::first_look(const base::CompanyId& company)
{
    std::string text;
    run("SELECT text FROM first_look WHERE company_id = $1", {param(company)},
        [&](const Row& row) { text = text_at(row, 0); });
    return text;
}

void Tx::save_first_look(const base::CompanyId& company, std::string_view text, base::Time now)
{
    run(R"(INSERT INTO first_look (company_id, text, seen_at) VALUES ($1, $2, $3)
           ON CONFLICT (company_id) DO UPDATE
           SET text = excluded.text, seen_at = excluded.seen_at)",
        {param(company), param(text), param(now)});
}

LoginGuard Tx::login_guard(std::string_view user_name, std::string_view address)
{
    LoginGuard guard;
    run(R"(SELECT failures, blocked_until, good_at FROM login_guard
           WHERE user_name = $1 AND address = $2)",
        {param(user_name), param(address)}, [&](const Row& row) {
            guard = {.failures = row.integer(0),
                     .blocked_until = time_at(row, 1),
                     .good_at = time_at(row, 2)};
        });
    return guard;
}

void Tx::save_login_guard(std::string_view user_name, std::string_view address,
                          const LoginGuard& guard)
{
    run(R"(INSERT INTO login_guard (user_name, address, failures, blocked_until, good_at)
           VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (user_name, address) DO UPDATE
           SET failures = excluded.failures, blocked_until = excluded.blocked_until,
               good_at = excluded.good_at)",
        {param(user_name), param(address), Param(guard.failures), param(guard.blocked_until),
         param(guard.good_at)});
}

void Tx::prune_login_guards(base::Time blocked_before)
{
    run("DELETE FROM login_guard WHERE good_at = 0 AND blocked_until < $1",
        {param(blocked_before)});
}

void Tx::forget_login_failures(std::string_view user_name)
{
    run("UPDATE login_guard SET failures = 0, blocked_until = 0 WHERE user_name = $1",
        {param(user_name)});
}

}  // namespace server::store
