#include "templates/interchange/image_parts.h"

#include "templates/interchange/picture.h"
#include "templates/interchange/pixel_scale.h"

namespace whorl::interchange {
namespace {

std::string text_of(std::uint64_t value) { return std::to_string(value); }

bool holds(Storage storage, PictureKind kind) {
  switch (storage) {
    case Storage::kWsq: return kind == PictureKind::kWsq;
    case Storage::kJpeg: return kind == PictureKind::kJpeg;
    case Storage::kJpeg2000:
    case Storage::kJpeg2000Lossless: return kind == PictureKind::kJp2 || kind == PictureKind::kJ2k;
    case Storage::kPng: return kind == PictureKind::kPng;
    default: return true;
  }
}

void check_raw(const FingerImage& image, std::size_t at, Findings& findings) {
  const std::uint64_t pixels = std::uint64_t{image.width} * image.height;
  const auto depth = static_cast<std::uint64_t>(image.depth);
  const std::uint64_t expected = image.storage == Storage::kRaw ? pixels * ((depth + 7) / 8) : (pixels * depth + 7) / 8;
  if (image.data.size() == expected) return;
  findings.error("FIR-16", at,
                 "the uncompressed image has " + text_of(image.data.size()) + " bytes, " + text_of(expected) +
                     " are expected for " + text_of(image.width) + " x " + text_of(image.height) + " of " +
                     text_of(depth) + " bits");
}

}  // namespace

void check_pixels(const FingerImage& image, std::size_t data_at, Findings& findings) {
  if (image.storage == Storage::kUnknown) return;
  if (image.storage == Storage::kRaw || image.storage == Storage::kPacked) return check_raw(image, data_at, findings);
  const Picture picture = look_at_picture(image.data);
  if (!holds(image.storage, picture.kind)) {
    findings.error("FIR-17", data_at,
                   "the image is said to be " + std::string(name_of(image.storage)) + ", its bytes are " +
                       std::string(name_of(picture.kind)));
  }
  if (picture.differs_from(image.width, image.height)) {
    findings.error("FIR-15", data_at,
                   "the record says " + text_of(image.width) + " x " + text_of(image.height) + ", the image is " +
                       std::to_string(picture.width) + " x " + std::to_string(picture.height));
  }
  if (const std::string other = other_resolution(image.data, image.x_ppi, image.y_ppi); !other.empty()) {
    findings.warning("FIR-26", data_at, other);
  }
  if (image.storage == Storage::kJpeg2000Lossless && picture.is_jpeg_2000() && !picture.reversible) {
    findings.error("FIR-18", data_at, "the image is said to be lossless, its wavelet is the irreversible 9-7");
  }
}

Rates read_rates(Cursor& in) {
  Rates out;
  out.units = in.u8();
  out.scan_x = in.u16();
  out.scan_y = in.u16();
  out.image_x = in.u16();
  out.image_y = in.u16();
  return out;
}

void check_rates(const Rates& rates, std::size_t at, int most_scan, Findings& findings) {
  if (rates.units != 1 && rates.units != 2) {
    findings.error("FIR-07", at, "scale units " + std::to_string(rates.units) + " are neither 1 nor 2");
  }
  if (rates.image_x > rates.scan_x || rates.image_y > rates.scan_y) {
    findings.error("FIR-08", at + 5, "the image's resolution is higher than the scan's");
  }
  if (rates.x_ppi() > 0 && rates.y_ppi() > 0 && !are_square(rates.x_ppi(), rates.y_ppi())) {
    findings.error("FIR-25", at + 5, not_square(rates.x_ppi(), rates.y_ppi()));
  }
  if (most_scan > 0 && (rates.scan_x > most_scan || rates.scan_y > most_scan)) {
    findings.error("FIR-08", at + 1, "the scan resolution is higher than " + std::to_string(most_scan));
  }
}

void check_depth(int depth, std::size_t at, Findings& findings) {
  if (depth >= 1 && depth <= 16) return;
  findings.error("FIR-09", at, "a depth of " + std::to_string(depth) + " bits is not between 1 and 16");
}

void check_image_end(std::uint64_t stated, std::size_t structure_end, std::size_t file_size, Findings& findings) {
  constexpr std::size_t kLengthAt = 8;
  if (stated != file_size) {
    findings.error("FIR-03", kLengthAt,
                   "the length field says " + text_of(stated) + ", the record has " + text_of(file_size));
  }
  if (file_size > structure_end) {
    findings.error("GEN-02", structure_end, text_of(file_size - structure_end) + " bytes follow the record");
  }
}

}  // namespace whorl::interchange
