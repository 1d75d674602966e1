#include "qbxml/simulator/report_page.h"

namespace qbxml::simulator {

ReportPage::ReportPage(std::vector<std::string> columns, std::string_view column_type,
                       bool last_is_total)
    : columns_(std::move(columns)), column_type_(column_type), last_is_total_(last_is_total)
{
}

void ReportPage::text_row(std::string_view label)
{
    Node row{.name = "TextRow"};
    row.set_attribute("rowNumber", std::to_string(rows_.size() + 1));
    row.set_attribute("value", std::string(label));
    rows_.push_back(std::move(row));
}

void ReportPage::row(std::string_view kind, std::string_view label, const Amounts& amounts,
                     const About& about)
{
    Node row{.name = std::string(kind)};
    row.set_attribute("rowNumber", std::to_string(rows_.size() + 1));
    if (!about.type.empty()) {
        Node named{.name = "RowData"};
        named.set_attribute("rowType", std::string(about.type));
        named.set_attribute("value", about.value);
        row.add(std::move(named));
    }
    const auto cell = [&](std::size_t column, std::string value) {
        Node data{.name = "ColData"};
        data.set_attribute("colID", std::to_string(column));
        data.set_attribute("value", std::move(value));
        row.add(std::move(data));
    };
    cell(1, std::string(label));
    for (std::size_t i = 0; i < amounts.size(); ++i)
        cell(i + 2, amounts[i].text());
    rows_.push_back(std::move(row));
}

void ReportPage::data_row(std::string_view label, const Amounts& amounts, const About& about)
{
    row("DataRow", label, amounts, about);
}

void ReportPage::subtotal_row(std::string_view label, const Amounts& amounts, const About& about)
{
    row("SubtotalRow", label, amounts, about);
}

void ReportPage::total_row(std::string_view label, const Amounts& amounts)
{
    row("TotalRow", label, amounts, {});
}

Node ReportPage::take(std::string title, std::string subtitle, std::string basis)
{
    Node ret{.name = "ReportRet"};
    ret.add("ReportTitle", std::move(title));
    ret.add("ReportSubtitle", std::move(subtitle));
    if (!basis.empty()) ret.add("ReportBasis", std::move(basis));
    ret.add("NumRows", std::to_string(rows_.size()));
    ret.add("NumColumns", std::to_string(columns_.size() + 1));
    ret.add("NumColTitleRows", "1");
    for (std::size_t i = 0; i <= columns_.size(); ++i) {
        Node column{.name = "ColDesc"};
        column.set_attribute("colID", std::to_string(i + 1));
        column.set_attribute("dataType", i == 0 ? "STRTYPE" : "AMTTYPE");
        Node heading{.name = "ColTitle"};
        heading.set_attribute("titleRow", "1");
        if (i > 0) heading.set_attribute("value", columns_[i - 1]);
        column.add(std::move(heading));
        const bool total = last_is_total_ && i == columns_.size();
        column.add("ColType", i == 0 ? "Blank" : total ? "Total" : std::string(column_type_));
        ret.add(std::move(column));
    }
    if (rows_.empty()) return ret;
    Node data{.name = "ReportData"};
    data.children = std::move(rows_);
    ret.add(std::move(data));
    return ret;
}

}  // namespace qbxml::simulator
