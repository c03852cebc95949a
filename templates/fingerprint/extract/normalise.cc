#include "templates/fingerprint/extract/normalise.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace whorl::fingerprint {
namespace {

constexpr int kStripRows = 64;  // of the picture: a strip stays in the processor's cache

// centred := centred / sqrt(variance), within three deviations.
void divide(cv::Mat centred, cv::Mat variance, double floor) {
  cv::Mat& deviation = variance;
  cv::sqrt(variance, deviation);
  cv::max(deviation, floor, deviation);
  cv::divide(centred, deviation, centred);
  cv::min(centred, 3.0, centred);
  cv::max(centred, -3.0, centred);
}

}  // namespace

PixelMap normalise(const PixelMap& grey, const ExtractParameters& p) {
  const cv::Size mean_window(p.mean_window_px500, p.mean_window_px500);
  const cv::Size deviation_window(p.deviation_window_px500, p.deviation_window_px500);
  // Few pictures at a time: fresh memory is what a large one costs most.
  cv::Mat centred;
  grey.convertTo(centred, CV_32F);
  cv::Mat mean;
  cv::blur(centred, mean, mean_window, {-1, -1}, cv::BORDER_REPLICATE);
  cv::subtract(centred, mean, centred);
  cv::Mat& squares = mean;
  cv::multiply(centred, centred, squares);
  cv::Mat variance;
  cv::blur(squares, variance, deviation_window, {-1, -1}, cv::BORDER_REPLICATE);
  for (int row = 0; row < centred.rows; row += kStripRows) {
    const cv::Range rows(row, std::min(row + kStripRows, centred.rows));
    divide(centred.rowRange(rows), variance.rowRange(rows), p.deviation_floor);
  }
  return PixelMap(centred);
}

}  // namespace whorl::fingerprint
