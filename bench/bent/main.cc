// whorl_bent: how many decibels prints of one finger keep, and strangers' get, as the finger is pressed with ever more
// slip and torsion. See --help and docs/accuracy.md.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <optional>
#include <vector>

#include "base/freed_memory.h"
#include "base/parallel.h"
#include "base/progress_bar.h"
#include "datasets/synthetic.h"
#include "engine/calibration.h"
#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/extract/extract.h"

namespace whorl::bench {
namespace {

using fingerprint::PreparedTemplate;

struct Options {
  std::size_t fingers = 400;
  std::uint64_t seed = 50'000;
  std::vector<double> bends = {0, 1, 1.5, 2, 3};
};

// A bend of 1 is the generator's distorted print: the skin slips by 16 px and turns by 0.16 rad, standard deviations.
datasets::ImpressionParameters pressed(double bend) {
  auto out = datasets::preset(datasets::ImpressionKind::kTypical);
  const auto distorted = datasets::preset(datasets::ImpressionKind::kDistorted);
  out.skin_shift_px500 = bend * distorted.skin_shift_px500;
  out.skin_turn_rad = bend * distorted.skin_turn_rad;
  return out;
}

// Prints of the same fingers.
using Prints = std::vector<std::optional<PreparedTemplate>>;

Prints prints(const Options& options, std::uint64_t number, double bend) {
  Prints out(options.fingers);
  ProgressBar bar("bend " + std::to_string(bend).substr(0, 3), true);
  parallel_each(
      options.fingers,
      [&](std::size_t f) {
        const auto finger = datasets::make_master(datasets::derive_seed(options.seed, f));
        const auto image =
            datasets::make_impression(finger, datasets::derive_seed(options.seed + number, f), pressed(bend));
        const auto extracted = fingerprint::extract(image);
        if (extracted.ok()) out[f].emplace(*extracted);
      },
      bar.callback());
  return out;
}

struct Comparator {
  const char* name;
  fingerprint::CompareParameters parameters;
};

std::vector<Comparator> comparators() {
  std::vector<Comparator> out = {{"as shipped", {}}, {"rigid", {}}};
  out.back().parameters.bend_sigma_px500 = 0.01;  // no pair's residual is felt by another minutia
  return out;
}

struct Shares {
  std::vector<double> mated;         // decibels, falling
  std::size_t non_mated = 0;         // pairs
  std::size_t at_20 = 0, at_30 = 0;  // of these
};

// The plain print of each finger with the bent one of the same, and of some others.
Shares shares(const Prints& plain, const Prints& bent, const Comparator& by) {
  constexpr std::size_t kOthers = 250;
  const engine::Calibration& calibration = engine::Calibration::shipped();
  const std::size_t n = plain.size();
  std::vector<std::vector<double>> db(n);
  parallel_each(n,
                [&](std::size_t f) {
                  for (std::size_t k = 0; k <= std::min(kOthers, n - 1); ++k) {
                    const auto& other = bent[(f + k) % n];
                    if (!plain[f] || !other) continue;
                    db[f].push_back(calibration.db(fingerprint::compare(*plain[f], *other, by.parameters).score));
                  }
                },
                {});
  Shares out;
  for (std::size_t f = 0; f < n; ++f) {
    if (!plain[f] || !bent[f]) continue;
    out.mated.push_back(db[f].front());
    for (std::size_t k = 1; k < db[f].size(); ++k) {
      ++out.non_mated;
      out.at_20 += db[f][k] >= 20 ? 1 : 0;
      out.at_30 += db[f][k] >= 30 ? 1 : 0;
    }
  }
  std::sort(out.mated.rbegin(), out.mated.rend());
  return out;
}

void print(double bend, const Comparator& by, const Shares& all) {
  const auto reach = [&](double db) {
    const auto n = std::count_if(all.mated.begin(), all.mated.end(), [=](double each) { return each >= db; });
    return 100 * static_cast<double>(n) / static_cast<double>(all.mated.size());
  };
  std::printf("| %.1f | %s | %zu | %.1f %% | %.1f %% | %.1f %% | %zu | %zu / %.0f | %zu / %.0f |\n", bend, by.name,
              all.mated.size(), reach(20), reach(30), reach(40), all.non_mated, all.at_20,
              static_cast<double>(all.non_mated) / 100, all.at_30, static_cast<double>(all.non_mated) / 1000);
  std::fflush(stdout);
}

int run(const Options& options) {
  const Prints plain = prints(options, 1, 0);
  std::printf(
      "| bend | alignment | mated pairs | 20 dB | 30 dB | 40 dB | non-mated | at 20 dB / expected | at 30 dB |\n"
      "|---|---|---:|---:|---:|---:|---:|---:|---:|\n");
  for (const double bend : options.bends) {
    const Prints bent = prints(options, 2, bend);
    for (const Comparator& by : comparators()) print(bend, by, shares(plain, bent, by));
  }
  return 0;
}

}  // namespace
}  // namespace whorl::bench

int main(int argc, char** argv) {
  whorl::keep_freed_memory();
  whorl::bench::Options options;
  CLI::App app(
      "Compares a plain print of each synthetic finger with one that was pressed with slip and torsion, and with those "
      "of "
      "others.");
  app.add_option("--fingers", options.fingers, "so many")->check(CLI::Range(10, 100'000))->capture_default_str();
  app.add_option("--seed", options.seed, "of the fingers")->capture_default_str();
  app.add_option("--bends", options.bends, "how strongly; 1 is the generator's distorted print")
      ->delimiter(',')
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return whorl::bench::run(options);
}
