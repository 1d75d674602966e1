#include "tests/support/answers.h"

#include <fmt/format.h>

#include "qbxml/request.h"

namespace testing {

std::string answer(std::string_view responses)
{
    return fmt::format(
        "<?xml version=\"1.0\" ?>\n<QBXML>\n<QBXMLMsgsRs>\n{}</QBXMLMsgsRs>\n"
        "</QBXML>\n",
        responses);
}

std::string nothing_found(const std::string& message_set)
{
    const auto set = qbxml::message_set_from_xml(message_set);
    std::string responses;
    for (const auto& request : set.value().requests)
        responses += fmt::format(
            "<{}s requestID=\"{}\" statusCode=\"1\" statusSeverity=\"Info\" statusMessage=\"A "
            "query request did not find a matching object in QuickBooks\"/>\n",
            request.name.substr(0, request.name.size() - 1), *request.attribute("requestID"));
    return answer(responses);
}

std::string kept_answer(std::string_view batch, std::string_view responses)
{
    return fmt::format(
        "<?xml version=\"1.0\" ?>\n<QBXML>\n<QBXMLMsgsRs newMessageSetID=\"{}\" "
        "messageSetStatusCode=\"0\">\n{}</QBXMLMsgsRs>\n</QBXML>\n",
        batch, responses);
}

std::string first_look(const OpenFile& file)
{
    return answer(fmt::format(
        R"(<HostQueryRs requestID="{}" statusCode="0" statusSeverity="Info"
 statusMessage="Status OK">
<HostRet>
<ProductName>QuickBooks Enterprise Solutions 24.0</ProductName>
<MajorVersion>34</MajorVersion>
<MinorVersion>0</MinorVersion>
<Country>US</Country>
<SupportedQBXMLVersion>13.0</SupportedQBXMLVersion>
<SupportedQBXMLVersion>16.0</SupportedQBXMLVersion>
<IsAutomaticLogin>false</IsAutomaticLogin>
<QBFileMode>SingleUser</QBFileMode>
</HostRet>
</HostQueryRs>
<CompanyQueryRs requestID="{}" statusCode="0" statusSeverity="Info" statusMessage="Status OK">
<CompanyRet>
<IsSampleCompany>false</IsSampleCompany>
<CompanyName>{}</CompanyName>
<LegalCompanyName>{}</LegalCompanyName>
<DataExtRet>
<OwnerID>{{5A1C0000-0000-4000-8000-000000000001}}</OwnerID>
<DataExtName>FileID</DataExtName>
<DataExtType>STR255TYPE</DataExtType>
<DataExtValue>{}</DataExtValue>
</DataExtRet>
</CompanyRet>
</CompanyQueryRs>
<PreferencesQueryRs requestID="{}" statusCode="0" statusSeverity="Info" statusMessage="Status OK">
<PreferencesRet>
<MultiCurrencyPreferences>
<IsMultiCurrencyOn>false</IsMultiCurrencyOn>
</MultiCurrencyPreferences>
</PreferencesRet>
</PreferencesQueryRs>
)",
        file.request_ids[0], file.request_ids[1], file.name, file.name, file.file_id,
        file.request_ids[2]));
}

std::string customer(std::string_view list_id, std::string_view name,
                     std::string_view edit_sequence)
{
    return fmt::format(R"(<CustomerRet>
<ListID>{}</ListID>
<TimeCreated>2026-03-02T09:15:00-07:00</TimeCreated>
<TimeModified>2026-10-01T16:20:00-07:00</TimeModified>
<EditSequence>{}</EditSequence>
<Name>{}</Name>
<FullName>{}</FullName>
<IsActive>true</IsActive>
<Sublevel>0</Sublevel>
</CustomerRet>
)",
                       list_id, edit_sequence, name, name);
}

std::string customers(std::string_view request_id, std::string_view records)
{
    return answer(
        fmt::format("<CustomerQueryRs requestID=\"{}\" statusCode=\"0\" "
                    "statusSeverity=\"Info\" statusMessage=\"Status OK\">\n{}"
                    "</CustomerQueryRs>\n",
                    request_id, records));
}

std::string customers_page(std::string_view request_id, int remaining, std::string_view records)
{
    return answer(fmt::format(
        "<CustomerQueryRs requestID=\"{}\" statusCode=\"0\" statusSeverity=\"Info\" "
        "statusMessage=\"Status OK\" iteratorRemainingCount=\"{}\" "
        "iteratorID=\"{{11111111-2222-4333-8444-555555555555}}\">\n{}</CustomerQueryRs>\n",
        request_id, remaining, records));
}

}  // namespace testing
