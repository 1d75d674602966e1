// What a record becomes: the requests, as QuickBooks gets them.
#include "records.h"

using namespace qbxml;
using namespace qbxml::canonical;

namespace {

std::string written(std::string_view write, const Context& context = {},
                    Version version = common_version, Edition edition = Edition::us)
{
    return qbxml_of(requests_of(write, context, version, edition).requests, version, edition);
}

}  // namespace

TEST_CASE("a new customer with everything in its place")
{
    CHECK(
        written(R"({"operation":"create","dataType":"customers","record":{
        "name":"Café & Co","status":"Archived","parentRef":{"id":"P-1","name":"ignored"},
        "firstName":"Rosa","emailAddress":null,
        "customerTypeRef":{"id":"CustomerType:T-1","name":"Courier"},
        "creditLimit":5000,"termsRef":{"name":"Net 15"},
        "job":{"status":"Pending","startDate":"2025-02-03"},
        "phone":"1","phoneNumbers":[{"type":"Work","number":"5"},{"type":"Primary","number":"1"},
            {"type":"Mobile","number":"4"},{"type":"Fax","number":"3"},
            {"type":"Alternate","number":"2"}],
        "webLinks":[{"type":"Website","url":"https://a.example.com"},{"type":"Website","url":"b"},
            {"type":"Social","url":"https://www.linkedin.com/in/a"},
            {"type":"Social","url":"https://o.example"}],
        "otherContactFields":[{"name":"Skype ID","value":"rosa"}],
        "addresses":[{"type":"Billing","line1":"12 Maple Street","city":"Boulder",
            "region":"CO","postalCode":"80301"},
            {"type":"Delivery","name":"Depot","line1":"90 Canyon Road","isDefault":true},
            {"type":"Delivery","line1":"7 Mesa Lane"}]}})") ==
        "<CustomerAddRq><CustomerAdd><Name>Caf&#233; &amp; Co</Name><IsActive>false</IsActive>"
        "<ParentRef><ListID>P-1</ListID></ParentRef><FirstName>Rosa</FirstName>"
        "<BillAddress><Addr1>12 Maple Street</Addr1><City>Boulder</City><State>CO</State>"
        "<PostalCode>80301</PostalCode></BillAddress>"
        "<ShipAddress><Addr1>7 Mesa Lane</Addr1></ShipAddress>"
        "<ShipToAddress><Name>Depot</Name><Addr1>90 Canyon Road</Addr1>"
        "<DefaultShipTo>true</DefaultShipTo></ShipToAddress>"
        "<Phone>1</Phone><AltPhone>2</AltPhone><Fax>3</Fax>"
        "<AdditionalContactRef><ContactName>Mobile</ContactName><ContactValue>4</ContactValue>"
        "</AdditionalContactRef>"
        "<AdditionalContactRef><ContactName>Work Phone</ContactName><ContactValue>5</ContactValue>"
        "</AdditionalContactRef>"
        "<AdditionalContactRef><ContactName>Website</ContactName><ContactValue>https://"
        "a.example.com"
        "</ContactValue></AdditionalContactRef>"
        "<AdditionalContactRef><ContactName>URL 1</ContactName><ContactValue>b</ContactValue>"
        "</AdditionalContactRef>"
        "<AdditionalContactRef><ContactName>LinkedIn</ContactName><ContactValue>"
        "https://www.linkedin.com/in/a</ContactValue></AdditionalContactRef>"
        "<AdditionalContactRef><ContactName>URL 2</ContactName><ContactValue>https://o.example"
        "</ContactValue></AdditionalContactRef>"
        "<AdditionalContactRef><ContactName>Skype ID</ContactName><ContactValue>rosa</ContactValue>"
        "</AdditionalContactRef>"
        "<CustomerTypeRef><ListID>T-1</ListID></CustomerTypeRef>"
        "<TermsRef><FullName>Net 15</FullName></TermsRef><CreditLimit>5000.00</CreditLimit>"
        "<JobStatus>Pending</JobStatus><JobStartDate>2025-02-03</JobStartDate>"
        "</CustomerAdd></CustomerAddRq>");
}

