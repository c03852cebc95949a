#include "cli/failures.h"

#include <algorithm>

#include "base/catalogue.h"
#include "base/files.h"
#include "cli/overlay.h"
#include "cli/print.h"
#include "cli/results_folder.h"
#include "engine/evaluation/report.h"
#include "templates/fingerprint/compare/compare.h"

namespace whorl::cli {
namespace {

using fingerprint::Comparison;
using fingerprint::FingerprintTemplate;
using fingerprint::PreparedTemplate;

constexpr std::size_t kFewMinutiae = 20;
constexpr int kPoorQuality = 40;
constexpr double kClearDb = 30;

std::string number(std::size_t v) { return std::to_string(v); }

// What the numbers say of a pair of prints that should have matched; several are joined by "; ".
std::string reasons_of(const FingerprintTemplate& a, const FingerprintTemplate& b, const Comparison& comparison,
                       double db, double threshold_db) {
  if (db >= threshold_db) return "none: this finger matches";
  if (db >= kClearDb) return "alike, but not enough for the threshold";
  std::string out;
  const auto say = [&](const std::string& reason) { out += (out.empty() ? "" : "; ") + reason; };
  const std::size_t fewer = std::min(a.minutiae.size(), b.minutiae.size());
  if (fewer < kFewMinutiae)
    say("few minutiae (" + number(a.minutiae.size()) + " and " + number(b.minutiae.size()) + ")");
  if (std::min(a.quality, b.quality) < kPoorQuality) {
    say("poor quality (" + number(a.quality) + " and " + number(b.quality) + ")");
  }
  if (comparison.pairs.empty()) {
    say("no minutiae fall together");
  } else if (comparison.pairs.size() * 3 < fewer) {
    say("few of them fall together (" + number(comparison.pairs.size()) + "): different parts, or distorted");
  }
  return out.empty() ? "unclear: look at the picture" : out;
}

// A sample's name as part of a file's name.
std::string plain_name(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '/' || c == '\\' || c == ' ' || c == '.'; }, '_');
  return name;
}

// The files of the trial that a study was made from.
const std::vector<datasets::SampleFile>* files_of(const datasets::Trials& run, const std::string& name) {
  for (std::size_t t = 0; t < run.trials.size(); ++t) {
    if (run.trials[t].name == name) return &run.files[t];
  }
  return nullptr;
}

Result<std::string> write_pair(const std::filesystem::path& folder, const std::string& file,
                               const datasets::SampleFile& a, const datasets::SampleFile& b, double db,
                               double threshold_db) {
  if (a.path.empty() || b.path.empty()) return failure(ErrorCode::kFailuresOfFiles, "--failures");
  WHORL_ASSIGN(const datasets::LoadedSample first, datasets::load_sample(a.path, a.ppi));
  WHORL_ASSIGN(const datasets::LoadedSample second, datasets::load_sample(b.path, b.ppi));
  const Comparison comparison =
      fingerprint::compare(PreparedTemplate(first.extracted), PreparedTemplate(second.extracted), {}, true);
  WHORL_ASSIGN(const Bytes png,
               pairs_png(*first.image, first.extracted, *second.image, second.extracted, comparison.pairs));
  WHORL_TRY(write_file(folder / file, png, NewFile::kPrivate));
  return number(first.extracted.minutiae.size()) + "," + number(second.extracted.minutiae.size()) + "," +
         number(comparison.pairs.size()) + "," + number(first.extracted.quality) + "," +
         number(second.extracted.quality) + "," +
         evaluation::csv_field(reasons_of(first.extracted, second.extracted, comparison, db, threshold_db));
}

// Writes the pictures of one row's failures; gives their lines of failures.csv.
Result<std::vector<std::string>> write_row(const std::filesystem::path& folder, const evaluation::FusionStudy& study,
                                           const evaluation::FusionRow& row,
                                           const std::vector<evaluation::Sample>& samples,
                                           const std::vector<datasets::SampleFile>& files) {
  std::vector<std::string> lines;
  for (std::size_t n = 0; n < row.failures.size(); ++n) {
    const evaluation::FusionFailure& failure = row.failures[n];
    for (std::size_t f = 0; f < failure.samples.size(); ++f) {
      const auto [i, j] = failure.samples[f];
      const std::string file = plain_name(study.name) + "-" + std::to_string(row.k) + "-" + number(n + 1) + "-" +
                               plain_name(samples[i].name) + "-" + plain_name(samples[j].name) + ".png";
      WHORL_ASSIGN(const std::string why,
                   write_pair(folder, file, files[i], files[j], failure.db[f], row.fmr10000.threshold));
      std::string line;
      for (const std::string& text :
           {file, study.name, std::to_string(row.k), failure.subject, samples[i].name, samples[j].name}) {
        line += evaluation::csv_field(text) + ",";
      }
      lines.push_back(line + fixed(failure.db[f]) + "," + fixed(failure.fused_db) + "," +
                      fixed(row.fmr10000.threshold) + "," + why + "\n");
    }
  }
  return lines;
}

}  // namespace

Result<std::size_t> write_failures(const std::filesystem::path& folder, const datasets::Trials& run,
                                   const Figures& figures) {
  WHORL_TRY(make_results_folder(folder, "failures.csv"));
  std::string csv =
      "picture,set,fingers,subject,a,b,finger_db,fused_db,threshold_db,minutiae_a,minutiae_b,pairs,quality_a,quality_b,"
      "reasons\n";
  std::size_t pictures = 0;
  for (std::size_t t = 0; t < figures.fusion.size(); ++t) {
    const std::vector<datasets::SampleFile>* files = files_of(run, figures.fusion[t].name);
    if (files == nullptr) return internal_error("no files of the set " + figures.fusion[t].name);
    for (const evaluation::FusionRow& row : figures.fusion[t].rows) {
      WHORL_ASSIGN(const auto lines, write_row(folder, figures.fusion[t], row, figures.fused_samples[t], *files));
      for (const std::string& line : lines) csv += line;
      pictures += lines.size();
    }
  }
  WHORL_TRY(write_file(folder / "failures.csv", csv));
  return pictures;
}

}  // namespace whorl::cli
