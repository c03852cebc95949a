// A part of three replicas: what is acknowledged stays, what is erased does not return, and nobody is ruled out by a
// replica that does not know everything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <random>

#include "tests/cluster/replica_fixture.h"

namespace whorl::cluster {
namespace {

using engine::Decision;
using testing::HasSubstr;

class Replicas : public testing::Test {
 protected:
  void SetUp() override { cluster_.start(); }
  Front& front(std::size_t i = 0) { return cluster_.front(i); }
  void enrol(int i) {
    const auto enrolled = front().enrol(for_seconds(60), enrolment_of(i));
    ASSERT_TRUE(enrolled.ok()) << enrolled.error().text();
  }
  Decision decision_of(int i) {
    const auto answer = front().identify(for_seconds(30), search_for(i));
    EXPECT_TRUE(answer.ok()) << answer.error().text();
    return answer.ok() ? answer->decision : Decision::kIndeterminate;
  }
  void expect_all_alike() {
    ASSERT_TRUE(comes_to_be([&] { return cluster_.all_alike(); }));
    for (std::size_t i = 1; i < kReplicasOfTest; ++i) EXPECT_EQ(cluster_.people(i), cluster_.people(0)) << i;
  }
  TestReplicas cluster_;
};

TEST_F(Replicas, EveryReplicaHasWhatWasEnrolledWithTheSameDate) {
  for (int i = 0; i < 3; ++i) enrol(i);
  expect_all_alike();
  EXPECT_EQ(cluster_.people(0).size(), 3U);
  const auto date = [&](std::size_t i) { return cluster_.engine(i).encounter({}, "person-1", "e1")->created; };
  EXPECT_EQ(date(1), date(0));
  EXPECT_EQ(date(2), date(0));
  const auto answer = front(1).identify(for_seconds(30), search_for(1));
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(answer->decision, Decision::kMatch);
  EXPECT_EQ(answer->receipt.parts_total, 1);
  EXPECT_EQ(answer->receipt.gallery_size, 3U) << "each person counts once";
}

// Whoever is away, the others share its searches evenly.
TEST(ReplicasInTurn, AreAskedAsOftenAsEachOther) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 draw(seed);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::optional<std::uint64_t>> made(2 + draw() % 6);
    const std::uint64_t at_least = draw() % 3;
    for (auto& each : made) {
      if (draw() % 3 > 0) each = draw() % 5;
    }
    const auto far = [&](std::size_t i) {
      return made[i] ? static_cast<std::int64_t>(std::min(*made[i], at_least)) : -1;
    };
    std::int64_t most = -1;
    for (std::size_t i = 0; i < made.size(); ++i) most = std::max(most, far(i));
    std::size_t alike = 0;
    for (std::size_t i = 0; i < made.size(); ++i) alike += far(i) == most ? 1 : 0;
    std::vector<std::size_t> first(made.size(), 0);
    for (std::size_t turn = 0; turn < 10 * alike; ++turn) {
      auto order = asked_in_turn(made, at_least, turn);
      ++first[order.front()];
      EXPECT_TRUE(
          std::is_sorted(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return far(a) > far(b); }));
      std::sort(order.begin(), order.end());
      for (std::size_t i = 0; i < made.size(); ++i) EXPECT_EQ(order.at(i), i) << "each is asked, once";
    }
    for (std::size_t i = 0; i < made.size(); ++i) EXPECT_EQ(first[i], far(i) == most ? 10U : 0U);
  }
}

TEST_F(Replicas, WhatWasAcknowledgedOutlivesTheLeader) {
  enrol(0);
  ASSERT_TRUE(comes_to_be([&] { return cluster_.leader().has_value(); }));
  cluster_.stop_replica(*cluster_.leader());
  EXPECT_EQ(decision_of(0), Decision::kMatch);
  enrol(1);
  EXPECT_EQ(decision_of(1), Decision::kMatch);
}

TEST_F(Replicas, WithoutAMajorityNothingIsAcknowledgedAndNobodyIsRuledOut) {
  enrol(0);
  cluster_.stop_replica(0);
  cluster_.stop_replica(1);
  EXPECT_EQ(front().enrol(for_seconds(2), enrolment_of(1)).error().kind, ErrorKind::kUnavailable);
  for (const int who : {0, 777}) {
    const auto answer = front().identify(for_seconds(5), search_for(who));
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().kind, ErrorKind::kUnavailable);
    EXPECT_THAT(answer.error().message, HasSubstr("p1"));
  }
}