TEST_CASE("null clears on update, absent leaves alone")
{
    CHECK(written(R"({"operation":"update","dataType":"customers","id":"C-1","record":{
        "metadata":{"editSequence":"77"},"note":null,"termsRef":null,"categoryRefs":[],
        "job":{"status":null},"status":"Active"}})") ==
          "<CustomerModRq><CustomerMod><ListID>C-1</ListID><EditSequence>77</EditSequence>"
          "<IsActive>true</IsActive><ClassRef><ListID/></ClassRef>"
          "<TermsRef><ListID/></TermsRef><JobStatus>None</JobStatus><Notes/>"
          "</CustomerMod></CustomerModRq>");
}

TEST_CASE("deleted and voided by the kind of record")
{
    CHECK(written(R"({"operation":"delete","dataType":"customers","id":"C-1"})") ==
          "<ListDelRq><ListDelType>Customer</ListDelType><ListID>C-1</ListID></ListDelRq>");
    CHECK(written(R"({"operation":"delete","dataType":"trackingCategories","id":"JobType:5"})") ==
          "<ListDelRq><ListDelType>JobType</ListDelType><ListID>5</ListID></ListDelRq>");
    CHECK(
        written(R"({"operation":"delete","dataType":"items","id":"8000A001-1"})", shop()) ==
        "<ListDelRq><ListDelType>ItemService</ListDelType><ListID>8000A001-1</ListID></ListDelRq>");
    CHECK(written(R"({"operation":"delete","dataType":"invoices","id":"I-1"})") ==
          "<TxnDelRq><TxnDelType>Invoice</TxnDelType><TxnID>I-1</TxnID></TxnDelRq>");
    CHECK(written(
              R"({"operation":"void","dataType":"directCosts","id":"K-1","sourceType":"Check"})") ==
          "<TxnVoidRq><TxnVoidType>Check</TxnVoidType><TxnID>K-1</TxnID></TxnVoidRq>");
    CHECK(refusals(R"({"operation":"delete","dataType":"items","id":"5"})") ==
          "/metadata/sourceType required");
}

TEST_CASE("a new invoice: prices, amounts, a group, a discount, a line custom field")
{
    CHECK(written(R"({"operation":"create","dataType":"invoices","record":{
        "customerRef":{"id":"C-1"},"issueDate":"2025-05-02","currencyRate":"1.50",
        "lineItems":[
          {"itemRef":{"id":"8000A001-1"},"quantity":"2","unitAmount":45.125,"subTotal":"90.25"},
          {"itemRef":{"id":"8000A001-1"},"quantity":"2.50","subTotal":"80"},
          {"itemRef":{"id":"8000A005-1"},"quantity":"1"},
          {"lineType":"Group","itemRef":{"name":"Set"},"quantity":"1","subTotal":"5.00"},
          {"itemRef":{"id":"8000A003-1"},"unitPercent":"-10.0"},
          {"description":"only words","tracking":{"categoryRefs":[{"id":"K"}]},
           "customFields":[{"name":"Frame","value":"F-7","type":"String"}]},
          {"itemRef":{"id":"1"},"createdFrom":{"transactionId":"S-1","lineId":"S-2"}}]}})",
                  shop()) ==
          "<InvoiceAddRq><InvoiceAdd><CustomerRef><ListID>C-1</ListID></CustomerRef>"
          "<TxnDate>2025-05-02</TxnDate><ExchangeRate>1.5</ExchangeRate>"
          "<InvoiceLineAdd><ItemRef><ListID>8000A001-1</ListID></ItemRef><Quantity>2</Quantity>"
          "<Rate>45.125</Rate></InvoiceLineAdd>"
          "<InvoiceLineAdd><ItemRef><ListID>8000A001-1</ListID></ItemRef><Quantity>2.5</Quantity>"
          "<Amount>80.00</Amount></InvoiceLineAdd>"
          "<InvoiceLineGroupAdd><ItemGroupRef><ListID>8000A005-1</ListID></ItemGroupRef>"
          "<Quantity>1</Quantity></InvoiceLineGroupAdd>"
          "<InvoiceLineGroupAdd><ItemGroupRef><FullName>Set</FullName></ItemGroupRef>"
          "<Quantity>1</Quantity></InvoiceLineGroupAdd>"
          "<InvoiceLineAdd><ItemRef><ListID>8000A003-1</ListID></ItemRef><RatePercent>-10</"
          "RatePercent>"
          "</InvoiceLineAdd>"
          "<InvoiceLineAdd><Desc>only words</Desc><ClassRef><ListID>K</ListID></ClassRef>"
          "<DataExt><OwnerID>0</OwnerID><DataExtName>Frame</DataExtName><DataExtValue>F-7</"
          "DataExtValue>"
          "</DataExt></InvoiceLineAdd>"
          "<InvoiceLineAdd><ItemRef><ListID>1</ListID></ItemRef><LinkToTxn><TxnID>S-1</TxnID>"
          "<TxnLineID>S-2</TxnLineID></LinkToTxn></InvoiceLineAdd>"
          "</InvoiceAdd></InvoiceAddRq>");
}

