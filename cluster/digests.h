// What a replica held after some entries of its log, for whoever compares replicas. Private to this room.
//
// Thread-safety: every method may be called from any thread at once.
#pragma once

#include <future>
#include <map>
#include <memory>
#include <mutex>

#include "cluster/bus.h"
#include "cluster/messages.h"

namespace whorl::cluster {

class Digests {
 public:
  // Reads the gallery meanwhile. The last few are kept.
  void take(std::uint64_t index, Result<std::unique_ptr<index::Moment>> moment);
  // Errors: kNotFound (none was taken there, or it is kept no more), kUnavailable (not read in time), those of the
  // moment.
  Result<PartDigest> get(std::uint64_t index, Until until);

 private:
  using Read = std::shared_future<Result<PartDigest>>;
  std::mutex mutex_;
  std::map<std::uint64_t, Read> taken_;
};

}  // namespace whorl::cluster
