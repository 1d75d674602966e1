#include "qbxml/company_facts.h"

#include <algorithm>

namespace qbxml {

namespace {

bool same_without_case(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](char x, char y) { return lower(x) == lower(y); });
}

bool is_true(std::string_view text)
{
    return same_without_case(text, "true") || text == "1";
}

void read_host(const Element& host, CompanyFacts& facts)
{
    facts.product = host.child("ProductName").text();
    facts.country = host.child("Country").text();
    facts.major_version = host.child("MajorVersion").text();
    facts.minor_version = host.child("MinorVersion").text();
    facts.file_mode = host.child("QBFileMode").text();
    facts.automatic_login = is_true(host.child("IsAutomaticLogin").text());
    facts.supported_versions.clear();
    for (Element version = host.child("SupportedQBXMLVersion"); version;
         version = version.next_sibling("SupportedQBXMLVersion")) {
        facts.supported_versions.emplace_back(version.text());
    }
}

// QBWC writes the FileID into the company file when the application is added, as a data extension
// under the OwnerID; beside it stands AppLock, which changes with every run.
// "LOCKED:<computer>:<ticks>"
std::string_view computer_in(std::string_view lock)
{
    constexpr std::string_view mark = "LOCKED:";
    const auto end = lock.rfind(':');
    if (!lock.starts_with(mark) || end < mark.size()) return {};
    return lock.substr(mark.size(), end - mark.size());
}

void read_company(const Element& company, std::string_view owner_id, CompanyFacts& facts)
{
    facts.company_name = company.child("CompanyName").text();
    facts.legal_name = company.child("LegalCompanyName").text();
    facts.sample_company = is_true(company.child("IsSampleCompany").text());
    facts.file_id.clear();
    for (Element extension = company.child("DataExtRet"); extension;
         extension = extension.next_sibling("DataExtRet")) {
        if (!same_without_case(extension.child("OwnerID").text(), owner_id)) continue;
        const auto name = extension.child("DataExtName").text();
        const auto value = extension.child("DataExtValue").text();
        if (same_without_case(name, "FileID")) facts.file_id = value;
        if (same_without_case(name, "AppLock")) facts.computer = computer_in(value);
    }
}

void read_preferences(const Element& preferences, CompanyFacts& facts)
{
    const Element currency = preferences.child("MultiCurrencyPreferences");
    facts.multi_currency = is_true(currency.child("IsMultiCurrencyOn").text());
    facts.home_currency = currency.at("HomeCurrencyRef/FullName").text();
    const auto flag = [](const Element& element) -> std::optional<bool> {
        if (!element) return std::nullopt;
        return is_true(element.text());
    };
    const Element access = preferences.child("CurrentAppAccessRights");
    facts.unattended_access = flag(access.child("IsAutomaticLoginAllowed"));
    facts.unattended_user = access.child("AutomaticLoginUserName").text();
    facts.personal_data_access = flag(access.child("IsPersonalDataAccessAllowed"));
}

}  // namespace

CompanyFacts company_facts(const ResponseSet& answers, std::string_view owner_id)
{
    CompanyFacts facts;
    ElementReader reader;
    for (const Response& response : answers.responses()) {
        for (const Response::Slice& slice : response.children) {
            if (slice.name == "HostRet") read_host(answers.parse(slice, reader), facts);
            if (slice.name == "CompanyRet") {
                read_company(answers.parse(slice, reader), owner_id, facts);
            }
            if (slice.name == "PreferencesRet") {
                read_preferences(answers.parse(slice, reader), facts);
            }
        }
    }
    return facts;
}

std::vector<Node> company_facts_requests(std::string_view owner_id)
{
    const Node owner{.name = "OwnerID", .text = std::string(owner_id)};
    return {{.name = "HostQueryRq"},
            {.name = "CompanyQueryRq", .children = {owner}},
            {.name = "PreferencesQueryRq"}};
}

}  // namespace qbxml