TEST_CASE("with tax inside, the amount is net and tax together")
{
    CHECK(
        written(R"({"operation":"create","dataType":"invoices","record":{"customerRef":{"id":"C-1"},
        "amountsIncludeTax":true,"lineItems":[{"subTotal":"60.00","taxAmount":"6.00"}]}})",
                {}, {13, 0}, Edition::au) ==
        "<InvoiceAddRq><InvoiceAdd><CustomerRef><ListID>C-1</ListID></CustomerRef>"
        "<IsTaxIncluded>true</IsTaxIncluded><InvoiceLineAdd><Amount>66.00</Amount>"
        "<TaxAmount>6.00</TaxAmount></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>");
}

TEST_CASE("lines on update: kept, new, inside a group, and the ones left out are gone")
{
    CHECK(
        written(
            R"({"operation":"update","dataType":"invoices","id":"I-1","editSequence":"3","record":{
        "lineItems":[{"id":"L-1"},{"id":"L-2","description":null,"quantity":"3"},
          {"id":"G-1","lineType":"Group"},{"id":"L-3","parentLineId":"G-1","subTotal":"5"},
          {"itemRef":{"id":"8000A001-1"},"subTotal":"7"}]}})",
            shop()) ==
        "<InvoiceModRq><InvoiceMod><TxnID>I-1</TxnID><EditSequence>3</EditSequence>"
        "<InvoiceLineMod><TxnLineID>L-1</TxnLineID></InvoiceLineMod>"
        "<InvoiceLineMod><TxnLineID>L-2</TxnLineID><Desc/><Quantity>3</Quantity></"
        "InvoiceLineMod>"
        "<InvoiceLineGroupMod><TxnLineID>G-1</TxnLineID><InvoiceLineMod><TxnLineID>L-3</TxnLineID>"
        "<Amount>5.00</Amount></InvoiceLineMod></InvoiceLineGroupMod>"
        "<InvoiceLineMod><TxnLineID>-1</TxnLineID><ItemRef><ListID>8000A001-1</ListID></ItemRef>"
        "<Amount>7.00</Amount></InvoiceLineMod></InvoiceMod></InvoiceModRq>");
}

TEST_CASE("purchase lines on update: a kind that is not named is cleared")
{
    CHECK(
        written(R"({"operation":"update","dataType":"bills","id":"B-1","editSequence":"3","record":{
        "lineItems":[{"id":"L-1","lineType":"Expense","subTotal":"5"}]}})") ==
        "<BillModRq><BillMod><TxnID>B-1</TxnID><EditSequence>3</EditSequence>"
        "<ExpenseLineMod><TxnLineID>L-1</TxnLineID><Amount>5.00</Amount></ExpenseLineMod>"
        "<ClearItemLines>true</ClearItemLines></BillMod></BillModRq>");
    CHECK(
        written(R"({"operation":"update","dataType":"bills","id":"B-1","editSequence":"3","record":{
        "lineItems":[]}})") ==
        "<BillModRq><BillMod><TxnID>B-1</TxnID><EditSequence>3</EditSequence>"
        "<ClearExpenseLines>true</ClearExpenseLines><ClearItemLines>true</ClearItemLines>"
        "</BillMod></BillModRq>");
}

