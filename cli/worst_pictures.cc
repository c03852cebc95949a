#include "cli/worst_pictures.h"

#include <algorithm>

#include "base/catalogue.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/overlay.h"
#include "cli/results_folder.h"
#include "engine/evaluation/report.h"
#include "templates/fingerprint/compare/compare.h"

namespace whorl::cli {
namespace {

using evaluation::Pair;
using evaluation::Trial;
using evaluation::WorstPair;

constexpr std::size_t kInReport = 6;  // of each kind
constexpr std::size_t kInFolder = 20;

using Visit = std::function<Status(std::size_t set, const Pair& pair, WorstPair worst)>;

Status each_worst_of(const datasets::Trials& run, const engine::Calibration* calibration, std::size_t most,
                     const Visit& visit) {
  for (std::size_t t = 0; t < run.trials.size(); ++t) {
    const auto of_set = [&](const Pair& pair, WorstPair worst) { return visit(t, pair, std::move(worst)); };
    WHORL_TRY(each_worst(run.trials[t], run.samples[t], calibration, most, of_set));
  }
  return {};
}

bool drawable(const datasets::Trials& run, std::size_t set, const Pair& pair) {
  const auto is_image = [&](std::uint32_t i) {
    return i < run.files[set].size() && !run.files[set][i].path.empty() && run.samples[set][i].extracted &&
           run.files[set][i].path.extension() != datasets::kTemplateSuffix;
  };
  return is_image(pair.a) && is_image(pair.b);
}

enum class Size { kSmallJpeg, kLargePng };

Result<Bytes> picture_of(const datasets::Trials& run, std::size_t set, const Pair& pair, Size size) {
  const datasets::SampleFile& a = run.files[set][pair.a];
  const datasets::SampleFile& b = run.files[set][pair.b];
  WHORL_ASSIGN(const datasets::LoadedSample first, datasets::load_sample(a.path, a.ppi));
  WHORL_ASSIGN(const datasets::LoadedSample second, datasets::load_sample(b.path, b.ppi));
  const auto comparison = fingerprint::compare(fingerprint::PreparedTemplate(first.extracted),
                                               fingerprint::PreparedTemplate(second.extracted), {}, true);
  const auto draw = size == Size::kSmallJpeg ? pairs_jpeg : pairs_png;
  return draw(*first.image, first.extracted, *second.image, second.extracted, comparison.pairs);
}

std::string plain_name(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '/' || c == '\\' || c == ' ' || c == '.'; }, '_');
  return name;
}

}  // namespace

Status each_worst(const Trial& set, const std::vector<evaluation::Sample>& samples,
                  const engine::Calibration* calibration, std::size_t most,
                  const std::function<Status(const Pair&, WorstPair)>& visit) {
  for (const bool mated : {false, true}) {
    std::size_t rank = 0;
    for (const std::size_t i : evaluation::worst_pairs(set, mated, most)) {
      const Pair& pair = set.pairs[i];
      WorstPair worst{set.name, mated, ++rank, samples[pair.a].name, samples[pair.b].name, set.values[i], {}, {}};
      if (calibration != nullptr) worst.db = calibration->db(worst.score);
      WHORL_TRY(visit(pair, std::move(worst)));
    }
  }
  return {};
}

Result<std::vector<WorstPair>> worst_of(const datasets::Trials& run, const engine::Calibration* calibration,
                                        bool pictures) {
  std::vector<WorstPair> out;
  const auto add = [&](std::size_t set, const Pair& pair, WorstPair worst) -> Status {
    if (pictures && drawable(run, set, pair)) {
      WHORL_ASSIGN(worst.picture, picture_of(run, set, pair, Size::kSmallJpeg));
    }
    out.push_back(std::move(worst));
    return {};
  };
  WHORL_TRY(each_worst_of(run, calibration, kInReport, add));
  return out;
}

Result<std::size_t> write_worst(const std::filesystem::path& folder, const datasets::Trials& run,
                                const engine::Calibration* calibration) {
  WHORL_TRY(make_results_folder(folder, "worst.csv"));
  std::string csv = "picture,set,mated,rank,a,b,score,db\n";
  std::size_t pictures = 0;
  const auto write = [&](std::size_t set, const Pair& pair, WorstPair worst) -> Status {
    if (!drawable(run, set, pair)) return {};
    const std::string file = plain_name(worst.set) + (worst.mated ? "-mated-" : "-non_mated-") +
                             std::to_string(worst.rank) + "-" + plain_name(worst.a) + "-" + plain_name(worst.b) +
                             ".png";
    WHORL_ASSIGN(const Bytes png, picture_of(run, set, pair, Size::kLargePng));
    WHORL_TRY(write_file(folder / file, png, NewFile::kPrivate));
    ++pictures;
    for (const std::string& text : {file, worst.set}) csv += evaluation::csv_field(text) + ",";
    csv += std::string(worst.mated ? "1," : "0,") + std::to_string(worst.rank) + "," + evaluation::csv_field(worst.a) +
           "," + evaluation::csv_field(worst.b) + "," + fixed(worst.score, 4) + "," +
           (worst.db ? fixed(*worst.db) : "") + "\n";
    return {};
  };
  WHORL_TRY(each_worst_of(run, calibration, kInFolder, write));
  if (pictures == 0) return failure(ErrorCode::kFailuresOfFiles, "--worst");
  WHORL_TRY(write_file(folder / "worst.csv", csv));
  return pictures;
}

}  // namespace whorl::cli
