// Screening: the fast step before the exact comparison. It measures how much the neighbourhoods of two prints' minutiae
// have in common, and so chooses whom to compare exactly in a large gallery. It never decides.
//
// 1. Each of the probe's best minutiae has a binary descriptor: its cylinder, folded to 256 bits (compare/cylinder.h).
//    It looks for the most alike descriptor among those of the reference's best minutiae. Likeness is Dice's
//    coefficient: twice the bits set in both, over the bits set in each.
// 2. What likeness is rare differs from minutia to minutia. A plain neighbourhood finds its like in every print, a
// crowded
//    one hardly ever. So each minutia of the probe learns from a sample of non-mated prints which likeness fewer than
//    one print in fifty reaches. It votes only with a likeness beyond that.
// 3. A vote is the logarithm of how rare the likeness is, by an exponential tail that is fitted to the sample.
// 4. The votes are added and divided by the root of the number of the reference's minutiae, because many minutiae find
//    likes by chance.
// 5. The probe's first sixteen minutiae are asked first. If none of them votes, the rest are not asked and the
// reference
//    has no votes; three non-mated prints of four end here.
//
// Descriptors: Cappelli, Ferrara and Maltoni, TPAMI 32(12), 2010. Weighing by rarity is ours; docs/index.md says what
// it gains over fixed thresholds, and what else was tried.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "templates/fingerprint/compare/prepared.h"
#include "templates/fingerprint/screening/scan_row.h"
#include "templates/fingerprint/screening/turned_row.h"

namespace whorl::fingerprint {

// One probe's side of screening. Sample, then fit, then ask: the first two are for one thread; afterwards any number of
// threads may ask.
class Preselector {
 public:
  // How many of the probe's minutiae take part at most, those of best quality.
  static constexpr std::size_t kProbeMinutiae = 24;
  // How many of them are asked first. A reference for which none of these votes has no votes.
  static constexpr std::size_t kFirstMinutiae = 16;

  // One of the probe's minutiae that take part.
  struct ProbeMinutia {
    std::uint64_t words[4] = {};
    std::uint64_t bits = 0;
    std::uint64_t factor = 0;  // the fast path's first test, never stricter than the exact one:
    std::uint64_t offset = 0;  // common * factor - offset >= the reference's bits * 256
    std::uint16_t share = 0;   // the same in smaller numbers: common > (both prints' bits * share) / 65536
    float start = 0;           // the likeness from which it votes
    float votes_per_like = 0;  // what likeness beyond it is worth: 1 / the likeness that makes a print e times rarer
    std::uint8_t place = 0;    // in the probe's ScanRow
  };
  // In order of quality. Fitted after fit_rarity().
  [[nodiscard]] const std::vector<ProbeMinutia>& minutiae() const { return minutiae_; }

#ifdef WHORL_AVX2
  // By minutia of minutiae().
  [[nodiscard]] const std::vector<HalfBytes>& half_bytes() const { return half_bytes_; }
#endif

  // Copies what it needs of the probe. Cost: microseconds.
  explicit Preselector(PreparedView probe);

  // Counts how alike one print of another finger gets to each of the probe's minutiae. Some thousands of prints are
  // good; fewer than 250 are too few, and fit_rarity() then assumes what is typical. A mated print among them does no
  // harm, and their order does not matter. Not thread-safe. Cost: some microseconds.
  void sample_non_mated(const ScanRow& non_mated);
  // After the last sample, once, also without any: fits each minutia's threshold and tail. Not thread-safe.
  void fit_rarity();
  // Whether there were enough of them.
  [[nodiscard]] bool is_fitted() const;

  // After fit_rarity(): the probe's votes for a reference, 0 or more; 0 for a probe without a described minutia.
  // Thread-safe. Cost: 0.15 microseconds where the processor counts bits eight words at a time (AVX-512) and the row
  // was prefetched, with AVX2 about twice as much, else one to two.
  [[nodiscard]] float votes(const ScanRow& reference) const;
  // The obvious twin: the same number.
  [[nodiscard]] float votes_plainly(const ScanRow& reference) const;

  // Asks the processor to fetch what votes() will read.
  static void prefetch(const ScanRow& reference);

 private:
  static constexpr int kLevels = 512;
  using Best = std::array<float, kProbeMinutiae>;  // each probe minutia's best likeness

  [[nodiscard]] Best best_plainly(const ScanRow& reference) const;
  // Of minutiae begin .. end of the probe; may leave unchanged what does not vote. False: none of them votes.
  bool best_by_eights(const ScanRow& reference, std::size_t begin, std::size_t end, Best& best) const;
#ifdef WHORL_AVX2
  bool best_by_turning(const ScanRow& reference, const TurnedRow& turned, std::size_t begin, std::size_t end,
                       Best& best) const;
#endif
  // `best_of(begin, end, best)`: one of these, of one reference.
  template <class BestOf>
  [[nodiscard]] float votes_by(const ScanRow& reference, const BestOf& best_of) const;
  [[nodiscard]] float reached_by(double share, std::size_t minutia) const;
  // What minutiae begin .. end vote.
  [[nodiscard]] float sum(const Best& best, std::size_t begin, std::size_t end) const;
  // How many minutiae are asked first: all, where no sample told what is rare.
  [[nodiscard]] std::size_t first() const;

  std::vector<ProbeMinutia> minutiae_;
#ifdef WHORL_AVX2
  std::vector<HalfBytes> half_bytes_;  // by minutia
#endif
  std::vector<std::uint32_t> seen_;  // kLevels for each minutia: the sampled prints by their best likeness
  std::uint32_t non_mated_ = 0;
};

}  // namespace whorl::fingerprint
