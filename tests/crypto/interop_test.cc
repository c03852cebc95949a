// Both ways with Python's jwcrypto and cryptography (interop.py), npm's jose (interop.mjs) and the command jose
// (interop_jose.py): what they make opens here, what is made here opens there. A judge that is not installed is
// skipped; scripts/setup checks installs the first and the last, scripts/oidc-test the other.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <ostream>
#include <string>
#include <vector>

#include "crypto/jose/base64url.h"
#include "crypto/log/checkpoint.h"
#include "crypto/vault/vault.h"
#include "tests/crypto/jose_keys.h"
#include "tests/support/shared_data.h"

namespace whorl::crypto {
namespace {

using tests::always;

// Who opens what is made here, and makes what is opened here.
struct Judge {
  std::string name;
  std::string command;    // with its file, below the project's folder
  std::string is_there;   // a command that says so
  std::size_t cases = 0;  // that it makes

  friend void PrintTo(const Judge& judge, std::ostream* out) { *out << judge.name; }
};
// Exit status of a judge that knows none of the kinds that it was given.
constexpr int kKnowsNone = 3;

std::vector<Judge> judges() {
  // Debian's Python, which sees Debian's packages.
  return {{"Python", "/usr/bin/python3 tests/crypto/interop.py", "/usr/bin/python3 -c 'import jwcrypto'", 27},
          {"Npm", "node tests/crypto/interop.mjs", "test -d tests/oidc/node_modules/jose && node --version", 22},
          {"Command", "/usr/bin/python3 tests/crypto/interop_jose.py", "jose --version; test $? -lt 126", 13}};
}

struct Case {
  std::string kind;
  std::string key;
  std::string text;
  std::string content;
};

class Interop : public testing::TestWithParam<Judge> {
 protected:
  void SetUp() override {
    if (shell(GetParam().is_there + " >/dev/null 2>&1") != 0) GTEST_SKIP() << GetParam().name << " is not installed";
  }
  [[nodiscard]] int run(const std::string& verb) const {
    return shell(GetParam().command + " " + verb + " '" + file() + "'");
  }
  [[nodiscard]] std::string file() const { return (folder_.path() / "cases").string(); }
  [[nodiscard]] std::vector<Case> read() const {
    std::ifstream in(file());
    std::vector<Case> out;
    for (std::string line; std::getline(in, line);) {
      Case read;
      for (std::string* field : {&read.kind, &read.key, &read.text, &read.content}) {
        const std::size_t tab = line.find('\t');
        *field = line.substr(0, tab);
        line = tab == std::string::npos ? "" : line.substr(tab + 1);
      }
      out.push_back(read);
    }
    return out;
  }
  // Its exit status, in the project's folder.
  static int shell(const std::string& command) {
    const int status = std::system(("cd '" + tests::source_path("").string() + "' && { " + command + "; }").c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  void write(const std::vector<Case>& cases) const {
    std::ofstream out(file());
    for (const Case& c : cases) out << c.kind << '\t' << c.key << '\t' << c.text << '\t' << c.content << '\n';
  }

 private:
  tests::TemporaryDirectory folder_;
};

JweAlgorithm algorithm_of(const std::string& kind) {
  return kind == "dir"            ? JweAlgorithm::kDirect
         : kind == "RSA-OAEP-256" ? JweAlgorithm::kRsaOaep256
         : kind == "ECDH-ES"      ? JweAlgorithm::kEcdhEs
                                  : JweAlgorithm::kEcdhEsA256Kw;
}

// The content that a case opens to, in base64url.
Result<std::string> opened(const Case& c) {
  if (c.kind == "jws" || c.kind == "detached") {
    const Jwk key = tests::jwk(c.key);
    const Bytes payload = *decode_base64url(c.content);
    WHORL_ASSIGN(const Jws jws,
                 c.kind == "jws" ? verify_jws(c.text, always(key)) : verify_jws_detached(c.text, payload, always(key)));
    EXPECT_EQ(jws.header.kid, "theirs");
    return base64url(jws.payload);
  }
  JweKey key;
  key.algorithm = algorithm_of(c.kind);
  key.takes_cbc = true;
  if (c.kind == "RSA-OAEP-256") {
    auto read = parse_rsa_private_jwk(c.key);
    EXPECT_TRUE(read.ok()) << read.error().text();
    key.rsa = read->key;
  } else if (c.kind == "dir") {
    key.shared = std::move(*decode_base64url_secret(c.key));
  } else {
    key.key = tests::private_jwk(c.key).key;
  }
  WHORL_ASSIGN(const Jwe jwe, decrypt_jwe(c.text, always(key)));
  EXPECT_EQ(as_text(jwe.header.apu), c.kind.starts_with("ECDH") ? "a.test" : "");
  return base64url(jwe.plaintext);
}

void check_checkpoint(const Case& c) {
  const std::size_t dash = c.key.find('-');
  const auto log = NoteVerifier::parse(c.key.substr(0, dash));
  const auto witness = NoteVerifier::parse(c.key.substr(dash + 1));
  ASSERT_TRUE(log.ok() && witness.ok());
  const Bytes note = *decode_base64url(c.text);
  const std::vector<NoteVerifier> witnesses{*witness};
  const auto checkpoint = open_checkpoint(as_text(note), *log, witnesses);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().text();
  EXPECT_EQ(checkpoint->checkpoint.size, 20852163u);
  ASSERT_EQ(checkpoint->witnesses.size(), 1u);
  EXPECT_EQ(std::to_string(checkpoint->witnesses[0].unix_seconds.value_or(0)), c.content);
}

TEST_P(Interop, WhatTheOtherMakesOpensHere) {
  ASSERT_EQ(run("make"), 0);
  const std::vector<Case> cases = read();
  EXPECT_EQ(cases.size(), GetParam().cases);
  for (const Case& c : cases) {
    if (c.kind == "checkpoint") {
      check_checkpoint(c);
    } else if (c.kind == "thumbprint") {
      EXPECT_EQ(base64url(jwk_thumbprint(tests::jwk(c.key).key)), c.text);
    } else {
      const auto content = opened(c);
      ASSERT_TRUE(content.ok()) << c.kind << ": " << content.error().text();
      EXPECT_EQ(*content, c.content) << c.kind;
    }
  }
}

std::string text_of(const SecretBytes& secret) { return std::string(as_text(secret.view())); }

// A value with a key of its own, and the keys above it.
Case sealed_case(const std::string& encoded) {
  const Bytes root_bytes{1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16,
                         17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32};
  const auto root = *make_root_key(SecretBytes::copy_of(root_bytes));
  const GalleryId gallery{9, 8, 7};
  const std::vector<KeptGalleryKey> keys{*make_gallery_key(*root, gallery, 258)};
  const Vault vault = *Vault::open(*root, gallery, keys);
  const SealContext context{.kind = "record", .family = "default", .key = as_bytes("row"), .version = 9};
  std::string key = base64url(root_bytes);
  for (const ByteView part : {ByteView(gallery), as_bytes(context.kind), as_bytes(context.family), context.key}) {
    key += ":" + base64url(part);
  }
  const Bytes value = *vault.seal(context, *decode_base64url(encoded));
  return {"sealed", key, base64url(keys[0].sealed) + ":" + base64url(value), encoded};
}

std::vector<Case> our_cases() {
  const std::string content = "payload of ours";
  const std::string encoded = base64url(as_bytes(content));
  std::vector<Case> out;
  for (const KeyKind kind : {KeyKind::kEd25519, KeyKind::kP256}) {
    const PrivateKey key = *PrivateKey::make(kind);
    const std::string known = jwk_text(key.public_key(), "ours");
    const JoseHeader header{.kid = "ours", .typ = "x+jws", .cty = "json"};
    out.push_back({"jws", known, *sign_jws(key, header, as_bytes(content)), encoded});
    out.push_back({"detached", known, *sign_jws_detached(key, header, as_bytes(content)), encoded});
    out.push_back({"thumbprint", known, base64url(jwk_thumbprint(key.public_key())), ""});
  }
  out.push_back(sealed_case(encoded));
  const JweHeader header{{.kid = "ours", .typ = "", .cty = "JWS"}, {'a'}, {'b'}};
  for (const KeyKind kind : {KeyKind::kX25519, KeyKind::kP256}) {
    for (const auto algorithm : {JweAlgorithm::kEcdhEs, JweAlgorithm::kEcdhEsA256Kw}) {
      const PrivateKey key = *PrivateKey::make(kind);
      out.push_back({algorithm == JweAlgorithm::kEcdhEs ? "ECDH-ES" : "ECDH-ES+A256KW",
                     text_of(private_jwk_text(key, "ours")),
                     *encrypt_jwe(key.public_key(), algorithm, header, as_bytes(content)), encoded});
      out.push_back(out.back());
      out.back().text = *encrypt_jwe(key.public_key(), algorithm, header, as_bytes(content), system_random(),
                                     JweContent::kA256CbcHs512);
    }
  }
  const RsaPrivateJwk rsa = *parse_rsa_private_jwk(tests::kRsaPrivate);
  for (const JweContent cipher : {JweContent::kA256Gcm, JweContent::kA256CbcHs512}) {
    out.push_back({"RSA-OAEP-256", std::string(tests::kRsaPrivate),
                   *encrypt_jwe(rsa.key.public_key(), JweAlgorithm::kRsaOaep256, header, as_bytes(content),
                                system_random(), cipher),
                   encoded});
  }
  const Bytes shared(32, 0x42);
  out.push_back({"dir", base64url(shared), *encrypt_jwe_shared(shared, {}, as_bytes(content)), encoded});
  const NoteSigner log =
      *NoteSigner::of("a.test/audit/7", NoteKeyKind::kSignature, *PrivateKey::make(KeyKind::kEd25519));
  const NoteSigner witness = *NoteSigner::of("w.test", NoteKeyKind::kCosignature, *PrivateKey::make(KeyKind::kEd25519));
  SignedNote note = *sign_checkpoint({"a.test/audit/7", 5, leaf_hash({}), {}}, log);
  EXPECT_TRUE(note.add(witness, 1'800'000'000).ok());
  out.push_back(
      {"checkpoint", log.verifier().text() + "-" + witness.verifier().text(), base64url(as_bytes(note.note())), ""});
  return out;
}

TEST_P(Interop, WhatIsMadeHereOpensThere) {
  write(our_cases());
  EXPECT_EQ(run("check"), 0);
}

// The judge is able to say no.
TEST_P(Interop, WhatIsForgedDoesNotOpenThere) {
  std::vector<Case> cases = our_cases();
  int judged = 0;
  for (Case& c : cases) {
    if (c.kind == "thumbprint") continue;
    char& changed = c.text[c.text.size() - 12];  // of a signature or a tag
    changed = changed == 'A' ? 'B' : 'A';
    write({c});
    const int said = run("check");
    EXPECT_NE(said, 0) << c.kind;
    judged += said == kKnowsNone ? 0 : 1;
  }
  EXPECT_GE(judged, 6);
}

INSTANTIATE_TEST_SUITE_P(Judges, Interop, testing::ValuesIn(judges()), [](const auto& of) { return of.param.name; });

}  // namespace
}  // namespace whorl::crypto
