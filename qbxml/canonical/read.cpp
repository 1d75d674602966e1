#include "qbxml/canonical/read.h"

#include <utility>

#include "qbxml/canonical/masks.h"
#include "qbxml/canonical/record_reader.h"

namespace qbxml::canonical {
namespace {

const Type* type_of(std::string_view ret, const Context& context)
{
    if (ret != "ReportRet") return type_of_element(ret);
    const Type* type = find_type(context.report_data_type);
    return type && type->elements == "ReportRet" ? type : nullptr;
}

// What QuickBooks calls deleted or voided: "CustomerType" and the id that belongs to it.
struct Named {
    std::string data_type, id, source_type;
};

Named named(Element element, std::string_view list_type, std::string_view transaction_type)
{
    Named found;
    found.source_type = element.child(list_type).text();
    if (found.source_type.empty()) found.source_type = element.child(transaction_type).text();
    if (const Type* type = type_of_element(found.source_type + "Ret")) found.data_type = type->name;
    found.id = element.child("ListID").text();
    if (found.id.empty()) found.id = element.child("TxnID").text();
    const bool prefixed = found.source_type == "CustomerType" ||
                          found.source_type == "VendorType" || found.source_type == "JobType";
    if (prefixed && !found.id.empty()) found.id = found.source_type + ':' + found.id;
    return found;
}

class ResponseReader {
public:
    ResponseReader(const ResponseSet& set, const Context& context, const Zone* zone)
        : set_(set), desk_{.context = context, .zone = zone}
    {
    }

    // Records go to `on_record`; without one they are kept in the result.
    Converted read(const Response& response, const OnRecord& on_record = {})
    {
        converted_ = {};
        converted_.outcome = outcome_of(response);
        for (const auto& child : response.children) {
            if (child.name == "ListDeletedRet" || child.name == "TxnDeletedRet")
                add_deletion(set_.parse(child, elements_));
            else if (const Type* type = type_of(child.name, desk_.context))
                add_record(*type, child, on_record);
        }
        const bool done = converted_.outcome != Outcome::error;
        if (done && (response.message == "ListDelRs" || response.message == "TxnDelRs"))
            add_deletion(set_.parse(response.whole, elements_));
        if (done && response.message == "TxnVoidRs")
            add_void(set_.parse(response.whole, elements_));
        converted_.issues = std::exchange(desk_.issues, {});
        return std::move(converted_);
    }

private:
    void add_record(const Type& type, const Response::Slice& slice, const OnRecord& on_record)
    {
        const Element ret = set_.parse(slice, elements_);
        RecordReader reader(desk_, type, ret);
        if (reader.id().empty() && slice.name != "ReportRet") {
            desk_.issues.push_back(
                {"identity.missing", std::string(type.name), "", "", slice.name});
            return;
        }
        Record record = reader.read();
        const auto source = set_.source(slice);
        record.masked_source = holds_masked(ret) ? masked(source) : std::string(source);
        if (on_record)
            on_record(std::move(record));
        else
            converted_.records.push_back(std::move(record));
    }

    std::string time(const Named& about, std::string_view field, std::string_view text)
    {
        if (text.empty()) return {};
        const auto moment = moment_value(text, desk_.zone);
        const char* code = !moment                ? "value.invalid"
                           : moment->zone_unknown ? "time.zoneUnknown"
                                                  : "";
        if (*code)
            desk_.issues.push_back(
                {code, about.data_type, about.id, std::string(field), std::string(text)});
        return moment ? moment->text : std::string{};
    }

    void add_deletion(Element element)
    {
        const Named about = named(element, "ListDelType", "TxnDelType");
        if (about.id.empty()) {
            desk_.issues.push_back(
                {"identity.missing", about.data_type, "", "", std::string(element.name())});
            return;
        }
        Deletion deletion;
        deletion.data_type = about.data_type;
        deletion.id = about.id;
        deletion.source_type = about.source_type;
        deletion.name = element.child("FullName").text();
        deletion.reference = element.child("RefNumber").text();
        deletion.source_created_date =
            time(about, "sourceCreatedDate", element.child("TimeCreated").text());
        deletion.deleted_date = time(about, "deletedDate", element.child("TimeDeleted").text());
        converted_.deletions.push_back(std::move(deletion));
    }

