#include <catch2/catch.hpp>

#include <map>
#include <set>

#include "qbxml/grammar/grammar.h"

using namespace qbxml;
using grammar::Particle;

namespace {

const Particle& element(std::string_view owner, std::string_view name)
{
    REQUIRE(grammar::owner(owner) != nullptr);
    const Particle* particle = grammar::owner(owner)->find(name);
    REQUIRE(particle != nullptr);
    return *particle;
}

std::vector<std::string> names_in(std::string_view owner)
{
    std::vector<std::string> names;
    for (const Particle& particle : grammar::owner(owner)->particles())
        if (particle.kind == Particle::Kind::element) names.emplace_back(particle.name());
    return names;
}

}  // namespace

TEST_CASE("the language has 242 requests, each with its answer")
{
    std::map<bool, int> count;
    for (const grammar::Message& message : grammar::messages()) {
        CAPTURE(message.name());
        ++count[message.request];
        CHECK(message.name().ends_with(message.request ? "Rq" : "Rs"));
        CHECK(message.twin().noun_and_verb() == message.noun_and_verb());
        CHECK(message.twin().request != message.request);
        CHECK(message.content().name() == message.name());
        CHECK(grammar::message(message.name()) == &message);
    }
    CHECK(count[true] == 242);
    CHECK(count[false] == 242);
    CHECK(grammar::message("InvoiceAdd") == nullptr);
    CHECK(grammar::message("") == nullptr);
}

TEST_CASE("messages tell since when, where, how they page and whether they change the books")
{
    struct Row {
        std::string_view name;
        Version since;
        std::string editions;
        bool iterates, counts, changes;
    };
    const auto row = GENERATE(values<Row>({
        {"HostQueryRq", {1, 0}, "US, CA, UK, AU", false, false, false},
        {"InvoiceAddRq", {1, 0}, "US, CA, UK, AU", false, false, true},
        {"InvoiceModRq", {2, 1}, "US, CA, UK, AU", false, false, true},
        {"InvoiceQueryRq", {1, 0}, "US, CA, UK, AU", true, true, false},
        {"CustomerQueryRq", {1, 0}, "US, CA, UK, AU", true, true, false},
        {"AccountQueryRq", {1, 0}, "US, CA, UK, AU", false, true, false},
        {"TxnVoidRq", {1, 1}, "US, CA, UK, AU", false, false, true},
        {"ListMergeRq", {7, 0}, "US, CA, UK, AU", false, false, true},
        {"LeadAddRq", {13, 0}, "US, CA, UK, AU", false, false, true},
        {"WorkersCompCodeAddRq", {7, 0}, "US, AU", false, false, true},
        {"SalesTaxReturnQueryRq", {8, 0}, "CA, UK, AU", false, true, false},
        {"InventorySiteAddRq", {10, 0}, "US, CA, UK", false, false, true},
    }));
    const grammar::Message* message = grammar::message(row.name);
    CAPTURE(row.name);
    REQUIRE(message != nullptr);
    CHECK(message->since() == row.since);
    CHECK(message->editions.names() == row.editions);
    CHECK(message->iterates == row.iterates);
    CHECK(message->counts == row.counts);
    CHECK(message->changes == row.changes);
}

TEST_CASE("elements stand in the order QuickBooks demands")
{
    CHECK(names_in("TermsRef") == std::vector<std::string>{"ListID", "FullName"});
    CHECK(names_in("InvoiceAdd") == std::vector<std::string>{"CustomerRef",
                                                             "ClassRef",
                                                             "ARAccountRef",
                                                             "TemplateRef",
                                                             "TxnDate",
                                                             "RefNumber",
                                                             "BillAddress",
                                                             "ShipAddress",
                                                             "IsPending",
                                                             "IsFinanceCharge",
                                                             "PONumber",
                                                             "TermsRef",
                                                             "DueDate",
                                                             "SalesRepRef",
                                                             "FOB",
                                                             "ShipDate",
                                                             "ShipMethodRef",
                                                             "ItemSalesTaxRef",
                                                             "Memo",
                                                             "CustomerMsgRef",
                                                             "IsToBePrinted",
                                                             "IsToBeEmailed",
                                                             "IsTaxIncluded",
                                                             "CustomerSalesTaxCodeRef",
                                                             "Other",
                                                             "ExchangeRate",
                                                             "ExternalGUID",
                                                             "LinkToTxnID",
                                                             "SetCredit",
                                                             "InvoiceLineAdd",
                                                             "InvoiceLineGroupAdd",
                                                             "DiscountLineAdd",
                                                             "SalesTaxLineAdd",
                                                             "ShippingLineAdd"});
    // On a check the number stands before the date, on an invoice behind it.
    const auto check = names_in("CheckAdd");
    CHECK(std::ranges::find(check, "RefNumber") < std::ranges::find(check, "TxnDate"));
    CHECK(names_in("ListDelRq") == std::vector<std::string>{"ListDelType", "ListID"});
    CHECK(names_in("TxnVoidRq") == std::vector<std::string>{"TxnVoidType", "TxnID"});
}

