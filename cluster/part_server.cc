#include "cluster/part_server.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "cluster/change_fate.h"
#include "cluster/messages.h"
#include "cluster/part_group.h"
#include "cluster/part_work.h"
#include "cluster/replica_log.h"
#include "cluster/seal.h"
#include "cluster/slice_mover.h"
#include "crypto/random.h"

namespace whorl::cluster {
namespace {

constexpr std::size_t kMostWaiting = 256;
// Of fronts; one that is forgotten greets again.
constexpr std::size_t kMostSessions = 64;
// Another of this name has so long to be heard.
constexpr std::chrono::milliseconds kLookFor{500};

// A message with the moment at which it came.
struct Job {
  Delivery delivery;
  Until came;
};

// The sessions of all fronts, and which of their messages came.
class Sessions {
 public:
  void add(std::shared_ptr<const Session> session) {
    const std::scoped_lock lock(mutex_);
    while (known_.size() >= kMostSessions) known_.erase(oldest());
    Known& fresh = known_[session->id()];
    fresh.session = std::move(session);
    fresh.used = ++uses_;
  }
  // Null: there is none, or none any more.
  std::shared_ptr<const Session> find(const SessionId& id) {
    const std::scoped_lock lock(mutex_);
    const auto at = known_.find(id);
    return at == known_.end() ? nullptr : at->second.session;
  }
  // Of a message that has opened: whether it comes for the first time.
  bool take(const SessionId& id, std::uint64_t number) {
    const std::scoped_lock lock(mutex_);
    const auto at = known_.find(id);
    if (at == known_.end()) return false;
    at->second.used = ++uses_;
    return at->second.window.take(number);
  }

 private:
  struct Known {
    std::shared_ptr<const Session> session;
    ReplayWindow window;
    std::uint64_t used = 0;
  };
  std::map<SessionId, Known>::iterator oldest() {
    return std::min_element(known_.begin(), known_.end(),
                            [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
  }

  std::mutex mutex_;
  std::map<SessionId, Known> known_;
  std::uint64_t uses_ = 0;
};

// One subject's listener.
class Server {
 public:
  Server(Bus& bus, Keys keys, PartWork work, Setting setting, EventSink events)
      : bus_(bus), keys_(std::move(keys)), work_(std::move(work)), setting_(setting), events_(std::move(events)) {}

  Status listen(const std::string& subject, std::size_t threads) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
    WHORL_ASSIGN(listening_, bus_.listen(subject, [this](Delivery delivery) { hear(std::move(delivery)); }));
    return {};
  }

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    listening_.reset();
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    came_.notify_all();
    threads_.clear();
  }

 private:
  void hear(Delivery delivery) {
    Job job{std::move(delivery), Until::clock::now()};
    {
      const std::scoped_lock lock(mutex_);
      if (waiting_.size() < kMostWaiting) {
        waiting_.push_back(std::move(job));
        came_.notify_one();
        return;
      }
    }
    answer(job, true);
  }

  void work() {
    for (;;) {
      std::unique_lock lock(mutex_);
      came_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      Job job = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      answer(job, false);
    }
  }

  // What is no message of this cluster gets no answer: nobody learns from this part what is wrong with it.
  void answer(const Job& job, bool busy) {
    const ByteView message = job.delivery.message;
    if (is_greeting(message)) return greeted(job);
    const auto envelope = parse_envelope(message);
    if (!envelope.ok()) return dropped(envelope.error());
    if (envelope->kind != Kind::kQuestion) return dropped(invalid_input("is no question"));
    const auto session = sessions_.find(envelope->session);
    if (!session) return job.delivery.answer(keys_.forgotten(envelope->session, envelope->number));
    const auto plain = session->open(Kind::kQuestion, envelope->number, message);
    if (!plain.ok()) return dropped(plain.error());
    if (!sessions_.take(envelope->session, envelope->number)) return dropped(unauthorised("came a second time"));
    Bytes reply =
        busy ? PartWork::refused(not_begun(unavailable("the part is busy: its queue is full; nothing was done")))
             : work_.answer(*plain, job.came, back(job, session, envelope->number));
    send(job, *session, envelope->number, std::move(reply));
  }

  void send(const Job& job, const Session& session, std::uint64_t number, Bytes reply) {
    constexpr std::size_t kAround = 64;  // head and tag
    if (reply.size() + kAround > bus_.most_bytes()) {
      reply = PartWork::refused(exhausted("the answer is longer than the broker's max_payload"));
    }
    if (const auto sealed = session.seal(Kind::kAnswer, number, reply); sealed.ok()) job.delivery.answer(*sealed);
  }

