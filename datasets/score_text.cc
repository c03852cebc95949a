// The lines of bob and of PyEER.
#include <algorithm>
#include <tuple>

#include "base/catalogue.h"
#include "base/files.h"
#include "datasets/lines.h"
#include "datasets/score_lines.h"
#include "datasets/score_table.h"

namespace whorl::datasets {
namespace {

using evaluation::Pair;
using evaluation::Sample;

constexpr std::string_view kBobFields = "claimed_id [model_label] real_id test_label score";

struct BobLine {
  std::uint32_t model = 0;
  std::uint32_t probe = 0;
  std::uint32_t number = 0;
  double score = 0;
};

// The ids and the samples of both kinds, whose names are spaces of their own.
struct BobFile {
  Names models;
  Names probes;
  std::vector<std::string> of_model;  // whose each is
  std::vector<std::string> of_probe;
  std::vector<BobLine> lines;
};

// Notes whose a sample is. Errors: kInvalidInput when it was somebody else's before.
Status belongs_to(std::vector<std::string>& owners, std::uint32_t sample, const std::string& id) {
  if (sample == owners.size()) owners.push_back(id);
  if (owners[sample] == id) return {};
  return failure(ErrorCode::kScoreFields, with<"format">("bob"),
                 with<"fields">("a sample is of " + owners[sample] + " and of " + id));
}

Status read_bob_line(const std::vector<std::string_view>& words, std::uint32_t number, BobFile& out) {
  std::vector<std::string> text(words.begin(), words.end());
  if ((text.size() != 4 && text.size() != 5) || !std::all_of(text.begin(), text.end(), printable)) {
    return failure(ErrorCode::kScoreFields, with<"format">("bob"), with<"fields">(kBobFields));
  }
  const std::string& model = text.size() == 5 ? text[1] : text[0];
  const std::string& real = text[text.size() - 3];
  const std::string& label = text[text.size() - 2];
  const std::optional<double> score = finite_number(text.back());
  if (!score) return failure(ErrorCode::kScoreNotFinite, with<"value">(text.back()));
  BobLine line{out.models.number(model), out.probes.number(label), number, *score};
  WHORL_TRY(belongs_to(out.of_model, line.model, text[0]));
  WHORL_TRY(belongs_to(out.of_probe, line.probe, real));
  if (out.lines.size() == kMaxScores) return failure(ErrorCode::kTooManyScores, with<"most">(kMaxScores));
  out.lines.push_back(line);
  return {};
}

// Errors: kInvalidInput for a model and probe that come again with another score; with the same they are left out.
Status leave_out_repeated(const std::filesystem::path& file, std::vector<BobLine>& lines) {
  const auto pair_of = [](const BobLine& l) { return std::tie(l.model, l.probe); };
  std::sort(lines.begin(), lines.end(), [](const BobLine& a, const BobLine& b) {
    return std::tie(a.model, a.probe, a.number) < std::tie(b.model, b.probe, b.number);
  });
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (pair_of(lines[i - 1]) != pair_of(lines[i]) || lines[i - 1].score == lines[i].score) continue;
    return at_line(file, lines[i].number,
                   failure(ErrorCode::kPairAgain, with<"line">(lines[i - 1].number), with<"difference">("score")));
  }
  const auto same = [&](const BobLine& a, const BobLine& b) { return pair_of(a) == pair_of(b); };
  lines.erase(std::unique(lines.begin(), lines.end(), same), lines.end());
  return {};
}

// The score in the last column of each line.
Result<std::vector<double>> read_column_of_scores(const std::filesystem::path& file) {
  WHORL_ASSIGN(const Bytes bytes, read_file(file, kMaxScoreBytes));
  WHORL_ASSIGN(std::string_view text, csv_text(as_text(bytes), file));
  std::vector<double> out;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string line(take_line(text));
    std::replace(line.begin(), line.end(), ',', ' ');
    const std::vector<std::string_view> words = words_of(line);
    if (words.empty()) continue;
    const std::optional<double> score = finite_number(words.back());
    if (!score) {
      return at_line(file, number, failure(ErrorCode::kScoreNotFinite, with<"value">(words.back().substr(0, 40))));
    }
    if (out.size() == kMaxScores) {
      return at_line(file, number, failure(ErrorCode::kTooManyScores, with<"most">(kMaxScores)));
    }
    out.push_back(*score);
  }
  return out;
}

}  // namespace

Status read_bob(const std::filesystem::path& scores, Trials& out) {
  WHORL_ASSIGN(const Bytes bytes, read_file(scores, kMaxScoreBytes));
  WHORL_ASSIGN(std::string_view text, csv_text(as_text(bytes), scores));
  BobFile file;
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const std::vector<std::string_view> words = words_of(take_line(text));
    if (words.empty() || words.front().front() == '#') continue;
    if (const Status read = read_bob_line(words, number, file); !read.ok()) {
      return at_line(scores, number, read.error());
    }
  }
  WHORL_TRY(leave_out_repeated(scores, file.lines));
  std::vector<Sample> samples;
  const std::vector<std::string> models = file.models.list();
  const std::vector<std::string> probes = file.probes.list();
  for (std::size_t m = 0; m < models.size(); ++m) samples.push_back({models[m], file.of_model[m]});
  for (std::size_t p = 0; p < probes.size(); ++p) samples.push_back({probes[p], file.of_probe[p]});
  std::vector<Pair> pairs;
  std::vector<double> values;
  for (const BobLine& line : file.lines) {
    const bool mated = file.of_model[line.model] == file.of_probe[line.probe];
    pairs.push_back({line.model, static_cast<std::uint32_t>(models.size()) + line.probe, mated});
    values.push_back(line.score);
  }
  return add_listed(scores, scores.stem().string(), std::move(samples), std::move(pairs), values, out);
}

Status read_pyeer(const std::filesystem::path& mated, const std::filesystem::path& non_mated, Trials& out) {
  if (non_mated.empty()) return failure(ErrorCode::kMaskMissing, with<"file">("the non-mated scores"));
  WHORL_ASSIGN(std::vector<double> values, read_column_of_scores(mated));
  WHORL_ASSIGN(const std::vector<double> others, read_column_of_scores(non_mated));
  if (values.size() + others.size() > kMaxScores) {
    return failure(ErrorCode::kTooManyScores, non_mated.string(), with<"most">(kMaxScores));
  }
  std::vector<Sample> samples;
  std::vector<Pair> pairs;
  const auto add = [&](const std::string& name, bool of_one_finger) {
    const auto at = static_cast<std::uint32_t>(samples.size());
    samples.push_back({name + ", first", name});
    samples.push_back({name + ", second", of_one_finger ? name : name + " other"});
    pairs.push_back({at, at + 1, of_one_finger});
  };
  for (std::size_t i = 0; i < values.size(); ++i) add("mated " + std::to_string(i + 1), true);
  for (std::size_t i = 0; i < others.size(); ++i) add("non-mated " + std::to_string(i + 1), false);
  values.insert(values.end(), others.begin(), others.end());
  return add_listed(mated, mated.stem().string(), std::move(samples), std::move(pairs), values, out);
}

}  // namespace whorl::datasets
