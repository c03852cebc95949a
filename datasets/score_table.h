// Scores that other tools measured, as a trial: pairs with their samples, so that every figure of an evaluation can be
// made from them.
//
// Everything read is hostile: at most 1 GiB a file and kMaxScores scores, and a malformed line is an error that names
// it. Higher scores must mean more alike; distances are refused.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "datasets/trials.h"

namespace whorl::datasets {

enum class ScoreFormat {
  // `set,a,b,genuine,score`, as `whorl evaluate --out` writes it (score_file.h). Fingers are joined from mated pairs.
  kWhorl,
  // bob.measure: `claimed_id real_id test_label score`, or with `model_label` after the first; separated by blanks, '#'
  // begins a comment. A pair is mated where claimed and real are equal. Models are references, test labels probes.
  kBob,
  // PyEER: a file of mated scores and one of non-mated scores, a score a line, in the last of the line's columns.
  // Nothing
  // says whose they are: there are no searches, and every pair is its own finger.
  kPyeer,
  // OpenBR: a matrix of queries (rows) by targets (columns) and its mask: 0xff mated, 0x7f non-mated, 0 left out.
  // `.mtx`
  // is the matrix of NIST's Biometric Evaluation Environment (float32, 'D2' for distances, which are negated); any
  // other
  // name is a CSV of `File,target,target...` and a line a query. Targets are references, queries probes.
  kOpenbr,
};
// "whorl", "bob", "pyeer", "openbr".
std::optional<ScoreFormat> score_format_named(std::string_view name);

inline constexpr std::uint64_t kMaxScores = 50'000'000;

// `more`: the non-mated scores of kPyeer, the mask of kOpenbr; else empty. Of kWhorl a trial a set, of the others one,
// named after the file. Samples have no quality and no file. Errors: kNotFound; kInvalidInput, with file and line where
// there is one: another form, too many scores, a pair that comes twice with another score, sizes that do not go
// together, distances, no mated or no non-mated pair.
Result<Trials> read_score_table(const std::filesystem::path& scores, ScoreFormat format,
                                const std::filesystem::path& more = {});

// The scores of `file` (kWhorl) for each pair of `trials`; not a number where it has none. Errors: as read_score_table.
Result<std::vector<std::vector<double>>> scores_of_pairs(const Trials& trials, const std::filesystem::path& file);

}  // namespace whorl::datasets
