// Bodies of good requests, for tests to send and to break.
#pragma once

#include <string>

namespace whorl::tests {

// "AAEC" decodes to the bytes 0, 1, 2: the fake service does not look inside images.
inline const std::string kFinger =
    R"({"biometricType":"FINGER","biometricSubType":"RIGHT_INDEX","image":"AAEC","resolution":500})";

inline std::string encounter_body(const std::string& items = kFinger, const std::string& more = "") {
  return R"({"status":"ACTIVE","encounterType":"VISA","galleries":["default"],"biometricData":[)" + items + "]" + more +
         "}";
}

inline std::string identify_body(const std::string& items = kFinger, const std::string& filter = "{}") {
  return R"({"filter":)" + filter + R"(,"biometricData":[)" + items + "]}";
}

inline std::string verify_body(const std::string& items = kFinger) { return R"({"biometricData":[)" + items + "]}"; }

}  // namespace whorl::tests
