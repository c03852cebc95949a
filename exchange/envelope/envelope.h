// Envelopes: a message, signed, then sealed, so that the switch between two members reads nothing of it.
//
//   JWE(ECDH-ES, A256GCM) of JWS(EdDSA or ES256) of a payload of one of four lengths (message.h),
//   and, where two members share a secret, all of it once more under that: JWE(dir, A256GCM).
//
// Signed first, so that the receiver can show what it was asked. Whom it is for stands inside the signature (`aud`),
// and both names enter the key (`apu`, `apv`): nobody passes a message on as his own, or to another. The kind of
// message stands in the signed payload and not in a header, so that envelopes of one pair and size have one length,
// whatever is in them.
//
// Thread-safe: pure functions. Cost: 0.3 ms for 3 KiB, 26 ms for 2 MiB, to seal; half of it to open.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/sha256.h"
#include "crypto/jose/jwe.h"
#include "exchange/directory/directory.h"
#include "exchange/envelope/message.h"

namespace whorl::exchange {

// A secret that two members have from their agreement, a layer against who records today and computes tomorrow. It
// covers every message of a pair that has one: used for some purposes alone, the length would tell the switch which.
struct PairSecret {
  std::string kid;            // 22 characters
  crypto::SecretBytes bytes;  // 32
};

// What the switch lets through: the longest envelope of a size, with the second layer and the longest names.
constexpr std::size_t most_envelope_bytes(Size size) {
  constexpr std::array<std::size_t, 4> kBytes{10u << 10, 80u << 10, 640u << 10, 5u << 20};
  return kBytes[static_cast<std::size_t>(size)];
}
// Exactly, between two members whose names have these lengths.
std::size_t envelope_bytes(Size size, std::size_t from_bytes, std::size_t to_bytes, bool second_layer);

struct Sealed {
  std::string envelope;
  Sha256 signed_text;  // of the JWS: what an answer says that it answers
};

// A second name of a key, for whoever has it: cover that is sealed to the key that a request for data is sealed to goes
// under it, as one name in two envelopes would tell the switch that they belong together.
std::string cover_kid(const crypto::PublicKey& key);

// For the owner of `to`: a key of the day, or one made for this message alone; a noop goes under the key's second name.
// Errors: those of write_message; kUnavailable when randomness fails.
Result<Sealed> seal(const Message& message, Size size, const crypto::PrivateKey& identity, const crypto::PublicKey& to,
                    const PairSecret* secret, crypto::Random& random = crypto::system_random());

// What the reader of an envelope knows. All must outlive the call.
struct Opening {
  std::string me;
  const Directory* partners = nullptr;                             // pinned ones (pins.h)
  crypto::JweKeyFinder keys;                                       // of the day, and one-time ones
  std::function<const PairSecret*(std::string_view)> secret = {};  // by the member's name; null: none
  std::string hop_from = {};  // who the switch says it is from, and under what number;
  std::string hop_id = {};    // empty: there was no switch
};

struct Opened {
  Message message;
  Size size = Size::kReply;
  bool second_layer = false;
  std::string kid;  // of our key that opened it
  Sha256 signed_text;
  Sha256 envelope{};  // as it came
};

// In this order, and nothing is looked at before what comes before it fits: length, outer layer, JWE header, our key,
// content, JWS header, the signer's key in the directory and its own algorithm, signature, payload, names, number.
// Errors: envelope_malformed, envelope_refused; those of crypto. None says more than where it stopped, and none holds a
// byte. A partner with a secret must use it.
Result<Opened> open(std::string_view envelope, const Opening& rules);

// Whether a message is taken at `now`: not made more than two minutes in the future, nor before `longest` ago, and not
// past its end. Else the refusal that its sender is told.
inline constexpr std::chrono::seconds kMostClockDifference{120};
std::optional<Refusal> check_times(const Common& common, std::chrono::sys_seconds now, std::chrono::seconds longest);

}  // namespace whorl::exchange
