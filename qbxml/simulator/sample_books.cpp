#include "qbxml/simulator/sample_books.h"

#include <fmt/format.h>

#include <deque>
#include <stdexcept>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/customers.h"
#include "qbxml/simulator/data_ext.h"
#include "qbxml/simulator/memorized_txn.h"
#include "qbxml/simulator/sample_dice.h"
#include "qbxml/simulator/sample_refs.h"
#include "qbxml/simulator/sample_trade.h"
#include "qbxml/simulator/sample_words.h"
#include "qbxml/simulator/text.h"
#include "qbxml/simulator/txns.h"

namespace qbxml::simulator {

namespace {

constexpr std::int64_t hour = 3600;
constexpr std::int64_t day = 24 * hour;
constexpr std::int64_t years_of_business = 3 * 365 * day;
// From so many invoices on, most are entered anew from one that was before: so many are kept for
// that, and one in so many is made from nothing.
constexpr int repeated_from = 10'000;
constexpr std::size_t memorized_most = 500;
constexpr int fresh_every = 20;

// What was made must have been accepted: the sample is ours.
const Record& accepted(const Outcome& outcome)
{
    if (outcome.code != 0 || outcome.record == nullptr) {
        throw std::logic_error("the sample books were refused: " + outcome.message);
    }
    return *outcome.record;
}

class SampleMaker {
public:
    SampleMaker(CompanyFile& books, const BooksWish& wish)
        : books_(books), wish_(wish), dice_(wish.seed), trade_(books, dice_), now_(sample_start)
    {
    }

    void make()
    {
        make_sample_lists(books_, now_);
        BookSettings settings = books_.settings();
        settings.custom_fields = sample_custom_fields();
        books_.change_settings(std::move(settings));
        now_ += day;
        for (int i = 0; i < wish_.customers; ++i)
            make_customer();
        now_ += day;
        if (wish_.customers == 0) return;
        trade_.begin(now_);
        const std::int64_t step = years_of_business / std::max(wish_.invoices, 1);
        const std::int64_t begun = now_;
        for (int i = 0; i < wish_.invoices; ++i) {
            now_ =
                begun + i * step + dice_.below(static_cast<int>(std::max<std::int64_t>(step, 1)));
            if (i < repeated_from || i % fresh_every == 0) {
                make_invoice();
            } else {
                repeat_invoice();
            }
            trade_.carry_on(i, now_, customers_);
            if (open_.size() > 12) settle_one();
        }
    }

private:
    struct Name {
        std::string first, last, full;
        bool firm = false;
    };

    Name fresh_name()
    {
        Name name{.first = std::string(dice_.one_of(words::first_names)),
                  .last = std::string(dice_.one_of(words::last_names)),
                  .full = {}};
        name.firm = dice_.percent(25);
        name.full = name.firm ? name.last + " " + std::string(dice_.one_of(words::firms))
                              : name.last + ", " + name.first;
        const std::string base = name.full;
        const Kind& kind = *kind_of("Customer");
        for (int n = 2; books_.name_holder(kind, name.full) != nullptr; ++n) {
            name.full = fmt::format("{} {}", base, n);
        }
        return name;
    }

    Node address(const std::string& addressee, const words::Town& town, std::string_view element)
    {
        Node node{.name = std::string(element)};
        node.add("Addr1", addressee);
        node.add("Addr2",
                 fmt::format("{} {}", dice_.between(1, 980), dice_.one_of(words::streets)));
        if (dice_.percent(10)) node.add("Addr3", fmt::format("Apt. {}", dice_.between(1, 40)));
        node.add("City", std::string(town.name));
        node.add("State", std::string(town.state));
        node.add("PostalCode", std::string(town.code));
        return node;
    }

