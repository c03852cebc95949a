// Reading and writing whole files, with errors that say what to do.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace whorl {

// Errors: kNotFound; kInvalidInput when it is no file or longer than `max_bytes`; kInternal when reading
// fails.
Result<Bytes> read_file(const std::filesystem::path& path, std::size_t max_bytes);

// Writes beside the target, then renames: the target is never half a file. "-" is standard output.
// Errors: kInvalidInput when the file cannot be made there.
Status write_file(const std::filesystem::path& path, ByteView bytes);
Status write_file(const std::filesystem::path& path, std::string_view text);

// Errors: kInvalidInput when it cannot be made.
Status make_directory(const std::filesystem::path& path);

}  // namespace whorl
