// The mapping table as the program holds it: built from mapping.tsv by mapping_compiler.
//
// Only for the sources of this room; what others need of it is in types.h.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "qbxml/version.h"
#include "qbxml/xml.h"

namespace qbxml::canonical {

// How a field is read from its element and written to one. rules.h says what each does.
enum class Rule : std::uint8_t {
    group,  // an object that only holds other fields
    record_id,
    datetime,
    now,
    always_false,
    always_null,
    source_type,
    text,
    whole,
    raw_link,
    custom_fields,
    supplemental,
    full_name,
    ref,
    whole_or_zero,
    active_status,
    account_class,
    account_category,
    word,
    is_bank,
    currency,
    money,
    object_if_any,
    flag_or_false,
    date,
    present,
    contact_name,
    phones,
    web_links,
    other_contact_fields,
    addresses,
    contacts,
    prefixed_ref,
    ref_list,
    job_status,
    notes,
    element_kind,
    item_type,
    is_invoice_item,
    is_bill_item,
    price,
    percent,
    quantity,
    list,
    flag,
    tax_rate_value,
    tax_components,
    tracking_ref,
    payment_method_type,
    rate,
    web_site,
    month_number,
    home_currency,
    text_list,
    custom_field_type,
    paid_on_date,
    invoice_status,
    currency_rate,
    sales_sub_total,
    money_or_zero,
    total_discount,
    invoice_total,
    turned_money,
    address,
    lines_sales,
    line_number,
    line_type,
    is_summary,
    parent_line,
    line_sub_total,
    line_total,
    allocations,
    record_ref,
    unsigned_money,
    link_refs,
    linked_transactions,
    link_type,
    receipt_status,
    total_or_sum,
    credit_status,
    posted_status,
    estimate_status,
    flag_or_true,
    sales_order_status,
    purchase_order_status,
    purchase_sub_total,
    purchase_tax,
    entity_ref,
    lines_purchase,
    bill_status,
    bill_open,
    vendor_credit_status,
    vendor_credit_open,
    direct_cost_status,
    signed_money,
    signed_money_or_zero,
    signed_quantity,
    deposit_record_ref,
    journal_status,
    lines_journal,
    journal_amount,
    adjustment_status,
    sum_value_difference,
    duration,
    duration_minutes,
    context_currency,
    report_columns,
    period_to,
    bs_assets,
    bs_liabilities,
    bs_equity,
    bs_net_assets,
    bs_net_income,
    period_from,
    pl_income,
    pl_cost_of_sales,
    pl_gross_profit,
    pl_expenses,
    pl_net_operating_profit,
    pl_other_income,
    pl_other_expenses,
    pl_net_other_income,
    pl_net_profit,
    aged_rows,
    aged_name,
    aged_buckets,
    aged_total,
    aged_totals,
    aged_grand_total
};

inline constexpr auto rule_names = std::to_array<std::string_view>({
    "group",
    "record_id",
    "datetime",
    "now",
    "always_false",
    "always_null",
    "source_type",
    "text",
    "whole",
    "raw_link",
    "custom_fields",
    "supplemental",
    "full_name",
    "ref",
    "whole_or_zero",
    "active_status",
    "account_class",
    "account_category",
    "word",
    "is_bank",
    "currency",
    "money",
    "object_if_any",
    "flag_or_false",
    "date",
    "present",
    "contact_name",
    "phones",
    "web_links",
    "other_contact_fields",
    "addresses",
    "contacts",
    "prefixed_ref",
    "ref_list",
    "job_status",
    "notes",
    "element_kind",
    "item_type",
    "is_invoice_item",
    "is_bill_item",
    "price",
    "percent",
    "quantity",
    "list",
    "flag",
    "tax_rate_value",
    "tax_components",
    "tracking_ref",
    "payment_method_type",
    "rate",
    "web_site",
    "month_number",
    "home_currency",
    "text_list",
    "custom_field_type",
    "paid_on_date",
    "invoice_status",
    "currency_rate",
    "sales_sub_total",
    "money_or_zero",
    "total_discount",
    "invoice_total",
    "turned_money",
    "address",
    "lines_sales",
    "line_number",
    "line_type",
    "is_summary",
    "parent_line",
    "line_sub_total",
    "line_total",
    "allocations",
    "record_ref",
    "unsigned_money",
    "link_refs",
    "linked_transactions",
    "link_type",
    "receipt_status",
    "total_or_sum",
    "credit_status",
    "posted_status",
    "estimate_status",
    "flag_or_true",
    "sales_order_status",
    "purchase_order_status",
    "purchase_sub_total",
    "purchase_tax",
    "entity_ref",
    "lines_purchase",
    "bill_status",
    "bill_open",
    "vendor_credit_status",
    "vendor_credit_open",
    "direct_cost_status",
    "signed_money",
    "signed_money_or_zero",
    "signed_quantity",
    "deposit_record_ref",
    "journal_status",
    "lines_journal",
    "journal_amount",
    "adjustment_status",
    "sum_value_difference",
    "duration",
    "duration_minutes",
    "context_currency",
    "report_columns",
    "period_to",
    "bs_assets",
    "bs_liabilities",
    "bs_equity",
    "bs_net_assets",
    "bs_net_income",
    "period_from",
    "pl_income",
    "pl_cost_of_sales",
    "pl_gross_profit",
    "pl_expenses",
    "pl_net_operating_profit",
    "pl_other_income",
    "pl_other_expenses",
    "pl_net_other_income",
    "pl_net_profit",
    "aged_rows",
    "aged_name",
    "aged_buckets",
    "aged_total",
    "aged_totals",
    "aged_grand_total",
});
static_assert(rule_names.size() == std::size_t(Rule::aged_grand_total) + 1);

enum class Kind : std::uint8_t {
    text,
    flag,
    whole,
    money,
    price,
    quantity,
    percent,
    rate,
    date,
    datetime,
    word,
    object,
    ref,
    entity_ref,
    record_ref,
    address,
    phone,
    web_link,
    contact,
    custom_field,
    linked_transaction,
    allocation,
    applied_transaction,
    sales_line,
    purchase_line,
    journal_line,
    deposit_line,
    report_line
};

inline constexpr auto kind_names = std::to_array<std::string_view>({
    "text",
    "boolean",
    "integer",
    "money",
    "price",
    "quantity",
    "percent",
    "rate",
    "date",
    "datetime",
    "enum",
    "object",
    "ref",
    "entityRef",
    "recordRef",
    "address",
    "phone",
    "webLink",
    "contact",
    "customField",
    "linkedTransaction",
    "allocation",
    "appliedTransaction",
    "salesLine",
    "purchaseLine",
    "journalLine",
    "depositLine",
    "reportLine",
});
static_assert(kind_names.size() == std::size_t(Kind::report_line) + 1);

enum class Access : std::uint8_t { read, write, both };

// One place a value can come from: a path below the record, or below a line of it.
struct Source {
    std::string_view only;     // Ret elements it holds for, separated by commas; "" for all
    std::string_view element;  // name of the line it holds for; "" for all
    std::string_view first;    // first step of the path; "" for the element itself
    std::string_view rest;     // further steps, "" for none
    std::uint8_t hash = 0;     // of `first`

