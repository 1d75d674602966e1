// The ledger in the file of the books: one <Ledger> for each transaction, a row for
// each posting and for each link that goes out from it.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/ledger.h"

namespace qbxml::simulator {

namespace {

constexpr std::size_t cells_in_posting = 6;  // one more in a foreign currency
constexpr std::size_t cells_in_link = 8;

std::string id_of(const Record* record)
{
    return record == nullptr ? std::string() : record->id();
}

std::vector<std::string_view> split(std::string_view text, char at)
{
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find(at);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::int64_t number(std::string_view text)
{
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

Record* named(const CompanyFile& books, std::string_view family, std::string_view id)
{
    if (id.empty()) return nullptr;
    for (const Kind* kind : kinds_answered(family)) {
        if (Record* found = books.find(*kind, id)) return found;
    }
    return nullptr;
}

Error broken(std::string_view what)
{
    return Error{"books",
                 fmt::format("{}; the file was changed by hand: restore it from a copy", what)};
}

// Null for "", and for what is not there: then `missing` becomes true.
Record* known(Record* found, std::string_view id, bool& missing)
{
    missing = missing || (found == nullptr && !id.empty());
    return found;
}

}  // namespace

void Ledger::append_to(std::string& out, const Record& txn) const
{
    const auto& posted = postings(txn);
    const auto& links = links_from(txn);
    out += fmt::format("<Ledger txn=\"{}\">\n", txn.id());
    for (const Posting& posting : posted) {
        out += fmt::format("{};{};{};{};{};{}", id_of(posting.account), id_of(posting.name),
                           id_of(posting.item), posting.amount.value, posting.quantity.value,
                           posting.line ? posting.line.text() : "");
        if (posting.foreign) out += fmt::format(";{}", posting.foreign->value);
        out += '\n';
    }
    for (const Link& link : links) {
        out += fmt::format("{};{};{};{};{};{};{};{}\n", link.to->id(), static_cast<int>(link.kind),
                           link.amount.value, link.discount.value, id_of(link.discount_account),
                           link.quantity.value, link.from_line ? link.from_line.text() : "",
                           link.to_line ? link.to_line.text() : "");
    }
    out += "</Ledger>\n";
}

std::optional<Error> Ledger::read(CompanyFile& books, Element element)
{
    Record* txn = find_txn(books, element.attribute("txn").value_or(""));
    if (txn == nullptr) return broken("a <Ledger> of no transaction");
    take_postings(*txn);
    std::vector<Posting> postings;
    std::vector<Link> links;
    bool missing = false;
    for (const std::string_view row : split(element.text(), '\n')) {
        const auto cells = split(row, ';');
        if (cells.size() == cells_in_posting || cells.size() == cells_in_posting + 1) {
            Posting posting{.account = known(named(books, "Account", cells[0]), cells[0], missing),
                            .name = known(named(books, "Entity", cells[1]), cells[1], missing),
                            .item = known(named(books, "Item", cells[2]), cells[2], missing),
                            .amount = {number(cells[3])},
                            .quantity = {number(cells[4])},
                            .line = LineId::parse(cells[5])};
            if (cells.size() > cells_in_posting) posting.foreign = {number(cells.back())};
            posting.personal =
                posting.account != nullptr && is_personal(class_of(*posting.account, books));
            move_stock(posting, 1);
            postings.push_back(posting);
        } else if (cells.size() == cells_in_link) {
            links.push_back(
                {.kind = static_cast<Link::Kind>(number(cells[1]) % 3),
                 .from = txn,
                 .to = known(find_txn(books, cells[0]), cells[0], missing),
                 .amount = {number(cells[2])},
                 .discount = {number(cells[3])},
                 .discount_account = known(named(books, "Account", cells[4]), cells[4], missing),
                 .quantity = {number(cells[5])},
                 .from_line = LineId::parse(cells[6]),
                 .to_line = LineId::parse(cells[7])});
        }
    }
    if (missing) return broken(fmt::format("the ledger of {} names what is not there", txn->id()));
    if (!postings.empty()) postings_[txn] = std::move(postings);
    index(*txn);
    set_links_from(*txn, std::move(links));
    return std::nullopt;
}

void Ledger::forget(Record& txn)
{
    take_postings(txn);
    unlink(txn);
}

bool Ledger::uses(const Record& record) const
{
    for (const auto& [txn, postings] : postings_) {
        for (const Posting& posting : postings) {
            if (posting.account == &record || posting.name == &record || posting.item == &record) {
                return true;
            }
        }
    }
    for (const auto& [txn, links] : from_) {
        for (const Link& link : links) {
            if (link.discount_account == &record) return true;
        }
    }
    return false;
}

void Ledger::rename(const Record& from, Record& into)
{
    for (auto& [txn, postings] : postings_) {
        for (Posting& posting : postings) {
            for (Record* Posting::*member : {&Posting::account, &Posting::name, &Posting::item}) {
                if (posting.*member == &from) posting.*member = &into;
            }
        }
    }
    for (auto& [txn, links] : from_) {
        for (Link& link : links) {
            if (link.discount_account == &from) link.discount_account = &into;
        }
    }
    if (const auto of = of_name_.find(&from); of != of_name_.end()) {
        auto& target = of_name_[&into];
        for (Record* txn : of->second) {
            if (std::find(target.begin(), target.end(), txn) == target.end()) {
                target.push_back(txn);
            }
        }
        of_name_.erase(&from);
    }
    if (const auto stock = stocks_.find(&from); stock != stocks_.end()) {
        Stock& target = stocks_[&into];
        target.quantity.value += stock->second.quantity.value;
        target.value += stock->second.value;
        stocks_.erase(&from);
    }
}

}  // namespace qbxml::simulator
