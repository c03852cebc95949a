// Seals a gallery of format 2, 3 or 4: brings it to the format of this build, record by record
// (docs/gallery-format.md). Private to this room.
//
// Resumable: how far it came is in the same batch as what was converted, so a process that ends at any moment loses
// nothing, and the next opening goes on. Earlier builds refuse the gallery from the first batch on. Snapshots are not
// taken along: they are made again from the records. When all is sealed, every table file is rewritten, so that none of
// what lay in the clear is left in the gallery's files; what the medium keeps of them is out of reach.
#pragma once

#include <cstdint>

#include "base/progress.h"
#include "base/result.h"

namespace whorl::index {

class RocksDatabase;

// Whether convert_records() has something to do: the store was opened to seal, or a conversion was not finished.
// Errors: kCorruption, kUnavailable.
struct ConversionNeed {
  bool needed = false;
  bool begun = false;         // by an earlier process
  std::uint32_t format = 0;   // the gallery's when it was opened; this build's once it is begun
  std::uint64_t records = 0;  // about
};
Result<ConversionNeed> conversion_need(RocksDatabase& database);

// Converts what is left; nobody else may change the gallery meanwhile. Gives the number of records that were converted
// now. Cost: reads and writes every record once, about 50,000 a second and core, and takes as much room on the disk
// again until the database has tidied up. Errors: kCorruption naming a damaged record (nothing more is converted then),
// kExhausted, kUnavailable.
Result<std::uint64_t> convert_records(RocksDatabase& database, const ProgressCallback& progress = {});

}  // namespace whorl::index
