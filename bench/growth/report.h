// The figures of one size of gallery.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/growth/mixed.h"
#include "bench/growth/searches.h"

namespace whorl::bench {

struct GrowthRow {
  std::uint64_t people = 0;
  Population population;
  double make_s = 0;  // synthetic people made, not part of the load
  double load_s = 0;
  std::uint64_t loaded_fingers = 0;
  double settle_s = 0;  // until every shard was merged and its snapshot written
  double open_s = 0;
  double first_answer_s = 0;  // from the beginning of opening
  std::uint64_t snapshots_used = 0;
  std::uint64_t prepared_again = 0;
  double counted_mib = 0;   // by the gallery
  double resident_mib = 0;  // by the system, once open
  double most_mib = 0;      // the most that the process has had, loading, merging and searching
  double disk_mib = 0;
  Searches one, two, unknown, nobody;
  Searches all;          // people who are not there, by all their fingers, where they have more than two
  Searches few, oracle;  // the same probes: by candidates, and with everybody compared
  Searches missed;       // probes whose mate reaches the threshold and was not found first, with everybody compared
  MixedLoad mixed;
};

// The mates found first at or above the score that a given share of non-mated searches reach.
inline constexpr double kFpir = 0.001;
struct HitRate {
  double threshold = 0;
  double by_score = 0;  // mates whose exact score reaches it, whoever was found: no candidate stage can do better
  double found = 0;     // and found first
  [[nodiscard]] bool reached_by(const Found& f) const { return f.mate_score >= threshold; }
  [[nodiscard]] bool hit(const Found& f) const { return reached_by(f) && f.mate_rank == 1; }
};
// `fpir` of the non-mated searches reach the threshold.
HitRate hit_rate(const Searches& mated, const Searches& non_mated, double fpir);

// Lines for people.
std::string text_of(const GrowthRow& row);
std::string json_of(const std::vector<GrowthRow>& rows);

}  // namespace whorl::bench
