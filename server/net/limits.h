// What a peer may ask of this server at most, and how long it may take.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string_view>

namespace server::net {

struct Limits {
    std::size_t head_bytes_max = 32 * 1024;
    int headers_max = 100;
    std::size_t body_bytes_max = 64u << 20;
    std::size_t bodies_bytes_max = 512u << 20;  // all bodies held at once, coming and going

    int connections_max = 256;
    int connections_per_address_max = 64;  // 0: no limit, for a server behind a proxy
    int waiting_max = 64;                  // calls that wait for a worker

    std::chrono::milliseconds handshake = std::chrono::seconds{10};
    std::chrono::milliseconds head = std::chrono::seconds{10};  // from its first byte to its last
    std::chrono::milliseconds idle = std::chrono::seconds{75};  // between two requests
    std::chrono::milliseconds body_stall = std::chrono::seconds{20};  // no byte of a body came
    std::chrono::milliseconds write = std::chrono::seconds{30};       // no byte could be sent
    std::chrono::milliseconds linger = std::chrono::seconds{2};  // for the peer to read the last
    std::size_t bytes_per_second_min = 1024;  // of a body or an answer, after the stall time

    int parked_max = 128;  // calls held without a worker; beyond them they are answered at once
    std::chrono::milliseconds parked = std::chrono::seconds{90};  // at most, whatever is asked for
    std::chrono::milliseconds parked_look{
        500};  // between two looks whether the peer is still there
    std::chrono::milliseconds parked_again{1000};  // after it was woken for nothing

    std::chrono::milliseconds soft_stop = std::chrono::seconds{10};
};

// Takes one fact for the log. Called from every thread of the server, so it must bear that, and it
// must not throw.
using Report = std::function<void(std::string_view event, std::string_view detail)>;

}  // namespace server::net
