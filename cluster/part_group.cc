#include "cluster/part_group.h"

#include <algorithm>
#include <future>
#include <numeric>
#include <thread>

#include "cluster/change_fate.h"
#include "cluster/late_answers.h"
#include "crypto/random.h"

namespace whorl::cluster {
namespace {

// For a replica to say where it is.
constexpr std::chrono::milliseconds kPositionWithin{2000};
// One attempt of a change; it is asked for again then, under its number.
constexpr std::chrono::milliseconds kAttempt{4000};
constexpr std::chrono::milliseconds kUnhurried{20'000};
constexpr std::chrono::milliseconds kAgainAfter{50};

// Where another replica may do better.
bool of_this_replica(const Error& error) {
  if (is_moved(error)) return false;
  return error.kind == ErrorKind::kUnavailable || error.kind == ErrorKind::kExhausted ||
         error.kind == ErrorKind::kInternal || error.kind == ErrorKind::kCorruption;
}

// Whether it counts where changes are acknowledged.
bool is_member(const std::optional<Result<Position>>& replica) {
  return replica && replica->ok() && (**replica).member;
}

// What outlives the caller of it.
engine::Call copied(const engine::Call& call, Until until) {
  engine::Call out;
  out.who = call.who;
  out.purpose = call.purpose;
  out.request_id = call.request_id;
  out.deadline = until;
  return out;
}

// The answers of several replicas, as they come. All but give() under the lock.
template <class Answer>
struct Answers {
  explicit Answers(std::size_t count) : all(count) {}
  std::mutex mutex;
  std::condition_variable came;
  std::vector<std::optional<Result<Answer>>> all;

  void give(std::size_t from, Result<Answer> answer) {
    const std::scoped_lock lock(mutex);
    all[from] = std::move(answer);
    came.notify_all();
  }
  // The first that no other replica would answer otherwise.
  [[nodiscard]] std::optional<Result<Answer>> settled() const {
    for (const auto& each : all) {
      if (each && (each->ok() || !of_this_replica(each->error()))) return each;
    }
    return {};
  }
  [[nodiscard]] std::string reasons() const {
    std::string out;
    for (const auto& each : all) {
      if (each && !each->ok()) out += (out.empty() ? ": " : "; ") + each->error().message;
    }
    return out;
  }
  [[nodiscard]] std::size_t given() const {
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const auto& a) { return a.has_value(); }));
  }
};

}  // namespace

Result<std::shared_ptr<PartGroup>> PartGroup::make(const ClusterConfig& config, std::size_t place,
                                                   const Setting& setting, ByteView key, Bus& bus) {
  auto out = std::make_shared<PartGroup>();
  out->name_ = config.parts[place];
  out->needed_ = config.needed_of(place);
  out->answer_within_ = config.answer_within;
  for (const std::string& name : config.replicas[place]) {
    Replica& replica = out->replicas_.emplace_back();
    WHORL_ASSIGN(Keys keys, Keys::make(key, name));
    replica.people = std::make_shared<RemotePart>(config, name, name, setting, std::move(keys), bus);
    WHORL_ASSIGN(replica.log, log_of(config, name, setting, key, bus));
  }
  return out;
}

PartGroup::~PartGroup() {
  std::unique_lock lock(running_->mutex);
  running_->ended.wait(lock, [&] { return running_->count == 0; });
}

template <class Work>
void PartGroup::run(Work work) {
  {
    const std::scoped_lock lock(running_->mutex);
    ++running_->count;
  }
  std::thread([work = std::move(work), running = running_]() mutable {
    work();
    const std::scoped_lock lock(running->mutex);
    if (--running->count == 0) running->ended.notify_all();
  }).detach();
}

std::vector<std::size_t> asked_in_turn(const std::vector<std::optional<std::uint64_t>>& made, std::uint64_t at_least,
                                       std::size_t turn) {
  // 0: where it is is not known.
  const auto far = [&](std::size_t i) { return made[i] ? std::min(*made[i], at_least) + 1 : 0; };
  std::vector<std::size_t> out(made.size());
  std::iota(out.begin(), out.end(), std::size_t{0});
  std::stable_sort(out.begin(), out.end(), [&](std::size_t a, std::size_t b) { return far(a) > far(b); });
  const auto behind = std::find_if(out.begin(), out.end(), [&](std::size_t i) { return far(i) < far(out.front()); });
  const auto alike = static_cast<std::size_t>(behind - out.begin());
  if (alike > 0) std::rotate(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(turn % alike), behind);
  return out;
}

// -- Where the replicas are -------------------------------------------------------------------------------------------

