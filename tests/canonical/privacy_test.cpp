#include "records.h"

using namespace qbxml;
using namespace qbxml::canonical;

TEST_CASE("masked elements are stars in the kept text, all else is kept byte for byte")
{
    struct Row {
        std::string source, kept;
    };
    const auto row = GENERATE(values<Row>({
        {"<EmployeeRet>\n <ListID>1</ListID><SSN>123-45-6789</SSN >\r\n</EmployeeRet>",
         "<EmployeeRet>\n <ListID>1</ListID><SSN>***</SSN >\r\n</EmployeeRet>"},
        {"<CustomerRet><ListID>1</ListID><CreditCardInfo><CreditCardNumber>42</CreditCardNumber>"
         "</CreditCardInfo></CustomerRet>",
         "<CustomerRet><ListID>1</ListID><CreditCardInfo>***</CreditCardInfo></CustomerRet>"},
        {"<EmployeeRet><ListID>1</ListID><SSN/><Gender></Gender></EmployeeRet>",
         "<EmployeeRet><ListID>1</ListID><SSN/><Gender></Gender></EmployeeRet>"},
        {"<EmployeeRet><ListID>1</ListID><Disabled a='x>y'>true</Disabled><!-- <SSN>1</SSN> -->"
         "<Notes><![CDATA[<SSN>2</SSN>]]></Notes></EmployeeRet>",
         "<EmployeeRet><ListID>1</ListID><Disabled a='x>y'>***</Disabled><!-- <SSN>1</SSN> -->"
         "<Notes><![CDATA[<SSN>2</SSN>]]></Notes></EmployeeRet>"},
        {"<EmployeeRet><ListID>1</ListID><SSNx>1</SSNx><OnFile><OnFile>a</OnFile>b</OnFile>"
         "</EmployeeRet>",
         "<EmployeeRet><ListID>1</ListID><SSNx>1</SSNx><OnFile>***</OnFile></EmployeeRet>"},
    }));
    const auto read = converted(row.source);
    REQUIRE(read.records.size() == 1);
    CHECK(read.records[0].masked_source == row.kept);
}

TEST_CASE("each masked element is masked")
{
    const std::string name = GENERATE(
        "SSN", "BirthDate", "Gender", "Ethnicity", "MaritalStatus", "Disabled", "DisabilityDesc",
        "USCitizen", "USVeteran", "MilitaryStatus", "WorkAuthExpireDate", "OnFile",
        "EmergencyContacts", "EmployeePayrollInfo", "CreditCardInfo", "CreditCardTxnInfo");
    const auto read = converted("<EmployeeRet><ListID>1</ListID><" + name + ">secret</" + name +
                                "></EmployeeRet>");
    REQUIRE(read.records.size() == 1);
    CHECK(read.records[0].masked_source.find("secret") == std::string::npos);
    CHECK(read.records[0].json.find("secret") == std::string::npos);
}

TEST_CASE("a setting cannot bring a masked element back")
{
    Context context;
    context.supplemental["employees"] = {{"number", "SSN"},
                                         {"born", "EmployeePayrollInfo/BirthDate"}};
    const auto read = record(
        "<EmployeeRet><ListID>1</ListID><SSN>1</SSN><EmployeePayrollInfo>"
        "<BirthDate>2</BirthDate></EmployeePayrollInfo></EmployeeRet>",
        context);
    CHECK(at(read, "supplementalData") == R"({"born":null,"number":null})");
}
