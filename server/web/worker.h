// What one worker thread owns: nothing of it is shared.
#pragma once

#include "server/store/store.h"
#include "wsdl/codec.h"

namespace server::web {

struct Worker {
    Worker(const qbwc::CodecLimits& limits, store::Store own) : codec(limits), store(std::move(own))
    {
    }

    qbwc::Codec codec;
    store::Store store;
};

}  // namespace server::web
