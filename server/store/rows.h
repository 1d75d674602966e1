// Between columns and values; for the tx_*.cpp alone.
#pragma once

#include <optional>
#include <string>

#include "server/base/clock.h"
#include "server/base/ids.h"
#include "server/store/connection.h"

namespace server::store {

inline Param param(base::Time time)
{
    return std::int64_t{time.time_since_epoch().count()};
}

inline Param param(std::string_view text)
{
    return text;
}

inline Param param(bool flag)
{
    return std::int64_t{flag ? 1 : 0};
}

inline Param param(int number)
{
    return std::int64_t{number};
}

template <class Tag>
Param param(const base::Id<Tag>& id)
{
    return std::string_view(id.text);
}

template <class Tag>
Param param(const std::optional<base::Id<Tag>>& id)
{
    return id ? Param(std::string_view(id->text)) : Param(nullptr);
}

inline base::Time time_at(const Row& row, int column)
{
    return base::Time(std::chrono::microseconds(row.integer(column)));
}

inline std::string text_at(const Row& row, int column)
{
    return std::string(row.text(column));
}

inline int int_at(const Row& row, int column)
{
    return static_cast<int>(row.integer(column));
}

template <class IdType>
std::optional<IdType> id_at(const Row& row, int column)
{
    if (row.is_null(column)) return std::nullopt;
    return IdType{std::string(row.text(column))};
}

}  // namespace server::store
