// The stages of extraction, one a file, in the order extract.cc calls them. Private to this room.
//
// Images are CV_32F or CV_8U at 500 ppi; maps whose name says `grid` have one cell a kGrid-square of pixels
// (cell (i, j) is centred on pixel ((i + 0.5) kGrid, (j + 0.5) kGrid)). Orientations are ridge orientations in
// radians, counter-clockwise with y up, in [0, pi). All functions are pure and thread-safe.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "templates/fingerprint/parameters.h"
#include "templates/fingerprint/template.h"
#include "templates/image/image.h"

namespace whorl::fingerprint {

inline constexpr int kGrid = 4;

// Zero local mean, unit local deviation, clipped to [-3, 3]; ridges negative. CV_32F.
cv::Mat normalise(const cv::Mat& grey, const ExtractParameters& p);

// Foreground mask, CV_8U 0/255, of the grid's size. Gradient energy smoothed widely and compared with a share of
// its own high percentile, then closed, filled and opened (the idea of Cappelli's GMFS, IEEE Access 2023).
cv::Mat segment(const cv::Mat& grey, const ExtractParameters& p);

// Ridge flow on the grid: double-angle vector (cos2, sin2), each in [-1, 1]; its length is the coherence.
struct Orientation {
  cv::Mat cos2;
  cv::Mat sin2;

  [[nodiscard]] float angle_rad(int column, int row) const;
  [[nodiscard]] float coherence(int column, int row) const;
};

// Structure tensor (Kass and Witkin 1987) at two scales, the fine one where it is coherent.
Orientation orientation_field(const cv::Mat& normalised, const cv::Mat& mask_grid, const ExtractParameters& p);

// Ridge period in px500 on the grid, CV_32F, smooth, everywhere positive.
// From the spectrum of the signature across the ridges of oriented windows (Hong, Wan and Jain 1998).
cv::Mat ridge_period(const cv::Mat& normalised, const Orientation& flow, const cv::Mat& mask_grid,
                     const ExtractParameters& p);

// Ridge pattern after oriented band-pass (Gabor) filtering: CV_32F in about [-1, 1], ridges negative, 0 outside.
cv::Mat enhance(const cv::Mat& normalised, const Orientation& flow, const cv::Mat& period_grid,
                const cv::Mat& mask_grid, const ExtractParameters& p);
// The same, pixel by pixel: a slow twin for tests.
cv::Mat enhance_reference(const cv::Mat& normalised, const Orientation& flow, const cv::Mat& period_grid,
                          const cv::Mat& mask_grid, const ExtractParameters& p);

// Ridges 255, everything else 0; CV_8U.
cv::Mat binarise(const cv::Mat& enhanced, const cv::Mat& mask_grid);

// One-pixel-wide, 8-connected skeleton of a binary image; CV_8U 0/255 (Guo and Hall 1989). A slow twin for tests
// is thin_reference.
cv::Mat thin(const cv::Mat& binary);
cv::Mat thin_reference(const cv::Mat& binary);

// How much of the image the enhanced pattern explains, on the grid, 0..1: their local correlation.
cv::Mat reliability(const cv::Mat& normalised, const cv::Mat& enhanced, const cv::Mat& mask_grid,
                    const ExtractParameters& p);

// Endings and bifurcations of the skeleton by crossing number, without those that look false: spurs, bridges,
// gaps, islands and the border of the print.
std::vector<Minutia> find_minutiae(const cv::Mat& skeleton, const Orientation& flow, const cv::Mat& reliability_grid,
                                   const cv::Mat& mask_grid, const ExtractParameters& p);

// The template's coarse flow map.
FlowMap summarise_flow(const Orientation& flow, const cv::Mat& period_grid, const cv::Mat& mask_grid, int width_px500,
                       int height_px500);

// The template's ridge map: the sign of the enhanced pattern, thinly sampled; 0 outside the mask.
RidgeMap summarise_ridges(const cv::Mat& enhanced, const cv::Mat& mask_grid);

// 0..100 from the foreground's area, its coherence and the minutiae.
std::uint8_t overall_quality(const cv::Mat& reliability_grid, const cv::Mat& mask_grid,
                             const std::vector<Minutia>& minutiae);

}  // namespace whorl::fingerprint
