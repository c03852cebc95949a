#include "templates/interchange/face_record.h"

#include <string>

#include "templates/interchange/face_parts.h"

namespace whorl::interchange {
namespace {

bool holds(FaceData said, const Picture& picture) {
  switch (said) {
    case FaceData::kJpeg: return picture.kind == PictureKind::kJpeg;
    case FaceData::kJpeg2000:
    case FaceData::kJpeg2000Lossless: return picture.is_jpeg_2000();
    case FaceData::kPng: return picture.kind == PictureKind::kPng;
    case FaceData::kUndefined: return true;
  }
  return true;
}

std::string_view name_of(FaceData said) {
  switch (said) {
    case FaceData::kJpeg: return "JPEG";
    case FaceData::kJpeg2000: return "JPEG 2000";
    case FaceData::kJpeg2000Lossless: return "lossless JPEG 2000";
    case FaceData::kPng: return "PNG";
    case FaceData::kUndefined: return "of an undefined type";
  }
  return "";
}

}  // namespace

std::string_view name_of(FaceEdition edition) {
  return edition == FaceEdition::kIso2005 ? "ISO/IEC 19794-5:2005 (INCITS 385-2004 same bytes)"
                                          : "ISO/IEC 19794-5:2011";
}

bool begins_faces(ByteView file) { return begins_with(file, std::string_view("FAC\0", 4)); }

FaceRecord read_faces(ByteView file, Findings& findings) {
  const bool is_2011 = begins_with(file, std::string_view("030\0", 4), 4);
  return is_2011 ? read_faces_2011(file, findings) : read_faces_2005(file, findings);
}

void check_face_picture(const FaceImage& face, FaceData said, std::size_t data_at, Findings& findings) {
  const Picture picture = look_at_picture(face.data);
  if (!holds(said, picture)) {
    findings.error("FAC-17", data_at,
                   "the picture is said to be " + std::string(name_of(said)) + ", its bytes are " +
                       std::string(interchange::name_of(picture.kind)));
  }
  if (picture.differs_from(face.width, face.height)) {
    findings.error("FAC-15", data_at,
                   "the record says " + std::to_string(face.width) + " x " + std::to_string(face.height) +
                       ", the picture is " + std::to_string(picture.width) + " x " + std::to_string(picture.height));
  }
  if (said == FaceData::kJpeg2000Lossless && picture.is_jpeg_2000() && !picture.reversible) {
    findings.error("FAC-18", data_at, "the picture is said to be lossless, its wavelet is the irreversible 9-7");
  }
}

void read_person(Cursor& in, bool with_height, Findings& findings) {
  constexpr int kUnknownGender = 0xff;
  constexpr int kMostPose = 181;
  const std::size_t gender_at = in.at();
  const int gender = in.u8();
  const int most_gender = with_height ? 2 : 3;
  in.skip(2);  // eyes, hair
  if (with_height) in.u8();
  in.u24();  // features
  const std::size_t expression_at = in.at();
  const int expression = in.u16();
  const std::size_t pose_at = in.at();
  const int yaw = in.u8();
  const int pitch = in.u8();
  const int roll = in.u8();
  in.skip(3);  // uncertainty
  if (in.cut()) return;
  if (gender > most_gender && gender != kUnknownGender) {
    findings.error("FAC-08", gender_at, "gender " + std::to_string(gender) + " is not defined");
  }
  if (expression >= 0x0100 && expression <= 0x7fff) {
    findings.error("FAC-10", expression_at, "expression " + std::to_string(expression) + " is reserved");
  }
  if (yaw > kMostPose || pitch > kMostPose || roll > kMostPose) {
    findings.error("FAC-09", pose_at, "an angle of the pose is beyond 181");
  }
}

void check_face_end(std::uint64_t stated, std::size_t structure_end, std::size_t file_size, Findings& findings) {
  constexpr std::size_t kLengthAt = 8;
  if (stated != file_size) {
    findings.error("FAC-03", kLengthAt,
                   "the length field says " + std::to_string(stated) + ", the record has " + std::to_string(file_size));
  }
  if (file_size > structure_end) {
    findings.error("GEN-02", structure_end, std::to_string(file_size - structure_end) + " bytes follow the record");
  }
}

}  // namespace whorl::interchange
