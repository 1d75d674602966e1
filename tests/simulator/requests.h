// Requests and books that several tests of writing use.
#pragma once

#include <catch2/catch.hpp>

#include <string>
#include <string_view>

#include "qbxml/check.h"
#include "tests/simulator/books.h"

namespace simulator_test {

// What is wrong with an answer by the grammar, "" when nothing is.
inline std::string faults_of(const std::string& answer, qbxml::Edition edition = qbxml::Edition::us,
                             qbxml::Version version = {13, 0})
{
    std::string text;
    for (const auto& found : qbxml::check_document(answer, version, edition).faults)
        text += std::to_string(found.line) + ": " + found.fault.text() + "\n";
    return text;
}

inline std::string customer_add(std::string_view fields)
{
    return "<CustomerAddRq><CustomerAdd>" + std::string(fields) + "</CustomerAdd></CustomerAddRq>";
}

// A ...Mod of the list record that was answered.
inline std::string list_mod(std::string_view noun, const std::string& added,
                            std::string_view fields)
{
    const std::string name = std::string(noun) + "Mod";
    return "<" + name + "Rq><" + name + "><ListID>" + first(added, "ListID") +
           "</ListID><EditSequence>" + first(added, "EditSequence") + "</EditSequence>" +
           std::string(fields) + "</" + name + "></" + name + "Rq>";
}

inline std::string invoice_add(std::string_view fields)
{
    return "<InvoiceAddRq><InvoiceAdd>" + std::string(fields) + "</InvoiceAdd></InvoiceAddRq>";
}

inline std::string line(std::string_view item, std::string_view numbers = "")
{
    return "<InvoiceLineAdd><ItemRef><FullName>" + std::string(item) + "</FullName></ItemRef>" +
           std::string(numbers) + "</InvoiceLineAdd>";
}

inline std::string ref(std::string_view name, std::string_view full_name)
{
    return "<" + std::string(name) + "><FullName>" + std::string(full_name) + "</FullName></" +
           std::string(name) + ">";
}

// Books with the customer A, taxed at seven per cent, thirty days.
inline Desk desk_with_a()
{
    Desk desk;
    REQUIRE(status_of(
                desk.ask(customer_add("<Name>A</Name><Phone>1</Phone><Email>a@example.com</Email>" +
                                      ref("TermsRef", "Net 30") + ref("SalesTaxCodeRef", "Tax") +
                                      ref("ItemSalesTaxRef", "Burlington")))) == 0);
    return desk;
}

inline std::string customer(Desk& desk, std::string_view name, std::string_view field)
{
    return first(desk.ask("<CustomerQueryRq><FullName>" + std::string(name) +
                          "</FullName></CustomerQueryRq>"),
                 field);
}

inline std::string invoice(Desk& desk, const std::string& txn_id)
{
    return desk.ask("<InvoiceQueryRq><TxnID>" + txn_id +
                    "</TxnID><IncludeLineItems>true</IncludeLineItems>"
                    "<IncludeLinkedTxns>true</IncludeLinkedTxns></InvoiceQueryRq>");
}

inline std::string receivable(Desk& desk)
{
    return first(
        desk.ask("<AccountQueryRq><FullName>Accounts Receivable</FullName></AccountQueryRq>"),
        "Balance");
}

}  // namespace simulator_test