TEST_CASE("elements tell their type, occurrence, limits and first version")
{
    const Particle& number = element("InvoiceAdd", "RefNumber");
    CHECK(number.type()->name() == "STRTYPE");
    CHECK(number.least() == 0);
    CHECK(number.most() == 1);
    REQUIRE(number.chars() != nullptr);
    CHECK(number.chars()->in(Edition::us) == 11);
    CHECK(number.since() == Version{1, 0});

    CHECK(element("InvoiceAdd", "CustomerRef").least() == 1);
    CHECK(element("InvoiceAdd", "CustomerRef").type() == nullptr);
    CHECK(element("InvoiceAdd", "CustomerRef").content() == grammar::owner("CustomerRef"));
    CHECK(element("InvoiceAdd", "LinkToTxnID").repeats());
    CHECK(element("InvoiceAdd", "ExternalGUID").since() == Version{9, 0});
    CHECK_FALSE(element("InvoiceAdd", "IsTaxIncluded").editions.has(Edition::us));
    CHECK(element("InvoiceAdd", "IsTaxIncluded").editions.has(Edition::ca));

    // Limits that differ by country.
    const Particle& resale = element("CustomerAdd", "ResaleNumber");
    CHECK(resale.chars()->in(Edition::us) == 15);
    CHECK(resale.chars()->in(Edition::ca) == 21);

    const Particle& paid = element("InvoiceQueryRq", "PaidStatus");
    REQUIRE(paid.values() != nullptr);
    CHECK(paid.fallback() == "All");
    CHECK(paid.values()->find("NotPaidOnly") != nullptr);
    CHECK(paid.values()->find("notpaidonly") == nullptr);

    CHECK(element("DateDrivenTermsAdd", "DayOfMonthDue").range()->high == 31);
    CHECK(element("InvoiceQueryRq", "MaxReturned").range()->low == 1);
    CHECK((element("DepositLineAdd", "PaymentTxnID").flags & Particle::macro) != 0);
    CHECK((element("HostRet", "ProductName").flags & Particle::always) != 0);
    CHECK(element("BillRet", "IsPending").since() == Version{16, 0});
}

TEST_CASE("invoice lines and line groups mix, the keys of a query do not")
{
    const auto* invoice = grammar::owner("InvoiceAdd");
    const Particle* lines = invoice->mixing_choice(*invoice->find("InvoiceLineAdd"));
    REQUIRE(lines != nullptr);
    CHECK(lines == invoice->mixing_choice(*invoice->find("InvoiceLineGroupAdd")));
    CHECK(invoice->place_of(*invoice->find("InvoiceLineAdd")) ==
          invoice->place_of(*invoice->find("InvoiceLineGroupAdd")));
    CHECK(invoice->mixing_choice(*invoice->find("Memo")) == nullptr);

    const auto* query = grammar::owner("InvoiceQueryRq");
    CHECK(query->mixing_choice(*query->find("TxnID")) == nullptr);
}

TEST_CASE("a place may have facts of its own")
{
    const Particle& name = element("SalesTaxCodeRef", "FullName");
    const auto at_customer =
        grammar::facts_at("CustomerAddRq/CustomerAdd/SalesTaxCodeRef/FullName", name);
    REQUIRE(at_customer.chars != nullptr);
    CHECK(at_customer.chars->in(Edition::us) == 3);
    CHECK(at_customer.chars->in(Edition::au) == 6);
    const auto elsewhere = grammar::facts_at("Nowhere/SalesTaxCodeRef/FullName", name);
    CHECK(elsewhere.chars == name.chars());
    CHECK(elsewhere.editions == name.editions);
}

TEST_CASE("attributes follow the kind of message")
{
    const auto names = [](std::string_view owner) {
        std::set<std::string> out;
        for (const auto& each : grammar::owner(owner)->attributes())
            out.emplace(each.name());
        return out;
    };
    using Names = std::set<std::string>;
    CHECK(names("InvoiceAddRq") == Names{"requestID"});
    CHECK(names("InvoiceAdd") == Names{"defMacro"});
    CHECK(names("AccountQueryRq") == Names{"requestID", "metaData"});
    CHECK(names("InvoiceQueryRq") == Names{"requestID", "iterator", "iteratorID", "metaData"});
    CHECK(names("InvoiceQueryRs") == Names{"requestID", "statusCode", "statusSeverity",
                                           "statusMessage", "retCount", "iteratorRemainingCount",
                                           "iteratorID"});
    CHECK(names("QBXMLMsgsRq") ==
          Names{"onError", "responseData", "newMessageSetID", "oldMessageSetID"});
    CHECK(grammar::owner("QBXMLMsgsRq")->find_attribute("onError")->required);
    CHECK(grammar::owner("HostQueryRq")->find_attribute("requestID")->chars == 50);
}

TEST_CASE("the versions stand oldest first, the newest is the one we speak at most")
{
    const auto versions = grammar::versions();
    CHECK(versions.front().version() == Version{1, 0});
    CHECK(versions.back().version() == newest_version);
    for (std::size_t i = 1; i < versions.size(); ++i)
        CHECK(versions[i - 1].version() < versions[i].version());
}

TEST_CASE("the whole language takes less than half a megabyte")
{
    CHECK(grammar::table_bytes() < 512 * 1024);
    CHECK(grammar::owners().size() > 1000);
    CHECK(grammar::enumerations().size() == 148);
}
