// Why two captures were found alike, for a person to look at: which fingers were compared, what each counted for, and
// where their minutiae fall together.
//
// Plain values that own all they hold.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/types.h"
#include "templates/image/preview.h"

namespace whorl::engine {

// What is kept of a person is shown where the probe scores at least so much against them: of a hundred people who are
// not the one claimed, one does. Whoever has no finger of the person learns nothing of theirs.
inline constexpr double kLeastShown_db = 20.0;
// No side of a picture is longer.
inline constexpr int kPictureSide_px = 400;

// One finger as a person can look at it. Minutiae are in pixels at 500 ppi, within the width and height.
struct FingerDrawing {
  FingerPosition position = FingerPosition::kUnknown;
  int quality = 0;
  int width_px500 = 0;
  int height_px500 = 0;
  std::vector<fingerprint::Minutia> minutiae;
  // Of the whole of width and height. Empty: none is there (of a record of minutiae; where images are not kept).
  image::Picture ridges;
  image::Picture image;
};

// Two fingers that were compared.
struct FingerExplained {
  // The kept one's encounter.
  std::string encounter_id;
  double score_db = 0;
  FingerDrawing probe;
  FingerDrawing reference;
  // Minutiae that fall together, by their numbers in the two drawings.
  struct Pair {
    std::uint8_t probe = 0;
    std::uint8_t reference = 0;
  };
  std::vector<Pair> pairs;
};

struct Explanation {
  // What the verification of the same request answers.
  VerifyAnswer verified;
  // Those behind the score, in the order of `verified.scores`; of this node's own part. Empty below kLeastShown_db.
  std::vector<FingerExplained> fingers;
};

}  // namespace whorl::engine
