#include "datasets/face_trials.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "base/catalogue.h"
#include "base/progress_bar.h"

namespace whorl::datasets {
namespace fs = std::filesystem;
namespace {

using evaluation::Sample;

constexpr const char* kSubjectColumn = "subject";

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Status read_groups(const PairOptions& options, const PairList& list, FaceTrials& out) {
  if (options.groups.empty()) return {};
  if (options.metadata.empty()) return failure(ErrorCode::kMetadataUnnamed, "--group");
  for (const std::string& column : options.groups) {
    WHORL_ASSIGN(auto values, read_column(options.metadata, column, list.files));
    out.group_values.push_back(std::move(values));
  }
  return {};
}

// Empty where nothing says who is seen.
std::optional<std::vector<std::string>> subjects_of(const PairOptions& options, const PairList& list,
                                                    const FaceTrials& run) {
  const auto named = std::find(options.groups.begin(), options.groups.end(), kSubjectColumn);
  if (named != options.groups.end()) {
    return run.group_values[static_cast<std::size_t>(named - options.groups.begin())];
  }
  return subjects_by_folder(list);
}

Status extract(const PairOptions& options, const PairList& list, const FaceLoader::Open& open, bool progress,
               FaceTrials& out) {
  const auto start = std::chrono::steady_clock::now();
  WHORL_ASSIGN(const auto extractor, open());
  out.network = extractor->network();
  const fs::path folder = options.images.empty() ? fs::path(options.list).parent_path() : fs::path(options.images);
  std::vector<fs::path> files;
  for (const std::string& file : list.files) files.push_back(folder / file);
  ProgressBar bar("extracting", progress);
  WHORL_ASSIGN(out.outcomes, extract_faces(*extractor, options.face, files, bar.callback()));
  out.extract_s = seconds_since(start);
  return {};
}

void make_samples(const PairList& list, const std::vector<std::string>& subjects, FaceTrials& out) {
  for (std::size_t i = 0; i < list.files.size(); ++i) {
    Sample sample;
    sample.name = list.files[i];
    sample.finger = sample.subject = subjects[i].empty() ? list.files[i] : subjects[i];
    sample.extracted = out.outcomes[i].extracted.has_value();
    if (sample.extracted) sample.quality = out.outcomes[i].extracted->quality.overall;
    out.samples.push_back(std::move(sample));
  }
}

Status compare(const PairOptions& options, const PairList& list, bool progress, FaceTrials& out) {
  const auto start = std::chrono::steady_clock::now();
  // Not a number where a comparison fails, which the trial reports: one network made all templates.
  const auto score = [&](std::size_t a, std::size_t b) {
    const auto got = face::compare(out.outcomes[a].extracted->face, out.outcomes[b].extracted->face);
    return got.ok() ? *got : std::numeric_limits<double>::quiet_NaN();
  };
  std::vector<evaluation::Pair> pairs;
  for (const auto& pair : list.pairs) {
    pairs.push_back({pair.a, pair.b, pair.mated});
    out.folds.push_back(pair.fold);
  }
  const std::string name = fs::path(options.list).stem().string();
  ProgressBar bar("comparing ", progress);
  WHORL_ASSIGN(out.listed, evaluation::run_listed(name, out.samples, std::move(pairs), score, bar.callback(),
                                                  evaluation::kFaceFailure));
  if (options.cross) {
    WHORL_ASSIGN(out.cross,
                 evaluation::run_trial(name + ", every two images", out.samples, evaluation::Protocol::kAllPairs, score,
                                       bar.callback(), evaluation::kFaceFailure));
  }
  out.compare_s = seconds_since(start);
  return {};
}

}  // namespace

Result<FaceTrials> run_face_trials(const PairOptions& options, const PairList& list, const FaceLoader::Open& open,
                                   bool progress) {
  FaceTrials out;
  WHORL_TRY(read_groups(options, list, out));
  const auto subjects = subjects_of(options, list, out);
  if (options.cross && !subjects) {
    return failure(ErrorCode::kSubjectsUnknown, "--cross");
  }
  WHORL_TRY(extract(options, list, open, progress, out));
  make_samples(list, subjects ? *subjects : list.files, out);
  WHORL_TRY(compare(options, list, progress, out));
  return out;
}

}  // namespace whorl::datasets
