// One company: its books, what the host was promised about them, and what was truly done to them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/quickbooks.h"
#include "qbxml/simulator/request_processor.h"
#include "server/base/ids.h"
#include "server/store/company.h"
#include "tests/scenario/story.h"
#include "tests/support/clock.h"

namespace scenario {

// What the host asked for and how often it came true.
struct Promise {
    enum class What { customer, invoice, phone, sync, read };
    What what = What::customer;
    std::string name;  // of the new customer, RefNumber of the new invoice, value of the phone
    std::string record = {};  // whose phone
    std::optional<server::base::JobId> job =
        {};               // nothing: the host does not know whether it is there
    int made = 0;         // how often QuickBooks did it
    bool part = false;    // of a set that may be done in part
    int asked = 1;        // how often that set asks for it
    bool undone = false;  // a restored backup took it back
};

class Office {
public:
    // `crowded`: with lists that are long enough to be read in ranges.
    Office(Story&, testing::ManualClock&, const std::string& slug, std::uint64_t seed,
           bool crowded);

    server::store::Company company;
    std::vector<Promise> promises;
    std::unique_ptr<qbxml::simulator::CompanyFile> books;
    bool restored = false;

    std::string path() const { return books->profile().path; }
    std::int64_t now() const;  // by the clock of the PC

    // A session of an application with QuickBooks; over when a backup is restored.
    std::unique_ptr<qbxml::simulator::RequestProcessor> open();
    int restores() const { return restores_; }
    // The same with a company file that is none of ours.
    std::unique_ptr<qbxml::simulator::RequestProcessor> open_stranger();

    // A message set of ours; what it does is counted.
    qbxml::simulator::SimulatedQuickBooks::Processed process(qbxml::simulator::RequestProcessor&,
                                                             std::string_view qbxml);
    // QuickBooks died before it kept the answer to what it has just done.
    void forget_answer(const std::string& message_set_id);
    void keep_no_answers(bool none) { options_.answers_cannot_be_kept = none; }

    // Somebody works in QuickBooks.
    void bookkeeper();
    // Somebody has records open, closes the books, changes the mode of the file; and nobody does.
    void disturb();
    void calm_down();
    // The PC's clock is set, up to three quarters of an hour wrong.
    void set_clock();
    void back_up();
    void restore();  // the backup, if there is one
    // Any customer, "" when there is none.
    std::string some_customer_id();
    std::string some_customer_name();

private:
    int count(const Promise&) const;
    void do_by_hand(const std::string& what, const std::string& requests);
    const qbxml::simulator::Record* some(const char* noun);
    void keep_customers(int edit);
    void keep_invoices(int edit);

    Story& story_;
    testing::ManualClock& clock_;
    qbxml::simulator::QuickBooksOptions options_;
    std::int64_t skew_ = 0;  // of the PC's clock, in seconds
    qbxml::simulator::QuickBooksOptions stranger_options_;
    std::unique_ptr<qbxml::simulator::CompanyFile> stranger_;
    int openings_ = 0;
    int restores_ = 0;
    int edits_ = 0;
    std::string backup_;  // path, "" = none
    std::vector<int> made_at_backup_ = {};
};

}  // namespace scenario
