#include "server/net/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <csignal>
#include <mutex>
#include <new>
#include <string_view>

#include <fmt/format.h>

namespace server::net {

namespace {

constexpr std::size_t header_bytes_max = 256 * 1024;

struct Arriving {
    web::Response response;
    std::size_t header_bytes = 0;
    std::size_t body_bytes_max = 0;
    bool too_long = false;
};

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    const auto from = text.find_first_not_of(blanks);
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* to)
{
    auto& arriving = *static_cast<Arriving*>(to);
    auto& body = arriving.response.body;
    if (size * count > arriving.body_bytes_max - body.size()) {
        arriving.too_long = true;
        return 0;
    }
    body.append(bytes, size * count);
    return size * count;
}

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* to)
{
    auto& arriving = *static_cast<Arriving*>(to);
    const std::string_view line(bytes, size * count);
    arriving.header_bytes += line.size();
    if (arriving.header_bytes > header_bytes_max) {
        arriving.too_long = true;
        return 0;
    }
    // "100 Continue" has a head of its own before the real one.
    if (line.starts_with("HTTP/")) arriving.response = {.content_type = "", .body = ""};
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return line.size();
    std::string name{line.substr(0, colon)};
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    std::string value{trimmed(line.substr(colon + 1))};
    if (name == "content-type") {
        arriving.response.content_type = std::move(value);
    } else {
        arriving.response.headers.emplace_back(std::move(name), std::move(value));
    }
    return line.size();
}

// What may be shown of a URL: no password, no query.
std::string place_of(std::string_view url)
{
    url = url.substr(0, url.find_first_of("?#"));
    const auto scheme = url.find("://");
    const auto host = scheme == std::string_view::npos ? 0 : scheme + 3;
    const auto authority = url.substr(host, url.find('/', host) - host);
    const auto at = authority.rfind('@');
    if (at == std::string_view::npos) return std::string{url};
    return std::string{url.substr(0, host)} + std::string{url.substr(host + at + 1)};
}

std::string advice_on(CURLcode code)
{
    switch (code) {
        case CURLE_COULDNT_CONNECT:
            return "; is the server running, and are address and port right?";
        case CURLE_COULDNT_RESOLVE_HOST: return "; is the host name right?";
        case CURLE_PEER_FAILED_VERIFICATION:
            return "; if the server's certificate is its own, give it as the CA file";
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            return "; the server has another key than the one expected";
        case CURLE_SSL_CONNECT_ERROR: return "; does the port speak HTTPS?";
        case CURLE_GOT_NOTHING: return "; the server hung up without an answer";
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_URL_MALFORMAT: return "; a URL starts with http:// or https://";
        default: return "";
    }
}

class HeaderList {
public:
    explicit HeaderList(const web::Headers& headers)
    {
        for (const auto& [name, value] : headers)
            add(value.empty() ? name + ";" : name + ": " + value);
    }
    ~HeaderList() { curl_slist_free_all(list_); }
    HeaderList(const HeaderList&) = delete;
    HeaderList& operator=(const HeaderList&) = delete;

    curl_slist* get() const { return list_; }

private:
    void add(const std::string& line)
    {
        auto* longer = curl_slist_append(list_, line.c_str());
        if (longer == nullptr) throw std::bad_alloc();
        list_ = longer;
    }
    curl_slist* list_ = nullptr;
};

bool breaks_out(const web::Headers& headers)
{
    constexpr std::string_view ends("\r\n\0", 3);
    return std::any_of(headers.begin(), headers.end(), [&](const auto& field) {
        return field.first.find_first_of(ends) != std::string::npos ||
               field.second.find_first_of(ends) != std::string::npos;
    });
}

}  // namespace

struct HttpClient::Held {
    CURL* curl = nullptr;
    char problem[CURL_ERROR_SIZE] = {};
    ~Held() { curl_easy_cleanup(curl); }
};

HttpClient::HttpClient(ClientOptions options)
    : options_(std::move(options)), held_(std::make_unique<Held>())
{
    static std::once_flag once;
    std::call_once(once, [] {
        curl_global_init(CURL_GLOBAL_DEFAULT);
        std::signal(SIGPIPE, SIG_IGN);
    });
    held_->curl = curl_easy_init();
    if (held_->curl == nullptr) throw std::bad_alloc();
}

HttpClient::~HttpClient() = default;

qbxml::Result<web::Response> HttpClient::get(const std::string& url, const web::Headers& headers)
{
    return call(url, headers, nullptr);
}

qbxml::Result<web::Response> HttpClient::post(const std::string& url, const web::Headers& headers,
                                              const std::string& body)
{
    return call(url, headers, &body);
}

qbxml::Result<web::Response> HttpClient::call(const std::string& url, const web::Headers& headers,
                                              const std::string* body)
{
    if (breaks_out(headers)) return qbxml::Error{place_of(url), "a header holds a line break"};
    auto* curl = held_->curl;
    curl_easy_reset(curl);  // keeps connections and TLS sessions
    held_->problem[0] = '\0';
    const HeaderList list(headers);
    Arriving arriving{.response = {}, .body_bytes_max = options_.body_bytes_max};

    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, options_.proxy.c_str());
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect.count()));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.whole.count()));
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "qbwcd/" QBWCD_VERSION);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list.get());
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, held_->problem);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &arriving);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &arriving);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    if (!options_.ca_file.empty()) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, options_.ca_file.c_str());
        curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
    }
    if (!options_.accept_key.empty()) {
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
        curl_easy_setopt(curl, CURLOPT_PINNEDPUBLICKEY, options_.accept_key.c_str());
    }
    if (body != nullptr) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body->data());
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
    }

    const auto code = curl_easy_perform(curl);
    if (arriving.too_long) {
        return qbxml::Error{place_of(url), fmt::format("the answer is longer than {} bytes",
                                                       options_.body_bytes_max)};
    }
    if (code != CURLE_OK) {
        const std::string_view told{held_->problem};
        return qbxml::Error{
            place_of(url),
            fmt::format("{}{}", told.empty() ? curl_easy_strerror(code) : told, advice_on(code))};
    }
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    arriving.response.status = static_cast<int>(status);
    return std::move(arriving.response);
}

}  // namespace server::net
