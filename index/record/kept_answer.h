// The answer to a change, kept for a while beside its effect, so that the same request sent again gets the same answer
// and has no second effect. Bytes: docs/gallery-format.md.
//
// Plain values; pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "base/sha256.h"

namespace whorl::index {

// How long an answer is kept.
inline constexpr std::chrono::milliseconds kAnswerKept = std::chrono::hours(24);
inline constexpr std::size_t kMaxAnswerBytes = 64 * 1024;

struct KeptAnswer {
  Sha256 key{};                  // of who asked, and of the key that they chose
  Sha256 request{};              // of what they asked
  std::uint64_t created_ms = 0;  // since 1970-01-01T00:00:00Z
  std::string person_id;         // the encounter that the request made: erased together
  std::string encounter_id;
  Bytes answer;  // whatever the caller wants back

  // The encounter was erased: nothing is left but the key and the time, so that nobody is enrolled again under it.
  [[nodiscard]] bool erased() const { return person_id.empty(); }

  friend bool operator==(const KeptAnswer&, const KeptAnswer&) = default;
};

// What the answer is stored under. No text begins with its first byte.
Bytes answer_key(const Sha256& key);
inline constexpr std::uint8_t kAnswerKeyPrefix = 0x02;

// The value that is stored. Errors: kExhausted (an answer of more than kMaxAnswerBytes).
Result<Bytes> encode_answer(const KeptAnswer& answer);

// What is left of an answer when its encounter is erased.
KeptAnswer erased_answer(const KeptAnswer& answer);

// Takes any bytes. Errors: kCorruption with the reason.
Result<KeptAnswer> parse_answer(ByteView key, ByteView value);

// Whether it is still to be given at this time. A clock that was set back forgets nothing.
bool is_kept(const KeptAnswer& answer, std::uint64_t now_ms);

}  // namespace whorl::index
