// Whole answers, read by eye: the look of what QuickBooks writes.
#include <catch2/catch.hpp>

#include "tests/simulator/books.h"

using namespace simulator_test;

TEST_CASE("a customer added shows every field the request gave and those of the form")
{
    Desk desk;
    CHECK(desk.ask(R"(<CustomerAddRq requestID="1"><CustomerAdd>
<Name>Ren&#233;e &amp; Co</Name>
<FirstName> Ren&#233;e </FirstName>
<BillAddress><Addr1>1 Elm Court</Addr1><City>Stowe</City><State>VT</State></BillAddress>
<Phone>802-555-0100</Phone>
<TermsRef><FullName>net 30</FullName></TermsRef>
<CreditLimit>1000</CreditLimit>
</CustomerAdd></CustomerAddRq>)") == R"(<?xml version="1.0" ?>
<QBXML>
<QBXMLMsgsRs>
<CustomerAddRs requestID="1" statusCode="0" statusSeverity="Info" statusMessage="Status OK">
<CustomerRet>
<ListID>8000000C-1719849600</ListID>
<TimeCreated>2024-07-01T12:00:00-05:00</TimeCreated>
<TimeModified>2024-07-01T12:00:00-05:00</TimeModified>
<EditSequence>1719849600</EditSequence>
<Name>Ren&#233;e &amp; Co</Name>
<FullName>Ren&#233;e &amp; Co</FullName>
<IsActive>true</IsActive>
<Sublevel>0</Sublevel>
<FirstName>Ren&#233;e</FirstName>
<BillAddress>
<Addr1>1 Elm Court</Addr1>
<City>Stowe</City>
<State>VT</State>
</BillAddress>
<BillAddressBlock>
<Addr1>1 Elm Court</Addr1>
<Addr2>Stowe, VT</Addr2>
</BillAddressBlock>
<Phone>802-555-0100</Phone>
<AdditionalContactRef>
<ContactName>Main Phone</ContactName>
<ContactValue>802-555-0100</ContactValue>
</AdditionalContactRef>
<TermsRef>
<ListID>80000003-1650000041</ListID>
<FullName>Net 30</FullName>
</TermsRef>
<Balance>0.00</Balance>
<TotalBalance>0.00</TotalBalance>
<SalesTaxCodeRef>
<ListID>80000001-1650000044</ListID>
<FullName>Tax</FullName>
</SalesTaxCodeRef>
<ItemSalesTaxRef>
<ListID>8000001D-1650000113</ListID>
<FullName>Burlington</FullName>
</ItemSalesTaxRef>
<CreditLimit>1000.00</CreditLimit>
<JobStatus>None</JobStatus>
<PreferredDeliveryMethod>None</PreferredDeliveryMethod>
</CustomerRet>
</CustomerAddRs>
</QBXMLMsgsRs>
</QBXML>
)");
}

TEST_CASE("an empty list answers status 1 and nothing else")
{
    Desk desk;
    CHECK(desk.ask("<InvoiceQueryRq requestID=\"7\"/>") ==
          "<?xml version=\"1.0\" ?>\n<QBXML>\n<QBXMLMsgsRs>\n"
          "<InvoiceQueryRs requestID=\"7\" statusCode=\"1\" statusSeverity=\"Info\" "
          "statusMessage=\"A query request did not find a matching object in QuickBooks\" />\n"
          "</QBXMLMsgsRs>\n</QBXML>\n");
}

TEST_CASE("an invoice added is answered whole, with its lines")
{
    Desk desk;
    desk.ask("<CustomerAddRq><CustomerAdd><Name>A</Name></CustomerAdd></CustomerAddRq>");
    const std::string answer = desk.ask(R"(<InvoiceAddRq requestID="2"><InvoiceAdd>
<CustomerRef><FullName>a</FullName></CustomerRef>
<TxnDate>2024-06-30</TxnDate>
<Memo>Two &lt;windows&gt;</Memo>
<InvoiceLineAdd><ItemRef><FullName>Window</FullName></ItemRef><Quantity>2</Quantity>
</InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>)");
    const std::size_t begin = answer.find("<InvoiceRet>");
    CHECK(answer.substr(begin, answer.find("</QBXMLMsgsRs>") - begin) ==
          R"(<InvoiceRet>
<TxnID>C-1719849600</TxnID>
<TimeCreated>2024-07-01T12:00:00-05:00</TimeCreated>
<TimeModified>2024-07-01T12:00:00-05:00</TimeModified>
<EditSequence>1719849600</EditSequence>
<TxnNumber>2</TxnNumber>
<CustomerRef>
<ListID>8000000C-1719849600</ListID>
<FullName>A</FullName>
</CustomerRef>
<ARAccountRef>
<ListID>80000003-1650000003</ListID>
<FullName>Accounts Receivable</FullName>
</ARAccountRef>
<TemplateRef>
<ListID>80000001-1650000067</ListID>
<FullName>Builder&apos;s Invoice</FullName>
</TemplateRef>
<TxnDate>2024-06-30</TxnDate>
<RefNumber>1</RefNumber>
<IsPending>false</IsPending>
<IsFinanceCharge>false</IsFinanceCharge>
<DueDate>2024-06-30</DueDate>
<ShipDate>2024-06-30</ShipDate>
<Subtotal>689.00</Subtotal>
<ItemSalesTaxRef>
<ListID>8000001D-1650000113</ListID>
<FullName>Burlington</FullName>
</ItemSalesTaxRef>
<SalesTaxPercentage>7.00</SalesTaxPercentage>
<SalesTaxTotal>48.23</SalesTaxTotal>
<AppliedAmount>0.00</AppliedAmount>
<BalanceRemaining>737.23</BalanceRemaining>
<Memo>Two &lt;windows&gt;</Memo>
<IsPaid>false</IsPaid>
<IsToBePrinted>true</IsToBePrinted>
<IsToBeEmailed>false</IsToBeEmailed>
<CustomerSalesTaxCodeRef>
<ListID>80000001-1650000044</ListID>
<FullName>Tax</FullName>
</CustomerSalesTaxCodeRef>
<InvoiceLineRet>
<TxnLineID>D-1719849600</TxnLineID>
<ItemRef>
<ListID>80000019-1650000109</ListID>
<FullName>Window</FullName>
</ItemRef>
<Desc>Double-glazed window</Desc>
<Quantity>2</Quantity>
<Rate>344.50</Rate>
<Amount>689.00</Amount>
<SalesTaxCodeRef>
<ListID>80000001-1650000044</ListID>
<FullName>Tax</FullName>
</SalesTaxCodeRef>
</InvoiceLineRet>
</InvoiceRet>
</InvoiceAddRs>
)");
}
