// One message set in, its answer out: the envelope, validation, error recovery, and the dispatch of
// the requests.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "qbxml/simulator/company_file.h"
#include "qbxml/simulator/queries.h"
#include "qbxml/simulator/quickbooks.h"
#include "qbxml/simulator/txn_query.h"

namespace qbxml::simulator {

// One session of an application with QuickBooks. Its iterators die with it.
class RequestProcessor {
public:
    // Books and options outlive the processor. `salt` makes its iterator ids its own.
    RequestProcessor(CompanyFile& books, const QuickBooksOptions& options, std::uint64_t salt,
                     std::int64_t opened_at)
        : books_(books),
          options_(options),
          opened_at_(opened_at),
          queries_(books, salt),
          txn_queries_(books, salt + 1)
    {
    }

    SimulatedQuickBooks::Processed process(std::string_view qbxml);
    void die_within(int requests) { dies_after_ = requests; }
    void lose_iterators()
    {
        queries_.lose_iterators();
        txn_queries_.lose_iterators();
    }

private:
    struct MessageSet {
        Version version;
        bool go_on = false;          // continueOnError
        bool with_data = true;       // responseData="includeAll"
        std::string new_id, old_id;  // of the message sets, "" for none
        std::vector<Node> requests;
    };
    using Failure = SimulatedQuickBooks::Failure;
    std::optional<Failure> read(std::string_view qbxml, MessageSet&) const;
    std::string recover_or_run(MessageSet&);
    std::string run(MessageSet&);
    void answer(Node& request, const MessageSet&, std::string& out, bool& failed);
    QueryAnswer dispatch(const Node& request, Version);
    QueryAnswer query(const Node& request, Version);
    QueryAnswer write(const Node& request, Version);
    Outcome change_books(const std::string& name, const Node& payload);
    Outcome one_record(const Node& request, Node ret, Version);
    std::optional<Outcome> insert_macros(Node& request) const;
    std::int64_t now() const { return options_.unix_seconds(); }

    CompanyFile& books_;
    const QuickBooksOptions& options_;
    std::int64_t opened_at_;
    Queries queries_;
    TxnQueries txn_queries_;
    std::optional<int> dies_after_;  // so many requests of the next message set
    bool dead_ = false;
    std::map<std::string, std::string> macros_;  // of the message set at hand: name to id
};

}  // namespace qbxml::simulator
