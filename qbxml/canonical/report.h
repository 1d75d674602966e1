// A report of QuickBooks as a tree: rows become groups and leaves, columns of amounts keep their
// order.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "qbxml/canonical/decimal.h"
#include "qbxml/xml.h"

namespace qbxml::canonical {

struct ReportRow {
    std::string_view kind;     // TextRow, DataRow, SubtotalRow, TotalRow
    std::string_view label;    // trimmed
    std::string_view account;  // RowData of type account, "" for none
    std::string_view named;    // RowData of any type, "" for none
    std::vector<Amount> values;
};

// A group, or a leaf, which has no members and was never opened.
struct ReportGroup {
    std::string_view name;
    std::string_view account;
    std::vector<Amount> values;
    std::deque<ReportGroup> members;
    bool leaf = false;
};

class Report {
public:
    explicit Report(Element ret);

    struct Column {
        std::string id, title;
    };
    const std::vector<Column>& columns() const { return columns_; }  // of amounts
    const std::vector<ReportRow>& rows() const { return rows_; }
    // Texts in the place of an amount that are none.
    const std::vector<std::string_view>& bad_amounts() const { return bad_; }

    // The group of that name, any case, at the top or directly in one of the groups that join
    // others; null when there is none.
    const ReportGroup* section(std::string_view name) const;
    // The closing row of that label; null when there is none.
    const ReportRow* closing_row(std::string_view label) const;

private:
    void read_columns(Element ret);
    void read_rows(Element data);
    void grow();
    static void add_up(ReportGroup& group, std::size_t columns);

    std::vector<Column> columns_;
    std::vector<ReportRow> rows_;
    std::vector<std::string_view> bad_;
    ReportGroup top_;
};

}  // namespace qbxml::canonical
