// Envelopes of any text, and any bytes rightly sealed, or rightly signed and sealed, by a partner.
#include <cstddef>
#include <cstdint>
#include <string>

#include "crypto/jose/jws.h"
#include "exchange/envelope/envelope.h"
#include "tests/fuzz/require.h"

namespace {

using namespace whorl;
using namespace whorl::exchange;

struct Members {
  crypto::PrivateKey identity = *crypto::PrivateKey::of(crypto::KeyKind::kEd25519, Bytes(32, 1));
  crypto::PrivateKey day = *crypto::PrivateKey::of(crypto::KeyKind::kX25519, Bytes(32, 2));
  crypto::JweKey key;
  Directory partners;

  Members() {
    key.key = day;
    const auto signer = *crypto::NoteSigner::of("a.test", crypto::NoteKeyKind::kSignature, identity);
    const std::string kid = crypto::key_id(identity.public_key());
    partners.members.emplace(
        "a.test",
        DirectoryMember{
            "AAA", {}, {*crypto::parse_jwk(crypto::jwk_text(identity.public_key(), kid))}, signer.verifier()});
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Members members;
  Opening rules;
  rules.me = "b.test";
  rules.partners = &members.partners;
  rules.keys = [](std::string_view) { return &members.key; };
  const ByteView bytes(data, size);
  fuzz::require(!open(as_text(bytes), rules).ok());

  crypto::JweHeader header;
  header.common = {.kid = "k", .cty = "JWS"};
  header.apu = {'a', '.', 't', 'e', 's', 't'};
  header.apv = {'b', '.', 't', 'e', 's', 't'};
  const auto sealed = crypto::encrypt_jwe(members.day.public_key(), crypto::JweAlgorithm::kEcdhEs, header, bytes);
  fuzz::require(!open(*sealed, rules).ok());
  const auto signed_text = crypto::sign_jws(
      members.identity, {.kid = crypto::key_id(members.identity.public_key()), .typ = "rbdes+jws"}, bytes);
  const auto both =
      crypto::encrypt_jwe(members.day.public_key(), crypto::JweAlgorithm::kEcdhEs, header, as_bytes(*signed_text));
  (void)open(*both, rules);
  return 0;
}