  // How the work on a question asks its front back. A question has one such question at most.
  static AskBack back(const Job& job, const std::shared_ptr<const Session>& session, std::uint64_t number) {
    return [&job, session, number](ByteView question, Until until) -> Result<Bytes> {
      WHORL_ASSIGN(const Bytes sealed, session->seal(Kind::kAskedBack, number, question));
      WHORL_ASSIGN(const Bytes answered, job.delivery.ask_back(sealed, until));
      return session->open(Kind::kAnsweredBack, number, answered);
    };
  }

  void greeted(const Job& job) {
    const auto front = keys_.open_greeting(job.delivery.message);
    if (!front.ok()) return dropped(front.error());
    const auto drawn = draw(crypto::system_random());
    if (!drawn.ok()) return dropped(drawn.error());
    const auto session = keys_.session(front->draw, *drawn);
    if (!session.ok()) return dropped(session.error());
    if (front->setting == setting_) {
      sessions_.add(*session);
    } else {
      dropped(invalid_input("a front is set up otherwise (map, calibrations or build)"));
    }
    job.delivery.answer(keys_.answer({*drawn, setting_}, *front));
  }

  void dropped(const Error& why) const {
    if (events_) events_({Severity::kWarning, "cluster_message_dropped", "a message to this part " + why.message});
  }

  Bus& bus_;
  Keys keys_;
  PartWork work_;
  Setting setting_;
  EventSink events_;
  Sessions sessions_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<Job> waiting_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
  std::unique_ptr<Listening> listening_;
};

// Two parts of one name would each know half of what was enrolled.
Status check_alone(Bus& bus, const std::string& subject, const Keys& keys, const Setting& setting) {
  WHORL_ASSIGN(const Draw drawn, draw(crypto::system_random()));
  WHORL_ASSIGN(const auto waiting, bus.send(subject, keys.greeting({drawn, setting}), {}));
  if (!waiting(Until::clock::now() + kLookFor).ok()) return {};
  return already_exists("a part of this name answers already at the broker; stop it first");
}

// What the cluster's file gives a part that begins.
SliceSet by_file(const ClusterConfig& config, std::size_t place) {
  SliceSet out;
  for (std::size_t slice = 0; slice < kSlices; ++slice) out[slice] = config.slices.parts()[slice] == place;
  return out;
}

// Whoever lies in a slice of another part would be found twice, or could not be erased.
Status check_people(engine::Engine& engine, const SliceBook& book, const SliceSet& file) {
  const auto everybody = engine.gallery_content({}, "ALL", 0, SIZE_MAX);
  if (!everybody.ok()) return everybody.error().kind == ErrorKind::kNotFound ? Status() : Status(everybody.error());
  for (const auto& entry : everybody->entries) {
    const std::size_t slice = slice_of(entry.person_id);
    if (book.begun() ? book.may_have_people(slice) : file[slice]) continue;
    return invalid_input("person " + entry.person_id + " is enrolled here, and lies in slice " + std::to_string(slice) +
                         ", which is another part's");
  }
  return {};
}

// Threads for what replicas ask each other, and for changes: these wait for the others, which must be heard meanwhile.
constexpr std::size_t kLogThreads = 12;

class OnePart final : public PartServer {
 public:
  OnePart(engine::Engine& engine, Bus& bus, const ClusterConfig& config, std::string name, const Setting& setting,
          EventSink events)
      : engine_(engine),
        bus_(bus),
        config_(config),
        name_(std::move(name)),
        place_(*config.place_of(name_)),
        setting_(setting),
        events_(std::move(events)) {}
  // No question before the replica is destroyed, and none after.
  ~OnePart() override {
    if (mover_) mover_->stop();
    if (replica_) replica_->stop();
    people_.reset();
    log_.reset();
    mover_.reset();
  }

  Status start(int threads, const ReplicaTimes& times) {
    WHORL_ASSIGN(const auto key, Keys::read(config_.key));
    WHORL_ASSIGN(Keys keys, Keys::make(key.view(), name_));
    const std::string subject = config_.subject_of(name_);
    const Setting own = setting_of_part(config_, name_, setting_);
    const bool has_log = config_.replicas[place_].size() > 1;
    std::optional<ReplicaLog> kept;
    if (has_log) {
      WHORL_ASSIGN(kept, ReplicaLog::open(*engine_.exchange_rows()));
    }
    WHORL_ASSIGN(slices_, HeldSlices::open(*engine_.exchange_rows(), engine_.own_gallery()));
    // A copy that a process ended in has the other's book already, and not yet its people.
    const bool copying = kept && kept->promises().copying;
    if (!copying) WHORL_TRY(check_people(engine_, slices_->book(), by_file(config_, place_)));
    WHORL_TRY(check_alone(bus_, subject, keys, own));
    work_ = std::make_unique<PartWork>(engine_, *slices_);
    work_->set_progress([progress = progress_](PartSlices& out) { progress->add_to(out); });
    if (kept) WHORL_TRY(start_log(std::move(*kept), key.view(), times));
    WHORL_ASSIGN(SliceMover::Setup moves, moving(key.view()));
    if (!has_log) WHORL_TRY(slices_->mend());
    if (!has_log && !slices_->book().begun()) WHORL_TRY(SliceMover::begin(moves));
    mover_ = std::make_unique<SliceMover>(std::move(moves));
    people_ = std::make_unique<Server>(bus_, std::move(keys), *work_, own, events_);
    const unsigned count = threads > 0 ? static_cast<unsigned>(threads) : std::thread::hardware_concurrency();
    return people_->listen(subject, std::max(1U, count));
  }

