// What the readers of score files share. Private to datasets.
#pragma once

#include <cstdint>
#include <filesystem>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "datasets/trials.h"

namespace whorl::datasets {

inline constexpr std::size_t kMaxScoreBytes = std::size_t{1} << 30;

// A whole finite number as text; empty for anything else.
std::optional<double> finite_number(std::string_view text);

// Numbers names in the order of their coming.
class Names {
 public:
  std::uint32_t number(const std::string& name) {
    return known_.emplace(name, static_cast<std::uint32_t>(known_.size())).first->second;
  }
  [[nodiscard]] std::vector<std::string> list() const;

 private:
  std::unordered_map<std::string, std::uint32_t> known_;
};

// The samples that mated pairs join, by a number of the finger.
class Joined {
 public:
  explicit Joined(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), 0u); }
  void join(std::uint32_t a, std::uint32_t b) { parent_[root(b)] = root(a); }
  std::uint32_t root(std::uint32_t at) {
    while (parent_[at] != at) at = parent_[at] = parent_[parent_[at]];
    return at;
  }

 private:
  std::vector<std::uint32_t> parent_;
};

struct ScoreLine {
  double score = 0;
  std::uint32_t set = 0;
  std::uint32_t low = 0;  // the two samples' numbers, the smaller first
  std::uint32_t high = 0;
  std::uint32_t number = 0;
  bool mated = false;
};

// The lines of `set,a,b,genuine,score`, each pair once, in the order of the file.
struct ScoreLines {
  std::vector<std::string> sets;
  std::vector<std::string> samples;
  std::vector<ScoreLine> lines;
  std::uint64_t repeated = 0;
};
// Errors: those of read_scores, but for distances.
Result<ScoreLines> read_score_lines(const std::filesystem::path& path);

// Adds a trial of listed pairs; `values` are their scores. Errors: kInvalidInput when there is no mated or no non-mated
// pair, or scores are distances, with `file` as field.
Status add_listed(const std::filesystem::path& file, std::string name, std::vector<evaluation::Sample> samples,
                  std::vector<evaluation::Pair> pairs, const std::vector<double>& values, Trials& out);

// The parts of a line between blanks.
std::vector<std::string_view> words_of(std::string_view line);

// A trial of the matrix and mask of OpenBR, and of the two files of PyEER, and of bob's lines.
Status read_openbr(const std::filesystem::path& matrix, const std::filesystem::path& mask, Trials& out);
Status read_pyeer(const std::filesystem::path& mated, const std::filesystem::path& non_mated, Trials& out);
Status read_bob(const std::filesystem::path& scores, Trials& out);

}  // namespace whorl::datasets
