#include "tests/face/drawn_face.h"

#include <cmath>
#include <numbers>
#include <random>

namespace whorl::tests {

using face::Landmarks;
using face::Point;

Landmarks head(double yaw_deg, double pitch_deg, double roll_deg, double eyes_px, float x, float y) {
  // Eyes, nose, mouth: the head that pose.h describes, written down again on purpose.
  constexpr double kPoints[5][3] = {{-0.5, 0, 0}, {0.5, 0, 0}, {0, 0.6, 0.45}, {-0.41, 1.08, 0.12}, {0.41, 1.08, 0.12}};
  const double to_rad = std::numbers::pi / 180;
  const double cy = std::cos(yaw_deg * to_rad), sy = std::sin(yaw_deg * to_rad);
  const double cp = std::cos(pitch_deg * to_rad), sp = std::sin(pitch_deg * to_rad);
  const double cr = std::cos(roll_deg * to_rad), sr = std::sin(roll_deg * to_rad);
  Landmarks out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double x0 = kPoints[i][0], y0 = kPoints[i][1], z0 = kPoints[i][2];
    const double y1 = cp * y0 - sp * z0, z1 = sp * y0 + cp * z0;  // looking up lifts the nose
    const double x2 = cy * x0 + sy * z1;
    const double u = cr * x2 - sr * y1, v = sr * x2 + cr * y1;
    out[i] = {x + static_cast<float>(eyes_px * u), y + static_cast<float>(eyes_px * v)};
  }
  return out;
}

Landmarks reference_points() {
  return {
      {{38.2946f, 51.6963f}, {73.5318f, 51.5014f}, {56.0252f, 71.7366f}, {41.5493f, 92.3655f}, {70.7299f, 92.2041f}}};
}

image::ColourImage textured(int width, int height) {
  image::ColourImage out{width, height, {}};
  std::mt19937 random(7);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double coarse = 40 * std::sin(x / 17.0) * std::cos(y / 23.0);
      const double fine = static_cast<double>(random() % 61) - 30;
      const auto v = static_cast<std::uint8_t>(std::lround(128 + coarse + fine));
      for (int c = 0; c < 3; ++c) out.pixels.push_back(v);
    }
  }
  return out;
}

face::FaceQuality assessed(const image::ColourImage& image, const Landmarks& landmarks, int faces, float confidence) {
  const auto to_crop = face::fit_similarity(landmarks, reference_points()).value();
  const auto crop = face::warp(image, to_crop, 112, 112).value();
  face::DetectedFace found;
  found.landmarks = landmarks;
  found.confidence = confidence;
  return face::assess(image, found, crop, to_crop, reference_points(), faces);
}

}  // namespace whorl::tests
