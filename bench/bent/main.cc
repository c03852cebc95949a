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

// Of the same fingers, by finger.
using Prints = std::vector<std::optional<PreparedTemplate>>;

std::optional<PreparedTemplate> print_of(const datasets::MasterFingerprint& finger, std::uint64_t seed, double bend) {
  const auto extracted = fingerprint::extract(datasets::make_impression(finger, seed, datasets::bent(bend)));
  if (!extracted.ok()) return std::nullopt;
  return PreparedTemplate(*extracted);
}

struct Pressed {
  Prints plain;
  std::vector<Prints> bent;  // by Options::bends
};

// Each finger is made once, which costs more than its prints.
Pressed press(const Options& options) {
  Pressed out{Prints(options.fingers), std::vector<Prints>(options.bends.size(), Prints(options.fingers))};
  ProgressBar bar("fingers", true);
  parallel_each(
      options.fingers,
      [&](std::size_t f) {
        const auto finger = datasets::make_master(datasets::derive_seed(options.seed, f));
        out.plain[f] = print_of(finger, datasets::derive_seed(options.seed + 1, f), 0);
        for (std::size_t b = 0; b < options.bends.size(); ++b) {
          out.bent[b][f] = print_of(finger, datasets::derive_seed(options.seed + 2, f), options.bends[b]);
        }
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
  std::vector<double> mated;         // decibels
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
  const Pressed prints = press(options);
  std::printf(
      "| bend | alignment | mated pairs | 20 dB | 30 dB | 40 dB | non-mated | at 20 dB / expected | at 30 dB |\n"
      "|---|---|---:|---:|---:|---:|---:|---:|---:|\n");
  for (std::size_t b = 0; b < options.bends.size(); ++b) {
    for (const Comparator& by : comparators()) print(options.bends[b], by, shares(prints.plain, prints.bent[b], by));
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
      "of others.");
  app.add_option("--fingers", options.fingers, "so many")->check(CLI::Range(10, 100'000))->capture_default_str();
  app.add_option("--seed", options.seed, "of the fingers")->capture_default_str();
  app.add_option("--bends", options.bends, "how strongly; 1 is the generator's distorted print")
      ->delimiter(',')
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return whorl::bench::run(options);
}
