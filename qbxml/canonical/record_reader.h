// One Ret element -> one canonical record, driven by the mapping table.
//
// The rules are spread over read_fields (values and lists), read_people (addresses, phones,
// contacts), read_documents (totals, statuses, lines, links) and read_reports.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "qbxml/canonical/decimal.h"
#include "qbxml/canonical/read.h"
#include "qbxml/canonical/report.h"
#include "qbxml/canonical/table.h"
#include "qbxml/canonical/values.h"
#include "qbxml/xml.h"

namespace qbxml::canonical {

// The children of one element, found by name without walking them each time.
class Children {
public:
    Children() = default;
    explicit Children(Element parent) { read(parent); }
    void read(Element parent);
    Element first(std::string_view name, std::uint8_t hash) const
    {
        for (auto at = heads_[hash]; at != none; at = entries_[at].next)
            if (entries_[at].name == name) return entries_[at].element;
        return {};
    }
    Element first(std::string_view name) const { return first(name, name_hash(name)); }

private:
    static constexpr std::uint16_t none = 0xFFFF;
    struct Entry {
        std::string_view name;
        Element element;
        std::uint16_t next = none;
    };
    std::array<std::uint16_t, 64> heads_{};
    std::vector<Entry> entries_;
};

enum class LineType { item, expense, group, subtotal, discount, payment, tax, description };
std::string_view to_text(LineType);

// A line of the flattened list of a document.
struct Line {
    Element element;
    std::string_view name;
    std::string_view group_id;  // TxnLineID of the group it stands in
    bool in_group = false;
    LineType type = LineType::item;
};

// Where the fields of an object are read: the record, or one line of it.
struct Scope {
    Element element;
    std::string_view name;
    const Children* children = nullptr;
    const Line* line = nullptr;
    int number = 0;  // of the entry in its list, from 1
    bool in_list = false;
};

// The element a field is read from, with its own text.
struct Found {
    Element element;
    std::string_view text;
};

class RecordReader {
public:
    // What one record after the other can share. `zone` may be null.
    struct Desk {
        const Context& context;
        const Zone* zone = nullptr;
        std::string json = {};           // room for the JSON of one record
        std::vector<Issue> issues = {};  // of all records read so far
    };
    RecordReader(Desk& desk, const Type& type, Element ret);

    // "" when the element has none, which makes it no record.
    const std::string& id() const { return id_; }
    Record read();

private:
    // Each writes one JSON value and says whether it holds anything: not null, no empty array.
    bool write_object(std::span<const Field> fields, const Scope& scope);
    bool write_members(std::span<const Field> fields, const Scope& scope);
    bool write_value(const Field& field, const Scope& scope);
    bool write_scalar(const Field& field, const Scope& scope);
    bool write_money_rule(const Field& field, std::string_view value);
    bool write_header(const Field& field);
    bool write_kind_rule(const Field& field, const Scope& scope, const Found& found);
    bool write_kind_text(const Field& field, const Scope& scope, const Found& found);
    bool write_person_rule(const Field& field, const Scope& scope);
    bool write_link_rule(const Field& field, const Scope& scope);
    bool write_line_rule(const Field& field, const Scope& scope);
    bool write_status_rule(const Field& field, const Scope& scope);
    bool write_total_rule(const Field& field, const Scope& scope);

    bool null();
    bool flag(bool value);
    bool whole(std::string_view digits);
    bool text(std::string_view value);   // null when empty
    bool plain(std::string_view value);  // needs no escaping, null when empty
    bool invalid(const Field& field, std::string_view value);
    bool amount(const Field& field, std::optional<Amount> value);
    void issue(std::string_view code, std::string_view field, std::string_view value);
    void key(std::string_view name);  // with a comma before it where one is needed

    // read_fields
    Found find(const Field& field, const Scope& scope) const;
    Element find_any(const Field& field, const Scope& scope) const;
    Element at(const Source& source, const Scope& scope) const;
    bool applies(const Source& source, const Scope& scope) const;
    std::string_view child_text(std::string_view name) const { return root_.first(name).text(); }
    bool write_date(std::string_view path, std::string_view text);
    bool write_datetime(const Field& field, std::string_view text);
    bool write_ref(Element element, std::string_view prefix);
    bool write_ref_list(const Field& field, const Scope& scope);
    bool write_list(const Field& field, const Scope& scope);
    bool write_custom_fields(const Field& field, const Scope& scope);
    bool write_supplemental();
    bool write_text_list(const Field& field, const Scope& scope);
    bool write_tax_components();
    bool write_tax_rate(const Field& field);
    std::string_view list_prefix() const;
    std::optional<std::string_view> currency_of(Element ref);
    bool write_currency(const Field& field, Element ref);
    bool write_currency_rate(const Field& field, std::string_view value);
    bool is_item_kind(std::string_view kinds) const;

    // read_people
    bool write_address(Element parts, Element block, std::string_view type, bool ship_to);
    bool write_addresses(std::string_view whose);
    bool write_phones(const Children& person, Element element);
    bool write_web_links(Element element);
    bool write_other_contact_fields(Element element);
    bool write_contacts();
    bool write_contact(Element contact, std::string_view role);
    bool write_notes(const Field& field);

    // read_documents
    std::optional<Amount> sum_part(Element element);
    std::optional<Amount> sum_part(std::string_view name) { return sum_part(root_.first(name)); }
    bool root_flag(std::string_view name) const;
    Amount invoice_total();
    Amount total_or_sum();
    std::optional<Amount> sales_sub_total();
    Amount total_discount();
    std::optional<Amount> purchase_tax(std::string_view total);
    Amount bill_open();
    Amount vendor_credit_open();
    Amount allocated();
    Amount value_difference();
    bool is_void(Amount total) const;
    std::string_view status(const Field& field);
    std::string_view journal_status();
    std::string_view adjustment_status();
    bool any_line_above_zero(std::string_view name);
    bool counts_as_allocation(Element link) const;
    bool write_links(const Field& field, const Scope& scope);
    bool write_link_refs(const Field& field);
    bool write_record_ref(Element element);
    bool write_paid_on();
    const std::vector<Line>& lines();
    void read_lines();
    void set_line_types();
    std::optional<Amount> line_amount(const Line& line);
    std::optional<Amount> line_sub_total(const Line& line);
    std::optional<Amount> line_total(const Line& line);
    bool write_lines(const Field& field);
    void check_sums();

    // read_reports
    bool write_report(const Field& field, const Scope& scope);
    bool write_report_columns(const Field& field);
    bool write_report_line(const ReportGroup* group, std::size_t column);
    bool write_aged_rows(const Field& field);
    bool write_aged_buckets(const ReportRow* row);
    bool write_section_rule(const Field& field, std::size_t column);
    const Report& report();

    const Context& context_;
    const Zone* zone_;
    const Type& type_;
    Element ret_;
    std::string_view ret_name_;
    Children root_;
    std::vector<Issue>& issues_;
    std::string id_;
    std::string& out_;
    bool turned_ = false;  // a CreditCardCreditRet: amounts change their sign
    bool tax_included_ = false;
    bool currency_reported_ = false;
    std::string bad_;     // text of a sum's part that is no amount
    std::string status_;  // once the status has been written
    std::optional<Report> report_;
    std::vector<Line> lines_;
    bool lines_read_ = false;
};

}  // namespace qbxml::canonical
