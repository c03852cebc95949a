// How large a script wishes a test to be: a number in the environment. Without one a test has the size that every run
// of the tests bears.
#pragma once

#include <cstdlib>
#include <optional>

namespace whorl::tests {

inline std::optional<int> wished(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? std::nullopt : std::optional(std::atoi(text));
}
inline int wished(const char* name, int usual) { return wished(name).value_or(usual); }

}  // namespace whorl::tests
