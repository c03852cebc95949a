#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace whorl::engine {

// The offset of the first byte beyond ASCII in `toml` that stands outside quotes and comments, where TOML knows no such
// character; nothing when there is none. A byte order mark at the very beginning is none. The library that parses the
// text has undefined behaviour on these characters, so they are looked for first. One pass, no memory; safe from any
// thread.
[[nodiscard]] std::optional<std::size_t> foreign_character(std::string_view toml);

}  // namespace whorl::engine
