// What begins every representation of ISO/IEC 19794:2011: its length, when and with what it was captured, and how good
// it is. Private to this room.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "templates/interchange/cursor.h"
#include "templates/interchange/finding.h"

namespace whorl::interchange {

struct Representation2011 {
  std::size_t at = 0;
  std::size_t length = 0;  // as it says
  Cursor fields;           // after the length; of one that is cut what is there
  bool cut = false;        // the file ends before it (GEN-01)
};

// The next one. Nothing where its length is cut, or is below `least` (a finding of `rule`): what follows cannot be told
// apart then.
std::optional<Representation2011> representation_2011(Cursor& in, std::string_view rule, std::size_t least,
                                                      Findings& findings);

struct Capture2011 {
  std::size_t date_at = 0;
  bool date_legal = false;  // or unknown, all bits set
  std::size_t technology_at = 0;
  int technology = 0;
  std::size_t quality_at = 0;
  bool qualities_legal = true;          // 0..100, or 255: failed
  std::optional<std::uint8_t> quality;  // the first
};

// After the length of the representation.
Capture2011 read_capture_2011(Cursor& in);
// The blocks of certificates, of finger records whose general header announces them.
void skip_certificates(Cursor& in);

}  // namespace whorl::interchange
