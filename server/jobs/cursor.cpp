#include "server/jobs/cursor.h"

#include "qbxml/value.h"
#include "server/base/ensure.h"

namespace server::jobs {

using qbxml::Value;

std::string cursor_text(const Cursor& c)
{
    Value value(Value::Object{});
    value.set("query", c.query);
    value.set("iteratorId", c.iterator_id);
    value.set("pages", c.pages);
    value.set("read", c.read);
    value.set("readHere", c.read_here);
    value.set("created", c.created);
    value.set("updated", c.updated);
    value.set("remaining", c.remaining);
    value.set("modifiedFrom", c.modified_from);
    value.set("newest", c.newest);
    return qbxml::to_json(value);
}

Cursor cursor_from_text(std::string_view text)
{
    const auto value = qbxml::parse_json(text);
    base::ensure(value.ok(), "a row holds a cursor that cannot be read");
    const auto integer = [&](std::string_view name) {
        return static_cast<int>(value->integer_at(name).value_or(0));
    };
    return Cursor{.query = integer("query"),
                  .iterator_id = value->string_at("iteratorId"),
                  .pages = integer("pages"),
                  .read = integer("read"),
                  .read_here = integer("readHere"),
                  .created = integer("created"),
                  .updated = integer("updated"),
                  .remaining = integer("remaining"),
                  .modified_from = value->string_at("modifiedFrom"),
                  .newest = value->string_at("newest")};
}

Cursor restarted(Cursor cursor)
{
    cursor.iterator_id.clear();
    cursor.newest.clear();
    cursor.pages = 0;
    cursor.remaining = 0;
    cursor.read -= cursor.read_here;
    cursor.read_here = 0;
    return cursor;
}

}  // namespace server::jobs
