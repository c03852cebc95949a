// Runs of `whorl evaluate --out` in one folder, each a folder of its own, for whoever may look at them over HTTP.
//
// The files are hostile: folders and plain files alone, of bounded size, and nothing goes out but what is known, of the
// type it should have. Curves go out with few points. Thread-safety: any thread may call any method at once.
#pragma once

#include <boost/json/value.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "engine/evaluation/workload.h"
#include "engine/evaluation_desk.h"

namespace whorl::evaluation {

// A plain name of a folder: an identifier, and nothing that hides.
bool is_run_name(const std::string& id);

class RunFolder : public engine::EvaluationDesk {
 public:
  static constexpr std::size_t kMostListed = 100;
  static constexpr std::size_t kMostBytes = std::size_t{8} << 20;  // of rates.json
  static constexpr std::size_t kMostPoints = 120;                  // of a curve

  static constexpr std::size_t kMostSentListed = 50;  // where there are others to list
  static constexpr const char* kSent = "sent.json";   // lies in a run of scores that somebody sent

  // Who sent the scores of a run, and how large its files are.
  struct Sent {
    std::string by;
    std::uint64_t bytes = 0;
  };

  explicit RunFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Result<std::string> list() override;
  Result<std::string> read(const std::string& id) override;
  Result<std::string> workload(const engine::WorkloadQuestion& question) override;
  Result<engine::RunPage> report(const std::string& id) override;
  Result<std::string> table(const std::string& id) override;
  // "done", and who sent its scores ("sentBy"; null where nobody did).
  Result<std::string> state(const std::string& id) override;
  Result<engine::ThresholdBasis> basis(const std::string& id, const std::string& set, int fingers) override;

 protected:
  // A plain file of a run, of at most so many bytes. Errors: kNotFound (no such run, no such file), kInvalidInput (it
  // is larger).
  [[nodiscard]] Result<std::filesystem::path> file_of(const std::string& id, const char* name,
                                                      std::uintmax_t most_bytes) const;
  // Empty where the run is the operator's own; of one whose file cannot be read, nobody and no bytes.
  [[nodiscard]] std::optional<Sent> sent(const std::string& id) const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  struct Run {
    boost::json::value rates;
    std::string sha256;
    std::filesystem::file_time_type changed;
  };
  Result<std::shared_ptr<const Run>> run(const std::string& id);

  const std::filesystem::path folder_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Run>> read_;  // guarded by mutex_; the last few
};

}  // namespace whorl::evaluation
