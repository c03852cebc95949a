// What a call hears and leaves behind: the trace's stages, the audit leaf, the events, the node's health.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "index/search/shard_fault.h"
#include "tests/engine/engine_fixture.h"

namespace whorl::engine {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Gt;
using testing::HasSubstr;
using testing::Not;

class Stages final : public CallTrace {
 public:
  void stage(std::string_view name, std::string_view figures) override {
    names.emplace_back(name);
    text += std::string(name) + ": " + std::string(figures) + "\n";
  }
  std::vector<std::string> names;
  std::string text;
};

class EngineCall : public EngineTest {
 protected:
  Call call() {
    leaf_ = {};
    stages_ = {};
    Call out;
    out.trace = &stages_;
    out.leaf = &leaf_;
    return out;
  }
  AuditLeaf leaf_;
  Stages stages_;
};

TEST_F(EngineCall, EachStageOfASearchIsHeardWithItsFigures) {
  for (int i = 0; i < 5; ++i) enrol_person(i);
  ASSERT_TRUE(engine().identify(call(), identify_person(3)).ok());
  EXPECT_THAT(stages_.names, ElementsAre("read", "ask parts", "merge", "verdict"));
  EXPECT_THAT(stages_.text, AllOf(HasSubstr("2 fingers of quality 80, 80"), HasSubstr("1 of 1 parts answered"),
                                  HasSubstr("5 of 5 persons searched, 10 comparisons, 5 persons scored"),
                                  HasSubstr("match (match), threshold 27.0 dB")));
  EXPECT_THAT(stages_.text, Not(HasSubstr("p3"))) << "a trace holds no personal data";
  VerifyRequest claim;
  claim.person_id = "p3";
  claim.samples = fingers_of(3, 99);
  ASSERT_TRUE(engine().verify(call(), claim).ok());
  EXPECT_THAT(stages_.names, ElementsAre("read", "ask parts", "merge", "verdict"));
  EXPECT_THAT(stages_.text, Not(HasSubstr("p3")));
}

TEST_F(EngineCall, ALookAtOtherPositionsIsAStage) {
  for (int i = 0; i < 5; ++i) enrol_person(i);
  ASSERT_TRUE(engine().identify(call(), identify_person(300)).ok());
  EXPECT_THAT(stages_.names, ElementsAre("read", "ask parts", "merge", "look elsewhere", "verdict"));
  EXPECT_THAT(stages_.text, HasSubstr("look elsewhere: best at other positions "));
  EXPECT_THAT(stages_.text, Not(HasSubstr("p3"))) << "a trace holds no personal data";
}

TEST_F(EngineCall, EachStageOfAnEnrolmentIsHeard) {
  ASSERT_TRUE(engine().enrol(call(), enrol_request(3)).ok());
  EXPECT_THAT(stages_.names, ElementsAre("read", "write"));
  EXPECT_THAT(stages_.text, Not(HasSubstr("p3")));
}

TEST_F(EngineCall, TheLeafSaysWhatWasAskedAndWhatCameOfIt) {
  EnrolRequest request = enrol_request(3);
  request.galleries = {"asylum", "visa"};
  ASSERT_TRUE(engine().enrol(call(), request).ok());
  EXPECT_EQ(leaf_.operation, "enrol");
  EXPECT_EQ(leaf_.gallery_id, "asylum,visa");
  EXPECT_EQ(leaf_.outcome, "enrolled");
  EXPECT_FALSE(engine().enrol(call(), request).ok());
  EXPECT_EQ(leaf_.outcome, "already_exists");

  IdentifyRequest search = identify_person(3);
  search.gallery_id = "visa";
  ASSERT_TRUE(engine().identify(call(), search).ok());
  EXPECT_EQ(leaf_.operation, "identify");
  EXPECT_EQ(leaf_.gallery_id, "visa");
  EXPECT_EQ(leaf_.outcome, "match");
  search.gallery_id = "elsewhere";
  EXPECT_FALSE(engine().identify(call(), search).ok());
  EXPECT_EQ(leaf_.outcome, "not_found");

  VerifyRequest claim;
  claim.person_id = "p3";
  claim.gallery_id = "ALL";
  claim.samples = fingers_of(4, 99);
  ASSERT_TRUE(engine().verify(call(), claim).ok());
  EXPECT_EQ(leaf_.operation, "verify");
  EXPECT_EQ(leaf_.outcome, "no_match");

  ASSERT_TRUE(engine().encounters(call(), "p3").ok());
  EXPECT_EQ(leaf_.operation, "encounters");
  EXPECT_EQ(leaf_.outcome, "read");
  ASSERT_TRUE(engine().erase_person(call(), "p3").ok());
  EXPECT_EQ(leaf_.operation, "erase_person");
  EXPECT_EQ(leaf_.outcome, "erased");
  EXPECT_FALSE(engine().erase_encounter(call(), "p3", "e1").ok());
  EXPECT_EQ(leaf_.operation, "erase_encounter");
  EXPECT_EQ(leaf_.outcome, "not_found");
}

TEST_F(EngineCall, WhatTheGalleryHasToSayReachesTheSink) {
  std::mutex mutex;
  std::vector<Event> heard;
  EngineConfig with = config();
  with.directory += "-heard";
  with.events = [&](const Event& event) {
    const std::scoped_lock lock(mutex);
    heard.push_back(event);
  };
  const auto opened = Engine::open(std::move(with));
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  ASSERT_TRUE((*opened)->enrol({}, enrol_request(1)).ok());
  EXPECT_THAT(heard, testing::IsEmpty());
  const index::ShardFault fault([](std::size_t) -> Status { return internal_error("injected"); });
  EXPECT_FALSE((*opened)->identify({}, identify_person(1)).ok());
  ASSERT_FALSE(heard.empty());
  EXPECT_EQ(heard[0].code, "shard_failed");
  EXPECT_EQ(heard[0].severity, Severity::kError);
  EXPECT_THAT(heard[0].text, HasSubstr("injected"));
}

TEST_F(EngineCall, HealthSaysMemoryHousekeepingOpeningAndCounts) {
  for (int i = 0; i < 3; ++i) enrol_person(i);
  reopen();
  const NodeHealth health = engine().health({});
  std::vector<std::string> kinds;
  std::uint64_t bytes = 0;
  for (const auto& part : health.memory) {
    kinds.push_back(part.kind);
    bytes += part.bytes;
  }
  EXPECT_THAT(kinds, ElementsAre("sealed_shards", "growing_shards", "directory", "store"));
  EXPECT_THAT(bytes, Gt(0U));
  EXPECT_EQ(health.opening.encounters_prepared + health.opening.encounters_from_snapshots, 3U);
  EXPECT_EQ(health.housekeeping_failures, 0U);
  EXPECT_EQ(health.last_failure, "");
  EXPECT_FALSE(health.changes_refused);
  ASSERT_EQ(health.galleries.size(), 1U);
  EXPECT_EQ(health.galleries[0].persons, 3U);
  EXPECT_EQ(health.galleries[0].samples[Modality::kFinger], 6U);
  EXPECT_THAT(health.parts, ElementsAre("local"));
}

}  // namespace
}  // namespace whorl::engine
