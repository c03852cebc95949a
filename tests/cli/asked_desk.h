// A desk of a node that says what a test sets: the next view at each look, the last one for ever. What is sealed for it
// it opens as a member does.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/catalogue.h"
#include "base/world.h"
#include "crypto/random.h"
#include "engine/check_upkeep.h"
#include "engine/sealed_desk.h"
#include "member/desk_key.h"
#include "tests/server/fake_desk.h"

namespace whorl::tests {

using engine::CheckView;
using engine::MemberAnswer;

inline constexpr std::string_view kPng("\x89PNG\r\n\x1a\n and what follows", 24);

inline MemberAnswer answer(const std::string& member, const std::string& state, const std::string& why = "",
                           int score = 0) {
  MemberAnswer out;
  out.member = member;
  out.state = state;
  out.why = why;
  out.score_db = score;
  return out;
}

inline CheckView view(const std::string& result, std::vector<MemberAnswer> members) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  CheckView out{"check-1", "border.identity", now, now + std::chrono::seconds(60), result, "", std::move(members), {}};
  out.reason = "a sentence";
  return out;
}

class AskedDesk final : public FakeDesk, public engine::SealedDesk, public engine::CheckUpkeep {
 public:
  engine::SealedDesk* sealed_desk() override { return this; }
  engine::CheckUpkeep* check_upkeep() override { return this; }

  std::vector<Result<CheckView>> views;
  engine::CheckQuestion asked;
  bool keyed = false;
  std::string looked_for;
  std::string cancelled;
  std::vector<std::string> matters;      // of each call of ask
  std::vector<engine::RequestKey> keys;  // likewise
  std::string opened;                    // the last that was,
  int openings = 0;                      // and how many were
  std::string refuses;                   // a case that it does not take
  bool remembers = false;                // what was asked under a key

  Result<CheckView> ask(const engine::Call&, const engine::CheckQuestion& question,
                        const std::optional<engine::RequestKey>& key) override {
    const std::lock_guard lock(mutex_);
    asked = question;
    keyed = key.has_value();
    matters.push_back(question.matter);
    if (key) keys.push_back(*key);
    if (key) known_[key->key] = {key->request, question.matter};
    if (!refuses.empty() && question.matter == refuses) return unauthorised("the policy lets nobody ask for this");
    return next();
  }
  Result<CheckView> check(const engine::Call&, const std::string& check_id) override {
    const std::lock_guard lock(mutex_);
    looked_for = check_id;
    return next();
  }
  Result<CheckView> cancel(const engine::Call&, const std::string& check_id) override {
    const std::lock_guard lock(mutex_);
    cancelled = check_id;
    return next();
  }
  Result<std::vector<engine::HitAlarm>> hit_alarms(const engine::Call&) override {
    return std::vector<engine::HitAlarm>();
  }
  Result<std::string> desk_key(const engine::Call& call) override { return key_.jwk(call); }
  Result<engine::DeskKeys> rotate_desk_key(const engine::Call& call) override { return key_.rotate(call); }
  Result<std::string> unsealed(const engine::Call&, std::string_view compact) override {
    WHORL_ASSIGN(std::string text, key_.unsealed(compact));
    const std::lock_guard lock(mutex_);
    ++openings;
    return opened = std::move(text);
  }
  Result<std::optional<engine::AskedBefore>> asked_before(const engine::Call&, const engine::RequestKey& key) override {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(key.key);
    if (!remembers || found == known_.end()) return std::optional<engine::AskedBefore>();
    if (found->second.first != key.request) return failure(ErrorCode::kKeyReused);
    WHORL_ASSIGN(CheckView again, next());
    again.repeated = true;
    return std::optional(engine::AskedBefore{std::move(again), found->second.second});
  }

  // The keys' clock.
  void pass_a_day() { world_.later = world_.later.load() + std::chrono::hours(24); }
  [[nodiscard]] std::size_t asks() {
    const std::lock_guard lock(mutex_);
    return matters.size();
  }
  void say(std::vector<Result<CheckView>> more) {
    const std::lock_guard lock(mutex_);
    views = std::move(more);
    next_ = 0;
  }

 private:
  Result<CheckView> next() {
    const std::size_t at = std::min(next_++, views.size() - 1);
    return views[at];
  }
  struct LaterWorld final : World {
    std::chrono::system_clock::time_point now() override { return real_world().now() + later.load(); }
    std::chrono::steady_clock::time_point ticks() override { return real_world().ticks() + later.load(); }
    std::uint64_t random_u64() override { return real_world().random_u64(); }
    std::atomic<std::chrono::hours> later{};
  };
  LaterWorld world_;
  member::DeskKey key_{{[](const engine::Call&, std::string_view, ByteView) { return Status(); }, world_,
                        crypto::system_random(), std::chrono::hours(24)}};
  std::map<Sha256, std::pair<Sha256, std::string>> known_;  // guarded by mutex_; request and case, by key
  std::mutex mutex_;
  std::size_t next_ = 0;  // guarded by mutex_, as all that is set
};

}  // namespace whorl::tests
