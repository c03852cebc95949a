// Rows of this part that are named by a number. Private to this room.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace whorl::cluster {

// The number that is all of the row's name behind the prefix; nothing for another name.
inline std::optional<std::uint64_t> number_behind(std::string_view prefix, std::string_view row) {
  if (!row.starts_with(prefix)) return {};
  row.remove_prefix(prefix.size());
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(row.data(), row.data() + row.size(), out);
  if (error != std::errc() || end != row.data() + row.size()) return {};
  return out;
}

}  // namespace whorl::cluster
