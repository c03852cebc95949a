// Records of ISO/IEC 19794 and INCITS, as they stand alone or inside a container.
#include <string_view>

#include "templates/fingerprint/template.h"
#include "templates/interchange/cursor.h"
#include "templates/interchange/face_record.h"
#include "templates/interchange/finger_image_record.h"
#include "templates/interchange/impressions.h"
#include "templates/interchange/minutiae_record.h"
#include "templates/interchange/pixel_scale.h"
#include "templates/interchange/reading.h"

namespace whorl::interchange {
namespace {

Bytes copy_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

// Between what the record and what its container say of the finger.
void settle_position(std::uint8_t& position, std::size_t offset, const StatedFinger& finger, Inner& out) {
  if (position == 0) {
    position = finger.position();
  } else if (finger.contradicts(position)) {
    if (out.contradiction.empty()) {
      out.contradiction = "the record says " +
                          std::string(name_of(static_cast<fingerprint::FingerPosition>(position))) +
                          ", its container " + finger.text() + ": which finger it is is not certain";
      out.contradiction_at = offset;
    }
    position = 0;
  }
}

void read_fmr(ByteView record, const ReadOptions& options, const InnerRules& rules, Inner& out) {
  MinutiaeRecord read = read_minutiae(record, out.findings, {rules.quality_254_255});
  out.edition = name_of(read.edition);
  out.views = read.views.size();
  for (MinutiaeView& view : read.views) settle_position(view.position, view.offset, rules.finger, out);
  if (!options.wants_contents) return;
  for (MinutiaeView& view : read.views) {
    FoundMinutiae found{read.edition, read.angle_unit_degrees, std::move(view)};
    found.impression = impression_of(found.view.impression, found.edition);
    out.contents.minutiae.push_back(std::move(found));
  }
}

FoundPicture found(const FingerImage& image, FingerImageEdition edition) {
  FoundPicture out;
  out.position = image.position;
  out.impression = impression_of(image.impression, edition);
  if (image.x_ppi > 0 && image.y_ppi > 0) {
    out.ppi = (image.x_ppi + image.y_ppi) / 2;
    if (!are_square(image.x_ppi, image.y_ppi)) out.unusable = not_square(image.x_ppi, image.y_ppi);
  }
  out.width = image.width;
  out.height = image.height;
  out.packed = image.storage == Storage::kPacked;
  if (out.packed || image.storage == Storage::kRaw) out.depth = image.depth;
  out.bytes = copy_of(image.data);
  return out;
}

void read_fir(ByteView record, const ReadOptions& options, const InnerRules& rules, Inner& out) {
  FingerImageRecord read = read_finger_images(record, out.findings);
  out.edition = name_of(read.edition);
  out.views = read.images.size();
  for (FingerImage& image : read.images) settle_position(image.position, image.offset, rules.finger, out);
  if (!options.wants_contents) return;
  for (const FingerImage& image : read.images) out.contents.pictures.push_back(found(image, read.edition));
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
  if (out.format == "FIR") read_fir(record, options, rules, out);
  if (out.format == "FAC") read_fac(record, options, out);
  return out;
}

bool read_inner(ByteView record, std::size_t base, const ReadOptions& options, const InnerRules& rules, Reading& out) {
  Inner read = read_record(record, options, rules);
  if (read.format.empty() || read.format == "IIR") return false;
  out.findings.take(read.findings, base);
  if (!read.contradiction.empty()) {
    out.findings.error(rules.other_finger, base + read.contradiction_at, read.contradiction);
  }
  for (auto& picture : read.contents.pictures) out.contents.pictures.push_back(std::move(picture));
  for (auto& view : read.contents.minutiae) out.contents.minutiae.push_back(std::move(view));
  return true;
}

}  // namespace whorl::interchange
