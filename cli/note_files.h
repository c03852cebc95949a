// Notes, keys and times of the verbs of the exchange. Private to this room.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/log/note.h"

namespace whorl::cli {

// A file of at most a mebibyte.
Result<std::string> text_of_file(const std::string& file);
// Keys by themselves ("NAME+HEX+BASE64"), or files that hold one.
Result<std::vector<crypto::NoteVerifier>> note_keys(const std::vector<std::string>& texts);
// A JWK of Ed25519 that its owner alone may read.
Result<crypto::NoteSigner> note_signer(const std::string& name, const std::string& key_file);
// "2026-12-01T00:00:00Z"; empty: now.
Result<std::chrono::sys_seconds> time_of(const std::string& text);

// One more signature. `text` is a note already, or what shall be one.
Result<std::string> signed_also(const std::string& text, const crypto::NoteSigner& signer);
// The text of a note, or the text itself where it is none.
std::string text_in_note(const std::string& file);

}  // namespace whorl::cli
