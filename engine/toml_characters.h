#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace whorl::engine {

// The library that parses TOML has undefined behaviour on characters beyond ASCII outside quotes and comments, where
// TOML knows none. What holds any is therefore parsed as its ASCII shape first: only where that is TOML do quotes and
// comments stand where foreign_character() sees them.
//
// Both take one pass; safe from any thread.

// The text without a byte order mark at its beginning, and with an 'x' for every byte beyond ASCII.
[[nodiscard]] std::string ascii_shape(std::string_view toml);

// The offset of the first byte beyond ASCII that stands outside quotes and comments; nothing when there is none. A byte
// order mark at the very beginning is none. Precondition: the text's ASCII shape is TOML.
[[nodiscard]] std::optional<std::size_t> foreign_character(std::string_view toml);

}  // namespace whorl::engine