    void make_customer()
    {
        now_ += dice_.between(20, 900);
        const bool job = !parents_.empty() && dice_.percent(25);
        Node add = job ? job_add() : customer_add();
        if (dice_.percent(20)) add.add("Notes", std::string(dice_.one_of(words::notes)));
        const Record& made = accepted(add_customer(books_, add, now_));
        customers_.push_back(made.id());
        if (!job || dice_.percent(10)) parents_.push_back(made.id());
        if (dice_.percent(30)) add_custom_fields(made.id());
    }

    Node customer_add()
    {
        const Name name = fresh_name();
        const words::Town& town = dice_.one_of(words::towns);
        Node add{.name = "CustomerAdd"};
        add.add("Name", name.full);
        add.add("IsActive", dice_.percent(4) ? "false" : "true");
        if (name.firm) add.add("CompanyName", name.full);
        add.add("FirstName", name.first);
        add.add("LastName", name.last);
        const std::string addressee = name.firm ? name.full : name.first + " " + name.last;
        Node bill = address(addressee, town, "BillAddress");
        if (dice_.percent(60)) {
            Node ship = bill;
            ship.name = "ShipAddress";
            add.add(std::move(ship));
        }
        add.add(std::move(bill));
        add.add("Phone", fmt::format("802-555-{:04}", dice_.between(100, 199)));
        if (dice_.percent(30)) {
            add.add("AltPhone", fmt::format("802-555-{:04}", dice_.between(100, 199)));
        }
        if (dice_.percent(70)) {
            add.add("Email", fmt::format("customer{}@example.com", customers_.size() + 1));
        }
        add.add("Contact", name.first + " " + name.last);
        add.add(named("CustomerTypeRef", name.firm ? "Commercial" : "Residential"));
        add.add(named("TermsRef", dice_.one_of(terms_)));
        if (dice_.percent(50)) add.add(named("SalesRepRef", "MK"));
        add.add(named("SalesTaxCodeRef", town.in_state ? "Tax" : "Non"));
        add.add(named("ItemSalesTaxRef", !town.in_state              ? "Out of state"
                                         : town.name == "Burlington" ? "Burlington"
                                                                     : "Vermont"));
        if (dice_.percent(20)) add.add("AccountNumber", fmt::format("C-{:05}", dice_.below(99999)));
        if (dice_.percent(15)) add.add("CreditLimit", fmt::format("{}000", dice_.between(2, 40)));
        return add;
    }

    Node job_add()
    {
        const std::string parent_id = dice_.one_of(parents_);
        const Kind& kind = *kind_of("Customer");
        const Record& parent = *books_.find(kind, parent_id);
        std::string name(dice_.one_of(words::jobs));
        const std::string base = name;
        for (int n = 2; books_.name_holder(kind, parent.full_name() + ":" + name) != nullptr; ++n) {
            name = fmt::format("{} {}", base, n);
        }
        Node add{.name = "CustomerAdd"};
        add.add("Name", name);
        add.add(by_id("ParentRef", parent_id));
        for (const std::string_view field : {"BillAddress", "ShipAddress"}) {
            const Node tree = parent.tree();
            if (const Node* address = tree.child(field)) add.add(*address);
        }
        for (const std::string_view ref : {"TermsRef", "SalesTaxCodeRef", "ItemSalesTaxRef"}) {
            add.add(by_id(ref, parent.field(ref, "ListID", books_.names())));
        }
        constexpr std::string_view states[] = {"Awarded", "InProgress", "Closed", "Pending"};
        add.add("JobStatus", std::string(dice_.one_of(states)));
        add.add("JobStartDate", date_of_day(static_cast<int>(now_ / day)));
        add.add("JobDesc", base + " for " + parent.full_name().substr(0, 60));
        add.add(named("JobTypeRef", dice_.percent(50) ? "House" : "Interior"));
        return add;
    }

