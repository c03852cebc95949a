// All that `whorl evaluate --pairs` measures, as text, as JSON and as files.
#pragma once

#include <boost/json/fwd.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/results_folder.h"
#include "datasets/face_trials.h"
#include "engine/calibration.h"
#include "engine/evaluation/claims.h"
#include "engine/evaluation/discard.h"
#include "engine/evaluation/folds.h"
#include "engine/evaluation/groups.h"
#include "engine/evaluation/page/page.h"
#include "engine/evaluation/rates.h"

namespace whorl::cli {

struct FaceFigures {
  std::optional<evaluation::FoldAccuracy> accuracy;  // where the list has folds
  std::vector<evaluation::Rates> rates;              // of the list, and of every two images where they were compared
  std::vector<evaluation::GroupStudy> groups;        // at FMR 1 % and 0.1 % of the wider of the two
  std::vector<evaluation::DiscardCurve> discard;     // of the wider, at FMR 0.1 % and 1 %
  std::optional<evaluation::ClaimCheck> claims;      // where there is a calibration
  std::optional<engine::Calibration> calibration;
};

Result<FaceFigures> face_figures(const datasets::FaceTrials& run, const datasets::PairOptions& options,
                                 const std::optional<engine::Calibration>& calibration,
                                 const evaluation::BootstrapOptions& bootstrap);

std::string face_figures_text(const datasets::FaceTrials& run, const FaceFigures& figures);
boost::json::object face_figures_json(const datasets::FaceTrials& run, const FaceFigures& figures);

// The report without the worst pairs, whose images it would name. Borrows the calibration of `figures`.
evaluation::PageContent face_page(const datasets::FaceTrials& run, const FaceFigures& figures,
                                  const evaluation::Provenance& provenance);
// For a report of the caller's own: names and scores, no pictures.
Result<std::vector<evaluation::WorstPair>> worst_face_pairs(const datasets::FaceTrials& run,
                                                            const std::optional<engine::Calibration>& calibration);

// The names of the files that write_face_figures makes, with a space between. `groups`: images were grouped.
std::string face_figure_files(bool groups);
// `content`: of face_page, of this run. Errors: those of write_file.
Status write_face_figures(ResultsFolder& folder, const datasets::FaceTrials& run, const FaceFigures& figures,
                          const evaluation::PageContent& content);

}  // namespace whorl::cli
