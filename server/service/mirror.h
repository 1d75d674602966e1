// Records on their way into the mirror.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "qbxml/canonical/read.h"
#include "server/base/compress.h"
#include "server/store/tx.h"

namespace server::service {

// A record ready for its row: looked into, its source packed. All that is slow happens before the
// transaction.
struct ReadyRecord {
    qbxml::canonical::Record record;
    std::string name, doc_date, party_id, status;
    std::string source_hash, packed_source;
    std::string made_by;  // of a shelf that is new

    store::RecordRow row() const;
};

class RecordPress {
public:
    ReadyRecord ready(qbxml::canonical::Record&&, std::string_view made_by = {});

private:
    base::Packer packer_;
};

// Puts records into the mirror; how many were new or had changed.
struct Mirrored {
    int created = 0;
    int updated = 0;
};
Mirrored put_ready(store::Tx&, const base::CompanyId&, std::span<const ReadyRecord>,
                   base::Time now);
// Records that were not made ready, of a company's own answer.
Mirrored put_records(store::Tx&, const base::CompanyId&,
                     const std::vector<qbxml::canonical::Record>&, base::Time now);

}  // namespace server::service
