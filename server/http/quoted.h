// A name that came from outside, made fit to stand in an error message or a log.
#pragma once

#include <string>
#include <string_view>

namespace whorl::server {

// At most 64 bytes of printable ASCII; everything else becomes '?', a cut is marked "...".
inline std::string quoted(std::string_view name) {
  constexpr std::size_t kMax = 64;
  std::string out(name.substr(0, kMax));
  for (char& c : out) {
    if (c < ' ' || c > '~') c = '?';
  }
  if (name.size() > kMax) out += "...";
  return out;
}

}  // namespace whorl::server
