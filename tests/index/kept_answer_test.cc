// Answers that are kept beside their encounters.
#include <atomic>
#include <thread>

#include "base/catalogue.h"
#include "tests/index/gallery_fixture.h"
#include "tests/support/moved_world.h"

namespace whorl::index {
namespace {

using namespace std::chrono_literals;

KeptAnswer answer_of(std::uint8_t key, std::string_view text = "the answer") {
  KeptAnswer out;
  out.key.fill(key);
  out.request.fill(static_cast<std::uint8_t>(key + 100));
  out.answer.assign(text.begin(), text.end());
  return out;
}

class KeptAnswers : public GalleryTest {
 protected:
  void SetUp() override {
    options_.world = &world_;
    reopen();
  }
  void TearDown() override { gallery_.reset(); }  // its housekeeping asks the world for the time
  std::optional<KeptAnswer> kept(std::uint8_t key) {
    const auto found = gallery_->kept_answer(answer_of(key).key);
    EXPECT_TRUE(found.ok());
    return found.ok() ? *found : std::nullopt;
  }
  // Its encounter was erased, and the key is known all the same.
  bool erased(std::uint8_t key) {
    const auto found = gallery_->kept_answer(answer_of(key).key);
    return !found.ok() && found.error().reason.code == ErrorCode::kErasedMeanwhile;
  }
  tests::MovedWorld world_;
};

TEST_F(KeptAnswers, AreThereWithTheirEncounterAndAfterOpeningAgain) {
  EXPECT_FALSE(kept(1).has_value());
  ASSERT_TRUE(gallery_->add(record_of(1), PersonRule::kNew, answer_of(1)).ok());
  ASSERT_TRUE(gallery_->add(record_of(2), PersonRule::kNew, answer_of(2)).ok());
  add(record_of(3));
  for (int opening = 0; opening < 2; ++opening) {
    const auto first = kept(1);
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(as_text(first->answer), "the answer");
    EXPECT_EQ(first->request, answer_of(1).request);
    EXPECT_EQ(first->person_id, "p1");
    EXPECT_EQ(first->encounter_id, "e1");
    EXPECT_TRUE(kept(2).has_value());
    EXPECT_FALSE(kept(3).has_value());
    reopen();
  }
}

TEST_F(KeptAnswers, ARefusedEncounterKeepsNone) {
  add(record_of(1));
  EXPECT_FALSE(gallery_->add(record_of(1), PersonRule::kEither, answer_of(1)).ok());
  EXPECT_FALSE(kept(1).has_value());
  EXPECT_FALSE(gallery_->add(record_of(2), PersonRule::kNew, answer_of(1, std::string(kMaxAnswerBytes + 1, 'x'))).ok());
  EXPECT_FALSE(kept(1).has_value());
  EXPECT_EQ(gallery_->encounters("p2").ok(), false);
}

TEST_F(KeptAnswers, OneKeyHasOneEffect) {
  ASSERT_TRUE(gallery_->add(record_of(1), PersonRule::kNew, answer_of(1)).ok());
  const auto again = gallery_->add(record_of(2), PersonRule::kNew, answer_of(1));
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().kind, ErrorKind::kAlreadyExists);
  EXPECT_FALSE(gallery_->encounters("p2").ok());
}

TEST_F(KeptAnswers, OfManyAtOnceUnderOneKeyOneIsTaken) {
  std::atomic<int> taken = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      if (gallery_->add(record_of(i), PersonRule::kNew, answer_of(1)).ok()) ++taken;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(gallery_->galleries().front().persons, 1u);
}

TEST_F(KeptAnswers, LastADay) {
  ASSERT_TRUE(gallery_->add(record_of(1), PersonRule::kNew, answer_of(1)).ok());
  world_.ahead = 24h - 1min;
  EXPECT_TRUE(kept(1).has_value());
  world_.ahead = 24h + 1min;
  EXPECT_FALSE(kept(1).has_value());
  EXPECT_TRUE(gallery_->add(record_of(2), PersonRule::kNew, answer_of(1)).ok()) << "the key is free again";
  world_.ahead = -1h;
  EXPECT_TRUE(kept(1).has_value()) << "a clock that was set back forgets nothing";
}

TEST_F(KeptAnswers, GoWithTheirEncounterAndLeaveTheDisk) {
  std::string canary;
  for (int i = 0; i < 200; ++i) canary += static_cast<char>('!' + i * i * 7 % 90);
  EncounterRecord second = record_of(1, 2);
  const auto before = tests::raw_rows(options_.directory);
  ASSERT_TRUE(gallery_->add(record_of(1), PersonRule::kNew, answer_of(1, canary + "one")).ok());
  ASSERT_TRUE(gallery_->add(second, PersonRule::kExisting, answer_of(2, canary + "two")).ok());
  const auto pieces = pieces_of(tests::rows_added(before, tests::raw_rows(options_.directory)), "marks");
  ASSERT_EQ(found_in_files(options_.directory, pieces), 2U);
  ASSERT_TRUE(gallery_->add(record_of(3), PersonRule::kNew, answer_of(3)).ok());
  ASSERT_TRUE(gallery_->erase_encounter("p1", "e2").ok());
  EXPECT_TRUE(kept(1).has_value());
  EXPECT_TRUE(erased(2));
  ASSERT_TRUE(gallery_->erase_person("p1").ok());
  EXPECT_TRUE(erased(1));
  EXPECT_TRUE(kept(3).has_value());
  reopen();
  ASSERT_TRUE(gallery_->purge_erased().ok());
  EXPECT_EQ(found_in_files(options_.directory, pieces), 0U);
}

TEST_F(KeptAnswers, AKeyStaysUsedWhenItsEncounterIsErased) {
  ASSERT_TRUE(gallery_->add(record_of(1), PersonRule::kNew, answer_of(1)).ok());
  ASSERT_TRUE(gallery_->add(record_of(2), PersonRule::kNew, answer_of(2)).ok());
  ASSERT_TRUE(gallery_->erase_person("p1").ok());
  ASSERT_TRUE(gallery_->move("p2", "p3", "e1", true).ok());
  ASSERT_TRUE(gallery_->erase_encounter("p3", "e1").ok());
  for (int opening = 0; opening < 2; ++opening) {
    for (const std::uint8_t key : {std::uint8_t{1}, std::uint8_t{2}}) {
      EXPECT_TRUE(erased(key));
      const auto again = gallery_->add(record_of(key), PersonRule::kNew, answer_of(key));
      ASSERT_FALSE(again.ok());
      EXPECT_EQ(again.error().reason.code, ErrorCode::kErasedMeanwhile);
    }
    EXPECT_EQ(gallery_->galleries().front().persons, 0U) << "nobody came back";
    reopen();
  }
  EXPECT_TRUE(gallery_->add(record_of(1), PersonRule::kNew, answer_of(4)).ok()) << "another request may enrol them";
  world_.ahead = 24h + 1min;
  EXPECT_FALSE(kept(1).has_value());
  EXPECT_TRUE(gallery_->add(record_of(3), PersonRule::kNew, answer_of(1)).ok()) << "as long as any key is kept";
}

TEST_F(KeptAnswers, WhatIsLeftOfAnErasedOneIsItsKeyAndTimeAlone) {
  KeptAnswer answer = answer_of(7);
  answer.created_ms = 5;
  answer.person_id = "p";
  answer.encounter_id = "e";
  const KeptAnswer left = erased_answer(answer);
  EXPECT_TRUE(left.erased());
  EXPECT_FALSE(answer.erased());
  EXPECT_EQ(left.key, answer.key);
  EXPECT_EQ(left.created_ms, 5U);
  EXPECT_EQ(left.request, Sha256{});
  EXPECT_TRUE(left.answer.empty() && left.encounter_id.empty());
  const auto bytes = encode_answer(left);
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(*parse_answer(answer_key(left.key), *bytes), left);
  KeptAnswer half = left;
  half.answer = {1};
  EXPECT_FALSE(parse_answer(answer_key(left.key), *encode_answer(half)).ok());
}

TEST_F(KeptAnswers, TheirBytesReadBackAndNothingElseDoes) {
  KeptAnswer answer = answer_of(7);
  answer.created_ms = 1'700'000'000'000;
  answer.person_id = "p";
  answer.encounter_id = "e";
  const auto bytes = encode_answer(answer);
  ASSERT_TRUE(bytes.ok());
  const Bytes key = answer_key(answer.key);
  EXPECT_EQ(*parse_answer(key, *bytes), answer);
  for (std::size_t n = 0; n < bytes->size(); ++n) {
    EXPECT_FALSE(parse_answer(key, ByteView(*bytes).first(n)).ok()) << n;
  }
  EXPECT_FALSE(parse_answer(ByteView(key).first(32), *bytes).ok());
  Bytes longer = *bytes;
  longer.push_back(0);
  EXPECT_FALSE(parse_answer(key, longer).ok());
}

TEST_F(KeptAnswers, ThoseOfAnEarlierBuildAreRead) {
  // Version 1 as it was first written.
  Bytes value = {1, 0, 0, 1, 0x8b, 0xcf, 0xe5, 0x68, 0};
  value.insert(value.end(), 32, 0xab);
  const Bytes ids_and_answer = {0, 0, 0, 1, 'p', 0, 0, 0, 1, 'e', 0, 0, 0, 2, 'o', 'k'};
  value.insert(value.end(), ids_and_answer.begin(), ids_and_answer.end());
  const auto answer = parse_answer(answer_key(Sha256{}), value);
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(answer->created_ms, 1'700'000'000'000u);
  EXPECT_EQ(as_text(answer->answer), "ok");
}

}  // namespace
}  // namespace whorl::index
