// What the people of a gallery score against each other: millions of non-mated scores without any labels, for a
// calibration of the gallery's own (docs/calibration.md, "From a gallery"). Plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "engine/calibration.h"
#include "index/gallery.h"

namespace whorl::engine {

struct GalleryScoresRequest {
  Modality modality = Modality::kFinger;
  std::size_t people = 2000;  // drawn at random, or all where there are fewer
  std::uint64_t seed = 1;     // of the draw
  ProgressCallback progress = {};
};

struct GalleryScores {
  static constexpr std::size_t kMostPeople = 20'000;

  // Of fingers: those of one position, and of two. Of faces: one. Populations of too few to say anything are left out
  // where another has enough.
  std::vector<Calibration::NonMated> non_mated;
  // Of encounters of one person: one number, so that nothing was labelled for it.
  std::vector<double> mated;
  std::uint64_t people = 0;
  std::uint64_t pairs = 0;      // of people, compared
  std::uint64_t set_aside = 0;  // of those: so alike that they are taken for one person under two numbers
  Calibration::Origin origin;
};

// Compares one encounter of each person with one of every other: of fingers two of one position and one of two
// positions, by turns. Two people under two numbers who are one would count as false matches: pairs that score where
// among so many strangers a tenth of a pair is to be expected, by the tail of these scores, are set aside. One that
// scores less is counted, so that the calibration errs on the cautious side. Memory: 5 KB a finger, 2 KB a face. Cost:
// 15 microseconds a comparison of a core, on all cores; two million pairs of 2,000 people take about a minute on two.
// Notes a leaf "compare_all" in the log before anything is read. Errors: kInvalidInput (fewer than 64 people with such
// samples), kCorruption, kUnavailable, kExhausted.
Result<GalleryScores> score_gallery(index::Gallery& gallery, const GalleryScoresRequest& request);

}  // namespace whorl::engine
