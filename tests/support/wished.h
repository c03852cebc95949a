// How large a script wishes a test to be: a number in the environment. Without one a test has the size that every run
// of the tests bears.
#pragma once

#include <cstdlib>

namespace whorl::tests {

template <class Number>
Number wished(const char* name, Number usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : static_cast<Number>(std::strtoull(text, nullptr, 10));
}

}  // namespace whorl::tests
