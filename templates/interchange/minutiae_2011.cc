// ISO/IEC 19794-2:2011.
#include "templates/interchange/capture_2011.h"
#include "templates/interchange/minutiae_parts.h"

namespace whorl::interchange {
namespace {

constexpr std::size_t kHeader = 15;
constexpr std::size_t kLeastRepresentation = 34;

// The shape of the minutiae, and their count.
int read_shape(Cursor& in, EditionTraits& traits, Findings& findings) {
  const std::size_t at = in.at();
  const int both = in.u8();
  const int count = in.u8();
  if (in.cut()) return 0;
  traits.minutia_bytes = both >> 4;
  if ((traits.minutia_bytes != 5 && traits.minutia_bytes != 6) || (both & 0x0f) > 1) {
    findings.error("FMR-25", at,
                   "the minutia size or the ridge ending type is not defined: " + number(static_cast<unsigned>(both)));
    if (traits.minutia_bytes != 5) traits.minutia_bytes = 6;
  }
  return count;
}

MinutiaeView read_representation(Cursor& in, bool certified, Findings& findings) {
  EditionTraits traits{MinutiaeEdition::kIso2011, false, true, 6};
  MinutiaeView out;
  const Capture2011 capture = read_capture_2011(in);
  if (certified) skip_certificates(in);
  out.offset = in.at();
  out.position = in.u8();
  out.number = in.u8();
  const std::size_t shape_at = in.at();
  out.x_per_cm = in.u16();
  out.y_per_cm = in.u16();
  out.impression = in.u8();
  out.width = in.u16() & 0x3fff;
  out.height = in.u16() & 0x3fff;
  const int count = read_shape(in, traits, findings);
  if (in.cut()) return out;
  if (!capture.qualities_legal)
    findings.error("FMR-12", capture.quality_at, "a quality score is neither 0 to 100 nor 255");
  out.quality = capture.quality.value_or(254);
  if (capture.quality && out.quality > 100) out.quality = 255;
  check_view(out, traits, findings);
  check_geometry(out, traits, shape_at, findings);
  if (count == 0) findings.error("FMR-27", in.at() - 1, "the representation has no minutiae");
  read_minutiae_of(in, count, traits, out, findings);
  if (!in.cut()) read_extended(in, traits, out, findings);
  return out;
}

// Reads one and goes to where its length says that it ends.
bool read_next(Cursor& in, bool certified, ViewNumbers& numbers, ReadRecord& out) {
  Findings& findings = out.findings;
  auto representation = representation_2011(in, "FMR-24", kLeastRepresentation, findings);
  if (!representation) return false;
  Cursor& part = representation->fields;
  MinutiaeView view = read_representation(part, certified, findings);
  if (!representation->cut && (part.cut() || part.left() > 0)) {
    findings.error("FMR-24", representation->at,
                   "a representation says " + number(representation->length) + " bytes, its structure " +
                       (part.cut() ? "needs more" : "ends " + number(part.left()) + " before"));
  }
  if (part.cut() && view.minutiae.empty()) return !representation->cut;
  numbers.check_2011(view, findings);
  out.record.views.push_back(std::move(view));
  return !representation->cut;
}

}  // namespace

ReadRecord read_minutiae_2011(ByteView file) {
  ReadRecord out;
  Findings& findings = out.findings;
  out.record.edition = MinutiaeEdition::kIso2011;
  out.record.angle_unit_degrees = 360.0 / 256.0;
  Cursor in(file);
  in.skip(8);
  const std::size_t length = in.u32();
  const int representations = in.u16();
  const int certified = in.u8();
  if (in.cut()) {
    in.report_cut(findings);
    return out;
  }
  constexpr int kMostRepresentations = 176;
  if (length < kHeader)
    findings.error("FMR-02", 8, "the length field says " + number(length) + ", less than the header");
  if (representations == 0) findings.warning("FMR-08", 12, "the record has no representation");
  if (representations > kMostRepresentations) {
    findings.error("FMR-10", 12,
                   number(static_cast<unsigned>(representations)) + " representations, at most 176 are legal");
  }
  if (certified > 1) findings.error("FMR-04", 14, "the certification flag is neither 0 nor 1");
  ViewNumbers numbers;
  bool whole = true;
  for (int i = 0; i < representations && whole; ++i) whole = read_next(in, certified == 1, numbers, out);
  in.report_cut(findings);
  if (!whole) return out;
  check_end(length, in.at(), file.size(), out);
  return out;
}

}  // namespace whorl::interchange
