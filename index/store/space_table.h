// Which samples of a modality the gallery holds, where not all can be compared with each other, as it lies on disk
// (Comparator::check_space has its meaning). Private to this room.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/modality.h"

namespace whorl::index {

class RocksDatabase;

// Thread-safe.
class SpaceTable {
 public:
  explicit SpaceTable(RocksDatabase& database) : database_(database) {}

  // Nothing before the first sample. Errors: kUnavailable.
  [[nodiscard]] Result<std::optional<Bytes>> get(Modality modality) const;
  // Synced. Errors: kUnavailable, kExhausted (no room).
  Status put(Modality modality, ByteView space);

  SpaceTable(const SpaceTable&) = delete;
  SpaceTable& operator=(const SpaceTable&) = delete;

 private:
  RocksDatabase& database_;
};

}  // namespace whorl::index
