// A fault plan carried out: a Transport and a QuickBooks around the real ones, in which things go
// wrong as planned. No I/O of its own; the same in a test as behind a socket.
#pragma once

#include <array>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "wsdl/connector.h"
#include "wsdl/fault_plan.h"

namespace qbwc {

// The PC was switched off: the run ends without another call, QuickBooks' session is gone. Thrown
// through Connector::run(); whoever called it begins a new run, as the PC is started again.
struct PcOff {};

// What faults do beyond the calls they happen to. Each may be empty; what needs it then happens as
// far as it can: a QuickBooks that dies within a set does none of it.
struct FaultHooks {
    // QuickBooks will do that many requests of the next set, and die before it keeps an answer.
    std::function<void(int requests)> die_within{};
    // Every iterator is lost, the session goes on.
    std::function<void()> lose_iterators{};
    // The server dies; it is asked nothing until the next call.
    std::function<void()> kill_server{};
    std::function<void(std::chrono::milliseconds)> wait{};
    // "call 12, receiveResponseXML: lost-answer"; without the trailing newline.
    std::function<void(std::string_view)> log{};
};

// Counts what happens over all runs of a connector, and says what goes wrong.
class Faults {
public:
    explicit Faults(FaultPlan plan, FaultHooks hooks = {})
        : plan_(std::move(plan)), hooks_(std::move(hooks))
    {
    }

    // From now on nothing goes wrong: what was broken may heal.
    void calm() { plan_ = {}; }

    const FaultPlan& plan() const { return plan_; }
    const FaultHooks& hooks() const { return hooks_; }
    // How many faults happened.
    std::uint64_t happened() const { return happened_; }
    // How many requests of its first set QuickBooks does before it dies within it.
    static constexpr int requests_before_death_max = 4;

private:
    friend class FaultyTransport;
    friend class FaultyQuickBooks;
    struct Happening {
        Moment moment{};
        std::optional<FaultKind> fault{};
    };
    Happening next(Occasion occasion, std::string_view method = {});

    FaultPlan plan_;
    FaultHooks hooks_;
    std::array<std::uint64_t, 3> numbers_{};
    std::map<std::string, std::uint64_t, std::less<>> numbers_of_methods_;
    std::uint64_t happened_ = 0;
};

// `real` and `faults` outlive both.
class FaultyTransport final : public Transport {
public:
    FaultyTransport(Transport& real, Faults& faults) : real_(real), faults_(faults) {}
    Answer post(std::string envelope, std::string_view soap_action) override;

private:
    struct Sent {
        std::string envelope, soap_action;
    };
    Answer post_with(FaultKind fault, const Moment& moment, const Sent& sent);
    void remember(Sent sent);

    Transport& real_;
    Faults& faults_;
    std::deque<Sent> earlier_;
};

class FaultyQuickBooks final : public QuickBooks {
public:
    FaultyQuickBooks(QuickBooks& real, Faults& faults) : real_(real), faults_(faults) {}
    std::optional<Failure> begin_session(std::string_view company_file) override;
    void end_session() override;
    std::string company_file() const override { return real_.company_file(); }
    std::string country() const override { return real_.country(); }
    int qbxml_major() const override { return real_.qbxml_major(); }
    int qbxml_minor() const override { return real_.qbxml_minor(); }
    Processed process(std::string_view qbxml) override;

private:
    Processed process_with(FaultKind fault, const Moment& moment, std::string_view qbxml);
    Processed die();

    QuickBooks& real_;
    Faults& faults_;
    bool dead_ = false;  // until the next session
};

}  // namespace qbwc
