// Sealed messages between a front and a part, so that the broker between them holds ciphertext, and nothing that it
// keeps can be sent again (docs/cluster.md has the bytes).
//
// A session begins with a greeting: both ends draw 16 bytes, and the keys follow from those and from the cluster's key,
// one for each way and kind of message. A message has a number of its own session; a part takes each number once. A
// part that was started anew, or has forgotten a session, has no key of it: what was recorded opens nowhere.
//
// Thread-safety: Keys, Session and ReplayWindow may be used from any thread at once, but for ReplayWindow::take.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "base/sha256.h"
#include "crypto/hmac.h"
#include "crypto/random.h"
#include "crypto/secret_bytes.h"

namespace whorl::cluster {

inline constexpr std::size_t kClusterKeyBytes = 32;

using Draw = std::array<std::uint8_t, 16>;
using SessionId = std::array<std::uint8_t, 16>;

// What a message is. Each kind has its own key.
enum class Kind : std::uint8_t {
  kQuestion = 1,      // front to part
  kAnswer = 2,        // part to front, under the question's number
  kAskedBack = 3,     // part to front, while it works on the question
  kAnsweredBack = 4,  // front to part
  kForgotten = 5,     // part to front: it has no such session, and did nothing
};

class Session {
 public:
  [[nodiscard]] const SessionId& id() const { return id_; }
  // A number may be sealed once of a kind. Errors: kInternal.
  [[nodiscard]] Result<Bytes> seal(Kind kind, std::uint64_t number, ByteView plain) const;
  // `message` is one of this session. Errors: kCorruption: not sealed by the other end as this kind and number.
  [[nodiscard]] Result<Bytes> open(Kind kind, std::uint64_t number, ByteView message) const;

 private:
  friend class Keys;
  SessionId id_{};
  std::map<Kind, crypto::SecretBytes> keys_;
};

// The greeting of a front, and a part's answer to it.
struct Greeting {
  Draw draw{};
  Sha256 setting{};  // of how the sender is set up: both must be set up alike
};

// What follows from the cluster's key for the traffic with one part.
class Keys {
 public:
  // Errors: kInternal. `key` has kClusterKeyBytes.
  static Result<Keys> make(ByteView key, std::string part);
  // From a file of 32 bytes, its owner's alone. Errors: those of crypto::read_private_file; kInvalidInput.
  static Result<crypto::SecretBytes> read(const std::filesystem::path& file);

  [[nodiscard]] Bytes greeting(const Greeting& front) const;
  [[nodiscard]] Bytes answer(const Greeting& part, const Greeting& to) const;
  // Errors of both: kCorruption (another key, another part's, no greeting), kInvalidInput (another version of the
  // format).
  [[nodiscard]] Result<Greeting> open_greeting(ByteView message) const;
  [[nodiscard]] Result<Greeting> open_answer(ByteView message, const Greeting& to) const;
  // Errors: kInternal.
  [[nodiscard]] Result<std::shared_ptr<const Session>> session(const Draw& front, const Draw& part) const;

  // That a part has no session of this message, and did nothing.
  [[nodiscard]] Bytes forgotten(const SessionId& session, std::uint64_t number) const;
  [[nodiscard]] bool is_forgotten(ByteView message, const SessionId& session, std::uint64_t number) const;

 private:
  Keys(crypto::SecretBytes key, std::string part, crypto::HmacSha256 mac)
      : key_(std::move(key)), part_(std::move(part)), mac_(std::move(mac)) {}

  crypto::SecretBytes key_;
  std::string part_;
  crypto::HmacSha256 mac_;
};

// The head of a sealed message; nothing in it is certain before the rest has opened.
struct Envelope {
  Kind kind = Kind::kQuestion;
  SessionId session{};
  std::uint64_t number = 0;
};
bool is_greeting(ByteView message);
// Errors: kInvalidInput.
Result<Envelope> parse_envelope(ByteView message);

// Which numbers of a session came. One thread at a time.
class ReplayWindow {
 public:
  // Whether the number comes for the first time; one that lies further back than the window is as one that came.
  bool take(std::uint64_t number);

 private:
  static constexpr std::size_t kWidth = 4096;
  std::uint64_t next_ = 0;  // above all that came
  std::bitset<kWidth> came_;
};

// Errors: kUnavailable.
Result<Draw> draw(crypto::Random& random);

}  // namespace whorl::cluster
