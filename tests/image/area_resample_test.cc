// Making a picture smaller gives what OpenCV gives.
#include "templates/image/area_resample.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

namespace whorl::image {
namespace {

TEST(AreaResample, GivesTheSamePixelsAsOpenCv) {
  cv::RNG draw(11);
  for (int i = 0; i < 300; ++i) {
    cv::Mat grey(draw.uniform(33, 400), draw.uniform(33, 400), CV_8UC1);
    draw.fill(grey, cv::RNG::UNIFORM, 0, 256);
    const double factor = i % 3 == 0 ? 500.0 / draw.uniform(506, 4000) : draw.uniform(0.13, 0.999);
    const auto side = [&](int length) { return std::max(1, static_cast<int>(std::round(length * factor))); };
    const cv::Size size(side(grey.cols), side(grey.rows));
    cv::Mat expected;
    cv::resize(grey, expected, size, 0, 0, cv::INTER_AREA);
    const cv::Mat made = area_resampled(grey, size);
    ASSERT_EQ(made.size(), size);
    cv::Mat apart;
    cv::absdiff(made, expected, apart);
    double most = 0;
    cv::minMaxLoc(apart, nullptr, &most);
    EXPECT_LE(most, 1) << grey.size() << " to " << size;
#if defined(__x86_64__)
    // Elsewhere OpenCV may multiply and add in one step.
    EXPECT_EQ(cv::countNonZero(apart), 0) << grey.size() << " to " << size;
#endif
  }
}

TEST(AreaResample, AnEvenPictureStaysEven) {
  const cv::Mat grey(301, 257, CV_8UC1, cv::Scalar(255));
  EXPECT_EQ(cv::countNonZero(area_resampled(grey, {199, 211}) == 255), 199 * 211);
}

}  // namespace
}  // namespace whorl::image
