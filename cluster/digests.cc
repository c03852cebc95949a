#include "cluster/digests.h"

namespace whorl::cluster {
namespace {

constexpr std::size_t kMostKept = 4;

}  // namespace

void Digests::take(std::uint64_t index, Result<std::unique_ptr<index::Moment>> moment) {
  const std::scoped_lock lock(mutex_);
  while (taken_.size() >= kMostKept) {
    // Nobody waits for one that is still read, who makes changes least of all.
    const auto oldest = taken_.begin();
    if (oldest->second.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return;
    taken_.erase(oldest);
  }
  const auto shared = std::make_shared<Result<std::unique_ptr<index::Moment>>>(std::move(moment));
  Read read = std::async(std::launch::async, [index, shared]() -> Result<PartDigest> {
    if (!shared->ok()) return shared->error();
    const std::unique_ptr<index::Moment> at = std::move(*shared).value();
    PartDigest out;
    out.index = index;
    WHORL_ASSIGN(out.galleries, at->digests());
    return out;
  });
  taken_[index] = std::move(read);
}

Result<PartDigest> Digests::get(std::uint64_t index, Until until) {
  Read read;
  {
    const std::scoped_lock lock(mutex_);
    const auto at = taken_.find(index);
    if (at == taken_.end())
      return not_found("it noted nothing there: it began later, or too many were asked for since");
    read = at->second;
  }
  if (read.wait_until(until) != std::future_status::ready) return unavailable("what it holds was not read in time");
  return read.get();
}

}  // namespace whorl::cluster
