// ISO/IEC 19794-2:2005 and INCITS 378-2004.
#include "templates/interchange/minutiae_parts.h"

namespace whorl::interchange {
namespace {

constexpr std::size_t kIsoHeader = 24;
constexpr std::size_t kAnsiHeader = 26;
constexpr std::size_t kLeastLongLength = 65536;  // of a record whose length does not fit into two bytes
constexpr std::size_t kVersionAt = 4;

struct Header {
  std::size_t length = 0;
  std::size_t least_length = 0;
  MinutiaeView shape;  // what the header says of every view
  std::size_t shape_at = 0;
  int views = 0;
};

void check_ansi_product(Cursor& in, Findings& findings) {
  const std::size_t at = in.at();
  const int owner = in.u16();
  in.u16();
  if (owner == 0 && !in.cut()) findings.warning("FMR-23", at, "the product owner is 0");
}

Header read_header(Cursor& in, const EditionTraits& traits, Findings& findings) {
  constexpr int kReservedEquipmentBits = 0x7000;
  Header out;
  out.least_length = traits.ansi ? kAnsiHeader : kIsoHeader;
  if (traits.ansi) {
    out.length = in.u16();
    if (out.length == 0) {
      out.length = in.u32();
      out.least_length = kLeastLongLength;
    }
    check_ansi_product(in, findings);
  } else {
    out.length = in.u32();
  }
  const std::size_t equipment_at = in.at();
  if ((in.u16() & kReservedEquipmentBits) != 0) {
    findings.warning("FMR-05", equipment_at, "reserved bits of the capture equipment's compliance are set");
  }
  out.shape_at = in.at();
  out.shape.width = in.u16();
  out.shape.height = in.u16();
  out.shape.x_per_cm = in.u16();
  out.shape.y_per_cm = in.u16();
  out.views = in.u8();
  const std::size_t reserved_at = in.at();
  if (in.u8() != 0) findings.error("FMR-04", reserved_at, "the reserved byte of the header is not 0");
  return out;
}

MinutiaeView read_view(Cursor& in, const MinutiaeView& shape, const EditionTraits& traits, Findings& findings) {
  MinutiaeView out = shape;
  out.offset = in.at();
  out.position = in.u8();
  const int both = in.u8();
  out.number = static_cast<std::uint8_t>(both >> 4);
  out.impression = static_cast<std::uint8_t>(both & 0x0f);
  out.quality = in.u8();
  const int count = in.u8();
  if (in.cut()) return out;
  check_view(out, traits, findings);
  if (count == 0)
    findings.warning("FMR-27", in.at() - 1, "the view of finger " + number(out.position) + " has no minutiae");
  read_minutiae_of(in, count, traits, out, findings);
  if (!in.cut()) read_extended(in, traits, out, findings);
  return out;
}

}  // namespace

ReadRecord read_minutiae_2005(ByteView file, MinutiaeEdition edition, const MinutiaeRules& rules) {
  ReadRecord out;
  Findings& findings = out.findings;
  const EditionTraits traits{edition, edition == MinutiaeEdition::kAnsi2004, rules.quality_254_255, 6};
  out.record.edition = edition;
  out.record.angle_unit_degrees = traits.ansi ? 2.0 : 360.0 / 256.0;
  if (!begins_with(file, std::string_view(" 20\0", 4), kVersionAt)) {
    findings.error("FMR-01", kVersionAt, "the version is not \" 20\"");
  }
  Cursor in(file);
  in.skip(8);
  const Header header = read_header(in, traits, findings);
  if (in.cut()) {
    in.report_cut(findings);
    return out;
  }
  if (header.length < header.least_length) {
    findings.error(
        "FMR-02", 8,
        "the length field says " + number(header.length) + ", " +
            (header.least_length == kLeastLongLength ? "which its two bytes could have said" : "less than the header"));
  }
  check_geometry(header.shape, traits, header.shape_at, findings);
  if (header.views == 0) findings.warning("FMR-08", in.at() - 2, "the record has no view");
  ViewNumbers numbers;
  for (int i = 0; i < header.views && !in.cut(); ++i) {
    MinutiaeView view = read_view(in, header.shape, traits, findings);
    if (in.cut() && view.minutiae.empty()) break;
    numbers.check(view, findings);
    out.record.views.push_back(std::move(view));
  }
  in.report_cut(findings);
  if (in.cut()) return out;
  check_end(header.length, in.at(), file.size(), out);
  return out;
}

}  // namespace whorl::interchange
