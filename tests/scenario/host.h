// The host application and the operator: what they ask the server for, and what they do with jobs.
#pragma once

#include <string>
#include <vector>

#include "tests/scenario/office.h"
#include "tests/scenario/server_side.h"

namespace scenario {

const char* word_of(ServerSide::Done);

class Host {
public:
    Host(Story& story, ServerSide& server, Office& office, std::vector<std::string> types)
        : story_(story), server_(server), office_(office), types_(std::move(types))
    {
    }

    // One deed by chance.
    void act();
    // Reads every type.
    void sync(bool full);
    // Nothing is held back any more: no pause, no window, no budget.
    void calm_down();
    const std::vector<std::string>& types() const { return types_; }

private:
    void add_customer();
    void add_customer_raw();
    void add_invoice();
    void add_invoice_for_new_customer();
    void change_phone();
    void add_two_raw();
    void push_many();
    void ask_raw();
    void ask_for_records();
    void ask_for_report();
    void ask_to_page();
    void ask_otherwise(const server::service::WriteWish&, const server::base::JobId&);
    // The operator (operator.cpp).
    void work_on_a_job();
    void work_on_failed_jobs();
    void edit_a_job();
    void wait();
    void hold_back();
    void link_again();
    void confirm();
    void push(Promise, const char* data_type, const std::string& record);
    std::string fresh(const char* word);
    std::vector<server::jobs::Job> jobs();
    std::string here() const { return office_.company.id.text; }

    Story& story_;
    ServerSide& server_;
    Office& office_;
    std::vector<std::string> types_;
    int count_ = 0;
};

}  // namespace scenario
