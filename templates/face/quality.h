// How fit a face image is for comparison: measures after ISO/IEC 29794-5, those that need no further network.
//
// Every measure has a score 0..1 (1: nothing to improve); the overall quality is 100 times their product, so one grave
// fault is enough to make an image bad. The scores' anchors are set by hand (docs/face.md), not fitted.
#pragma once

#include <vector>

#include "base/reason.h"
#include "templates/face/align.h"
#include "templates/face/pose.h"
#include "templates/face/types.h"
#include "templates/image/image.h"

namespace whorl::face {

struct FaceQuality {
  int overall = 0;  // 0..100

  double eyes_px = 0;  // between the eyes' centres, in pixels of the image, as they would be if seen from the front
  Pose pose;
  double sharpness = 0;   // share of the contrast that is fine detail
  double uniformity = 0;  // overlap of the brightness histograms of the face's two sides, 0..1
  double dark = 0;        // share of the face that is black
  double bright = 0;      // share that is burnt out
  double contrast = 0;    // standard deviation of the luma, 0..255
  double cut_off = 0;     // share of the face outside the image
  int faces = 1;          // in the image; a face less than a third as wide as the one taken is not counted
  double confidence = 0;  // of the detector, 0..1

  struct Score {
    const char* name;
    double value = 0;  // 0..1
  };
  std::vector<Score> scores;
  std::vector<Reason> feedback;  // what to do, the gravest fault first; empty when nothing is amiss
};

// The measures at which feedback begins.
inline constexpr double kWantedEyes_px = 60;
inline constexpr double kTurned_deg = 20;

// `crop` is the aligned face, `to_crop` how `image` becomes it, `reference` where its landmarks belong. Thread-safe.
// Cost: under a millisecond.
FaceQuality assess(const image::ColourImage& image, const DetectedFace& face, const image::ColourImage& crop,
                   const Similarity& to_crop, const Landmarks& reference, int faces);

}  // namespace whorl::face
