// Plays a transcript against a server: speaks as QBWC does and checks every answer.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "server/service/connections.h"
#include "server/web/message.h"
#include "tests/replay/transcript.h"
#include "tests/support/town.h"
#include "wsdl/codec.h"

namespace replay {

// Carries one SOAP request there and its answer back.
using Wire = std::function<server::web::Response(const std::string& envelope)>;

class Player {
public:
    // `store` is a connection to what the server keeps.
    Player(testing::Town& town, server::store::Store& store, Wire wire, std::string folder)
        : town_(town), store_(store), wire_(std::move(wire)), folder_(std::move(folder))
    {
    }

    void play(const std::vector<Step>&);

private:
    void host(const Step&);
    void call(const Step&);
    void check_answer(const Step&);
    void check_authenticate(const Step&);
    void check_batch(const std::string& expectation);
    void check_truth(const Step&);
    server::service::Connections connections();
    std::vector<server::jobs::Job> jobs();  // without probes and looks, in the order they came
    std::string filled(const std::string& text) const;

    testing::Town& town_;
    server::store::Store& store_;
    Wire wire_;
    std::string folder_;
    qbwc::Codec codec_;
    std::map<std::string, std::string> known_;    // captured by {name}
    std::map<std::string, std::string> batches_;  // their texts, by the same names
    std::vector<std::string> strings_;  // the last answer: one text, or authenticate's four
    bool fault_ = false;
};

}  // namespace replay
