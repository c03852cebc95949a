// How much of a person an erasure takes. Private to this room.
#pragma once

#include <cstdint>

namespace whorl::index {

enum class Erases : std::uint8_t {
  kSome,    // the person has others
  kLast,    // the person goes with them
  kPerson,  // the person was to go, and what they were about to get with them
};

}  // namespace whorl::index
