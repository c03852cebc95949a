// Finger minutiae as other systems keep them: ISO/IEC 19794-2:2005 and :2011, its card formats, and INCITS 378 of 2004,
// 2007 (the draft that NIST's tools write), 2009 and 2009/AM1.
//
// Positions are pixels of the record's own resolution with the origin at the upper left corner and y down, angles are
// in the record's own unit, counter-clockwise from the right: what stands in the bytes, unchanged. Plain values; pure
// functions; thread-safe. Cost: microseconds.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "templates/interchange/finding.h"

namespace whorl::interchange {

enum class MinutiaeEdition {
  kIso2005,
  kIso2011,
  kAnsi2004,
  kAnsi2007Draft,
  kAnsi2009,
  kAnsi2009Am1,
  kIsoCardNormal,
  kIsoCardCompact,
};
// "ISO/IEC 19794-2:2005".
std::string_view name_of(MinutiaeEdition edition);

struct RecordMinutia {
  std::uint8_t type = 0;  // 0 other (or either), 1 ridge ending, 2 bifurcation; 3 is illegal
  std::uint16_t x = 0;
  std::uint16_t y = 0;
  std::uint8_t angle = 0;
  std::uint8_t quality = 0;  // 0: not reported

  friend bool operator==(const RecordMinutia&, const RecordMinutia&) = default;
};

struct MinutiaeView {
  std::size_t offset = 0;  // in the file
  std::uint8_t position = 0;
  std::uint8_t number = 0;
  std::uint8_t impression = 0;
  std::uint8_t quality = 254;  // 254, 255: not reported
  std::uint16_t width = 0;     // 0: the format does not say (cards)
  std::uint16_t height = 0;
  double x_per_cm = 0;  // units of positions a centimetre
  double y_per_cm = 0;
  std::vector<RecordMinutia> minutiae;  // at most 255
};

struct MinutiaeRecord {
  MinutiaeEdition edition{};
  double angle_unit_degrees = 0;
  std::vector<MinutiaeView> views;  // as many as could be read
};

// "FMR\0".
bool begins_minutiae(ByteView file);

// What MinutiaeEdition each is told apart by is which lengths close. Whatever is wrong is a finding; what is safe to
// read is read: without an error among the findings the record is as its standard says.
// Container: whether qualities 254 and 255 of INCITS 378-2009 are legal in earlier editions, as PIV has it.
struct MinutiaeRules {
  bool quality_254_255 = false;
};
MinutiaeRecord read_minutiae(ByteView file, Findings& findings, const MinutiaeRules& rules = {});

// A card format: nothing in the bytes says that they are one, so the caller must know.
// `edition`: kIsoCardNormal or kIsoCardCompact.
MinutiaeRecord read_card_minutiae(ByteView file, MinutiaeEdition edition, Findings& findings);

}  // namespace whorl::interchange
