// A part on another machine, as a front asks it.
//
// Thread-safety: every method may be called from any thread at once. Borrows the bus, which must outlive it and every
// answer that is waited for.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "cluster/bus.h"
#include "cluster/config.h"
#include "cluster/messages.h"
#include "cluster/seal.h"
#include "engine/part.h"

namespace whorl::cluster {

// What goes with a question beside it (messages.h). Outside the class: its members' initializers are needed in there.
struct AskedOn {
  Operation operation{};
  std::uint64_t at_least = 0;
  std::uint64_t slices = 0;
};

class RemotePart final : public engine::Part {
 public:
  // What a part is told that asks for an enrolment's answer.
  using AnswerToKeep = std::function<std::string(const engine::EnrolReceipt&)>;

  using Terms = AskedOn;

  // `listens_as`: as its keys name it.
  RemotePart(const ClusterConfig& config, std::string name, const std::string& listens_as, const Setting& setting,
             Keys keys, Bus& bus)
      : name_(std::move(name)),
        subject_(config.subject_of(listens_as)),
        answer_within_(config.answer_within),
        setting_(setting_of_part(config, listens_as, setting)),
        keys_(std::move(keys)),
        bus_(bus) {}

  [[nodiscard]] const std::string& name() const override { return name_; }
  Result<engine::PartAnswer> search(const engine::Probe& probe, const engine::Query& query,
                                    engine::Deadline deadline) override;
  Result<engine::ScoredPerson> compare(const engine::Probe& probe, const std::string& gallery_id,
                                       const std::string& person_id, engine::Deadline deadline) override;
  engine::Awaited<engine::PartAnswer> begin_search(const engine::Probe& probe, const engine::Query& query,
                                                   engine::Deadline deadline) override;
  engine::Awaited<engine::ScoredPerson> begin_compare(const engine::Probe& probe, const std::string& gallery_id,
                                                      const std::string& person_id, engine::Deadline deadline) override;

  // Of a replica that has made its log's changes up to there.
  engine::Awaited<engine::PartAnswer> begin_search(const engine::Probe& probe, const engine::Query& query,
                                                   engine::Deadline deadline, const Terms& terms);
  engine::Awaited<engine::ScoredPerson> begin_compare(const engine::Probe& probe, const std::string& gallery_id,
                                                      const std::string& person_id, engine::Deadline deadline,
                                                      const Terms& terms);

  // Anything that a part can be asked, or told to do. Errors: the part's; kUnavailable with its name where it is not
  // reached or does not answer: a change may then have been made or not. Not tried again.
  template <class Asking>
  Result<typename Asking::Answer> ask(const engine::Call& call, Asking question, const AnswerToKeep& keep = {},
                                      const Terms& terms = {});

 private:
  struct Open;
  struct Sent;
  // What is answered in the end, as plain bytes.
  std::function<Result<Bytes>()> begin(Bytes plain, Until until, AnswerToKeep keep);
  [[nodiscard]] Result<Sent> send(const std::shared_ptr<Open>& open, const Bytes& plain,
                                  const AnswerToKeep& keep) const;
  Result<std::shared_ptr<Open>> greet(Until until);
  std::shared_ptr<Open> current();
  void forget(const std::shared_ptr<Open>& open);

  const std::string name_;
  const std::string subject_;
  const std::chrono::milliseconds answer_within_;
  const Setting setting_;
  const Keys keys_;
  Bus& bus_;
  std::timed_mutex greeting_;
  std::mutex mutex_;
  std::shared_ptr<Open> open_;  // null before the first greeting
};

// How a replica's log is called, beside its people.
std::string log_name_of(const std::string& replica);
Result<std::shared_ptr<RemotePart>> log_of(const ClusterConfig& config, const std::string& replica,
                                           const Setting& setting, ByteView key, Bus& bus);

}  // namespace whorl::cluster
