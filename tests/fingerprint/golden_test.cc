// Every stage's picture against the one kept in tests/golden/fingerprint. A change of the algorithm changes them on
// purpose: run with WHORL_UPDATE_GOLDEN=1, look at the new pictures, and commit them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>

#include "templates/fingerprint/extract/extract.h"
#include "tests/fingerprint/drawn_print.h"
#include "tests/support/shared_data.h"

namespace whorl::fingerprint {
namespace {

class Pictures : public TraceSink {
 public:
  // Grey values that a PNG can hold: masks as they are, real values by their usual range.
  void stage(std::string_view name, const cv::Mat& image) override {
    static const std::map<std::string_view, std::pair<double, double>> kRanges = {
        {"normalised", {-3, 3}},       {"period", {4, 17}},       {"orientation_cos2", {-1, 1}},
        {"orientation_sin2", {-1, 1}}, {"enhanced", {-1.2, 1.2}}, {"reliability", {0, 1}}};
    cv::Mat grey = image;
    if (image.type() == CV_32F) {
      const auto [low, high] = kRanges.at(name);
      image.convertTo(grey, CV_8U, 255 / (high - low), -255 * low / (high - low));
    }
    pictures[std::string(name)] = grey.clone();
  }
  std::map<std::string, cv::Mat> pictures;
};

TEST(Golden, EveryStageLooksAsItDid) {
  Pictures got;
  ASSERT_TRUE(extract(tests::draw(tests::make_drawn_print(11), {.rotation_rad = 0.4, .noise = 25}), {}, &got).ok());
  const auto folder = tests::source_path("tests/golden/fingerprint");
  const bool update = std::getenv("WHORL_UPDATE_GOLDEN") != nullptr;
  for (const auto& [name, picture] : got.pictures) {
    const std::string path = (folder / (name + ".png")).string();
    if (update) {
      ASSERT_TRUE(cv::imwrite(path, picture));
    }
    const cv::Mat expected = cv::imread(path, cv::IMREAD_GRAYSCALE);
    ASSERT_EQ(expected.size(), picture.size()) << path;
    cv::Mat difference;
    cv::absdiff(expected, picture, difference);
    // Instruction sets round differently; a pixel on the edge of a threshold may flip, a stage may not.
    EXPECT_LT(cv::mean(difference)[0], 0.5) << name << " has changed; see the note at the top of this file";
  }
  EXPECT_EQ(got.pictures.size(), 9u);
}

}  // namespace
}  // namespace whorl::fingerprint
