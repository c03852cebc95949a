#include "bench/population.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <numbers>
#include <optional>
#include <random>

#include "datasets/population.h"
#include "engine/evaluation/parallel.h"
#include "templates/fingerprint/extract.h"
#include "tests/support/shared_data.h"

namespace whorl::bench {
namespace {

using fingerprint::FingerprintTemplate;
using fingerprint::Minutia;

constexpr int kFingers = 10;
constexpr int kImpressions = 8;
constexpr const char* kRealSet = "FVC2002_DB1_B";

Status finish(Population& population) {
  std::vector<std::optional<Error>> failures(population.impressions.size());
  evaluation::parallel_each(failures.size(),
                            [&](std::size_t i) {
                              Impression& one = population.impressions[i];
                              DecodeOptions options;
                              options.ppi = one.ppi;
                              auto image = decode_to_standard(one.file, options);
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
      std::ifstream in(path, std::ios::binary);
      if (!in) return not_found("is missing from the measurement data", path.string());
      Impression one;
      one.finger = finger;
      one.file.assign(std::istreambuf_iterator<char>(in), {});
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
      auto png = encode_png(datasets::population_impression(plan, master, subject, 0, i));
      if (png.ok()) {
        one.file = std::move(png).value();
      } else {
        failures[finger] = png.error();
      }
    }
  };
  evaluation::parallel_each(kFingers, grow, {});
  for (const auto& failure : failures) {
    if (failure) return *failure;
  }
  WHORL_TRY(finish(out));
  return out;
}

// `source` bent, jittered and thinned, so that it is nobody's.
FingerprintTemplate stranger_of(const FingerprintTemplate& source, std::mt19937_64& random) {
  const auto uniform = [&](double low, double high) {
    return low + (high - low) * static_cast<double>(random() >> 11) * 0x1p-53;
  };
  const double shear = uniform(-0.3, 0.3);
  const double stretch = uniform(0.8, 1.25);
  FingerprintTemplate out = source;
  const double width = source.width_px500 - 1.0;
  const double height = source.height_px500 - 1.0;
  for (Minutia& m : out.minutiae) {
    const double x = static_cast<double>(m.x_px500) - width / 2;
    const double y = static_cast<double>(m.y_px500) - height / 2;
    const double new_x = width / 2 + stretch * x + shear * y + uniform(-25, 25);
    const double new_y = height / 2 + y / stretch + uniform(-25, 25);
    m.x_px500 = static_cast<float>(std::round(std::clamp(new_x, 0.0, width)));
    m.y_px500 = static_cast<float>(std::round(std::clamp(new_y, 0.0, height)));
    const double turned = static_cast<double>(m.direction_rad) + uniform(-0.6, 0.6) +
                          (random() % 4 == 0 ? std::numbers::pi : 0);
    const double whole = 65536.0 / (2 * std::numbers::pi);  // the native format's steps
    const double steps = std::fmod(std::round(turned * whole) + 2 * 65536.0, 65536.0);
    m.direction_rad = static_cast<float>(steps / whole);
  }
  const auto kept = static_cast<std::size_t>(static_cast<double>(out.minutiae.size()) * uniform(0.8, 1.0));
  out.minutiae.resize(kept);
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

std::vector<FingerprintTemplate> strangers(std::size_t n, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto& sources = population()->impressions;
  std::vector<FingerprintTemplate> out;
  out.reserve(n);
  for (std::size_t i = 0; i < n; ++i)
    out.push_back(stranger_of(sources[i % sources.size()].extracted, random));
  return out;
}

std::vector<std::function<void()>>& endings() {
  static std::vector<std::function<void()>> all;
  return all;
}

}  // namespace whorl::bench
