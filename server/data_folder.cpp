#include "server/data_folder.h"

#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>

#include "server/store/migrate.h"
#include "server/store/sqlite.h"

namespace server {

DataFolder::DataFolder(std::string path, std::vector<store::View> views)
    : path_(std::move(path)), views_(std::move(views)), file_(database())
{
    namespace fs = std::filesystem;
    std::error_code failed;
    if (fs::is_directory(path_, failed)) return;
    fs::create_directories(path_, failed);
    if (failed)
        throw std::runtime_error(
            fmt::format("cannot make the data folder {}: {}", path_, failed.message()));
    fs::permissions(path_, fs::perms::owner_all, failed);
}

store::Store DataFolder::open(base::Time now) const
{
    store::Store store(file_.open());
    store::migrate(store.connection(), now);
    store::make_views(store.connection(), views_);
    return store;
}

}  // namespace server
