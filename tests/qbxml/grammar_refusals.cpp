// The build tool refuses tables that cannot be, naming file and line.
#include <catch2/catch.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "qbxml/grammar/compile.h"
#include "qbxml/grammar/table_file.h"

namespace build = qbxml::grammar::build;
namespace fs = std::filesystem;

namespace {

// A small language of its own in a folder that goes away with it.
class Tables {
public:
    Tables()
    {
        static int count = 0;
        folder_ = fs::temp_directory_path() /
                  ("qbxml_tables_" + std::to_string(::getpid()) + "_" + std::to_string(count++));
        fs::create_directories(folder_ / "elements");
        put("versions.tsv", "version\tspoken by\n1.0\tQuickBooks\n2.0\tQuickBooks\n");
        put("types.tsv",
            "type\tform\tchars\tempty\texpected\n"
            "STRTYPE\ttext\t\tyes\ttext\n"
            "ENUMTYPE\ttext\t\tyes\ta word\n"
            "AMTTYPE\tdecimal 13.2-2\t\tyes\tan amount\n");
        put("values.tsv", "enumeration\tvalue\tsince\nColour\tRed\nColour\tBlue\t2.0\n");
        put("messages.tsv",
            "message\tset\tpages\tcounts\tchanges\tsince\tnot in\nThingAdd\tQBXMLMsgs\n");
        put("attributes.tsv",
            "owner\tattribute\ttype\tuse\tchars\tvalues\tdefault\tsince\n*"
            "Rq\trequestID\tSTRTYPE\n");
        put("exceptions.tsv", "path\tfact\tinstead\nThingAddRq/ThingAdd/Name\tchars\t5\n");
        put("elements/things.tsv", elements);
    }
    ~Tables() { fs::remove_all(folder_); }

    void put(const std::string& file, const std::string& text)
    {
        std::ofstream(folder_ / file, std::ios::binary) << text;
    }

    // Why the tables are refused, without the folder; "" when they are not.
    std::string refusal() const
    {
        try {
            build::write_arrays(build::read_language(folder_.string()));
            return "";
        } catch (const build::Refusal& refusal) {
            const std::string text = refusal.what();
            return text.starts_with(folder_.string()) ? text.substr(folder_.string().size() + 1)
                                                      : text;
        }
    }

    inline static const std::string header =
        "owner\telement\ttype\toccurs\tchars\trange\tvalues\tdefault\tsince\tnot in\tnotes\n";
    inline static const std::string envelopes =
        "QBXML\t(\tone of\t1\nQBXML\tQBXMLMsgsRq\t{}\t1\nQBXML\tQBXMLMsgsRs\t{}\t1\nQBXML\t)\n"
        "QBXMLEvents\t-\n";
    inline static const std::string things =
        "ThingAddRq\tThingAdd\t{}\t1\n"
        "ThingAdd\tName\tSTRTYPE\t1\t31\n"
        "ThingAdd\tColour\tENUMTYPE\t?\t\t\tColour\tRed\n";
    inline static const std::string elements = header + envelopes + things;

private:
    fs::path folder_;
};

}  // namespace

TEST_CASE("a small language compiles")
{
    Tables tables;
    CHECK(tables.refusal() == "");
}

TEST_CASE("the tables of the repository compile")
{
    const auto language = build::read_language(std::string(QBWCD_SOURCE_TREE) + "/qbxml/grammar");
    CHECK(language.messages.size() == 484);
}

