// The lines of a CSV file, bounded and checked. Private to datasets.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace whorl::datasets {

// The file as text. Errors: those of read_file; kInvalidInput above 256 MiB.
Result<std::string> read_text(const std::filesystem::path& path);

// The bytes of `file` as text, without the byte order mark that spreadsheets write. Errors: kInvalidInput for UTF-16.
Result<std::string_view> csv_text(std::string_view bytes, const std::filesystem::path& file);

// The next line, without its end; removed from `text`.
std::string_view take_line(std::string_view& text);

// A relative path that never goes up.
bool stays_inside(const std::filesystem::path& file);

// At most 512 bytes of UTF-8, no control characters.
bool printable(const std::string& text);

// The error with "file:line" as its field, or before it.
Error at_line(const std::filesystem::path& file, std::size_t line, const Error& error);

}  // namespace whorl::datasets