TEST_F(Replicas, AReplicaThatWasAwayDoesNotAnswerWithWhomTheOthersErased) {
  enrol(0);
  expect_all_alike();
  cluster_.stop_replica(2);
  ASSERT_TRUE(front().erase_person(for_seconds(60), "person-0").ok());
  cluster_.stop_replica(0);
  // What it knows it answers from at once, if it may: it is current by nobody but the second.
  ASSERT_TRUE(cluster_.start_replica(2).ok());
  for (int n = 0; n < 10; ++n) {
    const auto answer = front(n % 2).identify(for_seconds(20), search_for(0));
    EXPECT_TRUE(!answer.ok() || answer->decision == Decision::kNoMatch) << n;
  }
  ASSERT_TRUE(cluster_.start_replica(0).ok());
  expect_all_alike();
  EXPECT_TRUE(cluster_.people(2).empty());
}

TEST_F(Replicas, AnOldLeaderThatIsCutOffAcknowledgesAndAnswersNothing) {
  enrol(0);
  ASSERT_TRUE(comes_to_be([&] { return cluster_.leader().has_value(); }));
  const std::size_t old = *cluster_.leader();
  cluster_.cut(old, true);
  enrol(1);
  ASSERT_TRUE(front().erase_person(for_seconds(60), "person-0").ok());
  EXPECT_EQ(decision_of(0), Decision::kNoMatch);
  EXPECT_EQ(decision_of(1), Decision::kMatch);
  cluster_.cut(old, false);
  expect_all_alike();
  EXPECT_EQ(cluster_.people(old), std::vector<std::string>{"person-1"});
}

TEST_F(Replicas, AChangeThatIsAskedForAgainIsMadeOnce) {
  enrol(0);  // past the front a part is not waited for that has not begun
  ASSERT_TRUE(comes_to_be([&] { return cluster_.leader().has_value(); }));
  const std::size_t leader = *cluster_.leader();
  const auto key = Keys::read(cluster_.config().key);
  auto log = log_of(cluster_.config(), kReplicaNames[leader], cluster_.setting(), key->view(), cluster_.bus(leader));
  ASSERT_TRUE(log.ok());
  RemotePart::Terms terms;
  terms.operation.fill(9);
  const EnrolEncounter change{enrolment_of(4), {}, false, {}};
  const auto first = (*log)->ask(for_seconds(30), change, {}, terms);
  ASSERT_TRUE(first.ok()) << first.error().text();
  const auto again = (*log)->ask(for_seconds(30), change, {}, terms);
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(again->encounter_id, first->encounter_id);
  terms.operation.fill(10);
  EXPECT_EQ((*log)->ask(for_seconds(30), change, {}, terms).error().kind, ErrorKind::kAlreadyExists);
}

// The first answer to a message as long as an enrolment is lost; then something happens before anybody notices. Where
// nothing is to happen, that message is not even sent.
class LosingBus final : public Bus {
 public:
  LosingBus(Bus& bus, std::function<void()> then) : bus_(bus), then_(std::move(then)) {}
  Result<Waiting> send(const std::string& subject, ByteView message,
                       std::function<Bytes(ByteView)> asked_back) override {
    const bool loses = message.size() >= 300 && lost_++ == 0;
    if (loses && !then_) return unavailable("the broker is not reached");
    WHORL_ASSIGN(auto waiting, bus_.send(subject, message, std::move(asked_back)));
    if (!loses) return waiting;
    return Waiting([this, waiting = std::move(waiting)](Until until) -> Result<Bytes> {
      [[maybe_unused]] const auto made = waiting(until);
      then_();
      return unavailable("the answer was lost");
    });
  }
  Result<std::unique_ptr<Listening>> listen(const std::string& subject, std::function<void(Delivery)> hear) override {
    return bus_.listen(subject, std::move(hear));
  }
  [[nodiscard]] std::size_t most_bytes() const override { return bus_.most_bytes(); }
  [[nodiscard]] int sent() const { return lost_; }

 private:
  Bus& bus_;
  const std::function<void()> then_;
  std::atomic<int> lost_{0};
};

