// The key that desks which cannot reach the node seal their requests for. It is made when it is first asked for, and
// kept sealed among the node's rows: a desk has no key that opens what lies on it.
//
// When it is changed, the one before still opens what was sealed for it, until its time is over. Then it opens nothing,
// whatever the disk does, and is overwritten in memory and in its row. All of them are one row, so that a node that is
// killed has the keys of before or of after.
//
// That time is the monotonic clock's: nobody gains or loses any of it by setting the wall clock. A node that starts has
// the wall clock alone, by which the row was written. What is over by it opens nothing, and goes when that has been so
// for an hour; the time that is left is never longer than that of a key which is changed now.
//
// Thread-safety: any thread may call any method at once.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/world.h"
#include "crypto/key_pair.h"
#include "crypto/random.h"
#include "engine/call.h"
#include "engine/sealed_desk.h"

namespace whorl::member {

// The `typ` of a sealed request.
inline constexpr std::string_view kSealedCheckType = "whorl-check+jwe";
// How long after the start the wall clock may yet be set right before what is over by it goes.
inline constexpr std::chrono::seconds kDeskKeyDoubt{3600};
// That are kept at once beside the latest.
inline constexpr std::size_t kMostEarlierDeskKeys = 16;

class DeskKey {
 public:
  // Puts the row on the disk, and a leaf of the audit log with it: both or neither. `outcome`: of the leaf.
  using Keep = std::function<Status(const engine::Call& call, std::string_view outcome, ByteView head)>;
  // Borrows world and random. `opens_for`: how long a key opens that another has followed.
  struct With {
    Keep keep;
    World& world;
    crypto::Random& random;
    std::chrono::seconds opens_for;
  };
  explicit DeskKey(With with) : with_(std::move(with)) {}

  // Takes a row that was kept; of an earlier build too. Errors: kCorruption.
  Status take(ByteView head);
  // On disk when it returns. Errors: those of Keep; kUnavailable when randomness fails.
  Result<std::string> jwk(const engine::Call& call);
  // The same of another key; beyond kMostEarlierDeskKeys the earliest goes. Nothing has changed after an error.
  Result<engine::DeskKeys> rotate(const engine::Call& call);
  // Errors: those of crypto::decrypt_jwe; kInvalidInput for a text that is sealed as something else.
  Result<std::string> unsealed(std::string_view compact);
  // Destroys keys whose time is over. Cheap where there are none. Errors: those of Keep; the next call tries again, and
  // they open nothing meanwhile.
  Status pass_time();

 private:
  using Ticks = std::chrono::steady_clock::time_point;
  struct Key {
    crypto::PrivateKey key;
    std::optional<Ticks> ends = {};  // of the latest none
    std::int64_t row_until = 0;      // unix seconds, of one that was in the row when the node began; else 0
  };
  // The caller has the lock, of these.
  [[nodiscard]] std::int64_t now() const;
  [[nodiscard]] std::int64_t until(const Key& key) const;
  [[nodiscard]] bool is_over(const Key& key) const;
  void look_at_clocks();
  void drop_what_is_over();
  [[nodiscard]] Status keep(const engine::Call& call, std::string_view outcome, const std::vector<Key>& keys);
  [[nodiscard]] engine::DeskKeys shown() const;

  const With with_;
  std::mutex mutex_;
  std::vector<Key> keys_;      // guarded by mutex_; the latest first
  Ticks began_{};              // guarded by mutex_; when the row was read,
  std::int64_t began_at_ = 0;  // and by the wall clock: the least that it has said of that since then
  bool row_is_over_ = false;   // guarded by mutex_; keys that are gone stand in it yet
};

// What a desk does: `body`, the JSON of a check, for the owner of `jwk`. Errors: those of crypto::parse_jwk and
// encrypt_jwe; kInvalidInput for a key that nothing is sealed for, or a text too long.
Result<std::string> sealed_check(std::string_view jwk, std::string_view body);

}  // namespace whorl::member
