// One company file told from another.
#include <catch2/catch.hpp>

#include "server/session/company_file.h"

using namespace server::session;

namespace {

const std::string stamp = "{5A1C0000-0000-4000-8000-00000000000A}";
const std::string other_stamp = "{5A1C0000-0000-4000-8000-00000000000B}";
const FileIdentity maple{.file_id = stamp,
                         .path = R"(C:\Books\Maple.qbw)",
                         .name = "Maple & Pine Joinery",
                         .country = "US"};

FileIdentity with(FileIdentity file, std::string FileIdentity::*part, std::string value)
{
    file.*part = std::move(value);
    return file;
}

}  // namespace

TEST_CASE("the wrong company file is told by what both sides know")
{
    struct Row {
        const char* what;
        FileIdentity linked;
        FileIdentity seen;
        const char* why;  // "" = it is the right one
    };
    const FileIdentity unknown{};
    const auto row = GENERATE_COPY(values<Row>({
        {"the same file", maple, maple, ""},
        {"letters of another case", maple, with(maple, &FileIdentity::path, "c:\\books\\MAPLE.QBW"),
         ""},
        {"nothing is linked yet", unknown, maple, ""},
        {"nothing is known of the open file", maple, unknown, ""},
        {"no stamp in the open file", maple, with(maple, &FileIdentity::file_id, ""), ""},
        {"no path was said", maple, with(maple, &FileIdentity::path, ""), ""},
        {"another stamp", maple, with(maple, &FileIdentity::file_id, other_stamp),
         "it was added to the Web Connector for another connection"},
        {"another stamp before anything is linked", unknown,
         with(maple, &FileIdentity::file_id, other_stamp),
         "it was added to the Web Connector for another connection"},
        {"another name", maple, with(maple, &FileIdentity::name, "Larch Ltd"),
         "its company name is another"},
        {"another place", maple, with(maple, &FileIdentity::path, "C:\\Backup\\Maple.qbw"),
         "it lies in another place: a copy, a restored backup, or the file was moved"},
        {"another country", maple, with(maple, &FileIdentity::country, "CA"),
         "it is of another country's QuickBooks"},
    }));
    CAPTURE(row.what);
    const auto text = wrong_file(row.linked, row.seen, stamp, "Maple");
    CHECK(text.has_value() == (*row.why != '\0'));
    if (text) CHECK_THAT(*text, Catch::Contains(row.why));
}

TEST_CASE("the sentence names both files and says what to do")
{
    const FileIdentity larch{.path = R"(D:\Larch.qbw)", .name = "Larch Ltd"};
    CHECK(wrong_file(maple, larch, stamp, "Maple") ==
          "The wrong company file is open in QuickBooks: \"Larch Ltd\" (D:\\Larch.qbw). The linked "
          "file is \"Maple & Pine Joinery\" (C:\\Books\\Maple.qbw); its company name is another. "
          "Nothing was read or written. Open the linked file and start the update again. If the "
          "open file is the right one, ask the operator of the server to accept it.");
}

TEST_CASE("before anything is linked the sentence names the company")
{
    const auto text = wrong_file({}, {.file_id = other_stamp}, stamp, "Maple");
    REQUIRE(text);
    CHECK_THAT(*text,
               Catch::Contains("a file without a name. The linked file is that of \"Maple\""));
}

TEST_CASE("what was seen is learned, what was not seen is kept")
{
    const FileIdentity seen{.path = R"(C:\New\Maple.qbw)", .name = "Maple Joinery"};
    CHECK(merged(maple, seen) == FileIdentity{.file_id = stamp,
                                              .path = R"(C:\New\Maple.qbw)",
                                              .name = "Maple Joinery",
                                              .country = "US"});
    CHECK(merged({}, maple) == maple);
    CHECK(merged(maple, {}) == maple);
}
