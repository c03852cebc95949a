// A leaf of the audit log: who did or asked what, when, and what came of it, on one line (docs/audit.md).
//
// The line is JSON in its canonical form (RFC 8785), padded to 512 or 1,024 bytes. By construction it holds no personal
// data: people, galleries and requests stand in it as keyed digests, everything else is a number or a word of the
// product. A leaf has one form: what parse() takes, encoded() gives back to the byte.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/sha256.h"

namespace whorl::audit {

// 16 bytes that stand for somebody or something; all zeros for nobody and nothing.
using Tag = std::array<std::uint8_t, 16>;

enum class Operation : std::uint8_t {
  kBegin,       // the log begins; `count`: encounters that were there
  kConvert,     // records of an earlier format were sealed; `count` of them
  kEnrol,       // an encounter came
  kUpdate,      // an encounter changed
  kErase,       // an encounter went
  kTakeBack,    // an encounter whose enrolment had failed went
  kLoad,        // `count` encounters came at once; `digest` is of them all
  kSetting,     // a setting of the gallery changed
  kRotate,      // the gallery has a new key, of `epoch`
  kRoot,        // the gallery's keys lie under another root key
  kBackup,      // the gallery was copied
  kRestore,     // the gallery is a copy that was put back; `count`: encounters in it
  kIdentify,    // somebody was looked for among `persons`
  kVerify,      // somebody was compared with one person
  kAsk,         // another member is asked
  kHeard,       // another member's answer came, or none did
  kAnswer,      // another member's question was answered, or refused
  kProtect,     // what is known of somebody's protection changed
  kCompareAll,  // `count` people were compared with each other
  kAskRelease,  // data on somebody are asked of another member
  kReceive,     // what it decided came: `count` kinds of data, or a refusal; or the data went when their time had come
  kDecide,      // an officer decided what another member is given, or nobody did: `count` kinds of data
  kNotice,      // whoever was given data is told that they changed or went, or has signed for that
  kPrune,       // leaves before `first` went, their hashes stay; `count`: encounters that are there
  kRead,        // a record was read, `count` times
  kRefuse,      // somebody was not let in, or not allowed, `count` times
};
// "begin", "take_back", ...
std::string_view name_of(Operation operation);

// What happened, as whoever does it tells it. The log gives it a number and a time, and makes tags of its names.
struct Event {
  Operation operation = Operation::kBegin;
  std::string outcome = {};  // a word or two: "match", "enrolled", "unavailable"
  Tag subject = {};          // of the encounter
  std::vector<std::string> galleries = {};
  std::optional<std::uint64_t> count = {};
  std::optional<std::uint64_t> epoch = {};
  std::optional<std::uint64_t> first = {};  // of the leaves that are kept
  std::optional<std::uint64_t> images = {};
  std::optional<std::uint64_t> persons = {};
  std::optional<std::int64_t> threshold_mdb = {};  // thousandths of a decibel
  std::optional<Sha256> set = {};                  // over what came at once
  std::string peer = {};                           // the other member
};

inline constexpr std::size_t kLeafBytes = 512;
inline constexpr std::size_t kLongLeafBytes = 1024;
inline constexpr std::size_t kMostGalleriesOfLeaf = 16;
inline constexpr std::size_t kMostWordBytes = 48;
inline constexpr std::size_t kMostPeerBytes = 100;

struct Leaf {
  std::uint64_t n = 0;
  std::uint64_t time_ms = 0;  // since 1970
  Operation operation = Operation::kBegin;
  std::string outcome = {};
  std::string auth = {};
  std::string role = {};
  std::string purpose = {};
  std::string software = {};  // of who begins or restores
  std::string peer = {};      // the name of another member
  Tag who = {};
  Tag request = {};
  Tag subject = {};
  std::vector<Tag> galleries = {};
  std::optional<std::uint64_t> count = {};
  std::optional<std::uint64_t> epoch = {};
  std::optional<std::uint64_t> first = {};
  std::optional<std::uint64_t> images = {};
  std::optional<std::uint64_t> persons = {};
  std::optional<std::int64_t> threshold_mdb = {};
  std::optional<Sha256> digest = {};

  friend bool operator==(const Leaf&, const Leaf&) = default;
};

// Letters, digits, space, and . , _ : + ~ -, at most kMostWordBytes.
bool is_word(std::string_view text, std::size_t most_bytes = kMostWordBytes);

// The line, without an end. Errors: kInternal for a text that is no word, a number above 2^53, too many galleries.
Result<Bytes> encoded(const Leaf& leaf);
// Errors: kCorruption for everything that encoded() does not give.
Result<Leaf> parse_leaf(ByteView line);

}  // namespace whorl::audit
