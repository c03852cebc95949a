#include "cli/note_files.h"

#include <time.h>

#include <boost/json.hpp>

#include "base/files.h"
#include "cli/print.h"
#include "crypto/jose/jwk.h"
#include "crypto/private_file.h"

namespace whorl::cli {
namespace {

constexpr std::string_view kSignatures = "\n\n\u2014 ";

// One more signature.
Result<std::string> signed_also(const std::string& text, const crypto::NoteSigner& signer) {
  auto note =
      text.find(kSignatures) == std::string::npos ? crypto::SignedNote::of(text) : crypto::SignedNote::parse(text);
  if (!note.ok()) return note.error();
  WHORL_TRY(note->add(signer));
  return note->note();
}

}  // namespace

Result<std::string> text_of_file(const std::string& file) {
  WHORL_ASSIGN(const Bytes bytes, read_file(file, crypto::kMostNoteBytes));
  return std::string(as_text(bytes));
}

Result<std::vector<crypto::NoteVerifier>> note_keys(const std::vector<std::string>& texts) {
  std::vector<crypto::NoteVerifier> out;
  for (const std::string& text : texts) {
    auto key = crypto::NoteVerifier::parse(text);
    if (!key.ok()) {
      WHORL_ASSIGN(std::string line, text_of_file(text));
      line.erase(line.find_last_not_of("\r\n") + 1);
      key = crypto::NoteVerifier::parse(line);
    }
    if (!key.ok()) return key.error().within(text);
    out.push_back(std::move(*key));
  }
  return out;
}

Result<crypto::NoteSigner> note_signer(const std::string& name, const std::string& key_file) {
  WHORL_ASSIGN(const auto text,
               crypto::read_private_file(key_file, crypto::kMostJwkBytes, crypto::OthersMay::kNothing));
  auto key = crypto::parse_private_jwk(as_text(text.view()));
  if (!key.ok()) return key.error().within(key_file);
  return crypto::NoteSigner::of(name, crypto::NoteKeyKind::kSignature, std::move(key->key));
}

Result<std::chrono::sys_seconds> time_of(const std::string& text) {
  using namespace std::chrono;
  if (text.empty()) return floor<seconds>(system_clock::now());
  std::tm parts{};
  const char* end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (end == nullptr || *end != '\0') return invalid_input("is a time such as 2026-12-01T00:00:00Z", "at");
  return sys_seconds(seconds(::timegm(&parts)));
}

void add_sign_options(CLI::App& verb, SignOptions& options, const std::string& what, const std::string& who) {
  verb.add_option("file", options.file, what + ", or the note")->required();
  verb.add_option("--name", options.name, who)->required();
  verb.add_option("--key", options.key, "The private key (JWK)")->required();
  verb.add_option("--out", options.out, "The file to write; - for standard output");
}

Result<int> sign_note(const SignOptions& options, const std::string& text) {
  WHORL_ASSIGN(const auto signer, note_signer(options.name, options.key));
  WHORL_ASSIGN(const std::string note, signed_also(text, signer));
  if (options.out != "-") WHORL_TRY(write_file(options.out, note));
  if (options.json) {
    print_json({{"signed_by", signer.verifier().text()}, {"note", note}});
  } else if (options.out == "-") {
    print(note);
  } else {
    print(options.out + " is signed by " + options.name + "\n");
  }
  return 0;
}

std::string text_in_note(const std::string& file) {
  const auto note = crypto::SignedNote::parse(file);
  return note.ok() ? note->text() : file;
}

}  // namespace whorl::cli
