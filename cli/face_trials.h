// Pair lists of face images: the options that name them, and the comparisons run on them; for evaluate and calibrate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/face_options.h"
#include "engine/evaluation/trial.h"

namespace CLI {
class App;
}

namespace whorl::cli {

struct PairOptions {
  std::string list;                 // the CSV file; empty: no faces
  std::string images;               // folder of the images; empty: the list's
  std::string metadata;             // CSV file with a column `file`
  std::vector<std::string> groups;  // columns of it
  bool cross = false;               // also every two images of the list
  FaceOptions face;
};

// --pairs, --images, --metadata, --group, --cross and the options of faces
void add_pair_options(CLI::App& verb, PairOptions& options);

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

// Extracts every image of the list and compares every pair, on all cores. The subject of an image is the metadata's
// column `subject` where it is asked for as a group, else the folder the image lies in (datasets::subjects_by_folder),
// else each image is its own. Errors: those of read_pair_list, read_column, open_extractor, extract_faces and
// run_listed; kInvalidInput for --cross where subjects are not known, and for --group without --metadata.
Result<FaceTrials> run_face_trials(const PairOptions& options, bool progress);

}  // namespace whorl::cli
