// Trials of faces: the images of a pair list extracted, its pairs compared.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "datasets/face_files.h"
#include "datasets/pair_list.h"
#include "engine/evaluation/trial.h"

namespace whorl::datasets {

// Which pairs. Fields of errors are the flags that name them on a command line ("--cross").
struct PairOptions {
  std::string list;                 // the CSV file; empty: no faces
  std::string images;               // folder of the images; empty: the list's
  std::string metadata;             // CSV file with a column `file`
  std::vector<std::string> groups;  // columns of it
  bool cross = false;               // also every two images of the list
  face::ExtractOptions face;
};

struct FaceTrials {
  face::NetworkId network;
  evaluation::Trial listed;
  std::vector<int> folds;                  // of each listed pair
  std::optional<evaluation::Trial> cross;  // every two images, where asked for
  std::vector<evaluation::Sample> samples;
  std::vector<FaceOutcome> outcomes;                   // of each sample
  std::vector<std::vector<std::string>> group_values;  // of each of PairOptions::groups, one a sample
  double extract_s = 0;
  double compare_s = 0;
};

// Extracts every image of `list`, which is that of `options`, and compares every pair, on all cores. The subject of an
// image is the metadata's column `subject` where it is asked for as a group, else the folder the image lies in
// (subjects_by_folder), else each image is its own. `progress`: with a bar on standard error. Errors: those of
// read_column, `open`, extract_faces and evaluation::run_listed; kInvalidInput for --cross where subjects are not
// known, and for
// --group without --metadata.
Result<FaceTrials> run_face_trials(const PairOptions& options, const PairList& list, const FaceLoader::Open& open,
                                   bool progress);

}  // namespace whorl::datasets
