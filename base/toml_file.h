// Files in TOML, opened in one way: bounded, TOML to the last character, errors with file and line. For those who read
// tables; the library's header is large and comes with this one.
//
// Pure; safe from any thread.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

// Values, not exceptions.
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_UNRELEASED_FEATURES 0
#include <toml++/toml.h>

namespace whorl {

// The file's tables. Errors: file_too_long; not_toml with "file:line".
Result<toml::table> parse_toml(std::string_view text, const std::filesystem::path& file, std::size_t most_bytes);

// "file:line" of a node, to stand before an error.
std::string toml_place(const std::filesystem::path& file, const toml::source_region& at);

// A text that may be empty. Errors: wrong_type (no text, or a zero byte in it), text_too_long.
Result<std::string> toml_text(const toml::node& node, std::size_t most_bytes);

}  // namespace whorl
