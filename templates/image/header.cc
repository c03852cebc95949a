#include "templates/image/header.h"

#include <algorithm>
#include <cmath>

#include "base/catalogue.h"
#include "templates/image/formats.h"

namespace whorl::image {

Result<FileHeader> read_header(ByteView file) {
  const ImageFormat* format = image_format_of(file);
  if (format == nullptr) return failure(ErrorCode::kImageFormatUnknown);
  return format->header(file);
}

std::int64_t bounded_product(std::int64_t width, std::int64_t height, std::int64_t times) {
  constexpr std::int64_t kMost = std::int64_t{1} << 62;
  std::int64_t out = 0;
  if (__builtin_mul_overflow(width, height, &out) || __builtin_mul_overflow(out, times, &out)) return kMost;
  return std::min(out, kMost);
}

std::optional<Resolution> stated_resolution(double x_ppi, double y_ppi) {
  if (!std::isfinite(x_ppi) || !std::isfinite(y_ppi) || x_ppi <= 1.0 || y_ppi <= 1.0) return std::nullopt;
  return Resolution{x_ppi, y_ppi};
}

}  // namespace whorl::image
