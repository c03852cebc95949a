// sniff -> header -> limits -> resolution -> pixels -> grey -> upright.
#include "templates/image/decode.h"

#include <cmath>
#include <cstdio>

#include "templates/image/header.h"
#include "templates/image/pixels.h"
#include "templates/image/resample.h"

namespace whorl::image {
namespace {

std::string text(double value) {
  char out[32];
  std::snprintf(out, sizeof out, "%g", value);
  return out;
}

constexpr const char* kHowToGive = "give the true one (--ppi on the command line, the field \"resolution\" in JSON)";

Status check_size(const FileHeader& header, const ImageLimits& limits) {
  const std::string size = std::to_string(header.width) + " x " + std::to_string(header.height) + " pixels";
  if (header.width < limits.min_side_px || header.height < limits.min_side_px) {
    return invalid_input("the image is " + size + "; each side needs at least " + std::to_string(limits.min_side_px));
  }
  if (header.width > limits.max_side_px || header.height > limits.max_side_px ||
      header.width * header.height > limits.max_pixels) {
    return invalid_input("the image is " + size + "; at most " + std::to_string(limits.max_side_px) + " a side and " +
                         std::to_string(limits.max_pixels) + " in all are accepted");
  }
  return {};
}

Result<double> within_limits(double ppi, const ImageLimits& limits, const std::string& source,
                             const std::string& advice) {
  if (std::isfinite(ppi) && ppi >= limits.min_ppi && ppi <= limits.max_ppi) return ppi;
  return invalid_input("the resolution " + source + " is " + text(ppi) + " ppi, outside " + text(limits.min_ppi) +
                       " to " + text(limits.max_ppi) + advice);
}

Result<double> choose_ppi(const FileHeader& header, const DecodeOptions& options) {
  if (options.ppi) return within_limits(*options.ppi, options.limits, "given", "");
  if (!header.resolution) {
    return invalid_input(std::string("the image file states no resolution; ") + kHowToGive);
  }
  const auto [x, y] = *header.resolution;
  if (std::abs(x - y) > 0.01 * std::max(x, y)) {
    return invalid_input("the image file states different resolutions along its axes, " + text(x) + " and " + text(y) +
                         " ppi; resample it, or " + kHowToGive);
  }
  return within_limits((x + y) / 2, options.limits, "in the image file", std::string("; ") + kHowToGive);
}

// Before a pixel is decoded: work on a fingerprint grows with its pixels at the standard resolution.
Status check_standard_size(const FileHeader& header, double ppi, const ImageLimits& limits) {
  const double factor = kStandardPpi / ppi;
  const double width = std::round(static_cast<double>(header.width) * factor);
  const double height = std::round(static_cast<double>(header.height) * factor);
  if (width * height <= static_cast<double>(limits.max_standard_pixels)) return {};
  return invalid_input("the image would be " + text(width) + " x " + text(height) +
                       " pixels at 500 ppi, more than any capture of a finger: check its resolution, or crop it to one "
                       "finger");
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
  if (file.empty()) return invalid_input("the image is empty");
  if (file.size() > limits.max_bytes) {
    return invalid_input("the image file has " + std::to_string(file.size()) + " bytes; at most " +
                         std::to_string(limits.max_bytes) + " are accepted");
  }
  WHORL_ASSIGN(const FileHeader header, read_header(file));
  WHORL_TRY(check_size(header, limits));
  return header;
}

// Of a file whose header was accepted.
Result<GreyImage> decode_grey(ByteView file, const FileHeader& header, double ppi) {
  WHORL_ASSIGN(const cv::Mat grey, decode_pixels(file, header, Channels::kGrey));
  return own(upright(grey, header.orientation), ppi);
}

}  // namespace

Result<GreyImage> decode_image(ByteView file, const DecodeOptions& options) {
  WHORL_ASSIGN(const FileHeader header, bounded_header(file, options.limits));
  WHORL_ASSIGN(const double ppi, choose_ppi(header, options));
  return decode_grey(file, header, ppi);
}

std::uint64_t stated_pixels(ByteView file) {
  const auto header = read_header(file);
  return header.ok() ? static_cast<std::uint64_t>(header->width) * static_cast<std::uint64_t>(header->height) : 0;
}

Result<ColourImage> decode_colour(ByteView file, const ImageLimits& limits) {
  WHORL_ASSIGN(const FileHeader header, bounded_header(file, limits));
  WHORL_ASSIGN(const cv::Mat stored, decode_pixels(file, header, Channels::kBgr));
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
  WHORL_ASSIGN(const GreyImage image, decode_grey(file, header, ppi));
  return to_standard_ppi(image, options.limits);
}

}  // namespace whorl::image
