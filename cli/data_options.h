// The options that name data sets and pair lists; for evaluate and calibrate.
#pragma once

#include "datasets/data_sets.h"
#include "datasets/face_trials.h"
#include "engine/node_config.h"

namespace CLI {
class App;
}

namespace whorl::cli {

// --manifest, --set, --fvc, --synthetic, --seed, --ppi, --protocol
void add_data_options(CLI::App& verb, datasets::DataOptions& options);

// --pairs, --images, --metadata, --group, --cross and what add_face_options adds.
void add_pair_options(CLI::App& verb, datasets::PairOptions& options, engine::FaceConfig& networks);

// A notice of lines that were left out.
std::string repeated_text(std::uint64_t lines, const std::string& file);

// datasets::run_face_trials with these networks; says on standard error what was left out.
Result<datasets::FaceTrials> run_face_trials(datasets::PairOptions options, const engine::FaceConfig& networks,
                                             bool progress);

}  // namespace whorl::cli
