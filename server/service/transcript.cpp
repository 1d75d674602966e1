#include "server/service/transcript.h"

#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "qbxml/company_facts.h"
#include "qbxml/request.h"
#include "qbxml/value.h"

namespace server::service {
namespace {

using qbxml::Error;
using qbxml::Result;

constexpr std::string_view marks = "+><=!";

Error error_at(int line, std::string what)
{
    return {fmt::format("line {}", line), std::move(what)};
}

// The next line without its end; moves `rest` behind it. nullopt at the end of the text.
std::optional<std::string_view> take_line(std::string_view& rest)
{
    if (rest.empty()) return std::nullopt;
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    return line;
}

// One word, or what stands in quotes; nullopt when a quote is not closed.
std::optional<std::string> take_value(std::string_view& rest)
{
    if (!rest.starts_with('"')) {
        const auto end = std::min(rest.find(' '), rest.size());
        std::string word(rest.substr(0, end));
        rest.remove_prefix(end);
        return word;
    }
    const auto end = rest.find('"', 1);
    if (end == rest.npos) return std::nullopt;
    std::string text(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
    return text;
}

}  // namespace

Result<std::vector<Step>> read_transcript(std::string_view text)
{
    std::vector<Step> steps;
    int number = 0;
    while (const auto line = take_line(text)) {
        ++number;
        if (line->empty() || line->front() == '#') continue;
        if (marks.find(line->front()) == marks.npos || line->size() < 3 || (*line)[1] != ' ')
            return error_at(number, "a step begins with one of + > < = ! and a blank");
        Step step{.line = number, .mark = line->front(), .text = std::string(line->substr(2))};
        if (const auto at = step.text.rfind("<<"); at != std::string::npos) {
            auto end = step.text.substr(at + 2);
            const bool open = end.starts_with('~');
            if (open) end.erase(0, 1);
            std::string block;
            for (;;) {
                const auto inner = take_line(text);
                if (!inner)
                    return error_at(step.line,
                                    fmt::format("the block is not ended by a line '{}'", end));
                ++number;
                if (*inner == end) break;
                block.append(*inner).append("\n");
            }
            if (open && !block.empty()) block.pop_back();
            step.block = std::move(block);
            step.text.erase(at);
        }
        steps.push_back(std::move(step));
    }
    return steps;
}

Result<Words> words_of(const Step& step)
{
    std::string_view rest = step.text;
    Words words{take_value(rest).value_or(""), {}};
    for (;;) {
        rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
        if (rest.empty()) return words;
        const auto equals = rest.find('=');
        if (equals == rest.npos) return error_at(step.line, "key=value is expected");
        const std::string key(rest.substr(0, equals));
        rest.remove_prefix(equals + 1);
        // A block stands where its `<<END` stood: behind the last key.
        auto value = rest.empty() && step.block ? step.block : take_value(rest);
        if (!value) return error_at(step.line, "a quote is not closed");
        words.values[key] = std::move(*value);
    }
}

std::string set_id_of(const std::string& text)
{
    const auto set = qbxml::message_set_from_xml(text);
    if (!set || set->requests.empty()) return {};
    if (!set->new_message_set_id.empty()) return set->new_message_set_id;
    const std::string* id = set->requests.front().attribute("requestID");
    return id ? id->substr(0, id->rfind('-')) : "";
}

namespace {

std::string quoted(std::string text)
{
    std::replace(text.begin(), text.end(), '"', '\'');
    std::replace(text.begin(), text.end(), '\n', ' ');
    const bool plain = !text.empty() && text.find_first_of(" =<") == text.npos;
    return plain ? text : "\"" + text + "\"";
}

std::string block(const std::string& text)
{
    const bool ended = text.ends_with('\n');
    std::string end = "XML";
    while (("\n" + text).find("\n" + end + "\n") != std::string::npos)
        end += '_';
    return fmt::format("<<{}{}\n{}{}{}\n", ended ? "" : "~", end, text, ended ? "" : "\n", end);
}

void replace_all(std::string& text, const std::string& from, const std::string& to)
{
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

// One exchange as it was kept.
struct Told {
    const store::Exchange& exchange;
    qbxml::Value call;
    std::vector<std::string> reply;

    std::string word(std::string_view name) const { return call.string_at(name); }
    std::string answer() const { return reply.empty() ? "" : reply.front(); }
    bool is(std::string_view method) const { return exchange.method == method; }
    bool goes_on() const
    {
        int number = -1;
        const auto text = answer();
        std::from_chars(text.data(), text.data() + text.size(), number);
        return is("receiveResponseXML") && number >= 0 && number < 100;
    }
};

class Writer {
public:
    Writer(const store::Company& company, const base::SessionId& session,
           const std::vector<store::Exchange>& exchanges)
        : company_(company)
    {
        out_ =
            fmt::format("# Session {} of {}, recorded by qbwcd.\n", session.text, company.id.text);
        bool redacted = false;
        for (const auto& exchange : exchanges) {
            redacted |= exchange.redacted;
            const auto value = qbxml::parse_json(exchange.said);
            if (!value) continue;
            Told told{exchange, qbxml::Value(qbxml::Value::Object{}), {}};
            if (const auto* call = value->find("call")) told.call = *call;
            if (const auto* reply = value->find("reply"); reply && reply->is_array())
                for (const auto& text : reply->as_array())
                    told.reply.push_back(text.as_string());
            all_.push_back(std::move(told));
        }
        out_ += "# Passwords and tickets are never kept.";
        if (redacted)
            out_ +=
                " What says too much of a person or a card (social\n# security number, date of "
                "birth, pay, card, ...) is replaced by ***.";
        out_ += '\n';
    }

    std::string write()
    {
        company();
        for (std::size_t n = 0; n < all_.size(); ++n)
            exchange(n);
        return out_;
    }

private:
    // The set that a sendRequestXML brings for the first time, or "".
    std::string fresh_set(std::size_t n) const
    {
        if (!all_[n].is("sendRequestXML") || known_.contains(all_[n].answer())) return "";
        return all_[n].answer();
    }

    bool is_probe(const std::string& text) const
    {
        const auto set = qbxml::message_set_from_xml(text);
        const auto own = qbxml::company_facts_requests(company_.owner_id);
        return set && set->requests.size() == own.size() &&
               set->requests.front().name == own.front().name;
    }

    void company()
    {
        std::string settled;
        for (std::size_t n = 0; n < all_.size() && settled.empty(); ++n)
            if (all_[n].is("sendRequestXML"))
                if (const auto set = qbxml::message_set_from_xml(all_[n].answer()))
                    settled = set->old_message_set_id;
        out_ += fmt::format(
            "+ company user={} password=recorded owner={} file={} name={} zone={} pinned={} "
            "linked={} path={} called={} settled={}\n",
            quoted(company_.user_name), quoted(company_.owner_id), quoted(company_.file_id),
            quoted(company_.name), quoted(company_.time_zone), quoted(company_.pinned_path),
            quoted(company_.linked.file_id), quoted(company_.linked.path),
            quoted(company_.linked.name), quoted(settled));
        if (!settled.empty()) names_[settled] = settled;
    }

    // Ids of message sets as they are called here.
    std::string named(std::string text) const
    {
        for (const auto& [id, name] : names_) {
            replace_all(text, "ewMessageSetID=\"" + id + "\"", "ewMessageSetID=\"" + name + "\"");
            replace_all(text, "ldMessageSetID=\"" + id + "\"", "ldMessageSetID=\"" + name + "\"");
            // A probe is made anew where it is played, and has other requestIDs there.
            if (probes_.contains(id))
                replace_all(text, "requestID=\"" + id + "-", "requestID=\"" + name + "-");
        }
        return text;
    }

    // What comes next is a page for a person, not a message set.
    bool page_follows(std::size_t n) const
    {
        for (++n; n < all_.size() && !all_[n].is("receiveResponseXML"); ++n)
            if (all_[n].is("getLastError") && all_[n].answer() == "Interactive mode") return true;
        return false;
    }

    // Work is put in before the call whose answer depends on its being there.
    void work_before(std::size_t n)
    {
        const bool looks = all_[n].is("authenticate") || all_[n].goes_on();
        if (!looks && !all_[n].is("sendRequestXML")) return;
        for (std::size_t next = n; next < all_.size(); ++next) {
            const auto set = fresh_set(next);
            if (looks && next > n && all_[next].is("receiveResponseXML") && !ready_.empty()) break;
            if (set.empty() || is_probe(set)) {
                if (!looks) return;
                continue;
            }
            if (set == ready_) return;
            ready_ = set;
            out_ += "+ raw " + block(named(set));
            return;
        }
        if (!looks || !ready_.empty()) return;
        if (page_follows(n)) {
            out_ += "# A page was to be shown.\n+ page https://books.example.com/\n";
            return;
        }
        qbxml::MessageSet set{.requests = qbxml::company_facts_requests(company_.owner_id)};
        set.requests.resize(1);
        const auto text = qbxml::write(set, qbxml::common_version, qbxml::Edition::any);
        if (text) out_ += "# More was to be done, and what is not known.\n+ raw " + block(*text);
    }

    void exchange(std::size_t n)
    {
        const Told& told = all_[n];
        out_ += fmt::format("\n# {}\n", base::to_text(told.exchange.at));
        if (n > 0) {
            const auto gap = std::chrono::duration_cast<std::chrono::seconds>(
                told.exchange.at - all_[n - 1].exchange.at);
            if (gap.count() > 0) out_ += fmt::format("+ {} s pass\n", gap.count());
        }
        work_before(n);
        call(told);
        if (!told.exchange.whole) {
            out_ += "# A text of this exchange was too long to be kept whole.\n";
            return;
        }
        answer(told);
    }

    void call(const Told& told)
    {
        out_ += "> " + told.exchange.method;
        const bool login = told.is("authenticate");
        if (login)
            out_ += fmt::format(" user={} password=recorded", quoted(told.word("user")));
        else
            out_ += " ticket={t1}";
        std::string last;
        for (const auto& [word, value] : told.call.as_object()) {
            if (login || !value.is_string()) continue;
            const auto& text = value.as_string();
            const bool long_text = word == "hcp" || word == "response" || word == "message";
            if (long_text && !text.empty()) {
                if (!last.empty()) out_ += " message=" + quoted(told.word("message"));
                last = " " + word + "=" + block(named(text));
            } else {
                out_ += fmt::format(" {}={}", word, quoted(text));
            }
        }
        out_ += last.empty() ? "\n" : last;
    }

    void answer(const Told& told)
    {
        const auto text = told.answer();
        if (told.is("authenticate")) {
            out_ += fmt::format("< ticket={{t1}} company=\"{}\"\n", text);
        } else if (told.is("receiveResponseXML")) {
            out_ += told.goes_on() ? "< 0..99\n" : "< " + text + "\n";
        } else if (told.is("sendRequestXML") && !text.empty()) {
            message_set(text);
        } else if (told.is("closeConnection") && text.starts_with("OK")) {
            out_ += "< says OK\n";
        } else if (text == "NoOp" || text == "Interactive mode" || told.is("getInteractiveURL") ||
                   told.is("interactiveDone")) {
            out_ += fmt::format("# It was answered '{}'; this depends on more than the session.\n",
                                text);
        } else {
            out_ += text.empty() ? "< nothing\n" : "< exactly " + block(text);
        }
    }

    void message_set(const std::string& text)
    {
        if (const auto known = known_.find(text); known != known_.end()) {
            out_ += fmt::format("< same text as {}\n", known->second);
            return;
        }
        if (ready_ == text) ready_.clear();
        const auto name = fmt::format("{{b{}}}", known_.size() + 1);
        known_[text] = name;
        names_[set_id_of(text)] = name;
        const bool probe = is_probe(text);
        if (probe) probes_.insert(set_id_of(text));
        const auto set = qbxml::message_set_from_xml(text);
        std::string requests;
        for (const auto& request : set ? set->requests : std::vector<qbxml::Node>{})
            requests += " " + request.name;
        out_ += fmt::format("< batch {}:{}\n", name, requests);
        if (!probe) out_ += "< exactly " + block(named(text));
    }

    const store::Company& company_;
    std::vector<Told> all_;
    std::string out_;
    std::string ready_;  // the set that the host put in and was not asked for
    std::map<std::string, std::string> known_;  // texts of sets: their names
    std::map<std::string, std::string> names_;  // ids of sets: their names
    std::set<std::string> probes_;              // ids of those that ask whose file is open
};

}  // namespace

std::string transcript_of(const store::Company& company, const base::SessionId& session,
                          const std::vector<store::Exchange>& exchanges)
{
    return Writer(company, session, exchanges).write();
}

}  // namespace server::service
