#include "member/node.h"

#include <algorithm>

#include "base/catalogue.h"
#include "crypto/jose/base64url.h"
#include "crypto/jose/jwk.h"
#include "engine/access/authorise.h"
#include "engine/access/scopes.h"
#include "exchange/envelope/receipt.h"
#include "member/row_names.h"
#include "member/terms.h"

namespace whorl::member {
namespace {

namespace fs = std::filesystem;
using Clock = Schedule::Clock;

constexpr std::size_t kSenders = 4;
constexpr std::size_t kMostWaiting = 64;
constexpr std::chrono::seconds kPoll{2};
constexpr std::chrono::seconds kPatienceOfReceiver{12};
constexpr std::chrono::milliseconds kTick{200};
constexpr std::chrono::seconds kLookEvery{2};
constexpr std::chrono::seconds kSweepEvery{3600};
constexpr std::chrono::milliseconds kPauseOfReceiver{1000};
constexpr std::chrono::minutes kLookAgain{1};
constexpr std::chrono::hours kLongestSlot{24};

fs::file_time_type changed_at(const MemberConfig& config) {
  fs::file_time_type out = fs::file_time_type::min();
  for (const fs::path* file : {&config.directory, &config.policy, &config.pins, &config.national, &config.office}) {
    std::error_code error;
    const auto at = fs::last_write_time(*file, error);
    if (!error) out = std::max(out, at);
  }
  return out;
}

relay::WireLane wire_lane(exchange::Lane lane) {
  switch (lane) {
    case exchange::Lane::kBorder: return relay::WireLane::kBorder;
    case exchange::Lane::kUrgent: return relay::WireLane::kUrgent;
    case exchange::Lane::kRoutine: break;
  }
  return relay::WireLane::kRoutine;
}

}  // namespace

MemberNode::MemberNode(MemberConfig config, engine::Service& service, engine::TaskStore& rows, World& world,
                       EventSink events, std::shared_ptr<const Standing> standing, OwnKeys keys)
    : config_(std::move(config)),
      service_(service),
      rows_(rows),
      world_(world),
      events_(std::move(events)),
      keys_(std::move(keys)),
      settled_(world_),
      standing_(std::move(standing)),
      shield_(config_, rows_),
      asking_({keys_, service_, rows_, world_, crypto::system_random()}),
      desk_key_({[this](const engine::Call& call, std::string_view outcome, ByteView head) {
                   audit::Event event;
                   event.operation = audit::Operation::kRotate;
                   event.outcome = outcome;
                   return service_.note_change(call, event, std::string(kDeskKeyRow), head);
                 },
                 world_, crypto::system_random(), config_.desk_key_kept}),
      answering_({keys_, service_, rows_, shield_, world_, crypto::system_random()}),
      release_asking_({keys_, service_, rows_, world_, crypto::system_random()}, asking_),
      cover_({keys_, rows_, world_, crypto::system_random()}, Cover::Side::kAsks),
      cover_replies_({keys_, rows_, world_, crypto::system_random()}, Cover::Side::kReplies),
      disclosures_({config_, keys_, service_, rows_, shield_, world_, crypto::system_random()}),
      releasing_({config_, keys_, service_, rows_, shield_, answering_, asking_, disclosures_, world_,
                  crypto::system_random()}) {}

Result<std::unique_ptr<MemberNode>> MemberNode::start(MemberConfig config, engine::Service& service, World& world,
                                                      EventSink events) {
  engine::TaskStore* rows = service.exchange_rows();
  if (rows == nullptr) return invalid_input("the gallery keeps nothing for an exchange");
  const auto changed = changed_at(config);
  WHORL_ASSIGN(auto standing, read_standing(config, std::chrono::floor<std::chrono::seconds>(world.now())));
  WHORL_ASSIGN(OwnKeys keys, read_own_keys(config, standing->partners));
  std::unique_ptr<MemberNode> out(new MemberNode(std::move(config), service, *rows, world, std::move(events),
                                                 std::move(standing), std::move(keys)));
  out->files_read_ = changed;
  WHORL_TRY(out->load());
  out->begin();
  return out;
}

MemberNode::~MemberNode() {
  stopping_ = true;
  for (std::thread& each : threads_) each.join();
  {
    const std::scoped_lock lock(queue_mutex_);
    queue_closed_ = true;
  }
  queue_bell_.notify_all();
  if (worker_.joinable()) worker_.join();
  schedule_.reset();
}

exchange::Time MemberNode::now() const { return std::chrono::floor<std::chrono::seconds>(world_.now()); }

std::shared_ptr<const Standing> MemberNode::standing() const {
  const std::scoped_lock lock(mutex_);
  return standing_;
}

void MemberNode::say(Severity severity, const std::string& code, const std::string& text) const {
  if (events_) events_({severity, code, text});
}

// Answers that wait are given their time once the schedule is there.
Status MemberNode::load() {
  std::size_t damaged = 0;
  WHORL_ASSIGN(const auto kept, rows_.all(damaged));
  if (damaged > 0) return corruption("rows of the exchange do not open");
  schedule_ = std::make_unique<Schedule>(config_, kSenders);
  for (const engine::KeptTask& row : kept) {
    if (row.id.starts_with(kCheckRows)) WHORL_TRY(asking_.take_check(row.head));
    if (row.id.starts_with(kQuestionRows)) WHORL_TRY(asking_.take_question(row.head));
    if (row.id.starts_with(kProtectionRows)) WHORL_TRY(shield_.take(row.head));
    if (row.id == kAskedRow) WHORL_TRY(asking_.take_counts(row.head));
    if (row.id == kAnsweredRow) WHORL_TRY(answering_.take_counts(row.head));
    if (row.id == kHitsRow) WHORL_TRY(answering_.take_hits(row.head));
    if (row.id == kPseudonymsRow) WHORL_TRY(asking_.take_pseudonyms(row.head));
    if (row.id == kDeskKeyRow) WHORL_TRY(desk_key_.take(row.head));
    if (row.id == kDayKeysRow) {
      WHORL_ASSIGN(day_keys_, exchange::DayKeyRing::restore(row.head));
    }
    if (row.id.starts_with(kCaseRows)) {
      WHORL_ASSIGN(const auto leaving, answering_.take_case(row.id, row.head, now()));
      if (leaving) schedule(*leaving);
    }
    WHORL_TRY(load_release(row));
  }
  WHORL_TRY(asking_.drop_unasked());
  answering_.count_hits_again();
  for (const std::string& jti : asking_.to_send()) schedule(jti, Clock::now());
  WHORL_TRY(begin_releases());
  // What is over opens nothing all the same; a full disk keeps no node from starting.
  if (const Status destroyed = desk_key_.pass_time(); !destroyed.ok()) {
    say(Severity::kError, "desk_key_not_destroyed", destroyed.error().text());
  }
  return turn_day_keys();
}

void MemberNode::begin() {
  for (const SwitchAddress& each : config_.switches) threads_.emplace_back([this, &each] { receive(each); });
  worker_ = std::thread([this] { work(); });
  threads_.emplace_back([this] { look_after_time(); });
}

// -- Desk -------------------------------------------------------------------------------------------------------------

Result<engine::ExchangeTerms> MemberNode::terms(const engine::Call& call) {
  WHORL_TRY(access::authorise(call.who, access::scope::kExchangeAsk));
  return member::terms(*standing());
}

Result<std::vector<engine::Partner>> MemberNode::partners(const engine::Call& call) {
  WHORL_TRY(access::authorise(call.who, access::scope::kMetricsRead));
  const auto standing_now = standing();
  const exchange::Time at = now();
  return member::partners(
      *standing_now, [&](const std::string& member) { return asking_.used(standing_now->me, member, at); },
      [&](const std::string& member) { return answering_.used(member, standing_now->me, at); });
}

Result<engine::CheckView> MemberNode::ask(const engine::Call& call, const engine::CheckQuestion& question,
                                          const std::optional<engine::RequestKey>& key) {
  const auto standing_now = standing();
  WHORL_ASSIGN(auto view, asking_.ask(call, question, key, *standing_now));
  if (view.repeated) return view;
  for (const std::string& jti : asking_.questions_of(view.check_id)) schedule(jti, Clock::now());
  return view;
}

Result<engine::CheckView> MemberNode::check(const engine::Call& call, const std::string& check_id) {
  return asking_.check(call, check_id);
}

Result<engine::CheckView> MemberNode::cancel(const engine::Call& call, const std::string& check_id) {
  WHORL_ASSIGN(const auto cancelled, asking_.cancel(call, check_id));
  for (const Asking::Cancelled& each : cancelled) schedule_cancel(each);
  return asking_.check(call, check_id);
}

Status MemberNode::protect(const engine::Call& call, const std::string& person_id,
                           const engine::Protection& protection) {
  WHORL_TRY(access::authorise(call.who, access::scope::kProtectionWrite));
  const auto standing_now = standing();
  WHORL_TRY(member::check(protection, standing_now->policy));
  audit::Event event;
  event.operation = audit::Operation::kProtect;
  event.outcome = "set";
  WHORL_TRY(service_.note(call, event));
  return shield_.set(person_id, protection, standing_now->policy);
}

Result<engine::Protection> MemberNode::protection(const engine::Call& call, const std::string& person_id) {
  WHORL_TRY(access::authorise(call.who, access::scope::kProtectionWrite));
  return shield_.of(person_id);
}

Result<std::vector<engine::HiddenHit>> MemberNode::hidden_hits(const engine::Call& call) {
  WHORL_TRY(access::authorise(call.who, access::scope::kProtectionWrite));
  return answering_.hidden_hits();
}

Result<std::vector<engine::HitAlarm>> MemberNode::hit_alarms(const engine::Call& call) {
  WHORL_TRY(access::authorise(call.who, access::scope::kProtectionWrite));
  return answering_.hit_alarms(now());
}

Result<std::string> MemberNode::desk_key(const engine::Call& call) {
  WHORL_TRY(access::authorise(call.who, access::scope::kExchangeAsk));
  return desk_key_.jwk(call);
}

Result<engine::DeskKeys> MemberNode::rotate_desk_key(const engine::Call& call) {
  WHORL_TRY(access::authorise(call.who, access::scope::kKeysAdmin));
  return desk_key_.rotate(call);
}

Result<std::optional<engine::AskedBefore>> MemberNode::asked_before(const engine::Call& call,
                                                                    const engine::RequestKey& key) {
  return asking_.asked_before(call, key);
}

Result<std::string> MemberNode::unsealed(const engine::Call& call, std::string_view compact) {
  WHORL_TRY(access::authorise(call.who, access::scope::kExchangeAsk));
  return desk_key_.unsealed(compact);
}

// -- Receiving --------------------------------------------------------------------------------------------------------

bool MemberNode::publish(relay::HopClient& client) {
  Result<std::string> set = unavailable("no set");
  {
    const std::scoped_lock lock(mutex_);
    set = day_keys_.publish(config_.name, keys_.identity, now());
  }
  if (!set.ok()) return false;
  const auto reply = client.request("PUT", "/x/v1/keys", {}, *set);
  return reply.ok() && reply->status == 204;
}

void MemberNode::receive(const SwitchAddress& from) {
  bool connected = false;
  while (!stopping_) {
    auto context = relay::hop_context(config_.tls, relay::HopSide::kMember);
    auto client =
        context.ok() ? dial(from, context->get(), kPatienceOfReceiver) : Result<relay::HopClient>(context.error());
    std::string why = client.ok() ? "" : client.error().text();
    std::string ack;
    std::int64_t published = -1;
    while (!stopping_ && client.ok()) {
      if (const std::int64_t turn = day_keys_turn_; published != turn) {
        if (!publish(*client)) why = "the switch does not take the keys of the day";
        if (!why.empty()) break;
        published = turn;
      }
      if (!connected) say(Severity::kInfo, "switch_connected", "connected to the switch at " + from.address);
      connected = true;
      const auto got = client->next(kPoll, ack);
      ack.clear();
      if (!got.ok()) why = got.error().text();
      if (!got.ok()) break;
      if (got->status == 200) ack = take(*got);
    }
    if (!ack.empty() && client.ok()) static_cast<void>(client->next(std::chrono::seconds(0), ack));
    if (connected && !stopping_) say(Severity::kWarning, "switch_lost", "no connection to the switch: " + why);
    connected = false;
    if (!stopping_) std::this_thread::sleep_for(kPauseOfReceiver);
  }
}

std::string MemberNode::take(const relay::HopReply& got) {
  const std::string sender = got.header(relay::kFrom);
  const std::string id = got.header(relay::kMessageId);
  const Sha256 digest = sha256_of({as_bytes(got.body)});
  const auto signed_for = [&] {
    const auto text = exchange::sign_receipt({config_.name, sender, id, digest, now()}, keys_.identity);
    return text.ok() ? got.header(relay::kDelivery) + " " + *text : std::string();
  };
  // The one-time key of what was taken is gone; its sender has not heard that it was.
  const std::string mark = taken_mark(sender, id, digest);
  if (asking_.took(mark) || release_asking_.took(mark) || cover_.took(mark)) return signed_for();
  const auto standing_now = standing();
  exchange::Opening opening;
  opening.me = config_.name;
  opening.partners = &standing_now->partners;
  opening.hop_from = sender;
  opening.hop_id = id;
  opening.secret = [this](std::string_view member) { return keys_.secret(member); };
  crypto::JweKey key;
  opening.keys = [&](std::string_view kid) -> const crypto::JweKey* {
    auto once = asking_.reply_key(kid);
    if (!once) once = release_asking_.reply_key(kid);
    if (!once) once = cover_.reply_key(kid);
    if (!once) once = answering_.release_key(kid);
    if (once) {
      key.key = std::move(*once);
      return &key;
    }
    const std::scoped_lock lock(mutex_);
    const crypto::JweKey* day = day_keys_.find(kid);
    if (day == nullptr) return nullptr;
    key.key = day->key;
    return &key;
  };
  auto opened = exchange::open(got.body, opening);
  if (!opened.ok()) {
    say(Severity::kWarning, "message_refused", "a message from " + sender + " is not taken: " + opened.error().text());
    return {};
  }
  return take_message(std::move(*opened)) ? signed_for() : std::string();
}

// For good: it is signed for, so that it is not sent again. Not where the clock may be wrong that says it is too late.
bool MemberNode::is_refused(const Status& taken) {
  return taken.error().kind == ErrorKind::kUnauthorised && settled_.ahead() == std::chrono::seconds(0);
}

// What follows it has its slot before it is taken: an answer that nothing follows would be seen.
bool MemberNode::take_answer(const exchange::Opened& opened) {
  const auto standing_now = standing();
  const auto& answer = std::get<exchange::Answer>(opened.message.body);
  Result<std::optional<Cover::Slot>> slot = std::optional<Cover::Slot>();
  if (standing_now->policy.rules.cover_followup && asking_.awaits(opened))
    slot = cover_.owe(opened.message.common.iss, answer.re, answer.release, standing_now->policy);
  if (!slot.ok()) say(Severity::kError, "cover_not_kept", slot.error().text());
  if (!slot.ok()) return false;
  const Status taken = asking_.take_answer(opened);
  if (!taken.ok()) say(Severity::kWarning, "answer_refused", "an answer is not taken: " + taken.error().text());
  if (*slot && taken.ok()) schedule_slot(cover_, **slot);
  if (*slot && !taken.ok()) static_cast<void>(cover_.forget((*slot)->name));
  return taken.ok() || is_refused(taken);
}

// False: it is not signed for, and will be handed over again.
bool MemberNode::take_message(exchange::Opened opened) {
  if (std::holds_alternative<exchange::Answer>(opened.message.body)) return take_answer(opened);
  if (std::holds_alternative<exchange::Noop>(opened.message.body)) return take_noop(opened);
  if (std::holds_alternative<exchange::Release>(opened.message.body)) return take_release(opened);
  if (std::holds_alternative<exchange::ReleaseRequest>(opened.message.body)) return take_release_request(opened);
  if (std::holds_alternative<exchange::Notice>(opened.message.body)) return take_notice(opened);
  if (std::holds_alternative<exchange::Cancel>(opened.message.body)) return take_cancel(opened);
  if (!std::holds_alternative<exchange::Check>(opened.message.body)) return true;
  const auto received = std::chrono::duration_cast<std::chrono::milliseconds>(world_.now().time_since_epoch()).count();
  const std::scoped_lock lock(queue_mutex_);
  if (queue_.size() >= kMostWaiting) return false;
  switch (answering_.seen(opened, settled_.now())) {
    case exchange::ReplayTable::Seen::kAgain: return true;
    case exchange::ReplayTable::Seen::kFull: return false;
    case exchange::ReplayTable::Seen::kNew: break;
  }
  const auto lane_of = [](const exchange::Opened& check) { return std::get<exchange::Check>(check.message.body).lane; };
  const exchange::Lane lane = lane_of(opened);
  const auto later =
      std::find_if(queue_.begin(), queue_.end(), [&](const Arrived& each) { return lane_of(each.opened) > lane; });
  queue_.insert(later, Arrived{std::move(opened), standing(), received});
  queue_bell_.notify_one();
  return true;
}

// What is searched for at this moment is answered: nobody waits for that any more.
bool MemberNode::take_cancel(const exchange::Opened& opened) {
  const std::string& member = opened.message.common.iss;
  const std::string& ref = std::get<exchange::Cancel>(opened.message.body).ref;
  {
    const std::scoped_lock lock(queue_mutex_);
    std::erase_if(queue_, [&](const Arrived& each) {
      const exchange::Message& message = each.opened.message;
      return message.common.iss == member && std::get<exchange::Check>(message.body).ref == ref;
    });
  }
  const Status dropped = answering_.drop(member, ref);
  if (!dropped.ok()) say(Severity::kError, "answer_not_noted", dropped.error().text());
  return dropped.ok();
}

// -- Answering --------------------------------------------------------------------------------------------------------

// Until the queue is closed and empty.
void MemberNode::work() {
  std::unique_lock lock(queue_mutex_);
  while (true) {
    queue_bell_.wait(lock, [this] { return queue_closed_ || !queue_.empty() || !to_compare_.empty(); });
    // What is not compared yet is kept, and compared after the next start.
    if (queue_.empty() && (queue_closed_ || to_compare_.empty())) return;
    if (queue_.empty()) {
      const std::string request_id = std::move(to_compare_.front());
      to_compare_.pop_front();
      lock.unlock();
      compare(request_id);
      lock.lock();
      continue;
    }
    Arrived arrived = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    const auto leaving = answering_.answer(std::move(arrived));
    if (!leaving.ok())
      say(Severity::kError, "check_not_answered", "a check is not answered: " + leaving.error().text());
    if (leaving.ok() && *leaving) schedule(**leaving);
    lock.lock();
  }
}

// Of what was to leave at a time that the clock is far from by now (it was ahead), at once.
Clock::time_point MemberNode::steady_at(std::int64_t unix_ms) const {
  const auto now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(world_.now().time_since_epoch()).count();
  const std::chrono::milliseconds wait(unix_ms - now_ms);
  return wait > kLongestSlot ? Clock::now() : Clock::now() + wait;
}

void MemberNode::schedule(const Leaving& leaving) {
  const auto failures = std::make_shared<int>(0);
  schedule_->add(steady_at(leaving.due_ms), "reply " + leaving.to,
                 [this, leaving, failures](Line& line) -> std::optional<Clock::time_point> {
                   if (now().time_since_epoch().count() >= leaving.exp) return over();
                   const auto envelope = answering_.envelope(leaving.row);
                   if (!envelope.ok()) return std::nullopt;
                   const SentAs sent =
                       line.send(leaving.to, relay::WireLane::kReply, leaving.jti, leaving.exp, *envelope);
                   if (sent.what == Sent::kLater) return Clock::now() + pause_after((*failures)++, world_.random_u64());
                   const Status noted = answering_.sent(leaving.row);
                   if (!noted.ok()) say(Severity::kError, "answer_not_noted", noted.error().text());
                   return std::nullopt;
                 });
}

// -- Asking -----------------------------------------------------------------------------------------------------------

void MemberNode::schedule(const std::string& jti, Clock::time_point due) {
  const auto failures = std::make_shared<int>(0);
  const auto sending = asking_.sending(jti);
  if (!sending.ok() || !*sending) return;
  schedule_->add(due, "ask " + (*sending)->member,
                 [this, jti, failures](Line& line) { return send_question(jti, (*failures)++, line); });
}

std::optional<Clock::time_point> MemberNode::send_question(const std::string& jti, int failures, Line& line) {
  const auto again = [&] { return Clock::now() + pause_after(failures, world_.random_u64()); };
  auto sending = asking_.sending(jti);
  if (!sending.ok()) {
    say(Severity::kError, "question_not_read", sending.error().text());
    return std::nullopt;
  }
  if (!*sending) return over();
  if ((*sending)->envelope.empty()) {
    const auto day_key = day_key_of((*sending)->member, line);
    if (!day_key) return again();
    const Status sealed = asking_.seal(jti, *day_key);
    if (!sealed.ok()) say(Severity::kError, "question_not_sealed", sealed.error().text());
    if (!sealed.ok()) return again();
    sending = asking_.sending(jti);
    if (!sending.ok() || !*sending) return std::nullopt;
  }
  const SentAs sent =
      line.send((*sending)->member, wire_lane((*sending)->lane), jti, (*sending)->exp, (*sending)->envelope);
  if (sent.what == Sent::kLater) return again();
  if (sent.what == Sent::kDelivered && !receipt_is_sound(sent, (*sending)->member, jti, (*sending)->envelope))
    return again();
  const Status noted = sent.what == Sent::kRefused ? asking_.refused(jti, sent.why) : asking_.receipted(jti);
  if (!noted.ok()) say(Severity::kError, "question_not_noted", noted.error().text());
  return std::nullopt;
}

// Tried until the question's own time is over, and forgotten when the node ends: it saves work, and no more.
void MemberNode::schedule_cancel(const Asking::Cancelled& what) {
  const auto failures = std::make_shared<int>(0);
  schedule_->add(
      Clock::now(), "cancel " + what.member, [this, what, failures](Line& line) -> std::optional<Clock::time_point> {
        const exchange::Time at = now();
        if (at >= time_of(what.exp)) return std::nullopt;
        const auto again = Clock::now() + pause_after((*failures)++, world_.random_u64());
        const auto day_key = day_key_of(what.member, line);
        const auto jti = exchange::new_id(crypto::system_random());
        if (!day_key || !jti.ok()) return again;
        const exchange::Message message{
            {config_.name, what.member, *jti, at.time_since_epoch().count(), what.exp, standing()->policy.id()},
            exchange::Cancel{what.ref}};
        const auto sealed = exchange::seal(message, exchange::Size::kReply, keys_.identity, *day_key,
                                           keys_.secret(what.member), crypto::system_random());
        if (!sealed.ok()) return std::nullopt;
        const SentAs sent = line.send(what.member, relay::WireLane::kFollowup, *jti, what.exp, sealed->envelope);
        return sent.what == Sent::kLater ? std::optional(again) : std::nullopt;
      });
}

std::optional<crypto::PublicKey> MemberNode::day_key_of(const std::string& member, Line& line) {
  const std::string keys = line.day_keys(member);
  if (keys.empty()) return std::nullopt;
  auto day = exchange::read_day_keys(keys, member, standing()->partners, now());
  if (day.ok()) return std::move(day->key);
  say(Severity::kWarning, "day_keys_refused", member + ": " + day.error().text());
  return std::nullopt;
}

bool MemberNode::receipt_is_sound(const SentAs& sent, const std::string& member, const std::string& jti,
                                  const std::string& envelope) const {
  const auto receipt = exchange::read_receipt(sent.receipt, member, standing()->partners);
  const bool sound = receipt.ok() && receipt->re == jti && receipt->aud == config_.name &&
                     receipt->envelope == sha256_of({as_bytes(envelope)});
  if (!sound) say(Severity::kWarning, "receipt_refused", member + " gave no receipt for what it got");
  return sound;
}

// -- Time -------------------------------------------------------------------------------------------------------------

Status MemberNode::turn_day_keys() {
  const exchange::Time settled = settled_.now();
  const std::scoped_lock lock(mutex_);
  // Published once it is on the disk: what others seal for a key that is not opens no more after a kill.
  WHORL_ASSIGN(auto turned, exchange::DayKeyRing::restore(day_keys_.save().view()));
  WHORL_ASSIGN(const bool changed, turned.turn(now(), settled));
  if (!changed) return {};
  WHORL_TRY(rows_.change(std::string(kDayKeysRow), turned.save().view(), {}));
  day_keys_ = std::move(turned);
  ++day_keys_turn_;
  return {};
}

void MemberNode::read_again() {
  const auto changed = changed_at(config_);
  if (changed == files_read_) return;
  files_read_ = changed;
  const auto before = standing();
  auto read = read_standing(config_, now(), before->partners.serial);
  if (!read.ok())
    return say(Severity::kError, "files_not_taken", "changed files are not taken: " + read.error().text());
  auto fresh = std::make_shared<Standing>(**read);
  fresh->earlier = fresh->policy.id() == before->policy.id() ? before->earlier : std::optional(before->policy);
  const std::scoped_lock lock(mutex_);
  standing_ = std::move(fresh);
}

std::optional<Clock::time_point> MemberNode::over() {
  if (settled_.ahead() == std::chrono::seconds(0)) return std::nullopt;
  return Clock::now() + kLookAgain;
}

void MemberNode::look_at_clock() {
  const auto ahead = settled_.ahead();
  const bool is_ahead = ahead > std::chrono::seconds(0);
  if (is_ahead && !clock_is_ahead_)
    say(Severity::kError, "clock_jumped",
        "the clock jumped ahead by " + std::to_string(ahead.count()) +
            " seconds. Where it is wrong, set it right within a day: what is kept is let go of by it from then on");
  if (!is_ahead && clock_is_ahead_) say(Severity::kInfo, "clock_settled", "the clock is believed again");
  clock_is_ahead_ = is_ahead;
}

void MemberNode::look_after_time() {
  auto looked = Clock::now();
  auto swept = looked - kSweepEvery;
  while (!stopping_) {
    std::this_thread::sleep_for(kTick);
    const auto retention = standing()->policy.retention;
    const Status passed = asking_.pass_time(retention, settled_.now());
    if (!passed.ok()) say(Severity::kError, "questions_not_ended", passed.error().text());
    if (Clock::now() - looked < kLookEvery) continue;
    looked = Clock::now();
    look_at_clock();
    read_again();
    follow_released_data();
    end_releases();
    const Status turned = turn_day_keys();
    if (!turned.ok()) say(Severity::kError, "day_keys_not_kept", turned.error().text());
    const Status destroyed = desk_key_.pass_time();
    if (!destroyed.ok()) say(Severity::kError, "desk_key_not_destroyed", destroyed.error().text());
    if (Clock::now() - swept < kSweepEvery) continue;
    swept = Clock::now();
    const Status done = answering_.sweep(retention, settled_.now());
    if (!done.ok()) say(Severity::kError, "cases_not_swept", done.error().text());
  }
}

}  // namespace whorl::member
