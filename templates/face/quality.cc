#include "templates/face/quality.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "base/catalogue.h"
#include "templates/face/mat.h"

namespace whorl::face {
namespace {

constexpr int kDark = 20;     // luma below which nothing shows
constexpr int kBright = 247;  // above which all is burnt out

// 0 at `bad`, 1 at `good`, straight between.
double ramp(double value, double bad, double good) { return std::clamp((value - bad) / (good - bad), 0.0, 1.0); }

// The part of a crop that is face: an ellipse around the reference points, from above the brows to the chin.
struct Oval {
  double x = 0;
  double y = 0;
  double rx = 1;
  double ry = 1;
  [[nodiscard]] bool holds(double px, double py) const {
    const double u = (px - x) / rx;
    const double v = (py - y) / ry;
    return u * u + v * v <= 1;
  }
};

Oval oval_of(const Landmarks& reference) {
  const auto middle = [&](Landmark a, Landmark b) {
    return Point{(reference[a].x + reference[b].x) / 2, (reference[a].y + reference[b].y) / 2};
  };
  const Point eyes = middle(kLeftEye, kRightEye);
  const Point mouth = middle(kLeftMouth, kRightMouth);
  const double apart = eyes_apart(reference);
  return {static_cast<double>(eyes.x + mouth.x) / 2, static_cast<double>(eyes.y + mouth.y) / 2, 0.95 * apart,
          1.25 * apart};
}

// What the crop's face pixels say.
struct Light {
  double mean = 0;
  double contrast = 0;
  double dark = 0;
  double bright = 0;
  double uniformity = 0;
  double sharpness = 0;
};

constexpr std::size_t kBins = 16;
using Histogram = std::array<double, kBins>;

double overlap(const Histogram& a, const Histogram& b) {
  double sum_a = 0;
  double sum_b = 0;
  for (std::size_t i = 0; i < kBins; ++i) {
    sum_a += a[i];
    sum_b += b[i];
  }
  if (sum_a == 0 || sum_b == 0) return 0;
  double out = 0;
  for (std::size_t i = 0; i < kBins; ++i) out += std::min(a[i] / sum_a, b[i] / sum_b);
  return out;
}

Light light_of(const image::ColourImage& crop, const Oval& oval) {
  cv::Mat luma;
  cv::Mat smooth;
  cv::cvtColor(mat_of(crop), luma, cv::COLOR_BGR2GRAY);
  cv::GaussianBlur(luma, smooth, {0, 0}, 1.5);
  Histogram left{};
  Histogram right{};
  double n = 0;
  double sum = 0;
  double squares = 0;
  double detail = 0;
  Light out;
  for (int y = 0; y < luma.rows; ++y) {
    for (int x = 0; x < luma.cols; ++x) {
      if (!oval.holds(x, y)) continue;
      const int v = luma.at<std::uint8_t>(y, x);
      const double fine = v - smooth.at<std::uint8_t>(y, x);
      n += 1;
      sum += v;
      squares += static_cast<double>(v) * v;
      detail += fine * fine;
      out.dark += v < kDark ? 1 : 0;
      out.bright += v > kBright ? 1 : 0;
      (x < oval.x ? left : right)[static_cast<std::size_t>(v) * kBins / 256] += 1;
    }
  }
  if (n == 0) return out;
  out.mean = sum / n;
  out.contrast = std::sqrt(std::max(0.0, squares / n - out.mean * out.mean));
  out.dark /= n;
  out.bright /= n;
  out.uniformity = overlap(left, right);
  out.sharpness = out.contrast > 0 ? std::sqrt(detail / n) / out.contrast : 0;
  return out;
}

// The share of the oval whose pixels come from outside the image.
double outside_share(const image::ColourImage& image, const image::ColourImage& crop, const Similarity& to_crop,
                     const Oval& oval) {
  const Similarity back = to_crop.inverse();
  double n = 0;
  double outside = 0;
  for (int y = 0; y < crop.height; y += 2) {
    for (int x = 0; x < crop.width; x += 2) {
      if (!oval.holds(x, y)) continue;
      const Point p = back.at({static_cast<float>(x), static_cast<float>(y)});
      const bool in = p.x >= -0.5f && p.y >= -0.5f && p.x < static_cast<float>(image.width) - 0.5f &&
                      p.y < static_cast<float>(image.height) - 0.5f;
      n += 1;
      outside += in ? 0 : 1;
    }
  }
  return n == 0 ? 0 : outside / n;
}

// The advice, the gravest first, so that the operator reads it first.
std::vector<Reason> feedback_of(const FaceQuality& q, double mean) {
  std::vector<std::pair<double, Reason>> out;  // 0 is the gravest
  const auto score = [&](const char* name) {
    for (const auto& s : q.scores) {
      if (std::string_view(s.name) == name) return s.value;
    }
    return 1.0;
  };
  const auto say = [&](bool when, const char* name, Reason advice) {
    if (when) out.emplace_back(score(name), std::move(advice));
  };
  using Code = FeedbackCode;
  const auto degrees = [](double angle) { return with<"degrees">(std::abs(angle)); };
  say(q.faces > 1, "faces", reason_of(Code::kFacesSeen, with<"faces">(q.faces)));
  say(q.eyes_px < kWantedEyes_px, "eyes",
      reason_of(Code::kEyesNear, with<"eyes_px">(q.eyes_px), with<"wanted_px">(kWantedEyes_px)));
  say(std::abs(q.pose.yaw_deg) > kTurned_deg, "yaw", reason_of(Code::kFaceTurned, degrees(q.pose.yaw_deg)));
  say(q.pose.pitch_deg > kTurned_deg, "pitch", reason_of(Code::kLookingUp, degrees(q.pose.pitch_deg)));
  say(q.pose.pitch_deg < -kTurned_deg, "pitch", reason_of(Code::kLookingDown, degrees(q.pose.pitch_deg)));
  say(std::abs(q.pose.roll_deg) > kTurned_deg, "roll", reason_of(Code::kHeadTilted, degrees(q.pose.roll_deg)));
  say(q.cut_off > 0.03, "cut_off", reason_of(Code::kFaceCutOff, with<"percent">(100 * q.cut_off)));
  say(score("sharpness") < 0.5, "sharpness", reason_of(Code::kFaceBlurred));
  say(score("uniformity") < 0.5, "uniformity", reason_of(Code::kLitFromOneSide));
  say(q.dark > 0.2 || mean < 60, "exposure", reason_of(Code::kTooDark));
  say(q.bright > 0.1 || mean > 215, "exposure", reason_of(Code::kTooBright));
  say(q.contrast < 15, "exposure", reason_of(Code::kNoContrast));
  say(q.confidence < 0.85, "confidence", reason_of(Code::kHardlyAFace));
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Reason> advice;
  for (auto& [grave, each] : out) advice.push_back(std::move(each));
  return advice;
}

}  // namespace

FaceQuality assess(const image::ColourImage& image, const DetectedFace& face, const image::ColourImage& crop,
                   const Similarity& to_crop, const Landmarks& reference, int faces) {
  const Oval oval = oval_of(reference);
  const Light light = light_of(crop, oval);
  FaceQuality out;
  out.pose = pose_of(face.landmarks);
  out.eyes_px =
      eyes_apart(face.landmarks) / std::cos(std::min(std::abs(out.pose.yaw_deg), 60.0) / 180 * std::numbers::pi);
  out.sharpness = light.sharpness;
  out.uniformity = light.uniformity;
  out.dark = light.dark;
  out.bright = light.bright;
  out.contrast = light.contrast;
  out.cut_off = outside_share(image, crop, to_crop, oval);
  out.faces = faces;
  out.confidence = static_cast<double>(face.confidence);
  const double exposure = ramp(light.mean, 10, 60) * ramp(-light.mean, -250, -215) * ramp(-light.dark, -0.8, -0.2) *
                          ramp(-light.bright, -0.6, -0.1) * ramp(light.contrast, 2, 20);
  out.scores = {
      {"eyes", ramp(out.eyes_px, 0, kWantedEyes_px)},
      {"yaw", ramp(-std::abs(out.pose.yaw_deg), -75, -10)},
      {"pitch", ramp(-std::abs(out.pose.pitch_deg), -75, -15)},
      {"roll", 0.5 + 0.5 * ramp(-std::abs(out.pose.roll_deg), -90, -20)},
      {"sharpness", ramp(out.sharpness, 0.02, 0.12)},
      {"uniformity", 0.3 + 0.7 * ramp(out.uniformity, 0.1, 0.6)},
      {"exposure", exposure},
      {"cut_off", ramp(-out.cut_off, -0.5, -0.02)},
      {"faces", faces > 1 ? 0.7 : 1.0},
      {"confidence", ramp(out.confidence, 0.6, 0.95)},
  };
  double product = 1;
  for (const auto& score : out.scores) product *= score.value;
  out.overall = static_cast<int>(std::lround(100 * product));
  out.feedback = feedback_of(out, light.mean);
  return out;
}

}  // namespace whorl::face
