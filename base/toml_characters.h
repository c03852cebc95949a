#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace whorl {

// The library that parses TOML has undefined behaviour on characters beyond ASCII outside quotes and comments, where
// TOML knows none. What holds any is therefore parsed as its ASCII shape first: only where that is TOML do quotes and
// comments stand where foreign_character() sees them.
//
// It has undefined behaviour, too, on a table's header whose name does not begin as a name may, so that
// nameless_header() looks for those before anything is parsed.
//
// Each takes one pass; safe from any thread.

// The text without a byte order mark at its beginning, and with an 'x' for every byte beyond ASCII.
[[nodiscard]] std::string ascii_shape(std::string_view toml);

// The offset of the first byte beyond ASCII that stands outside quotes and comments; nothing when there is none. A byte
// order mark at the very beginning is none. Precondition: the text's ASCII shape is TOML.
[[nodiscard]] std::optional<std::size_t> foreign_character(std::string_view toml);

// The offset of the first table's header ("[" or "[[" at the beginning of a line, outside arrays and inline tables)
// after which no name begins; nothing when there is none. Of text that is no TOML: of what stands before the first
// fault.
[[nodiscard]] std::optional<std::size_t> nameless_header(std::string_view ascii_toml);

}  // namespace whorl
