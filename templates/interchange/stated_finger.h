// The finger that a container names beside the record in it, and whether the record says the same. Private to this
// room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace whorl::interchange {

// Which hands and which fingers of a hand it may be; of none named, every one. Plain value.
class StatedFinger {
 public:
  // The byte of tag 82 (ISO/IEC 7816-11, the values of CBEFF: bits 1 and 2 the hand, 3 to 5 the finger). Nothing where
  // the value is not defined.
  static std::optional<StatedFinger> of_sub_type(int code);
  // The words of CBEFF's Subtype ("Left IndexFinger"); words that name no finger say nothing.
  static StatedFinger of_words(std::string_view words);

  // The one finger (1..10) that is named; 0 where it is none, or one of several.
  [[nodiscard]] std::uint8_t position() const;
  // Whether a record that says this position (1..10) contradicts it.
  [[nodiscard]] bool contradicts(int position) const;
  // "right index", "a left finger"; for findings.
  [[nodiscard]] std::string text() const;

 private:
  unsigned hands_ = 0;    // bit 0 the right, bit 1 the left
  unsigned fingers_ = 0;  // bit 0 the thumb to bit 4 the little finger
};

}  // namespace whorl::interchange
