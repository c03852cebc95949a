#include "bench/texture/two_fingers.h"

#include <algorithm>
#include <mutex>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <vector>

#include "base/parallel.h"
#include "datasets/reader.h"
#include "datasets/sample_files.h"
#include "engine/calibration.h"
#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/extract/extract.h"
#include "tests/support/grey_mat.h"

namespace whorl::bench {
namespace {

using tests::image_of;
using tests::mat_of;

constexpr double kAlike_db = 30;
constexpr double kFeather_px = 24;

struct Finger {
  cv::Mat first;
  fingerprint::PreparedTemplate second;
};

// Both in pictures of one size, each with its own empty platen around.
void make_alike(cv::Mat& a, cv::Mat& b) {
  const cv::Size size(std::max(a.cols, b.cols), std::max(a.rows, b.rows));
  for (cv::Mat* picture : {&a, &b}) {
    const int left = (size.width - picture->cols) / 2;
    const int top = (size.height - picture->rows) / 2;
    cv::copyMakeBorder(*picture, *picture, top, size.height - picture->rows - top, left,
                       size.width - picture->cols - left, cv::BORDER_CONSTANT,
                       cv::Scalar(picture->at<std::uint8_t>(0, 0)));
  }
}

// The second beside the first, so far to the right; dark is what either shows.
cv::Mat laid_over(const cv::Mat& a, const cv::Mat& b, int shift_px) {
  cv::Mat left;
  cv::Mat right;
  cv::Mat out;
  cv::copyMakeBorder(a, left, 0, 0, 0, shift_px, cv::BORDER_CONSTANT, cv::Scalar(a.at<std::uint8_t>(0, 0)));
  cv::copyMakeBorder(b, right, 0, 0, shift_px, 0, cv::BORDER_CONSTANT, cv::Scalar(b.at<std::uint8_t>(0, 0)));
  cv::min(left, right, out);
  return out;
}

// One half of each, faded into each other over so many pixels.
cv::Mat spliced(const cv::Mat& a, const cv::Mat& b, bool upright, double feather_px) {
  cv::Mat out(a.size(), CV_8U);
  for (int y = 0; y < out.rows; ++y) {
    for (int x = 0; x < out.cols; ++x) {
      const double from_seam = upright ? x - out.cols / 2.0 : y - out.rows / 2.0;
      const double share = std::clamp(0.5 + from_seam / feather_px, 0.0, 1.0);
      out.at<std::uint8_t>(y, x) =
          cv::saturate_cast<std::uint8_t>((1 - share) * a.at<std::uint8_t>(y, x) + share * b.at<std::uint8_t>(y, x));
    }
  }
  return out;
}

std::map<std::string, cv::Mat> pictures_of(cv::Mat a, cv::Mat b) {
  make_alike(a, b);
  std::map<std::string, cv::Mat> out;
  for (const int shift_px : {90, 130, 170}) {
    out["side by side, " + std::to_string(shift_px) + " px apart"] = laid_over(a, b, shift_px);
  }
  out["one on the other"] = laid_over(a, b, 0);
  out["spliced, left and right"] = spliced(a, b, true, 1);
  out["spliced, above and below"] = spliced(a, b, false, 1);
  out["faded, left and right"] = spliced(a, b, true, kFeather_px);
  out["faded, above and below"] = spliced(a, b, false, kFeather_px);
  return out;
}

std::optional<Finger> finger_of(const image::GreyImage& first, const image::GreyImage& second) {
  if (!fingerprint::extract(first).ok()) return std::nullopt;
  const auto other = fingerprint::extract(second);
  if (!other.ok()) return std::nullopt;
  return Finger{mat_of(first), fingerprint::PreparedTemplate(*other)};
}

// The fingers of every set, `a_set` and one more of each.
Result<std::map<std::string, std::vector<Finger>>> fingers_of(const datasets::Dataset& listed, std::size_t a_set) {
  std::map<std::string, std::vector<Finger>> out;
  for (std::size_t i = 0; i + 1 < listed.samples.size(); ++i) {
    const datasets::DatasetSample& first = listed.samples[i];
    const datasets::DatasetSample& second = listed.samples[i + 1];
    const bool begins = i == 0 || listed.samples[i - 1].finger != first.finger;
    auto& fingers = out[first.set];
    if (!begins || second.finger != first.finger || second.set != first.set || fingers.size() > a_set) continue;
    WHORL_ASSIGN(const image::GreyImage one, datasets::load_image(first.path, first.ppi));
    WHORL_ASSIGN(const image::GreyImage other, datasets::load_image(second.path, second.ppi));
    if (auto finger = finger_of(one, other)) fingers.push_back(std::move(*finger));
  }
  return out;
}

TwoFingers tried(const cv::Mat& picture, const Finger& a, const Finger& b) {
  const auto taken = fingerprint::extract(image_of(picture));
  if (!taken.ok()) return {1, 1, 0};
  const fingerprint::PreparedTemplate print(*taken);
  const auto is_alike = [&](const Finger& finger) {
    return engine::Calibration::shipped().db(fingerprint::compare(print, finger.second).score) >= kAlike_db;
  };
  return {1, 0, is_alike(a) && is_alike(b) ? 1U : 0U};
}

}  // namespace

Result<std::map<std::string, TwoFingers>> try_two_fingers(const std::filesystem::path& manifest, std::size_t a_set) {
  WHORL_ASSIGN(const datasets::Dataset listed, datasets::read_manifest(manifest));
  WHORL_ASSIGN(const auto sets, fingers_of(listed, a_set));
  std::vector<std::pair<const Finger*, const Finger*>> pairs;
  for (const auto& [set, fingers] : sets) {
    for (std::size_t i = 0; i + 1 < fingers.size(); ++i) pairs.emplace_back(&fingers[i], &fingers[i + 1]);
  }
  if (pairs.empty()) return invalid_input("no set has two fingers with two prints each");
  std::map<std::string, TwoFingers> out;
  std::mutex mutex;
  parallel_each(pairs.size(),
                [&](std::size_t n) {
                  const auto& [a, b] = pairs[n];
                  for (const auto& [how, picture] : pictures_of(a->first, b->first)) {
                    const TwoFingers one = tried(picture, *a, *b);
                    const std::lock_guard lock(mutex);
                    TwoFingers& all = out[how];
                    all.pictures += one.pictures;
                    all.refused += one.refused;
                    all.both_at_30 += one.both_at_30;
                  }
                },
                {});
  return out;
}

}  // namespace whorl::bench
