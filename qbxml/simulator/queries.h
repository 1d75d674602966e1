// Answers to ...QueryRq: keys or filters, what of a record is shown, and iterators.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/filter.h"
#include "qbxml/simulator/outcome.h"
#include "qbxml/version.h"

namespace qbxml::simulator {

struct QueryAnswer {
    Outcome outcome;  // records in its body
    std::optional<std::size_t> ret_count;
    std::optional<std::size_t> iterator_remaining;
    std::string iterator_id;
};

// What of records of that kind an answer shows: IncludeLineItems, IncludeLinkedTxns, OwnerID,
// IncludeRetElement of the request, and what the version knows.
Record::Selection selection_of(CompanyFile&, const Node& request, const Kind&, Version);
// What the answer to an Add or Mod shows: all but custom fields.
Record::Selection selection_of_write(CompanyFile&, const Node& request, const Kind&, Version);

// The id of an iterator: the `number`th of the session that `salt` stands for.
std::string iterator_id(std::uint64_t salt, std::uint64_t number);

// The queries of one session; iterators die with it.
class Queries {
public:
    // `salt` makes the iterator ids of this session its own.
    Queries(CompanyFile& books, std::uint64_t salt) : books_(books), salt_(salt) {}

    // `request` is a ...QueryRq, valid by the grammar, of a noun whose kinds the books keep.
    QueryAnswer answer(const Node& request, const std::vector<const Kind*>& kinds, Version version,
                       std::int64_t now);
    void lose_iterators() { iterators_.clear(); }

private:
    struct Key {
        const Kind* kind;
        std::string id;
    };
    struct Iterator {
        Node start;  // the request that began it
        std::vector<Key> keys;
        std::size_t next = 0;
    };
    using Selections = std::map<const Kind*, Record::Selection>;

    QueryAnswer by_keys(const Node& request, const std::vector<const Kind*>& kinds, Version);
    QueryAnswer start(const Node& request, const std::vector<const Kind*>& kinds, Version,
                      const Filter& filter);
    QueryAnswer go_on(const Node& request, const std::vector<const Kind*>& kinds, Version);
    QueryAnswer page(Iterator&, const std::string& id, std::size_t size, const Selections&);
    Selections selections(const Node& request, const std::vector<const Kind*>& kinds, Version);

    CompanyFile& books_;
    std::uint64_t salt_;
    std::uint64_t made_ = 0;
    std::map<std::string, Iterator> iterators_;
};

}  // namespace qbxml::simulator
