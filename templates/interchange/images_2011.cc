// ISO/IEC 19794-4:2011.
#include <algorithm>
#include <array>
#include <set>

#include "templates/interchange/capture_2011.h"
#include "templates/interchange/image_parts.h"

namespace whorl::interchange {
namespace {

constexpr std::size_t kLeastRepresentation = 41;

constexpr std::array kStorages{Storage::kRaw,      Storage::kPacked,           Storage::kWsq, Storage::kJpeg,
                               Storage::kJpeg2000, Storage::kJpeg2000Lossless, Storage::kPng};

bool legal_position(int position) {
  return position <= 10 || (position >= 13 && position <= 15) || (position >= 20 && position <= 36) ||
         (position >= 40 && position <= 50);
}

bool legal_impression(int impression) {
  return impression <= 15 || impression == 24 || impression == 28 || impression == 29;
}

// Vendor, algorithm, quality and its own, then fingers with their outlines.
bool segmentation_fits(Cursor in) {
  constexpr std::size_t kFixed = 9;
  in.skip(kFixed);
  const int fingers = in.u8();
  for (int i = 0; i < fingers && !in.cut(); ++i) {
    in.skip(2);
    const std::size_t points = in.u8();
    if (points < 2) return false;
    in.skip(4 * points + 1);
  }
  return !in.cut() && in.left() == 0;
}

bool annotation_fits(Cursor in) {
  const int fingers = in.u8();
  for (int i = 0; i < fingers && !in.cut(); ++i) {
    in.u8();
    const int why = in.u8();
    if (!in.cut() && why != 1 && why != 2) return false;
  }
  return !in.cut() && in.left() == 0;
}

void check_blocks(Cursor in, Findings& findings) {
  constexpr std::size_t kBlockHeader = 4;
  while (in.left() > 0) {
    const std::size_t at = in.at();
    const int type = in.u16();
    const std::size_t length = in.u16();
    if (in.cut() || length < kBlockHeader || length - kBlockHeader > in.left()) {
      findings.error("FIR-22", at, "an extended block does not fit into its representation");
      return;
    }
    const Cursor block = in.part(length - kBlockHeader);
    if (type == 0 || (type == 1 && !segmentation_fits(block)) || (type == 2 && !annotation_fits(block))) {
      findings.error("FIR-22", at, "an extended block of type " + std::to_string(type) + " is malformed");
    }
  }
}

void check_view(const FingerImage& image, std::size_t impression_at, Findings& findings) {
  if (!legal_position(image.position)) {
    findings.error("FIR-12", image.offset, "position " + std::to_string(image.position) + " is not defined");
  }
  if (!legal_impression(image.impression)) {
    findings.error("FIR-20", impression_at, "impression type " + std::to_string(image.impression) + " is not defined");
  }
}

// The fields before the image.
FingerImage read_fields(Cursor& in, bool certified, Findings& findings) {
  FingerImage out;
  const Capture2011 capture = read_capture_2011(in);
  if (certified) skip_certificates(in);
  out.offset = in.at();
  out.position = in.u8();
  out.number = in.u8();
  const std::size_t rates_at = in.at();
  const Rates rates = read_rates(in);
  out.depth = in.u8();
  const std::size_t storage_at = in.at();
  const std::size_t code = in.u8();
  out.impression = in.u8();
  out.width = in.u16();
  out.height = in.u16();
  if (in.cut()) return out;
  if (!capture.date_legal) findings.error("FIR-23", capture.date_at, "the date of capture is none");
  if (!capture.qualities_legal)
    findings.error("FIR-14", capture.quality_at, "a quality score is neither 0 to 100 nor 255");
  out.quality = capture.quality.value_or(254);
  check_rates(rates, rates_at, 0, findings);
  check_depth(out.depth, storage_at - 1, findings);
  if (code < kStorages.size()) {
    out.storage = kStorages[code];
  } else {
    findings.error("FIR-10", storage_at, "compression code " + std::to_string(code) + " is not defined");
  }
  check_view(out, storage_at + 1, findings);
  out.x_ppi = rates.x_ppi();
  out.y_ppi = rates.y_ppi();
  return out;
}

bool read_representation(Cursor& in, bool certified, ReadImages& out) {
  Findings& findings = out.findings;
  auto representation = representation_2011(in, "FIR-11", kLeastRepresentation, findings);
  if (!representation) return false;
  Cursor& part = representation->fields;
  FingerImage image = read_fields(part, certified, findings);
  const std::size_t size = part.u32();
  if (part.cut()) {
    part.report_cut(findings);
    return true;
  }
  if (size > part.left()) {
    findings.error(
        "GEN-01", part.at() - 4,
        "an image of " + std::to_string(size) + " bytes is announced, " + std::to_string(part.left()) + " are left");
  }
  const std::size_t data_at = part.at();
  image.data = part.bytes(std::min(size, part.left()));
  check_pixels(image, data_at, findings);
  check_blocks(part, findings);
  out.record.images.push_back(image);
  return true;
}

// Numbers run through the record or through each position: none stands twice for one.
void check_numbers(const FingerImageRecord& record, Findings& findings) {
  std::set<std::pair<int, int>> seen;
  for (const FingerImage& image : record.images) {
    if (seen.insert({image.position, image.number}).second) continue;
    findings.error("FIR-13", image.offset + 1,
                   "representation number " + std::to_string(image.number) + " of position " +
                       std::to_string(image.position) + " stands twice");
  }
}

}  // namespace

ReadImages read_finger_images_2011(ByteView file) {
  ReadImages out;
  Findings& findings = out.findings;
  out.record.edition = FingerImageEdition::kIso2011;
  Cursor in(file);
  in.skip(8);
  const std::uint64_t length = in.u32();
  const int representations = in.u16();
  const int certified = in.u8();
  const int positions = in.u8();
  if (in.cut()) {
    in.report_cut(findings);
    return out;
  }
  if (representations == 0) findings.error("FIR-06", 12, "the record has no image");
  if (certified > 1) findings.error("FIR-21", 14, "the certification flag is neither 0 nor 1");
  bool whole = true;
  for (int i = 0; i < representations && whole; ++i) whole = read_representation(in, certified == 1, out);
  in.report_cut(findings);
  check_numbers(out.record, findings);
  std::set<int> distinct;
  for (const FingerImage& image : out.record.images) distinct.insert(image.position);
  if (whole && static_cast<int>(distinct.size()) != positions) {
    findings.error("FIR-24", 15,
                   "the header says " + std::to_string(positions) + " positions, the record has " +
                       std::to_string(distinct.size()));
  }
  out.closes = whole && in.at() == length;
  if (whole) check_image_end(length, in.at(), file.size(), findings);
  return out;
}

}  // namespace whorl::interchange
