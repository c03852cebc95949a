#include "templates/fingerprint/extract/reliability.h"

#include <opencv2/imgproc.hpp>

namespace whorl::fingerprint {

GridMap reliability(const PixelMap& normalised, const PixelMap& enhanced, const GridMap& mask,
                    const ExtractParameters& p) {
  const auto local_mean = [&](const cv::Mat& product) {
    cv::Mat grid;
    cv::resize(product, grid, mask.size(), 0, 0, cv::INTER_AREA);
    cv::GaussianBlur(grid, grid, {0, 0}, p.reliability_sigma_px500 / kGrid, 0, cv::BORDER_REPLICATE);
    return grid;
  };
  const cv::Mat cross = local_mean(normalised.mul(enhanced));
  const cv::Mat raw = local_mean(normalised.mul(normalised));
  const cv::Mat clean = local_mean(enhanced.mul(enhanced));
  cv::Mat norm;
  cv::sqrt(raw.mul(clean) + 1e-6, norm);
  return GridMap(cv::min(cv::max(cross / norm, 0.0), 1.0));
}

}  // namespace whorl::fingerprint
