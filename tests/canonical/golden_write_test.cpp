// Writes and what they become, in golden/write: transcripts of one write after another.
//
//   # what it shows        @ 13.0 US   the version and edition of the next write alone
//   > the write as JSON    < the requests as qbXML    ! path code limit, a refusal each    ? path,
//   a warning
//
// Lines of one kind belong together; a write that has neither requests nor refusals sends nothing.
#include <algorithm>
#include <set>
#include <sstream>

#include "qbxml/canonical/types.h"
#include "records.h"

using namespace qbxml;
using namespace qbxml::canonical;

namespace {

struct Entry {
    int line = 0;
    std::string write, requests, refusals, warnings;
    Version version = common_version;
    Edition edition = Edition::us;
};

std::vector<Entry> entries(const std::string& name)
{
    std::istringstream in(
        file_text(std::string(QBWCD_TEST_DATA) + "/golden/write/" + name + ".txt"));
    std::vector<Entry> found;
    Entry next;
    std::string line;
    char last = 0;
    for (int number = 1; std::getline(in, line); ++number) {
        const char kind = line.empty() ? ' ' : line[0];
        const std::string rest = line.size() > 2 ? line.substr(2) : "";
        if (kind == '>' && last != '>' && !next.write.empty())
            found.push_back(std::exchange(next, Entry{}));
        if (kind == '@') {
            if (!next.write.empty()) found.push_back(std::exchange(next, Entry{}));
            next.version = Version::parse(rest.substr(0, rest.find(' '))).value();
            next.edition = edition_from_text(rest.substr(rest.find(' ') + 1)).value();
        }
        if (kind == '>' && next.line == 0) next.line = number;
        if (kind == '>') next.write += rest;
        // A line that does not end an element goes on in the text.
        if (kind == '<') next.requests += rest + (rest.ends_with('>') ? "" : "\n");
        if (kind == '!') next.refusals += rest + "\n";
        if (kind == '?') next.warnings += rest + "\n";
        last = kind;
    }
    found.push_back(std::move(next));
    return found;
}

std::string lines_of(const std::vector<Refused>& refusals, bool with_code)
{
    std::string lines;
    for (const auto& refusal : refusals) {
        CHECK_FALSE(refusal.message.empty());
        lines += refusal.path + (with_code ? " " + refusal.code : "") +
                 (refusal.limit > 0 ? " " + std::to_string(refusal.limit) : "") + "\n";
    }
    return lines;
}

void check_entry(const Entry& entry, std::set<std::string>& types)
{
    auto write = write_from_json(json(entry.write));
    REQUIRE(write);
    types.insert(write->data_type + " " + std::string(to_text(write->operation)));
    const auto made = to_requests(*write, {}, entry.version, entry.edition);
    if (!made) {
        CHECK(lines_of(made.error(), true) == entry.refusals);
        return;
    }
    CHECK(entry.refusals == "");
    CHECK(lines_of(made->warnings, false) == entry.warnings);
    CHECK((made->requests.empty() ? "" : qbxml_of(made->requests, entry.version, entry.edition)) ==
          entry.requests);
}

}  // namespace

TEST_CASE("writes of every type become the requests, or the refusals, of the golden files")
{
    std::set<std::string> types;
    int count = 0;
    for (const auto* name : {"lists", "documents"}) {
        for (const auto& entry : entries(name)) {
            CAPTURE(name, entry.line, entry.write);
            check_entry(entry, types);
            ++count;
        }
    }
    CHECK(count > 100);
    // A create of every type that has one, and an attempt to change or remove each.
    for (const auto type : record_types()) {
        CAPTURE(type);
        const auto at = types.lower_bound(std::string(type) + " ");
        const bool read_only =
            queries_of(type).front()->step == 1 || queries_of(type).front()->step == 5;
        if (!read_only) CHECK((at != types.end() && at->starts_with(std::string(type) + " ")));
    }
}
