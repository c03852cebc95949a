// All that `whorl evaluate` measures on its trials, as text, as JSON and as files.
#pragma once

#include <boost/json/fwd.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "datasets/trials.h"
#include "engine/calibration.h"
#include "engine/evaluation/claims.h"
#include "engine/evaluation/discard.h"
#include "engine/evaluation/persons.h"
#include "engine/evaluation/rates.h"

namespace whorl::cli {

struct Figures {
  std::vector<evaluation::Rates> rates;           // one a set
  std::vector<evaluation::ClaimCheck> claims;     // one a set, and one of all where there are several
  std::vector<evaluation::DiscardCurve> discard;  // the same, at FMR 0.1 % and at 1 %
  std::vector<evaluation::FusionStudy> fusion;    // of the sets with several fingers a subject, where asked for
  std::vector<std::vector<evaluation::Sample>> fused_samples;  // of each of `fusion`
};

Figures figures_of(const datasets::Trials& run, const engine::Calibration& calibration,
                   const evaluation::BootstrapOptions& bootstrap);

// Adds `fusion` for 1 finger and each of `fingers`, over the sets that have subjects with as many; the others
// are passed over. Errors: kInvalidInput when no set has them; those of study_fusion.
Status add_fusion(const datasets::Trials& run, const engine::Calibration& calibration, std::vector<int> fingers,
                  const evaluation::PersonOptions& options, Figures& figures);

// The names of the files that write_figures makes, with a space between.
std::string figure_files(bool fusion);

// Writes every file of figure_files(!figures.fusion.empty()) into `folder`, which is made. Errors: those of
// write_file.
Status write_figures(const std::filesystem::path& folder, const datasets::Trials& run, const Figures& figures);

// evaluation::rates_json with "calibration", "discard" and, where asked for, "fusion" added.
boost::json::object figures_json(const Figures& figures);

}  // namespace whorl::cli
