// The books of a simulated company, read and written through the canonical records alone: what the
// properties of this folder are shown on.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "qbxml/canonical/ask.h"
#include "qbxml/canonical/types.h"
#include "tests/canonical/records.h"
#include "tests/simulator/books.h"

namespace qbxml::canonical {

struct Found {
    std::string type, id;
    Value record;
    std::string source;
};

class Books {
public:
    // With several currencies where it is wished.
    explicit Books(std::uint64_t seed, bool currencies = false) : desk_(25, 250, seed)
    {
        if (currencies) desk_.quickbooks->use_currencies();
        context_.company_id = "books";
        context_.time_zone = "America/New_York";
        context_.home_currency = "USD";
        context_.now = "2026-02-01T08:30:00Z";
    }

    // Every record of a query; nothing where these books have no such messages.
    std::vector<Found> read(const Query& query, const std::vector<std::string>& ids = {})
    {
        std::vector<Found> found;
        if (const auto answer = ask({query_request(query, {.ids = ids})})) take(*answer, found);
        return found;
    }

    // The whole company in the order of a first sync, postings and reports too.
    std::vector<Found> read_all()
    {
        std::vector<Found> all;
        for (const auto& query : queries()) {
            if (query.data_type == "accountTransactions") {
                for (const auto& account : context_.accounts)
                    if (const auto answer =
                            ask({account_transactions_request({.account_id = account.id})}))
                        take(*answer, all);
            } else if (query.step == 5) {
                all.push_back(report(std::string(query.data_type)));
            } else if (query.step < 5) {
                for (auto& found : read(query))
                    all.push_back(std::move(found));
            }
        }
        return all;
    }

    Found report(const std::string& type)
    {
        ReportWish wish{.to = "2025-12-31"};
        if (type == "profitAndLoss") wish.from = "2022-01-01";
        if (!type.starts_with("aged")) wish.basis = "Accrual";
        const auto asked = report_request(type, wish, newest_version);
        if (!asked) FAIL(asked.error().text());
        const auto answer = ask({asked->request});
        REQUIRE(answer);
        context_.report_data_type = asked->data_type;
        context_.report_periods = asked->periods;
        std::vector<Found> found;
        take(*answer, found);
        REQUIRE(found.size() == 1);
        return found.front();
    }

    // One record as it is now; null when it is not there.
    Found record(const std::string& type, const std::string& id)
    {
        for (const Query* query : queries_of(type)) {
            const bool by_id = query->step > 1;
            const std::vector<std::string> ids =
                by_id ? std::vector{id.substr(id.find(':') + 1)} : std::vector<std::string>{};
            for (auto& found : read(*query, ids))
                if (found.type == type && found.id == id) return found;
        }
        return {};
    }

    // True when QuickBooks did all of it; `id` is that of the record it answers with.
    bool write(const Write& write, std::string* id = nullptr)
    {
        const auto made = to_requests(write, context_, newest_version, Edition::us);
        refused_.clear();
        if (!made) {
            for (const auto& refusal : made.error())
                refused_ += refusal.path + " " + refusal.code + " " + refusal.message + "\n";
            return false;
        }
        if (made->requests.empty()) return true;
        const auto answer = ask(made->requests);
        if (!answer) return false;
        const auto records = convert(*answer, answer->responses().front(), context_).records;
        if (id && !records.empty()) *id = records.front().id;
        if (id && !made->follow_up.empty()) {
            std::vector<Node> rest;
            for (const auto& request : made->follow_up)
                rest.push_back(with_list_id(request, *id));
            return ask(rest).has_value() && refused_.empty();
        }
        return refused_.empty();
    }

    // What follows from a change of the books for a record of theirs.
    bool change(Operation operation, const Found& found, const Value& record = {})
    {
        const Value* metadata = found.record.find("metadata");
        return write({.operation = operation,
                      .data_type = found.type,
                      .id = found.id,
                      .edit_sequence = metadata ? metadata->string_at("editSequence") : "",
                      .source_type = "",
                      .record = record,
                      .current = found.record});
    }

    const std::string& refused() const { return refused_; }  // why the last write did not succeed
    const Context& context() const { return context_; }

private:
    std::optional<ResponseSet> ask(const std::vector<Node>& requests)
    {
        MessageSet set;
        set.requests = requests;
        const auto text = qbxml::write(set, newest_version, Edition::us);
        if (!text) {
            refused_ = text.error().front().text();
            return std::nullopt;
        }
        *desk_.clock += 60;
        const auto processed = desk_.quickbooks->process(*text);
        if (processed.failure) {
            refused_ = processed.failure->hresult + " " + processed.failure->message;
            return std::nullopt;
        }
        auto answer = ResponseSet::read(processed.response);
        if (!answer) return std::nullopt;
        for (const auto& response : answer->responses())
            if (response.status_code.value_or(1) >= 500)
                refused_ += response.message + " " + std::to_string(*response.status_code) + " " +
                            response.status_message.value_or("") + "\n";
        return std::move(*answer);
    }

    // Converts an answer, and learns from its lists what later records refer to.
    void take(const ResponseSet& answer, std::vector<Found>& found)
    {
        for (const auto& made : convert(answer, answer.responses().front(), context_).records) {
            Value value = json(made.json);
            learn(made.data_type, made.id, value);
            found.push_back({made.data_type, made.id, std::move(value), made.masked_source});
        }
    }

    void learn(const std::string& type, const std::string& id, const Value& record)
    {
        const std::string name = record.string_at("fullName", record.string_at("name"));
        if (type == "currencies") context_.currencies[id] = record.string_at("code");
        if (type == "items") context_.items[id] = record.string_at("kind");
        if (type == "taxRates") {
            const bool group = record.string_at("kind") == "Group";
            context_.items[id] = group ? "SalesTaxGroup" : "SalesTax";
            context_.tax_rates[id] = record.string_at("effectiveTaxRate");
        }
        for (const char* list : {"customers", "suppliers", "employees", "otherNames"})
            if (type == list) context_.entities[id] = type;
        const auto once = [&](auto& records) {
            for (const auto& each : records)
                if (each.id == id) return;
            records.push_back({id, name, record.string_at("nominalCode")});
        };
        if (type == "accounts") once(context_.accounts);
        if (type == "customers") once(context_.customers);
        if (type == "suppliers") once(context_.suppliers);
    }

    simulator_test::Desk desk_;
    Context context_;
    std::string refused_;
};

}  // namespace qbxml::canonical
