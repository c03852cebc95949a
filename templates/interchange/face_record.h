// Face images as other systems keep them: ISO/IEC 19794-5:2005, which has the bytes of INCITS 385-2004, and :2011.
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

enum class FaceEdition { kIso2005, kIso2011 };
// "ISO/IEC 19794-5:2005 (INCITS 385-2004 same bytes)".
std::string_view name_of(FaceEdition edition);

struct FaceImage {
  std::size_t offset = 0;  // of the face's block, in the file
  int points = 0;          // feature points, or landmarks
  int image_type = 0;
  int data_type = 0;
  std::uint16_t width = 0;
  std::uint16_t height = 0;
  int colour = 0;
  int source = 0;
  ByteView data;  // as far as it is there
};

struct FaceRecord {
  FaceEdition edition{};
  std::vector<FaceImage> faces;
};

// "FAC\0".
bool begins_faces(ByteView file);

// Whatever is wrong is a finding; what is safe to read is read.
FaceRecord read_faces(ByteView file, Findings& findings);

}  // namespace whorl::interchange
