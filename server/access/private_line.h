// A secret of one line in a file: a token, a client's secret.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace whorl::server {

// The first line without white space around it, of at most 4 KiB, where nobody else may read the file. Errors: those of
// access::read_private_file.
Result<std::string> private_line(const std::filesystem::path& file);

}  // namespace whorl::server
