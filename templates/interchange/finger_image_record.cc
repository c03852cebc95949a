#include "templates/interchange/finger_image_record.h"

#include "templates/interchange/image_parts.h"

namespace whorl::interchange {
namespace {

// Where scale units stand, in the headers of 32 and of 36 bytes.
constexpr std::size_t kIsoUnitsAt = 19;
constexpr std::size_t kAnsiUnitsAt = 23;

bool units_at(ByteView file, std::size_t at) { return at < file.size() && (file[at] == 1 || file[at] == 2); }

ReadImages read_2005_or_2004(ByteView file) {
  ReadImages iso = read_finger_images_2005(file, FingerImageEdition::kIso2005);
  if (iso.closes) return iso;
  ReadImages ansi = read_finger_images_2005(file, FingerImageEdition::kAnsi2004);
  if (ansi.closes) return ansi;
  const bool iso_units = units_at(file, kIsoUnitsAt);
  const bool ansi_units = units_at(file, kAnsiUnitsAt);
  if (iso_units != ansi_units) return iso_units ? iso : ansi;
  return iso.findings.errors() <= ansi.findings.errors() ? iso : ansi;
}

}  // namespace

std::string_view name_of(FingerImageEdition edition) {
  switch (edition) {
    case FingerImageEdition::kIso2005: return "ISO/IEC 19794-4:2005";
    case FingerImageEdition::kIso2011: return "ISO/IEC 19794-4:2011";
    case FingerImageEdition::kAnsi2004: return "INCITS 381-2004";
  }
  return "";
}

std::string_view name_of(Storage storage) {
  switch (storage) {
    case Storage::kRaw: return "uncompressed";
    case Storage::kPacked: return "uncompressed and packed";
    case Storage::kWsq: return "WSQ";
    case Storage::kJpeg: return "JPEG";
    case Storage::kJpeg2000: return "JPEG 2000";
    case Storage::kJpeg2000Lossless: return "lossless JPEG 2000";
    case Storage::kPng: return "PNG";
    case Storage::kUnknown: return "of an unknown code";
  }
  return "";
}

bool begins_finger_images(ByteView file) { return begins_with(file, std::string_view("FIR\0", 4)); }

FingerImageRecord read_finger_images(ByteView file, Findings& findings) {
  const bool is_2011 = begins_with(file, std::string_view("020\0", 4), 4);
  ReadImages read = is_2011 ? read_finger_images_2011(file) : read_2005_or_2004(file);
  findings.take(read.findings, 0);
  return std::move(read.record);
}

}  // namespace whorl::interchange
