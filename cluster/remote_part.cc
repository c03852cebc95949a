#include "cluster/remote_part.h"

#include "cluster/change_fate.h"
#include "crypto/random.h"

namespace whorl::cluster {
namespace {

// A session is made anew long before its keys have sealed as much as they may.
constexpr std::uint64_t kMostOfSession = std::uint64_t{1} << 30;
// A part that is there greets at once.
constexpr std::chrono::milliseconds kGreetWithin{2000};
// Of a change: whose caller says how long they wait, and whose does not.
constexpr std::chrono::milliseconds kLongest{3'600'000};
constexpr std::chrono::milliseconds kUnhurried{30'000};

Asker asker_of(const engine::Call& call) {
  return {call.who.issuer, call.who.subject, call.who.by, call.who.roles, call.purpose, call.request_id, {}};
}

Until until(const engine::Deadline& deadline, std::chrono::milliseconds longest) {
  const Until latest = Until::clock::now() + longest;
  return deadline ? std::min(*deadline, latest) : latest;
}

// Of a search's asker a part needs to know nothing, but how long they wait.
Asker waiting_until(Until until, Asker asker = {}) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Until::clock::now()).count();
  asker.wait_ms = static_cast<std::uint64_t>(std::clamp<std::int64_t>(left, 0, 86'400'000));
  return asker;
}

template <class Answer>
engine::Awaited<Answer> decoded(std::function<Result<Bytes>()> waiting) {
  return [waiting = std::move(waiting)]() -> Result<Answer> {
    WHORL_ASSIGN(const Bytes bytes, waiting());
    return decode_answer<Answer>(bytes);
  };
}

// What fails between here and the part is no fault of who asks, and says nothing of who is enrolled.
Error unreached(Error error) {
  if (error.kind != ErrorKind::kExhausted) error.kind = ErrorKind::kUnavailable;
  error.reason = {};
  return error;
}

template <class Answer>
engine::Awaited<Answer> failing(const Error& error) {
  return [error]() -> Result<Answer> { return error; };
}

}  // namespace

// A session with the number of its next message.
struct RemotePart::Open {
  std::shared_ptr<const Session> session;
  std::atomic<std::uint64_t> next{0};
};

struct RemotePart::Sent {
  std::shared_ptr<Open> open;
  std::uint64_t number = 0;
  Bus::Waiting waiting;
};

std::shared_ptr<RemotePart::Open> RemotePart::current() {
  const std::scoped_lock lock(mutex_);
  return open_ && open_->next < kMostOfSession ? open_ : nullptr;
}

void RemotePart::forget(const std::shared_ptr<Open>& open) {
  const std::scoped_lock lock(mutex_);
  if (open_ == open) open_.reset();
}

Result<std::shared_ptr<RemotePart::Open>> RemotePart::greet(Until until) {
  const std::unique_lock one(greeting_, until);
  if (!one.owns_lock()) return unavailable("no answer in time");
  if (auto open = current()) return open;
  WHORL_ASSIGN(const Draw drawn, draw(crypto::system_random()));
  const Greeting mine{drawn, setting_};
  WHORL_ASSIGN(const auto waiting, bus_.send(subject_, keys_.greeting(mine), {}));
  WHORL_ASSIGN(const Bytes answer, waiting(std::min(until, Until::clock::now() + kGreetWithin)));
  WHORL_ASSIGN(const Greeting theirs, keys_.open_answer(answer, mine));
  if (theirs.setting != setting_) {
    return unavailable(
        "is set up otherwise than this front: the same replicas of the part, calibrations and build of whorl are "
        "needed");
  }
  auto fresh = std::make_shared<Open>();
  WHORL_ASSIGN(fresh->session, keys_.session(mine.draw, theirs.draw));
  const std::scoped_lock lock(mutex_);
  open_ = fresh;
  return fresh;
}

Result<RemotePart::Sent> RemotePart::send(const std::shared_ptr<Open>& open, const Bytes& plain,
                                          const AnswerToKeep& keep) const {
  Sent out{open, open->next.fetch_add(1), {}};
  WHORL_ASSIGN(const Bytes sealed, open->session->seal(Kind::kQuestion, out.number, plain));
  std::function<Bytes(ByteView)> asked_back;
  if (keep) {
    // What cannot be answered is not: the part then enrols nobody.
    asked_back = [session = open->session, number = out.number, keep](ByteView message) -> Bytes {
      const auto question = session->open(Kind::kAskedBack, number, message);
      if (!question.ok()) return {};
      const auto receipt = decode_answer<engine::EnrolReceipt>(*question);
      if (!receipt.ok()) return {};
      const auto answer = encode(Result<std::optional<std::string>>(std::optional(keep(*receipt))));
      if (!answer.ok()) return {};
      const auto sealed_answer = session->seal(Kind::kAnsweredBack, number, *answer);
      return sealed_answer.ok() ? *sealed_answer : Bytes();
    };
  }
  WHORL_ASSIGN(out.waiting, bus_.send(subject_, sealed, std::move(asked_back)));
  return out;
}

