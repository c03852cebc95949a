// Data sets as evaluate and calibrate see them, whatever their origin.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "cli/data_options.h"
#include "datasets/reader.h"
#include "templates/fingerprint/template.h"

namespace whorl::cli {

struct DataSet {
  struct Item {
    std::string name;
    std::string finger;
    std::string subject;
    datasets::SampleFile file = {};  // no path where the sample is synthetic
  };
  std::string name;
  std::vector<Item> samples;
  // The template of each sample, empty for a failure to extract.
  std::function<Result<std::vector<std::optional<fingerprint::FingerprintTemplate>>>(const ProgressCallback&)> extract;
};

// The samples of the wanted sets (empty: all), in order. `ppi` replaces the manifest's.
// Errors: those of read_manifest; kNotFound for a set that is not there.
Result<std::vector<datasets::DatasetSample>> manifest_samples(const std::string& manifest,
                                                              const std::vector<std::string>& sets,
                                                              std::optional<double> ppi);

// The sets that `options` names: of the manifest, the FVC folders, and the synthetic one.
// Errors: kInvalidInput when none is named; kNotFound for a set that is not in the manifest; those of the
// readers.
Result<std::vector<DataSet>> data_sets(const DataOptions& options);

}  // namespace whorl::cli
