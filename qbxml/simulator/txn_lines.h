// The lines of a transaction: from what a request says of them to what the form shows and posts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/forms.h"
#include "qbxml/simulator/outcome.h"

namespace qbxml::simulator {

// One line as the form is told it.
struct LineRequest {
    Node fields;              // named as the line ("InvoiceLine"), references not yet looked up
    std::string id = {};      // of a line that stays, "" for a new one
    bool same_item = true;    // a line that stays keeps its account unless its item changes
    Record* order = nullptr;  // the order that the line fills, or null
    LineId order_line = {};
    std::optional<std::vector<LineRequest>> inner = {};  // of a group; nothing: as the item has it
};

// The transaction whose lines are made.
struct LinesOf {
    CompanyFile& books;
    const Form& form;
    const Node& header;    // its fields, references looked up
    const Record* before;  // as it was, null for a new one
    std::int64_t now;
};

struct MadeLines {
    std::vector<Node> lines;        // as the record shows them
    std::vector<Posting> postings;  // of the lines; the other side is the header's
    std::vector<Link> links;        // to orders and to what is deposited
    Cents sum;                      // of all that counts; subtotal lines do not
    Cents taxable;                  // of what is taxed at the rate of the form
    Cents tax;                      // of lines that are taxed each for itself
    std::vector<Node> head = {};    // fields of the head that follow from the lines
};

// The lines of an ...Add, those that LinkToTxnID brings first. `closed` becomes true when an order
// was closed already and nothing was taken from it (570).
std::optional<Outcome> read_added_lines(CompanyFile&, const Form&, const Node& add,
                                        std::vector<LineRequest>& lines, bool& closed);
// The lines of a ...Mod: those given are the lines from now on, in the order they had (3290); a
// table of lines that the request does not mention stays, one that it clears is empty.
std::optional<Outcome> read_changed_lines(CompanyFile&, const Form&, const Record& before,
                                          const Node& tree, const Node& mod,
                                          std::vector<LineRequest>& lines);

// A reason when the form refuses them.
std::optional<Outcome> make_lines(const LinesOf&, const std::vector<LineRequest>&, MadeLines&);

// The makers, by what the lines hold.
std::optional<Outcome> make_item_lines(const LinesOf&, const std::vector<LineRequest>&, MadeLines&);
std::optional<Outcome> make_deposit_lines(const LinesOf&, const std::vector<LineRequest>&,
                                          MadeLines&);
std::optional<Outcome> make_journal_lines(const LinesOf&, const std::vector<LineRequest>&,
                                          MadeLines&);
std::optional<Outcome> make_adjustment_lines(const LinesOf&, const std::vector<LineRequest>&,
                                             MadeLines&);

std::optional<Outcome> make_build(const LinesOf&, MadeLines&);

// Whose the posting to that account is: receivable accounts want a customer, payable ones a vendor
// (3180); other accounts take whoever is named first.
std::optional<Outcome> name_of_posting(const LinesOf&, const Record& account, Record* on_line,
                                       Record* on_form, Record*& name);
// The customer, vendor, ... that the form is for; null when it names none.
Record* name_on_form(const CompanyFile&, const Form&, const Node& header);
// The account a kept line was posted to; null when it was none.
Record* account_before(const LinesOf&, const std::string& line_id);
// QuickBooks' sentence for a form that cannot be saved (3180).
Outcome cannot_save(const Form&, std::string_view why);
Outcome cannot_change(const Form&, std::string_view why);  // 3170

// The record a resolved reference inside `node` points at; null when there is none.
Record* referred_in(const CompanyFile&, const Node& node, std::string_view ref_name);
Cents amount_in(const Node& node, std::string_view path);
std::optional<Fine> number_in(const Node& node, std::string_view name);

}  // namespace qbxml::simulator
