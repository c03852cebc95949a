// Finger images as other systems keep them: ISO/IEC 19794-4:2005 and :2011, INCITS 381-2004.
//
// Plain values that borrow the file's bytes; pure functions; thread-safe. Cost: microseconds, and a look at the markers
// of each picture. Nothing is decoded.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "templates/interchange/finding.h"

namespace whorl::interchange {

enum class FingerImageEdition { kIso2005, kIso2011, kAnsi2004 };
// "ISO/IEC 19794-4:2005".
std::string_view name_of(FingerImageEdition edition);

// How the pixels of an image are kept, in words of all editions: their codes differ.
enum class Storage { kRaw, kPacked, kWsq, kJpeg, kJpeg2000, kJpeg2000Lossless, kPng, kUnknown };
std::string_view name_of(Storage storage);

struct FingerImage {
  std::size_t offset = 0;     // of the view, in the file
  std::uint8_t position = 0;  // 0..10, 13..15 slaps, 20.. palms
  std::uint8_t number = 0;
  std::uint8_t impression = 0;
  std::uint8_t quality = 254;  // 254: not given
  std::uint16_t width = 0;
  std::uint16_t height = 0;
  int depth = 8;  // bits a pixel
  double x_ppi = 0;
  double y_ppi = 0;
  Storage storage = Storage::kUnknown;
  ByteView data;  // as far as it is there
};

struct FingerImageRecord {
  FingerImageEdition edition{};
  std::vector<FingerImage> images;
};

// "FIR\0".
bool begins_finger_images(ByteView file);

// Whatever is wrong is a finding; what is safe to read is read.
FingerImageRecord read_finger_images(ByteView file, Findings& findings);

}  // namespace whorl::interchange
