// What goes wrong, and when: between QBWC and the server, and inside QuickBooks.
//
// A plan is a value. The same plan answers the same question the same way, whatever was asked
// before, so a run is repeated by its flags alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qbwc {

enum class FaultKind {
    // Of a call of QBWC to the server.
    lost_request,   // it never reaches the server
    lost_answer,    // the server did it, nobody hears
    cut_answer,     // the envelope of the answer breaks off
    repeated_call,  // the server gets the same bytes twice
    stale_call,     // the server gets an earlier call once more, then this one
    delayed_call,
    off_before_call,  // the PC is switched off
    off_after_call,
    server_killed,  // before it answers
    // Of a message set in QuickBooks.
    busy,            // 0x80040424: nothing is done
    dialog_open,     // 0x80040414: nothing is done
    dead_before,     // QuickBooks dies: nothing done, and gone for the rest of the session
    dead_within,     // some requests done, no answer kept: later 9002
    dead_after,      // done, the answer kept, but not heard
    off_before_set,  // the PC is switched off before QuickBooks gets the set
    off_after_set,   // and after it was done
    lost_iterator,   // every iterator is gone
    cut_response,    // done; the qbXML of the answer breaks off
    delayed_response,
    // Of opening the company file.
    not_started,      // 0x80040408
    opening_busy,     // 0x80040424
    opening_dialog,   // 0x80040414
    other_file_open,  // 0x8004040A
    other_mode,       // 0x80040410
};

// What a fault can happen to; each is counted for itself, from 1.
enum class Occasion { call, message_set, opening };

inline constexpr int fault_kinds = static_cast<int>(FaultKind::other_mode) + 1;

// "lost-answer", and back.
std::string_view word_of(FaultKind kind);
std::optional<FaultKind> fault_kind_from(std::string_view word);
Occasion occasion_of(FaultKind kind);

// A fault by number: at the occasions `first` to `last` of its sort; of the calls of one method
// alone when `method` is set.
struct PlannedFault {
    FaultKind kind = FaultKind::lost_answer;
    std::uint64_t first = 1;
    std::uint64_t last = 1;
    std::string method{};
};

// What an occasion is: the nth of its sort, and for a call also the nth of its method.
struct Moment {
    Occasion occasion = Occasion::call;
    std::uint64_t number = 1;
    std::string_view method{};
    std::uint64_t number_of_method = 1;
};

struct FaultPlan {
    std::vector<PlannedFault> planned{};
    // By seed: so many of all occasions, each with one of `kinds` (empty: all), none after
    // `seeded_until` (0: no end).
    std::uint64_t seed = 0;
    double rate = 0;
    std::vector<FaultKind> kinds{};
    std::uint64_t seeded_until = 0;
    std::uint64_t delay_milliseconds = 1000;

    // What happens then, if anything. Planned ones come before seeded ones.
    std::optional<FaultKind> fault_at(const Moment& moment) const;
    // A number of the moment's own, for how and where: below `below`, which is not 0.
    std::uint64_t draw(const Moment& moment, std::string_view purpose, std::uint64_t below) const;

    // The plan as the flags that make it again.
    std::string flags() const;

    // Reads "lost-answer@3", "busy@2-4" or "lost-answer@receiveResponseXML:1" into the plan.
    // Returns what is wrong with it; nothing when it was read.
    [[nodiscard]] std::optional<std::string> add_planned(std::string_view text);
    // Reads "seed=7,rate=0.1,kinds=lost-answer+busy,until=200,delay=1000"; all but the seed may be
    // left out, the rate is then 0.1.
    [[nodiscard]] std::optional<std::string> set_seeded(std::string_view text);
};

}  // namespace qbwc
