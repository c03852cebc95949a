// The desk of thresholds over the gallery that an engine has open. Private to this room.
//
//   proposed -> in force -> ended (another was approved for the same galleries)
//           \-> rejected | withdrawn
//
// What is in force for a gallery is the change of the highest number that was approved for it: approving writes one
// row. Scopes are asked for before (access/guarded_thresholds.h).
#pragma once

#include <map>
#include <mutex>

#include "base/world.h"
#include "engine/engine.h"
#include "engine/gallery_tasks.h"
#include "engine/threshold_desk.h"
#include "index/gallery.h"

namespace whorl::engine {

class KeptThresholds final : public ThresholdDesk {
 public:
  static constexpr std::size_t kMostWaiting = 20;
  static constexpr std::size_t kMostKept = 200;  // of changes; the oldest that are over go

  // Borrows all.
  KeptThresholds(index::Gallery& gallery, const EngineConfig& config, World& world)
      : gallery_(gallery), config_(config), world_(world), rows_(gallery, kThresholdRows) {}
  // Once, before anything else. Errors: kCorruption, kUnavailable.
  Status load();

  ThresholdInForce in_force(const std::string& gallery_id) override;
  Result<ThresholdSettings> settings(const Call& call) override;
  Result<ThresholdChange> propose(const Call& call, const ThresholdProposal& proposal) override;
  Result<ThresholdChange> decide(const Call& call, const std::string& id, bool approve,
                                 const std::string& reason) override;
  Result<ThresholdChange> withdraw(const Call& call, const std::string& id) override;

 private:
  using State = ThresholdChange::State;
  // Whoever calls these has the lock.
  [[nodiscard]] const ThresholdChange* latest(const std::string& gallery_id) const;
  [[nodiscard]] ThresholdInForce in_force_now(const std::string& gallery_id) const;
  [[nodiscard]] ThresholdChange shown(const ThresholdChange& change) const;
  [[nodiscard]] double threshold_of(const ThresholdRule& rule, const std::string& gallery_id) const;
  Result<ThresholdChange*> waiting(const std::string& id);
  Status keep(const Call& call, ThresholdChange change, const std::string& outcome);
  Status make_room();

  [[nodiscard]] std::chrono::sys_seconds now() const;

  index::Gallery& gallery_;
  const EngineConfig& config_;
  World& world_;
  GalleryTasks rows_;
  std::mutex mutex_;
  std::map<std::string, ThresholdChange> changes_;  // guarded by mutex_; by id
};

}  // namespace whorl::engine
