// The kinds of record the simulated books keep, and how the books file them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace qbxml::simulator {

struct Kind {
    std::string_view noun;  // "Customer": queried by CustomerQueryRq, answered as CustomerRet
    std::string_view
        names;  // kinds with the same word share one space of names; "" for transactions
    std::string_view serial;  // kinds with the same word count their ids together
    std::string_view family;  // the wider query that answers it too ("Item", "Terms"), or ""

    bool is_list() const { return !names.empty(); }
    std::string_view key() const { return is_list() ? "ListID" : "TxnID"; }
    std::string ret() const { return std::string(noun) + "Ret"; }
};

// The kind of that noun; null when the books keep no such records.
const Kind* kind_of(std::string_view noun);
// The kind whose record is named so ("CustomerRet").
const Kind* kind_of_ret(std::string_view ret_name);
// What the query of that noun answers: one kind, or a family in QuickBooks' order.
std::vector<const Kind*> kinds_answered(std::string_view query_noun);
// Kinds are numbered from 0 to kind_count() - 1.
std::size_t number_of(const Kind&);
std::size_t kind_count();
// Every kind, in the order in which books are written to disk.
std::vector<const Kind*> all_kinds();

}  // namespace qbxml::simulator
