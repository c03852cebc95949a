// All that `whorl evaluate` measures on its trials, as text, as JSON and as files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/data_options.h"
#include "engine/calibration.h"
#include "engine/evaluation/claims.h"
#include "engine/evaluation/discard.h"
#include "engine/evaluation/rates.h"

namespace whorl::cli {

struct Figures {
  std::vector<evaluation::Rates> rates;           // one a set
  std::vector<evaluation::ClaimCheck> claims;     // one a set, and one of all where there are several
  std::vector<evaluation::DiscardCurve> discard;  // the same, at FMR 0.1 % and at 1 %
};

Figures figures_of(const Trials& run, const engine::Calibration& calibration,
                   const evaluation::BootstrapOptions& bootstrap);

// The names of the files that write_figures makes, with a space between.
std::string figure_files();

// Writes every file of figure_files() into `folder`, which is made. Errors: those of write_file.
Status write_figures(const std::filesystem::path& folder, const Trials& run, const Figures& figures);

// evaluation::rates_json with "calibration" and "discard" added.
std::string figures_json(const Figures& figures);

}  // namespace whorl::cli