TEST_CASE("a card credit is turned back, journal lines lose their signs")
{
    CHECK(
        written(
            R"({"operation":"create","dataType":"directCosts","record":{"kind":"CreditCardCredit",
        "accountRef":{"id":"A-1"},"lineItems":[{"accountRef":{"id":"A-2"},"subTotal":"-50.00"},
          {"itemRef":{"id":"I"},"quantity":"-2","unitAmount":"25.00","subTotal":"-50.00"}]}})") ==
        "<CreditCardCreditAddRq><CreditCardCreditAdd><AccountRef><ListID>A-1</ListID></AccountRef>"
        "<ExpenseLineAdd><AccountRef><ListID>A-2</ListID></AccountRef><Amount>50.00</Amount>"
        "</ExpenseLineAdd><ItemLineAdd><ItemRef><ListID>I</ListID></ItemRef><Quantity>2</Quantity>"
        "<Cost>25.00</Cost></ItemLineAdd></CreditCardCreditAdd></CreditCardCreditAddRq>");
    const std::string lines = R"("journalLines":[{"accountRef":{"id":"A-1"},"netAmount":"5.00"},
        {"accountRef":{"id":"A-2"},"netAmount":"-5"}]}})";
    CHECK(written(R"({"operation":"create","dataType":"journalEntries","record":{)" + lines) ==
          "<JournalEntryAddRq><JournalEntryAdd><JournalDebitLine><AccountRef><ListID>A-1</ListID>"
          "</AccountRef><Amount>5.00</Amount></JournalDebitLine><JournalCreditLine><AccountRef>"
          "<ListID>A-2</ListID></AccountRef><Amount>5.00</Amount></JournalCreditLine>"
          "</JournalEntryAdd></JournalEntryAddRq>");
    CHECK(
        written(R"({"operation":"update","dataType":"journalEntries","id":"J","editSequence":"1",)"
                R"("record":{)" +
                lines) ==
        "<JournalEntryModRq><JournalEntryMod><TxnID>J</TxnID><EditSequence>1</EditSequence>"
        "<JournalLineMod><TxnLineID>-1</TxnLineID><JournalLineType>Debit</"
        "JournalLineType><AccountRef>"
        "<ListID>A-1</ListID></AccountRef><Amount>5.00</Amount></JournalLineMod>"
        "<JournalLineMod><TxnLineID>-1</TxnLineID><JournalLineType>Credit</"
        "JournalLineType><AccountRef>"
        "<ListID>A-2</ListID></AccountRef><Amount>5.00</Amount></JournalLineMod>"
        "</JournalEntryMod></JournalEntryModRq>");
}

