// Method and path -> answer. No sockets: tests call answer() with a struct.
#pragma once

#include <string>
#include <vector>

#include "server/service/web_connector.h"
#include "server/web/message.h"
#include "server/web/worker.h"

namespace server::web {

struct SiteSettings {
    std::string public_url;            // without path; "" = what the caller asked for
    std::vector<std::string> proxies;  // whose X-Forwarded-… headers are believed
};

// One for all threads; the worker is the thread's own.
class Router {
public:
    Router(service::WebConnector& connector, SiteSettings settings)
        : connector_(connector), settings_(std::move(settings))
    {
    }

    Response answer(Request, Worker&);

private:
    Response soap(Request, Worker&);
    Response contract(const Request&) const;
    std::string site_of(const Request&) const;    // "https://books.example.com"
    std::string caller_of(const Request&) const;  // address, through believed proxies

    service::WebConnector& connector_;
    SiteSettings settings_;
};

}  // namespace server::web
