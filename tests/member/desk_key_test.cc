// The key of offline desks: changed, and the one before destroyed in time, whatever happens to the node meanwhile.
#include "member/desk_key.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "crypto/jose/jwk.h"
#include "member/row_fields.h"
#include "tests/member/member_fixture.h"

namespace whorl::member {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// A node's keys, and its one row as a disk keeps it.
class DeskKeyTest : public testing::Test {
 protected:
  DeskKeyTest() { restart(); }

  // As after a kill: what is on the disk is all there is. Whatever goes by itself at a start has gone.
  void restart(bool passes_time = true) {
    keys_.emplace(DeskKey::With{[this](const engine::Call&, std::string_view outcome, ByteView head) {
                                  if (full_) return Status(exhausted("no room"));
                                  row_.assign(head.begin(), head.end());
                                  leaves_.emplace_back(outcome);
                                  return Status();
                                },
                                world_, crypto::system_random(), kWindow});
    EXPECT_TRUE(row_.empty() || keys_->take(row_).ok());
    EXPECT_TRUE(!passes_time || keys_->pass_time().ok());
  }
  std::string jwk() { return *keys_->jwk({}); }
  std::string opened(const std::string& sealed) {
    const auto text = keys_->unsealed(sealed);
    return text.ok() ? *text : "refused: " + text.error().text();
  }
  // Of whoever has a copy of that row: what they open with every key in it, whatever its time.
  static bool opens(const Bytes& row, const std::string& sealed) {
    for (std::size_t at = 0; at + rows::kKeyBytes <= row.size(); ++at) {
      const auto key = crypto::PrivateKey::of(crypto::KeyKind::kX25519, ByteView(row).subspan(at, rows::kKeyBytes));
      const crypto::JweKey own{crypto::JweAlgorithm::kEcdhEs, *key, {}};
      if (crypto::decrypt_jwe(sealed, [&](std::string_view) { return &own; }).ok()) return true;
    }
    return false;
  }