    constexpr Source(std::string_view for_records, std::string_view for_lines,
                     std::string_view first_step, std::string_view further)
        : only(for_records),
          element(for_lines),
          first(first_step),
          rest(further),
          hash(name_hash(first_step))
    {
    }
};

struct Field {
    std::string_view name;  // its own name
    std::string_view path;  // with those of the objects around it, [] behind arrays
    std::string_view key;   // the name as JSON, colon included
    Kind kind = Kind::text;
    bool array = false;
    bool nullable = false;
    bool required = false;  // on create
    Access access = Access::read;
    Rule rule = Rule::text;
    std::string_view argument;  // of the rule
    int length_max = 0;         // characters, 0 = not limited here
    Version since{1, 0};
    std::string_view editions;  // "AU,CA", "" for all
    std::string_view words;     // values of an enum, separated by '|'
    std::string_view writes;    // element paths from the Add or Mod element, separated by '|'
    std::span<const Source> sources;
    std::span<const Field> members;

    bool readable() const { return access != Access::write; }
    bool writable() const { return access != Access::read; }
};

struct Type {
    std::string_view name;
    std::string_view elements;    // Ret elements, separated by commas
    std::string_view adds, mods;  // Add and Mod elements, in the order of `elements`
    std::string_view erase;       // ListDel, TxnDel or ""
    std::string_view make_void;   // TxnVoid or ""
    std::span<const Field> fields;
};

std::span<const Type> mapped_types();
const Type* find_type(std::string_view name);
// The type a Ret element becomes, null when it is not carried. ReportRet belongs to none alone.
const Type* type_of_element(std::string_view ret);

// Walks a text of parts separated by `separator`; true when `part` is one of them.
constexpr bool lists(std::string_view parts, std::string_view part, char separator)
{
    while (true) {
        const auto end = parts.find(separator);
        if (parts.substr(0, end) == part) return true;
        if (end == std::string_view::npos) return false;
        parts.remove_prefix(end + 1);
    }
}

}  // namespace qbxml::canonical
