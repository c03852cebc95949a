#include "datasets/score_file.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>

#include "base/catalogue.h"
#include "base/files.h"
#include "datasets/lines.h"
#include "datasets/reader.h"
#include "datasets/score_lines.h"
#include "engine/evaluation/polarity.h"

namespace whorl::datasets {
namespace {

constexpr std::string_view kHeading = "set,a,b,genuine,score";
using Line = ScoreLine;

bool same_pair(const Line& a, const Line& b) { return a.set == b.set && a.low == b.low && a.high == b.high; }

Status read_line(std::string_view text, Names& sets, Names& samples, Line& out) {
  WHORL_ASSIGN(const auto fields, split_csv_line(text));
  if (!std::all_of(fields.begin(), fields.end(), printable)) {
    return failure(ErrorCode::kFieldUnreadable);
  }
  if (fields.size() != 5) return failure(ErrorCode::kNotTheFields, with<"heading">(kHeading));
  if (fields[1].empty() || fields[2].empty()) return failure(ErrorCode::kNamesNoSample);
  if (fields[1] == fields[2]) return failure(ErrorCode::kPairedWithItself, with<"sample">(fields[1]));
  if (fields[3] != "0" && fields[3] != "1")
    return failure(ErrorCode::kNotZeroOrOne, with<"column">("genuine"), with<"value">(fields[3]));
  const std::optional<double> score = finite_number(fields[4]);
  if (!score) return failure(ErrorCode::kScoreNotFinite, with<"value">(fields[4]));
  std::tie(out.low, out.high) = std::minmax({samples.number(fields[1]), samples.number(fields[2])});
  out.score = *score;
  out.set = sets.number(fields[0]);
  out.mated = fields[3] == "1";
  return {};
}

// Keeps the first line of each pair, in the order of the file. Errors: at the line of `file`.
Status leave_out_repeated(const std::filesystem::path& file, std::vector<Line>& lines, std::uint64_t& repeated) {
  const auto by_pair = [](const Line& l) { return std::tie(l.set, l.low, l.high, l.number); };
  std::sort(lines.begin(), lines.end(), [&](const Line& a, const Line& b) { return by_pair(a) < by_pair(b); });
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const Line& before = lines[i - 1];
    const Line& line = lines[i];
    if (!same_pair(before, line) || (line.score == before.score && line.mated == before.mated)) continue;
    return at_line(file, line.number,
                   failure(ErrorCode::kPairAgain, with<"line">(before.number),
                           with<"difference">(line.mated == before.mated ? "score" : "kind")));
  }
  const auto kept = std::unique(lines.begin(), lines.end(), same_pair);
  repeated = static_cast<std::uint64_t>(lines.end() - kept);
  lines.erase(kept, lines.end());
  std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.number < b.number; });
  return {};
}

// A digest of a set's lines in which neither its name nor their order counts.
struct Content {
  std::uint64_t sum = 0;
  std::uint64_t lines = 0;
  double least = std::numeric_limits<double>::infinity();
  double most = -least;

  void add(const Line& line) {
    std::uint64_t hash = (std::uint64_t{line.low} << 32 | line.high) * 2 + (line.mated ? 1 : 0);
    for (const std::uint64_t word : {std::bit_cast<std::uint64_t>(line.score), std::uint64_t{1}}) {
      hash = (hash ^ (hash >> 31)) * 0x9E3779B97F4A7C15u + word;
    }
    sum += hash ^ (hash >> 29);
    ++lines;
    least = std::min(least, line.score);
    most = std::max(most, line.score);
  }
};

// A set under a second name would be two sets' evidence. Sets of one score alone may be alike by chance.
Status check_distinct(const std::vector<std::string>& sets, const std::vector<Line>& lines) {
  std::vector<Content> contents(sets.size());
  for (const Line& line : lines) contents[line.set].add(line);
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::size_t> known;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const Content& content = contents[i];
    if (content.least == content.most) continue;
    const auto [at, is_new] = known.emplace(std::pair(content.sum, content.lines), i);
    if (is_new) continue;
    return failure(ErrorCode::kSetsAlike, with<"set">(sets[at->second]), with<"other_set">(sets[i]));
  }
  return {};
}

// The file as a whole, and each set that has enough mated pairs to tell: a large set would hide a small one.
Status check_polarity(const std::filesystem::path& file, const MeasuredScores& scores) {
  constexpr std::size_t kEnough = 20;
  constexpr double kDeviations = 4;  // of a few pairs that all failed to extract nothing is said
  if (evaluation::look_like_distances(scores.mated(), scores.non_mated())) {
    return failure(ErrorCode::kDistances, file.string());
  }
  for (const ScoreSet& set : scores.sets) {
    if (set.mated.size() < kEnough) continue;
    if (!evaluation::look_like_distances(set.mated, set.non_mated, kDeviations)) continue;
    return failure(ErrorCode::kDistances, file.string(), with<"set">(set.name));
  }
  return {};
}

std::vector<double> all_of(const std::vector<ScoreSet>& sets, std::vector<double> ScoreSet::*kind) {
  std::vector<double> out;
  for (const ScoreSet& set : sets) out.insert(out.end(), (set.*kind).begin(), (set.*kind).end());
  return out;
}

}  // namespace

std::vector<double> MeasuredScores::mated() const { return all_of(sets, &ScoreSet::mated); }
std::vector<double> MeasuredScores::non_mated() const { return all_of(sets, &ScoreSet::non_mated); }

Result<ScoreLines> read_score_lines(const std::filesystem::path& file) {
  WHORL_ASSIGN(const Bytes bytes, read_file(file, kMaxScoreBytes));
  WHORL_ASSIGN(std::string_view text, csv_text(as_text(bytes), file));
  const auto heading = split_csv_line(take_line(text));
  if (!heading.ok() || *heading != std::vector<std::string>{"set", "a", "b", "genuine", "score"}) {
    return at_line(file, 1, failure(ErrorCode::kNotTheHeading, with<"heading">(kHeading)));
  }
  Names sets;
  Names samples;
  ScoreLines out;
  for (std::uint32_t number = 2; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    if (line.empty()) continue;
    Line next;
    next.number = number;
    if (const Status read = read_line(line, sets, samples, next); !read.ok()) {
      return at_line(file, number, read.error());
    }
    out.lines.push_back(next);
  }
  WHORL_TRY(leave_out_repeated(file, out.lines, out.repeated));
  out.sets = sets.list();
  out.samples = samples.list();
  if (const Status distinct = check_distinct(out.sets, out.lines); !distinct.ok()) {
    return distinct.error().within(file.string());
  }
  return out;
}

Result<MeasuredScores> read_scores(const std::filesystem::path& path) {
  WHORL_ASSIGN(ScoreLines read, read_score_lines(path));
  MeasuredScores out;
  out.repeated = read.repeated;
  for (std::string& name : read.sets) out.sets.push_back({std::move(name), {}, {}});
  for (const Line& line : read.lines) {
    ScoreSet& set = out.sets[line.set];
    (line.mated ? set.mated : set.non_mated).push_back(line.score);
  }
  WHORL_TRY(check_polarity(path, out));
  return out;
}

}  // namespace whorl::datasets
