#include "qbxml/simulator/entries.h"

#include <algorithm>

#include "qbxml/simulator/forms.h"

namespace qbxml::simulator {

namespace {

// A link settles on the day of the later of its two ends.
std::string day_of(const Link& link)
{
    return std::max(link.from->txn_date(), link.to->txn_date());
}

std::vector<Link> settling(const CompanyFile& books, const Record& txn)
{
    std::vector<Link> links = books.ledger().links_from(txn);
    const auto incoming = books.ledger().links_to(txn);
    links.insert(links.end(), incoming.begin(), incoming.end());
    std::erase_if(links, [](const Link& link) { return link.kind != Link::Kind::amount; });
    std::stable_sort(links.begin(), links.end(),
                     [](const Link& a, const Link& b) { return day_of(a) < day_of(b); });
    return links;
}

__extension__ using Wide = __int128;

Cents share(Cents amount, Cents part, Cents whole)
{
    if (whole.value == 0) return {};
    const Wide product = static_cast<Wide>(amount.value) * part.value;
    return {static_cast<std::int64_t>(product / whole.value)};
}

// What is bought or sold on account counts when it is paid, in parts as it is paid in parts. The
// parts are differences of shares so far, so that they add up to the whole.
void enter_as_paid(const CompanyFile& books, const Record& txn, std::vector<Entry>& entries)
{
    const Cents owed = books.ledger().owed(txn);
    const Cents whole = owed.value < 0 ? -owed : owed;
    Cents before;
    for (const Link& link : settling(books, txn)) {
        const Cents after = before + link.amount;
        Cents others;
        const Posting* personal = nullptr;
        for (const Posting& posting : books.ledger().postings(txn)) {
            if (posting.personal) {
                personal = &posting;
                continue;
            }
            const Cents amount =
                share(posting.amount, after, whole) - share(posting.amount, before, whole);
            others += amount;
            entries.push_back({day_of(link), posting.account, amount});
        }
        if (personal != nullptr) entries.push_back({day_of(link), personal->account, -others});
        before = after;
    }
}

}  // namespace

std::vector<Entry> entries(const CompanyFile& books, bool cash_basis)
{
    std::vector<Entry> all;
    for (const Kind* kind : all_kinds()) {
        const Form* form = form_of(kind->noun);
        if (form == nullptr) continue;
        const bool on_account =
            form->lines == Form::Lines::sales || form->lines == Form::Lines::purchase;
        for (const auto& txn : books.records(*kind)) {
            if (cash_basis && on_account && books.ledger().owed(*txn).value != 0) {
                enter_as_paid(books, *txn, all);
                continue;
            }
            for (const Posting& posting : books.ledger().postings(*txn)) {
                if (posting.account == nullptr) continue;
                all.push_back({txn->txn_date(), posting.account, posting.amount});
            }
        }
    }
    return all;
}

std::vector<OpenDocument> open_documents(const CompanyFile& books, bool payable,
                                         const std::string& day)
{
    const std::string_view type = payable ? "AccountsPayable" : "AccountsReceivable";
    std::vector<OpenDocument> documents;
    for (const Kind* kind : all_kinds()) {
        if (kind->is_list()) continue;
        for (const auto& txn : books.records(*kind)) {
            if (txn->txn_date() > day) continue;
            OpenDocument document{.txn = txn.get()};
            Cents home;
            for (const Posting& posting : books.ledger().postings(*txn)) {
                if (!posting.personal || class_of(*posting.account, books).type != type) continue;
                document.name = posting.name;
                document.open += posting.in_account();
                home += posting.amount;
            }
            if (document.name == nullptr) continue;
            const Cents whole = document.open;
            for (const Link& link : settling(books, *txn)) {
                if (day_of(link) > day) continue;
                document.open = document.open.value < 0 ? document.open + link.amount
                                                        : document.open - link.amount;
            }
            if (document.open != whole || home != whole) {
                document.open = share(home, document.open, whole);
            }
            if (document.open.value != 0) documents.push_back(document);
        }
    }
    std::stable_sort(documents.begin(), documents.end(),
                     [](const OpenDocument& a, const OpenDocument& b) {
                         return a.txn->txn_date() < b.txn->txn_date();
                     });
    return documents;
}

}  // namespace qbxml::simulator
