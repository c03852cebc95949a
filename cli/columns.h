// Columns of a table of text on a terminal. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

namespace whorl::cli {

// To the width of a column; longer texts stay whole, with `apart` spaces before the next.
inline std::string at_left(std::string text, std::size_t width, std::size_t apart = 0) {
  text.resize(std::max(text.size() + apart, width), ' ');
  return text;
}
inline std::string at_right(const std::string& text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
}

}  // namespace whorl::cli
