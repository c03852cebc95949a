#include "exchange/envelope/envelope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>

#include "crypto/jose/base64url.h"
#include "exchange/envelope/receipt.h"
#include "exchange/envelope/replay_table.h"
#include "tests/exchange/members.h"
#include "tests/exchange/two_members.h"

namespace whorl::tests {
namespace {

using namespace exchange;

class EnvelopeTest : public TwoMembers {};

TEST_F(EnvelopeTest, OpensWhereItIsMeantToBe) {
  for (const Size size : {Size::kSmall, Size::kMedium, Size::kLarge}) {
    const Message check = check_between(a_.name, b_.name, reply_.public_key());
    const auto sealed = seal(check, size, a_.identity, day_.public_key(), nullptr);
    ASSERT_TRUE(sealed.ok()) << sealed.error().text();
    const auto opened = open(sealed->envelope, opening());
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    EXPECT_EQ(opened->message.common.jti, check.common.jti);
    EXPECT_EQ(opened->size, size);
    EXPECT_EQ(opened->signed_text, sealed->signed_text);
    EXPECT_FALSE(opened->second_layer);
  }
}

TEST_F(EnvelopeTest, MembersOfEitherKindOfKeySealAlike) {
  const Message check = check_between(p_.name, b_.name, reply_.public_key());
  const auto sealed = seal(check, Size::kSmall, p_.identity, day_.public_key(), nullptr);
  ASSERT_TRUE(open(sealed->envelope, opening()).ok());
}

// Whatever is in it: one length for a pair and a size, and below what the switch lets through.
TEST_F(EnvelopeTest, ThereIsOneLengthForAPairAndASize) {
  const std::array<const PairSecret*, 2> layers{nullptr, &secret_};
  for (const PairSecret* secret : layers) {
    std::set<std::size_t> lengths;
    for (int i = 0; i < 40; ++i) {
      const auto outcome = static_cast<Outcome>(i % 4);
      Message message = answer_between(a_.name, b_.name, outcome);
      if (i % 5 == 4) message.body = Cancel{*new_id()};
      lengths.insert(seal(message, Size::kReply, a_.identity, day_.public_key(), secret)->envelope.size());
    }
    EXPECT_EQ(lengths, std::set{envelope_bytes(Size::kReply, a_.name.size(), b_.name.size(), secret != nullptr)});
    for (const Size size : {Size::kSmall, Size::kMedium, Size::kLarge}) {
      Message message = check_between(a_.name, b_.name, reply_.public_key());
      lengths = {seal(message, size, a_.identity, day_.public_key(), secret)->envelope.size()};
      message.body = Noop{};
      lengths.insert(seal(message, size, a_.identity, day_.public_key(), secret)->envelope.size());
      EXPECT_EQ(lengths, std::set{envelope_bytes(size, a_.name.size(), b_.name.size(), secret != nullptr)});
    }
  }
  for (const Size size : kSizes) {
    EXPECT_LE(envelope_bytes(size, kMostMemberNameBytes, kMostMemberNameBytes, true), most_envelope_bytes(size));
  }
}

TEST_F(EnvelopeTest, TheSecondLayerIsThereWhereASecretIsShared) {
  const Message check = check_between(a_.name, b_.name, reply_.public_key());
  const auto layered = seal(check, Size::kSmall, a_.identity, day_.public_key(), &secret_);
  const auto plain = seal(check, Size::kSmall, a_.identity, day_.public_key(), nullptr);
  Opening with_secret = opening();
  with_secret.secret = [this](std::string_view name) { return name == a_.name ? &secret_ : nullptr; };
  ASSERT_TRUE(open(layered->envelope, with_secret).ok());
  EXPECT_TRUE(open(layered->envelope, with_secret)->second_layer);
  EXPECT_FALSE(open(plain->envelope, with_secret).ok());
  EXPECT_FALSE(open(layered->envelope, opening()).ok());
}

TEST_F(EnvelopeTest, TimesAreToldApart) {
  Common common = answer_between(a_.name, b_.name, Outcome::kMatch).common;
  const auto longest = std::chrono::seconds(60);
  EXPECT_FALSE(check_times(common, kNow, longest));
  EXPECT_EQ(check_times(common, kNow - std::chrono::seconds(121), longest), Refusal::kClock);
  EXPECT_EQ(check_times(common, kNow + std::chrono::seconds(60), longest), Refusal::kExpired);
  EXPECT_EQ(check_times(common, kNow, std::chrono::seconds(59)), Refusal::kClock);
}

TEST(ReplayTable, WhatWasNotTakenAfterAllIsNew) {
  ReplayTable table(1);
  const auto end = kNow + std::chrono::seconds(60);
  table.forget("a", "1");
  EXPECT_EQ(table.take("a", "1", end, kNow), ReplayTable::Seen::kNew);
  table.forget("a", "2");
  table.forget("b", "1");
  EXPECT_EQ(table.take("a", "1", end, kNow), ReplayTable::Seen::kAgain);
  table.forget("a", "1");
  EXPECT_EQ(table.size(), 0U);
  EXPECT_EQ(table.take("a", "1", end, kNow), ReplayTable::Seen::kNew);
  EXPECT_EQ(table.take("a", "2", end + std::chrono::seconds(500), end + std::chrono::seconds(120)),
            ReplayTable::Seen::kNew)
      << "its end went with it";
}

TEST(ReplayTable, TellsAgainFromNewUntilTheEnd) {
  ReplayTable table(2);
  const auto end = kNow + std::chrono::seconds(60);
  EXPECT_EQ(table.take("a", "1", end, kNow), ReplayTable::Seen::kNew);
  EXPECT_EQ(table.take("a", "1", end, end + std::chrono::seconds(119)), ReplayTable::Seen::kAgain);
  EXPECT_EQ(table.take("b", "1", end, kNow), ReplayTable::Seen::kNew);
  EXPECT_EQ(table.take("a", "2", end, kNow), ReplayTable::Seen::kNew);
  EXPECT_EQ(table.take("a", "3", end, kNow), ReplayTable::Seen::kFull);
  EXPECT_EQ(table.take("a", "1", end, end + std::chrono::seconds(120)), ReplayTable::Seen::kNew);
  EXPECT_EQ(table.size(), 2u);
}

TEST_F(EnvelopeTest, AReceiptIsTheReceiversAndOfThisEnvelope) {
  const Receipt receipt{b_.name, a_.name, *new_id(), sha256_of({as_bytes("envelope")}), kNow};
  const auto signed_receipt = sign_receipt(receipt, b_.identity);
  ASSERT_TRUE(signed_receipt.ok());
  const auto read = read_receipt(*signed_receipt, b_.name, partners_);
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read->envelope, receipt.envelope);
  EXPECT_EQ(read->re, receipt.re);
  EXPECT_FALSE(read_receipt(*signed_receipt, p_.name, partners_).ok());
  EXPECT_FALSE(read_receipt(*sign_receipt(receipt, p_.identity), b_.name, partners_).ok());
  for (std::size_t i = 0; i < signed_receipt->size(); ++i) {
    std::string changed = *signed_receipt;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(read_receipt(changed, b_.name, partners_).ok()) << i;
  }
}

}  // namespace
}  // namespace whorl::tests