TEST(ReplicasWithAShortLog, WhatAnEarlierAttemptMayHaveDoneIsNoRefusal) {
  TestReplicas cluster;
  cluster.times().least_kept = std::chrono::milliseconds(0);
  cluster.times().most_kept = std::chrono::milliseconds(0);
  cluster.start();
  ASSERT_TRUE(cluster.front().enrol(for_seconds(60), enrolment_of(0)).ok());
  ASSERT_TRUE(comes_to_be([&] { return cluster.leader().has_value(); }));
  // Until the first is in no log any more.
  const std::uint64_t before = cluster.position(*cluster.leader()).last_index;
  LosingBus bus(cluster.bus(*cluster.leader()), [&] {
    for (int i = 2; i < 5; ++i) EXPECT_TRUE(cluster.front().enrol(for_seconds(60), enrolment_of(i)).ok());
    ASSERT_TRUE(comes_to_be([&] { return cluster.leader() && cluster.log_begins_behind(*cluster.leader()) > before; }));
  });
  const auto key = Keys::read(cluster.config().key);
  const auto group = PartGroup::make(cluster.config(), 0, cluster.setting(), key->view(), bus);
  ASSERT_TRUE(group.ok());
  const EnrolEncounter change{enrolment_of(1), {}, false, {}};
  const auto enrolled = (*group)->ask(for_seconds(60), change);
  ASSERT_FALSE(enrolled.ok());
  EXPECT_EQ(enrolled.error().kind, ErrorKind::kUnavailable) << enrolled.error().text();
  EXPECT_THAT(enrolled.error().message, testing::HasSubstr("may have been made"));
  EXPECT_GE(bus.sent(), 2);
  EXPECT_EQ((*group)->ask(for_seconds(30), change).error().kind, ErrorKind::kAlreadyExists);
}

TEST_F(Replicas, WhatWasNotEvenSentLeavesARefusalAsItIs) {
  enrol(1);
  ASSERT_TRUE(comes_to_be([&] { return cluster_.leader().has_value(); }));
  LosingBus bus(cluster_.bus(*cluster_.leader()), {});
  const auto key = Keys::read(cluster_.config().key);
  const auto group = PartGroup::make(cluster_.config(), 0, cluster_.setting(), key->view(), bus);
  ASSERT_TRUE(group.ok());
  const auto enrolled = (*group)->ask(for_seconds(60), EnrolEncounter{enrolment_of(1), {}, false, {}});
  ASSERT_FALSE(enrolled.ok());
  EXPECT_EQ(enrolled.error().kind, ErrorKind::kAlreadyExists) << enrolled.error().text();
  EXPECT_GE(bus.sent(), 2);
}

TEST_F(Replicas, AReplicaThatLostItsDiskDoesNotCountBeforeItHasEverything) {
  enrol(0);
  cluster_.stop_replica(0);
  enrol(1);
  cluster_.lose(1);
  ASSERT_TRUE(cluster_.start_replica(1).ok());
  // The second has nothing and the third alone is left: who was enrolled last may be nowhere, as far as anybody knows.
  EXPECT_FALSE(front().identify(for_seconds(3), search_for(777)).ok());
  EXPECT_FALSE(front().enrol(for_seconds(2), enrolment_of(2)).ok());
  EXPECT_FALSE(cluster_.position(1).member);
  ASSERT_TRUE(cluster_.start_replica(0).ok());
  expect_all_alike();
  EXPECT_THAT(cluster_.people(1), testing::IsSupersetOf({"person-0", "person-1"}));
}

TEST_F(Replicas, AnEnrolmentWithAKeyGetsItsAnswerAgainFromWhoeverLeads) {
  engine::EnrolRequest request = enrolment_of(3);
  engine::RequestKey key;
  key.key.fill(3);
  key.request.fill(4);
  request.keep =
      engine::AnswerToKeep{key, [](const engine::EnrolReceipt& receipt) { return "of " + receipt.person_id; }};
  const auto enrolled = front().enrol(for_seconds(60), request);
  ASSERT_TRUE(enrolled.ok()) << enrolled.error().text();
  cluster_.stop_replica(*cluster_.leader());
  EXPECT_EQ(front(1).kept_answer(for_seconds(60), key).value(), "of person-3");
}

}  // namespace
}  // namespace whorl::cluster
