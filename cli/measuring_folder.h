// The folder of evaluations of a node: reads the runs in it, compares two of them, and measures scores that come over
// HTTP into a run beside the others (docs/evaluation.md).
//
// What comes is hostile: bounded, named by an identifier, read by the parsers of `whorl evaluate --scores`, measured in
// a folder that is no run yet and is renamed to one that is not there. One worker of low priority measures, one after
// the other. Thread-safety: as engine::EvaluationDesk.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <thread>

#include "engine/evaluation/run_folder.h"

namespace whorl::cli {

struct MeasuringLimits {
  std::size_t most_waiting = 8;
  std::size_t most_waiting_bytes = std::size_t{64} << 20;
  std::size_t most_runs = 500;                                    // in the folder
  std::size_t most_told = 100;                                    // whose state is known after their end
  std::uintmax_t most_compared_bytes = std::uintmax_t{32} << 20;  // of the scores of each run
};

class MeasuringFolder final : public evaluation::RunFolder {
 public:
  // Removes what a process that was ended has left half measured.
  explicit MeasuringFolder(std::filesystem::path folder, MeasuringLimits limits = {});
  // Waits for the one that is being measured; those that wait are forgotten.
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
    std::optional<Error> error = {};
  };
  [[nodiscard]] bool is_run(const std::string& id) const;
  Status check_room(const engine::ScoresToMeasure& scores);  // under the lock
  void work();
  Status measure_now(const engine::ScoresToMeasure& scores) const;
  void tell(const std::string& id, State state, std::optional<Error> error = {});

  const MeasuringLimits limits_;
  std::mutex comparing_;  // one at a time: two score tables lie in memory
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;                         // guarded by mutex_
  std::deque<engine::ScoresToMeasure> waiting_;  // guarded by mutex_
  std::size_t waiting_bytes_ = 0;                // guarded by mutex_
  std::map<std::string, Told> told_;             // guarded by mutex_
  std::uint64_t next_number_ = 0;                // guarded by mutex_
  std::thread worker_;
};

}  // namespace whorl::cli
