#include "templates/interchange/minutiae_record.h"

#include <algorithm>
#include <array>

#include "templates/interchange/minutiae_parts.h"

namespace whorl::interchange {
namespace {

constexpr std::size_t kVersionAt = 4;
constexpr std::size_t kIsoHeader = 24;
constexpr std::size_t kAnsiHeader = 26;

// By the length field, which in INCITS 378 begins with the two bytes that are 0 in all but the largest of ISO.
MinutiaeEdition edition_2004_or_2005(ByteView file) {
  const std::uint64_t first = number_at(file, 8, 2);
  if (first >= kAnsiHeader) return MinutiaeEdition::kAnsi2004;
  if (first > 0) return MinutiaeEdition::kIso2005;
  return number_at(file, 10, 2) >= kIsoHeader ? MinutiaeEdition::kIso2005 : MinutiaeEdition::kAnsi2004;
}

// The first whose structure ends where its length field says; else the first whose structure ends with the file, for
// then the length field is at fault; else null.
template <std::size_t n>
ReadRecord* closing_of(std::array<ReadRecord, n>& candidates) {
  for (ReadRecord& each : candidates) {
    if (each.closes) return &each;
  }
  for (ReadRecord& each : candidates) {
    if (each.fills_file) return &each;
  }
  return nullptr;
}

template <std::size_t n>
ReadRecord& with_fewest_errors(std::array<ReadRecord, n>& candidates) {
  return *std::min_element(candidates.begin(), candidates.end(), [](const ReadRecord& a, const ReadRecord& b) {
    return a.findings.errors() < b.findings.errors();
  });
}

// Of a record that was cut: whether what stands where the edition of 2011 has its flag and its first length can be
// both.
bool begins_as_2011(ByteView file) {
  constexpr std::size_t kFlagAt = 14;
  constexpr std::size_t kFirstLengthAt = 15;
  constexpr std::uint64_t kLeastLength = 34;
  const std::uint64_t first = number_at(file, kFirstLengthAt, 4);
  return number_at(file, kFlagAt, 1) <= 1 && first >= kLeastLength && kFirstLengthAt + first <= number_at(file, 8, 4);
}

ReadRecord read_2009_or_2011(ByteView file) {
  std::array<ReadRecord, 3> candidates{read_minutiae_2011(file), read_minutiae_2009(file, MinutiaeEdition::kAnsi2009),
                                       read_minutiae_2009(file, MinutiaeEdition::kAnsi2007Draft)};
  if (ReadRecord* closing = closing_of(candidates)) return std::move(*closing);
  return std::move(begins_as_2011(file) ? candidates[0] : with_fewest_errors(candidates));
}

ReadRecord read_2004_or_2005(ByteView file, const MinutiaeRules& rules) {
  const MinutiaeEdition first = edition_2004_or_2005(file);
  const MinutiaeEdition second =
      first == MinutiaeEdition::kIso2005 ? MinutiaeEdition::kAnsi2004 : MinutiaeEdition::kIso2005;
  std::array<ReadRecord, 2> candidates{read_minutiae_2005(file, first, rules), {}};
  if (candidates[0].closes) return std::move(candidates[0]);
  candidates[1] = read_minutiae_2005(file, second, rules);
  ReadRecord* closing = closing_of(candidates);
  return std::move(closing == nullptr ? candidates[0] : *closing);
}

ReadRecord read_any(ByteView file, const MinutiaeRules& rules) {
  if (begins_with(file, std::string_view("030\0", 4), kVersionAt)) return read_2009_or_2011(file);
  if (begins_with(file, std::string_view("035\0", 4), kVersionAt)) {
    return read_minutiae_2009(file, MinutiaeEdition::kAnsi2009Am1);
  }
  return read_2004_or_2005(file, rules);
}

}  // namespace

std::string_view name_of(MinutiaeEdition edition) {
  switch (edition) {
    case MinutiaeEdition::kIso2005: return "ISO/IEC 19794-2:2005";
    case MinutiaeEdition::kIso2011: return "ISO/IEC 19794-2:2011";
    case MinutiaeEdition::kAnsi2004: return "INCITS 378-2004";
    case MinutiaeEdition::kAnsi2007Draft: return "INCITS 378-2007 draft, 20-byte header (NIST tools)";
    case MinutiaeEdition::kAnsi2009: return "INCITS 378-2009";
    case MinutiaeEdition::kAnsi2009Am1: return "INCITS 378-2009/AM1";
    case MinutiaeEdition::kIsoCardNormal: return "ISO/IEC 19794-2:2005 normal card format";
    case MinutiaeEdition::kIsoCardCompact: return "ISO/IEC 19794-2:2005 compact card format";
  }
  return "";
}

bool begins_minutiae(ByteView file) { return begins_with(file, std::string_view("FMR\0", 4)); }

MinutiaeRecord read_minutiae(ByteView file, Findings& findings, const MinutiaeRules& rules) {
  ReadRecord read = read_any(file, rules);
  findings.take(read.findings, 0);
  return std::move(read.record);
}

MinutiaeRecord read_card_minutiae(ByteView file, MinutiaeEdition edition, Findings& findings) {
  constexpr std::size_t kMost = 255;
  const bool normal = edition == MinutiaeEdition::kIsoCardNormal;
  const std::size_t size = normal ? 5 : 3;
  MinutiaeRecord out{edition, normal ? 360.0 / 256.0 : 360.0 / 64.0, {}};
  MinutiaeView view;
  view.x_per_cm = view.y_per_cm = normal ? 1000 : 100;  // 0.01 mm, 0.1 mm
  if (file.empty() || file.size() % size != 0) {
    findings.error("FMR-03", 0, number(file.size()) + " bytes are no whole number of minutiae of " + number(size));
  }
  Cursor in(file);
  bool third = false;
  while (in.left() >= size && view.minutiae.size() < kMost) {
    RecordMinutia minutia;
    const std::size_t at = in.at();
    if (normal) {
      const std::uint16_t x = in.u16();
      minutia = {static_cast<std::uint8_t>(x >> 14), static_cast<std::uint16_t>(x & 0x3fff), 0, 0, 0};
      const std::uint16_t y = in.u16();
      minutia.y = y & 0x3fff;
      minutia.angle = in.u8();
      if (y >> 14 != 0) findings.error("FMR-14", at + 2, "reserved bits of a minutia are set");
    } else {
      minutia.x = in.u8();
      minutia.y = in.u8();
      const int both = in.u8();
      minutia.type = static_cast<std::uint8_t>(both >> 6);
      minutia.angle = static_cast<std::uint8_t>(both & 0x3f);
    }
    if (minutia.type == 3 && !third) findings.error("FMR-13", at, "a minutia is of the illegal type 3");
    third = third || minutia.type == 3;
    view.minutiae.push_back(minutia);
  }
  if (in.left() >= size) findings.error("GEN-03", in.at(), "more than 255 minutiae");
  out.views.push_back(std::move(view));
  return out;
}

}  // namespace whorl::interchange
