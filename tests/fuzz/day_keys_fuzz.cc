// Sets of keys of the day, and receipts: of any text, and rightly signed.
#include <cstddef>
#include <cstdint>

#include "crypto/jose/jws.h"
#include "exchange/envelope/day_keys.h"
#include "exchange/envelope/receipt.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  using namespace whorl::exchange;
  static const crypto::PrivateKey identity = *crypto::PrivateKey::of(crypto::KeyKind::kEd25519, Bytes(32, 1));
  static const std::string kid = crypto::key_id(identity.public_key());
  static const Directory partners = [] {
    Directory out;
    const auto signer = *crypto::NoteSigner::of("a.test", crypto::NoteKeyKind::kSignature, identity);
    out.members.emplace(
        "a.test",
        DirectoryMember{
            "AAA", {}, {*crypto::parse_jwk(crypto::jwk_text(identity.public_key(), kid))}, signer.verifier()});
    return out;
  }();
  const ByteView bytes(data, size);
  const std::chrono::sys_seconds now{std::chrono::seconds(1'796'083'200)};
  fuzz::require(!read_day_keys(as_text(bytes), "a.test", partners, now).ok());
  fuzz::require(!read_receipt(as_text(bytes), "a.test", partners).ok());
  (void)read_day_keys(*crypto::sign_jws(identity, {.kid = kid, .typ = "rbdes-keys+jws"}, bytes), "a.test", partners,
                      now);
  (void)read_receipt(*crypto::sign_jws(identity, {.kid = kid, .typ = "rbdes-receipt+jws"}, bytes), "a.test", partners);
  const auto ring = DayKeyRing::restore(bytes);
  if (ring.ok()) fuzz::require(as_text(ring->save().view()) == as_text(bytes));
  return 0;
}