  [[nodiscard]] std::optional<Position> position() override {
    return replica_ ? std::optional(replica_->position()) : std::nullopt;
  }

 private:
  Status start_log(ReplicaLog log, ByteView key, const ReplicaTimes& times) {
    Replica::Setup setup;
    setup.name = name_;
    setup.needed = config_.needed_of(place_);
    setup.most_bytes = bus_.most_bytes();
    setup.times = times;
    setup.gallery = &engine_.own_gallery();
    setup.slices = slices_.get();
    const auto people = engine_.gallery_content({}, "ALL", 0, 1);
    setup.holds_somebody = people.ok() && people->total > 0;
    for (const std::string& other : config_.replicas[place_]) {
      if (other == name_) continue;
      WHORL_ASSIGN(auto part, log_of(config_, other, setting_, key, bus_));
      setup.others.push_back(std::move(part));
    }
    WHORL_ASSIGN(replica_, Replica::start(
                               std::move(log), std::move(setup),
                               [this](const LogEntry& entry, std::uint64_t index) { return work_->make(entry, index); },
                               events_));
    work_->set_replica(*replica_);
    WHORL_ASSIGN(Keys keys, Keys::make(key, log_name_of(name_)));
    log_ = std::make_unique<Server>(bus_, std::move(keys), *work_, setting_of_part(config_, name_, setting_), events_);
    return log_->listen(config_.subject_of(log_name_of(name_)), kLogThreads);
  }

  // How slices leave this part.
  Result<SliceMover::Setup> moving(ByteView key) {
    SliceMover::Setup out;
    out.part = config_.parts[place_];
    out.file = by_file(config_, place_);
    out.slices = slices_.get();
    out.gallery = &engine_.own_gallery();
    for (std::size_t other = 0; other < config_.parts.size(); ++other) {
      if (other == place_) continue;
      WHORL_ASSIGN(out.others[config_.parts[other]], PartGroup::make(config_, other, setting_, key, bus_));
    }
    out.most_bytes = bus_.most_bytes();
    out.leads = [this] { return !replica_ || replica_->leads().ok(); };
    out.own = [this](ByteView change, Until until) -> Result<Bytes> {
      if (!replica_) {
        return work_->answer(change, Until::clock::now(),
                             [](ByteView, Until) -> Result<Bytes> { return unavailable("nobody waits for it"); });
      }
      WHORL_ASSIGN(const Operation operation, draw(crypto::system_random()));
      return replica_->change(operation, Bytes(change.begin(), change.end()), until);
    };
    out.progress = progress_;
    out.events = events_;
    return out;
  }

  engine::Engine& engine_;
  Bus& bus_;
  const ClusterConfig config_;
  const std::string name_;
  const std::size_t place_;
  const Setting setting_;
  const EventSink events_;
  const std::shared_ptr<MoveProgress> progress_ = std::make_shared<MoveProgress>();
  std::unique_ptr<HeldSlices> slices_;
  std::unique_ptr<PartWork> work_;
  std::unique_ptr<Replica> replica_;
  std::unique_ptr<Server> log_;
  std::unique_ptr<Server> people_;
  std::unique_ptr<SliceMover> mover_;
};

}  // namespace

Result<std::unique_ptr<PartServer>> PartServer::start(engine::Engine& engine, Bus& bus, const ClusterConfig& config,
                                                      const std::string& name, const Setting& setting, int threads,
                                                      EventSink events, const ReplicaTimes& times) {
  if (!config.place_of(name)) return not_found("the cluster's map has no part " + name, "name");
  auto out = std::make_unique<OnePart>(engine, bus, config, name, setting, std::move(events));
  WHORL_TRY(out->start(threads, times));
  return std::unique_ptr<PartServer>(std::move(out));
}

}  // namespace whorl::cluster