std::function<Result<Bytes>()> RemotePart::begin(Bytes plain, Until until, AnswerToKeep keep) {
  std::optional<Result<Sent>> sent;
  if (const auto open = current()) sent = send(open, plain, keep);
  // Once more where the part has forgotten the session, which it says without having done anything.
  return [this, plain = std::move(plain), until, keep = std::move(keep), sent = std::move(sent)]() -> Result<Bytes> {
    std::optional<Result<Sent>> now = sent;
    for (int tries = 0; tries < 2; ++tries) {
      if (!now) {
        const auto open = greet(until);
        now = open.ok() ? send(*open, plain, keep) : Result<Sent>(open.error());
      }
      if (!now->ok()) return not_begun(unreached(now->error()));
      const Sent& asked = **now;
      const auto message = asked.waiting(until);
      if (!message.ok()) return unreached(message.error());
      const Session& session = *asked.open->session;
      if (!keys_.is_forgotten(*message, session.id(), asked.number)) {
        auto plain_answer = session.open(Kind::kAnswer, asked.number, *message);
        return plain_answer.ok() ? plain_answer : Result<Bytes>(unreached(plain_answer.error()));
      }
      forget(asked.open);
      now.reset();
    }
    return unreached(unavailable("forgets this front at once"));
  };
}

engine::Awaited<engine::PartAnswer> RemotePart::begin_search(const engine::Probe& probe, const engine::Query& query,
                                                             engine::Deadline deadline, const Terms& terms) {
  const Until latest = until(deadline, answer_within_);
  const auto message =
      encode(Asked{waiting_until(latest), SearchPart{probe, query}, terms.operation, terms.at_least, terms.slices});
  if (!message.ok()) return failing<engine::PartAnswer>(unreached(message.error()));
  return decoded<engine::PartAnswer>(begin(*message, latest, {}));
}

engine::Awaited<engine::ScoredPerson> RemotePart::begin_compare(const engine::Probe& probe,
                                                                const std::string& gallery_id,
                                                                const std::string& person_id, engine::Deadline deadline,
                                                                const Terms& terms) {
  const Until latest = until(deadline, answer_within_);
  const auto message = encode(Asked{waiting_until(latest), ComparePerson{probe, gallery_id, person_id}, terms.operation,
                                    terms.at_least, terms.slices});
  if (!message.ok()) return failing<engine::ScoredPerson>(unreached(message.error()));
  return decoded<engine::ScoredPerson>(begin(*message, latest, {}));
}

engine::Awaited<engine::PartAnswer> RemotePart::begin_search(const engine::Probe& probe, const engine::Query& query,
                                                             engine::Deadline deadline) {
  return begin_search(probe, query, deadline, Terms());
}

engine::Awaited<engine::ScoredPerson> RemotePart::begin_compare(const engine::Probe& probe,
                                                                const std::string& gallery_id,
                                                                const std::string& person_id,
                                                                engine::Deadline deadline) {
  return begin_compare(probe, gallery_id, person_id, deadline, Terms());
}

Result<engine::PartAnswer> RemotePart::search(const engine::Probe& probe, const engine::Query& query,
                                              engine::Deadline deadline) {
  return begin_search(probe, query, deadline)();
}

Result<engine::ScoredPerson> RemotePart::compare(const engine::Probe& probe, const std::string& gallery_id,
                                                 const std::string& person_id, engine::Deadline deadline) {
  return begin_compare(probe, gallery_id, person_id, deadline)();
}

template <class Asking>
Result<typename Asking::Answer> RemotePart::ask(const engine::Call& call, Asking question, const AnswerToKeep& keep,
                                                const Terms& terms) {
  // A change takes as long as its caller waits: where it was given up, nobody knows whether it was made.
  const Until latest = until(call.deadline, call.deadline ? kLongest : kUnhurried);
  // What does not fit a message is the caller's fault.
  WHORL_ASSIGN(const Bytes message, encode(Asked{waiting_until(latest, asker_of(call)), std::move(question),
                                                 terms.operation, terms.at_least, terms.slices}));
  auto answer = begin(message, latest, keep)();
  if (!answer.ok()) {
    Error error = std::move(answer).error();
    error.message = "part " + name_ + ": " + error.message;
    return error;
  }
  return decode_answer<typename Asking::Answer>(*answer);
}

#define WHORL_ASKED(Asking)                                                                                            \
  template Result<Asking::Answer> RemotePart::ask(const engine::Call& call, Asking question, const AnswerToKeep& keep, \
                                                  const Terms& terms);
WHORL_ASKED_OF_PARTS(WHORL_ASKED)
WHORL_ASKED_OF_REPLICAS(WHORL_ASKED)
#undef WHORL_ASKED

std::string log_name_of(const std::string& replica) { return replica + ":log"; }

Result<std::shared_ptr<RemotePart>> log_of(const ClusterConfig& config, const std::string& replica,
                                           const Setting& setting, ByteView key, Bus& bus) {
  const std::string called = log_name_of(replica);
  WHORL_ASSIGN(Keys keys, Keys::make(key, called));
  return std::make_shared<RemotePart>(config, replica, called, setting, std::move(keys), bus);
}

}  // namespace whorl::cluster
