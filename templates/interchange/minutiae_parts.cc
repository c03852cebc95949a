#include "templates/interchange/minutiae_parts.h"

#include <algorithm>
#include <set>

namespace whorl::interchange {
namespace {

constexpr int kAnsiMostAngle = 179;
constexpr int kLeastPerCm = 99;

bool legal_impression(int impression, const EditionTraits& traits) {
  if (traits.is_2011()) return impression <= 9 || impression == 24 || impression == 28 || impression == 29;
  if (traits.is_2009()) {
    return impression <= 3 || impression == 8 || impression == 10 || impression == 11 ||
           (impression >= 20 && impression <= 29);
  }
  return impression <= 3 || impression == 8 || (traits.ansi && impression == 9);
}

bool legal_quality(int quality, const EditionTraits& traits) {
  if (quality <= 100) return true;
  return traits.quality_254_255 && quality >= 254;
}

// How many break one rule, and the first of them.
struct Count {
  std::string_view rule;
  std::string what;
  std::size_t count = 0;
  std::size_t first = 0;
  std::string example = {};

  void note(std::size_t offset, const std::string& text) {
    if (count++ > 0) return;
    first = offset;
    example = text;
  }
  void report(Severity severity, std::size_t of, Findings& findings) const {
    if (count == 0) return;
    findings.add(
        {rule, severity, first, number(count) + " of " + number(of) + " minutiae " + what + ", e.g. " + example});
  }
};

}  // namespace

void ViewNumbers::check(const MinutiaeView& view, Findings& findings) {
  const int expected = next_[view.position]++;
  if (view.number == expected) return;
  findings.error("FMR-10", view.offset + 1,
                 "finger " + number(view.position) + " has view number " + number(view.number) + ", expected " +
                     std::to_string(expected));
}

void ViewNumbers::check_2011(const MinutiaeView& view, Findings& findings) {
  constexpr int kMost = 15;
  if (view.number <= kMost && seen_.insert({view.position, view.number}).second) return;
  findings.error("FMR-10", view.offset + 1,
                 "representation number " + number(view.number) + " of finger " + number(view.position) +
                     " is beyond 15, or stands twice");
}

void read_minutiae_of(Cursor& in, int count, const EditionTraits& traits, MinutiaeView& view, Findings& findings) {
  Count type{"FMR-13", "are of the illegal type 3"};
  Count reserved{"FMR-14", "have reserved bits set"};
  Count outside{"FMR-15", "lie outside the image of " + number(view.width) + " x " + number(view.height)};
  Count angle{"FMR-16", "have an angle beyond 179 units of 2 degrees"};
  Count quality{"FMR-17", "have an illegal quality"};
  Count twice{"FMR-26", "lie where another does"};
  std::set<std::pair<int, int>> places;
  const bool sized = view.width > 0 && view.height > 0;  // else FMR-06 has said so
  for (int i = 0; i < count; ++i) {
    const std::size_t at = in.at();
    const std::uint16_t x = in.u16();
    const std::uint16_t y = in.u16();
    RecordMinutia minutia{static_cast<std::uint8_t>(x >> 14), static_cast<std::uint16_t>(x & 0x3fff),
                          static_cast<std::uint16_t>(y & 0x3fff), in.u8(), 0};
    if (traits.minutia_bytes == 6) minutia.quality = in.u8();
    if (in.cut()) break;
    const std::string place = "(" + number(minutia.x) + ", " + number(minutia.y) + ")";
    if (minutia.type == 3) type.note(at, place);
    if (y >> 14 != 0) reserved.note(at + 2, place);
    if (sized && (minutia.x >= view.width || minutia.y >= view.height)) outside.note(at, place);
    if (traits.ansi && minutia.angle > kAnsiMostAngle) angle.note(at + 4, number(minutia.angle));
    if (!legal_quality(minutia.quality, traits)) quality.note(at + 5, number(minutia.quality));
    if (!places.insert({minutia.x, minutia.y}).second) twice.note(at, place);
    view.minutiae.push_back(minutia);
  }
  const std::size_t of = view.minutiae.size();
  for (const Count* each : {&type, &reserved, &outside, &angle, &quality}) each->report(Severity::kError, of, findings);
  twice.report(Severity::kWarning, of, findings);
}

void check_geometry(const MinutiaeView& view, const EditionTraits& traits, std::size_t offset, Findings& findings) {
  if (view.width == 0 || view.height == 0) {
    findings.add({"FMR-06", traits.is_2011() ? Severity::kWarning : Severity::kError, offset,
                  "the image size is " + number(view.width) + " x " + number(view.height)});
  }
  for (const double value : {view.x_per_cm, view.y_per_cm}) {
    const auto per_cm = static_cast<std::uint64_t>(value);
    const bool as_ppi = (per_cm >= 490 && per_cm <= 520) || (per_cm >= 980 && per_cm <= 1020);
    if (per_cm < kLeastPerCm) {
      findings.error("FMR-07", offset,
                     "the resolution is " + number(per_cm) + " pixels a centimetre, at least 99 is legal");
    } else if (as_ppi) {
      findings.warning("FMR-28", offset,
                       "the resolution is " + number(per_cm) + " pixels a centimetre, which looks like pixels an inch");
    } else {
      continue;
    }
    return;
  }
}

void check_view(const MinutiaeView& view, const EditionTraits& traits, Findings& findings) {
  constexpr int kLastPosition = 10;
  if (view.position > kLastPosition) {
    findings.error("FMR-09", view.offset, "finger position " + number(view.position) + " is beyond 10");
  }
  if (!legal_impression(view.impression, traits)) {
    findings.error("FMR-11", view.offset + 1, "impression type " + number(view.impression) + " is not defined");
  }
  if (!legal_quality(view.quality, traits)) {
    findings.error("FMR-12", view.offset + 2, "finger quality " + number(view.quality) + " is not defined");
  }
}

void check_end(std::size_t stated, std::size_t structure_end, std::size_t file_size, ReadRecord& out) {
  constexpr std::size_t kLengthAt = 8;
  Findings& findings = out.findings;
  out.closes = stated == structure_end;
  out.fills_file = file_size == structure_end;
  if (stated != structure_end && !findings.has("FMR-02")) {
    findings.error("FMR-03", kLengthAt,
                   "the length field says " + number(stated) + ", the structure ends at " + number(structure_end));
  }
  if (file_size > structure_end) {
    findings.error("GEN-02", structure_end, number(file_size - structure_end) + " bytes follow the record");
  }
}

}  // namespace whorl::interchange
