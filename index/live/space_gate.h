// Of each modality that has spaces (Comparator::check_space): which one a gallery holds, settled by its first sample
// and durable before that sample is. Private to this room.
#pragma once

#include <mutex>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "index/comparator/prepared_sample.h"
#include "index/store/store.h"

namespace whorl::index {

// Thread-safe.
class SpaceGate {
 public:
  // Reads what the store says. Errors: kCorruption, kUnavailable.
  Status open(const Store& store);
  // Nothing before the first sample.
  [[nodiscard]] std::optional<Bytes> get(Modality modality) const;
  // Whether such a sample could come in. Errors: as Comparator::check_space.
  [[nodiscard]] Status check(const PreparedSample& sample) const;
  // The same of several, and where the gallery holds no space of a modality yet, the first sample's is its own from now
  // on, on disk before this returns. Errors: as check, "samples[i]" named; kUnavailable.
  Status admit(std::span<const PreparedSample> samples, Store& store);

 private:
  using Spaces = ByModality<std::optional<Bytes>>;
  mutable std::mutex mutex_;
  Spaces spaces_;  // guarded by mutex_
};

// Whether a sample of a space could come where `own` is held. Errors: as Comparator::check_space.
Status check_space(const std::optional<Bytes>& own, const PreparedSample& sample);

}  // namespace whorl::index
