// The few pages for people that need no login.
#pragma once

#include <string>

namespace server::web {

std::string support_page();      // AppSupport: what this is, what to do when it does not work
std::string certificate_page();  // CertURL: read this far, the certificate is trusted

}  // namespace server::web
