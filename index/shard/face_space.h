// Which embeddings a gallery holds: settled by its first face, durable before that face is. Private to this room.
#pragma once

#include <mutex>
#include <optional>

#include "base/result.h"
#include "index/shard/shard.h"
#include "index/store/store.h"

namespace whorl::index {

FaceSpace space_of(const face::FaceTemplate& face);

// Errors: kInvalidInput naming both networks (or both dimensions) when a face of `other` cannot be compared with the
// gallery's.
Status check_space(const FaceSpace& gallery, const FaceSpace& other);

Bytes encode_space(const FaceSpace& space);
// Takes any bytes. Errors: kCorruption.
Result<FaceSpace> parse_space(ByteView bytes);

// Thread-safe.
class FaceGate {
 public:
  // Reads what the store says. Errors: kCorruption, kUnavailable.
  Status open(const Store& store);
  [[nodiscard]] std::optional<FaceSpace> get() const;
  // Whether such a face could come in. Errors: as check_space.
  [[nodiscard]] Status check(const FaceSpace& space) const;
  // The same, and where the gallery holds no face yet, `space` is its own from now on, on disk before this returns.
  // Errors: as check_space; kUnavailable.
  Status admit(const FaceSpace& space, Store& store);

 private:
  mutable std::mutex mutex_;
  std::optional<FaceSpace> space_;  // guarded by mutex_
};

}  // namespace whorl::index
