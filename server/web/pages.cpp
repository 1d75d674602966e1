#include "server/web/pages.h"

#include <string_view>

namespace server::web {
namespace {

std::string page(std::string_view title, std::string_view content)
{
    std::string text =
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\"><title>";
    text.append(title).append(
        "</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:42em;margin:3em auto;"
        "padding:0 1em;color:#222}h1{font-size:1.4em}dt{font-weight:600;margin-top:1em}</style>"
        "</head><body><h1>");
    text.append(title).append("</h1>").append(content).append("</body></html>\n");
    return text;
}

}  // namespace

std::string support_page()
{
    return page("QuickBooks connection", R"(
<p>This server exchanges data with your QuickBooks company file through the QuickBooks Web Connector
on your computer. It only talks while the Web Connector is running.</p>
<dl>
<dt>Nothing is updated</dt>
<dd>Start the computer and the QuickBooks Web Connector, tick the box of this application and
Auto-Run.</dd>
<dt>The Web Connector says that user name or password are wrong</dt>
<dd>Click the Password field of this application in the Web Connector and paste the password
again. If it is lost, ask the people who gave you the file for a new one; the old one stops
working.</dd>
<dt>QuickBooks could not be opened or reached</dt>
<dd>Start QuickBooks, open the company file that was linked, close all dialogs and choose Update
Selected in the Web Connector.</dd>
<dt>It says that the wrong company file is open</dt>
<dd>Open the file it names. Nothing was read from or written to the other one.</dd>
<dt>You want it to work while QuickBooks is closed</dt>
<dd>In QuickBooks: Edit, Preferences, Integrated Applications, Company Preferences: choose this
application, Properties, and allow access even if QuickBooks is not running.</dd>
</dl>)");
}

std::string certificate_page()
{
    return page("The certificate is trusted", R"(
<p>Your computer reached this server and trusts its certificate. The Web Connector will,
too.</p>)");
}

}  // namespace server::web
