// A replica that was away for longer than the log reaches back, or begins anew, becomes what the others are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/cluster_check.h"
#include "tests/cluster/replica_fixture.h"

namespace whorl::cluster {
namespace {

using engine::Decision;
using testing::HasSubstr;

class Copies : public testing::Test {
 protected:
  // Of the log nothing is kept that is made.
  void SetUp() override {
    cluster_.times().least_kept = std::chrono::milliseconds(0);
    cluster_.times().most_kept = std::chrono::milliseconds(0);
    cluster_.start();
  }
  void enrol(int from, int to) {
    for (int i = from; i < to; ++i) {
      const auto enrolled = cluster_.front().enrol(for_seconds(60), enrolment_of(i));
      ASSERT_TRUE(enrolled.ok()) << enrolled.error().text();
    }
  }
  void expect_all_alike() {
    ASSERT_TRUE(comes_to_be([&] { return cluster_.all_alike(); })) << troubles();
    for (std::size_t i = 1; i < kReplicasOfTest; ++i) EXPECT_EQ(digests(i), digests(0)) << i;
  }
  std::vector<index::GalleryDigest> digests(std::size_t i) {
    return cluster_.engine(i).own_gallery().moment().value()->digests().value();
  }
  std::string troubles() {
    std::string out;
    for (std::size_t i = 0; i < kReplicasOfTest; ++i) out += cluster_.position(i).trouble + "; ";
    return out;
  }
  // Whoever leads has let go of what it made.
  void wait_for_cut() { std::this_thread::sleep_for(std::chrono::milliseconds(600)); }
  // Another than the second, which is copied from; nobody else can copy it while these are held.
  void hold_copies_of(std::size_t i, std::vector<CopyId>& into) {
    const auto key = Keys::read(cluster_.config().key);
    auto log = log_of(cluster_.config(), kReplicaNames[i], cluster_.setting(), key->view(), cluster_.bus(i)).value();
    for (;;) {
      const auto begun = log->ask(for_seconds(10), BeginCopy{});
      if (!begun.ok()) {
        EXPECT_THAT(begun.error().message, HasSubstr("by others"));
        return;
      }
      into.push_back(begun->copy);
    }
  }
  void end_copies_of(std::size_t i, const std::vector<CopyId>& copies) {
    const auto key = Keys::read(cluster_.config().key);
    auto log = log_of(cluster_.config(), kReplicaNames[i], cluster_.setting(), key->view(), cluster_.bus(i)).value();
    for (const CopyId& copy : copies) EXPECT_TRUE(log->ask(for_seconds(10), EndCopy{copy}).ok());
  }
  TestReplicas cluster_;
};

TEST_F(Copies, AReplicaThatWasAwayForLongerThanTheLogComesToBeAlike) {
  enrol(0, 4);
  expect_all_alike();
  cluster_.stop_replica(2);
  enrol(4, 8);
  ASSERT_TRUE(cluster_.front().erase_person(for_seconds(60), "person-0").ok());
  ASSERT_TRUE(cluster_.front().set_hold(for_seconds(60), "person-1", {}, true).ok());
  wait_for_cut();
  ASSERT_TRUE(cluster_.start_replica(2).ok());
  expect_all_alike();
  EXPECT_EQ(cluster_.people(2).size(), 7U);
  // It answers, and leads if it must.
  cluster_.stop_replica(0);
  for (int n = 0; n < 6; ++n) {
    const auto answer = cluster_.front(n % 2).identify(for_seconds(30), search_for(n % 2 == 0 ? 0 : 7));
    ASSERT_TRUE(answer.ok()) << answer.error().text();
    EXPECT_EQ(answer->decision, n % 2 == 0 ? Decision::kNoMatch : Decision::kMatch);
  }
  enrol(8, 9);
}

TEST_F(Copies, OneThatIsPutInADeadOnesPlaceComesToBeAlike) {
  enrol(0, 5);
  cluster_.lose(1);
  enrol(5, 7);
  wait_for_cut();
  ASSERT_TRUE(cluster_.start_replica(1).ok());
  enrol(7, 9);
  expect_all_alike();
  EXPECT_EQ(cluster_.people(1).size(), 9U);
}

TEST_F(Copies, NobodyIsReadOnTheWay) {
  enrol(0, 3);
  cluster_.lose(1);
  wait_for_cut();
  ASSERT_TRUE(cluster_.start_replica(1).ok());
  expect_all_alike();
  for (const Bytes& message : cluster_.broker().seen()) {
    EXPECT_THAT(std::string(as_text(message)), testing::Not(HasSubstr("person-")));
  }
}

TEST_F(Copies, WhileItCopiesItAnswersNothingAndAKillChangesNothingOfThat) {
  enrol(0, 3);
  expect_all_alike();
  cluster_.stop_replica(2);
  enrol(3, 5);
  wait_for_cut();
  std::vector<CopyId> held[2];
  for (std::size_t i = 0; i < 2; ++i) hold_copies_of(i, held[i]);
  for (int kill = 0; kill < 2; ++kill) {
    ASSERT_TRUE(cluster_.start_replica(2).ok());
    ASSERT_TRUE(comes_to_be([&] { return cluster_.position(2).trouble.find("by others") != std::string::npos; }))
        << cluster_.position(2).trouble;
    EXPECT_FALSE(cluster_.position(2).member);
    const auto key = Keys::read(cluster_.config().key);
    RemotePart people(cluster_.config(), "p3", "p3", cluster_.setting(), Keys::make(key->view(), "p3").value(),
                      cluster_.bus(2));
    EXPECT_EQ(people.ask(for_seconds(10), ReadEncounters{"person-1"}).error().kind, ErrorKind::kUnavailable);
    if (kill == 0) cluster_.stop_replica(2);
  }
  // The others go on, and name it where it would be needed.
  enrol(5, 6);
  for (std::size_t i = 0; i < 2; ++i) end_copies_of(i, held[i]);
  expect_all_alike();
}

// It is heard before the others often enough, and says how far it is as they do.
TEST_F(Copies, WhileOneCopiesTheOthersAnswerEverySearch) {
  enrol(0, 3);
  expect_all_alike();
  cluster_.lose(0);
  enrol(3, 5);
  wait_for_cut();
  std::vector<CopyId> held[2];
  for (std::size_t i = 1; i < 3; ++i) hold_copies_of(i, held[i - 1]);
  ASSERT_TRUE(cluster_.start_replica(0).ok());
  ASSERT_TRUE(comes_to_be([&] { return cluster_.position(0).trouble.find("by others") != std::string::npos; }))
      << cluster_.position(0).trouble;
  for (int i = 0; i < 40; ++i) {
    const auto found = cluster_.front().identify(for_seconds(10), search_for(i % 5));
    ASSERT_TRUE(found.ok()) << found.error().text();
    EXPECT_EQ(found->decision, engine::Decision::kMatch);
  }
  EXPECT_FALSE(cluster_.position(0).member);
  for (std::size_t i = 1; i < 3; ++i) end_copies_of(i, held[i - 1]);
  expect_all_alike();
}

TEST_F(Copies, AKillAtAnyMomentOfACopyEndsInOneThatIsAlike) {
  enrol(0, 12);
  expect_all_alike();
  for (int round = 0; round < 8; ++round) {
    cluster_.lose(2);
    wait_for_cut();
    ASSERT_TRUE(cluster_.start_replica(2).ok());
    std::this_thread::sleep_for(std::chrono::milliseconds(100 * round));
    cluster_.stop_replica(2);
    ASSERT_TRUE(cluster_.start_replica(2).ok());
    expect_all_alike();
  }
}

TEST_F(Copies, TakeOverWhatThePartHoldsAndWhatOfAMoveHasCome) {
  enrol(0, 3);
  const auto key = Keys::read(cluster_.config().key);
  auto group = PartGroup::make(cluster_.config(), 0, cluster_.setting(), key->view(), cluster_.bus(0)).value();
  // A slice leaves for a part that there is not: it stays fenced.
  ASSERT_TRUE(group->ask(for_seconds(30), OrderMoves{"elsewhere", {5, 6}}).ok());
  ASSERT_TRUE(group->ask(for_seconds(30), FenceSlices{{{5, 1}}}).ok());
  EXPECT_FALSE(group->ask(for_seconds(30), LeaveSlices{SliceManifest{{{6, 1}}, {}, {}}}).ok()) << "it is not fenced";
  ASSERT_TRUE(group->ask(for_seconds(30), LeaveSlices{SliceManifest{{{5, 1}}, {}, {}}})->left);
  const auto book_of = [&](std::size_t i) {
    RemotePart people(cluster_.config(), kReplicaNames[i], kReplicaNames[i], cluster_.setting(),
                      Keys::make(key->view(), kReplicaNames[i]).value(), cluster_.bus(i));
    const auto said = people.ask(for_seconds(10), TellSlices{});
    EXPECT_TRUE(said.ok()) << said.error().text();
    return said.ok() ? said->book : Bytes();
  };
  cluster_.lose(1);
  wait_for_cut();
  ASSERT_TRUE(cluster_.start_replica(1).ok());
  expect_all_alike();
  const SliceBook book = SliceBook::parse(book_of(1)).value();
  EXPECT_EQ(book.row(5).is, SliceIs::kLeft);
  EXPECT_EQ(book.other(6), "elsewhere");
  EXPECT_EQ(book_of(1), book_of(0));
  // Whichever of them leads can still say what left.
  ASSERT_TRUE(group->ask(for_seconds(30), SettleSlices{{{5, 1}}}).ok());
  expect_all_alike();
  EXPECT_EQ(book_of(1), book_of(0));
  EXPECT_FALSE(cluster_.front().identify(for_seconds(3), search_for(0)).ok()) << "a slice is nobody's";
}

TEST_F(Copies, ReplicasWithOtherOptionsDoNotFollowEachOther) {
  enrol(0, 1);
  expect_all_alike();
  cluster_.stop_replica(2);
  cluster_.set_options(2, 1);
  ASSERT_TRUE(cluster_.start_replica(2).ok());
  enrol(1, 3);
  ASSERT_TRUE(comes_to_be([&] { return cluster_.position(2).trouble.find("other options") != std::string::npos; }));
  EXPECT_EQ(cluster_.people(2).size(), 1U);
  cluster_.stop_replica(2);
  cluster_.set_options(2, 0);
  ASSERT_TRUE(cluster_.start_replica(2).ok());
  expect_all_alike();
}

TEST_F(Copies, WhatIsDueGoesByTheLogsDateOnAllAlike) {
  cluster_.times().let_go_every = std::chrono::milliseconds(200);
  // Else there is an entry more, and one less in the log, before a copy is done, and who copies never comes to an end.
  cluster_.times().most_kept = std::chrono::hours(24);
  for (std::size_t i = 0; i < kReplicasOfTest; ++i) {
    cluster_.stop_replica(i);
    ASSERT_TRUE(cluster_.start_replica(i).ok());
    ASSERT_TRUE(cluster_.engine(i).own_gallery().set_retention(1).ok());
  }
  enrol(0, 3);
  ASSERT_TRUE(cluster_.front().set_hold(for_seconds(60), "person-1", {}, true).ok());
  // One that is no member yet, because it was stopped as soon as it had begun, acknowledges nothing.
  ASSERT_TRUE(comes_to_be([&] {
    const bool members = cluster_.position(0).member && cluster_.position(1).member && cluster_.position(2).member;
    return members && cluster_.people(2).size() == 3;
  }));
  cluster_.cut(2, true);
  cluster_.move_clock(std::chrono::hours(48));
  ASSERT_TRUE(comes_to_be([&] { return cluster_.people(0).size() == 1 && cluster_.people(1).size() == 1; }));
  EXPECT_EQ(cluster_.people(2).size(), 3U) << "nobody told it";
  cluster_.cut(2, false);
  ASSERT_TRUE(comes_to_be([&] { return cluster_.people(2).size() == 1; }));
  EXPECT_EQ(cluster_.people(2), std::vector<std::string>{"person-1"});
  EXPECT_EQ(digests(2), digests(0));
}

TEST_F(Copies, DigestsOfAMomentAreTheSameOnAllWhileOthersEnrol) {
  enrol(0, 5);
  ASSERT_TRUE(comes_to_be([&] { return cluster_.leader().has_value(); }));
  const auto key = Keys::read(cluster_.config().key);
  const auto log = [&](std::size_t i) {
    return log_of(cluster_.config(), kReplicaNames[i], cluster_.setting(), key->view(), cluster_.bus(i)).value();
  };
  std::jthread others([&] { enrol(5, 12); });
  // Of a moment that each of them noted: who is copied to then has none, and is asked of a later one.
  RemotePart::Terms terms;
  std::vector<std::vector<index::GalleryDigest>> told;
  ASSERT_TRUE(comes_to_be([&] {
    ++terms.operation[0];
    told.clear();
    const auto leader = cluster_.leader();
    const auto taken = leader ? log(*leader)->ask(for_seconds(30), TakeDigest{}, {}, terms)
                              : Result<TakeDigest::Answer>(unavailable("nobody leads"));
    if (!taken.ok()) return false;
    for (std::size_t i = 0; i < kReplicasOfTest; ++i) {
      const auto of_one = log(i)->ask(for_seconds(30), TellDigest{taken->index});
      if (!of_one.ok()) return false;
      told.push_back(of_one->galleries);
    }
    return true;
  }));
  others.join();
  const std::vector<index::GalleryDigest>& first = told.front();
  for (const auto& of_one : told) EXPECT_EQ(of_one, first);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_GE(first[0].persons, 5U);
  EXPECT_EQ(log(0)->ask(for_seconds(30), TellDigest{1}).error().kind, ErrorKind::kNotFound);
}

TEST_F(Copies, TheCheckNamesWhoIsMissingAndWhoHoldsSomethingElse) {
  enrol(0, 6);
  const auto check = [&] {
    const auto key = Keys::read(cluster_.config().key);
    auto parts =
        check_parts(cluster_.config(), cluster_.setting(), key->view(), cluster_.bus(0), std::chrono::seconds(20));
    EXPECT_TRUE(parts.ok());
    return std::move(parts->at(0));
  };
  expect_all_alike();
  const CheckedPart sound = check();
  EXPECT_THAT(sound.wrong, testing::IsEmpty());
  EXPECT_EQ(sound.galleries.at("default").persons, 6U);
  EXPECT_EQ(sound.galleries.at("visa").persons, 2U);
  EXPECT_GT(sound.index, 6U);
  ASSERT_TRUE(cluster_.engine(1).erase_person({}, "person-1").ok());  // behind the log's back
  const CheckedPart other = check();
  ASSERT_EQ(other.wrong.size(), 1U);
  EXPECT_THAT(other.wrong[0], testing::AllOf(HasSubstr("p2 holds another gallery default"), HasSubstr("5 persons")));
  EXPECT_EQ(other.galleries.at("default").persons, 6U) << "as most have it";
  cluster_.stop_replica(2);
  const CheckedPart missing = check();
  EXPECT_THAT(missing.wrong, testing::Contains(HasSubstr("p3")));
}

}  // namespace
}  // namespace whorl::cluster
