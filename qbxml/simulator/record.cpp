#include "qbxml/simulator/record.h"

#include <stdexcept>

#include "qbxml/simulator/record_text.h"

namespace qbxml::simulator {

namespace {

constexpr std::size_t usual_size = 4096, usual_segments = 64;  // of a record

bool is_line(std::string_view name)
{
    return name.ends_with("LineRet") || name.ends_with("LineGroupRet") ||
           name.ends_with("AppliedToTxnRet") || name == "JournalDebitLine" ||
           name == "JournalCreditLine";
}

void append_open(std::string& out, const Node& node)
{
    out += '<';
    out += node.name;
    for (const auto& [name, value] : node.attributes) {
        out += ' ';
        out += name;
        out += "=\"";
        append_escaped(out, value);
        out += '"';
    }
    out += '>';
}

void append_close(std::string& out, std::string_view name)
{
    out += "</";
    out += name;
    out += ">\n";
}

}  // namespace

std::uint16_t Names::number(std::string_view name)
{
    if (const auto known = find(name)) return *known;
    if (texts_.size() > 0xFFFF) throw std::length_error("more names than the books can number");
    const auto fresh = static_cast<std::uint16_t>(texts_.size());
    texts_.emplace_back(name);
    numbers_.emplace(name, fresh);
    return fresh;
}

std::optional<std::uint16_t> Names::find(std::string_view name) const
{
    const auto known = numbers_.find(name);
    if (known == numbers_.end()) return std::nullopt;
    return known->second;
}

Record::Record(const Kind& kind, const Node& ret, Stamps stamps, Names& names)
    : kind_(&kind), stamps_(stamps)
{
    remember_keys(ret);
    text_.reserve(usual_size);
    segments_.reserve(usual_segments);
    for (const Node& child : ret.children) {
        std::uint8_t parts = plain;
        if (is_line(child.name)) parts = line;
        if (child.name == "LinkedTxn") parts = linked;
        if (child.name == "DataExtRet") parts = custom;
        // A new segment for every top-level element, so that it can be chosen by name.
        const std::uint16_t name = names.number(child.name);
        segments_.push_back({.name = name, .parts = parts});
        render(child, parts, name, names);
    }
    text_.shrink_to_fit();
    segments_.shrink_to_fit();
}

void Record::remember_keys(const Node& ret)
{
    for (const Node& child : ret.children) {
        const std::string& name = child.name;
        if (name == "ListID" || name == "TxnID") {
            id_ = child.text;
        } else if (name == "Name") {
            if (full_name_.empty()) full_name_ = child.text;
        } else if (name == "FullName") {
            full_name_ = child.text;
        } else if (name == "Initial") {  // a sales rep has no other name
            full_name_ = child.text;
        } else if (name == "RefNumber") {
            ref_number_ = child.text;
        } else if (name == "TxnDate") {
            txn_date_ = child.text;
        } else if (name == "CustomerRef" || name == "VendorRef" || name == "PayeeEntityRef" ||
                   name == "EntityRef") {
            if (entity_id_.empty()) entity_id_ = text_at(child, "ListID");
        } else if (name == "ParentRef") {
            parent_id_ = text_at(child, "ListID");
        } else if (name == "IsActive") {
            active_ = child.text == "true";
        } else if (name == "IsPaid") {
            paid_ = child.text == "true";
        }
    }
}

void Record::end_segment(std::uint8_t parts, std::uint16_t name, std::uint16_t owner,
                         std::size_t begin)
{
    const Segment& last = segments_.back();
    if (last.parts != parts || last.name != name || (last.size > 0 && last.owner != owner)) {
        segments_.push_back({.name = name, .owner = owner, .parts = parts});
    }
    segments_.back().owner = owner;
    segments_.back().size += static_cast<std::uint32_t>(text_.size() - begin);
}

void Record::render(const Node& node, std::uint8_t parts, std::uint16_t name, Names& names)
{
    std::uint16_t owner = 0;
    if (node.name == "DataExtRet") {
        parts = static_cast<std::uint8_t>(parts | custom);
        owner = names.number(text_at(node, "OwnerID"));
    }
    std::size_t begin = text_.size();
    append_open(text_, node);
    if (node.children.empty()) {
        append_escaped(text_, node.text);
        append_close(text_, node.name);
        end_segment(parts, name, owner, begin);
        return;
    }
    text_ += '\n';
    if ((parts & custom) != 0) {  // all of a custom field is one segment
        for (const Node& child : node.children)
            append_element(text_, child);
    } else {
        end_segment(parts, name, owner, begin);
        for (const Node& child : node.children)
            render(child, parts, name, names);
        begin = text_.size();
    }
    append_close(text_, node.name);
    end_segment(parts, name, owner, begin);
}

Node Record::tree() const
{
    std::string whole;
    print_whole(whole);
    return node_in(whole);
}

std::string_view Record::element(std::string_view name, const Names& names) const
{
    const auto number = names.find(name);
    if (!number) return {};
    std::size_t at = 0;
    for (std::size_t i = 0; i < segments_.size(); at += segments_[i].size, ++i) {
        if (segments_[i].name != *number) continue;
        std::size_t size = segments_[i].size;
        const std::string_view rest = std::string_view(text_).substr(at);
        for (std::size_t next = i + 1; next < segments_.size(); ++next) {
            if (segments_[next].name != segments_[i].name) break;
            if (rest.substr(size).starts_with('<' + std::string(name) + '>')) break;
            size += segments_[next].size;
        }
        return rest.substr(0, size);
    }
    return {};
}

std::string Record::field(std::string_view name, const Names& names) const
{
    const std::string_view found = element(name, names);
    return found.empty() ? std::string() : simple_text_in(found);
}

std::string Record::field(std::string_view name, std::string_view inner, const Names& names) const
{
    const std::string_view found = element(name, names);
    if (found.empty()) return {};
    const std::string open = '<' + std::string(inner) + '>';
    const std::size_t at = found.find(open);
    return at == std::string_view::npos ? std::string() : simple_text_in(found.substr(at));
}

Node Record::subtree(std::string_view name, const Names& names) const
{
    const std::string_view found = element(name, names);
    return found.empty() ? Node{} : node_in(found);
}

bool Record::set_field(std::string_view name, std::string_view text, const Names& names)
{
    const std::string_view old = element(name, names);
    if (old.empty()) return false;
    const auto at = static_cast<std::size_t>(old.data() - text_.data());
    std::string fresh;
    append_element(fresh, Node{.name = std::string(name), .text = std::string(text)});
    std::size_t position = 0;
    for (Segment& segment : segments_) {
        if (position == at && segment.size == old.size()) {
            text_.replace(at, old.size(), fresh);
            segment.size = static_cast<std::uint32_t>(fresh.size());
            if (name == "IsPaid") paid_ = text == "true";
            return true;
        }
        position += segment.size;
    }
    return false;
}

void Record::print(const Selection& selection, std::string& out) const
{
    const std::string name = kind_->ret();
    out += '<';
    out += name;
    out += ">\n";
    std::size_t at = 0;
    for (const Segment& segment : segments_) {
        const bool shown =
            (selection.lines || (segment.parts & line) == 0) &&
            (selection.linked || (segment.parts & linked) == 0) &&
            (segment.name >= selection.hidden.size() || selection.hidden[segment.name] == 0) &&
            ((segment.parts & custom) == 0 ||
             (segment.owner < selection.owners.size() && selection.owners[segment.owner] == 1));
        if (shown) out.append(text_, at, segment.size);
        at += segment.size;
    }
    append_close(out, name);
}

void Record::print_whole(std::string& out) const
{
    const std::string name = kind_->ret();
    out += '<';
    out += name;
    out += ">\n";
    out += text_;
    append_close(out, name);
}

std::string text_at(const Node& node, std::string_view path)
{
    const Node* at = &node;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        at = at->child(path.substr(0, end));
        if (at == nullptr) return {};
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return at->text;
}

void append_element(std::string& out, const Node& node)
{
    append_open(out, node);
    if (node.children.empty()) {
        append_escaped(out, node.text);
    } else {
        out += '\n';
        for (const Node& child : node.children)
            append_element(out, child);
    }
    append_close(out, node.name);
}

}  // namespace qbxml::simulator
