// What screening keeps of a reference: made once, so that a scan goes through memory in order.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "templates/fingerprint/compare/prepared.h"

namespace whorl::fingerprint {

// Bumped whenever the same template may give another row; snapshots of galleries belong to one version.
inline constexpr std::uint32_t kScanRowVersion = 2;

// A plain value of 960 bytes for this kind of machine (little-endian): galleries hold one a finger in memory and in
// their snapshots. Positions are in steps of 4 px500 from the left and from the lowest minutia, y up, and end at 255
// steps; directions in 256ths of a turn, counter-clockwise.
struct alignas(64) ScanRow {
  // How many minutiae are described at most, and how many have a place, those of best quality; more gain nothing.
  static constexpr std::size_t kMinutiae = 24;
  static constexpr std::size_t kPlaces = 48;
  static constexpr float kStep_px500 = 4;
  // Bits are counted to this, also those in common: one of the 256 is nothing to tell prints by.
  static constexpr int kMostBits = 255;

  ScanRow() = default;
  // Cost: about 0.3 microseconds.
  explicit ScanRow(PreparedView reference);

  // Whether bytes of any origin can be looked at as a row, whatever they say of the print. Errors: kCorruption.
  static Status check(std::span<const std::byte> bytes);

  // The set of the described minutiae, bit j for number j. What stands beyond them in a row of any origin means
  // nothing.
  [[nodiscard]] std::uint32_t described() const { return (std::uint32_t{1} << minutiae) - 1; }

  // Of each described minutia, word by word: its folded cylinder (compare/cylinder.h); 0 beyond the last.
  std::array<std::array<std::uint64_t, kMinutiae>, 4> words{};
  std::array<std::uint8_t, kMinutiae> bits{};  // how many of its bits are set, at most kMostBits
  // The described minutiae first, in the same order.
  std::array<std::uint8_t, kPlaces> x{};
  std::array<std::uint8_t, kPlaces> y{};
  std::array<std::uint8_t, kPlaces> direction{};
  std::uint8_t minutiae = 0;                // described
  std::uint8_t places = 0;                  // not fewer
  std::array<std::uint8_t, 22> reserved{};  // 0
};
static_assert(sizeof(ScanRow) == 960);

}  // namespace whorl::fingerprint
