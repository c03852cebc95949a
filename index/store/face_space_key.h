// Which embeddings the gallery holds, as it lies on disk (index/shard/face_space.h has its meaning). Private to this
// room.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"

namespace whorl::index {

class RocksDatabase;

// Thread-safe.
class FaceSpaceKey {
 public:
  explicit FaceSpaceKey(RocksDatabase& database) : database_(database) {}

  // Nothing before the first face. Errors: kUnavailable.
  [[nodiscard]] Result<std::optional<Bytes>> get() const;
  // Makes the gallery's format the one with faces in the same synced batch. Errors: kUnavailable, kExhausted (no room).
  Status put(ByteView space);

  FaceSpaceKey(const FaceSpaceKey&) = delete;
  FaceSpaceKey& operator=(const FaceSpaceKey&) = delete;

 private:
  RocksDatabase& database_;
};

}  // namespace whorl::index
