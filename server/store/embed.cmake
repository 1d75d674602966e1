# Writes OUTPUT, a C++ source with every migration of FOLDER in order.
file(GLOB files ${FOLDER}/*.sql)
list(SORT files)
set(rows "")
foreach(file ${files})
    get_filename_component(name ${file} NAME_WE)
    if(NOT name MATCHES "^([0-9][0-9][0-9][0-9])_(.+)$")
        message(FATAL_ERROR "${file}: a migration is named NNNN_name.sql")
    endif()
    math(EXPR number "1${CMAKE_MATCH_1} - 10000")
    file(READ ${file} sql)
    string(APPEND rows "    {${number}, \"${CMAKE_MATCH_2}\", R\"sql(${sql})sql\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Generated from migrations/; do not edit.
#include <span>
#include <string_view>
namespace server::store {
struct Migration {
    int number;
    std::string_view name;
    std::string_view sql;
};
extern const std::span<const Migration> migrations;
static constexpr Migration all[] = {
${rows}};
const std::span<const Migration> migrations{all};
}
")
