#include "templates/image/header.h"

#include <cmath>

#include "base/catalogue.h"
#include "templates/image/formats.h"

namespace whorl::image {

Result<FileHeader> read_header(ByteView file) {
  const ImageFormat* format = image_format_of(file);
  if (format == nullptr) return failure(ErrorCode::kImageFormatUnknown);
  return format->header(file);
}

std::optional<Resolution> stated_resolution(double x_ppi, double y_ppi) {
  if (!std::isfinite(x_ppi) || !std::isfinite(y_ppi) || x_ppi <= 1.0 || y_ppi <= 1.0) return std::nullopt;
  return Resolution{x_ppi, y_ppi};
}

}  // namespace whorl::image
