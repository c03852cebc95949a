// What is due goes, what is held stays, and both are in the log; by a clock that the test moves.
#include <thread>

#include "audit/leaf.h"
#include "index/upkeep_request.h"
#include "tests/index/gallery_fixture.h"
#include "tests/support/moved_world.h"

namespace whorl::index {
namespace {

using namespace std::chrono_literals;

class Retention : public GalleryTest {
 protected:
  void SetUp() override {
    options_.world = &world_;
    reopen();
  }
  void TearDown() override { gallery_.reset(); }

  // One that was enrolled now, by the test's clock.
  EncounterRecord fresh(int person, int encounter = 1) {
    EncounterRecord record = record_of(person, encounter);
    record.created_ms = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(world_.now().time_since_epoch()).count());
    return record;
  }
  void pass(std::chrono::seconds time) { world_.ahead = world_.ahead.load() + time; }
  RetentionReport looked() {
    auto done = gallery_->erase_due();
    EXPECT_TRUE(done.ok()) << done.error().text();
    return done.ok() ? *done : RetentionReport{};
  }
  [[nodiscard]] std::size_t there(const std::string& person) const {
    const auto found = gallery_->encounters(person);
    return found.ok() ? found->size() : 0;
  }
  // How many leaves have this word, and what they count.
  std::vector<audit::Leaf> leaves(const std::string& outcome) {
    std::vector<audit::Leaf> out;
    const auto bundle = gallery_->audit_file("checkpoint");
    EXPECT_TRUE(bundle.ok());
    const auto size = gallery_->audit()->signed_leaves;
    const auto entries = gallery_->audit_file("tile/entries/000.p/" + std::to_string(size));
    EXPECT_TRUE(entries.ok());
    if (!entries.ok()) return out;
    ByteView rest = *entries;
    while (rest.size() > 2) {
      const std::size_t bytes = std::size_t{rest[0]} * 256 + rest[1];
      const auto leaf = audit::parse_leaf(rest.subspan(2, bytes));
      EXPECT_TRUE(leaf.ok());
      if (leaf.ok() && leaf->outcome == outcome) out.push_back(*leaf);
      rest = rest.subspan(2 + bytes);
    }
    return out;
  }

