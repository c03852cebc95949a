#include "templates/fingerprint/screening/scan_row.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "templates/fingerprint/compare/print.h"

namespace whorl::fingerprint {
namespace {

// Numbers of the minutiae that get a place: the described ones first.
std::vector<std::size_t> places_of(const MinutiaSteps& minutiae, std::size_t described) {
  std::vector<std::size_t> out;
  std::array<bool, kMaxMinutiae> taken{};
  for (std::size_t i = 0; i < described; ++i) {
    out.push_back(minutiae.owner(i));
    taken[out.back()] = true;
  }
  for (std::size_t i = 0; i < minutiae.size() && out.size() < ScanRow::kPlaces; ++i) {
    if (!taken[i]) out.push_back(i);
  }
  return out;
}

std::uint8_t in_steps(int sixteenths) {
  constexpr int kStep = static_cast<int>(ScanRow::kStep_px500) * 16;
  return static_cast<std::uint8_t>(std::min((sixteenths + kStep / 2) / kStep, 255));
}

}  // namespace

ScanRow::ScanRow(PreparedView reference) {
  const MinutiaSteps all(reference);
  const CylinderTable table = cylinders_of(reference);
  minutiae = static_cast<std::uint8_t>(std::min(table.size(), kMinutiae));
  for (std::size_t i = 0; i < minutiae; ++i) {
    const FoldedCylinder one = folded(table.at(i));
    int set = 0;
    for (std::size_t w = 0; w < one.size(); ++w) {
      words[w][i] = one[w];
      set += std::popcount(one[w]);
    }
    bits[i] = static_cast<std::uint8_t>(std::min(set, kMostBits));
  }
  const std::vector<std::size_t> which = places_of(all, minutiae);
  places = static_cast<std::uint8_t>(which.size());
  int left = 1 << 16;
  int lowest = 0;
  for (const std::size_t i : which) {
    left = std::min<int>(left, all.x(i));
    lowest = std::max<int>(lowest, all.y(i));
  }
  for (std::size_t p = 0; p < which.size(); ++p) {
    x[p] = in_steps(all.x(which[p]) - left);
    y[p] = in_steps(lowest - all.y(which[p]));
    direction[p] = static_cast<std::uint8_t>((all.direction(which[p]) + 128) >> 8);
  }
}

Status ScanRow::check(std::span<const std::byte> bytes) {
  if (bytes.size() != sizeof(ScanRow)) return corruption("a screening row of another length");
  const auto described = std::to_integer<std::size_t>(bytes[offsetof(ScanRow, minutiae)]);
  const auto placed = std::to_integer<std::size_t>(bytes[offsetof(ScanRow, places)]);
  if (described > kMinutiae || placed > kPlaces || described > placed) {
    return corruption("a screening row with too many minutiae");
  }
  return {};
}

}  // namespace whorl::fingerprint
