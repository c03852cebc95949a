// Files that decide who comes in, or hold what others may not read: taken only where others cannot have written or read
// them.
//
// Thread-safe. Errors name the path and never a byte.
#pragma once

#include <cstddef>
#include <filesystem>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/secret_bytes.h"

namespace whorl::crypto {

enum class OthersMay {
  kReadIt,   // it holds no secret
  kNothing,  // its group may read it, as ssl-cert of Debian may; nobody else
};

// Of a plain file that belongs to this user or root, and that nobody else may write. Errors: kNotFound; kUnauthorised
// (open_to_others; not this user's to read); kInvalidInput when it is no plain file, empty or longer than `most_bytes`;
// kUnavailable when reading fails.
Result<SecretBytes> read_private_file(const std::filesystem::path& file, std::size_t most_bytes, OthersMay others);

}  // namespace whorl::crypto
