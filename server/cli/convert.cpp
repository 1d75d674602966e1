#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "qbxml/canonical/read.h"
#include "qbxml/canonical/write.h"
#include "qbxml/format.h"
#include "server/cli/commands.h"
#include "server/cli/qbxml.h"

namespace server::cli {
namespace {

namespace canonical = qbxml::canonical;
using qbxml::Value;

constexpr std::size_t answer_bytes_max = 256u << 20;
constexpr std::size_t small_bytes_max = 16u << 20;

struct Wish {
    std::string file, context, version = "16.0", edition = "any";
};

std::string read_named(const std::string& path, std::size_t bytes_max)
{
    return path == "-" ? read_input(bytes_max) : read_file(path, bytes_max);
}

qbxml::Result<canonical::Context> context_of(const Wish& wish)
{
    if (wish.context.empty()) return canonical::Context{};
    const auto value = qbxml::parse_json(read_file(wish.context, small_bytes_max));
    if (!value) return qbxml::Error{wish.context, value.error().text()};
    return canonical::context_from_json(*value);
}

int convert(const Wish& wish, const Shell& shell)
{
    const auto context = context_of(wish);
    if (!context) return fail(context.error());
    const auto answer = qbxml::ResponseSet::read(read_named(wish.file, answer_bytes_max));
    if (!answer) return fail({wish.file, answer.error().text()});
    const std::string json = canonical::convert_to_json(*answer, *context);
    const auto value = qbxml::parse_json(json, {.bytes_max = json.size()});
    std::cout << (shell.json || !value ? json : qbxml::to_pretty_json(*value)) << '\n';
    return success;
}

int print_refused(const std::vector<canonical::Refused>& refusals)
{
    Value::Array list;
    for (const canonical::Refused& refusal : refusals) {
        Value one(Value::Object{});
        one.set("path", refusal.path);
        one.set("code", refusal.code);
        one.set("message", refusal.message);
        if (refusal.limit > 0) one.set("limit", refusal.limit);
        list.push_back(std::move(one));
    }
    std::cout << qbxml::to_pretty_json(Value(std::move(list))) << '\n';
    return refused;
}

int build(const Wish& wish, const Shell&)
{
    const auto context = context_of(wish);
    if (!context) return fail(context.error());
    const auto value = qbxml::parse_json(read_named(wish.file, small_bytes_max));
    if (!value) return fail({wish.file, value.error().text()});
    const auto write = canonical::write_from_json(*value);
    if (!write) return fail({wish.file, write.error().text()});
    const auto version = *qbxml::Version::parse(wish.version);
    const auto edition = *qbxml::edition_from_text(wish.edition);
    const auto requests = canonical::to_requests(*write, *context, version, edition);
    if (!requests) return print_refused(requests.error());
    for (const auto& warning : requests->warnings)
        std::cerr << fmt::format("qbwcd: warning: {}: {}\n", warning.path, warning.message);
    if (requests->requests.empty()) {
        std::cerr << "qbwcd: the record says all of this already; nothing would be sent\n";
        return success;
    }
    std::cout << qbxml::document_text(qbxml::in_envelope(requests->requests), version);
    if (!requests->follow_up.empty())
        std::cerr << fmt::format("qbwcd: {} more follow once QuickBooks has given the ListID\n",
                                 requests->follow_up.size());
    return success;
}

}  // namespace

void add_conversion_commands(CLI::App& noun, Shell& shell)
{
    auto wish = std::make_shared<Wish>();
    const auto verb = [&](const std::string& name, const std::string& sentence, auto run) {
        auto* command = noun.add_subcommand(name, sentence);
        command->callback(
            [&shell, wish, run] { shell.run = [&shell, wish, run] { return run(*wish, shell); }; });
        command
            ->add_option("--context", wish->context,
                         "JSON of what the company's other records say: time zone, currencies, …")
            ->type_name("FILE");
        return command;
    };
    verb("convert", "Print the canonical records of an answer of QuickBooks as JSON", convert)
        ->add_option("file", wish->file, "The answer, or - for standard input")
        ->required();
    auto* built =
        verb("build", "Print the requests that a write becomes, or why it is refused", build);
    built->add_option("file", wish->file, "JSON: operation, dataType, id, record; or -")
        ->required();
    built->add_option("--version", wish->version, "qbXML that the company file speaks [16.0]")
        ->check([](const std::string& text) {
            return qbxml::Version::parse(text) ? std::string() : "a version as 13.0 is expected";
        });
    built
        ->add_option("--edition", wish->edition, "Country of QuickBooks: any, US, CA, UK, AU [any]")
        ->check([](const std::string& text) {
            return qbxml::edition_from_text(text) ? std::string()
                                                  : "any, US, CA, UK or AU is expected";
        });
}

}  // namespace server::cli
