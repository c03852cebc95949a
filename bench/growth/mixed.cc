#include "bench/growth/mixed.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>

#include "base/progress_bar.h"

namespace whorl::bench {
namespace {

constexpr std::uint64_t kClerks = 2;

class Mixed {
 public:
  Mixed(index::Gallery& gallery, const Population& from, std::uint64_t people, Candidates candidates)
      : gallery_(gallery), from_(from), people_(people), candidates_(candidates) {}

  Result<MixedLoad> run(const std::vector<CapturedFingers>& others) {
    const auto start = std::chrono::steady_clock::now();
    {
      std::jthread searcher([&](const std::stop_token& stop) {
        for (std::size_t i = 0; !stop.stop_requested() && !others.empty(); i = (i + 1) % others.size()) {
          if (!note(others[i]).ok()) return;
        }
      });
      std::vector<std::jthread> clerks;
      for (std::uint64_t c = 0; c < kClerks; ++c) {
        clerks.emplace_back([this] {
          for (std::uint64_t n = next_++; n < people_; n = next_++) come_and_go(n);
        });
      }
    }
    out_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (failure_) return *failure_;
    return std::move(out_);
  }

 private:
  void come_and_go(std::uint64_t n) {
    if (const Status status = try_to_come_and_go(n); !status.ok()) {
      const std::scoped_lock lock(mutex_);
      failure_ = status.error();
    }
  }

  Status try_to_come_and_go(std::uint64_t n) {
    WHORL_ASSIGN(const EnrollablePerson person, enrollable_person(from_, n));
    WHORL_ASSIGN(const auto change, gallery_.add(person.record, index::PersonRule::kNew));
    (void)change;
    WHORL_ASSIGN(const Found first, note(person.probe));
    WHORL_TRY(gallery_.erase_person(person.probe.person_id));
    WHORL_ASSIGN(const Found then, note(person.probe));
    const std::scoped_lock lock(mutex_);
    if (first.mate_rank != 1) ++out_.not_found;
    if (then.mate_rank != 0) ++out_.still_found;
    bar_.update(++out_.enrolled, people_);
    return {};
  }

  Result<Found> note(const CapturedFingers& probe) {
    WHORL_ASSIGN(const Found found, look(gallery_, probe, ProbeKind::kOneFinger, candidates_));
    const std::scoped_lock lock(mutex_);
    if (!found.complete) ++out_.incomplete;
    out_.searches.found.push_back(found);
    return found;
  }

  index::Gallery& gallery_;
  const Population from_;
  const std::uint64_t people_;
  const Candidates candidates_;
  std::atomic<std::uint64_t> next_ = 0;
  std::mutex mutex_;
  MixedLoad out_;
  std::optional<Error> failure_;
  ProgressBar bar_{"mixed load", true};
};

}  // namespace

Result<MixedLoad> mixed_load(index::Gallery& gallery, const Population& from, std::uint64_t people,
                             const std::vector<CapturedFingers>& others, Candidates candidates) {
  return Mixed(gallery, from, people, candidates).run(others);
}

}  // namespace whorl::bench
