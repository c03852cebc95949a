// A progress bar with an estimate, on standard error.
#pragma once

#include <cstdint>
#include <string>

#include "base/progress.h"

namespace whorl {

// "extracting  [#####-----]  45 %  270/600  0:12 left". On a terminal the line is redrawn in place; elsewhere
// a new line is printed at each tenth. Not thread-safe.
class ProgressBar {
 public:
  // `shown` false: prints nothing at all.
  ProgressBar(std::string label, bool shown);
  ~ProgressBar();

  void update(const Progress& progress);
  // For work that is counted one by one.
  void update(std::uint64_t done, std::uint64_t total);

  // Bound to this bar, which must outlive it.
  ProgressCallback callback();

  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

 private:
  std::string label_;
  bool shown_;
  bool terminal_;
  bool drawn_ = false;
  std::int64_t last_tenth_ = -1;
  double started_s_;
};

// Whether to show progress: asked for, or standard error is a terminal.
bool wants_progress(bool asked);

// The bar's text, without line ends; for the bar and its tests.
std::string progress_line(const std::string& label, const Progress& progress);

}  // namespace whorl
