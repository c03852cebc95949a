// What `whorl evaluate` was asked for, and its parts. Private to cli.
#pragma once

#include <boost/json/fwd.hpp>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/data_options.h"
#include "cli/figures.h"
#include "cli/verb.h"
#include "engine/evaluation/assertion.h"
#include "engine/evaluation/page/page.h"

namespace whorl::cli {

struct EvaluateOptions : CommonOptions {
  datasets::DataOptions data;
  datasets::PairOptions pairs;
  engine::FaceConfig networks;
  std::string scores;  // of another tool or run, in place of data
  std::string scores_format = "whorl";
  std::string scores_more;  // the second file that a format needs
  std::string out;
  std::string report;
  std::string failures;
  std::string worst;
  std::string calibration;
  std::string compare;  // scores.csv of another run
  std::vector<std::string> asserted;
  bool check_calibration = false;
  std::vector<int> fuse;
  std::vector<double> fmrs;
  std::vector<double> fpirs;
  int bootstrap = 1000;
  // Whether what was read is measured, and, asked between the steps, whether the work goes on: an error is what
  // evaluated() gives.
  std::function<Status(const datasets::Trials&)> admit = {};
  std::function<Status()> go_on = {};
};

// Everything that a run has: what was compared, and what it is worth.
struct Evaluated {
  datasets::Trials trials;
  std::optional<engine::Calibration> calibration;  // none: raw scores alone
  Figures figures;
  std::vector<evaluation::Judged> judged;
  evaluation::Provenance provenance;
};

// Measures, compares and judges, whichever data `options` names but faces. Errors: those of the parts.
Result<Evaluated> evaluated(const EvaluateOptions& options);

// What --json prints, and rates.json holds.
boost::json::object run_json(const Evaluated& run);
// All of the report but the worst pairs. Borrows the calibration of `run`.
evaluation::PageContent page_of(const Evaluated& run);
// Writes the folder of --out: every figure, and the report without the worst pairs, whose samples it would name:
// `content` is page_of(run). Gives the names of the files, with a space between. Errors: those of write_file.
Result<std::string> write_run(const std::filesystem::path& folder, const Evaluated& run,
                              const evaluation::PageContent& content);

// Where the figures of these data come from: digests of every file that was read. Errors: those of read_file.
Result<evaluation::Provenance> provenance_of(const EvaluateOptions& options, const datasets::Trials& trials,
                                             const std::optional<engine::Calibration>& calibration);
// The same of faces.
Result<evaluation::Provenance> provenance_of(const EvaluateOptions& options, const datasets::FaceTrials& trials,
                                             const std::optional<engine::Calibration>& calibration);

// The exit status of a run: 0, kExitAssertionFalse, or kExitNotShown.
int status_of(const std::vector<evaluation::Judged>& judged);

}  // namespace whorl::cli
