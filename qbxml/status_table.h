// The catalogue of status_codes.tsv as the build compiled it.
#pragma once

#include <span>

#include "qbxml/status.h"

namespace qbxml {

enum class StatusKind {
    request,
    request_locked,
    request_range,
    message_set,
    hresult,
    hresult_locked,
    connector,
};

struct StatusEntry {
    StatusKind kind = StatusKind::request;
    Status status = {};
};

// Every line of the table, in its order.
std::span<const StatusEntry> status_table();

}  // namespace qbxml
