#include "qbxml/simulator/references.h"

#include <fmt/format.h>

#include <array>
#include <unordered_map>

#include "qbxml/simulator/arrange.h"

namespace qbxml::simulator {

namespace {

struct Target {
    std::string_view ref;
    std::string_view noun;  // a kind or a family
};

constexpr auto table = std::to_array<Target>({
    {"AccountRef", "Account"},
    {"ARAccountRef", "Account"},
    {"APAccountRef", "Account"},
    {"BankAccountRef", "Account"},
    {"CreditCardAccountRef", "Account"},
    {"RefundFromAccountRef", "Account"},
    {"TransferFromAccountRef", "Account"},
    {"TransferToAccountRef", "Account"},
    {"AssetAccountRef", "Account"},
    {"COGSAccountRef", "Account"},
    {"DepositToAccountRef", "Account"},
    {"DiscountAccountRef", "Account"},
    {"ExpenseAccountRef", "Account"},
    {"IncomeAccountRef", "Account"},
    {"OverrideItemAccountRef", "Account"},
    {"ClassRef", "Class"},
    {"DiscountClassRef", "Class"},
    {"CustomerRef", "Customer"},
    {"CustomerMsgRef", "CustomerMsg"},
    {"CustomerTypeRef", "CustomerType"},
    {"JobTypeRef", "JobType"},
    {"ItemRef", "Item"},
    {"ItemGroupRef", "ItemGroup"},
    {"ItemSalesTaxRef", "ItemSalesTax"},
    {"PaymentMethodRef", "PaymentMethod"},
    {"PreferredPaymentMethodRef", "PaymentMethod"},
    {"PriceLevelRef", "PriceLevel"},
    {"SalesRepRef", "SalesRep"},
    {"SalesTaxCodeRef", "SalesTaxCode"},
    {"CustomerSalesTaxCodeRef", "SalesTaxCode"},
    {"ShipMethodRef", "ShipMethod"},
    {"TemplateRef", "Template"},
    {"TermsRef", "Terms"},
    {"ItemServiceRef", "ItemService"},
    {"OverrideClassRef", "Class"},
    {"EntityRef", "Entity"},
    {"PayeeEntityRef", "Entity"},
    {"ShipToEntityRef", "Entity"},
    {"VendorRef", "Vendor"},
    {"PrefVendorRef", "Vendor"},
    {"TaxVendorRef", "Vendor"},
    {"VendorTypeRef", "VendorType"},
    {"SalesRepEntityRef", "Entity"},
    {"PrefillAccountRef", "Account"},
    {"ItemInventoryRef", "Item"},
    {"ItemInventoryAssemblyRef", "ItemInventoryAssembly"},
    {"ItemPurchaseTaxRef", "ItemSalesTax"},
    {"BillingRateRef", "BillingRate"},
    {"CurrencyRef", "Currency"},
    {"EmployeeRef", "Employee"},
    {"InventorySiteRef", "InventorySite"},
    {"LeadRef", "Lead"},
    {"LiabilityAccountRef", "Account"},
    {"ParentSiteRef", "InventorySite"},
    {"PurchaseTaxCodeRef", "SalesTaxCode"},
    {"SupervisorRef", "Employee"},
    {"TaxOnPurchasesAccountRef", "Account"},
    {"TaxOnSalesAccountRef", "Account"},
    {"UnitOfMeasureSetRef", "UnitOfMeasureSet"},
    {"VehicleRef", "Vehicle"},
    {"WorkersCompCodeRef", "WorkersCompCode"},
});

std::string_view value_of(const Node& ref)
{
    const Node* id = ref.child("ListID");
    if (id != nullptr && !id->text.empty()) return id->text;
    const Node* name = ref.child("FullName");
    return name == nullptr ? std::string_view() : std::string_view(name->text);
}

// "CustomerMsgRef" is a reference to a CustomerMsg.
std::string_view noun_in(std::string_view ref_name)
{
    return ref_name.substr(0, ref_name.size() - 3);
}

}  // namespace

const std::vector<const Kind*>& targets_of(std::string_view ref_name)
{
    static const auto by_name = [] {
        std::unordered_map<std::string_view, std::vector<const Kind*>> targets;
        for (const Target& target : table) {
            auto& kinds = targets[target.ref] = kinds_answered(target.noun);
            // A rate of tax may be one item or a group of them.
            const bool tax = target.ref == "ItemSalesTaxRef" || target.ref == "ItemPurchaseTaxRef";
            if (tax) kinds.push_back(kind_of("ItemSalesTaxGroup"));
        }
        return targets;
    }();
    static const std::vector<const Kind*> nothing;
    const auto found = by_name.find(ref_name);
    return found == by_name.end() ? nothing : found->second;
}

Record* referred(const CompanyFile& books, const Node& ref, const std::vector<const Kind*>& targets)
{
    const Node* id = ref.child("ListID");
    const Node* name = ref.child("FullName");
    for (const Kind* kind : targets) {
        Record* found = nullptr;
        if (id != nullptr && !id->text.empty()) {
            found = books.find(*kind, id->text);
        } else if (name != nullptr) {
            found = books.find_by_name(*kind, name->text);
        }
        if (found != nullptr) return found;
    }
    return nullptr;
}

std::optional<Outcome> resolve_references(const CompanyFile& books, Node& fields,
                                          std::string_view owner)
{
    for (Node& field : fields.children) {
        if (!field.name.ends_with("Ref")) {
            if (auto refusal = resolve_references(books, field, owner)) return refusal;
            continue;
        }
        if (field.name == "ParentRef") continue;
        if (field.name == "AdditionalContactRef" || value_of(field).empty()) continue;
        const auto& targets = targets_of(field.name);
        if (targets.empty()) return feature_not_enabled(field.name);
        const Record* record = referred(books, field, targets);
        if (record == nullptr) return bad_reference(field, owner);
        field = reference(field.name, record->id(), record->full_name());
    }
    return std::nullopt;
}

Outcome bad_reference(const Node& ref, std::string_view owner)
{
    return refused(
        3140, fmt::format("There is an invalid reference to QuickBooks {} \"{}\" in the {}.  "
                          "QuickBooks error message: Invalid argument.  The specified record does "
                          "not exist in the list.",
                          noun_in(ref.name), value_of(ref), owner));
}

Outcome object_not_found(std::string_view id)
{
    return refused(3120, fmt::format("Object \"{}\" specified in the request cannot be found.  "
                                     "QuickBooks error message: Invalid argument.  The specified "
                                     "record does not exist in the list.",
                                     id));
}

Outcome missing_record(const CompanyFile& books, const Kind& kind, std::string_view id)
{
    const std::size_t dash = id.find('-');
    const bool is_id =
        dash != std::string_view::npos && dash > 0 && dash + 1 < id.size() &&
        id.substr(0, dash).find_first_not_of("0123456789ABCDEF") == std::string_view::npos &&
        id.substr(dash + 1).find_first_not_of("0123456789") == std::string_view::npos;
    if (!is_id) {
        return refused(3000, fmt::format("The given object ID \"{}\" in the field \"{}\" is "
                                         "invalid.",
                                         id, kind.key()));
    }
    const std::string_view count = id.substr(0, dash + 1);
    for (const auto& record : books.records(kind)) {
        if (!record->id().starts_with(count)) continue;
        return refused(3240, fmt::format("Object \"{}\" specified in the request cannot be found.  "
                                         "QuickBooks error message: Time creation mismatch.",
                                         id));
    }
    return object_not_found(id);
}

Outcome feature_not_enabled(std::string_view field)
{
    return refused(3250, fmt::format("The feature of the field \"{}\" is not enabled or not "
                                     "available in this version of QuickBooks.",
                                     field));
}

}  // namespace qbxml::simulator
