// Which embeddings a gallery holds: settled by its first face, and durable before that face is. Private to this room.
#pragma once

#include <mutex>
#include <optional>

#include "index/shard/face_space.h"
#include "index/store/store.h"

namespace whorl::index {

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
