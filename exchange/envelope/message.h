// What members say to each other: the payload of an envelope.
//
// JSON in one way of writing: members in the order below, no spaces, none unknown, `pad` last; a text that is not
// exactly what this build would write is refused, so that no two readers see two messages. Texts that hold a probe lie
// in memory that is wiped. Thread-safety: plain values and pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "crypto/key_pair.h"
#include "crypto/random.h"
#include "crypto/secret_bytes.h"
#include "exchange/words.h"

namespace whorl::exchange {

// An envelope has one of four lengths, and says by that alone how much may be in it. Answers and what follows an answer
// without pictures are all kReply.
enum class Size { kReply, kSmall, kMedium, kLarge };
inline constexpr std::array kSizes{Size::kReply, Size::kSmall, Size::kMedium, Size::kLarge};
// Of the payload, in bytes.
constexpr std::size_t payload_bytes(Size size) {
  constexpr std::array<std::size_t, 4> kBytes{3072, 32768, 262144, 2097152};
  return kBytes[static_cast<std::size_t>(size)];
}

inline constexpr std::size_t kIdBytes = 16;  // of message ids, references and handles: 22 characters
inline constexpr std::size_t kIdCharacters = 22;
bool is_message_id(std::string_view text);
// 16 random bytes: says nothing of anybody, and is used once.
Result<std::string> new_id(crypto::Random& random = crypto::system_random());

// What every message says of itself.
struct Common {
  std::string iss;  // who says it, and to whom: names of members
  std::string aud;
  std::string jti;       // the message's own number
  std::int64_t iat = 0;  // unix seconds: said, and void
  std::int64_t exp = 0;
  std::string policy;  // exchange::Policy::id
};

struct ProbeFinger {
  int position = 0;  // ISO/IEC 19794-2
  int quality = 0;   // 0 to 100, as the asker sees it
  int ppi = 0;       // of an image; 0: a template
  crypto::SecretBytes data = {};
};
struct Probe {
  std::string format;  // "native", "png", "wsq", ...: is_word
  std::vector<ProbeFinger> fingers = {};
  crypto::SecretBytes face = {};  // empty: none
  std::vector<int> missing = {};  // positions
};

// Who asks, and why; pseudonyms that the asker alone can resolve.
struct By {
  std::string role;
  std::string officer;
  std::string reason;
  std::string matter;  // the case: "case" on the wire
};

struct Check {
  std::string ref;
  int attempt = 1;  // 1 to 3
  std::string purpose;
  Lane lane = Lane::kBorder;
  By by;
  AgeGroup age = AgeGroup::kUnknown;
  std::string fpir;  // as it is written: a decimal, "0.0001"
  Probe probe;
  crypto::PublicKey reply;  // X25519, for the answer to this message alone
};

enum class Outcome { kMatch, kNoMatch, kIndeterminate, kRefused };
std::string_view name_of(Outcome outcome);

struct Answer {
  std::string ref;
  std::string re;   // the jti of the check
  std::string req;  // SHA-256 of the check's JWS, base64url
  Outcome outcome = Outcome::kIndeterminate;
  std::string why = {};  // a Refusal, or a reason of the engine's; may be empty
  int score_db = 0;      // 0 unless it is a match
  bool complete = true;
  int size_decade = 0;  // of the gallery: 6 is a million
  std::vector<int> quality = {};
  std::string model = {};
  std::string handle;         // for a request to release; there whatever the outcome
  crypto::PublicKey release;  // X25519
};

// A request for data on the person of a match, sealed to the answer's own key. The probe comes again, as the answering
// side has wiped it.
struct ReleaseRequest {
  std::string ref;
  std::string handle;
  std::string purpose;
  By by;
  std::vector<Item> items;    // in the order of kAllItems, each once
  crypto::SecretBytes basis;  // for the officer: UTF-8, at most kMostBasisBytes
  Size room = Size::kSmall;   // of the release: what it may hold at most, and its length whatever it holds
  Probe probe;
  crypto::PublicKey reply;  // X25519, for the release alone
};
inline constexpr std::size_t kMostBasisBytes = 500;
inline constexpr std::size_t kMostTermPurposes = 8;

// What was decided. A refusal has the length of a release.
struct Release {
  std::string ref;
  std::string handle;
  std::string re;   // the jti of the request
  std::string req;  // SHA-256 of the request's JWS, base64url
  Released decision = Released::kRefused;
  std::string why = {};  // of a refusal: a word
  std::string officer;   // pseudonyms
  std::string second = {};
  std::int64_t decided_at = 0;
  // The terms: what the data may be used for, and when they must be gone; nothing where there are none. That they are
  // handed on to nobody is written too, and never otherwise.
  std::vector<std::string> purposes = {};
  std::int64_t delete_by = 0;
  std::vector<Item> items = {};   // that are in it
  crypto::SecretBytes data = {};  // a JSON object; empty where nothing was released
};

// What became of data that were released, for whoever got them; sealed to its key of the day, as it comes at any time.
struct Notice {
  std::string ref;
  std::string handle;
  std::string re;           // the jti of the request
  std::int64_t number = 1;  // of the notices to that release, in their order
  Noticed what = Noticed::kErased;
  std::vector<Item> items = {};   // of a correction: that are in it
  crypto::SecretBytes data = {};  // of a correction: takes the place of what was released
};

struct Cancel {
  std::string ref;
};
// Cover: it follows an answer as a request for data does, and brings the one-time X25519 key that its reply, a noop
// without one, is sealed to.
struct Noop {
  std::optional<crypto::PublicKey> reply = {};
};

using Body = std::variant<Check, Answer, Cancel, Noop, ReleaseRequest, Release, Notice>;
// "check", "answer", "cancel", "noop", "release_request", "release", "notice".
std::string_view kind_of(const Body& body);

struct Message {
  Common common;
  Body body;
};

// Of exactly payload_bytes(size). Errors: kInvalidInput (envelope_malformed) where it does not fit, or a part of it is
// not as it may be; the field is the member.
Result<crypto::SecretBytes> write_message(const Message& message, Size size);
// Errors: kInvalidInput (envelope_malformed).
Result<Message> read_message(ByteView payload);

// The smallest that holds it; a release has the room that was asked for, which the caller says. Errors: as
// write_message.
Result<Size> size_of(const Message& message);

}  // namespace whorl::exchange