// Waits for so many members: one that copies another says where it is, too, and often first.
std::vector<std::optional<Result<Position>>> PartGroup::positions(Until until, std::size_t enough) {
  const auto answers = std::make_shared<Answers<Position>>(replicas_.size());
  for (std::size_t i = 0; i < replicas_.size(); ++i) {
    run([answers, i, until, log = replicas_[i].log] {
      engine::Call call;
      call.deadline = until;
      answers->give(i, log->ask(call, TellPosition{}));
    });
  }
  const auto members = [&] {
    return static_cast<std::size_t>(std::count_if(answers->all.begin(), answers->all.end(), is_member));
  };
  std::unique_lock lock(answers->mutex);
  answers->came.wait_until(lock, until, [&] { return members() >= enough || answers->given() == replicas_.size(); });
  return answers->all;
}

// Of replicas.size() - needed + 1 members one has every change that was acknowledged: synced, and so far it has to be
// made. Where more answer, those count that are least far; what only one of the others has is acknowledged nowhere.
Result<PartGroup::Current> PartGroup::current(Until until) {
  const std::size_t enough = replicas_.size() - needed_ + 1;
  const auto all = positions(std::min(until, Until::clock::now() + kPositionWithin), enough);
  std::vector<std::uint64_t> synced;
  std::string missing;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (is_member(all[i])) {
      synced.push_back((**all[i]).last_index);
    } else {
      missing += missing.empty() ? "" : "; ";
      missing += !all[i]        ? replicas_[i].people->name() + " did not answer in time"
                 : all[i]->ok() ? replicas_[i].people->name() + " catches up: " + (**all[i]).trouble
                                : all[i]->error().message;
    }
  }
  if (synced.size() < enough) {
    return unavailable("part " + name_ + ": " + std::to_string(enough) + " of its " + std::to_string(replicas_.size()) +
                       " replicas have to answer: " + missing);
  }
  std::sort(synced.begin(), synced.end());
  Current out;
  out.at_least = synced[enough - 1];
  std::vector<std::optional<std::uint64_t>> made(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (is_member(all[i])) made[i] = (**all[i]).applied;
  }
  out.order = asked_in_turn(made, out.at_least, turn_++);
  return out;
}

std::vector<PartGroup::ReplicaView> PartGroup::replicas() {
  std::vector<ReplicaView> out;
  if (replicas_.size() == 1) return out;
  const auto all = positions(Until::clock::now() + kPositionWithin, replicas_.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    out.push_back(
        {replicas_[i].people->name(), all[i] ? *all[i] : Result<Position>(unavailable("did not answer in time"))});
  }
  return out;
}

// -- Questions --------------------------------------------------------------------------------------------------------

// `asking` gives a replica's answer, and may run longer than this does.
template <class Answer, class Asking>
Result<Answer> PartGroup::of_one(Until until, const Asking& asking) {
  WHORL_ASSIGN(const Current now, current(until));
  const auto answers = std::make_shared<Answers<Answer>>(replicas_.size());
  const auto late = std::max(kLateAfter, std::chrono::microseconds(kLateTimes * *usual_us_));
  for (std::size_t asked = 1; asked <= replicas_.size(); ++asked) {
    const std::size_t which = now.order[asked - 1];
    run([answers, which, asking, part = replicas_[which].people, at_least = now.at_least, usual = usual_us_] {
      const Until begun = Until::clock::now();
      auto answer = asking(*part, at_least);
      const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Until::clock::now() - begun);
      if (answer.ok()) *usual = usual_after<std::int64_t>(*usual, took.count());
      answers->give(which, std::move(answer));
    });
    std::unique_lock lock(answers->mutex);
    const Until wait = asked == replicas_.size() ? until : std::min(until, Until::clock::now() + late);
    answers->came.wait_until(lock, wait, [&] { return answers->settled() || answers->given() == asked; });
    if (const auto answer = answers->settled()) return *answer;
  }
  const std::scoped_lock lock(answers->mutex);
  return unavailable("part " + name_ + ": no replica answered in time" + answers->reasons());
}

// Of a change that was asked for before, and may have been made then: whoever leads knows it while it is in the log,
// and does it again where it is there no more. That somebody is gone or there already, or that there is no room, may be
// its own doing then; and of somebody who has moved meanwhile another part would say the same.
template <class Answer>
Result<Answer> of_repeated(Result<Answer> answer) {
  if (answer.ok()) return answer;
  const ErrorKind kind = answer.error().kind;
  if (kind == ErrorKind::kInvalidInput || kind == ErrorKind::kUnauthorised) return answer;
  return unavailable("the change was asked for twice, since no answer came, and may have been made the first time (" +
                     answer.error().message + "): look, or ask again");
}

