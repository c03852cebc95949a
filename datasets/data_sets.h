// Data sets of fingerprints, whatever their origin: a manifest, folders, or made in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "datasets/reader.h"
#include "datasets/sample_files.h"
#include "templates/fingerprint/template.h"

namespace whorl::datasets {

// Which data. Fields of errors are the flags that name it on a command line ("--manifest").
struct DataOptions {
  std::string manifest;
  std::vector<std::string> sets;  // of the manifest; empty: all
  std::vector<std::string> fvc;   // folders of FVC-style files
  std::optional<double> ppi;      // of the images, whatever the manifest says
  std::uint32_t synthetic = 0;    // so many synthetic fingers of 8 impressions, made in memory
  std::uint64_t seed = 1;
  std::string protocol = "all-pairs";  // as in evaluation::protocol_named

  [[nodiscard]] bool any() const { return !manifest.empty() || !fvc.empty() || synthetic > 0; }
};

struct DataSet {
  struct Item {
    std::string name;
    std::string finger;
    std::string subject;
    SampleFile file = {};  // no path where the sample is synthetic
  };
  std::string name;
  std::vector<Item> samples;
  // The template of each sample, empty for a failure to extract; on all cores. Notices and errors: those of
  // extract_all.
  std::function<Result<std::vector<std::optional<fingerprint::FingerprintTemplate>>>(const ProgressCallback&,
                                                                                     std::vector<std::string>& notices)>
      extract;
};

// The samples of the wanted sets (empty: all), in order. `ppi` replaces the manifest's.
// Errors: those of read_manifest; kNotFound for a set that is not there.
Result<std::vector<DatasetSample>> manifest_samples(const std::string& manifest, const std::vector<std::string>& sets,
                                                    std::optional<double> ppi);

// The sets that `options` names: of the manifest, the FVC folders, and the synthetic one.
// Errors: kInvalidInput when none is named; kNotFound for a set that is not in the manifest; those of the readers.
Result<std::vector<DataSet>> data_sets(const DataOptions& options);

}  // namespace whorl::datasets
