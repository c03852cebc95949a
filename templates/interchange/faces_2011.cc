// ISO/IEC 19794-5:2011.
#include <algorithm>
#include <array>
#include <string>

#include "templates/interchange/capture_2011.h"
#include "templates/interchange/face_parts.h"

namespace whorl::interchange {
namespace {

constexpr std::size_t kLeastRepresentation = 51;
constexpr std::size_t kLandmark = 8;
constexpr std::array kData{FaceData::kJpeg, FaceData::kJpeg2000, FaceData::kJpeg2000Lossless, FaceData::kPng};

void read_landmarks(Cursor& in, int count, Findings& findings) {
  bool reported = false;
  for (int i = 0; i < count && !in.cut(); ++i) {
    const std::size_t at = in.at();
    const int type = in.u8();
    in.skip(kLandmark - 1);
    if ((type >= 1 && type <= 3) || reported || in.cut()) continue;
    findings.warning("FAC-07", at, "landmark type " + std::to_string(type) + " is not defined");
    reported = true;
  }
}

void read_image_header(Cursor& in, FaceImage& face, Findings& findings) {
  constexpr int kMostSampling = 7;
  const std::size_t at = in.at();
  face.image_type = in.u8();
  face.data_type = in.u8();
  face.width = in.u16();
  face.height = in.u16();
  const int sampling = in.u8();
  in.u16();  // post-processing
  in.u8();   // cross reference
  const std::size_t colour_at = in.at();
  face.colour = in.u8();
  if (in.cut()) return;
  const bool flat = face.image_type <= 3;
  const bool solid = face.image_type >= 0x80 && face.image_type <= 0x82;
  if (!flat && !solid)
    findings.error("FAC-12", at, "face image type " + std::to_string(face.image_type) + " is not defined");
  if (face.data_type > 3)
    findings.error("FAC-13", at + 1, "image data type " + std::to_string(face.data_type) + " is not defined");
  if (sampling > kMostSampling)
    findings.error("FAC-23", at + 6, "spatial sampling level " + std::to_string(sampling) + " is not defined");
  if (face.colour > 6 && face.colour < 128) {
    findings.error("FAC-14", colour_at, "image colour space " + std::to_string(face.colour) + " is reserved");
  }
}

// The fields before the picture.
FaceImage read_fields(Cursor& in, std::size_t at, Findings& findings) {
  constexpr int kMostTechnology = 6;
  constexpr int kFirstVendor = 128;
  FaceImage out;
  out.offset = at;
  const Capture2011 capture = read_capture_2011(in);
  out.source = capture.technology;
  out.points = in.u16();
  if (!in.cut()) {
    if (!capture.date_legal) findings.error("FAC-24", capture.date_at, "the date of capture is none");
    if (!capture.qualities_legal)
      findings.warning("FAC-20", capture.quality_at, "a quality score is neither 0 to 100 nor 255");
    if (out.source > kMostTechnology && out.source < kFirstVendor) {
      findings.error("FAC-19", capture.technology_at,
                     "capture device technology " + std::to_string(out.source) + " is reserved");
    }
  }
  read_person(in, true, findings);
  read_landmarks(in, out.points, findings);
  read_image_header(in, out, findings);
  return out;
}

bool read_representation(Cursor& in, FaceRecord& out, Findings& findings) {
  auto representation = representation_2011(in, "FAC-11", kLeastRepresentation, findings);
  if (!representation) return false;
  Cursor& part = representation->fields;
  FaceImage face = read_fields(part, representation->at, findings);
  const std::size_t size = part.u32();
  if (part.cut()) {
    part.report_cut(findings);
    return true;
  }
  if (size > part.left()) {
    findings.error(
        "GEN-01", part.at() - 4,
        "a picture of " + std::to_string(size) + " bytes is announced, " + std::to_string(part.left()) + " are left");
  }
  const std::size_t data_at = part.at();
  face.data = part.bytes(std::min(size, part.left()));
  const auto type = static_cast<std::size_t>(face.data_type);
  check_face_picture(face, type < kData.size() ? kData[type] : FaceData::kUndefined, data_at, findings);
  if (part.left() > 0) {
    findings.warning("FAC-22", part.at(),
                     std::to_string(part.left()) + " bytes of the representation follow the picture");
  }
  out.faces.push_back(face);
  return true;
}

}  // namespace

FaceRecord read_faces_2011(ByteView file, Findings& findings) {
  FaceRecord out;
  out.edition = FaceEdition::kIso2011;
  Cursor in(file);
  in.skip(8);
  const std::uint64_t length = in.u32();
  const int representations = in.u16();
  const int certified = in.u8();
  in.u16();  // how the faces of several representations relate in time
  if (in.cut()) {
    in.report_cut(findings);
    return out;
  }
  if (representations == 0) findings.error("FAC-06", 12, "the record has no face");
  if (certified != 0) findings.error("FAC-21", 14, "the certification flag is not 0");
  bool whole = true;
  for (int i = 0; i < representations && whole; ++i) whole = read_representation(in, out, findings);
  in.report_cut(findings);
  if (whole) check_face_end(length, in.at(), file.size(), findings);
  return out;
}

}  // namespace whorl::interchange
