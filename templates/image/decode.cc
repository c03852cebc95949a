// sniff -> header -> limits -> resolution -> pixels -> grey -> upright.
#include "templates/image/decode.h"

#include <algorithm>
#include <cmath>

#include "base/catalogue.h"
#include "templates/image/header.h"
#include "templates/image/pixels.h"
#include "templates/image/resample_pixels.h"

namespace whorl::image {
namespace {

Status check_size(const FileHeader& header, const ImageLimits& limits) {
  if (header.width < limits.min_side_px || header.height < limits.min_side_px) {
    return failure(ErrorCode::kImageTooSmall, with<"width">(header.width), with<"height">(header.height),
                   with<"least_side">(limits.min_side_px));
  }
  if (header.width > limits.max_side_px || header.height > limits.max_side_px ||
      header.width * header.height > limits.max_pixels) {
    return failure(ErrorCode::kImageTooLarge, with<"width">(header.width), with<"height">(header.height),
                   with<"most_side">(limits.max_side_px), with<"most_pixels">(limits.max_pixels));
  }
  return {};
}

bool within(double ppi, const ImageLimits& limits) {
  return std::isfinite(ppi) && ppi >= limits.min_ppi && ppi <= limits.max_ppi;
}

Result<double> choose_ppi(const FileHeader& header, const DecodeOptions& options) {
  const auto ppi = [](double value) { return with<"ppi">(value); };
  const auto least = with<"least_ppi">(options.limits.min_ppi);
  const auto most = with<"most_ppi">(options.limits.max_ppi);
  if (options.ppi) {
    if (within(*options.ppi, options.limits)) return *options.ppi;
    return failure(ErrorCode::kResolutionGivenRange, ppi(*options.ppi), least, most);
  }
  if (!header.resolution) return failure(ErrorCode::kResolutionMissing);
  const auto [x, y] = *header.resolution;
  if (std::abs(x - y) > 0.01 * std::max(x, y)) {
    return failure(ErrorCode::kResolutionsDiffer, with<"x_ppi">(x), with<"y_ppi">(y));
  }
  const double mean = (x + y) / 2;
  if (within(mean, options.limits)) return mean;
  return failure(ErrorCode::kResolutionInFileRange, ppi(mean), least, most);
}

struct Size {
  double width;
  double height;
};

Size standard_size(const FileHeader& header, double ppi) {
  const double factor = kStandardPpi / ppi;
  return {std::round(static_cast<double>(header.width) * factor),
          std::round(static_cast<double>(header.height) * factor)};
}

// What is stated beyond the bounds of ImageLimits is refused before it is decoded, and counts as much as they.
std::uint64_t pixels_of(const FileHeader& header) {
  if (header.width <= 0 || header.height <= 0) return 0;
  const std::int64_t stated = bounded_product(header.width, header.height, 1);
  return static_cast<std::uint64_t>(std::min(stated, ImageLimits{}.max_pixels));
}

// Before a pixel is decoded: work on a fingerprint grows with its pixels at the standard resolution.
Status check_standard_size(const FileHeader& header, double ppi, const ImageLimits& limits) {
  const auto [width, height] = standard_size(header, ppi);
  if (width * height > static_cast<double>(limits.max_standard_pixels)) {
    return failure(ErrorCode::kLargerThanFinger, with<"width">(width), with<"height">(height));
  }
  if (header.work_bytes <= limits.max_work_bytes) return {};
  return failure(ErrorCode::kMoreThanFingerNeeds, with<"width">(header.width), with<"height">(header.height));
}

GreyImage own(const cv::Mat& grey, double ppi) {
  GreyImage out;
  out.width = grey.cols;
  out.height = grey.rows;
  out.ppi = ppi;
  out.pixels.reserve(grey.total());
  for (int y = 0; y < grey.rows; ++y) {
    out.pixels.insert(out.pixels.end(), grey.ptr<std::uint8_t>(y), grey.ptr<std::uint8_t>(y) + grey.cols);
  }
  return out;
}

// The header of a file whose size and dimensions are accepted.
Result<FileHeader> bounded_header(ByteView file, const ImageLimits& limits) {
  if (file.empty()) return failure(ErrorCode::kImageEmpty);
  if (file.size() > limits.max_bytes) {
    return failure(ErrorCode::kImageFileTooLarge, with<"bytes">(file.size()), with<"most_bytes">(limits.max_bytes));
  }
  WHORL_ASSIGN(const FileHeader header, coded(ErrorCode::kImageUndecodable, read_header(file)));
  WHORL_TRY(check_size(header, limits));
  return header;
}

// Of a file whose header was accepted.
Result<cv::Mat> decode_grey(ByteView file, const FileHeader& header) {
  WHORL_ASSIGN(const cv::Mat grey, coded(ErrorCode::kImageUndecodable, decode_pixels(file, header, Channels::kGrey)));
  return upright(grey, header.orientation);
}

}  // namespace

Result<GreyImage> decode_image(ByteView file, const DecodeOptions& options) {
  WHORL_ASSIGN(const FileHeader header, bounded_header(file, options.limits));
  WHORL_ASSIGN(const double ppi, choose_ppi(header, options));
  WHORL_ASSIGN(const cv::Mat grey, decode_grey(file, header));
  return own(grey, ppi);
}

Result<double> ppi_of(ByteView file, const DecodeOptions& options) {
  WHORL_ASSIGN(const FileHeader header, bounded_header(file, options.limits));
  return choose_ppi(header, options);
}

StatedOfFile stated_of(ByteView file) {
  StatedOfFile out;
  const auto header = read_header(file);
  if (!header.ok()) return out;
  out.pages = header->pages;
  if (header->resolution) {
    out.x_ppi = header->resolution->x_ppi;
    out.y_ppi = header->resolution->y_ppi;
  }
  return out;
}

std::uint64_t stated_pixels(ByteView file) {
  const auto header = read_header(file);
  return header.ok() ? pixels_of(*header) : 0;
}

std::uint64_t stated_work_pixels(ByteView file, std::optional<double> ppi) {
  const auto header = read_header(file);
  if (!header.ok()) return 0;
  const auto chosen = choose_ppi(*header, {ppi, {}});
  if (!chosen.ok()) return pixels_of(*header);
  const auto [width, height] = standard_size(*header, *chosen);
  if (width <= 0 || height <= 0) return 0;
  const double standard = std::min(width * height, static_cast<double>(ImageLimits{}.max_pixels));
  return std::max(pixels_of(*header), static_cast<std::uint64_t>(standard));
}

Result<ColourImage> decode_colour(ByteView file, const ImageLimits& limits) {
  WHORL_ASSIGN(const FileHeader header, bounded_header(file, limits));
  WHORL_ASSIGN(const cv::Mat stored, coded(ErrorCode::kImageUndecodable, decode_pixels(file, header, Channels::kBgr)));
  const cv::Mat turned = upright(stored, header.orientation);
  ColourImage out{turned.cols, turned.rows, {}};
  out.pixels.reserve(3 * turned.total());
  for (int y = 0; y < turned.rows; ++y) {
    const auto* row = turned.ptr<std::uint8_t>(y);
    out.pixels.insert(out.pixels.end(), row, row + std::size_t{3} * static_cast<std::size_t>(turned.cols));
  }
  return out;
}

Result<GreyImage> decode_to_standard(ByteView file, const DecodeOptions& options) {
  WHORL_ASSIGN(const FileHeader header, bounded_header(file, options.limits));
  WHORL_ASSIGN(const double ppi, choose_ppi(header, options));
  WHORL_TRY(check_standard_size(header, ppi, options.limits));
  WHORL_ASSIGN(const cv::Mat grey, decode_grey(file, header));
  WHORL_ASSIGN(const cv::Mat standard, to_standard_ppi(grey, ppi, options.limits));
  return own(standard, kStandardPpi);
}

}  // namespace whorl::image
