// Reading the fact tables: tab separated text, one header line, cells at the end of a line may be
// left out. Part of the build tool.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace qbxml::grammar::build {

// A table that says something impossible. The text begins with file and line.
struct Refusal : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class TableFile {
public:
    struct Row {
        const TableFile* file;
        int line;
        std::vector<std::string> cells;

        // The cell under that column, "" when it was left out.
        const std::string& operator[](std::string_view column) const;
        [[noreturn]] void refuse(const std::string& what) const;
    };

    // Reads the file and checks that its header names exactly these columns.
    TableFile(const std::string& path, std::vector<std::string> columns);
    TableFile(const TableFile&) = delete;

    const std::vector<Row>& rows() const { return rows_; }

private:
    std::string path_;
    std::vector<std::string> columns_;
    std::vector<Row> rows_;
};

std::vector<std::string> split(std::string_view text, char separator);

}  // namespace qbxml::grammar::build
