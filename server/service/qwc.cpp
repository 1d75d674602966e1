#include "server/service/qwc.h"

#include <algorithm>
#include <array>
#include <regex>

#include <fmt/format.h>

#include "qbxml/xml.h"

namespace server::service {
namespace {

struct Url {
    std::string scheme, host;
};

std::optional<Url> split(const std::string& text)
{
    static const std::regex form(
        R"(^(https?)://(\[[0-9A-Fa-f:]+\]|[^/:?#\s]+)(:[0-9]{1,5})?([/?#]\S*)?$)",
        std::regex::icase);
    std::smatch parts;
    if (!std::regex_match(text, parts, form)) return std::nullopt;
    Url url{parts[1], parts[2]};
    for (std::string* part : {&url.scheme, &url.host})
        std::transform(part->begin(), part->end(), part->begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return url;
}

bool is_address(const std::string& host)
{
    static const std::regex v4(R"(^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$)");
    return host.starts_with("[") || std::regex_match(host, v4);
}

bool is_local(const std::string& host)
{
    return host == "localhost";
}

void check_guid(const char* element, const std::string& value, std::vector<std::string>& faults)
{
    static const std::regex guid(
        R"(^\{[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\}$)");
    if (!std::regex_match(value, guid))
        faults.push_back(fmt::format(
            "{} '{}' is no GUID in braces; QBWC would refuse it (QBWC1039)", element, value));
}

void check_urls(const QwcWish& wish, const std::string& support, std::vector<std::string>& faults)
{
    const auto app = split(wish.url);
    if (!app) {
        faults.push_back(fmt::format(
            "AppURL '{}' is no web address; https://host/qbwc is expected (QBWC1010)", wish.url));
        return;
    }
    if (app->scheme != "https" && !is_local(app->host))
        faults.push_back(fmt::format(
            "AppURL '{}' is not https; QBWC takes plain http for localhost only (QBWC1010)",
            wish.url));
    if (is_address(app->host))
        faults.push_back(fmt::format(
            "AppURL '{}' names a host by its IP address; a host name is expected (QBWC1001)",
            wish.url));
    const auto help = split(support);
    if (!help)
        faults.push_back(fmt::format("AppSupport '{}' is no web address (QBWC1004)", support));
    else if (is_address(help->host))
        faults.push_back(fmt::format(
            "AppSupport '{}' names a host by its IP address; a host name is expected (QBWC1002)",
            support));
    else if (help->host != app->host)
        faults.push_back(
            fmt::format("AppSupport is on host '{}', AppURL on '{}'; both must be on the same host "
                        "(QBWC1000)",
                        help->host, app->host));
    if (!wish.cert_url.empty() && !split(wish.cert_url))
        faults.push_back(fmt::format("CertURL '{}' is no web address (QBWC1048)", wish.cert_url));
}

template <std::size_t N>
void check_word(const char* element, const std::string& value,
                const std::array<std::string_view, N>& allowed, std::vector<std::string>& faults)
{
    if (value.empty() || std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return;
    faults.push_back(fmt::format("{} '{}' is not one of {}", element, value,
                                 fmt::join(allowed.begin(), allowed.end(), ", ")));
}

void check_rest(const QwcWish& wish, Qwc& qwc)
{
    check_word("Style", wish.style,
               std::array<std::string_view, 3>{"Document", "DocWrapped", "RPC"}, qwc.faults);
    check_word("UnattendedModePref", wish.unattended,
               std::array<std::string_view, 2>{"umpRequired", "umpOptional"}, qwc.faults);
    check_word("PersonalDataPref", wish.personal_data,
               std::array<std::string_view, 3>{"pdpNotNeeded", "pdpOptional", "pdpRequired"},
               qwc.faults);
    static const std::regex mask("^0x[0-9A-Fa-f]{1,8}$");
    if (!wish.auth_flags.empty() && !std::regex_match(wish.auth_flags, mask))
        qwc.faults.push_back(fmt::format(
            "AuthFlags '{}' is no bit mask in hexadecimal; 0x0 (all editions) to 0xF is expected "
            "(QBWC1034)",
            wish.auth_flags));
    if (wish.every_minutes < 0 || wish.every_seconds < 0)
        qwc.faults.push_back("Scheduler needs a number of minutes or seconds above 0");
    if (wish.every_minutes > 0 && wish.every_seconds > 0)
        qwc.warnings.push_back(
            "Scheduler: minutes and seconds were both given; QBWC takes the first, "
            "the minutes");
    if (wish.read_only)
        qwc.warnings.push_back(
            "IsReadOnly: the Web Connector stamps the company file when it is "
            "added and cannot do so read-only (QBWC1039, QBWC1080)");
    if (wish.description.size() > 80)
        qwc.warnings.push_back("AppDescription is longer than the 80 characters that are advised");
}

void element(std::string& out, std::string_view name, std::string_view text, int depth = 1)
{
    out.append(static_cast<std::size_t>(depth) * 2, ' ');
    out.append("<").append(name).append(">");
    qbxml::append_escaped(out, text);
    out.append("</").append(name).append(">\n");
}

void optional_element(std::string& out, std::string_view name, std::string_view text)
{
    if (!text.empty()) element(out, name, text);
}

std::string support_of(const QwcWish& wish)
{
    if (!wish.support_url.empty()) return wish.support_url;
    const auto host_from = wish.url.find("://");
    const auto path_from =
        host_from == std::string::npos ? host_from : wish.url.find_first_of("/?#", host_from + 3);
    return wish.url.substr(0, path_from) + "/support";
}

}  // namespace

Qwc make_qwc(const store::Company& company, const QwcWish& wish)
{
    Qwc qwc;
    const std::string support = support_of(wish);
    check_urls(wish, support, qwc.faults);
    check_guid("OwnerID", company.owner_id, qwc.faults);
    check_guid("FileID", company.file_id, qwc.faults);
    check_rest(wish, qwc);

    const std::string app_name =
        wish.app_name.empty() ? fmt::format("qbwcd - {}", company.name) : wish.app_name;
    const std::string description =
        wish.description.empty() ? "Exchanges data with QuickBooks" : wish.description;
    std::string& out = qwc.text;
    out = "<?xml version=\"1.0\"?>\n<QBWCXML>\n";
    element(out, "AppName", app_name);
    element(out, "AppID", "");
    element(out, "AppURL", wish.url);
    element(out, "AppDescription", description);
    element(out, "AppSupport", support);
    optional_element(out, "CertURL", wish.cert_url);
    element(out, "UserName", company.user_name);
    element(out, "OwnerID", company.owner_id);
    element(out, "FileID", company.file_id);
    element(out, "QBType", "QBFS");
    optional_element(out, "AppDisplayName", wish.display_name);
    optional_element(out, "AppUniqueName", wish.unique_name);
    optional_element(out, "AuthFlags", wish.auth_flags);
    optional_element(out, "Style", wish.style);
    if (wish.notify) element(out, "Notify", "true");
    if (wish.read_only) element(out, "IsReadOnly", "true");
    optional_element(out, "UnattendedModePref", wish.unattended);
    optional_element(out, "PersonalDataPref", wish.personal_data);
    if (wish.every_minutes > 0 || wish.every_seconds > 0) {
        out += "  <Scheduler>\n";
        if (wish.every_minutes > 0)
            element(out, "RunEveryNMinutes", std::to_string(wish.every_minutes), 2);
        else
            element(out, "RunEveryNSeconds", std::to_string(wish.every_seconds), 2);
        out += "  </Scheduler>\n";
    }
    out += "</QBWCXML>\n";
    return qwc;
}

}  // namespace server::service