    void add_void(Element element)
    {
        const Named about = named(element, "TxnVoidType", "TxnVoidType");
        if (about.id.empty()) {
            desk_.issues.push_back(
                {"identity.missing", about.data_type, "", "", std::string(element.name())});
            return;
        }
        converted_.voids.push_back(
            {about.data_type, about.id, about.source_type,
             std::string(element.child("RefNumber").text()),
             time(about, "sourceModifiedDate", element.child("TimeModified").text())});
    }

    const ResponseSet& set_;
    RecordReader::Desk desk_;
    ElementReader elements_;
    Converted converted_;
};

// A zone that is not in the system's database is as good as none: QuickBooks' own offset is kept.
std::optional<Zone> zone_of(const Context& context)
{
    return context.time_zone.empty() ? std::nullopt : Zone::load(context.time_zone);
}

// Writes the members of one JSON object.
class ObjectText {
public:
    explicit ObjectText(std::string& out) : out_(out) { out_ += '{'; }
    ~ObjectText() { out_ += '}'; }
    ObjectText(const ObjectText&) = delete;
    ObjectText& operator=(const ObjectText&) = delete;
    std::string& key(std::string_view name)
    {
        if (out_.back() != '{') out_ += ',';
        out_ += '"';
        out_ += name;
        out_ += "\":";
        return out_;
    }
    void text(std::string_view name, std::string_view value)
    {
        append_json_string(key(name), value);
    }
    void text_or_null(std::string_view name, std::string_view value)
    {
        if (value.empty())
            key(name) += "null";
        else
            text(name, value);
    }
    void number_or_null(std::string_view name, std::optional<int> value)
    {
        key(name) += value ? std::to_string(*value) : "null";
    }
    template <class Entries, class Write>
    void array(std::string_view name, const Entries& entries, Write write)
    {
        key(name) += '[';
        bool first = true;
        for (const auto& entry : entries) {
            if (!first) out_ += ',';
            first = false;
            write(entry);
        }
        out_ += ']';
    }

private:
    std::string& out_;
};

std::string severity_of(const Response& response)
{
    if (response.status_severity && !response.status_severity->empty())
        return *response.status_severity;
    if (!response.status_code || *response.status_code >= 1000) return "Error";
    return *response.status_code >= 500 ? "Warn" : "Info";
}

void write_message(std::string& out, const Response& response, const Converted& converted)
{
    ObjectText message(out);
    message.text("message", response.message);
    message.text_or_null("requestId", response.request_id.value_or(""));
    message.number_or_null("statusCode", response.status_code);
    message.text("statusSeverity", severity_of(response));
    message.text_or_null("statusMessage", response.status_message.value_or(""));
    message.text("outcome", to_text(converted.outcome));
    message.text_or_null("iteratorId", response.iterator_id.value_or(""));
    message.number_or_null("iteratorRemainingCount", response.iterator_remaining);
    message.number_or_null("retCount", response.ret_count);
    message.array("records", converted.records, [&](const Record& record) {
        ObjectText entry(out);
        entry.text("dataType", record.data_type);
        entry.key("record") += record.json;
    });
    message.array("deletions", converted.deletions, [&](const Deletion& deletion) {
        ObjectText entry(out);
        entry.text_or_null("dataType", deletion.data_type);
        entry.text("id", deletion.id);
        entry.text("sourceType", deletion.source_type);
        entry.text_or_null("name", deletion.name);
        entry.text_or_null("reference", deletion.reference);
        entry.text_or_null("sourceCreatedDate", deletion.source_created_date);
        entry.text_or_null("deletedDate", deletion.deleted_date);
    });
    message.array("voids", converted.voids, [&](const Void& voided) {
        ObjectText entry(out);
        entry.text_or_null("dataType", voided.data_type);
        entry.text("id", voided.id);
        entry.text("sourceType", voided.source_type);
        entry.text_or_null("reference", voided.reference);
        entry.text_or_null("sourceModifiedDate", voided.source_modified_date);
    });
    message.array("issues", converted.issues, [&](const Issue& issue) {
        ObjectText entry(out);
        entry.text("code", issue.code);
        entry.text_or_null("dataType", issue.data_type);
        entry.text_or_null("recordId", issue.record_id);
        entry.text_or_null("field", issue.field);
        entry.text_or_null("value", issue.value);
    });
}

}  // namespace

std::string_view to_text(Outcome outcome)
{
    switch (outcome) {
        case Outcome::success: return "Success";
        case Outcome::empty: return "Empty";
        case Outcome::not_found: return "NotFound";
        case Outcome::warning: return "Warning";
        case Outcome::error: return "Error";
    }
    return "Error";
}

Outcome outcome_of(const Response& response)
{
    if (severity_of(response) == "Error") return Outcome::error;
    switch (response.status_code.value_or(-1)) {
        case 0: return Outcome::success;
        case 1: return Outcome::empty;
        case 500: return Outcome::not_found;
        default: return Outcome::warning;
    }
}

Converted convert(const ResponseSet& set, const Response& response, const Context& context)
{
    const auto zone = zone_of(context);
    return ResponseReader(set, context, zone ? &*zone : nullptr).read(response);
}

Converted convert_each(const ResponseSet& set, const Response& response, const Context& context,
                       const OnRecord& on_record)
{
    const auto zone = zone_of(context);
    return ResponseReader(set, context, zone ? &*zone : nullptr).read(response, on_record);
}

std::vector<Record> convert_sources(std::string_view sources, const Context& context)
{
    std::string text = "<QBXML><QBXMLMsgsRs><HostQueryRs statusCode=\"0\" statusSeverity=\"Info\">";
    text.append(sources).append("</HostQueryRs></QBXMLMsgsRs></QBXML>");
    const auto set = ResponseSet::read(std::move(text));
    if (!set || set->responses().empty()) return {};
    return convert(*set, set->responses().front(), context).records;
}

std::int64_t mapping_version()
{
    // To be raised when a rule makes something else of the same element.
    constexpr std::uint64_t rules = 2;
    static const std::uint64_t version = [] {
        std::uint64_t hash = 14695981039346656037u + rules;
        const auto mix = [&](std::string_view text) {
            for (const char c : text)
                hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
            hash = (hash ^ 0xff) * 1099511628211u;
        };
        const std::function<void(std::span<const Field>)> mix_fields =
            [&](std::span<const Field> fields) {
                for (const Field& field : fields) {
                    mix(field.path);
                    mix(rule_names[static_cast<std::size_t>(field.rule)]);
                    mix(field.argument);
                    mix(field.words);
                    for (const Source& source : field.sources) {
                        mix(source.only);
                        mix(source.element);
                        mix(source.first);
                        mix(source.rest);
                    }
                    mix_fields(field.members);
                }
            };
        for (const Type& type : mapped_types()) {
            mix(type.name);
            mix(type.elements);
            mix_fields(type.fields);
        }
        return hash;
    }();
    return static_cast<std::int64_t>(version >> 1);
}

std::string convert_to_json(const ResponseSet& set, const Context& context)
{
    const auto zone = zone_of(context);
    ResponseReader reader(set, context, zone ? &*zone : nullptr);
    std::string out;
    ObjectText whole(out);
    whole.array("messages", set.responses(), [&](const Response& response) {
        write_message(out, response, reader.read(response));
    });
    return out + '}';
}

}  // namespace qbxml::canonical
