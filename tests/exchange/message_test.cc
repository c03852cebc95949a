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

// What no clock reaches is no time: nothing here counts on from it.
TEST(Message, NoTimeIsBeyondAnyClock) {
  Message answer = answer_between("b.rbdes.test", "a.rbdes.test", Outcome::kMatch);
  answer.common.exp = kLatestSecond;
  EXPECT_TRUE(write_message(answer, Size::kReply).ok());
  answer.common.exp = kLatestSecond + 1;
  EXPECT_FALSE(write_message(answer, Size::kReply).ok());
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

Message from_b(Body body) {
  const Message answer = answer_between("b.rbdes.test", "a.rbdes.test", Outcome::kMatch);
  return {answer.common, std::move(body)};
}
Release release_of(Released decision) {
  Release out;
  out.ref = out.handle = out.re = out.officer = std::string(22, 'A');
  out.req = std::string(43, 'A');
  out.decision = decision;
  out.decided_at = 5;
  if (decision == Released::kRefused) {
    out.why = "officer";
    return out;
  }
  out.purposes = {"border.identity"};
  out.delete_by = 9;
  out.items = {Item::kIdentity, Item::kDocument};
  out.data = crypto::SecretBytes::copy_of(as_bytes(R"({"identity":{"lastName":"Vel\u00e4"}})"));
  return out;
}
Notice notice_of(Noticed what) {
  Notice out;
  out.ref = out.handle = out.re = std::string(22, 'A');
  out.what = what;
  if (what != Noticed::kCorrected) return out;
  out.items = {Item::kIdentity};
  out.data = crypto::SecretBytes::copy_of(as_bytes("{}"));
  return out;
}

TEST(Message, EveryDecisionAndEveryNoticeHasOneLength) {
  std::vector<Message> all;
  for (const Released each : {Released::kReleased, Released::kPartly, Released::kRefused})
    all.push_back(from_b(release_of(each)));
  for (const Noticed each : {Noticed::kCorrected, Noticed::kErased, Noticed::kWithdrawn})
    all.push_back(from_b(notice_of(each)));
  for (const Message& each : all) {
    const std::string text = written(each, Size::kSmall);
    EXPECT_EQ(text.size(), payload_bytes(Size::kSmall));
    const auto read = read_message(as_bytes(text));
    ASSERT_TRUE(read.ok()) << read.error().text() << text.substr(0, 700);
    EXPECT_EQ(kind_of(read->body), kind_of(each.body));
    EXPECT_EQ(written(*read, Size::kSmall), text);
  }
}

TEST(Message, NothingTravelsWithARefusalAndNoDataWithoutTheirTerms) {
  const auto refused = [](const auto& change) {
    Release release = release_of(Released::kRefused);
    change(release);
    return !write_message(from_b(std::move(release)), Size::kSmall).ok();
  };
  EXPECT_TRUE(refused([](Release& r) { r.data = crypto::SecretBytes::copy_of(as_bytes("{}")); }));
  EXPECT_TRUE(refused([](Release& r) { r.items = {Item::kIdentity}; }));
  EXPECT_TRUE(refused([](Release& r) { r.purposes = {"border.identity"}; }));
  EXPECT_TRUE(refused([](Release& r) { r.why.clear(); }));
  const auto released = [](const auto& change) {
    Release release = release_of(Released::kReleased);
    change(release);
    return write_message(from_b(std::move(release)), Size::kSmall).ok();
  };
  EXPECT_FALSE(released([](Release& r) { r.purposes.clear(); }));
  EXPECT_FALSE(released([](Release& r) { r.delete_by = 0; }));
  EXPECT_FALSE(released([](Release& r) { r.items = {Item::kDocument, Item::kIdentity}; }));
  EXPECT_FALSE(released([](Release& r) { r.why = "officer"; }));
  EXPECT_FALSE(released([](Release& r) { r.purposes = {"a \"b"}; }));
  Notice erased = notice_of(Noticed::kErased);
  erased.data = crypto::SecretBytes::copy_of(as_bytes("{}"));
  EXPECT_FALSE(write_message(from_b(std::move(erased)), Size::kSmall).ok());
}

TEST(Message, DataAreHandedOnToNobodyWhateverIsWritten) {
  std::string text = written(from_b(release_of(Released::kReleased)), Size::kSmall);
  const std::string said = "\"onward\":false";
  text.replace(text.find(said), said.size(), "\"onward\":true ");
  EXPECT_FALSE(read_message(as_bytes(text)).ok());
}

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
