// INCITS 378-2009, its amendment 1, and the draft of 2007 with a shorter header.
#include "templates/interchange/minutiae_parts.h"

namespace whorl::interchange {
namespace {

void read_header(Cursor& in, const EditionTraits& traits, Findings& findings) {
  const std::size_t owner_at = in.at();
  const int owner = in.u16();
  in.u16();
  if (owner == 0 && !in.cut()) findings.error("FMR-23", owner_at, "the product owner is 0");
  const std::size_t equipment_at = in.at();
  const bool draft = traits.edition == MinutiaeEdition::kAnsi2007Draft;
  const int reserved = draft ? in.u16() & 0x7000 : in.u8() & 0x7f;
  if (!draft) in.u16();
  if (reserved != 0) {
    findings.warning("FMR-05", equipment_at, "reserved bits of the capture equipment's certification are set");
  }
}

MinutiaeView read_view(Cursor& in, const EditionTraits& traits, Findings& findings) {
  MinutiaeView out;
  out.offset = in.at();
  out.position = in.u8();
  out.number = in.u8();
  out.impression = in.u8();
  out.quality = in.u8();
  in.u16();  // vendor of the quality
  in.u16();  // its algorithm
  const std::size_t shape_at = in.at();
  out.width = in.u16();
  out.height = in.u16();
  out.x_per_cm = in.u16();
  out.y_per_cm = in.u16();
  const int count = in.u8();
  if (in.cut()) return out;
  check_view(out, traits, findings);
  check_geometry(out, traits, shape_at, findings);
  if (count == 0)
    findings.warning("FMR-27", in.at() - 1, "the view of finger " + number(out.position) + " has no minutiae");
  read_minutiae_of(in, count, traits, out, findings);
  if (!in.cut()) read_extended(in, traits, out, findings);
  return out;
}

}  // namespace

ReadRecord read_minutiae_2009(ByteView file, MinutiaeEdition edition) {
  ReadRecord out;
  Findings& findings = out.findings;
  const EditionTraits traits{edition, true, true, 6};
  out.record.edition = edition;
  out.record.angle_unit_degrees = 2.0;
  Cursor in(file);
  in.skip(8);
  const std::size_t length = in.u32();
  read_header(in, traits, findings);
  const int views = in.u8();
  const std::size_t reserved_at = in.at();
  const int reserved = in.u8();
  if (in.cut()) {
    in.report_cut(findings);
    return out;
  }
  if (length < in.at())
    findings.error("FMR-02", 8, "the length field says " + number(length) + ", less than the header");
  if (reserved != 0) findings.error("FMR-04", reserved_at, "the reserved byte of the header is not 0");
  if (views == 0) findings.warning("FMR-08", reserved_at - 1, "the record has no view");
  ViewNumbers numbers;
  for (int i = 0; i < views && !in.cut(); ++i) {
    MinutiaeView view = read_view(in, traits, findings);
    if (in.cut() && view.minutiae.empty()) break;
    numbers.check(view, findings);
    out.record.views.push_back(std::move(view));
  }
  in.report_cut(findings);
  if (in.cut()) return out;
  check_end(length, in.at(), file.size(), out);
  return out;
}

}  // namespace whorl::interchange
