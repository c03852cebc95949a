#include "templates/fingerprint/extract/reliability.h"

#include <opencv2/imgproc.hpp>

#include "templates/fingerprint/extract/cell_means.h"

namespace whorl::fingerprint {

GridMap reliability(const PixelMap& normalised, const PixelMap& enhanced, const ExtractParameters& p) {
  CellProducts local = cell_products(normalised, enhanced);
  for (cv::Mat* mean : {&local.ab, &local.aa, &local.bb}) {
    cv::GaussianBlur(*mean, *mean, {0, 0}, p.reliability_sigma_px500 / kGrid, 0, cv::BORDER_REPLICATE);
  }
  cv::Mat norm;
  cv::sqrt(local.aa.mul(local.bb) + 1e-6, norm);
  return GridMap(cv::min(cv::max(local.ab / norm, 0.0), 1.0));
}

}  // namespace whorl::fingerprint
