#include "qbxml/canonical/deeds.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "qbxml/canonical/ask.h"
#include "qbxml/canonical/values.h"
#include "qbxml/xml.h"

namespace qbxml::canonical {
namespace {

// "Invoice" is read by InvoiceQuery, every kind of item by ItemQuery; "" when nothing reads it.
std::string_view data_type_of(std::string_view kind)
{
    const auto read_by = [](std::string_view message) -> std::string_view {
        for (const Query& query : queries())
            if (query.message == message) return query.data_type;
        return {};
    };
    const auto own = read_by(std::string(kind) + "QueryRq");
    if (!own.empty() || !kind.starts_with("Item")) return own;
    return read_by("ItemQueryRq");
}

const std::string& text_of(const Node& parent, std::string_view child)
{
    static const std::string none;
    const Node* found = parent.child(child);
    return found ? found->text : none;
}

const std::string& id_in(const Node& parent)
{
    const std::string& list = text_of(parent, "ListID");
    return list.empty() ? text_of(parent, "TxnID") : list;
}

// As the record has it: the ids of three lists carry the name of their list in front.
std::string id_of_record(std::string_view kind, const std::string& id)
{
    const bool prefixed = kind == "CustomerType" || kind == "VendorType" || kind == "JobType";
    return prefixed ? std::string(kind) + ":" + id : id;
}

std::optional<Deed> deed_of(const Node& request)
{
    std::string_view kind = request.name;
    for (const auto& [message, type] :
         {std::pair{"ListDelRq", "ListDelType"}, std::pair{"TxnDelRq", "TxnDelType"}}) {
        if (request.name != message) continue;
        const std::string& removed = text_of(request, type);
        const auto data_type = data_type_of(removed);
        if (data_type.empty()) return std::nullopt;
        return Deed{.kind = Deed::Kind::removes,
                    .data_type = std::string(data_type),
                    .source_type = removed,
                    .id = id_of_record(removed, id_in(request))};
    }
    const bool makes = kind.ends_with("AddRq");
    if ((!makes && !kind.ends_with("ModRq")) || request.children.empty()) return std::nullopt;
    kind.remove_suffix(5);
    const auto data_type = data_type_of(kind);
    if (data_type.empty()) return std::nullopt;
    const Node& body = request.children.front();  // <InvoiceAddRq><InvoiceAdd>
    if (!makes)
        return Deed{.kind = Deed::Kind::changes,
                    .data_type = std::string(data_type),
                    .source_type = std::string(kind),
                    .id = id_of_record(kind, id_in(body)),
                    .edit_sequence = text_of(body, "EditSequence")};
    const std::string& name = text_of(body, "Name");
    return Deed{.kind = Deed::Kind::makes,
                .data_type = std::string(data_type),
                .source_type = std::string(kind),
                .name = name.empty() ? text_of(body, "RefNumber") : name};
}

// Of a full name the last part: what the record itself is called.
std::string_view own_name(std::string_view full_name)
{
    const auto colon = full_name.rfind(':');
    return colon == full_name.npos ? full_name : full_name.substr(colon + 1);
}

}  // namespace

std::vector<Deed> deeds_of(const MessageSet& set)
{
    std::vector<Deed> deeds;
    for (const Node& request : set.requests)
        if (auto deed = deed_of(request)) deeds.push_back(std::move(*deed));
    return deeds;
}

std::vector<Node> requests_to_see(const std::vector<Deed>& deeds, std::string_view since,
                                  std::string_view own_owner_id, Version version)
{
    std::set<std::string> made, kinds;
    std::map<std::string, Lookup> known;
    for (const Deed& deed : deeds)
        if (deed.kind == Deed::Kind::makes) {
            made.insert(deed.data_type);
            kinds.insert(deed.source_type);
        } else {
            known[deed.data_type].ids.push_back(deed.id);
        }
    std::vector<Node> requests;
    for (Node& deletions : deleted_requests(since, version)) {
        // The filter, and those kinds that were made.
        std::erase_if(deletions.children, [&](const Node& child) {
            return child.name.ends_with("DelType") && !kinds.contains(child.text);
        });
        if (deletions.child("ListDelType") || deletions.child("TxnDelType"))
            requests.push_back(std::move(deletions));
    }
    for (const std::string& type : made)
        for (const Query* query : queries_of(type))
            if (query->since <= version)
                requests.push_back(
                    query_request(*query, {.modified_from = query->delta ? since : "",
                                           .own_owner_id = own_owner_id,
                                           .version = version}));
    for (const auto& [type, lookup] : known)
        if (auto some = lookup_requests(type, lookup, own_owner_id, version))
            requests.insert(requests.end(), some->begin(), some->end());
    return requests;
}

Witness::Witness(std::vector<Deed> deeds, std::string_view since)
    : deeds_(std::move(deeds)), seen_(deeds_.size()), since_(since)
{
}

bool Witness::is_older(std::string_view created) const
{
    const auto at = wall_clock(created), from = wall_clock(since_);
    return at && from && *at < *from;
}

bool Witness::may_be_made_by(const Deed& deed, const Record& record) const
{
    const auto source = Document::parse(record.masked_source);
    // What cannot be told apart counts as made.
    if (!source) return true;
    const std::string created(source->root().child("TimeCreated").text());
    if (is_older(created)) return false;
    return deed.name.empty() || equal_any_case(own_name(record.name), deed.name) ||
           created != record.time_modified;
}

void Witness::see(const Record& record)
{
    for (std::size_t n = 0; n < deeds_.size(); ++n) {
        const Deed& deed = deeds_[n];
        if (deed.kind == Deed::Kind::makes) {
            if (deed.data_type != record.data_type || !may_be_made_by(deed, record)) continue;
        } else {
            if (deed.id != record.id) continue;
            seen_[n] = true;
            if (deed.kind == Deed::Kind::removes || deed.edit_sequence == record.edit_sequence)
                continue;
        }
        traces_.push_back({deed.kind, record.data_type, record.id, record.name});
        return;
    }
}

void Witness::see(const Deletion& deletion)
{
    if (is_older(deletion.source_created_date)) return;
    const std::string_view name = deletion.name.empty() ? deletion.reference : deletion.name;
    for (const Deed& deed : deeds_) {
        if (deed.kind != Deed::Kind::makes || deed.data_type != deletion.data_type) continue;
        if (!deed.name.empty() && !equal_any_case(own_name(name), deed.name)) continue;
        traces_.push_back({deed.kind, deletion.data_type, deletion.id, std::string(name)});
        return;
    }
}

std::vector<Witness::Trace> Witness::traces() const
{
    auto traces = traces_;
    for (std::size_t n = 0; n < deeds_.size(); ++n)
        if (!seen_[n] && deeds_[n].kind == Deed::Kind::removes)
            traces.push_back({Deed::Kind::removes, deeds_[n].data_type, deeds_[n].id, ""});
    return traces;
}

}  // namespace qbxml::canonical
