// Which records a query wants: its filter elements, compiled once and asked per record.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/outcome.h"

namespace qbxml::simulator {

class Filter {
public:
    // Reads the filters of a ...QueryRq, valid by the grammar. `now` is for date macros. An outcome
    // instead when they contradict themselves, name what is not there, or ask what these books
    // cannot answer.
    std::optional<Outcome> read(const CompanyFile&, const Node& request,
                                const std::vector<const Kind*>& kinds, std::int64_t now);

    bool takes(const Record&, const CompanyFile&) const;

private:
    enum class Active { only_active, only_inactive, all };
    enum class Paid { all, paid, not_paid };
    struct Match {
        std::string criterion;  // StartsWith, Contains, EndsWith
        std::string text;       // folded
        bool takes(std::string_view value) const;
    };
    struct Range {  // both ends are taken; an empty end is open
        std::string from, to;
        bool takes(std::string_view value) const;
    };
    struct AmountTest {
        std::string op;
        Cents amount;
        bool takes(Cents value) const;
    };
    struct Referred {  // records whose reference is one of these
        std::string ref;
        std::unordered_set<std::string> ids;
    };

    std::optional<Outcome> read_element(const CompanyFile&, const Node&, std::int64_t now);
    std::optional<Outcome> read_modified(const CompanyFile&, const Node& from_and_to);
    std::optional<Outcome> read_txn_dates(const CompanyFile&, const Node&, std::int64_t now);
    std::optional<Outcome> read_referred(const CompanyFile&, const Node&, std::string_view ref,
                                         std::string_view noun);
    bool takes_list_fields(const Record&, const CompanyFile&) const;
    bool takes_referred(const Record&, const CompanyFile&, const Referred&) const;

    Active active_ = Active::all;
    Paid paid_ = Paid::all;
    std::optional<std::int64_t> modified_from_, modified_to_;
    std::optional<Match> name_, ref_number_;
    std::optional<Range> name_range_, ref_number_range_, txn_dates_;
    std::vector<std::string> account_types_;
    std::optional<AmountTest> total_balance_;
    std::vector<Referred> referred_;
};

}  // namespace qbxml::simulator
