// ISO/IEC 19794-5:2005, INCITS 385-2004.
#include <algorithm>
#include <string>

#include "templates/interchange/face_parts.h"

namespace whorl::interchange {
namespace {

constexpr std::size_t kFaceHeader = 20;
constexpr std::size_t kPoint = 8;
constexpr std::size_t kImageHeader = 12;

void read_points(Cursor& in, int count, Findings& findings) {
  constexpr std::size_t kReservedAt = 6;
  bool foreign = false;
  bool reserved = false;
  for (int i = 0; i < count && !in.cut(); ++i) {
    const std::size_t at = in.at();
    const int type = in.u8();
    in.skip(kReservedAt - 1);
    const bool set = in.u16() != 0;
    if (in.cut()) return;
    if (set && !reserved) findings.error("FAC-04", at + kReservedAt, "the reserved bytes of a feature point are not 0");
    if (type != 1 && !foreign) {
      findings.warning("FAC-07", at, "feature point type " + std::to_string(type) + " is not that of MPEG-4");
    }
    reserved = reserved || set;
    foreign = foreign || type != 1;
  }
}

void read_image_header(Cursor& in, FaceImage& face, Findings& findings) {
  constexpr int kMostSource = 7;
  const std::size_t at = in.at();
  face.image_type = in.u8();
  face.data_type = in.u8();
  face.width = in.u16();
  face.height = in.u16();
  face.colour = in.u8();
  face.source = in.u8();
  in.u16();  // device
  const int quality = in.u16();
  if (in.cut()) return;
  if (face.image_type > 3)
    findings.error("FAC-12", at, "face image type " + std::to_string(face.image_type) + " is not defined");
  if (face.data_type > 1)
    findings.error("FAC-13", at + 1, "image data type " + std::to_string(face.data_type) + " is not defined");
  if (face.colour >= 5 && face.colour <= 127) {
    findings.error("FAC-14", at + 6, "image colour space " + std::to_string(face.colour) + " is reserved");
  }
  if (face.source > kMostSource && face.source < 128) {
    findings.error("FAC-19", at + 7, "source type " + std::to_string(face.source) + " is reserved");
  }
  if (quality != 0)
    findings.warning("FAC-20", at + 10, "quality " + std::to_string(quality) + ": this edition has 0 alone");
}

bool read_face(Cursor& in, FaceRecord& out, Findings& findings) {
  FaceImage face;
  face.offset = in.at();
  const std::size_t length = in.u32();
  face.points = in.u16();
  if (in.cut()) return false;
  const std::size_t least = kFaceHeader + kPoint * static_cast<std::size_t>(face.points) + kImageHeader;
  if (length < least) {
    findings.error(
        "FAC-11", face.offset,
        "a face's block says " + std::to_string(length) + " bytes, its parts have at least " + std::to_string(least));
    return false;
  }
  if (length - 6 > in.left()) {
    findings.error("GEN-01", face.offset,
                   "a face's block of " + std::to_string(length) + " bytes is announced, " +
                       std::to_string(in.left() + 6) + " are left");
  }
  Cursor part = in.part(length - 6);
  read_person(part, false, findings);
  read_points(part, face.points, findings);
  read_image_header(part, face, findings);
  if (part.cut()) {
    part.report_cut(findings);
    return true;
  }
  const std::size_t data_at = part.at();
  face.data = part.bytes(part.left());
  const FaceData said = face.data_type == 0   ? FaceData::kJpeg
                        : face.data_type == 1 ? FaceData::kJpeg2000
                                              : FaceData::kUndefined;
  check_face_picture(face, said, data_at, findings);
  out.faces.push_back(face);
  return true;
}

}  // namespace

FaceRecord read_faces_2005(ByteView file, Findings& findings) {
  FaceRecord out;
  out.edition = FaceEdition::kIso2005;
  if (!begins_with(file, std::string_view("010\0", 4), 4))
    findings.error("FAC-01", 4, "the version is neither \"010\" nor \"030\"");
  Cursor in(file);
  in.skip(8);
  const std::uint64_t length = in.u32();
  const int faces = in.u16();
  if (!in.cut() && faces == 0) findings.error("FAC-06", 12, "the record has no face");
  bool whole = !in.cut();
  for (int i = 0; i < faces && whole; ++i) whole = read_face(in, out, findings);
  in.report_cut(findings);
  if (whole) check_face_end(length, in.at(), file.size(), findings);
  return out;
}

}  // namespace whorl::interchange
