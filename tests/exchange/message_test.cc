#include "exchange/envelope/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/exchange/members.h"

namespace whorl::tests {
namespace {

using namespace exchange;

std::string written(const Message& message, Size size) {
  const auto text = write_message(message, size);
  EXPECT_TRUE(text.ok()) << text.error().text();
  return text.ok() ? std::string(as_text(text->view())) : std::string();
}

TEST(Message, IsReadAsItWasWrittenInOneOfFourLengths) {
  for (const Size size : {Size::kSmall, Size::kMedium, Size::kLarge}) {
    const Message check = check_between("a.rbdes.test", "b.rbdes.test", agreement_key().public_key());
    const std::string text = written(check, size);
    EXPECT_EQ(text.size(), payload_bytes(size));
    const auto read = read_message(as_bytes(text));
    ASSERT_TRUE(read.ok()) << read.error().text();
    EXPECT_EQ(written(*read, size), text);
    const Check& body = std::get<Check>(read->body);
    EXPECT_EQ(body.probe.fingers.size(), 2u);
    EXPECT_EQ(body.probe.fingers[1].data.size(), 1000u);
    EXPECT_EQ(body.lane, Lane::kUrgent);
    EXPECT_EQ(read->common.jti, check.common.jti);
  }
}

TEST(Message, EveryOutcomeHasOneLength) {
  for (const Outcome outcome : {Outcome::kMatch, Outcome::kNoMatch, Outcome::kIndeterminate, Outcome::kRefused}) {
    const Message answer = answer_between("b.rbdes.test", "a.rbdes.test", outcome);
    EXPECT_EQ(*size_of(answer), Size::kReply);
    EXPECT_EQ(written(answer, Size::kReply).size(), payload_bytes(Size::kReply));
    EXPECT_EQ(std::get<Answer>(read_message(as_bytes(written(answer, Size::kReply)))->body).outcome, outcome);
  }
}

TEST(Message, TakesTheSmallestSizeThatHoldsIt) {
  const auto key = agreement_key().public_key();
  EXPECT_EQ(*size_of(check_between("a.rbdes.test", "b.rbdes.test", key, 10, 2000)), Size::kSmall);
  EXPECT_EQ(*size_of(check_between("a.rbdes.test", "b.rbdes.test", key, 10, 19000)), Size::kMedium);
  EXPECT_EQ(*size_of(check_between("a.rbdes.test", "b.rbdes.test", key, 10, 150000)), Size::kLarge);
  EXPECT_FALSE(size_of(check_between("a.rbdes.test", "b.rbdes.test", key, 10, 200000)).ok());
  EXPECT_FALSE(write_message(check_between("a.rbdes.test", "b.rbdes.test", key, 10, 19000), Size::kSmall).ok());
}

struct Change {
  std::string name;
  std::string from;
  std::string to;  // of the same length, or the padding takes the difference
};
void PrintTo(const Change& change, std::ostream* os) { *os << change.name; }
class ChangedMessage : public testing::TestWithParam<Change> {};

// Two readers must see one message.
TEST_P(ChangedMessage, IsRefused) {
  std::string text = written(check_between("a.rbdes.test", "b.rbdes.test", agreement_key().public_key()), Size::kSmall);
  ASSERT_TRUE(read_message(as_bytes(text)).ok());
  const std::size_t at = text.find(GetParam().from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, GetParam().from.size(), GetParam().to);
  while (text.size() > payload_bytes(Size::kSmall)) text.erase(text.size() - 3, 1);
  while (text.size() < payload_bytes(Size::kSmall)) text.insert(text.size() - 3, "0");
  EXPECT_FALSE(read_message(as_bytes(text)).ok());
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, ChangedMessage,
    testing::Values(Change{"AnotherVersion", "\"v\":1", "\"v\":2"}, Change{"ANameTwice", "\"v\":1", "\"v\":1,\"v\":1"},
                    Change{"AnUnknownMember", "\"v\":1", "\"v\":1,\"w\":1"}, Change{"ASpace", "\"v\":1", "\"v\": 1"},
                    Change{"AnotherOrder", "\"v\":1,\"kind\":\"check\"", "\"kind\":\"check\",\"v\":1"},
                    Change{"AnotherNumber", "\"attempt\":1", "\"attempt\":1.0"},
                    Change{"AFourthAttempt", "\"attempt\":1", "\"attempt\":4"},
                    Change{"AnEscape", "\"officer\",", "\"offic\\u0065r\","},
                    Change{"AnUnknownKind", "\"kind\":\"check\"", "\"kind\":\"chuck\""},
                    Change{"AKindOfOther", "\"kind\":\"check\"", "\"kind\":\"noop\""},
                    Change{"APosition", "\"pos\":1", "\"pos\":11"}, Change{"ARate", "0.0005", "0.00050"},
                    Change{"ALane", "\"urgent\"", "\"reply\""}, Change{"AnAge", "18+", "18-"},
                    Change{"APad", "\"pad\":\"00", "\"pad\":\"01"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Message, AnAnswerThatContradictsItselfIsNotWritten) {
  Message answer = answer_between("b.rbdes.test", "a.rbdes.test", Outcome::kNoMatch);
  std::get<Answer>(answer.body).score_db = 40;
  EXPECT_FALSE(write_message(answer, Size::kReply).ok());
  answer = answer_between("b.rbdes.test", "a.rbdes.test", Outcome::kRefused);
  std::get<Answer>(answer.body).why = "person_is_shielded";
  EXPECT_FALSE(write_message(answer, Size::kReply).ok());
}

}  // namespace
}  // namespace whorl::tests
