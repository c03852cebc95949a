// All that `whorl evaluate` measures on its trials, as text, as JSON and as files.
#pragma once

#include <boost/json/fwd.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "cli/results_folder.h"
#include "datasets/trials.h"
#include "engine/calibration.h"
#include "engine/evaluation/claims.h"
#include "engine/evaluation/difference.h"
#include "engine/evaluation/discard.h"
#include "engine/evaluation/identification/study.h"
#include "engine/evaluation/page/page.h"
#include "engine/evaluation/persons.h"
#include "engine/evaluation/rates.h"
#include "engine/evaluation/splits.h"
#include "engine/evaluation/svg.h"

namespace whorl::cli {

struct Figures {
  std::vector<evaluation::Rates> rates;                      // one a set
  std::vector<evaluation::ClaimCheck> claims;                // one a set, and one of all where there are several
  std::vector<evaluation::DiscardCurve> discard;             // the same, at FMR 0.1 % and at 1 %
  std::vector<evaluation::SearchStudy> searches;             // of each set one finger, then several
  std::vector<std::vector<evaluation::DetBandPoint>> bands;  // of each set's DET
  evaluation::SplitStudy splits;
  std::vector<evaluation::RunDifference> differences;  // one a set, where another run is given
  std::vector<evaluation::FusionStudy> fusion;         // of the sets with several fingers a subject, where asked for
  std::vector<std::vector<evaluation::Sample>> fused_samples;  // of each of `fusion`
};

struct FigureOptions {
  evaluation::BootstrapOptions bootstrap;
  std::vector<double> fmrs;        // operating points; empty: those that the sample supports
  std::vector<double> fpirs;       // the same of searches
  std::vector<double> also_fpirs;  // beside them
  std::vector<int> fingers;        // of searches by several fingers; empty: 2 and 4 where persons have them
  std::vector<std::vector<evaluation::SampleColumn>> columns;  // of each set, to split by
  std::function<Status()> go_on = {};  // asked between the steps: an error ends the work, and is what figures_of gives
};

// `calibration`: null where nothing says what a score is worth; then there are no claims, no decibels and no searches
// by several fingers. Errors: those of splits_of and of `options.go_on`.
Result<Figures> figures_of(const datasets::Trials& run, const engine::Calibration* calibration,
                           const FigureOptions& options);

// Adds `fusion` for 1 finger and each of `fingers`, over the sets that have subjects with as many; the others
// are passed over. Errors: kInvalidInput when no set has them; those of study_fusion.
Status add_fusion(const datasets::Trials& run, const engine::Calibration& calibration, std::vector<int> fingers,
                  const evaluation::PersonOptions& options, Figures& figures);

evaluation::Plots plots_of(const datasets::Trials& run, const Figures& figures, const engine::Calibration* calibration);

// The names of the files that write_figures makes, with a space between: all that it can, and those of these figures.
std::string figure_files();
std::string figure_files(const Figures& figures);

// Writes every file of figure_files(figures) but provenance.json. `plots`: those of plots_of; `rates`: the content of
// rates.json. Errors: those of write_file.
Status write_figures(ResultsFolder& folder, const datasets::Trials& run, const Figures& figures,
                     const evaluation::Plots& plots, const engine::Calibration* calibration,
                     const boost::json::object& rates);

// evaluation::rates_json with "calibration", "discard", "searches", "parts" and, where asked for, "comparison" and
// "fusion" added.
boost::json::object figures_json(const Figures& figures, const engine::Calibration* calibration);

}  // namespace whorl::cli
