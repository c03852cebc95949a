#include "templates/face/turn.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "templates/face/mat.h"

namespace whorl::face {
namespace {

constexpr int kSide_px = 160;
constexpr double kAround = 2;         // side of the crop in sides of the face's box
constexpr float kLooked = 0.3F;       // least confidence in a crop
constexpr double kLead = 2;           // of the logarithm of the odds
constexpr double kSure = 6.9;         // log odds of 0.999: the turned head must be found that surely
constexpr float kCertain = 0.99995F;  // as it is; no other turn was found so surely that was not upright

double log_odds(float confidence) {
  const double p = std::clamp(static_cast<double>(confidence), 1e-6, 1 - 1e-6);
  return std::log(p / (1 - p));
}

image::ColourImage own(const cv::Mat& pixels) {
  image::ColourImage out{pixels.cols, pixels.rows, {}};
  out.pixels.reserve(3 * pixels.total());
  for (int y = 0; y < pixels.rows; ++y) {
    const auto* row = pixels.ptr<std::uint8_t>(y);
    out.pixels.insert(out.pixels.end(), row, row + std::size_t{3} * static_cast<std::size_t>(pixels.cols));
  }
  return out;
}

// The head with what is around it, kSide_px square; beyond the image its edge repeated.
image::ColourImage head_of(const image::ColourImage& image, const DetectedFace& face) {
  const double scale = kSide_px / (kAround * static_cast<double>(std::max(face.width, face.height)));
  const cv::Matx23d to_crop(scale, 0, kSide_px / 2.0 - scale * static_cast<double>(face.x + face.width / 2), 0, scale,
                            kSide_px / 2.0 - scale * static_cast<double>(face.y + face.height / 2));
  cv::Mat crop;
  cv::warpAffine(mat_of(image), crop, to_crop, {kSide_px, kSide_px}, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  return own(crop);
}

}  // namespace

image::ColourImage turned(const image::ColourImage& image, int quarters) {
  constexpr std::array<int, 3> kTurns = {cv::ROTATE_90_COUNTERCLOCKWISE, cv::ROTATE_180, cv::ROTATE_90_CLOCKWISE};
  if (quarters == 0) return image;
  cv::Mat out;
  cv::rotate(mat_of(image), out, kTurns[static_cast<std::size_t>(quarters - 1)]);
  return own(out);
}

Result<int> turns_to_upright(Detector& detector, const image::ColourImage& image, const DetectedFace& face) {
  if (face.confidence >= kCertain) return 0;
  const image::ColourImage head = head_of(image, face);
  std::array<double, 4> odds{};
  for (int quarters = 0; quarters < 4; ++quarters) {
    WHORL_ASSIGN(const auto found, detector.detect(turned(head, quarters), kLooked));
    odds[static_cast<std::size_t>(quarters)] = log_odds(found.empty() ? 0 : found.front().confidence);
  }
  const auto best = std::max_element(odds.begin(), odds.end());
  if (*best < kSure || *best < odds[0] + kLead) return 0;
  return static_cast<int>(best - odds.begin());
}

}  // namespace whorl::face
