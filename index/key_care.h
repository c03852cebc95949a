// What an operator does with a gallery's keys and copies without opening it: looks at them, gives one to somebody who
// keeps it elsewhere, puts a copy back (docs/keys.md).
//
// Thread-safety: one at a time for a folder.
#pragma once

#include <filesystem>
#include <optional>

#include "base/result.h"
#include "crypto/secret_bytes.h"
#include "index/reports.h"

namespace whorl::index {

// Of a gallery that may be open elsewhere; `wraps` is 0. Errors: kUnauthorised (no keys, or they do not open),
// kCorruption, kUnavailable.
Result<KeysReport> keys_report(const std::filesystem::path& gallery,
                               const std::optional<std::filesystem::path>& root_key);

// The bytes of the gallery's newest key, as restore_gallery() takes them. Whoever has them and a copy of the gallery of
// the same epoch can read it: they are to be encrypted at once. Errors: as keys_report.
Result<crypto::SecretBytes> escrowed_key(const std::filesystem::path& gallery,
                                         const std::optional<std::filesystem::path>& root_key);

struct Restoration {
  std::filesystem::path from;                          // a copy that Gallery::backup made
  std::filesystem::path to;                            // a folder that is not there yet
  std::optional<std::filesystem::path> keys = {};      // a copy of the folder of keys, under the same root
  const crypto::SecretBytes* escrowed = nullptr;       // or the bytes of escrowed_key()
  std::optional<std::filesystem::path> root_key = {};  // the gallery's from now on
};
struct Restored {
  std::uint64_t encounters = 0;
  KeysReport keys;
};
// Copies the gallery, puts its keys beside it, and opens every record once. Errors: kAlreadyExists (something is at
// `to`), kNotFound, kCorruption, kUnauthorised (the keys are not those of the copy: "escrow" or "keys" is of
// another gallery, or of another epoch, which is said), kInvalidInput, kUnavailable; what was copied is taken away
// again.
Result<Restored> restore_gallery(const Restoration& what);

}  // namespace whorl::index
