#include "server/service/records.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "qbxml/json_members.h"
#include "qbxml/value.h"
#include "server/base/secret.h"
#include "server/service/page_cursor.h"

namespace server::service {
namespace {

// What must be the same for a cursor to mean the same place.
std::string about(std::string_view data_type, const RecordWish& wish)
{
    std::string text = fmt::format("{}\n{}\n{}\n{}", data_type, wish.sort, wish.words,
                                   wish.deleted ? "with tombstones" : "");
    for (const std::string& filter : wish.where)
        text += '\n' + filter;
    return text;
}

// The secret that signs the cursors of a company; made when it is needed first.
std::string cursor_key(store::Store& store, const base::CompanyId& company)
{
    const auto known =
        store.read([&](store::Tx& tx) { return tx.mirror_state(company); }).cursor_key;
    if (!known.empty()) return known;
    std::array<unsigned char, 32> bytes{};
    base::random_bytes(bytes);
    const auto made = base::sha256_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    return store.write([&](store::Tx& tx) {
        auto state = tx.mirror_state(company);
        if (!state.cursor_key.empty()) return state.cursor_key;  // another was faster
        state.cursor_key = made;
        tx.save_mirror_state(company, state);
        return made;
    });
}

void add_member(std::string& out, std::string_view name, std::string_view value)
{
    if (out.size() > 1) out += ',';
    out += '"';
    out.append(name).append("\":").append(value);
}

bool is_lines(std::string_view name)
{
    return name == "lineItems" || name == "journalLines" || name == "lines";
}

}  // namespace

std::string projected(std::string_view json, const std::vector<std::string>& fields, bool lines)
{
    std::string out = "{";
    qbxml::JsonMembers members(json);
    while (const auto member = members.next()) {
        if (!lines && is_lines(member->name)) continue;
        bool whole = fields.empty();
        std::vector<std::string> inner;
        for (const std::string& field : fields) {
            if (field == member->name) whole = true;
            if (field.starts_with(std::string(member->name) + '.'))
                inner.push_back(field.substr(member->name.size() + 1));
        }
        if (whole)
            add_member(out, member->name, member->value);
        else if (!inner.empty() && member->value.starts_with('{'))
            add_member(out, member->name, projected(member->value, inner, true));
        else if (!inner.empty())
            add_member(out, member->name, "null");
    }
    return out + '}';
}

qbxml::Result<RecordPage> find_records(store::Store& store, const base::CompanyId& company,
                                       std::string_view data_type, const RecordWish& wish,
                                       base::Time now)
{
    auto query = filter_of(data_type, wish);
    if (!query) return query.error();
    const auto key = cursor_key(store, company);
    const auto same = about(data_type, wish);
    if (!wish.cursor.empty()) {
        auto position = read_cursor(wish.cursor, key, same, now);
        if (!position) return position.error();
        query->after = std::move(*position);
    }
    ++query->limit;  // whether there is a next page
    auto found =
        store.read([&](store::Tx& tx) { return tx.find_records(company, data_type, *query); });
    RecordPage page;
    if (found.size() == static_cast<std::size_t>(query->limit)) {
        found.pop_back();
        page.next_cursor = write_cursor(key, same, found.back().position, now);
    }
    const bool as_it_is = wish.fields.empty() && wish.lines;
    for (auto& record : found)
        page.records.push_back(as_it_is ? std::move(record.json)
                                        : projected(record.json, wish.fields, wish.lines));
    return page;
}

}  // namespace server::service
