#include "templates/face/align.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <opencv2/imgproc.hpp>

#include "base/bytes.h"
#include "base/catalogue.h"
#include "templates/face/mat.h"

namespace whorl::face {
namespace {

using Complex = std::complex<double>;

Complex complex_of(Point p) { return {static_cast<double>(p.x), static_cast<double>(p.y)}; }

Complex mean_of(const Landmarks& points) {
  Complex sum;
  for (const Point& p : points) sum += complex_of(p);
  return sum / static_cast<double>(points.size());
}

// The image shrunk by `factor`, and the crop's transform from there.
cv::Mat shrunk(const cv::Mat& image, double factor, Similarity& to_crop) {
  cv::Mat out;
  cv::resize(image, out, {}, factor, factor, cv::INTER_AREA);
  const double fx = static_cast<double>(out.cols) / image.cols;
  // Pixel centres: x_small = (x + 0.5) f - 0.5.
  const double shift = 0.5 / fx - 0.5;
  const Similarity all = to_crop;
  to_crop.a = all.a / fx;
  to_crop.b = all.b / fx;
  to_crop.tx = all.tx + (all.a - all.b) * shift;
  to_crop.ty = all.ty + (all.a + all.b) * shift;
  return out;
}

}  // namespace

Point Similarity::at(Point p) const {
  const double x = static_cast<double>(p.x);
  const double y = static_cast<double>(p.y);
  return {static_cast<float>(a * x - b * y + tx), static_cast<float>(b * x + a * y + ty)};
}

double Similarity::scale() const { return std::hypot(a, b); }

Similarity Similarity::inverse() const {
  const Complex m = 1.0 / Complex(a, b);
  const Complex t = -m * Complex(tx, ty);
  return {m.real(), m.imag(), t.real(), t.imag()};
}

Result<Similarity> fit_similarity(const Landmarks& from, const Landmarks& to) {
  const Complex from_mean = mean_of(from);
  const Complex to_mean = mean_of(to);
  Complex across;
  double spread = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const Complex d = complex_of(from[i]) - from_mean;
    across += std::conj(d) * (complex_of(to[i]) - to_mean);
    spread += std::norm(d);
  }
  if (!std::isfinite(spread) || spread < 1e-6 || std::abs(across) < 1e-9) {
    return failure(ErrorCode::kLandmarksTogether);
  }
  const Complex m = across / spread;
  const Complex t = to_mean - m * from_mean;
  return Similarity{m.real(), m.imag(), t.real(), t.imag()};
}

Result<image::ColourImage> warp(const image::ColourImage& image, const Similarity& to_crop, int width, int height) {
  try {
    Similarity used = to_crop;
    cv::Mat source = mat_of(image);
    constexpr double kAliases = 0.5;
    if (const double scale = to_crop.scale(); scale < kAliases) {
      // No side of the shrunk image falls below one pixel.
      const double least = 1.0 / std::min(image.width, image.height);
      source = shrunk(source, std::max(least, scale / kAliases), used);
    }
    const cv::Matx23d matrix(used.a, -used.b, used.tx, used.b, used.a, used.ty);
    image::ColourImage out{width, height,
                           Bytes(3 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height))};
    cv::Mat crop(height, width, CV_8UC3, out.pixels.data());
    cv::warpAffine(source, crop, matrix, crop.size(), cv::INTER_LINEAR, cv::BORDER_CONSTANT);
    return out;
  } catch (const std::exception& error) {
    return internal_error(std::string("the face cannot be cut out: ") + error.what());
  }
}

}  // namespace whorl::face