    // Public custom fields; they are no part of a CustomerAdd.
    void add_custom_fields(const std::string& id)
    {
        Record& record = *books_.find(*kind_of("Customer"), id);
        Node tree = record.tree();
        const auto add = [&](std::string_view name, std::string value) {
            Node field{.name = "DataExtRet"};
            field.add("OwnerID", "0");
            field.add("DataExtName", std::string(name));
            field.add("DataExtType", "STR255TYPE");
            field.add("DataExtValue", std::move(value));
            tree.add(std::move(field));
        };
        add("Gate code", fmt::format("{:04}", dice_.below(10000)));
        if (dice_.percent(40)) add("Referred by", std::string(dice_.one_of(words::last_names)));
        books_.show_name(record, std::move(tree));
    }

    static Node custom_field(std::string_view name, std::string_view value)
    {
        Node field{.name = "DataExt"};
        field.add("OwnerID", "0");
        field.add("DataExtName", std::string(name));
        field.add("DataExtValue", std::string(value));
        return field;
    }

    void add_sold_line(Node& invoice)
    {
        Node line{.name = "InvoiceLineAdd"};
        const std::string_view item = dice_.one_of(items_);
        line.add(named("ItemRef", item));
        if (item == "Fixings") {
            line.add("Quantity", fmt::format("{}", dice_.between(40, 900)));
        } else if (dice_.percent(25)) {
            line.add("Quantity",
                     fmt::format("{}.{}", dice_.between(1, 24), dice_.percent(50) ? 5 : 25));
        } else {
            line.add("Quantity", fmt::format("{}", dice_.between(1, 30)));
        }
        if (dice_.percent(15)) {
            line.add("Rate", fmt::format("{}.{:02}", dice_.between(5, 400), dice_.below(100)));
        }
        if (dice_.percent(25)) line.add(named("ClassRef", dice_.one_of(classes_)));
        if (dice_.percent(3)) line.add(custom_field("Colour", dice_.one_of(colours_)));
        if (dice_.percent(20)) line.add("ServiceDate", date_of_day(static_cast<int>(now_ / day)));
        invoice.add(std::move(line));
    }

    void add_lines(Node& invoice)
    {
        const int count = dice_.between(1, 7);
        for (int i = 0; i < count; ++i) {
            if (dice_.percent(6)) {
                Node group{.name = "InvoiceLineGroupAdd"};
                group.add(named("ItemGroupRef", "Door set"));
                group.add("Quantity", fmt::format("{}", dice_.between(1, 4)));
                invoice.add(std::move(group));
            } else {
                add_sold_line(invoice);
            }
        }
        if (dice_.percent(12)) {
            for (const std::string_view item : {"Subtotal", "Trade discount"}) {
                Node line{.name = "InvoiceLineAdd"};
                line.add(named("ItemRef", item));
                invoice.add(std::move(line));
            }
        } else if (dice_.percent(5)) {
            Node line{.name = "InvoiceLineAdd"};
            line.add("Desc", "Prices as of our letter; the work was done in dry weather.");
            invoice.add(std::move(line));
        }
    }

    void make_invoice()
    {
        Node add{.name = "InvoiceAdd"};
        const auto order = trade_.take_order();
        add.add(by_id("CustomerRef", order ? order->customer : dice_.one_of(customers_)));
        if (order) add.add("LinkToTxnID", order->txn_id);
        if (dice_.percent(40)) add.add(named("ClassRef", dice_.one_of(classes_)));
        add.add("TxnDate", date_text(now_, books_.profile().zone));
        const bool pending = dice_.percent(2);
        if (pending) add.add("IsPending", "true");
        if (dice_.percent(15)) add.add("PONumber", fmt::format("PO-{}", dice_.between(1000, 9999)));
        if (dice_.percent(30)) add.add("Memo", std::string(dice_.one_of(words::memos)));
        if (dice_.percent(50)) {
            add.add(named("CustomerMsgRef", "Thank you for building with us."));
        }
        add.add("IsToBePrinted", dice_.percent(20) ? "true" : "false");
        add_lines(add);
        const Record& invoice = accepted(add_txn(books_, *form_of("Invoice"), add, now_));
        if (pending) return;
        open_.push_back(invoice.id());
        if (wish_.invoices <= repeated_from || order) return;
        if (memorized_.size() == memorized_most) memorized_.pop_front();
        memorized_.emplace_back(books_, invoice);
    }

