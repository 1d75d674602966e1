#include "qbxml/canonical/types.h"

#include <algorithm>
#include <array>

#include "qbxml/canonical/table.h"
#include "qbxml/canonical/values.h"
#include "qbxml/grammar/grammar.h"

namespace qbxml::canonical {
namespace {

enum Flags : unsigned {
    paged = 1,
    delta = 2,
    active = 4,
    owner = 8,
    lines = 16,
    links = 32,
    list_flags = delta | active | owner,
    plain_list = delta | active,
    document = paged | delta | lines | owner,
};

constexpr Query query(int step, std::string_view data_type, std::string_view message,
                      unsigned flags, Version since = {1, 0})
{
    return {message,
            data_type,
            step,
            (flags & paged) != 0,
            (flags & delta) != 0,
            (flags & active) != 0,
            (flags & owner) != 0,
            (flags & lines) != 0,
            (flags & links) != 0,
            since};
}

// Look-ups first: what a transaction points at is known when it is read. Deletions come last.
constexpr auto all_queries = std::to_array<Query>({
    query(1, "hostInfo", "HostQueryRq", 0),
    query(1, "companyInfo", "CompanyQueryRq", owner),
    query(1, "companyPreferences", "PreferencesQueryRq", 0, {1, 1}),
    query(1, "currencies", "CurrencyQueryRq", plain_list, {8, 0}),
    query(1, "customFieldDefinitions", "DataExtDefQueryRq", owner, {2, 0}),
    query(2, "accounts", "AccountQueryRq", list_flags),
    query(2, "paymentMethods", "PaymentMethodQueryRq", plain_list),
    query(2, "paymentTerms", "TermsQueryRq", plain_list),
    query(2, "taxCodes", "SalesTaxCodeQueryRq", plain_list),
    query(2, "trackingCategories", "ClassQueryRq", plain_list),
    query(2, "trackingCategories", "CustomerTypeQueryRq", plain_list),
    query(2, "trackingCategories", "VendorTypeQueryRq", plain_list),
    query(2, "trackingCategories", "JobTypeQueryRq", plain_list),
    query(3, "suppliers", "VendorQueryRq", paged | list_flags),
    query(3, "customers", "CustomerQueryRq", paged | list_flags),
    query(3, "employees", "EmployeeQueryRq", list_flags),
    query(3, "otherNames", "OtherNameQueryRq", list_flags),
    query(3, "items", "ItemQueryRq", paged | list_flags),
    query(4, "estimates", "EstimateQueryRq", document | links),
    query(4, "salesOrders", "SalesOrderQueryRq", document | links, {2, 1}),
    query(4, "invoices", "InvoiceQueryRq", document | links),
    query(4, "directIncomes", "SalesReceiptQueryRq", document),
    query(4, "creditNotes", "CreditMemoQueryRq", document | links),
    query(4, "payments", "ReceivePaymentQueryRq", document, {1, 1}),
    query(4, "refunds", "ARRefundCreditCardQueryRq", document, {5, 0}),
    query(4, "purchaseOrders", "PurchaseOrderQueryRq", document | links),
    query(4, "itemReceipts", "ItemReceiptQueryRq", document | links, {3, 0}),
    query(4, "bills", "BillQueryRq", document | links),
    query(4, "billCreditNotes", "VendorCreditQueryRq", document | links),
    query(4, "billPayments", "BillPaymentCheckQueryRq", document, {2, 0}),
    query(4, "billPayments", "BillPaymentCreditCardQueryRq", document, {2, 0}),
    query(4, "directCosts", "CheckQueryRq", document | links),
    query(4, "directCosts", "CreditCardChargeQueryRq", document),
    query(4, "directCosts", "CreditCardCreditQueryRq", document),
    query(4, "transfers", "TransferQueryRq", paged | delta, {12, 0}),
    query(4, "deposits", "DepositQueryRq", document, {2, 0}),
    query(4, "journalEntries", "JournalEntryQueryRq", document),
    query(4, "inventoryAdjustments", "InventoryAdjustmentQueryRq", document, {2, 0}),
    query(4, "timeEntries", "TimeTrackingQueryRq", paged | delta),
    query(5, "accountTransactions", "TransactionQueryRq", paged | delta, {4, 0}),
    query(5, "balanceSheet", "GeneralSummaryReportQueryRq", 0, {2, 0}),
    query(5, "profitAndLoss", "GeneralSummaryReportQueryRq", 0, {2, 0}),
    query(5, "agedDebtors", "AgingReportQueryRq", 0, {2, 0}),
    query(5, "agedCreditors", "AgingReportQueryRq", 0, {2, 0}),
    query(6, "deletions", "ListDeletedQueryRq", 0, {2, 0}),
    query(6, "deletions", "TxnDeletedQueryRq", 0, {2, 0}),
});

bool is_list(const Query& asked)
{
    return asked.step < 4;
}

// <FromName>a</FromName><ToName>b</ToName>
void add_range(Node& parent, std::string_view what, std::string_view from, std::string_view to)
{
    if (!from.empty()) parent.add("From" + std::string(what), std::string(from));
    if (!to.empty()) parent.add("To" + std::string(what), std::string(to));
}

void add_report(Node& request, const Query& asked, const QueryWish& wish)
{
    if (!wish.period_from.empty() || !wish.period_to.empty()) {
        Node& period = request.add(Node{.name = "ReportPeriod"});
        if (!wish.period_from.empty()) period.add("FromReportDate", std::string(wish.period_from));
        if (!wish.period_to.empty()) period.add("ToReportDate", std::string(wish.period_to));
    }
    const bool aging = asked.message == "AgingReportQueryRq";
    if (aging) {
        request.add("AgingReportType",
                    asked.data_type == "agedDebtors" ? "ARAgingSummary" : "APAgingSummary");
        request.add("ReportAgingAsOf", "ReportEndDate");
        return;
    }
    request.add("GeneralSummaryReportType", asked.data_type == "balanceSheet"
                                                ? "BalanceSheetStandard"
                                                : "ProfitAndLossStandard");
    if (!wish.report_basis.empty()) request.add("ReportBasis", std::string(wish.report_basis));
    request.add("SummarizeColumnsBy", wish.by_month ? "Month" : "TotalOnly");
}

// Deletions are asked for kind by kind: those of the model's types; one that the company file's
// version lacks fails the request.
void add_deletions(Node& request, const Query& asked, const QueryWish& wish)
{
    const std::string_view kind =
        asked.message == "ListDeletedQueryRq" ? "ListDelType" : "TxnDelType";
    const auto* language = grammar::message(asked.message);
    for (const auto& value : language->content().find(kind)->values()->values())
        if (value.since() <= wish.version && type_of_element(std::string(value.text()) + "Ret"))
            request.add(std::string(kind), std::string(value.text()));
    if (wish.modified_from.empty() && wish.modified_to.empty()) return;
    Node& filter = request.add(Node{.name = "DeletedDateRangeFilter"});
    add_range(filter, "DeletedDate", wish.modified_from, wish.modified_to);
}

void add_postings(Node& request, const QueryWish& wish)
{
    if (!wish.account_id.empty()) {
        Node& filter = request.add(Node{.name = "TransactionAccountFilter"});
        filter.add("ListID", std::string(wish.account_id));
    }
    request.add("TransactionDetailLevelFilter", "All");
}

void add_group(Node& request, std::string_view group, std::string_view what, std::string_view from,
               std::string_view to)
{
    if (from.empty() && to.empty()) return;
    add_range(request.add(Node{.name = std::string(group)}), what, from, to);
}

void add_parts(Node& request, const Query& asked, const QueryWish& wish)
{
    const bool postings = asked.message == "TransactionQueryRq";
    if (asked.delta && is_list(asked))
        add_range(request, "ModifiedDate", wish.modified_from, wish.modified_to);
    else if (asked.delta)
        add_group(request,
                  postings ? "TransactionModifiedDateRangeFilter" : "ModifiedDateRangeFilter",
                  "ModifiedDate", wish.modified_from, wish.modified_to);
    const Divisions divisions = divisions_of(asked);
    if (divisions.dates)
        add_group(request, postings ? "TransactionDateRangeFilter" : "TxnDateRangeFilter",
                  "TxnDate", wish.date_from, wish.date_to);
    if (divisions.names)
        add_group(request, "NameRangeFilter", "Name", wish.name_from, wish.name_to);
    if (divisions.numbers)
        add_group(request, "RefNumberRangeFilter", "RefNumber", wish.number_from, wish.number_to);
}

// Certain records rather than all of them; false when the wish names none.
bool add_certain(Node& request, const Query& asked, const QueryWish& wish)
{
    for (const auto& id : wish.ids)
        request.add(is_list(asked) ? "ListID" : "TxnID", id);
    for (const auto& name : wish.names)
        request.add("FullName", name);
    for (const auto& number : wish.ref_numbers)
        request.add("RefNumber", number);
    return !request.children.empty();
}

}  // namespace

std::span<const Query> queries()
{
    return all_queries;
}

std::vector<const Query*> queries_of(std::string_view data_type)
{
    std::vector<const Query*> found;
    for (const auto& asked : all_queries)
        if (asked.data_type == data_type || (data_type == "taxRates" && asked.data_type == "items"))
            found.push_back(&asked);
    return found;
}

bool is_record_type(std::string_view data_type)
{
    return find_type(data_type) != nullptr;
}

bool is_report(std::string_view data_type)
{
    const Type* type = find_type(data_type);
    return type && type->elements == "ReportRet";
}

std::vector<std::string_view> record_types()
{
    std::vector<std::string_view> names;
    for (const auto& type : mapped_types())
        names.push_back(type.name);
    return names;
}

Node query_request(const Query& asked, const QueryWish& wish)
{
    Node request{.name = std::string(asked.message)};
    if (!add_certain(request, asked, wish)) {
        if (asked.iterator && wish.page_size > 0) {
            request.set_attribute("iterator", wish.iterator_id.empty() ? "Start" : "Continue");
            if (!wish.iterator_id.empty())
                request.set_attribute("iteratorID", std::string(wish.iterator_id));
            request.add("MaxReturned", std::to_string(wish.page_size));
        }
        if (asked.active_status) request.add("ActiveStatus", "All");
        add_parts(request, asked, wish);
    }
    if (asked.message.find("ReportQuery") != std::string_view::npos)
        add_report(request, asked, wish);
    if (asked.data_type == "accountTransactions" && wish.ids.empty()) add_postings(request, wish);
    if (asked.data_type == "deletions") add_deletions(request, asked, wish);
    if (asked.line_items) request.add("IncludeLineItems", "true");
    if (asked.linked_txns) request.add("IncludeLinkedTxns", "true");
    if (asked.owner_id) {
        request.add("OwnerID", "0");
        if (!wish.own_owner_id.empty() && wish.own_owner_id != "0")
            request.add("OwnerID", std::string(wish.own_owner_id));
    }
    return request;
}

Divisions divisions_of(const Query& asked)
{
    const auto& content = grammar::message(asked.message)->content();
    const auto has = [&](std::string_view element) { return content.find(element) != nullptr; };
    return {.modified = has("FromModifiedDate") || has("ModifiedDateRangeFilter") ||
                        has("TransactionModifiedDateRangeFilter"),
            .dates = has("TxnDateRangeFilter") || has("TransactionDateRangeFilter"),
            .names = has("NameRangeFilter"),
            .numbers = has("RefNumberRangeFilter")};
}

std::optional<std::string> wall_clock_before(std::string_view quickbooks_time, long overlap_seconds)
{
    const auto wall = wall_clock(quickbooks_time);
    if (!wall) return std::nullopt;
    return wall_clock_text(*wall - overlap_seconds);
}

}  // namespace qbxml::canonical
