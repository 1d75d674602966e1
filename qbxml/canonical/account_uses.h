// Which types of accounts QuickBooks takes where. Only what it never takes is told: where it lets
// a person choose freely, or warns and goes on, every account that can be posted to will do.
#pragma once

#include <array>
#include <string_view>

namespace qbxml::canonical {

struct AccountUse {
    std::string_view record;   // "Check"; "" for all
    std::string_view element;  // of the Add or Mod itself
    std::string_view types;    // separated by '|'
};

inline constexpr std::string_view balance_sheet_types =
    "Bank|AccountsReceivable|OtherCurrentAsset|FixedAsset|OtherAsset|AccountsPayable|CreditCard|"
    "OtherCurrentLiability|LongTermLiability|Equity";
inline constexpr std::string_view money_types =
    "Bank|OtherCurrentAsset|FixedAsset|OtherAsset|CreditCard|OtherCurrentLiability|"
    "LongTermLiability|Equity";
inline constexpr std::string_view posting_types =
    "Bank|AccountsReceivable|OtherCurrentAsset|FixedAsset|OtherAsset|AccountsPayable|CreditCard|"
    "OtherCurrentLiability|LongTermLiability|Equity|Income|CostOfGoodsSold|Expense|OtherIncome|"
    "OtherExpense";

inline constexpr auto account_uses = std::to_array<AccountUse>({
    {"", "ARAccountRef", "AccountsReceivable"},
    {"", "APAccountRef", "AccountsPayable"},
    {"", "BankAccountRef", "Bank"},
    {"", "CreditCardAccountRef", "CreditCard"},
    {"Check", "AccountRef", "Bank"},
    {"CreditCardCharge", "AccountRef", "CreditCard"},
    {"CreditCardCredit", "AccountRef", "CreditCard"},
    {"", "DepositToAccountRef", money_types},
    {"", "RefundFromAccountRef", money_types},
    {"", "TransferFromAccountRef", balance_sheet_types},
    {"", "TransferToAccountRef", balance_sheet_types},
    {"", "AssetAccountRef", "Bank|OtherCurrentAsset|FixedAsset|OtherAsset"},
});

// The types that an account reference takes, "" when it takes any or is none. `element` stands in
// the Add or Mod of `record` when `of_payload`, else in a line.
constexpr std::string_view account_types_of(std::string_view record, std::string_view element,
                                            bool of_payload)
{
    if (!element.ends_with("AccountRef")) return {};
    if (of_payload)
        for (const AccountUse& use : account_uses)
            if ((use.record.empty() || use.record == record) && use.element == element)
                return use.types;
    return posting_types;
}

}  // namespace qbxml::canonical
