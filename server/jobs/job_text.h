// A problem as JSON text, the form in which rows keep it and programs read it.
#pragma once

#include <string>
#include <string_view>

#include "qbxml/canonical/ask.h"
#include "qbxml/value.h"
#include "server/jobs/job.h"

namespace server::jobs {

std::string problem_text(const std::optional<Problem>&);  // "" for none
std::optional<Problem> problem_from_text(std::string_view);

// What a read or report job asks for, as its body keeps it.
std::string lookup_text(const qbxml::canonical::Lookup&);
qbxml::canonical::Lookup lookup_from_text(std::string_view);
std::string report_text(const qbxml::canonical::ReportWish&);
qbxml::canonical::ReportWish report_from_text(std::string_view);

// The job as programs see it: id, company, kind, state, attempts, result, problem.
qbxml::Value to_value(const Job&);

}  // namespace server::jobs