TEST_CASE("payments, deposits, transfers and adjustments")
{
    CHECK(written(R"({"operation":"create","dataType":"payments","record":{"customerRef":{"id":"C"},
        "totalAmount":"90",
        "allocations":[{"recordRef":{"id":"I-1","dataType":"invoices"},"amount":"90",
        "discountAmount":"10","credits":[{"id":"M-1","amount":"5"}]}]}})") ==
          "<ReceivePaymentAddRq><ReceivePaymentAdd><CustomerRef><ListID>C</ListID></CustomerRef>"
          "<TotalAmount>90.00</TotalAmount><AppliedToTxnAdd><TxnID>I-1</TxnID>"
          "<PaymentAmount>90.00</PaymentAmount><SetCredit><CreditTxnID>M-1</CreditTxnID>"
          "<AppliedAmount>5.00</AppliedAmount></SetCredit><DiscountAmount>10.00</DiscountAmount>"
          "</AppliedToTxnAdd></ReceivePaymentAdd></ReceivePaymentAddRq>");
    CHECK(written(R"({"operation":"create","dataType":"deposits","record":{"accountRef":{"id":"A"},
        "lines":[{"paymentId":"P-1","description":"for Aspen"},
                 {"accountRef":{"id":"B"},"description":"cash","amount":"4"}]}})") ==
          "<DepositAddRq><DepositAdd><DepositToAccountRef><ListID>A</ListID></DepositToAccountRef>"
          "<DepositLineAdd><PaymentTxnID>P-1</PaymentTxnID><OverrideMemo>for Aspen</OverrideMemo>"
          "</DepositLineAdd><DepositLineAdd><AccountRef><ListID>B</ListID></AccountRef><Memo>cash</"
          "Memo>"
          "<Amount>4.00</Amount></DepositLineAdd></DepositAdd></DepositAddRq>");
    CHECK(written(R"({"operation":"create","dataType":"transfers","record":{
        "from":{"accountRef":{"id":"A"}},"to":{"accountRef":{"id":"B"}},"amount":12.5}})") ==
          "<TransferAddRq><TransferAdd><TransferFromAccountRef><ListID>A</ListID></"
          "TransferFromAccountRef>"
          "<TransferToAccountRef><ListID>B</ListID></TransferToAccountRef><Amount>12.50</Amount>"
          "</TransferAdd></TransferAddRq>");
    CHECK(written(R"({"operation":"create","dataType":"inventoryAdjustments","record":{
        "accountRef":{"id":"A"},"lines":[{"itemRef":{"id":"I"},"quantityDifference":"-2"}]}})") ==
          "<InventoryAdjustmentAddRq><InventoryAdjustmentAdd><AccountRef><ListID>A</ListID></"
          "AccountRef>"
          "<InventoryAdjustmentLineAdd><ItemRef><ListID>I</ListID></ItemRef><QuantityAdjustment>"
          "<QuantityDifference>-2</QuantityDifference></QuantityAdjustment></"
          "InventoryAdjustmentLineAdd>"
          "</InventoryAdjustmentAdd></InventoryAdjustmentAddRq>");
}

TEST_CASE("items with one side and with two")
{
    const std::string start =
        R"({"operation":"create","dataType":"items","record":{"kind":"Service","name":"Tune-up",)";
    CHECK(written(
              start +
              R"("invoiceItem":{"description":"a","unitPrice":"45","accountRef":{"id":"A"}}}})") ==
          "<ItemServiceAddRq><ItemServiceAdd><Name>Tune-up</Name><SalesOrPurchase><Desc>a</Desc>"
          "<Price>45.00</Price><AccountRef><ListID>A</ListID></AccountRef></SalesOrPurchase>"
          "</ItemServiceAdd></ItemServiceAddRq>");
    CHECK(written(start + R"("invoiceItem":{"unitPrice":"45","accountRef":{"id":"A"}},
        "billItem":{"unitPrice":"45","accountRef":{"id":"A"}}}})") ==
          "<ItemServiceAddRq><ItemServiceAdd><Name>Tune-up</Name><SalesOrPurchase>"
          "<Price>45.00</Price><AccountRef><ListID>A</ListID></AccountRef></SalesOrPurchase>"
          "</ItemServiceAdd></ItemServiceAddRq>");
    CHECK(written(start + R"("invoiceItem":{"unitPrice":"45","accountRef":{"id":"A"}},
        "billItem":{"unitPrice":"30","accountRef":{"id":"B"}}}})") ==
          "<ItemServiceAddRq><ItemServiceAdd><Name>Tune-up</Name><SalesAndPurchase>"
          "<SalesPrice>45.00</SalesPrice><IncomeAccountRef><ListID>A</ListID></IncomeAccountRef>"
          "<PurchaseCost>30.00</PurchaseCost><ExpenseAccountRef><ListID>B</ListID></"
          "ExpenseAccountRef>"
          "</SalesAndPurchase></ItemServiceAdd></ItemServiceAddRq>");
    CHECK(
        written(
            R"({"operation":"create","dataType":"taxRates","record":{"kind":"Group","name":"Both",
        "components":[{"taxRateRef":{"id":"R1"},"rate":"1"},{"taxRateRef":{"id":"R2"}}]}})") ==
        "<ItemSalesTaxGroupAddRq><ItemSalesTaxGroupAdd><Name>Both</Name><ItemSalesTaxRef><ListID>R1"
        "</ListID></ItemSalesTaxRef><ItemSalesTaxRef><ListID>R2</ListID></ItemSalesTaxRef>"
        "</ItemSalesTaxGroupAdd></ItemSalesTaxGroupAddRq>");
}

