// Real or synthetic prints in memory, and the evidence of all their pairs.
#pragma once

#include <memory>
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
  // The network of the ridge flow that its prints are extracted with; nullptr: the one in this build.
  std::shared_ptr<const fingerprint::FlowNet> flow_net;
};

// The named sets, wherever the manifests list them, in the order of the names; images decoded.
// Errors: kNotFound for a set that none lists; those of the readers.
Result<std::vector<CorpusSet>> load_corpora(const std::vector<std::string>& manifests,
                                            const std::vector<std::string>& sets);

// The network of `folder` (scripts/train-flow) that was trained without the set `name`; "all" for the one that left
// none out. Errors: those of read_file.
Result<std::shared_ptr<const fingerprint::FlowNet>> read_flow_net(const std::string& folder, const std::string& name);

// Gives each set that `folder` has a network for that network, so that none of its prints is extracted by one that saw
// the set. The others, synthetic ones, keep that of the build.
Status give_left_out_nets(std::vector<CorpusSet>& sets, const std::string& folder);

// Templates ready to compare; empty where there was a failure to extract (`extracted` says so too).
struct Prints {
  std::string name;
  std::vector<evaluation::Sample> samples;
  std::vector<std::optional<fingerprint::PreparedTemplate>> prepared;
};

// What is kept of each print: all that was extracted, or what cut_down() leaves.
enum class Content { kWhole, kCutDown };

// By the set's own network where `extract` asks one and names none. On all cores.
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

// Of one pair; the ridge maps are always asked.
PairEvidence evidence_of(const fingerprint::PreparedTemplate& first, const fingerprint::PreparedTemplate& second,
                         const fingerprint::CompareParameters& compare);

std::vector<std::string> names_of(const std::vector<CorpusSet>& sets);

// Whether a set is of synthetic prints: its name says so.
bool is_synthetic(const std::string& set);

// Whether they were pressed with slip and torsion: so does its name.
bool is_bent(const std::string& set);

// What a set of bent prints weighs in the first models, where the prints of every other weigh 1. They have what real
// sets seldom have, but are not what is met: the more they weigh, the more pairs of real sets are missed
// (docs/accuracy.md, "Bent prints").
inline constexpr double kBentWeight = 0.4;

// What prints of a real set weigh beside damaged ones of the same set in the first models, where the set weighs 1.
inline constexpr double kDamagedWeight = 0.6;

struct LabelledEvidence {
  PairEvidence evidence;
  bool mated = false;
};

// All pairs of one set.
struct SetEvidence {
  std::string name;
  std::vector<evaluation::Sample> samples;  // `extracted` filled in
  std::vector<evaluation::Pair> pairs;
  std::vector<PairEvidence> evidence;     // of each pair
  double weight = 1;                      // in the first models
  std::vector<LabelledEvidence> damaged;  // beside damaged prints: they train, and are left out with the set
  double damaged_weight = kDamagedWeight;
};

// Compares every pair on all cores; the ridge maps are always asked.
Result<SetEvidence> gather(const Prints& set, const fingerprint::CompareParameters& compare);

// Evidence of each print of a real set with damaged ones (damage.h) of the same set: all mated pairs but those of one
// capture, and of the others one in four. On all cores.
std::vector<LabelledEvidence> gather_damaged(const CorpusSet& set, const Prints& prints,
                                             const fingerprint::ExtractParameters& extract,
                                             const fingerprint::CompareParameters& compare,
                                             Content content = Content::kWhole);

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
