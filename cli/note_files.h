// Notes, keys and times of the verbs of the exchange. Private to this room.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/verb.h"
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

// What a verb that signs is told.
struct SignOptions : CommonOptions {
  std::string file;
  std::string name;
  std::string key;
  std::string out = "-";
};
// The options of `verb`. `what`: what the file holds.
void add_sign_options(CLI::App& verb, SignOptions& options, const std::string& what, const std::string& who);
// Signs `text`, which is a note already or shall be one; writes the note and says so.
Result<int> sign_note(const SignOptions& options, const std::string& text);

// The text of a note, or the text itself where it is none.
std::string text_in_note(const std::string& file);

}  // namespace whorl::cli
