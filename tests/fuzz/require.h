// What a fuzz target holds to be true of every input.
#pragma once

namespace whorl::fuzz {

// Ends the process at once, so that libFuzzer keeps the input and CTest sees a failure.
inline void require(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace whorl::fuzz
