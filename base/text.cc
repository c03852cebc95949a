#include "base/text.h"

#include <cstdio>

namespace whorl {

std::string fixed(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

}  // namespace whorl