  static constexpr seconds kWindow = hours(24);
  tests::SetWorld world_{tests::kNow};
  Bytes row_;
  std::vector<std::string> leaves_;
  bool full_ = false;
  std::optional<DeskKey> keys_;
};

TEST_F(DeskKeyTest, WhatWasSealedBeforeOpensForAsLongAsItIsSaid) {
  const std::string first = jwk();
  const std::string waiting = *sealed_check(first, "sealed before");
  const auto turned = keys_->rotate({});
  ASSERT_TRUE(turned.ok()) << turned.error().text();
  EXPECT_NE(turned->jwk, first);
  EXPECT_EQ(jwk(), turned->jwk);
  ASSERT_THAT(turned->earlier, SizeIs(1));
  EXPECT_EQ(turned->earlier[0].kid, crypto::parse_jwk(first)->kid);
  EXPECT_EQ(turned->earlier[0].opens_until, tests::kNow + kWindow);
  world_.pass(kWindow - seconds(5));
  EXPECT_EQ(opened(waiting), "sealed before");
  EXPECT_EQ(opened(*sealed_check(turned->jwk, "sealed since")), "sealed since");
  restart();
  EXPECT_EQ(opened(waiting), "sealed before");
  world_.pass(seconds(5));
  EXPECT_THAT(opened(waiting), testing::StartsWith("refused"));
  EXPECT_EQ(opened(*sealed_check(turned->jwk, "sealed since")), "sealed since");
  EXPECT_THAT(leaves_, ElementsAre("desk key made", "desk key changed"));
}

TEST_F(DeskKeyTest, AStolenDeskOpensWithNothingThatIsOnTheDiskAfterTheTime) {
  const std::string stolen = *sealed_check(jwk(), "on the desk");
  ASSERT_TRUE(keys_->rotate({}).ok());
  EXPECT_TRUE(opens(row_, stolen)) << "the control: within the time the disk has the key";
  const Bytes within = row_;
  world_.pass(kWindow);
  ASSERT_TRUE(keys_->pass_time().ok());
  EXPECT_FALSE(opens(row_, stolen));
  EXPECT_TRUE(opens(within, stolen)) << "who copied the row before has it for ever";
  EXPECT_EQ(leaves_.back(), "desk key destroyed");
  const auto leaves = leaves_.size();
  ASSERT_TRUE(keys_->pass_time().ok());
  EXPECT_THAT(leaves_, SizeIs(leaves)) << "said once";
}

// Killed before the key was destroyed: its row is left, and goes an hour after the next start.
TEST_F(DeskKeyTest, WhatAnEndedNodeLeftOfAKeyGoesAfterTheNextStart) {
  const std::string waiting = *sealed_check(jwk(), "sealed before");
  ASSERT_TRUE(keys_->rotate({}).ok());
  world_.pass(kWindow + hours(1));
  restart();
  EXPECT_TRUE(opens(row_, waiting)) << "the clock may be wrong yet";
  EXPECT_THAT(opened(waiting), testing::StartsWith("refused")) << "it opens nothing before that";
  world_.pass(kDeskKeyDoubt);
  ASSERT_TRUE(keys_->pass_time().ok());
  EXPECT_FALSE(opens(row_, waiting));
  EXPECT_EQ(leaves_.back(), "desk key destroyed");
}

// Of three changes the second begins when the first's key is still good; a change takes what is over with it.
TEST_F(DeskKeyTest, EachKeyHasATimeOfItsOwn) {
  const std::string first = *sealed_check(jwk(), "1");
  ASSERT_TRUE(keys_->rotate({}).ok());
  const std::string second = *sealed_check(jwk(), "2");
  world_.pass(hours(20));
  EXPECT_THAT(keys_->rotate({})->earlier, SizeIs(2));
  world_.pass(hours(5));
  EXPECT_THAT(keys_->rotate({})->earlier, SizeIs(2)) << "the first has gone";
  EXPECT_FALSE(opens(row_, first));
  EXPECT_EQ(opened(second), "2");
}

TEST_F(DeskKeyTest, WhatIsNotOnTheDiskHasNotHappened) {
  const std::string first = jwk();
  const std::string waiting = *sealed_check(first, "sealed before");
  full_ = true;
  EXPECT_EQ(keys_->rotate({}).error().kind, ErrorKind::kExhausted);
  EXPECT_EQ(jwk(), first);
  EXPECT_EQ(opened(waiting), "sealed before");
  full_ = false;
  ASSERT_TRUE(keys_->rotate({}).ok());
  world_.pass(kWindow);
  full_ = true;
  EXPECT_FALSE(keys_->pass_time().ok());
  EXPECT_THAT(opened(waiting), testing::StartsWith("refused")) << "it opens nothing though the disk has it yet";
  full_ = false;
  ASSERT_TRUE(keys_->pass_time().ok());
  EXPECT_FALSE(opens(row_, waiting)) << "tried again";
}

// Nobody gains or loses any of a key's time by setting the wall clock.
TEST_F(DeskKeyTest, AKeyLastsAsLongAsItIsSaidWhateverTheWallClockDoes) {
  for (const seconds step :
       {seconds(hours(1)), seconds(hours(24)), seconds(hours(365 * 24)), -seconds(hours(365 * 24))}) {
    const std::string waiting = *sealed_check(jwk(), "sealed before");
    ASSERT_TRUE(keys_->rotate({}).ok());
    world_.set(world_.now() + step);
    ASSERT_TRUE(keys_->pass_time().ok());
    EXPECT_EQ(opened(waiting), "sealed before") << step.count();
    world_.pass(kWindow - seconds(5));
    EXPECT_EQ(opened(waiting), "sealed before") << step.count();
    world_.pass(seconds(5));
    EXPECT_THAT(opened(waiting), testing::StartsWith("refused")) << step.count();
    ASSERT_TRUE(keys_->pass_time().ok());
    EXPECT_FALSE(opens(row_, waiting)) << step.count();
  }
}

// A node that starts has the wall clock alone: one that was ahead costs no key, where it is set right within an hour.
TEST_F(DeskKeyTest, AClockThatIsWrongAtTheStartAndSetRightCostsNoKey) {
  const std::string waiting = *sealed_check(jwk(), "sealed before");
  ASSERT_TRUE(keys_->rotate({}).ok());
  world_.set(tests::kNow + hours(365 * 24));
  restart();
  EXPECT_THAT(opened(waiting), testing::StartsWith("refused"));
  world_.pass(kDeskKeyDoubt - seconds(5));
  ASSERT_TRUE(keys_->pass_time().ok());
  world_.set(tests::kNow + kDeskKeyDoubt);
  EXPECT_EQ(opened(waiting), "sealed before");
  world_.set(tests::kNow + hours(365 * 24));
  EXPECT_EQ(opened(waiting), "sealed before") << "from here on it is a step as any other";
  world_.pass(kWindow - kDeskKeyDoubt);
  EXPECT_THAT(opened(waiting), testing::StartsWith("refused"));
}

TEST_F(DeskKeyTest, AClockThatIsBehindAtTheStartLengthensNoKeyBeyondWhatOneHasThatIsChangedNow) {
  const std::string waiting = *sealed_check(jwk(), "sealed before");
  ASSERT_TRUE(keys_->rotate({}).ok());
  world_.set(tests::kNow - hours(365 * 24));
  restart();
  EXPECT_EQ(opened(waiting), "sealed before");
  world_.pass(kWindow);
  EXPECT_THAT(opened(waiting), testing::StartsWith("refused"));
}

TEST_F(DeskKeyTest, AKeyOfAnEarlierBuildIsTakenAndChanged) {
  const auto old = *crypto::PrivateKey::make(crypto::KeyKind::kX25519);
  row_.assign(old.secret().begin(), old.secret().end());
  const std::string waiting =
      *sealed_check(crypto::jwk_text(old.public_key(), crypto::key_id(old.public_key())), "of an earlier build");
  restart();
  EXPECT_EQ(opened(waiting), "of an earlier build");
  ASSERT_TRUE(keys_->rotate({}).ok());
  EXPECT_EQ(opened(waiting), "of an earlier build");
  EXPECT_NE(row_.size(), rows::kKeyBytes);
}

TEST_F(DeskKeyTest, HasBounds) {
  EXPECT_THAT(keys_->rotate({})->earlier, IsEmpty()) << "there was none before";
  for (std::size_t i = 0; i < kMostEarlierDeskKeys; ++i) ASSERT_TRUE(keys_->rotate({}).ok());
  EXPECT_THAT(keys_->rotate({})->earlier, SizeIs(kMostEarlierDeskKeys)) << "the earliest goes";
  world_.pass(kWindow);
  EXPECT_THAT(keys_->rotate({})->earlier, SizeIs(1));
}

TEST_F(DeskKeyTest, RowsThatAreMalformedAreRefused) {
  ASSERT_TRUE(keys_->rotate({}).ok());
  ASSERT_TRUE(keys_->rotate({}).ok());
  const Bytes sound = row_;
  for (std::size_t size = 0; size < sound.size(); ++size) {
    if (size == rows::kKeyBytes) continue;  // as an earlier build wrote it
    EXPECT_EQ(keys_->take(ByteView(sound).first(size)).error().kind, ErrorKind::kCorruption) << size;
  }
  Bytes longer = sound;
  longer.push_back(0);
  EXPECT_FALSE(keys_->take(longer).ok());
  Bytes none = rows::Writer().number(0).take();
  EXPECT_FALSE(keys_->take(none).ok());
  EXPECT_TRUE(keys_->take(sound).ok());
}

}  // namespace
}  // namespace whorl::member
