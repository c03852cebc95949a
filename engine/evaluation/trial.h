// A trial: samples labelled with their fingers, the pairs a protocol compares, and the scores of those pairs.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/progress.h"
#include "base/result.h"

namespace whorl::evaluation {

struct Sample {
  std::string name;                              // for the list of scores, e.g. "101_3.tif"
  std::string finger;                            // samples with equal text are of one finger
  bool extracted = true;                         // false: a failure to extract
  std::string subject = {};                      // whose finger it is; empty when not known
  std::optional<double> quality = std::nullopt;  // 0 (worst) .. 100
};

// Mated pairs are the same for both: every pair of samples of one finger, once (n (n - 1) / 2 a finger).
enum class Protocol {
  kAllPairs,  // non-mated comparisons: every pair of samples of different fingers, once
  kFvc,       // non-mated comparisons: the first sample of each finger against the first of every other, once
  kListed,    // both kinds: the pairs of a list (run_listed); pairs_of knows none of them
};
std::string_view name_of(Protocol protocol);  // "all-pairs", "fvc"
// All but kListed.
std::optional<Protocol> protocol_named(std::string_view name);

struct Pair {
  std::uint32_t a = 0;  // index into the samples, a < b
  std::uint32_t b = 0;
  bool mated = false;
  friend bool operator==(const Pair&, const Pair&) = default;
};

// The pairs of `protocol`, ordered by (a, b). "First" is the order of `samples`.
// Errors: kExhausted when there are more than kMaxPairs.
inline constexpr std::uint64_t kMaxPairs = 50'000'000;
Result<std::vector<Pair>> pairs_of(const std::vector<Sample>& samples, Protocol protocol);

// The raw score of samples a and b; called from several threads at once, only for extracted samples.
using ScoreFunction = std::function<double(std::size_t a, std::size_t b)>;

struct Score {
  double value = 0;
  std::uint32_t finger_a = 0;  // index into Trial::fingers
  std::uint32_t finger_b = 0;
};

struct Trial {
  std::string name;
  Protocol protocol = Protocol::kAllPairs;
  std::vector<std::string> fingers;  // distinct, in order of first appearance
  std::vector<Pair> pairs;
  std::vector<double> values;  // of each pair
  std::vector<Score> mated;
  std::vector<Score> non_mated;
  std::uint64_t samples = 0;
  std::uint64_t failures = 0;  // to extract
};

// What a pair with a failed sample scores: the least a comparator gives. A failure to extract is a non-match, and costs
// no false match.
inline constexpr double kFingerFailure = 0.0;
inline constexpr double kFaceFailure = -1.0;

// Compares every pair of the protocol on all cores. A pair with a failed sample scores `failure`. Errors: kExhausted as
// pairs_of; kInvalidInput when there is no mated or no non-mated pair; kInternal when the score function returns
// something not finite.
Result<Trial> run_trial(std::string name, const std::vector<Sample>& samples, Protocol protocol,
                        const ScoreFunction& score, const ProgressCallback& progress = {},
                        double failure = kFingerFailure);

// The same for given pairs (a < b is not asked for). `finger` of the samples says which comparisons belong together in
// a bootstrap. Errors: as run_trial, and kInvalidInput for a pair of samples that are not there.
Result<Trial> run_listed(std::string name, const std::vector<Sample>& samples, std::vector<Pair> pairs,
                         const ScoreFunction& score, const ProgressCallback& progress = {},
                         double failure = kFingerFailure);

// The same for pairs whose scores are known already, one each. Errors: as run_listed; kInvalidInput when pairs and
// scores do not go together.
Result<Trial> listed_trial(std::string name, const std::vector<Sample>& samples, std::vector<Pair> pairs,
                           const std::vector<double>& values);

// The raw scores alone.
std::vector<double> values_of(const std::vector<Score>& scores);

// All trials as one, for pooled figures; fingers of different trials are different, pairs across trials are
// absent.
Trial pooled(const std::vector<Trial>& trials, std::string name);

}  // namespace whorl::evaluation
