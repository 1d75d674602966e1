#include "qbxml/grammar/table_file.h"

#include <algorithm>
#include <fstream>

namespace qbxml::grammar::build {

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    while (true) {
        const auto at = text.find(separator);
        parts.emplace_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

const std::string& TableFile::Row::operator[](std::string_view column) const
{
    const auto& columns = file->columns_;
    const auto at = std::find(columns.begin(), columns.end(), column);
    if (at == columns.end()) throw std::logic_error("no column " + std::string(column));
    return cells[static_cast<std::size_t>(at - columns.begin())];
}

void TableFile::Row::refuse(const std::string& what) const
{
    throw Refusal(file->path_ + ":" + std::to_string(line) + ": " + what);
}

TableFile::TableFile(const std::string& path, std::vector<std::string> columns)
    : path_(path), columns_(std::move(columns))
{
    std::ifstream in(path, std::ios::binary);
    if (!in) throw Refusal(path + ": cannot be read");
    std::string text;
    for (int line = 1; std::getline(in, text); ++line) {
        Row row{this, line, split(text, '\t')};
        if (line == 1) {
            if (row.cells != columns_) row.refuse("the header does not name the columns expected");
            continue;
        }
        if (text.find('\r') != std::string::npos) row.refuse("a carriage return; lines end in LF");
        if (row.cells.size() > columns_.size()) row.refuse("more cells than columns");
        for (const std::string& cell : row.cells)
            if (!cell.empty() && (cell.front() == ' ' || cell.back() == ' '))
                row.refuse("blanks around '" + cell + "'");
        if (row.cells.front().empty()) row.refuse("the first cell is empty");
        row.cells.resize(columns_.size());
        rows_.push_back(std::move(row));
    }
    if (rows_.empty()) throw Refusal(path + ": no rows");
}

}  // namespace qbxml::grammar::build
