// A part as its front asks it, however many replicas it has: once, of one replica that has made every change that was
// acknowledged before the question. Private to this room.
//
// Whoever asks learns first how far the replicas are, of as many as are in every set that can have acknowledged a
// change. The one asked answers when it is as far as the furthest of those; where it is late, another is asked too, and
// the first answer counts. A change goes to the replica that leads; it is asked for again under the same number, which
// makes it once, until the caller's time is over.
//
// Thread-safety: every method may be called from any thread at once. Borrows the bus.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "cluster/remote_part.h"
#include "engine/part.h"

namespace whorl::cluster {

// In which order replicas are to be asked that have made so many changes (nothing: not known), where `at_least` are
// needed: those that have made most first, and of those that are alike in that each as often as another, whoever is
// away.
std::vector<std::size_t> asked_in_turn(const std::vector<std::optional<std::uint64_t>>& made, std::uint64_t at_least,
                                       std::size_t turn);

class PartGroup final {
 public:
  // Errors: of keys.
  static Result<std::shared_ptr<PartGroup>> make(const ClusterConfig& config, std::size_t place, const Setting& setting,
                                                 ByteView key, Bus& bus);
  // Waits for questions that were given up, which end by themselves.
  ~PartGroup();

  [[nodiscard]] const std::string& name() const { return name_; }
  // As engine::Part, of a part whose slices are of this version (slice_book.h).
  engine::Awaited<engine::PartAnswer> begin_search(const engine::Probe& probe, const engine::Query& query,
                                                   engine::Deadline deadline, std::uint64_t slices);
  engine::Awaited<engine::ScoredPerson> begin_compare(const engine::Probe& probe, const std::string& gallery_id,
                                                      const std::string& person_id, engine::Deadline deadline,
                                                      std::uint64_t slices);

  // As RemotePart::ask; `slices`: as above, 0 for any.
  template <class Asking>
  Result<typename Asking::Answer> ask(const engine::Call& call, const Asking& question,
                                      const RemotePart::AnswerToKeep& keep = {}, std::uint64_t slices = 0);

  // Every replica's own answer, of those that are as far as ask()'s would be; of some why there is none. Questions
  // alone, no changes. Errors: as ask(), where too few are heard.
  Result<std::vector<Result<StillMissing>>> ask_each(Until until, const AskMissing& question);
  // How many acknowledge a change, of how many.
  [[nodiscard]] std::size_t needed() const { return needed_; }
  [[nodiscard]] std::size_t count() const { return replicas_.size(); }

  // Each replica with where it is, or why that is not known; of a part of one replica nothing.
  struct ReplicaView {
    std::string name;
    Result<Position> position;
  };
  std::vector<ReplicaView> replicas();

 private:
  struct Replica {
    std::shared_ptr<RemotePart> people;
    std::shared_ptr<RemotePart> log;
  };
  // Questions on their way. Outlives the group's use of them.
  struct Running {
    std::mutex mutex;
    std::condition_variable ended;
    std::size_t count = 0;
  };
  // Replicas in the order in which they are to be asked, and how far the one that answers must be.
  struct Current {
    std::vector<std::size_t> order;
    std::uint64_t at_least = 0;
  };
  // Errors: kUnavailable: too few answer; each is named with its reason.
  Result<Current> current(Until until);
  std::vector<std::optional<Result<Position>>> positions(Until until, std::size_t enough);
  template <class Answer, class Asking>
  Result<Answer> of_one(Until until, const Asking& asking);
  template <class Asking>
  Result<typename Asking::Answer> of_leader(const engine::Call& call, const Asking& question,
                                            const RemotePart::AnswerToKeep& keep);
  template <class Answer, class Asking>
  engine::Awaited<Answer> begun(Until until, Asking asking);
  template <class Work>
  void run(Work work);
  [[nodiscard]] Until latest(const engine::Deadline& deadline) const;

  std::string name_;
  std::vector<Replica> replicas_;
  std::size_t needed_ = 1;
  std::chrono::milliseconds answer_within_{};
  std::shared_ptr<Running> running_ = std::make_shared<Running>();
  std::atomic<std::size_t> turn_{0};
  // How long answers took lately, in microseconds.
  std::shared_ptr<std::atomic<std::int64_t>> usual_us_ = std::make_shared<std::atomic<std::int64_t>>(0);
};

}  // namespace whorl::cluster
