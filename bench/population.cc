#include "bench/population.h"

#include <cstdlib>
#include <optional>

#include "base/files.h"
#include "base/parallel.h"
#include "datasets/population.h"
#include "datasets/template_population.h"
#include "templates/fingerprint/extract/extract.h"
#include "templates/image/decode.h"
#include "templates/image/encode.h"
#include "tests/support/shared_data.h"

namespace whorl::bench {
namespace {

using fingerprint::FingerprintTemplate;

constexpr int kFingers = 10;
constexpr int kImpressions = 8;
constexpr const char* kRealSet = "FVC2002_DB1_B";

Status finish(Population& population) {
  std::vector<std::optional<Error>> failures(population.impressions.size());
  parallel_each(failures.size(),
                [&](std::size_t i) {
                  Impression& one = population.impressions[i];
                  image::DecodeOptions options;
                  options.ppi = one.ppi;
                  auto image = image::decode_to_standard(one.file, options);
                  if (!image.ok()) {
                    failures[i] = image.error();
                    return;
                  }
                  one.image = std::move(image).value();
                  auto extracted = fingerprint::extract(one.image);
                  if (extracted.ok()) one.extracted = std::move(extracted).value();
                },
                {});
  for (const auto& failure : failures) {
    if (failure) return *failure;
  }
  return {};
}

Result<Population> real(const std::filesystem::path& folder) {
  Population out;
  out.source = kRealSet;
  for (int finger = 0; finger < kFingers; ++finger) {
    for (int impression = 1; impression <= kImpressions; ++impression) {
      const auto path = folder / (std::to_string(101 + finger) + "_" + std::to_string(impression) + ".tif");
      Impression one;
      one.finger = finger;
      WHORL_ASSIGN(one.file, read_file(path, image::ImageLimits{}.max_bytes));
      out.impressions.push_back(std::move(one));
    }
  }
  WHORL_TRY(finish(out));
  return out;
}

Result<Population> synthetic() {
  datasets::PopulationPlan plan;
  plan.subjects = kFingers;
  plan.fingers_per_subject = 1;
  plan.impressions = kImpressions;
  Population out;
  out.source = "synthetic fingers, seed " + std::to_string(plan.seed);
  out.impressions.resize(kFingers * kImpressions);
  std::vector<std::optional<Error>> failures(kFingers);
  const auto grow = [&](std::size_t finger) {
    const int subject = static_cast<int>(finger);
    const auto master = datasets::population_master(plan, subject, 0);
    for (int i = 0; i < kImpressions; ++i) {
      Impression& one = out.impressions[finger * kImpressions + static_cast<std::size_t>(i)];
      one.finger = subject;
      auto png = image::encode_png(datasets::population_impression(plan, master, subject, 0, i));
      if (png.ok()) {
        one.file = std::move(png).value();
      } else {
        failures[finger] = png.error();
      }
    }
  };
  parallel_each(kFingers, grow, {});
  for (const auto& failure : failures) {
    if (failure) return *failure;
  }
  WHORL_TRY(finish(out));
  return out;
}

}  // namespace

const Result<Population>& population() {
  static const Result<Population> made = []() -> Result<Population> {
    const char* wanted = std::getenv("WHORL_BENCH_DATA");
    const auto folder = tests::shared_fingerprints();
    const bool synthetic_wanted = wanted != nullptr && std::string(wanted) == "synthetic";
    if (folder && !synthetic_wanted && std::filesystem::is_directory(*folder / kRealSet))
      return real(*folder / kRealSet);
    return synthetic();
  }();
  return made;
}

std::vector<FingerprintTemplate> non_mated(std::size_t n, std::uint64_t seed) {
  std::vector<FingerprintTemplate> out(n);
  parallel_each(n, [&](std::size_t i) { out[i] = datasets::TemplateFinger({seed, i, 0}).impression(0); }, {});
  return out;
}

std::vector<std::function<void()>>& endings() {
  static std::vector<std::function<void()>> all;
  return all;
}

}  // namespace whorl::bench
