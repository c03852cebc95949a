// A member of an exchange: its desk, its answering side, and the threads between them and the switches.
//
// - One receiver a switch: waits for messages, opens them, and signs receipts at once: one that waited for the search
//   would tell how long that took.
// - One worker: searches for what is asked. What it has not come to when the process is killed is not answered.
// - Senders (schedule.h): answers in their slots, questions until they are taken.
// - One that looks after time: ends of questions, keys of the day, files that changed, what is kept no longer.
//
// In eight files: its beginning and end (node.cc), what people ask of it (node_desk.cc), what comes (node_receive.cc),
// its answers (node_answer.cc), questions (node_ask.cc), requests for data, decisions and notices (node_release.cc),
// cover (node_cover.cc), and time (node_time.cc).
//
// Thread-safety: as engine::MemberDesk, engine::SealedDesk, engine::CheckUpkeep.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/event.h"
#include "engine/check_upkeep.h"
#include "engine/member_desk.h"
#include "engine/sealed_desk.h"
#include "engine/service.h"
#include "exchange/envelope/day_keys.h"
#include "member/answering.h"
#include "member/asking.h"
#include "member/cover.h"
#include "member/desk_key.h"
#include "member/release_asking.h"
#include "member/releasing.h"
#include "member/schedule.h"
#include "member/settled_time.h"
#include "member/shield.h"
#include "member/standing.h"
#include "member/taken_alone.h"
#include "relay/hop_client.h"

namespace whorl::member {

class MemberNode final : public engine::MemberDesk, public engine::SealedDesk, public engine::CheckUpkeep {
 public:
  // Reads what is kept, and begins. `service` is the node's own, without a layer that checks rights; it keeps the rows,
  // and outlives this, as `world` does. The program ignores SIGPIPE. Errors: those of read_standing and read_own_keys;
  // kInvalidInput where the service keeps no rows; kCorruption, kUnavailable of the store.
  static Result<std::unique_ptr<MemberNode>> start(MemberConfig config, engine::Service& service,
                                                   World& world = real_world(), EventSink events = {});
  // Reads the files that start reads. Errors: those of read_standing and read_own_keys.
  static Status check_files(const MemberConfig& config, World& world = real_world());
  // What is under way ends within seconds; what was asked goes on after the next start.
  ~MemberNode() override;

  engine::SealedDesk* sealed_desk() override { return this; }
  engine::CheckUpkeep* check_upkeep() override { return this; }
  Result<engine::ExchangeTerms> terms(const engine::Call& call) override;
  Result<std::vector<engine::Partner>> partners(const engine::Call& call) override;
  Result<engine::CheckView> ask(const engine::Call& call, const engine::CheckQuestion& question,
                                const std::optional<engine::RequestKey>& key) override;
  Result<engine::CheckView> check(const engine::Call& call, const std::string& check_id) override;
  Result<engine::CheckView> cancel(const engine::Call& call, const std::string& check_id) override;
  Result<engine::ReleaseView> ask_release(const engine::Call& call, const engine::ReleaseQuestion& question) override;
  Result<engine::ReleaseView> release(const engine::Call& call, const std::string& check_id,
                                      const std::string& member) override;
  Result<std::vector<engine::ReleaseCase>> release_requests(const engine::Call& call) override;
  Result<engine::ReleaseDossier> release_request(const engine::Call& call, const std::string& request_id) override;
  Result<engine::ReleaseCase> decide(const engine::Call& call, const engine::ReleaseDecision& decision) override;
  Result<std::vector<engine::Disclosure>> disclosures(const engine::Call& call) override;
  Result<engine::Disclosure> withdraw(const engine::Call& call, const std::string& disclosure_id) override;
  Status protect(const engine::Call& call, const std::string& person_id, const engine::Protection& protection) override;
  Result<engine::Protection> protection(const engine::Call& call, const std::string& person_id) override;
  Status carry_protection(const std::string& from, const std::string& into,
                          const std::function<Status(const Carry&)>& move) override;
  Result<std::vector<engine::HiddenHit>> hidden_hits(const engine::Call& call) override;
  Result<std::vector<engine::HitAlarm>> hit_alarms(const engine::Call& call) override;
  Result<std::string> desk_key(const engine::Call& call) override;
  Result<engine::DeskKeys> rotate_desk_key(const engine::Call& call) override;
  Result<std::optional<engine::AskedBefore>> asked_before(const engine::Call& call,
                                                          const engine::RequestKey& key) override;
  Result<std::string> unsealed(const engine::Call& call, std::string_view compact) override;

 private:
  MemberNode(MemberConfig config, engine::Service& service, engine::TaskStore& rows, World& world, EventSink events,
             std::shared_ptr<const Standing> standing, OwnKeys keys);
  Status load();
  void begin();

  [[nodiscard]] exchange::Time now() const;
  // Of what is over by the clock: in a minute again, where the clock may be wrong. Nothing: it is over.
  std::optional<Schedule::Clock::time_point> over();
  [[nodiscard]] std::shared_ptr<const Standing> standing() const;
  void say(Severity severity, const std::string& code, const std::string& text) const;

