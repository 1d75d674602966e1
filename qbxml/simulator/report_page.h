// A report as qbXML writes it: columns, and rows one after the other.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "qbxml/request.h"
#include "qbxml/simulator/number.h"

namespace qbxml::simulator {

class ReportPage {
public:
    using Amounts = std::vector<Cents>;
    // Whom or what a row is about: rowType and value, "" for neither.
    struct About {
        std::string_view type = {};
        std::string value = {};
    };

    // Columns of amounts; before them stands that of the labels. `last_is_total` marks the last.
    ReportPage(std::vector<std::string> columns, std::string_view column_type, bool last_is_total);

    void text_row(std::string_view label);
    void data_row(std::string_view label, const Amounts& amounts, const About& about);
    void subtotal_row(std::string_view label, const Amounts& amounts, const About& about);
    void total_row(std::string_view label, const Amounts& amounts);
    std::size_t rows() const { return rows_.size(); }

    // The ReportRet. `basis` "" for a report that has none.
    Node take(std::string title, std::string subtitle, std::string basis);

private:
    void row(std::string_view kind, std::string_view label, const Amounts& amounts,
             const About& about);

    std::vector<std::string> columns_;
    std::string_view column_type_;
    bool last_is_total_;
    std::vector<Node> rows_;
};

}  // namespace qbxml::simulator
