#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "qbxml/simulator/arrange.h"
#include "qbxml/simulator/lists.h"
#include "qbxml/simulator/references.h"
#include "qbxml/simulator/sample_books.h"
#include "qbxml/simulator/txns.h"

namespace qbxml::simulator {

namespace {

using Fields = std::vector<std::pair<std::string_view, std::string>>;

// Adds list records one second apart, as a person would hardly.
class ListMaker {
public:
    ListMaker(CompanyFile& books, std::int64_t now) : books_(books), now_(now) {}

    // `name` may be a path: its parent must be there.
    Record& add(std::string_view noun, std::string_view path, const Fields& fields,
                std::vector<Node> groups = {})
    {
        const Kind& kind = *kind_of(noun);
        Node ret{.name = kind.ret()};
        const std::size_t colon = path.rfind(':');
        const bool nested = colon != std::string_view::npos;
        put(ret, "ListID", books_.next_list_id(kind, now_));
        put(ret, "Name", nested ? path.substr(colon + 1) : path);
        put(ret, "FullName", path);
        put(ret, "Sublevel", std::to_string(std::count(path.begin(), path.end(), ':')));
        put(ret, "IsActive", "true");
        if (nested) ret.add(ref("ParentRef", noun, path.substr(0, colon)));
        for (const auto& [name, value] : fields)
            put(ret, name, value);
        for (Node& group : groups)
            ret.add(std::move(group));
        // What the kind does not have (FullName of a flat list, say) is dropped by its order.
        set_address_blocks(ret);
        return books_.add(kind, std::move(ret), now_++);
    }

    Node ref(std::string_view ref_name, std::string_view noun, std::string_view full_name) const
    {
        for (const Kind* kind : kinds_answered(noun)) {
            if (const Record* record = books_.find_by_name(*kind, full_name)) {
                return reference(ref_name, record->id(), record->full_name());
            }
        }
        throw std::logic_error(fmt::format("the sample has no {} {}", noun, full_name));
    }

    // Puts fields into a record that is there already.
    void complete(std::string_view noun, std::string_view full_name, std::vector<Node> fields)
    {
        Record& record = *books_.find_by_name(*kind_of(noun), full_name);
        Node tree = record.tree();
        for (Node& field : fields)
            put(tree, std::move(field));
        books_.show_name(record, std::move(tree));
    }

