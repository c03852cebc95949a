// The cheap look before the exact comparison: how much the neighbourhoods of two prints' minutiae have in
// common. It chooses whom to compare exactly in a large gallery; it never decides.
//
// Each of the probe's best minutiae has a binary descriptor, its cylinder (cylinder.h) folded to 256 bits,
// and looks for the most alike among those of the reference's best: Dice's coefficient, twice the bits set in
// both over the bits set in each. How alike strangers get differs much from minutia to minutia (a plain
// neighbourhood finds its like everywhere, a crowded one hardly ever), so each learns it from a sample of
// strangers and votes only with a likeness that fewer than one stranger in fifty reaches: by the logarithm of
// how rare it is, an exponential tail being fitted to the sample. The votes are summed and divided by the
// root of the number of the reference's minutiae, for many find likes by chance. Where none of the first sixteen of the
// probe's minutiae votes (so it is with three strangers of four), the rest are not asked and there is no vote.
//
// Descriptors: Cappelli, Ferrara and Maltoni, TPAMI 32(12), 2010. Weighing by rarity is ours; docs/index.md
// has what it gains over fixed thresholds, and what else was tried.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "templates/fingerprint/compare/compare.h"

namespace whorl::fingerprint {

// What the cheap look reads of a reference: made once, so that a scan goes through memory in order.
struct alignas(64) ScanRow {
  // How many minutiae take part, those of best quality; more gain nothing.
  static constexpr std::size_t kMinutiae = 32;

  ScanRow() = default;
  // Cost: about 0.1 microseconds.
  explicit ScanRow(PreparedView reference);

  std::array<std::array<std::uint64_t, kMinutiae>, 4> words{};  // of each minutia, word by word; 0 beyond the last
  std::array<std::uint8_t, kMinutiae> bits{};                   // how many of its bits are set, at most 255
  std::uint32_t minutiae = 0;
};

class Preselector {
 public:
  static constexpr std::size_t kProbeMinutiae = 24;
  // A reference that none of the probe's first so many votes for has no votes.
  static constexpr std::size_t kFirstMinutiae = 16;

  // Copies what it needs of the probe. Cost: microseconds.
  explicit Preselector(PreparedView probe);

  // Learning: strangers (some thousands are good; a mate among them does no harm), then settle(), once. With
  // fewer than some hundreds the likeness of typical prints is assumed. Their order does not matter. Cost:
  // some microseconds each. Not thread-safe.
  void observe(const ScanRow& non_mated);
  void settle();

  // After settle(): the probe's votes for a reference, 0 or more. Thread-safe. Cost: 0.15 microseconds where
  // the processor counts bits eight words at a time (AVX-512) and the row was prefetched, else one to two.
  [[nodiscard]] float votes(const ScanRow& reference) const;
  // The obvious twin: the same number.
  [[nodiscard]] float votes_plainly(const ScanRow& reference) const;

  // Asks the processor to fetch what votes() will read.
  static void prefetch(const ScanRow& reference);

  // A probe without a described minutia votes for nobody.
  [[nodiscard]] bool blind() const { return minutiae_.empty(); }

 private:
  static constexpr int kLevels = 512;

  struct ProbeMinutia {
    std::uint64_t words[4] = {};
    std::uint64_t bits = 0;
    std::uint64_t factor = 0;  // the fast path's first test, never stricter than the exact one:
    std::uint64_t offset = 0;  // common * factor - offset >= the reference's bits * 256
    float start = 0;           // the likeness from which it votes
    float votes_per_like =
        0;  // what likeness beyond that is worth: 1 / the likeness by which strangers get e times rarer
  };

  using Best = std::array<float, kProbeMinutiae>;  // each probe minutia's best likeness

  [[nodiscard]] Best best_plainly(const ScanRow& reference) const;
  // Of minutiae begin .. end of the probe; may leave as it is what does not vote.
  void best_by_eights(const ScanRow& reference, std::size_t begin, std::size_t end, Best& best) const;
  [[nodiscard]] float votes_by_eights(const ScanRow& reference) const;
  [[nodiscard]] float reached_by(double share, std::size_t minutia) const;
  // What minutiae begin .. end vote.
  [[nodiscard]] float sum(const Best& best, std::size_t begin, std::size_t end) const;
  // So many minutiae are asked first: all, where no strangers told what is rare.
  [[nodiscard]] std::size_t first() const;

  std::vector<ProbeMinutia> minutiae_;
  std::vector<std::uint32_t> seen_;  // kLevels for each minutia: strangers by their best likeness
  std::uint32_t non_mated_ = 0;
};

}  // namespace whorl::fingerprint
