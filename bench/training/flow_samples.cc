#include "bench/training/flow_samples.h"

#include <cmath>
#include <map>
#include <numbers>
#include <opencv2/core.hpp>

#include "base/parallel.h"
#include "datasets/synthetic.h"
#include "templates/fingerprint/extract/extract.h"

namespace whorl::training {
namespace {

// Keeps the last picture of each stage.
class Kept : public fingerprint::TraceSink {
 public:
  void stage(std::string_view name, const cv::Mat& image) override { image.copyTo(pictures[std::string(name)]); }
  std::map<std::string, cv::Mat> pictures;
};

void put_u16(std::vector<std::uint8_t>& out, int value) {
  out.push_back(static_cast<std::uint8_t>(value & 255));
  out.push_back(static_cast<std::uint8_t>(value >> 8));
}

template <class F>
void put_plane(std::vector<std::uint8_t>& out, const cv::Mat& grid, F value_of) {
  for (int row = 0; row < grid.rows; ++row) {
    for (int column = 0; column < grid.cols; ++column) out.push_back(value_of(row, column));
  }
}

std::uint8_t byte_of(float value) { return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L)); }

// Empty where nothing can be extracted.
std::vector<std::uint8_t> sample_of(const std::string& set, const image::GreyImage& image) {
  fingerprint::ExtractParameters p;
  p.require_ridges = false;
  p.require_one_finger = false;
  p.flow_by_network = false;         // what is learnt is never the network's own answer
  p.enlarge_below_period_px500 = 0;  // nor what was read at another scale
  Kept kept;
  if (!fingerprint::extract(image, p, &kept).ok()) return {};
  const cv::Mat& cos2 = kept.pictures["orientation_cos2"];
  const cv::Mat& sin2 = kept.pictures["orientation_sin2"];
  const cv::Mat& period = kept.pictures["period"];
  const cv::Mat& trusted = kept.pictures["reliability"];
  const cv::Mat& mask = kept.pictures["segmentation"];
  if (mask.size() != cos2.size()) return {};  // a part of a large picture
  std::vector<std::uint8_t> out;
  out.push_back(static_cast<std::uint8_t>(set.size()));
  out.insert(out.end(), set.begin(), set.end());
  put_u16(out, image.width);
  put_u16(out, image.height);
  put_u16(out, mask.cols);
  put_u16(out, mask.rows);
  out.insert(out.end(), image.pixels.begin(), image.pixels.end());
  put_plane(out, mask, [&](int r, int c) {
    const double angle = 0.5 * std::atan2(double{sin2.at<float>(r, c)}, double{cos2.at<float>(r, c)});
    return static_cast<std::uint8_t>(std::lround(angle / std::numbers::pi * 256) & 255);
  });
  put_plane(out, mask, [&](int r, int c) { return byte_of(10 * period.at<float>(r, c)); });
  put_plane(out, mask, [&](int r, int c) { return byte_of(255 * trusted.at<float>(r, c)); });
  put_plane(out, mask, [&](int r, int c) { return static_cast<std::uint8_t>(mask.at<std::uint8_t>(r, c) != 0); });
  return out;
}

std::vector<std::uint8_t> joined(const std::vector<std::vector<std::uint8_t>>& parts) {
  std::vector<std::uint8_t> out;
  for (const auto& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

}  // namespace

std::vector<std::uint8_t> flow_samples(const std::vector<CorpusSet>& sets) {
  std::vector<std::uint8_t> out;
  for (const CorpusSet& set : sets) {
    std::vector<std::vector<std::uint8_t>> parts(set.images.size());
    parallel_each(parts.size(), [&](std::size_t i) { parts[i] = sample_of(set.name, set.images[i]); }, {});
    const std::vector<std::uint8_t> all = joined(parts);
    out.insert(out.end(), all.begin(), all.end());
  }
  return out;
}

std::vector<std::uint8_t> flow_samples_of_masters(std::size_t count, std::uint64_t seed) {
  std::vector<std::vector<std::uint8_t>> parts(count);
  parallel_each(count,
                [&](std::size_t i) {
                  image::GreyImage image = datasets::make_master(datasets::derive_seed(seed, i)).image;
                  for (std::uint8_t& grey : image.pixels) grey = grey < 128 ? 0 : 255;
                  parts[i] = sample_of("synthetic", image);
                },
                {});
  return joined(parts);
}

}  // namespace whorl::training
