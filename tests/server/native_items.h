// Items of biometricData that the real engine can compare: fingers of made-up people, as native templates.
#pragma once

#include <cstdint>
#include <string>

#include "base/base64.h"
#include "tests/support/random_prints.h"

namespace whorl::tests {

// Each `capture` of a finger differs a little.
inline std::string native_item(unsigned finger, std::uint64_t capture = 1,
                               const std::string& sub_type = "RIGHT_INDEX") {
  const auto bytes = native(another_capture(random_finger(finger), capture));
  return R"({"biometricType":"FINGER","biometricSubType":")" + sub_type +
         R"(","templateFormat":"WHORL_NATIVE","template":")" + encode_base64(bytes) + "\"}";
}

// Both index fingers of a person, so that a stranger's chance of a match is far below what one run could see.
inline std::string native_pair(unsigned person, std::uint64_t capture = 1) {
  return native_item(10 * person + 2, capture) + "," + native_item(10 * person + 7, capture, "LEFT_INDEX");
}

}  // namespace whorl::tests
