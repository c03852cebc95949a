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

using Cell = SearchStatistics::Cell;

std::vector<Cell> cells_of(const std::vector<std::uint64_t>& counts, std::size_t first, std::size_t end) {
  const std::uint64_t searches = std::accumulate(counts.begin() + static_cast<std::ptrdiff_t>(first),
                                                 counts.begin() + static_cast<std::ptrdiff_t>(end), std::uint64_t{0});
  if (searches == 0) return {};
  const int from_db = static_cast<int>(first) * SearchStatistics::kCell_db;
  const int to_db = static_cast<int>(end) * SearchStatistics::kCell_db;
  const Cell whole{from_db, end == counts.size() ? std::nullopt : std::optional(to_db), searches};
  if (end - first == 1) return {whole};
  const std::size_t middle = first + (end - first) / 2;
  std::vector<Cell> out = cells_of(counts, first, middle);
  for (const Cell& cell : cells_of(counts, middle, end)) out.push_back(cell);
  const bool few = std::any_of(out.begin(), out.end(),
                               [](const Cell& cell) { return cell.searches < SearchStatistics::kFewestSearches; });
  return few ? std::vector<Cell>{whole} : out;
}

}  // namespace

SearchStatistics::SearchStatistics(World& world) : world_(world), since_(world.now()), latest_(day_of(since_)) {}

std::chrono::sys_days SearchStatistics::today() const {
  latest_ = std::max(latest_, day_of(world_.now()));
  return latest_;
}

void SearchStatistics::note(Kind kind, double best_db) {
  const std::lock_guard lock(mutex_);
  Counted& counted = days_[today()];
  // The latest is the last of them.
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
  std::vector<Day> out;
  const bool of_all = !call.who.galleries;
  const std::lock_guard lock(mutex_);
  const auto now = today();
  for (const auto& [day, counted] : days_) {
    if (day >= now) continue;
    Day told{day, day >= since_, {}, 0, of_all ? counted.untold : 0};
    for (const auto& [kind, counts] : counted.kinds) {
      if (!may_see(call, kind.gallery_id)) continue;
      const auto searches = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
      if (searches < kFewestSearches) {
        ++told.too_few;
      } else {
        told.rows.push_back({kind, searches, merged_cells(counts)});
      }
    }
    if (of_all || !told.rows.empty() || told.too_few > 0) out.push_back(std::move(told));
  }
  std::reverse(out.begin(), out.end());
  return out;
}

std::vector<SearchStatistics::Cell> merged_cells(const std::vector<std::uint64_t>& counts) {
  return cells_of(counts, 0, counts.size());
}

}  // namespace whorl::engine
