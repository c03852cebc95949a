// What begins every representation of ISO/IEC 19794:2011: when and with what it was captured, and how good it is.
// Private to this room.
#pragma once

#include <cstdint>
#include <optional>

#include "templates/interchange/cursor.h"

namespace whorl::interchange {

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
