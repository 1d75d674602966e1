// What QuickBooks answers, as literal qbXML: the books of Maple & Pine Joinery.
#pragma once

#include <string>
#include <string_view>

namespace testing {

// As QBWC wraps it: no encoding, no <?qbxml?>.
std::string answer(std::string_view responses);
// To a message set that QuickBooks keeps under its id.
// To every query of a message set: no record matches.
std::string nothing_found(const std::string& message_set);
std::string kept_answer(std::string_view batch, std::string_view responses);

// Host, company and preferences, as they come with the first sendRequestXML of a run.
struct OpenFile {
    std::string name = "Maple &amp; Pine Joinery";
    std::string file_id = "{5A1C0000-0000-4000-8000-00000000000A}";
    std::string request_ids[3] = {"0", "1", "2"};
};
std::string first_look(const OpenFile& = {});

// One customer's record.
std::string customer(std::string_view list_id, std::string_view name,
                     std::string_view edit_sequence = "1700000000");

// The answer to a CustomerQueryRq: all of them, or one page of an iterator.
std::string customers(std::string_view request_id, std::string_view records);
std::string customers_page(std::string_view request_id, int remaining, std::string_view records);

}  // namespace testing
