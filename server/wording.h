// Names in sentences: of what came from outside, and of what is known here.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace whorl::server {

// A name that came from outside, made fit to stand in an error message or a log: at most 64 bytes of printable ASCII;
// everything else becomes '?', a cut is marked "...".
inline std::string shown(std::string_view name) {
  constexpr std::size_t kMax = 64;
  std::string out(name.substr(0, kMax));
  for (char& c : out) {
    if (c < ' ' || c > '~') c = '?';
  }
  if (name.size() > kMax) out += "...";
  return out;
}

// "A, B, C"
inline std::string listed(std::span<const std::string_view> names) {
  std::string out;
  for (const auto name : names) out += (out.empty() ? "" : ", ") + std::string(name);
  return out;
}

}  // namespace whorl::server
