#include "server/service/exporting.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "qbxml/canonical/places.h"
#include "qbxml/canonical/types.h"
#include "qbxml/json_members.h"
#include "qbxml/value.h"
#include "server/base/secret.h"

namespace server::service {
namespace {

namespace canonical = qbxml::canonical;
namespace fs = std::filesystem;

// A file that is summed while it is written.
class SummedFile {
public:
    SummedFile(const fs::path& folder, std::string name)
        : name_(std::move(name)), path_(folder / name_), out_(path_, std::ios::binary)
    {
    }
    void write(std::string_view text)
    {
        out_.write(text.data(), static_cast<std::streamsize>(text.size()));
        digest_.add(text);
        bytes_ += static_cast<std::int64_t>(text.size());
    }
    void row(std::string_view text)
    {
        write(text);
        ++rows_;
    }
    // Its entry in the manifest.
    qbxml::Value close(std::string_view data_type)
    {
        out_.close();
        if (!out_)
            throw std::runtime_error(
                fmt::format("cannot write {}: is the disk full?", path_.string()));
        qbxml::Value entry;
        entry.set("file", name_);
        entry.set("dataType", data_type);
        entry.set("rows", rows_);
        entry.set("bytes", bytes_);
        entry.set("sha256", digest_.hex());
        return entry;
    }
    std::int64_t rows() const { return rows_; }

private:
    std::string name_;
    fs::path path_;
    std::ofstream out_;
    base::Digest digest_;
    std::int64_t bytes_ = 0, rows_ = 0;
};

void append_cell(std::string& row, std::string_view value, bool first)
{
    if (!first) row += ',';
    if (value.find_first_of(",\"\r\n") == value.npos) {
        row += value;
        return;
    }
    row += '"';
    for (const char c : value) {
        if (c == '"') row += '"';
        row += c;
    }
    row += '"';
}

// A table of CSV: of records, or of the entries of one of their arrays.
class Table {
public:
    Table(const fs::path& folder, std::string_view data_type, const std::string& array)
        : array_(array),
          file_(folder, array.empty() ? fmt::format("{}.csv", data_type)
                                      : fmt::format("{}.{}.csv", data_type, array))
    {
        std::string head;
        if (!array.empty()) append_cell(head, "recordId", true);
        for (const auto& place : canonical::places_of(data_type)) {
            if (place.array != array) continue;
            append_cell(head, place.path, head.empty());
            paths_.push_back(place.path);
        }
        file_.write(head + "\r\n");
    }
    void add(std::string_view json)
    {
        if (array_.empty()) return add_row(json, {});
        const auto entries = qbxml::json_at(json, array_);
        const auto id = qbxml::json_at(json, "id");
        if (!entries || !id) return;
        for (const auto entry : qbxml::json_elements(*entries))
            add_row(entry, qbxml::json_plain(*id));
    }
    SummedFile& file() { return file_; }

private:
    void add_row(std::string_view object, std::string_view record_id)
    {
        std::string row;
        bool first = true;
        if (!array_.empty()) append_cell(row, record_id, std::exchange(first, false));
        for (const std::string& path : paths_) {
            const auto value = qbxml::json_at(object, path);
            append_cell(row, value ? qbxml::json_plain(*value) : "", std::exchange(first, false));
        }
        file_.row(row + "\r\n");
    }

    std::string array_;
    std::vector<std::string> paths_;
    SummedFile file_;
};

class Export {
public:
    Export(store::Tx& tx, const base::CompanyId& company, fs::path folder, ExportFormat format)
        : tx_(tx), company_(company), folder_(std::move(folder)), format_(format)
    {
    }
    void add_type(const std::string& data_type)
    {
        if (format_ == ExportFormat::ndjson)
            add_ndjson(data_type);
        else
            add_csv(data_type);
    }
    Exported done() const { return {records_, static_cast<int>(files_.size())}; }
    qbxml::Value::Array files() { return std::move(files_); }

private:
    void each(const std::string& data_type, const std::function<void(std::string_view)>& take)
    {
        if (!canonical::is_report(data_type))
            return tx_.each_record(company_, data_type, std::numeric_limits<std::int64_t>::max(),
                                   take);
        for (const auto& report : tx_.reports(company_, data_type))
            take(report.json);
    }
    void add_ndjson(const std::string& data_type)
    {
        SummedFile file(folder_, data_type + ".ndjson");
        each(data_type, [&](std::string_view json) { file.row(std::string(json) + '\n'); });
        records_ += file.rows();
        files_.push_back(file.close(data_type));
    }
    void add_csv(const std::string& data_type)
    {
        std::vector<std::unique_ptr<Table>> tables;
        tables.push_back(std::make_unique<Table>(folder_, data_type, ""));
        std::string last;
        for (const auto& place : canonical::places_of(data_type)) {
            if (place.array.empty() || place.array == last) continue;
            last = place.array;
            tables.push_back(std::make_unique<Table>(folder_, data_type, place.array));
        }
        each(data_type, [&](std::string_view json) {
            for (const auto& table : tables)
                table->add(json);
        });
        records_ += tables.front()->file().rows();
        for (const auto& table : tables)
            files_.push_back(table->file().close(data_type));
    }

    store::Tx& tx_;
    const base::CompanyId& company_;
    fs::path folder_;
    ExportFormat format_;
    std::int64_t records_ = 0;
    qbxml::Value::Array files_;
};

}  // namespace

qbxml::Result<Exported> export_records(store::Store& store, const base::CompanyId& company,
                                       const ExportWish& wish, base::Time now)
{
    const fs::path folder(wish.folder);
    std::error_code failed;
    if (fs::exists(folder, failed))
        return qbxml::Error{wish.folder,
                            "it is there already; name a folder that the export is to make"};
    fs::path part = folder;
    part += ".part";
    fs::remove_all(part, failed);  // of an export that was cut short
    if (!fs::create_directories(part, failed) || failed)
        return qbxml::Error{wish.folder,
                            fmt::format("it cannot be made: {}",
                                        failed ? failed.message() : "another is being written")};
    fs::permissions(part, fs::perms::owner_all, failed);
    const auto done = store.read([&](store::Tx& tx) {
        Export one(tx, company, part, wish.format);
        for (const auto& [data_type, count] : tx.count_records(company))
            one.add_type(data_type);
        for (const auto data_type : canonical::record_types())
            if (canonical::is_report(data_type) && !tx.reports(company, data_type).empty())
                one.add_type(std::string(data_type));
        const auto exported = one.done();
        qbxml::Value manifest;
        manifest.set("company", company.text);
        manifest.set("format", wish.format == ExportFormat::ndjson ? "ndjson" : "csv");
        manifest.set("createdAt", base::to_text(now));
        manifest.set("cursor", std::to_string(tx.newest_change(company)));
        manifest.set("records", exported.records);
        manifest.set("files", one.files());
        std::ofstream out(part / "manifest.json", std::ios::binary);
        out << qbxml::to_pretty_json(manifest) << '\n';
        out.close();
        if (!out)
            throw std::runtime_error(fmt::format("cannot write {}: is the disk full?",
                                                 (part / "manifest.json").string()));
        return exported;
    });
    fs::rename(part, folder, failed);
    if (failed)
        throw std::runtime_error(fmt::format("cannot make {}: {}", wish.folder, failed.message()));
    return done;
}

}  // namespace server::service
