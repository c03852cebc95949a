// Images of ANSI/NIST-ITL records: whether size, compression and bytes agree.
#include <algorithm>
#include <array>

#include "templates/interchange/itl_rules.h"
#include "templates/interchange/itl_scale.h"
#include "templates/interchange/picture.h"

namespace whorl::interchange {
namespace {

// Of Type-3 and 4 records by their numbers, of others as they stand.
constexpr std::array<std::string_view, 7> kGreyCodes{"NONE", "WSQ20", "JPEGB", "JPEGL", "JP2", "JP2L", "PNG"};

struct Stated {
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::string_view compression;
  ByteView data;
  int bits = 8;
};

int bits_of(const ItlRecord& record) {
  if (record.binary) return record.type <= 4 ? 8 : 1;
  if (record.type == 10) {
    const std::string_view space = record.value(12);
    return space == "GRAY" ? 8 : 24;
  }
  return whole_number(record.value(12)).value_or(8);
}

Stated stated_of(const ItlRecord& record) {
  Stated out;
  out.compression = compression_of(record);
  out.bits = bits_of(record);
  if (record.binary) {
    out.width = record.width;
    out.height = record.height;
    out.data = record.data;
    return out;
  }
  out.width = whole_number(record.value(6)).value_or(0);
  out.height = whole_number(record.value(7)).value_or(0);
  out.data = as_bytes(record.value(999));
  return out;
}

bool is_defined(const ItlRecord& record, std::string_view compression) {
  if (record.binary) return !compression.empty();
  return std::find(kGreyCodes.begin(), kGreyCodes.end(), compression) != kGreyCodes.end();
}

bool holds(std::string_view compression, PictureKind kind) {
  if (compression.starts_with("WSQ")) return kind == PictureKind::kWsq;
  if (compression == "JPEGB") return kind == PictureKind::kJpeg;
  if (compression == "JPEGL") return kind == PictureKind::kJpegLossless || kind == PictureKind::kJpeg;
  if (compression == "JP2" || compression == "JP2L") return kind == PictureKind::kJp2;
  if (compression == "PNG") return kind == PictureKind::kPng;
  return true;
}

std::string size_text(std::int64_t width, std::int64_t height) {
  return std::to_string(width) + " x " + std::to_string(height);
}

void check_raw(const ItlRecord& record, const Stated& stated, std::size_t at, Findings& findings) {
  const auto pixels = static_cast<std::uint64_t>(stated.width * stated.height);
  const auto bits = static_cast<std::uint64_t>(stated.bits);
  const std::uint64_t packed = (pixels * bits + 7) / 8;
  const std::uint64_t by_rows =
      static_cast<std::uint64_t>(stated.height) * ((static_cast<std::uint64_t>(stated.width) * bits + 7) / 8);
  if (stated.data.size() == packed || stated.data.size() == by_rows) return;
  findings.error("AN-12", at,
                 name_of_itl(record) + ": " + std::to_string(stated.data.size()) + " bytes of pixels, " +
                     std::to_string(by_rows) + " are expected for " + size_text(stated.width, stated.height));
}

void check_picture(const ItlRecord& record, const Stated& stated, std::size_t at, Findings& findings) {
  const Picture picture = look_at_picture(stated.data);
  if (!holds(stated.compression, picture.kind)) {
    findings.error("AN-14", at,
                   name_of_itl(record) + ": the image is said to be " + std::string(stated.compression) +
                       ", its bytes are " + std::string(name_of(picture.kind)));
  }
  if (stated.compression == "JP2L" && picture.is_jpeg_2000() && !picture.reversible) {
    findings.error("AN-14", at, name_of_itl(record) + ": JP2L is said, the wavelet is the irreversible 9-7");
  }
  if (stated.width > 0 && stated.height > 0 && picture.differs_from(stated.width, stated.height)) {
    findings.error("AN-13", at,
                   name_of_itl(record) + " says " + size_text(stated.width, stated.height) + ", its image is " +
                       size_text(picture.width, picture.height));
  }
  if (record.type < 13 || record.type > 15) return;
  const double ppi = scale_of(record).ppi().value_or(0);
  if (const std::string other = other_resolution(stated.data, ppi, ppi); !other.empty()) {
    findings.warning("AN-26", at, name_of_itl(record) + ": " + other);
  }
}

}  // namespace

std::string_view compression_of(const ItlRecord& record) {
  if (!record.binary) return record.value(11);
  const auto code = static_cast<std::size_t>(record.compression);
  if (record.type <= 4) return code < kGreyCodes.size() ? kGreyCodes[code] : std::string_view();
  return code == 0 ? "NONE" : code == 1 ? "FAX" : std::string_view();
}

void check_itl_image(const ItlRecord& record, Findings& findings) {
  constexpr std::size_t kBinaryHeader = 18;
  constexpr int kSource = 20;
  constexpr int kAcross = 6;
  const Stated stated = stated_of(record);
  if (stated.data.empty() || record.broken) return;
  const ItlField* field = record.field(999);
  const std::size_t at = field == nullptr ? record.offset + kBinaryHeader : field->offset;
  const bool any_source = record.type == kSource && record.field(kAcross) == nullptr;  // which need not be an image
  if (!any_source && (stated.width == 0 || stated.height == 0)) {
    findings.error("AN-19", record.offset, name_of_itl(record) + " does not say the size of its image");
  }
  if (stated.compression.empty() && !record.binary) return;
  if (!is_defined(record, stated.compression)) {
    findings.error("AN-14", at, name_of_itl(record) + ": the compression code is not defined");
    return;
  }
  if (stated.compression != "NONE") return check_picture(record, stated, at, findings);
  if (stated.width > 0 && stated.height > 0) check_raw(record, stated, at, findings);
}

}  // namespace whorl::interchange
