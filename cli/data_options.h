// The options that name data sets, and the trials run on them; for evaluate and calibrate.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "datasets/sample_files.h"
#include "engine/evaluation/trial.h"

namespace CLI {
class App;
}

namespace whorl::cli {

struct DataOptions {
  std::string manifest;
  std::vector<std::string> sets;  // of the manifest; empty: all
  std::vector<std::string> fvc;   // folders of FVC-style files
  std::optional<double> ppi;
  std::uint32_t synthetic = 0;  // so many synthetic fingers of 8 impressions, made in memory
  std::uint64_t seed = 1;
  std::string protocol = "all-pairs";
};

// --manifest, --set, --fvc, --synthetic, --seed, --ppi, --protocol
void add_data_options(CLI::App& verb, DataOptions& options);

struct Trials {
  std::vector<evaluation::Trial> trials;
  std::vector<std::vector<evaluation::Sample>> samples;  // of each trial
  std::vector<std::vector<datasets::SampleFile>> files;  // of each sample of each trial; no path where it is synthetic
  double extract_s = 0;
  double compare_s = 0;
  std::uint64_t extracted = 0;
  std::uint64_t compared = 0;
};

// Extracts every sample and compares every pair of the protocol, set by set, on all cores.
// Errors: kInvalidInput when no data is named; those of the readers, of extract_all and of run_trial.
Result<Trials> run_trials(const DataOptions& options, bool progress);

}  // namespace whorl::cli
