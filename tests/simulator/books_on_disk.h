// What the tests of kept books share: a folder, and everything that books can be asked.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace simulator_test {

// A folder of its own that is gone after the test.
struct Folder {
    std::filesystem::path path;
    Folder()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "books-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
        path = pattern;
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string file(const char* name) const { return (path / name).string(); }
};

inline constexpr std::string_view everything =
    "<AccountQueryRq/><CustomerQueryRq><ActiveStatus>All</ActiveStatus><OwnerID>0</OwnerID>"
    "</CustomerQueryRq><ItemQueryRq/><InvoiceQueryRq><IncludeLineItems>true</IncludeLineItems>"
    "<IncludeLinkedTxns>true</IncludeLinkedTxns></InvoiceQueryRq><ReceivePaymentQueryRq>"
    "<IncludeLineItems>true</IncludeLineItems></ReceivePaymentQueryRq>"
    "<ListDeletedQueryRq><ListDelType>Customer</ListDelType></ListDeletedQueryRq>";

inline std::string add(std::string_view name)
{
    return "<CustomerAddRq><CustomerAdd><Name>" + std::string(name) +
           "</Name></CustomerAdd></CustomerAddRq>";
}

}  // namespace simulator_test
