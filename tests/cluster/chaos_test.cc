// Replicas are stopped, started, cut off and robbed of their disks at random, one or several at a time, while two
// fronts enrol, erase and search; an oracle outside holds every answer against what was acknowledged before.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/cluster/replica_fixture.h"
#include "tests/support/wished.h"

namespace whorl::cluster {
namespace {

using engine::Decision;

// What is known of a person. An error leaves a change open: made, or not, or yet to be made.
enum class Known { kThere, kErased, kOpen };

class Chaos {
 public:
  explicit Chaos(TestReplicas& cluster, std::uint64_t seed) : cluster_(cluster), random_(seed) {}

  void run(std::chrono::seconds for_so_long) {
    const auto until = Until::clock::now() + for_so_long;
    while (Until::clock::now() < until && !testing::Test::HasFailure()) {
      switch (below(9)) {
        case 0:
        case 8: disturb(); break;
        case 1:
        case 2:
        case 3: enrol(); break;
        case 4: erase(); break;
        default: ask(below(2) == 0 && next_ > 0 ? below(next_) : 1'000'000 + below(1000)); break;
      }
    }
  }
  void heal() {
    for (std::size_t i = 0; i < kReplicasOfTest; ++i) {
      cluster_.cut(i, false);
      if (!cluster_.runs(i)) start(i);
    }
  }
  void ask_for_everybody() {
    for (int i = 0; i < next_; ++i) ask(i);
  }
  // People of whom it is certain that they are there, and those of whom it may be.
  [[nodiscard]] std::pair<std::size_t, std::size_t> bounds() const {
    std::pair<std::size_t, std::size_t> out{0, 0};
    for (const auto& [person, known] : known_) {
      out.first += known == Known::kThere ? 1 : 0;
      out.second += known == Known::kErased ? 0 : 1;
    }
    return out;
  }
  [[nodiscard]] std::string counts() const {
    return std::to_string(enrolled_) + " enrolled, " + std::to_string(erased_) + " erased, " +
           std::to_string(answered_) + " complete answers, " + std::to_string(refused_) + " refused, " +
           std::to_string(disturbed_) + " disturbances, " + std::to_string(lost_) + " disks lost";
  }
  [[nodiscard]] int answered() const { return answered_; }
  [[nodiscard]] int disturbed() const { return disturbed_; }

 private:
  int below(int most) { return static_cast<int>(random_() % static_cast<std::uint64_t>(most)); }
  Front& a_front() { return cluster_.front(static_cast<std::size_t>(below(2))); }
  void start(std::size_t i) {
    const Status started = cluster_.start_replica(i);
    ASSERT_TRUE(started.ok()) << started.error().text();
  }

  void disturb() {
    if (!everybody_counts() && below(2) == 0) return heal();
    const auto i = static_cast<std::size_t>(below(kReplicasOfTest));
    ++disturbed_;
    if (!cluster_.runs(i)) return start(i);
    if (cluster_.is_cut(i)) return cluster_.cut(i, false);
    // No more disks are lost at one time than are promised to do without.
    if (below(3) == 0 && everybody_counts()) {
      ++lost_;
      return cluster_.lose(i);
    }
    if (below(2) == 0) return cluster_.cut(i, true);
    cluster_.stop_replica(i);
  }
  [[nodiscard]] bool everybody_counts() const {
    for (std::size_t i = 0; i < kReplicasOfTest; ++i) {
      if (!cluster_.runs(i) || cluster_.is_cut(i) || !cluster_.position(i).member) return false;
    }
    return true;
  }
  void enrol() {
    const int person = next_++;
    known_[person] = Known::kOpen;
    const auto done = a_front().enrol(for_seconds(3), enrolment_of(person));
    if (done.ok()) known_[person] = Known::kThere;
    count(done.ok(), enrolled_);
    EXPECT_TRUE(done.ok() || done.error().kind == ErrorKind::kUnavailable) << done.error().text();
  }
  void erase() {
    if (next_ == 0) return;
    const int person = below(next_);
    const Known before = known_[person];
    if (before == Known::kErased) return;
    known_[person] = Known::kOpen;
    const Status done = a_front().erase_person(for_seconds(3), "person-" + std::to_string(person));
    if (done.ok()) known_[person] = Known::kErased;
    if (!done.ok() && done.error().kind == ErrorKind::kNotFound) {
      EXPECT_NE(before, Known::kThere) << "person " << person << " was enrolled and is nobody";
    }
    count(done.ok(), erased_);
  }
  void ask(int person) {
    const auto at = known_.find(person);
    const Known known = at == known_.end() ? Known::kErased : at->second;
    const auto answer = a_front().identify(for_seconds(3), search_for(person));
    count(answer.ok(), answered_);
    if (!answer.ok()) {
      EXPECT_EQ(answer.error().kind, ErrorKind::kUnavailable) << answer.error().text();
      return;
    }
    EXPECT_TRUE(answer->receipt.complete());
    const bool found = answer->decision == Decision::kMatch;
    EXPECT_TRUE(found || known != Known::kThere) << "person " << person << " is missing";
    EXPECT_TRUE(!found || known != Known::kErased) << "person " << person << " returned";
  }
  void count(bool ok, int& into) { ++(ok ? into : refused_); }

  TestReplicas& cluster_;
  std::mt19937_64 random_;
  std::map<int, Known> known_;
  int next_ = 0;
  int enrolled_ = 0;
  int erased_ = 0;
  int answered_ = 0;
  int refused_ = 0;
  int disturbed_ = 0;
  int lost_ = 0;
};

TEST(ReplicasInChaos, NothingAcknowledgedIsLostAndNothingErasedReturns) {
  const int seconds = tests::wished("WHORL_CHAOS_SECONDS", 15);
  const int seed = tests::wished("WHORL_CHAOS_SEED", 20);
  TestReplicas cluster;
  // So short that who was away for a while, or lost their disk, has to copy another; longer than a copy takes on a busy
  // machine, after which the log must still reach back.
  cluster.times().least_kept = std::chrono::milliseconds(300);
  cluster.times().most_kept = std::chrono::milliseconds(5000);
  cluster.times().let_go_every = std::chrono::milliseconds(2000);
  cluster.start();
  Chaos chaos(cluster, static_cast<std::uint64_t>(seed));
  chaos.run(std::chrono::seconds(seconds));
  chaos.heal();
  ASSERT_TRUE(comes_to_be([&] { return cluster.all_alike(); }));
  chaos.ask_for_everybody();
  const auto people = cluster.people(0);
  const auto digests = [&](std::size_t i) {
    return cluster.engine(i).own_gallery().moment().value()->digests().value();
  };
  for (std::size_t i = 1; i < kReplicasOfTest; ++i) {
    EXPECT_EQ(cluster.people(i), people) << "replica " << i;
    EXPECT_EQ(digests(i), digests(0)) << "replica " << i;
  }
  EXPECT_GE(people.size(), chaos.bounds().first);
  EXPECT_LE(people.size(), chaos.bounds().second);
  EXPECT_GT(chaos.answered(), 0);
  EXPECT_GT(chaos.disturbed(), 0);
  std::printf("chaos, seed %d, %d s: %s, 0 violations wanted\n", seed, seconds, chaos.counts().c_str());
}

}  // namespace
}  // namespace whorl::cluster