TEST_CASE("elements that cannot be are refused with file and line")
{
    struct Row {
        std::string extra;  // lines after the good ones, the first is line 11
        std::string refusal;
    };
    const auto row = GENERATE(values<Row>({
        {"ThingAdd\tSize\tINTTYPE\t1\n",
         "elements/things.tsv:10: type 'INTTYPE' is not in types.tsv"},
        {"ThingAdd\tName\tSTRTYPE\t1\n",
         "elements/things.tsv:8: Name stands twice inside ThingAdd"},
        {"ThingAdd\tPart\t{}\t1\n",
         "elements/things.tsv:10: nothing tells what stands inside Part"},
        {"ThingAdd\tPart\t{}\t1\nPart\tThingAdd\t{}\t1\n", "elements: ThingAdd can contain itself"},
        {"ThingAdd\t+Keys\n", "elements/things.tsv:10: there is no group +Keys"},
        {"ThingAdd\t+Keys\n+Keys\t+Keys\n", "elements/things.tsv:11: +Keys contains itself"},
        {"+Keys\tListID\tSTRTYPE\t1\n", "elements/things.tsv:10: +Keys is used nowhere"},
        {"Part\tListID\tSTRTYPE\t1\n", "elements/things.tsv:10: Part is used nowhere"},
        {"ThingAdd\tSize\tSTRTYPE\tmany\n",
         "elements/things.tsv:10: occurs is 1, ?, *, + or LEAST-MOST, not 'many'"},
        {"ThingAdd\tSize\tSTRTYPE\t3-2\n", "elements/things.tsv:10: occurs 3-2 cannot be"},
        {"ThingAdd\tSize\tSTRTYPE\t1\tlong\n", "elements/things.tsv:10: 'long' is no length"},
        {"ThingAdd\tSize\tSTRTYPE\t1\t5 XX=6\n",
         "elements/things.tsv:10: 'XX=6' is not EDITION=LENGTH"},
        {"ThingAdd\tSize\tSTRTYPE\t1\t\t5\n",
         "elements/things.tsv:10: a range is LOW..HIGH, either may be left out"},
        {"ThingAdd\tSize\tENUMTYPE\t1\t\t\tSizes\n",
         "elements/things.tsv:10: 'Sizes' is not in values.tsv"},
        {"ThingAdd\tSize\tENUMTYPE\t1\t\t\tColour\tGreen\n",
         "elements/things.tsv:10: default 'Green' is no value of Colour"},
        {"ThingAdd\tSize\tENUMTYPE\t1\n",
         "elements/things.tsv:10: ENUMTYPE and values go together"},
        {"ThingAdd\tSize\tSTRTYPE\t1\t\t\t\t\t3.0\n",
         "elements/things.tsv:10: version '3.0' is not in versions.tsv"},
        {"ThingAdd\tSize\tSTRTYPE\t1\t\t\t\t\t\tMARS\n",
         "elements/things.tsv:10: 'MARS' is no edition (US CA UK AU OE)"},
        {"ThingAdd\tSize\tSTRTYPE\t1\t\t\t\t\t\tUS CA UK AU OE\n",
         "elements/things.tsv:10: no edition has it"},
        {"ThingAdd\tSize\tSTRTYPE\t1\t\t\t\t\t\t\tperhaps\n",
         "elements/things.tsv:10: 'perhaps' is no known note"},
        {"ThingAdd\t(\tone of\t1\nThingAdd\tA\tSTRTYPE\t1\nThingAdd\tB\tSTRTYPE\t1\n",
         "elements/things.tsv:12: '(' without ')'"},
        {"ThingAdd\t)\n", "elements/things.tsv:10: ')' without '('"},
        {"ThingAdd\t(\tone of\t1\nThingAdd\tA\tSTRTYPE\t1\nThingAdd\t)\n",
         "elements/things.tsv:12: a choice or sequence of fewer than two"},
        {"ThingAdd\tSize \tSTRTYPE\t1\n", "elements/things.tsv:10: blanks around 'Size '"},
        {"ThingAdd\tSize\tSTRTYPE\t1\r\n",
         "elements/things.tsv:10: a carriage return; lines end in LF"},
        {"ThingAdd\tSi-ze\tSTRTYPE\t1\n", "elements/things.tsv:10: 'Si-ze' is no element name"},
        {"\tSize\tSTRTYPE\t1\n", "elements/things.tsv:10: the first cell is empty"},
        {"Other\tA\tSTRTYPE\t1\nThingAdd\tB\tSTRTYPE\t1\n",
         "elements/things.tsv:11: ThingAdd stands in two places"},
    }));
    CAPTURE(row.extra);
    Tables tables;
    tables.put("elements/things.tsv", Tables::elements + row.extra);
    CHECK(tables.refusal() == row.refusal);
}

TEST_CASE("the other tables are refused with file and line too")
{
    struct Row {
        std::string file, text, refusal;
    };
    const auto row = GENERATE(values<Row>({
        {"versions.tsv", "version\tspoken by\n2.0\tx\n1.0\tx\n",
         "versions.tsv:3: versions stand oldest first, each once"},
        {"versions.tsv", "version\n1.0\n",
         "versions.tsv:1: the header does not name the columns expected"},
        {"versions.tsv", "version\tspoken by\n", "versions.tsv: no rows"},
        {"types.tsv", "type\tform\tchars\tempty\texpected\nSTRTYPE\tpoem\t\tyes\ttext\n",
         "types.tsv:2: 'poem' is no form"},
        {"types.tsv", "type\tform\tchars\tempty\texpected\nSTRTYPE\ttext\t\tmaybe\ttext\n",
         "types.tsv:2: empty is yes, no or blank"},
        {"values.tsv", "enumeration\tvalue\tsince\nColour\tRed\nColour\tRed\n",
         "values.tsv:3: 'Red' stands twice in Colour"},
        {"values.tsv", "enumeration\tvalue\tsince\nColour\tRed\nSize\tBig\n",
         "values.tsv: Size is used nowhere"},
        {"messages.tsv", "message\tset\tpages\tcounts\tchanges\tsince\tnot in\nThingAdd\tMsgs\n",
         "messages.tsv:2: 'Msgs' is no message set"},
        {"messages.tsv",
         "message\tset\tpages\tcounts\tchanges\tsince\tnot "
         "in\nThingAdd\tQBXMLMsgs\nThingAdd\tQBXMLMsgs\n",
         "messages.tsv:3: 'ThingAdd' stands twice"},
        {"messages.tsv",
         "message\tset\tpages\tcounts\tchanges\tsince\tnot in\nThingAdd\tQBXMLMsgs\tyes\n",
         "messages.tsv:2: pages is 'iterator' or nothing"},
        {"attributes.tsv",
         "owner\tattribute\ttype\tuse\tchars\tvalues\tdefault\tsince\nNobody\tx\tSTRTYPE\n",
         "attributes.tsv:2: there is no element Nobody"},
        {"attributes.tsv",
         "owner\tattribute\ttype\tuse\tchars\tvalues\tdefault\tsince\n*Rx\tx\tSTRTYPE\n",
         "attributes.tsv:2: '*Rx' is no class of messages"},
        {"exceptions.tsv", "path\tfact\tinstead\nThingAddRq/Thing\tchars\t5\n",
         "exceptions.tsv:2: Thing does not stand inside ThingAddRq"},
        {"exceptions.tsv", "path\tfact\tinstead\nThingAddRq/ThingAdd/Name\tcolour\tRed\n",
         "exceptions.tsv:2: the fact is 'chars' or 'not in', each once for a path"},
    }));
    CAPTURE(row.file, row.text);
    Tables tables;
    tables.put(row.file, row.text);
    CHECK(tables.refusal() == row.refusal);
}