  tests::MovedWorld world_;
};

constexpr std::chrono::hours kDay{24};

TEST_F(Retention, NothingGoesBeforeItsTimeOrWithoutASetting) {
  add(fresh(1));
  pass(1000 * kDay);
  EXPECT_EQ(looked().erased, 0u);
  ASSERT_TRUE(gallery_->set_retention(1001).ok());
  EXPECT_EQ(looked().erased, 0u);
  EXPECT_EQ(there("p1"), 1u);
  EXPECT_FALSE(gallery_->set_retention(kMostKeepDays + 1).ok());
}

TEST_F(Retention, WhatIsDueGoesByTheSettingWithItsLeafAndIsNotFoundAnyMore) {
  add(fresh(1));
  ASSERT_TRUE(gallery_->set_retention(30).ok());
  pass(29 * kDay);
  add(fresh(2));
  add(fresh(1, 2), PersonRule::kExisting);
  EXPECT_EQ(looked().erased, 0u);
  pass(kDay);
  const RetentionReport after = looked();
  EXPECT_EQ(after.erased, 1u);
  EXPECT_EQ(after.due, 0u);
  EXPECT_EQ(there("p1"), 1u) << "the later encounter stays";
  EXPECT_EQ(there("p2"), 1u);
  EXPECT_EQ(looked().erased, 1u) << "once";
  const auto gone = leaves("retention");
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_EQ(gone[0].operation, audit::Operation::kErase);
  EXPECT_NE(gone[0].subject, audit::Tag{});
  ASSERT_EQ(leaves("retention days").size(), 1u);
  EXPECT_EQ(leaves("retention days")[0].count, 30u);
  pass(29 * kDay);
  EXPECT_EQ(looked().erased, 3u);
  EXPECT_EQ(there("p1") + there("p2"), 0u);
  const TestProbe probe = probe_of(1);
  EXPECT_TRUE(found(request_of(probe)).empty());
  reopen();
  EXPECT_EQ(there("p1") + there("p2"), 0u);
  EXPECT_EQ(gallery_->retention().keep_days, 30u) << "the setting stays";
}

TEST_F(Retention, AnEncountersOwnDateMayBeEarlierAndNeverLater) {
  EncounterRecord early = fresh(1);
  early.retention_due_ms = early.created_ms + 1000;
  EncounterRecord late = fresh(2);
  late.retention_due_ms = late.created_ms + 100'000 * std::uint64_t{1000};
  add(early);
  add(late);
  pass(2s);
  EXPECT_EQ(looked().erased, 1u) << "without a setting";
  EXPECT_EQ(there("p1"), 0u);
  EXPECT_EQ(there("p2"), 1u);
  ASSERT_TRUE(gallery_->set_retention(1).ok());
  pass(kDay);
  EXPECT_EQ(looked().erased, 2u);
}

TEST_F(Retention, AHoldKeepsUntilItIsLiftedAndEachHasItsLeaf) {
  add(fresh(1));
  add(fresh(1, 2), PersonRule::kExisting);
  add(fresh(2));
  ASSERT_TRUE(gallery_->set_retention(1).ok());
  EXPECT_EQ(gallery_->set_hold("p1", {}, true).value(), 2u);
  EXPECT_EQ(gallery_->set_hold("p1", {}, true).value(), 0u) << "it is so already";
  EXPECT_EQ(gallery_->set_hold("nobody", {}, true).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(gallery_->set_hold("p1", "e9", true).error().kind, ErrorKind::kNotFound);
  pass(2 * kDay);
  RetentionReport report = looked();
  EXPECT_EQ(report.erased, 1u);
  EXPECT_EQ(report.held, 2u);
  EXPECT_EQ(report.due, 0u);
  reopen();
  EXPECT_EQ(there("p1"), 2u);
  EXPECT_FALSE(found(request_of(probe_of(1))).empty()) << "who is held is searched";
  EXPECT_EQ(gallery_->set_hold("p1", "e1", false).value(), 1u);
  EXPECT_EQ(looked().erased, 1u);
  ASSERT_EQ(there("p1"), 1u);
  EXPECT_EQ(gallery_->encounters("p1").value()[0].encounter_id, "e2");
  EXPECT_EQ(leaves("held").size(), 2u);
  EXPECT_EQ(leaves("hold lifted").size(), 1u);
  EXPECT_FALSE(gallery_->erase_person("p1").ok()) << "the other one is held still";
}

TEST_F(Retention, TheHousekeepingDoesItWhenTheClockHasMoved) {
  add(fresh(1));
  ASSERT_TRUE(gallery_->set_retention(1).ok());
  pass(2 * kDay);
  for (int i = 0; i < 300 && there("p1") > 0; ++i) std::this_thread::sleep_for(100ms);
  EXPECT_EQ(there("p1"), 0u);
}

TEST_F(Retention, AnotherProcessMayAskTheOneThatHasTheGalleryOpen) {
  add(fresh(1));
  const auto ask = [&](UpkeepVerb verb, const std::string& what) {
    return ask_upkeep(options_.directory, verb, what, 60s);
  };
  EXPECT_EQ(ask(UpkeepVerb::kKeepDays, "7").value(), "7");
  EXPECT_FALSE(ask(UpkeepVerb::kKeepDays, "7x").ok());
  EXPECT_EQ(ask(UpkeepVerb::kHold, "p1/e1").value(), "1");
  EXPECT_EQ(ask(UpkeepVerb::kLift, "p1").value(), "1");
  EXPECT_FALSE(ask(UpkeepVerb::kLift, "p2").ok());
  const auto line = ask(UpkeepVerb::kRetention, "");
  ASSERT_TRUE(line.ok());
  EXPECT_EQ(parse_retention_line(*line).value().keep_days, 7u);
  EXPECT_FALSE(parse_retention_line("7 x").ok());
}

TEST_F(Retention, AnErasureThatIsAskedForHeedsAHold) {
  add(fresh(1));
  add(fresh(1, 2), PersonRule::kExisting);
  ASSERT_TRUE(gallery_->set_hold("p1", "e2", true).ok());
  for (const bool person : {true, false}) {
    const auto refused = person ? gallery_->erase_person("p1") : gallery_->erase_encounter("p1", "e2");
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind, ErrorKind::kUnauthorised);
    EXPECT_EQ(there("p1"), 2u) << "nothing was erased";
  }
  EXPECT_TRUE(gallery_->erase_encounter("p1", "e1").ok()) << "the other one is free";
  reopen();
  EXPECT_FALSE(gallery_->erase_person("p1").ok());
  ASSERT_TRUE(gallery_->set_hold("p1", std::nullopt, false).ok());
  EXPECT_TRUE(gallery_->erase_person("p1").ok());
  EXPECT_EQ(there("p1"), 0u);
}

}  // namespace
}  // namespace whorl::index
