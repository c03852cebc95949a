// Times of leaves as texts. Private to this room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace whorl::audit {

// Of 9999-12-31T23:59:59.999Z.
inline constexpr std::uint64_t kLastTime_ms = 253402300799999;

// "2026-11-25T22:41:03.120Z". Precondition: at most kLastTime_ms.
std::string time_text(std::uint64_t time_ms);
// Empty for every other text.
std::optional<std::uint64_t> time_of(std::string_view text);

}  // namespace whorl::audit
