#include "server/cli/commands.h"

#include <fstream>
#include <iostream>
#include <stdexcept>

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/data_folder.h"
#include "server/service/views.h"

namespace server::cli {
namespace {

std::string read_all(std::istream& in, const std::string& name, std::size_t bytes_max)
{
    std::string text;
    char block[64 * 1024];
    while (in.read(block, sizeof block) || in.gcount() > 0) {
        text.append(block, static_cast<std::size_t>(in.gcount()));
        if (text.size() > bytes_max)
            throw std::runtime_error(
                fmt::format("{} is too long: at most {} bytes are taken", name, bytes_max));
    }
    return text;
}

}  // namespace

store::Store Shell::open_store(Missing missing) const
{
    const std::string database = config.data + "/qbwcd.sqlite";
    struct stat folder {};
    const bool there = stat(config.data.c_str(), &folder) == 0;
    if (missing == Missing::refuse && access(database.c_str(), F_OK) != 0)
        throw std::runtime_error(
            fmt::format("{} holds no database of qbwcd{}; is --data right? 'qbwcd serve' and "
                        "'qbwcd company create' make one",
                        config.data, errno == EACCES ? " that you may read" : ""));
    // What root made here, the server's user could not open any more.
    if (there && geteuid() == 0 && folder.st_uid != 0)
        throw std::runtime_error(
            fmt::format("{} belongs to another user; run this as that user: sudo -u '#{}' qbwcd …",
                        config.data, folder.st_uid));
    return DataFolder(config.data, service::record_views()).open(clock.now());
}

std::string Shell::actor() const
{
    const passwd* user = getpwuid(geteuid());
    return fmt::format("cli:{}", user ? std::string(user->pw_name) : std::to_string(geteuid()));
}

int fail(const qbxml::Error& error)
{
    std::cerr << "qbwcd: " << error.text() << '\n';
    return refused;
}

std::string read_input(std::size_t bytes_max)
{
    return read_all(std::cin, "standard input", bytes_max);
}

std::string read_file(const std::string& path, std::size_t bytes_max)
{
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error(fmt::format("cannot read {}", path));
    return read_all(in, path, bytes_max);
}

}  // namespace server::cli
