// Build tool: qbxml_grammar_compile TABLE_FOLDER OUTPUT_FILE turns the fact tables into the source
// of constant arrays. A table that says something impossible stops the build with file and line.
#include "qbxml/grammar/compile.h"

#include <cstdio>
#include <fstream>

#include "qbxml/grammar/table_file.h"

int main(int argc, char** argv)
{
    using namespace qbxml::grammar::build;
    if (argc != 3) {
        std::fprintf(stderr, "usage: qbxml_grammar_compile TABLE_FOLDER OUTPUT_FILE\n");
        return 2;
    }
    try {
        const std::string source = write_arrays(read_language(argv[1]));
        std::ofstream out(argv[2], std::ios::binary | std::ios::trunc);
        out << source;
        if (!out.flush()) throw std::runtime_error(std::string(argv[2]) + ": cannot be written");
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "%s\n", failure.what());
        return 1;
    }
    return 0;
}
