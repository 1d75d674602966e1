#include "qbxml/canonical/types.h"

#include <algorithm>
#include <array>

#include "qbxml/canonical/table.h"
#include "qbxml/canonical/values.h"

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

// Deletions are asked for kind by kind; one that the company file's version lacks fails the
// request.
struct DeletedKind {
    std::string_view name;
    Version since{1, 0};
};
constexpr auto list_kinds = std::to_array<DeletedKind>({
    {"Account"},
    {"Class"},
    {"Currency", {5, 0}},
    {"Customer"},
    {"CustomerType"},
    {"DateDrivenTerms"},
    {"Employee"},
    {"ItemDiscount"},
    {"ItemFixedAsset", {3, 0}},
    {"ItemGroup"},
    {"ItemInventory"},
    {"ItemInventoryAssembly"},
    {"ItemNonInventory"},
    {"ItemOtherCharge"},
    {"ItemPayment"},
    {"ItemSalesTax"},
    {"ItemSalesTaxGroup"},
    {"ItemService"},
    {"ItemSubtotal"},
    {"JobType"},
    {"OtherName"},
    {"PaymentMethod"},
    {"SalesTaxCode"},
    {"StandardTerms"},
    {"Vendor"},
    {"VendorType"},
});
constexpr auto transaction_kinds = std::to_array<DeletedKind>({
    {"ARRefundCreditCard", {5, 0}},
    {"Bill"},
    {"BillPaymentCheck"},
    {"BillPaymentCreditCard"},
    {"Check"},
    {"CreditCardCharge"},
    {"CreditCardCredit"},
    {"CreditMemo"},
    {"Deposit"},
    {"Estimate"},
    {"InventoryAdjustment"},
    {"Invoice"},
    {"ItemReceipt", {3, 0}},
    {"JournalEntry"},
    {"PurchaseOrder"},
    {"ReceivePayment"},
    {"SalesOrder", {3, 0}},
    {"SalesReceipt"},
    {"TimeTracking"},
    {"VendorCredit"},
});

bool is_list(const Query& asked)
{
    return asked.step < 4;
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

void add_deletions(Node& request, const Query& asked, const QueryWish& wish)
{
    const bool of_lists = asked.message == "ListDeletedQueryRq";
    const auto kinds = of_lists ? std::span<const DeletedKind>(list_kinds) : transaction_kinds;
    for (const auto& kind : kinds)
        if (kind.since <= wish.version)
            request.add(of_lists ? "ListDelType" : "TxnDelType", std::string(kind.name));
    if (wish.modified_from.empty()) return;
    Node& filter = request.add(Node{.name = "DeletedDateRangeFilter"});
    filter.add("FromDeletedDate", std::string(wish.modified_from));
}

void add_postings(Node& request, const QueryWish& wish)
{
    if (!wish.account_id.empty()) {
        Node& filter = request.add(Node{.name = "TransactionAccountFilter"});
        filter.add("ListID", std::string(wish.account_id));
    }
    request.add("TransactionDetailLevelFilter", "All");
}

void add_modified_from(Node& request, const Query& asked, std::string_view from)
{
    if (from.empty() || !asked.delta) return;
    if (is_list(asked)) {
        request.add("FromModifiedDate", std::string(from));
        return;
    }
    const bool postings = asked.message == "TransactionQueryRq";
    Node& filter = request.add(
        Node{.name = postings ? "TransactionModifiedDateRangeFilter" : "ModifiedDateRangeFilter"});
    filter.add("FromModifiedDate", std::string(from));
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
    if (!wish.ids.empty()) {
        for (const auto& id : wish.ids)
            request.add(is_list(asked) ? "ListID" : "TxnID", id);
    } else {
        if (asked.iterator && wish.page_size > 0) {
            request.set_attribute("iterator", wish.iterator_id.empty() ? "Start" : "Continue");
            if (!wish.iterator_id.empty())
                request.set_attribute("iteratorID", std::string(wish.iterator_id));
            request.add("MaxReturned", std::to_string(wish.page_size));
        }
        if (asked.active_status) request.add("ActiveStatus", "All");
        add_modified_from(request, asked, wish.modified_from);
    }
    if (asked.message.find("ReportQuery") != std::string_view::npos)
        add_report(request, asked, wish);
    if (asked.data_type == "accountTransactions") add_postings(request, wish);
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

std::optional<std::string> wall_clock_before(std::string_view quickbooks_time, long overlap_seconds)
{
    const auto wall = wall_clock(quickbooks_time);
    if (!wall) return std::nullopt;
    return wall_clock_text(*wall - overlap_seconds);
}

}  // namespace qbxml::canonical
