#include "engine/search_statistics.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace whorl::engine {
namespace {

std::chrono::sys_days day_of(std::chrono::system_clock::time_point at) {
  return std::chrono::floor<std::chrono::days>(at);
}

std::size_t cell_of(double db) {
  const double cell = std::clamp(db / SearchStatistics::kCell_db, 0.0, SearchStatistics::kCells - 1.0);
  return static_cast<std::size_t>(cell);
}

bool may_see(const Call& call, const std::string& gallery_id) {
  const auto& galleries = call.who.galleries;
  return !galleries || std::find(galleries->begin(), galleries->end(), gallery_id) != galleries->end();
}

}  // namespace

SearchStatistics::SearchStatistics(World& world) : world_(world), since_(world.now()) {}

void SearchStatistics::note(Kind kind, double best_db) {
  const auto day = day_of(world_.now());
  const std::lock_guard lock(mutex_);
  Counted& counted = days_[day];
  while (days_.size() > kMostDays) days_.erase(days_.begin());
  if (!counted.kinds.contains(kind) && counted.kinds.size() == kMostKinds) {
    ++counted.untold;
    return;
  }
  auto& counts = counted.kinds[std::move(kind)];
  counts.resize(kCells);
  ++counts[cell_of(best_db)];
}

std::vector<SearchStatistics::Day> SearchStatistics::days(const Call& call) const {
  const auto today = day_of(world_.now());
  std::vector<Day> out;
  const std::lock_guard lock(mutex_);
  for (const auto& [day, counted] : days_) {
    if (day >= today) continue;
    Day told{day, day >= since_, {}, 0, counted.untold};
    for (const auto& [kind, counts] : counted.kinds) {
      if (!may_see(call, kind.gallery_id)) continue;
      const auto searches = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
      if (searches < kFewestSearches) {
        ++told.too_few;
      } else {
        told.rows.push_back({kind, searches, merged_cells(counts, kFewestSearches)});
      }
    }
    out.push_back(std::move(told));
  }
  std::reverse(out.begin(), out.end());
  return out;
}

std::vector<SearchStatistics::Cell> merged_cells(const std::vector<std::uint64_t>& counts, std::uint64_t fewest) {
  std::vector<SearchStatistics::Cell> out;
  SearchStatistics::Cell open;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    open.searches += counts[i];
    const int end_db = static_cast<int>(i + 1) * SearchStatistics::kCell_db;
    if (open.searches < fewest) continue;
    open.to_db = end_db;
    out.push_back(open);
    open = {end_db, {}, 0};
  }
  // What is left is too little for a cell of its own, and may be nothing.
  out.back().searches += open.searches;
  if (open.searches > 0 || out.back().to_db == static_cast<int>(counts.size()) * SearchStatistics::kCell_db) {
    out.back().to_db = std::nullopt;
  }
  return out;
}

}  // namespace whorl::engine