    std::int64_t now() const { return now_; }
    const std::string& country() const { return books_.profile().country; }

private:
    CompanyFile& books_;
    std::int64_t now_;
};

struct Account {
    std::string_view path, type, special;
};
constexpr std::array<Account, 38> accounts{{
    {"Checking", "Bank", ""},
    {"Savings", "Bank", ""},
    {"Accounts Receivable", "AccountsReceivable", "AccountsReceivable"},
    {"Undeposited Funds", "OtherCurrentAsset", "UndepositedFunds"},
    {"Inventory Asset", "OtherCurrentAsset", "InventoryAssets"},
    {"Vehicles", "FixedAsset", ""},
    {"Vehicles:Depreciation", "FixedAsset", ""},
    {"Accounts Payable", "AccountsPayable", "AccountsPayable"},
    {"Sales Tax Payable", "OtherCurrentLiability", "SalesTaxPayable"},
    {"Line of Credit", "LongTermLiability", ""},
    {"Opening Balance Equity", "Equity", "OpeningBalanceEquity"},
    {"Retained Earnings", "Equity", "RetainedEarnings"},
    {"Building Income", "Income", ""},
    {"Building Income:Labour", "Income", ""},
    {"Building Income:Materials", "Income", ""},
    {"Building Income:Design", "Income", ""},
    {"Discounts Given", "Income", ""},
    {"Cost of Goods Sold", "CostOfGoodsSold", "CostOfGoodsSold"},
    {"Job Expenses", "Expense", ""},
    {"Job Expenses:Permits", "Expense", ""},
    {"Office Rent", "Expense", ""},
    {"Company Card", "CreditCard", ""},
    {"Prepaid Insurance", "OtherCurrentAsset", ""},
    {"Owner's Capital", "Equity", ""},
    {"Inventory Shrinkage", "CostOfGoodsSold", ""},
    {"Job Expenses:Materials", "Expense", ""},
    {"Job Expenses:Materials:Fasteners", "Expense", ""},
    {"Job Expenses:Materials:Paint", "Expense", ""},
    {"Job Expenses:Subcontractors", "Expense", ""},
    {"Utilities", "Expense", ""},
    {"Utilities:Electricity", "Expense", ""},
    {"Utilities:Water", "Expense", ""},
    {"Insurance", "Expense", ""},
    {"Vehicle Fuel", "Expense", ""},
    {"Bank Charges", "Expense", ""},
    {"Wages", "Expense", ""},
    {"Interest Income", "OtherIncome", ""},
    {"Interest Expense", "OtherExpense", ""},
}};

void make_accounts(ListMaker& make)
{
    for (const Account& account : accounts) {
        Fields fields{{"AccountType", std::string(account.type)},
                      {"Balance", "0.00"},
                      {"TotalBalance", "0.00"},
                      {"CashFlowClassification", "Operating"}};
        if (!account.special.empty()) {
            fields.emplace_back("SpecialAccountType", std::string(account.special));
        }
        make.add("Account", account.path, fields);
    }
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> templates{
    {{"Builder's Invoice", "Invoice"},
     {"Builder's Estimate", "Estimate"},
     {"Work Order", "SalesOrder"},
     {"Daily Sales", "SalesReceipt"},
     {"Return Slip", "CreditMemo"},
     {"Purchase Order", "PurchaseOrder"}}};

void make_vendors(ListMaker& make)
{
    struct Supplier {
        std::string_view name, street, town, code, terms;
    };
    constexpr std::array<Supplier, 5> suppliers{{
        {"Green Mountain Electric", "40 Power House Lane", "Colchester", "05446", "Net 15"},
        {"Lake Champlain Fuel", "9 Ferry Dock Road", "Burlington", "05401", "Due on receipt"},
        {"Maple Leaf Hardware", "311 Main Street", "Montpelier", "05602", "2% 10 Net 30"},
        {"Otter Creek Rentals", "27 Mill Street", "Vergennes", "05491", "Net 30"},
        {"Shelburne Insurance Agency", "5200 Shelburne Road", "Shelburne", "05482", "Net 15"},
    }};
    for (const Supplier& supplier : suppliers) {
        Node address{.name = "VendorAddress"};
        address.add("Addr1", std::string(supplier.name));
        address.add("Addr2", std::string(supplier.street));
        address.add("City", std::string(supplier.town));
        address.add("State", "VT");
        address.add("PostalCode", std::string(supplier.code));
        make.add("Vendor", supplier.name,
                 {{"CompanyName", std::string(supplier.name)},
                  {"NameOnCheck", std::string(supplier.name)},
                  {"Balance", "0.00"}},
                 {std::move(address), make.ref("TermsRef", "Terms", supplier.terms)});
    }
}

// What the country's own tax adds to the two codes that every file has.
struct TaxCode {
    std::string_view country, name, description;
    bool taxable;
};
constexpr auto tax_codes = std::to_array<TaxCode>({
    {"CA", "G", "GST only", true},
    {"CA", "H", "HST", true},
    {"CA", "E", "Exempt", false},
    {"UK", "S", "Standard rate", true},
    {"UK", "Z", "Zero rate", true},
    {"UK", "O", "Outside the scope", false},
    {"AU", "GST", "GST on income", true},
    {"AU", "FRE", "GST free", false},
});

void make_small_lists(ListMaker& make)
{
    make.add("StandardTerms", "Due on receipt",
             {{"StdDueDays", "0"}, {"StdDiscountDays", "0"}, {"DiscountPct", "0"}});
    make.add("StandardTerms", "Net 15",
             {{"StdDueDays", "15"}, {"StdDiscountDays", "0"}, {"DiscountPct", "0"}});
    make.add("StandardTerms", "Net 30",
             {{"StdDueDays", "30"}, {"StdDiscountDays", "0"}, {"DiscountPct", "0"}});
    make.add("StandardTerms", "2% 10 Net 30",
             {{"StdDueDays", "30"}, {"StdDiscountDays", "10"}, {"DiscountPct", "2"}});
    make.add("DateDrivenTerms", "End of month",
             {{"DayOfMonthDue", "31"}, {"DueNextMonthDays", "5"}});
    make.add("SalesTaxCode", "Tax", {{"IsTaxable", "true"}, {"Desc", "Taxable sales"}});
    make.add("SalesTaxCode", "Non", {{"IsTaxable", "false"}, {"Desc", "Not taxable"}});
    for (const TaxCode& code : tax_codes) {
        if (code.country != make.country()) continue;
        make.add("SalesTaxCode", code.name,
                 {{"IsTaxable", code.taxable ? "true" : "false"},
                  {"Desc", std::string(code.description)}});
    }
    for (const auto* path :
         {"New Construction", "Remodel", "Remodel:Kitchen", "Remodel:Bath", "Repair", "Overhead"}) {
        make.add("Class", path, {});
    }
    for (const auto* name : {"Residential", "Commercial", "Public"}) {
        make.add("CustomerType", name, {});
    }
    for (const auto* name : {"House", "Roof", "Interior"})
        make.add("JobType", name, {});
    make.add("PaymentMethod", "Check", {{"PaymentMethodType", "Check"}});
    make.add("PaymentMethod", "Cash", {{"PaymentMethodType", "Cash"}});
    make.add("PaymentMethod", "Visa", {{"PaymentMethodType", "Visa"}});
    for (const auto* name : {"Our truck", "Pick-up", "Freight"})
        make.add("ShipMethod", name, {});
    make.add("CustomerMsg", "Thank you for building with us.", {});
    make.add("CustomerMsg", "All work is guaranteed for two years.", {});
    make.add("PriceLevel", "Trade",
             {{"PriceLevelType", "FixedPercentage"}, {"PriceLevelFixedPercentage", "-5.00"}});
    for (const auto& [name, type] : templates)
        make.add("Template", name, {{"TemplateType", std::string(type)}});
    make.add("Vendor", "Vermont Department of Taxes",
             {{"NameOnCheck", "Vermont Department of Taxes"}, {"Balance", "0.00"}});
    make.add("Vendor", "Granite State Lumber",
             {{"CompanyName", "Granite State Lumber"},
              {"NameOnCheck", "Granite State Lumber"},
              {"Phone", "603-555-0117"},
              {"Balance", "0.00"}});
    make_vendors(make);
    make.add("Employee", "Maura Keeling", {{"FirstName", "Maura"}, {"LastName", "Keeling"}});
    make.add("Employee", "Tom Arsenault", {{"FirstName", "Tom"}, {"LastName", "Arsenault"}});
    make.add("Employee", "June Whitcomb", {{"FirstName", "June"}, {"LastName", "Whitcomb"}});
    make.add("OtherName", "Pete Marsh", {{"Phone", "802-555-0161"}});
    make.add("SalesRep", "MK", {{"Initial", "MK"}},
             {make.ref("SalesRepEntityRef", "Employee", "Maura Keeling")});
}

Node sales_or_purchase(const ListMaker& make, const std::string& desc, const std::string& price,
                       std::string_view account)
{
    Node node{.name = "SalesOrPurchase"};
    node.add("Desc", desc);
    node.add("Price", price);
    node.add(make.ref("AccountRef", "Account", account));
    return node;
}

struct Sold {
    std::string_view path, desc, price, account, tax;
};

void make_services(ListMaker& make)
{
    constexpr std::array<Sold, 9> services{{
        {"Design", "Drawings and plans, per hour", "85.00", "Building Income:Design", "Non"},
        {"Framing", "Framing labour, per hour", "55.00", "Building Income:Labour", "Non"},
        {"Electrical", "Electrical work, per hour", "74.50", "Building Income:Labour", "Non"},
        {"Plumbing", "Plumbing, per hour", "78.00", "Building Income:Labour", "Non"},
        {"Painting", "Painting & finishing, per hour", "42.50", "Building Income:Labour", "Non"},
        {"Painting:Exterior", "Exterior painting, per square foot", "1.85",
         "Building Income:Labour", "Non"},
        {"Fitting", "Fitting of doors and windows, per hour", "48.00", "Building Income:Labour",
         "Non"},
        {"Demolition", "Removal of what was there, per hour", "38.25", "Building Income:Labour",
         "Non"},
        {"Supervision", "Site supervision, per day", "395.00", "Building Income:Labour", "Non"},
    }};
    for (const Sold& item : services) {
        make.add("ItemService", item.path, {},
                 {make.ref("SalesTaxCodeRef", "SalesTaxCode", item.tax),
                  sales_or_purchase(make, std::string(item.desc), std::string(item.price),
                                    item.account)});
    }
    constexpr std::array<Sold, 4> bought{{
        {"Permit", "Building permit, at cost", "125.00", "Job Expenses:Permits", "Non"},
        {"Skip hire", "Skip, per week", "310.00", "Job Expenses", "Tax"},
        {"Fixings", "Nails, screws and glue", "0.12375", "Building Income:Materials", "Tax"},
        {"Insulation", "Insulation, per square foot", "0.98", "Building Income:Materials", "Tax"},
    }};
    for (const Sold& item : bought) {
        make.add("ItemNonInventory", item.path, {},
                 {make.ref("SalesTaxCodeRef", "SalesTaxCode", item.tax),
                  sales_or_purchase(make, std::string(item.desc), std::string(item.price),
                                    item.account)});
    }
}

// Sold and bought: what they cost goes to another account than what they bring.
void make_bought_in(ListMaker& make)
{
    for (const auto* name : {"Subcontracted work", "Delivery"}) {
        const bool work = std::string_view(name) == "Subcontracted work";
        Node both{.name = "SalesAndPurchase"};
        both.add("SalesDesc", work ? "Work by others, at our rate" : "Delivery to the site");
        both.add("SalesPrice", work ? "68.00" : "45.00");
        both.add(make.ref("IncomeAccountRef", "Account", "Building Income:Labour"));
        both.add("PurchaseDesc", work ? "Work by others" : "Haulage");
        both.add("PurchaseCost", work ? "51.00" : "30.00");
        both.add(make.ref("ExpenseAccountRef", "Account", "Job Expenses:Subcontractors"));
        make.add(work ? "ItemService" : "ItemOtherCharge", name, {},
                 {make.ref("SalesTaxCodeRef", "SalesTaxCode", "Non"), std::move(both)});
    }
}

void make_inventory(ListMaker& make)
{
    constexpr std::array<Sold, 10> stock{{
        {"Lumber", "Lumber", "0.00", "Building Income:Materials", "Tax"},
        {"Lumber:Larch plank", "Larch plank, 8 ft", "14.75", "Building Income:Materials", "Tax"},
        {"Lumber:Pine board", "Pine board, 6 ft", "6.4", "Building Income:Materials", "Tax"},
        {"Lumber:Spruce stud", "Spruce stud 2×4", "4.15", "Building Income:Materials", "Tax"},
        {"Door", "Doors", "0.00", "Building Income:Materials", "Tax"},
        {"Door:Interior", "Interior door, solid pine", "189.00", "Building Income:Materials",
         "Tax"},
        {"Door:Exterior", "Exterior door, insulated", "612.99", "Building Income:Materials", "Tax"},
        {"Hinge", "Brass hinge, 3½ in", "7.25", "Building Income:Materials", "Tax"},
        {"Lockset", "Lockset \"Harbour\", keyed", "58.95", "Building Income:Materials", "Tax"},
        {"Window", "Double-glazed window", "344.5", "Building Income:Materials", "Tax"},
    }};
    for (const Sold& item : stock) {
        const Fine price = Fine::parse(item.price).value_or(Fine{});
        const std::string cost = Fine{price.value * 3 / 5}.price_text();
        make.add("ItemInventory", item.path,
                 {{"SalesDesc", std::string(item.desc)},
                  {"SalesPrice", price.price_text()},
                  {"PurchaseDesc", std::string(item.desc)},
                  {"PurchaseCost", cost},
                  {"ReorderPoint", "50"},
                  {"QuantityOnHand", "0"},
                  {"AverageCost", cost},
                  {"QuantityOnOrder", "0"},
                  {"QuantityOnSalesOrder", "0"}},
                 {make.ref("SalesTaxCodeRef", "SalesTaxCode", item.tax),
                  make.ref("IncomeAccountRef", "Account", item.account),
                  make.ref("COGSAccountRef", "Account", "Cost of Goods Sold"),
                  make.ref("PrefVendorRef", "Vendor", "Granite State Lumber"),
                  make.ref("AssetAccountRef", "Account", "Inventory Asset")});
    }
}

void make_assembly(ListMaker& make)
{
    std::vector<Node> groups{make.ref("SalesTaxCodeRef", "SalesTaxCode", "Tax"),
                             make.ref("IncomeAccountRef", "Account", "Building Income:Materials"),
                             make.ref("COGSAccountRef", "Account", "Cost of Goods Sold"),
                             make.ref("AssetAccountRef", "Account", "Inventory Asset")};
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> parts{
        {{"Door:Interior", "1"}, {"Hinge", "3"}, {"Lockset", "1"}}};
    for (const auto& [item, quantity] : parts) {
        Node line{.name = "ItemInventoryAssemblyLine"};
        line.add(make.ref("ItemInventoryRef", "Item", item));
        line.add("Quantity", std::string(quantity));
        groups.push_back(std::move(line));
    }
    make.add("ItemInventoryAssembly", "Door with fittings",
             {{"SalesDesc", "Interior door with hinges and lockset"},
              {"SalesPrice", "274.00"},
              {"BuildPoint", "2"},
              {"QuantityOnHand", "0"},
              {"AverageCost", "0.00"},
              {"QuantityOnOrder", "0"},
              {"QuantityOnSalesOrder", "0"}},
             std::move(groups));
}

// Outside the US the tax codes say what tax they stand for.
struct CodeRate {
    std::string_view country, code, item, rate;
};
constexpr auto code_rates = std::to_array<CodeRate>({
    {"CA", "G", "GST 5%", "5.00"},
    {"CA", "H", "HST 13%", "13.00"},
    {"UK", "S", "VAT 20%", "20.00"},
    {"AU", "GST", "GST 10%", "10.00"},
});

void make_code_rates(ListMaker& make)
{
    for (const CodeRate& tax : code_rates) {
        if (tax.country != make.country()) continue;
        make.add("ItemSalesTax", tax.item,
                 {{"ItemDesc", std::string(tax.item)}, {"TaxRate", std::string(tax.rate)}},
                 {make.ref("TaxVendorRef", "Vendor", "Vermont Department of Taxes")});
        for (const std::string_view code : {tax.code, std::string_view("Tax")}) {
            make.complete("SalesTaxCode", code,
                          {make.ref("ItemPurchaseTaxRef", "ItemSalesTax", tax.item),
                           make.ref("ItemSalesTaxRef", "ItemSalesTax", tax.item)});
        }
    }
}

// What lay in the yard on the day the company began to use QuickBooks.
void make_stock(CompanyFile& books, std::int64_t now)
{
    const Record& equity = *special_account(books, "OpeningBalanceEquity");
    Node add{.name = "InventoryAdjustmentAdd"};
    add.add(reference("AccountRef", equity.id(), equity.full_name()));
    add.add("TxnDate", date_text(now, books.profile().zone));
    add.add("Memo", "Opening stock");
    for (const auto& item : books.records(*kind_of("ItemInventory"))) {
        Node line{.name = "InventoryAdjustmentLineAdd"};
        line.add(reference("ItemRef", item->id(), item->full_name()));
        Node quantity{.name = "QuantityAdjustment"};
        quantity.add("NewQuantity", "400");
        line.add(std::move(quantity));
        add.add(std::move(line));
    }
    const Outcome outcome = add_txn(books, *form_of("InventoryAdjustment"), add, now);
    if (outcome.code != 0) throw std::logic_error("the opening stock: " + outcome.message);
}

void make_special_items(ListMaker& make)
{
    make.add("ItemSubtotal", "Subtotal", {{"ItemDesc", "Subtotal"}});
    make.add("ItemDiscount", "Trade discount",
             {{"ItemDesc", "Trade discount"}, {"DiscountRatePercent", "10.00"}},
             {make.ref("SalesTaxCodeRef", "SalesTaxCode", "Tax"),
              make.ref("AccountRef", "Account", "Discounts Given")});
    make.add("ItemDiscount", "Goodwill", {{"ItemDesc", "Goodwill"}, {"DiscountRate", "25.00"}},
             {make.ref("SalesTaxCodeRef", "SalesTaxCode", "Non"),
              make.ref("AccountRef", "Account", "Discounts Given")});
    make.add("ItemSalesTax", "Burlington",
             {{"ItemDesc", "Sales tax, Burlington"}, {"TaxRate", "7.00"}},
             {make.ref("TaxVendorRef", "Vendor", "Vermont Department of Taxes")});
    make.add("ItemSalesTax", "Vermont", {{"ItemDesc", "Sales tax, Vermont"}, {"TaxRate", "6.00"}},
             {make.ref("TaxVendorRef", "Vendor", "Vermont Department of Taxes")});
    make.add("ItemSalesTax", "Out of state", {{"ItemDesc", "No sales tax"}, {"TaxRate", "0.00"}});

    std::vector<Node> lines;
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> parts{
        {{"Door:Interior", "1"}, {"Hinge", "3"}, {"Lockset", "1"}, {"Fitting", "1.5"}}};
    for (const auto& [item, quantity] : parts) {
        Node line{.name = "ItemGroupLine"};
        line.add(make.ref("ItemRef", "Item", item));
        line.add("Quantity", std::string(quantity));
        lines.push_back(std::move(line));
    }
    make.add("ItemGroup", "Door set",
             {{"ItemDesc", "Interior door, hung and fitted"}, {"IsPrintItemsInGroup", "false"}},
             std::move(lines));
}

}  // namespace

void make_sample_lists(CompanyFile& books, std::int64_t now)
{
    ListMaker make(books, now);
    make_accounts(make);
    make_small_lists(make);
    make_services(make);
    make_bought_in(make);
    make_inventory(make);
    make_special_items(make);
    make_code_rates(make);
    make_stock(books, make.now());
    make_assembly(make);
}

}  // namespace qbxml::simulator