template <class Asking>
Result<typename Asking::Answer> PartGroup::of_leader(const engine::Call& call, const Asking& question,
                                                     const RemotePart::AnswerToKeep& keep) {
  RemotePart::Terms terms;
  WHORL_ASSIGN(terms.operation, draw(crypto::system_random()));
  const Until until = call.deadline ? *call.deadline : Until::clock::now() + kUnhurried;
  Error last = unavailable("none of its replicas leads");
  bool repeated = false;
  while (Until::clock::now() < until) {
    const auto all = positions(std::min(until, Until::clock::now() + kPositionWithin), needed_);
    std::string leader;
    std::uint64_t term = 0;
    for (const auto& each : all) {
      if (!each || !each->ok() || (**each).leader.empty() || (**each).term < term) continue;
      leader = (**each).leader;
      term = (**each).term;
    }
    for (const Replica& replica : replicas_) {
      if (replica.log->name() != leader) continue;
      const Until attempt = std::min(until, Until::clock::now() + kAttempt);
      auto answer = replica.log->ask(copied(call, attempt), question, keep, terms);
      if (answer.ok() || answer.error().kind != ErrorKind::kUnavailable || is_moved(answer.error())) {
        return repeated ? of_repeated(std::move(answer)) : std::move(answer);
      }
      if (is_ended_before(answer.error())) return unmarked(answer.error());
      repeated = repeated || !is_not_begun(answer.error());
      last = unmarked(answer.error());
    }
    std::this_thread::sleep_for(kAgainAfter);
  }
  last.message = "part " + name_ + ": " + last.message;
  return last;
}

engine::Awaited<engine::PartAnswer> PartGroup::begin_search(const engine::Probe& probe, const engine::Query& query,
                                                            engine::Deadline deadline, std::uint64_t slices) {
  if (replicas_.size() == 1) return replicas_[0].people->begin_search(probe, query, deadline, {{}, 0, slices});
  const Until until = latest(deadline);
  const auto what = std::make_shared<const std::pair<engine::Probe, engine::Query>>(probe, query);
  return begun<engine::PartAnswer>(until, [what, until, slices](RemotePart& part, std::uint64_t at_least) {
    return part.begin_search(what->first, what->second, until, {{}, at_least, slices})();
  });
}

engine::Awaited<engine::ScoredPerson> PartGroup::begin_compare(const engine::Probe& probe,
                                                               const std::string& gallery_id,
                                                               const std::string& person_id, engine::Deadline deadline,
                                                               std::uint64_t slices) {
  if (replicas_.size() == 1) {
    return replicas_[0].people->begin_compare(probe, gallery_id, person_id, deadline, {{}, 0, slices});
  }
  const Until until = latest(deadline);
  const auto whom = std::make_shared<const engine::Probe>(probe);
  return begun<engine::ScoredPerson>(
      until, [whom, gallery_id, person_id, until, slices](RemotePart& part, std::uint64_t at_least) {
        return part.begin_compare(*whom, gallery_id, person_id, until, {{}, at_least, slices})();
      });
}

Until PartGroup::latest(const engine::Deadline& deadline) const {
  const Until most = Until::clock::now() + answer_within_;
  return deadline ? std::min(*deadline, most) : most;
}

// Sends now; what it gives waits.
template <class Answer, class Asking>
engine::Awaited<Answer> PartGroup::begun(Until until, Asking asking) {
  const auto answers = std::make_shared<Answers<Answer>>(1);
  run([this, answers, until, asking = std::move(asking)] { answers->give(0, of_one<Answer>(until, asking)); });
  return [answers]() -> Result<Answer> {
    std::unique_lock lock(answers->mutex);
    answers->came.wait(lock, [&] { return answers->all[0].has_value(); });
    return std::move(*answers->all[0]);
  };
}

template <class Asking>
Result<typename Asking::Answer> PartGroup::ask(const engine::Call& call, const Asking& question,
                                               const RemotePart::AnswerToKeep& keep, std::uint64_t slices) {
  if (replicas_.size() == 1) return unmarked(replicas_[0].people->ask(call, question, keep, {{}, 0, slices}));
  if constexpr (kIsChange<Asking>) {
    return of_leader(call, question, keep);
  } else {
    const Until until = latest(call.deadline);
    return unmarked(of_one<typename Asking::Answer>(
        until, [call = copied(call, until), question, slices](RemotePart& part, std::uint64_t at_least) {
          return part.ask(call, question, {}, {{}, at_least, slices});
        }));
  }
}

Result<std::vector<Result<StillMissing>>> PartGroup::ask_each(Until until, const AskMissing& question) {
  std::uint64_t at_least = 0;
  if (replicas_.size() > 1) {
    WHORL_ASSIGN(const Current now, current(until));
    at_least = now.at_least;
  }
  std::vector<std::future<Result<StillMissing>>> asked;
  for (const Replica& replica : replicas_) {
    asked.push_back(std::async(std::launch::async, [&, part = replica.people] {
      return part->ask(copied({}, until), question, {}, {{}, at_least, 0});
    }));
  }
  std::vector<Result<StillMissing>> out;
  for (auto& each : asked) out.push_back(each.get());
  return out;
}

#define WHORL_ASKED(Asking)                                                                        \
  template Result<Asking::Answer> PartGroup::ask(const engine::Call& call, const Asking& question, \
                                                 const RemotePart::AnswerToKeep& keep, std::uint64_t slices);
WHORL_ASKED_OF_PARTS(WHORL_ASKED)
#undef WHORL_ASKED

}  // namespace whorl::cluster