  // Threads.
  void receive(const SwitchAddress& from);
  void work();
  void look_after_time();
  void look_at_clock();
  [[nodiscard]] bool is_refused(const Status& taken);

  bool publish(relay::HopClient& client);
  // The receipt that the switch is given with the next call; empty: none.
  std::string take(const relay::HopReply& got);
  bool take_message(exchange::Opened opened);
  bool take_release_request(const exchange::Opened& opened);
  bool take_release(const exchange::Opened& opened);
  bool take_notice(const exchange::Opened& opened);
  bool take_answer(const exchange::Opened& opened);
  bool take_noop(const exchange::Opened& opened);
  Status take_cover(const exchange::Opened& opened);
  // A row of `rows()`, to what keeps it.
  Status load_release(const engine::KeptTask& row);
  Status begin_releases();
  void end_releases();
  void compare(const std::string& request_id);
  void follow_released_data();
  Status turn_day_keys();
  void read_again();
  void schedule(const Leaving& leaving);
  void schedule(const std::string& jti, Schedule::Clock::time_point due);
  // What covers, of either side: cover_ or cover_replies_.
  Status begin_slots();
  // The slot of the reply to a request for data, where it has none yet.
  Result<std::optional<Cover::Slot>> owe_reply(const exchange::Opened& request, const exchange::Policy& policy);
  void schedule_slot(Cover& cover, const Cover::Slot& slot);
  // A slot that was drawn for what came, where one was: what is not taken has none.
  void settle_slot(Cover& cover, const std::optional<Cover::Slot>& slot, bool is_taken);
  std::optional<Schedule::Clock::time_point> use_slot(Cover& cover, const Cover::Slot& slot, int failures, Line& line);
  std::optional<Schedule::Clock::time_point> send_noop(const Cover::Noop& noop, const Cover::Slot& slot, int failures,
                                                       Line& line);
  void make_room(Cover& cover, const std::string& member);
  [[nodiscard]] std::vector<WaitsForSlot> waiting(const Cover& cover, const std::string& member) const;
  // Until when the switch may hand over what follows an answer: the same for all that leaves now, as it sees it.
  [[nodiscard]] std::int64_t followup_until() const;
  void schedule_release(const Leaving& leaving);
  std::optional<Schedule::Clock::time_point> send_release(const Leaving& leaving, int failures, Line& line);
  void schedule_release_request(const std::string& row, const std::string& member);
  std::optional<Schedule::Clock::time_point> send_release_request(const std::string& row, int failures, Line& line);
  void schedule_cancel(const Asking::Cancelled& what);
  bool take_cancel(const exchange::Opened& opened);
  void schedule_notice(const std::string& id);
  std::optional<Schedule::Clock::time_point> send_notice(const std::string& id, int failures, Line& line);
  // Nothing: it cannot be had.
  std::optional<crypto::PublicKey> day_key_of(const std::string& member, Line& line);
  // Whether a receipt is the receiver's, for what it got.
  bool receipt_is_sound(const SentAs& sent, const std::string& member, const std::string& jti,
                        const std::string& envelope) const;
  std::optional<Schedule::Clock::time_point> send_question(const std::string& jti, int failures, Line& line);
  // Steady time of unix milliseconds.
  [[nodiscard]] Schedule::Clock::time_point steady_at(std::int64_t unix_ms) const;

  const MemberConfig config_;
  engine::Service& service_;
  engine::TaskStore& rows_;
  World& world_;
  const EventSink events_;
  const OwnKeys keys_;
  SettledTime settled_;

  mutable std::mutex mutex_;
  std::shared_ptr<const Standing> standing_;    // guarded by mutex_
  exchange::DayKeyRing day_keys_;               // guarded by mutex_
  std::filesystem::file_time_type files_read_;  // of the one that looks after time
  bool clock_is_ahead_ = false;                 // of the same; said
  std::atomic<std::int64_t> day_keys_turn_{0};  // grows when there is a new one to publish

  Shield shield_;
  Asking asking_;
  DeskKey desk_key_;
  Answering answering_;
  ReleaseAsking release_asking_;
  Cover cover_;          // of answers that came
  Cover cover_replies_;  // of what others covered, and of their requests
  Disclosures disclosures_;
  Releasing releasing_;

  std::mutex requests_mutex_;  // of whoever takes a request for data

  BeingTaken being_taken_;
  std::mutex queue_mutex_;
  std::condition_variable queue_bell_;
  std::deque<Arrived> queue_;           // guarded by queue_mutex_; in order of lane
  std::deque<std::string> to_compare_;  // guarded by queue_mutex_; requests for data
  bool queue_closed_ = false;           // guarded by queue_mutex_
  std::atomic<bool> stopping_{false};

  std::unique_ptr<Schedule> schedule_;
  std::thread worker_;
  std::vector<std::thread> threads_;
};

}  // namespace whorl::member
