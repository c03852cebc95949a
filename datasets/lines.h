// The lines of a CSV file, bounded and checked. Private to datasets.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace whorl::datasets {

// The file as text. Errors: those of read_file; kInvalidInput above 256 MiB.
Result<std::string> read_text(const std::filesystem::path& path);

// Without the byte order mark that spreadsheets write.
std::string_view without_mark(std::string_view text);

// The next line, without its end; removed from `text`.
std::string_view take_line(std::string_view& text);

// A relative path that never goes up.
bool stays_inside(const std::filesystem::path& file);

// At most 512 bytes, no control characters.
bool printable(const std::string& text);

}  // namespace whorl::datasets
