#include "member/node.h"

#include "member/row_names.h"

namespace whorl::member {
namespace {

constexpr std::size_t kSenders = 4;

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
      shield_(config_, service_, rows_),
      asking_({keys_, service_, rows_, world_, crypto::system_random()}),
      desk_key_({[this](const engine::Call& call, std::string_view outcome, ByteView head) {
                   audit::Event event;
                   event.operation = audit::Operation::kRotate;
                   event.outcome = outcome;
                   return service_.note_change(call, event, std::string(kDeskKeyRow), head, {});
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

Status MemberNode::check_files(const MemberConfig& config, World& world) {
  WHORL_ASSIGN(const auto standing, read_standing(config, std::chrono::floor<std::chrono::seconds>(world.now())));
  const auto keys = read_own_keys(config, standing->partners);
  return keys.ok() ? Status() : Status(keys.error());
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
  for (const std::string& jti : asking_.to_send()) schedule(jti, Schedule::Clock::now());
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

}  // namespace whorl::member
