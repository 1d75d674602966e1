// Identifiers that are the same in every run: counted, and of the real ones' shape.
#pragma once

#include <atomic>

#include <fmt/format.h>

#include "server/base/ids.h"

namespace testing {

// Thread safe. The first ticket is {00000000-0000-4000-8000-000000000001}.
class SeededIds final : public server::base::Ids {
public:
    server::base::Ticket ticket() override { return {guid()}; }
    server::base::SessionId session(server::base::Time) override { return {numbered("ses_")}; }
    server::base::JobId job(server::base::Time) override { return {numbered("job_")}; }
    server::base::BatchId batch(server::base::Time) override { return {numbered("QB")}; }
    std::string guid() override
    {
        return fmt::format("{{00000000-0000-4000-8000-{:012X}}}", ++count_);
    }
    std::string password() override { return fmt::format("password-{:015}", ++count_); }

private:
    std::string numbered(const char* prefix) { return fmt::format("{}{:06}", prefix, ++count_); }

    std::atomic<int> count_{0};
};

}  // namespace testing
