// whorl_texture: pictures that are no fingerprint, or two. How many are refused, how alike those are that are not, and
// what the dearest picture costs. See --help and bench/README.md.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <map>
#include <optional>

#include "base/freed_memory.h"
#include "bench/population.h"
#include "bench/texture/dearest.h"
#include "bench/texture/pictures.h"
#include "bench/texture/two_fingers.h"

namespace whorl::bench {
namespace {

struct Options {
  int pictures = 200;
  std::uint64_t seed = 1;
  std::size_t pairs = 100'000;
  std::optional<std::string> manifest;
  std::size_t two_fingers = 0;
  int starts = 0;
  int steps = 30;
};

void print_refused(const Pictures& pictures) {
  std::map<std::string, std::pair<int, int>> kinds;
  for (const Picture& picture : pictures.all) {
    auto& [refused, all] = kinds[picture.kind];
    refused += picture.refused ? 1 : 0;
    ++all;
  }
  std::cout << "| kind | pictures | refused |\n|---|---|---|\n";
  for (const auto& [kind, counts] : kinds) {
    std::printf("| %s | %d | %.1f %% |\n", kind.c_str(), counts.second, 100.0 * counts.first / counts.second);
  }
  for (const Picture& picture : pictures.all) {
    if (!picture.refused) std::cout << "not refused: " << picture.kind << " " << picture.seed << "\n";
  }
}

void print_shares(const std::string& what, const Shares& shares) {
  const auto percent = [&](std::size_t n) {
    return shares.pairs == 0 ? 0.0 : 100.0 * static_cast<double>(n) / static_cast<double>(shares.pairs);
  };
  std::printf("| %s | %zu | %.3f %% | %.3f %% |\n", what.c_str(), shares.pairs, percent(shares.at_20),
              percent(shares.at_30));
}

using Pointers = std::vector<const fingerprint::PreparedTemplate*>;

Status print_pairs(const Pictures& pictures, const Options& options) {
  Pointers all;
  Pointers passed;
  for (std::size_t i = 0; i < pictures.prepared.size(); ++i) {
    all.push_back(&pictures.prepared[i]);
    if (!pictures.all[pictures.of[i]].refused) passed.push_back(&pictures.prepared[i]);
  }
  std::cout
      << "\n| pairs | compared | at 20 dB or more (1 % promised) | at 30 dB or more (0.1 %) |\n|---|---|---|---|\n";
  print_shares("not refused with one another", compare_pairs(passed, passed, options.pairs, options.seed));
  print_shares("all, gate open, with one another", compare_pairs(all, all, options.pairs, options.seed));
  if (!options.manifest) return {};
  WHORL_ASSIGN(const auto real, real_prints(*options.manifest));
  Pointers prints;
  for (const auto& print : real) prints.push_back(&print);
  print_shares("not refused with real prints", compare_pairs(passed, prints, options.pairs, options.seed));
  print_shares("all, gate open, with real prints", compare_pairs(all, prints, options.pairs, options.seed));
  return {};
}

void print_dear(const char* what, const Dear& dear) {
  if (dear.file.file.empty()) {
    std::printf("%s: none was found\n", what);
    return;
  }
  std::printf("%s: %.1f ms, %.1f times a usual print's %.1f ms; decoding %.0f %%; %s\n  %s\n", what, 1e3 * dear.dear_s,
              dear.times, 1e3 * dear.usual_s, 100 * dear.decoding, dear.outcome.c_str(), dear.picture.c_str());
}

Status search_dearest(const Options& options) {
  WHORL_TRY(population());
  UsualPrints usual;
  for (const Impression& one : population()->impressions) usual.push_back(one.file);
  const Dearest found = find_dearest(usual, {options.starts, options.steps, options.seed},
                                     [](const std::string& line) { std::cerr << line << "\n"; });
  std::printf("usual prints: %s; %d pictures tried; processor time\n", population()->source.c_str(), found.tried);
  print_dear("dearest that is taken", found.taken);
  print_dear("dearest that is refused", found.refused);
  return {};
}

Status print_two_fingers(const Options& options) {
  WHORL_ASSIGN(const auto ways, try_two_fingers(options.manifest.value_or(""), options.two_fingers));
  std::cout
      << "| two fingers | pictures | refused | taken, and both people's prints at 30 dB or more |\n|---|---|---|---|\n";
  for (const auto& [how, seen] : ways) {
    std::printf("| %s | %zu | %zu | %zu |\n", how.c_str(), seen.pictures, seen.refused, seen.both_at_30);
  }
  return {};
}

Status run(const Options& options) {
  if (options.two_fingers > 0) return print_two_fingers(options);
  if (options.starts > 0) return search_dearest(options);
  const Pictures pictures = draw_pictures(options.pictures, options.seed);
  print_refused(pictures);
  return options.pairs == 0 ? Status() : print_pairs(pictures, options);
}

}  // namespace
}  // namespace whorl::bench

int main(int argc, char** argv) {
  whorl::keep_freed_memory();
  whorl::bench::Options options;
  CLI::App app("Pictures that are no fingerprint: how many are refused, and how alike the others are.");
  app.add_option("--pictures", options.pictures, "of each kind")->check(CLI::Range(1, 10'000))->capture_default_str();
  app.add_option("--seed", options.seed, "of the first picture")->capture_default_str();
  app.add_option("--pairs", options.pairs, "compared in each line of the table; 0: none")->capture_default_str();
  app.add_option("--manifest", options.manifest, "real prints to compare with (docs/evaluation.md)");
  app.add_option("--two-fingers", options.two_fingers, "put prints of two fingers in one instead, so many pairs a set")
      ->needs("--manifest");
  app.add_option("--dearest", options.starts, "search for the dearest picture instead, from so many starts");
  app.add_option("--steps", options.steps, "of each start")->check(CLI::Range(1, 10'000))->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  const whorl::Status status = whorl::bench::run(options);
  if (status.ok()) return 0;
  std::cerr << status.error().text() << "\n";
  return 1;
}
