// The folder of evaluations of a node: reads the runs in it, compares two of them, and measures scores that come over
// HTTP into a run beside the others (docs/evaluation.md).
//
// What comes is hostile: bounded, named by an identifier, read by the parsers of `whorl evaluate --scores`, measured in
// a folder that is no run yet and is renamed to one that is not there, of its owner alone. One worker of low priority
// measures, one after the other, and of several nodes on one folder the first. Thread-safety: as
// engine::EvaluationDesk.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <thread>

#include "cli/measuring_bounds.h"
#include "engine/evaluation/run_folder.h"

namespace whorl::cli {

class MeasuringFolder final : public evaluation::RunFolder {
 public:
  // Removes what a process that was ended has left half measured, unless another one measures in the folder.
  explicit MeasuringFolder(std::filesystem::path folder, MeasuringLimits limits = {});
  // What is being measured ends at its next step; it and those that wait are forgotten.
  ~MeasuringFolder() override;

  Result<std::string> compare(const std::string& a, const std::string& b) override;
  Result<std::string> measure(engine::ScoresToMeasure scores) override;
  Result<std::string> state(const std::string& id) override;

  MeasuringFolder(const MeasuringFolder&) = delete;
  MeasuringFolder& operator=(const MeasuringFolder&) = delete;

 private:
  enum class State { kWaiting, kWorking, kDone, kFailed };
  struct Told {
    State state = State::kWaiting;
    std::uint64_t number = 0;
    std::string sent_by = {};
    std::optional<Error> error = {};
  };
  [[nodiscard]] bool is_run(const std::string& id) const;
  Status take_folder();                                      // under the lock
  Status check_room(const engine::ScoresToMeasure& scores);  // under the lock
  Status check_sent(const std::string& by) const;            // under the lock
  [[nodiscard]] std::size_t waiting_of(const std::string& by) const;
  void work();
  Status measure_now(const engine::ScoresToMeasure& scores) const;
  Status measure_in(const std::filesystem::path& half, const engine::ScoresToMeasure& scores) const;
  Status finish_run(const std::filesystem::path& run, const engine::ScoresToMeasure& scores) const;
  void tell(const std::string& id, State state, std::optional<Error> error = {});

  const MeasuringLimits limits_;
  std::mutex comparing_;  // one at a time: two score tables lie in memory
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> stopped_ = false;
  int held_ = -1;                                // the folder, locked; guarded by mutex_
  std::deque<engine::ScoresToMeasure> waiting_;  // guarded by mutex_
  std::size_t waiting_bytes_ = 0;                // guarded by mutex_
  std::map<std::string, Told> told_;             // guarded by mutex_
  std::uint64_t next_number_ = 0;                // guarded by mutex_
  std::thread worker_;
};

}  // namespace whorl::cli
