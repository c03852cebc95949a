// Cookies of a request, by their names. Pure; bounded by the header.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace whorl::server {

inline constexpr std::size_t kMostCookieBytes = 256;  // of a value

// The value of the one cookie of this name among the values of every Cookie header. Empty where there is none, where
// there are several (another of the name was put there by somebody else), and for a value that is longer than is taken,
// or has another character than letters, digits, '-', '_' and '.', of which those of this server are.
std::string cookie_value(std::span<const std::string> headers, std::string_view name);

}  // namespace whorl::server
