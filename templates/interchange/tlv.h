// BER-TLV as smart cards and passports use it: tags of one or two bytes, definite lengths. Private to this room.
#pragma once

#include <cstdint>
#include <optional>

#include "templates/interchange/cursor.h"

namespace whorl::interchange {

struct Tlv {
  std::uint32_t tag = 0;
  std::size_t at = 0;  // of the tag, in the file
  Cursor content;
};

// The next object; `in` goes past it. Nothing where it is malformed (DG-00), does not fit (GEN-01), or `in` is at its
// end. A length in more bytes than it needs is DG-07.
std::optional<Tlv> read_tlv(Cursor& in, Findings& findings);

}  // namespace whorl::interchange
