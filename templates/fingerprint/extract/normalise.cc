#include "templates/fingerprint/extract/normalise.h"

#include <opencv2/imgproc.hpp>

namespace whorl::fingerprint {

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
  cv::Mat deviation;
  cv::blur(squares, deviation, deviation_window, {-1, -1}, cv::BORDER_REPLICATE);
  cv::sqrt(deviation, deviation);
  cv::max(deviation, p.deviation_floor, deviation);
  cv::divide(centred, deviation, centred);
  cv::min(centred, 3.0, centred);
  cv::max(centred, -3.0, centred);
  return PixelMap(centred);
}

}  // namespace whorl::fingerprint
