#include "templates/fingerprint/extract/normalise.h"

#include <opencv2/imgproc.hpp>

namespace whorl::fingerprint {

PixelMap normalise(const PixelMap& grey, const ExtractParameters& p) {
  cv::Mat image;
  grey.convertTo(image, CV_32F);
  const cv::Size mean_window(p.mean_window_px500, p.mean_window_px500);
  const cv::Size deviation_window(p.deviation_window_px500, p.deviation_window_px500);
  cv::Mat mean;
  cv::blur(image, mean, mean_window, {-1, -1}, cv::BORDER_REPLICATE);
  const cv::Mat centred = image - mean;
  cv::Mat variance;
  cv::blur(centred.mul(centred), variance, deviation_window, {-1, -1}, cv::BORDER_REPLICATE);
  cv::Mat deviation;
  cv::sqrt(variance, deviation);
  cv::Mat out = centred / cv::max(deviation, p.deviation_floor);
  return PixelMap(cv::max(cv::min(out, 3.0), -3.0));
}

}  // namespace whorl::fingerprint