TEST_CASE("custom fields of a new transaction name it by a macro")
{
    CHECK(written(R"({"operation":"create","dataType":"invoices","record":{"customerRef":{"id":"C"},
        "customFields":[{"name":"Crew","value":"B"},{"name":"Empty","value":null}]}})") ==
          "<InvoiceAddRq><InvoiceAdd "
          "defMacro=\"TxnID:New\"><CustomerRef><ListID>C</ListID></CustomerRef>"
          "</InvoiceAdd></InvoiceAddRq><DataExtAddRq><DataExtAdd><OwnerID>0</OwnerID>"
          "<DataExtName>Crew</DataExtName><TxnDataExtType>Invoice</TxnDataExtType>"
          "<TxnID useMacro=\"TxnID:New\"/><DataExtValue>B</DataExtValue></DataExtAdd>"
          "</DataExtAddRq>");
}

TEST_CASE("custom fields of a new list record follow once its ListID is known")
{
    const auto made =
        requests_of(R"({"operation":"create","dataType":"customers","record":{"name":"A",
        "customFields":[{"name":"Route","value":"North"}]}})");
    CHECK(made.requests.size() == 1);
    REQUIRE(made.follow_up.size() == 1);
    CHECK(qbxml_of({with_list_id(made.follow_up[0], "C-9")}) ==
          "<DataExtAddRq><DataExtAdd><OwnerID>0</OwnerID><DataExtName>Route</DataExtName>"
          "<ListDataExtType>Customer</ListDataExtType><ListObjRef><ListID>C-9</ListID></ListObjRef>"
          "<DataExtValue>North</DataExtValue></DataExtAdd></DataExtAddRq>");
}

TEST_CASE("custom fields on update are added, changed or removed, and need no update of their own")
{
    CHECK(
        written(
            R"({"operation":"update","dataType":"suppliers","id":"V-1","editSequence":"4","record":{
        "customFields":[{"name":"Old","value":"2"},{"name":"Gone","value":null},
                        {"name":"New","value":"n"},
                        {"name":"Same","value":"s"}]},
        "current":{"customFields":[{"ownerId":"0","name":"Old","value":"1"},
            {"ownerId":"0","name":"Gone","value":"g"},
            {"ownerId":"0","name":"Same","value":"s"}]}})") ==
        "<DataExtModRq><DataExtMod><OwnerID>0</OwnerID><DataExtName>Old</DataExtName>"
        "<ListDataExtType>Vendor</ListDataExtType><ListObjRef><ListID>V-1</ListID></ListObjRef>"
        "<DataExtValue>2</DataExtValue></DataExtMod></DataExtModRq>"
        "<DataExtDelRq><DataExtDel><OwnerID>0</OwnerID><DataExtName>Gone</DataExtName>"
        "<ListDataExtType>Vendor</ListDataExtType><ListObjRef><ListID>V-1</ListID></ListObjRef>"
        "</DataExtDel></DataExtDelRq>"
        "<DataExtAddRq><DataExtAdd><OwnerID>0</OwnerID><DataExtName>New</DataExtName>"
        "<ListDataExtType>Vendor</ListDataExtType><ListObjRef><ListID>V-1</ListID></ListObjRef>"
        "<DataExtValue>n</DataExtValue></DataExtAdd></DataExtAddRq>");
}

TEST_CASE("read-only fields are ignored with a warning each")
{
    const auto made =
        requests_of(R"({"operation":"create","dataType":"customers","record":{"name":"A",
        "id":"1","balance":"5.00","metadata":{"isDeleted":false,"sourceType":"Customer"}}})");
    std::string warned;
    for (const auto& warning : made.warnings) {
        CHECK(warning.code == "readOnly");
        warned += warning.path + " ";
    }
    CHECK(warned == "/id /balance /metadata/isDeleted /metadata/sourceType ");
    CHECK(qbxml_of(made.requests) ==
          "<CustomerAddRq><CustomerAdd><Name>A</Name></CustomerAdd></CustomerAddRq>");
}