    void repeat_invoice()
    {
        const auto which =
            static_cast<std::size_t>(dice_.below(static_cast<int>(memorized_.size())));
        const Record& invoice = memorized_[which].enter(books_, now_);
        if (dice_.percent(10)) open_.push_back(invoice.id());
    }

    // Something happens to an invoice made some time ago: most are paid, a few are voided.
    void settle_one()
    {
        const std::size_t which = static_cast<std::size_t>(dice_.below(6));
        const std::string id = open_[which];
        open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(which));
        if (dice_.percent(25)) return;  // stays open
        Record& invoice = *books_.find(*kind_of("Invoice"), id);
        const auto open = Cents::parse(invoice.field("BalanceRemaining", books_.names()));
        if (!open || open->value <= 0) return;
        now_ += dice_.between(1, 40);
        if (dice_.percent(2)) {
            accepted(void_txn(books_, invoice, now_));
            return;
        }
        const Cents paid =
            dice_.percent(85) ? *open : Cents{std::max<std::int64_t>(open->value / 3, 1)};
        Node add{.name = "ReceivePaymentAdd"};
        add.add(by_id("CustomerRef", invoice.entity_id()));
        add.add("TxnDate", date_text(now_, books_.profile().zone));
        if (dice_.percent(70)) add.add("RefNumber", fmt::format("{}", dice_.between(100, 9999)));
        add.add("TotalAmount", paid.text());
        add.add(named("PaymentMethodRef", dice_.percent(70) ? "Check" : "Visa"));
        Node applied{.name = "AppliedToTxnAdd"};
        applied.add("TxnID", id);
        applied.add("PaymentAmount", paid.text());
        add.add(std::move(applied));
        trade_.received(accepted(add_txn(books_, *form_of("ReceivePayment"), add, now_)).id());
    }

    static constexpr std::string_view colours_[] = {"White", "Oak", "Slate grey"};
    static constexpr std::string_view terms_[] = {"Net 30", "Net 30", "Net 15", "Due on receipt",
                                                  "2% 10 Net 30"};
    static constexpr std::string_view classes_[] = {"New Construction", "Remodel:Kitchen",
                                                    "Remodel:Bath", "Repair"};
    static constexpr std::string_view items_[] = {"Design",
                                                  "Framing",
                                                  "Electrical",
                                                  "Plumbing",
                                                  "Painting",
                                                  "Fitting",
                                                  "Demolition",
                                                  "Painting:Exterior",
                                                  "Supervision",
                                                  "Permit",
                                                  "Skip hire",
                                                  "Fixings",
                                                  "Insulation",
                                                  "Door:Interior",
                                                  "Lumber:Larch plank",
                                                  "Lumber:Pine board",
                                                  "Lumber:Spruce stud",
                                                  "Door:Exterior",
                                                  "Window",
                                                  "Hinge"};

    CompanyFile& books_;
    const BooksWish& wish_;
    Dice dice_;
    SampleTrade trade_;
    std::int64_t now_;
    std::vector<std::string> customers_, parents_;
    std::vector<std::string> open_;  // invoices to be settled yet
    std::deque<MemorizedTxn> memorized_;
};

}  // namespace

std::unique_ptr<CompanyFile> make_sample_books(const BooksWish& wish)
{
    auto books = std::make_unique<CompanyFile>(CompanyProfile{.name = wish.company_name,
                                                              .path = wish.company_path,
                                                              .country = wish.country,
                                                              .seed = wish.seed});
    SampleMaker(*books, wish).make();
    return books;
}

}  // namespace qbxml::simulator
