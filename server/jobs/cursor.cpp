#include "server/jobs/cursor.h"

#include <algorithm>

#include "qbxml/value.h"
#include "server/base/ensure.h"

namespace server::jobs {
namespace {

using qbxml::Value;

// What a cursor's row says, name by name. `Fields` writes or reads; a member at its default is left
// out, for every job has a cursor and few of them read.
template <class Fields, class AnyCursor>
void each_field(Fields& fields, AnyCursor& c)
{
    fields.number("query", c.query);
    fields.text("iteratorId", c.iterator_id);
    fields.number("pages", c.pages);
    fields.number("read", c.read);
    fields.number("readHere", c.read_here);
    fields.number("created", c.created);
    fields.number("updated", c.updated);
    fields.number("deleted", c.deleted);
    fields.number("remaining", c.remaining);
    fields.text("modifiedFrom", c.modified_from);
    fields.text("newest", c.newest);
    fields.text("from", c.from);
    fields.text("to", c.to);
    fields.flag("dates", c.dates);
    fields.number("width", c.width);
    fields.number("readBefore", c.read_before);
    fields.text("newestBefore", c.newest_before);
    fields.text("earliest", c.earliest);
    fields.number("expected", c.expected);
    fields.number("askedAt", c.asked_at);
    fields.number("pageSize", c.page_size);
    fields.number("lost", c.lost);
    fields.number("restarts", c.restarts);
    fields.flag("compare", c.compare);
    fields.text("part", c.part);
    fields.flag("partDone", c.part_done);
}

struct Writer {
    Value value = Value(Value::Object{});

    void number(std::string_view name, std::int64_t number)
    {
        if (number != 0) value.set(name, number);
    }
    void text(std::string_view name, const std::string& text)
    {
        if (!text.empty()) value.set(name, text);
    }
    void flag(std::string_view name, bool flag)
    {
        if (flag) value.set(name, true);
    }
};

struct Reader {
    const Value& value;

    template <class Integer>
    void number(std::string_view name, Integer& number) const
    {
        number = static_cast<Integer>(value.integer_at(name).value_or(0));
    }
    void text(std::string_view name, std::string& text) const { text = value.string_at(name); }
    void flag(std::string_view name, bool& flag) const { flag = value.find(name) != nullptr; }
};

}  // namespace

std::string cursor_text(const Cursor& c)
{
    Writer fields;
    each_field(fields, c);
    if (!c.ids.empty()) {
        Value::Array ids;
        for (const std::string& id : c.ids)
            ids.push_back(Value(id));
        fields.value.set("ids", std::move(ids));
    }
    if (!c.skipped.empty()) {
        Value::Array all;
        for (const Skipped& one : c.skipped) {
            Value skipped(Value::Object{});
            skipped.set("query", one.query);
            skipped.set("reason", one.reason);
            skipped.set("statusCode", one.status_code);
            skipped.set("message", one.message);
            all.push_back(std::move(skipped));
        }
        fields.value.set("skipped", std::move(all));
    }
    if (!c.applied.empty()) {
        Value::Array all;
        for (const Applied& one : c.applied) {
            Value applied(Value::Object{});
            applied.set("place", one.place);
            applied.set("request", one.request);
            applied.set("id", one.id);
            all.push_back(std::move(applied));
        }
        fields.value.set("applied", std::move(all));
    }
    return qbxml::to_json(fields.value);
}

Cursor cursor_from_text(std::string_view text)
{
    Cursor c;
    if (text == "{}") return c;  // of every job that has nothing to remember
    const auto value = qbxml::parse_json(text);
    base::ensure(value.ok(), "a row holds a cursor that cannot be read");
    Reader fields{*value};
    each_field(fields, c);
    if (const Value* ids = value->find("ids"))
        for (const Value& id : ids->as_array())
            c.ids.push_back(id.as_string());
    if (const Value* all = value->find("skipped"))
        for (const Value& one : all->as_array())
            c.skipped.push_back({one.string_at("query"), one.string_at("reason"),
                                 one.string_at("statusCode"), one.string_at("message")});
    if (const Value* all = value->find("applied"))
        for (const Value& one : all->as_array())
            c.applied.push_back({static_cast<int>(one.integer_at("place").value_or(0)),
                                 one.string_at("request"), one.string_at("id")});
    return c;
}

Cursor restarted(Cursor cursor)
{
    if (cursor.pages > 0) ++cursor.lost;
    cursor.iterator_id.clear();
    cursor.newest.clear();
    cursor.pages = 0;
    cursor.remaining = 0;
    cursor.read -= cursor.read_here;
    cursor.read_here = 0;
    cursor.ids.clear();
    return cursor;
}

int percent_read(const Cursor& c)
{
    const std::int64_t read = std::int64_t{c.read_before} + c.read_here;
    const std::int64_t all = std::max<std::int64_t>(c.expected, read + c.remaining);
    return all == 0 ? 0 : static_cast<int>(100 * std::min(read, all) / all);
}

}  // namespace server::jobs
