// Real or synthetic prints in memory, and the evidence of all their pairs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "bench/training/network.h"
#include "engine/evaluation/trial.h"
#include "templates/fingerprint/compare/evidence.h"
#include "templates/fingerprint/extract/extract.h"
#include "templates/image/image.h"

namespace whorl::training {

struct CorpusSet {
  std::string name;
  std::vector<evaluation::Sample> samples;
  std::vector<image::GreyImage> images;  // of each sample, at 500 ppi
};

// The named sets, wherever the manifests list them, in the order of the names; images decoded.
// Errors: kNotFound for a set that none lists; those of the readers.
Result<std::vector<CorpusSet>> load_corpora(const std::vector<std::string>& manifests,
                                            const std::vector<std::string>& sets);

// Templates ready to compare; empty where there was a failure to extract (`extracted` says so too).
struct Prints {
  std::string name;
  std::vector<evaluation::Sample> samples;
  std::vector<std::optional<fingerprint::PreparedTemplate>> prepared;
};

// What is kept of each print: all that was extracted, or what cut_down() leaves.
enum class Content { kWhole, kCutDown };

// On all cores.
Prints prepare(const CorpusSet& set, const fingerprint::ExtractParameters& extract,
               const fingerprint::CompareParameters& compare, Content content = Content::kWhole);

// The same of one set of a manifest whose images would not fit into memory at once.
// Errors: those of the readers; kNotFound when the manifest has no such set.
Result<Prints> prepare_set(const std::string& manifest, const std::string& set, Content content,
                           const ProgressCallback& progress);

// What one comparison gave, before it is weighed.
struct PairEvidence {
  bool aligned = false;     // false: nothing agreed, the score is 0
  bool has_ridges = false;  // the ridge features are filled
  fingerprint::Features features{};
};

// All pairs of one set.
struct SetEvidence {
  std::string name;
  std::vector<evaluation::Sample> samples;  // `extracted` filled in
  std::vector<evaluation::Pair> pairs;
  std::vector<PairEvidence> evidence;  // of each pair
};

// Compares every pair on all cores; the ridge maps are always asked.
Result<SetEvidence> gather(const Prints& set, const fingerprint::CompareParameters& compare);

// What weigh_evidence() gives for evidence that is all there.
float log_odds_of(const fingerprint::Features& features, bool has_ridges, const fingerprint::ScoreModels& models,
                  const fingerprint::CompareParameters& compare);

// The score of a pair as compare() would give it under these models.
double score_of(const PairEvidence& pair, const fingerprint::ScoreModels& models,
                const fingerprint::CompareParameters& compare);

// A trial of those scores.
evaluation::Trial trial_of(const SetEvidence& set, const fingerprint::ScoreModels& models,
                           const fingerprint::CompareParameters& compare);

}  // namespace whorl::training
