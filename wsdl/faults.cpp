#include "wsdl/faults.h"

#include <fmt/format.h>

#include <utility>

namespace qbwc {
namespace {

constexpr std::size_t earlier_max = 6;

// The method in a SOAPAction: what follows the last slash, without the quote.
std::string_view method_of(std::string_view soap_action)
{
    const auto slash = soap_action.rfind('/');
    if (slash != std::string_view::npos) soap_action.remove_prefix(slash + 1);
    return soap_action.substr(0, soap_action.find('"'));
}

std::string_view word_of(Occasion occasion)
{
    switch (occasion) {
        case Occasion::call: return "call";
        case Occasion::message_set: return "message set";
        case Occasion::opening: return "opening";
    }
    return "";
}

QuickBooks::Failure still_starting()
{
    return {"0x80040424", "QuickBooks did not finish its initialization. Please try again later."};
}

QuickBooks::Failure dialog_is_open()
{
    return {"0x80040414", "There is a modal dialog box open in the QuickBooks user interface."};
}

QuickBooks::Failure invalid_ticket()
{
    return {"0x8004040D", "The ticket parameter is invalid."};
}

std::optional<QuickBooks::Failure> failure_of_opening(FaultKind fault)
{
    switch (fault) {
        case FaultKind::not_started:
            return QuickBooks::Failure{"0x80040408", "Could not start QuickBooks."};
        case FaultKind::opening_busy: return still_starting();
        case FaultKind::opening_dialog: return dialog_is_open();
        case FaultKind::other_file_open:
            return QuickBooks::Failure{"0x8004040A",
                                       "A QuickBooks company data file is already open and it is "
                                       "different from the one requested."};
        case FaultKind::other_mode:
            return QuickBooks::Failure{"0x80040410",
                                       "The QuickBooks company data file is currently open in a "
                                       "mode other than the one specified by your application."};
        default: return std::nullopt;
    }
}

}  // namespace

Faults::Happening Faults::next(Occasion occasion, std::string_view method)
{
    Moment moment{.occasion = occasion,
                  .number = ++numbers_[static_cast<std::size_t>(occasion)],
                  .method = method};
    if (occasion == Occasion::call) {
        auto known = numbers_of_methods_.find(method);
        if (known == numbers_of_methods_.end()) {
            known = numbers_of_methods_.emplace(std::string(method), 0).first;
        }
        moment.number_of_method = ++known->second;
    }
    const auto fault = plan_.fault_at(moment);
    if (!fault) return {moment, std::nullopt};
    ++happened_;
    if (hooks_.log) {
        hooks_.log(fmt::format("{} {}{}{}: {}", word_of(occasion), moment.number,
                               method.empty() ? "" : ", ", method, qbwc::word_of(*fault)));
    }
    return {moment, fault};
}

Transport::Answer FaultyTransport::post(std::string envelope, std::string_view soap_action)
{
    const auto [moment, fault] = faults_.next(Occasion::call, method_of(soap_action));
    Sent sent{std::move(envelope), std::string(soap_action)};
    auto answer =
        fault ? post_with(*fault, moment, sent) : real_.post(sent.envelope, sent.soap_action);
    remember(std::move(sent));
    return answer;
}

Transport::Answer FaultyTransport::post_with(FaultKind fault, const Moment& moment,
                                             const Sent& sent)
{
    const auto post = [&] { return real_.post(sent.envelope, sent.soap_action); };
    const Answer lost{.problem = "The connection was lost."};
    switch (fault) {
        case FaultKind::lost_answer: post(); return lost;
        case FaultKind::cut_answer: {
            auto answer = post();
            answer.body.resize(faults_.plan().draw(moment, "cut", answer.body.size() + 1));
            return answer;
        }
        case FaultKind::repeated_call: {
            auto first = post();
            auto second = post();
            return faults_.plan().draw(moment, "which answer", 2) == 0 ? first : second;
        }
        case FaultKind::stale_call:
            if (!earlier_.empty()) {
                const auto& old = earlier_[faults_.plan().draw(moment, "old", earlier_.size())];
                real_.post(old.envelope, old.soap_action);
            }
            return post();
        case FaultKind::delayed_call:
            if (faults_.hooks().wait) {
                faults_.hooks().wait(std::chrono::milliseconds(faults_.plan().delay_milliseconds));
            }
            return post();
        case FaultKind::off_before_call: throw PcOff{};
        case FaultKind::off_after_call: post(); throw PcOff{};
        case FaultKind::server_killed:
            if (faults_.hooks().kill_server) faults_.hooks().kill_server();
            return lost;
        default: return lost;  // lost_request; the others are not of calls
    }
}

void FaultyTransport::remember(Sent sent)
{
    earlier_.push_back(std::move(sent));
    if (earlier_.size() > earlier_max) earlier_.pop_front();
}

std::optional<QuickBooks::Failure> FaultyQuickBooks::begin_session(std::string_view company_file)
{
    const auto [moment, fault] = faults_.next(Occasion::opening);
    if (fault) return failure_of_opening(*fault);
    auto failure = real_.begin_session(company_file);
    if (!failure) dead_ = false;
    return failure;
}

void FaultyQuickBooks::end_session()
{
    real_.end_session();
}

QuickBooks::Processed FaultyQuickBooks::process(std::string_view qbxml)
{
    if (dead_) return {{}, invalid_ticket()};
    const auto [moment, fault] = faults_.next(Occasion::message_set);
    return fault ? process_with(*fault, moment, qbxml) : real_.process(qbxml);
}

QuickBooks::Processed FaultyQuickBooks::die()
{
    dead_ = true;
    return {{}, Failure{"0x80010105", "The server threw an exception."}};
}

QuickBooks::Processed FaultyQuickBooks::process_with(FaultKind fault, const Moment& moment,
                                                     std::string_view qbxml)
{
    const auto& plan = faults_.plan();
    const auto& hooks = faults_.hooks();
    switch (fault) {
        case FaultKind::busy: return {{}, still_starting()};
        case FaultKind::dialog_open: return {{}, dialog_is_open()};
        case FaultKind::dead_within:
            if (hooks.die_within) {
                hooks.die_within(static_cast<int>(
                    plan.draw(moment, "requests", Faults::requests_before_death_max + 1)));
                real_.process(qbxml);
            }
            return die();
        case FaultKind::dead_after: real_.process(qbxml); return die();
        case FaultKind::off_before_set: throw PcOff{};
        case FaultKind::off_after_set: real_.process(qbxml); throw PcOff{};
        case FaultKind::lost_iterator:
            if (hooks.lose_iterators) hooks.lose_iterators();
            return real_.process(qbxml);
        case FaultKind::cut_response: {
            auto processed = real_.process(qbxml);
            processed.response.resize(plan.draw(moment, "cut", processed.response.size() + 1));
            return processed;
        }
        case FaultKind::delayed_response: {
            auto processed = real_.process(qbxml);
            if (hooks.wait) hooks.wait(std::chrono::milliseconds(plan.delay_milliseconds));
            return processed;
        }
        default: return die();  // dead_before; the others are not of message sets
    }
}

}  // namespace qbwc
