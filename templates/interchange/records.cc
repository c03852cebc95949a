// Records of ISO/IEC 19794 and INCITS, as they stand alone or inside a container.
#include <string_view>

#include "templates/interchange/cursor.h"
#include "templates/interchange/face_record.h"
#include "templates/interchange/finger_image_record.h"
#include "templates/interchange/minutiae_record.h"
#include "templates/interchange/reading.h"

namespace whorl::interchange {
namespace {

Bytes copy_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

void read_fmr(ByteView record, const ReadOptions& options, const InnerRules& rules, Inner& out) {
  MinutiaeRecord read = read_minutiae(record, out.findings, {rules.quality_254_255});
  out.edition = name_of(read.edition);
  out.views = read.views.size();
  if (!options.wants_contents) return;
  for (MinutiaeView& view : read.views) {
    out.contents.minutiae.push_back({read.edition, read.angle_unit_degrees, std::move(view)});
  }
}

FoundPicture found(const FingerImage& image) {
  FoundPicture out;
  out.position = image.position;
  if (image.x_ppi > 0 && image.x_ppi == image.y_ppi) out.ppi = image.x_ppi;
  out.width = image.width;
  out.height = image.height;
  out.packed = image.storage == Storage::kPacked;
  if (out.packed || image.storage == Storage::kRaw) out.depth = image.depth;
  out.bytes = copy_of(image.data);
  return out;
}

void read_fir(ByteView record, const ReadOptions& options, Inner& out) {
  const FingerImageRecord read = read_finger_images(record, out.findings);
  out.edition = name_of(read.edition);
  out.views = read.images.size();
  if (!options.wants_contents) return;
  for (const FingerImage& image : read.images) out.contents.pictures.push_back(found(image));
}

void read_fac(ByteView record, const ReadOptions& options, Inner& out) {
  const FaceRecord read = read_faces(record, out.findings);
  out.edition = name_of(read.edition);
  out.views = read.faces.size();
  if (!options.wants_contents) return;
  for (const FaceImage& face : read.faces) {
    FoundPicture picture;
    picture.modality = Modality::kFace;
    picture.position = kFacePortrait;
    picture.width = face.width;
    picture.height = face.height;
    picture.bytes = copy_of(face.data);
    out.contents.pictures.push_back(std::move(picture));
  }
}

}  // namespace

std::string_view inner_format(ByteView record) {
  for (const std::string_view magic : {"FMR", "FIR", "FAC", "IIR"}) {
    if (begins_with(record, magic) && record.size() > 3 && record[3] == 0) return magic;
  }
  return {};
}

Inner read_record(ByteView record, const ReadOptions& options, const InnerRules& rules) {
  Inner out;
  out.format = inner_format(record);
  if (out.format == "FMR") read_fmr(record, options, rules, out);
  if (out.format == "FIR") read_fir(record, options, out);
  if (out.format == "FAC") read_fac(record, options, out);
  return out;
}

bool read_inner(ByteView record, std::size_t base, const ReadOptions& options, const InnerRules& rules, Reading& out) {
  Inner read = read_record(record, options, rules);
  if (read.format.empty() || read.format == "IIR") return false;
  out.findings.take(read.findings, base);
  for (auto& picture : read.contents.pictures) out.contents.pictures.push_back(std::move(picture));
  for (auto& view : read.contents.minutiae) out.contents.minutiae.push_back(std::move(view));
  return true;
}

}  // namespace whorl::interchange
