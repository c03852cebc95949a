// Encryption and integrity blocks of what is given out: whoever it is for opens it, and has what was asked for.
#include "server/osia/answer_blocks.h"

#include "server/osia/data_blocks.h"
#include "tests/server/osia/block_fixture.h"

namespace whorl::server {
namespace {

using tests::BlockTest;
namespace json = boost::json;

constexpr BlockBody kEncounter{.names_encounter = true};

class AnswerBlocksTest : public BlockTest {
 protected:
  AnswerBlocksTest() {
    tests::write_private(file("node.jwks"), R"({"keys":[)" + crypto::jwk_text(node_.public_key(), "node-1") + "]}");
    config_.signers.push_back({"node", file("node.jwks")});
  }
  static json::object encounter() {
    return json::
        parse(R"({"encounterId":"visit-1","status":"ACTIVE","encounterType":"VISA","createdDate":"2024-11-18T14:21:00Z",
      "galleries":["default"],"clientData":"Zm9v","contextualData":{"post":7},"biographicData":{"name":"Anna"},
      "biometricData":[{"biometricType":"FINGER","image":"AAEC","quality":70},{"biometricType":"FACE","quality":3}]})")
            .as_object();
  }
  static AnswerBlocks asked(const std::string& target) {
    const Parameter declared[] = {kEncryptTo, kIntegrityWanted};
    return *blocks_asked(*Query::parse(target, declared), *reading_);
  }
  void SetUp() override { reading_ = keys(); }
  void TearDown() override { reading_.reset(); }

  static inline std::shared_ptr<const access::BlockKeys> reading_;
};

TEST_F(AnswerBlocksTest, WhoAsksForNothingGetsWhatIsThere) {
  json::object out = encounter();
  ASSERT_TRUE(put_blocks(asked("/x"), *reading_, out).ok());
  EXPECT_EQ(out, encounter());
}

TEST_F(AnswerBlocksTest, WhatIsSignedAndEncryptedIsOpenedByItsRecipient) {
  json::object out = encounter();
  ASSERT_TRUE(put_blocks(asked("/x?encryptTo=itself&integrity=JWS"), *reading_, out).ok());
  const std::string text = json::serialize(out);
  for (const char* clear : {"Anna", "Zm9v", "AAEC", "\"post\""})
    EXPECT_EQ(text.find(clear), std::string::npos) << clear;
  EXPECT_EQ(out.at("encryption"),
            json::parse(
                R"({"type":"JWE","scope":"$.clientData $.contextualData $.biographicData $.biometricData[*].image"})"));
  const json::object& block = out.at("integrity").at(0).as_object();
  EXPECT_EQ(block.at("type"), "JWS");
  EXPECT_EQ(block.at("alg"), "SHA256");
  EXPECT_EQ(block.at("hash").as_string(), hash(encounter(), std::string(block.at("scope").as_string())));
  // A node to which it is sent on takes it: every byte is covered.
  config_.integrity_required = config_.encryption_required = true;
  json::value body = out;
  const Status opened = open_blocks(body, kEncounter, *keys());
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  EXPECT_EQ(body, encounter());
}

TEST_F(AnswerBlocksTest, AHashAloneIsNotSigned) {
  json::object out = encounter();
  ASSERT_TRUE(put_blocks(asked("/x?integrity=NONE"), *reading_, out).ok());
  EXPECT_EQ(out.at("integrity").at(0).at("type"), "NONE");
  EXPECT_FALSE(out.at("integrity").at(0).as_object().contains("signature"));
  EXPECT_FALSE(out.contains("encryption"));
  json::value body = out;
  EXPECT_TRUE(open_blocks(body, kEncounter, *reading_).ok());
}

TEST_F(AnswerBlocksTest, WhereThereIsNothingToEncryptThereIsNoBlock) {
  json::object out = json::parse(R"({"encounterId":"e","biometricData":[{"biometricType":"FINGER"}]})").as_object();
  ASSERT_TRUE(put_blocks(asked("/x?encryptTo=itself"), *reading_, out).ok());
  EXPECT_FALSE(out.contains("encryption"));
}

TEST_F(AnswerBlocksTest, ARecordWithoutACanonicalFormIsNotSigned) {
  json::object out = encounter();
  out["contextualData"] = json::parse(R"({"n":9007199254740993})");
  const Status done = put_blocks(asked("/x?integrity=NONE"), *reading_, out);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code(), "not_canonical");
  EXPECT_EQ(done.error().field, "visit-1.integrity");
}

TEST_F(AnswerBlocksTest, WhoIsNotKnownAndAKeyThatIsNotThereAreToldBeforeAnythingIsRead) {
  const Parameter declared[] = {kEncryptTo, kIntegrityWanted};
  const auto refusal = [&](const std::string& target, const access::BlockKeys& from) {
    const auto out = blocks_asked(*Query::parse(target, declared), from);
    return out.ok() ? "" : out.error().field.text() + " " + std::string(out.error().code());
  };
  EXPECT_EQ(refusal("/x?encryptTo=nobody", *reading_), "encryptTo recipient_unknown");
  EXPECT_EQ(refusal("/x?encryptTo=itself", {}), "encryptTo recipient_unknown");
  EXPECT_EQ(refusal("/x?integrity=JWS", {}), "integrity no_signing_key");
  EXPECT_EQ(refusal("/x?integrity=NONE", {}), "");
}

TEST_F(AnswerBlocksTest, ATextIsNeverEncryptedTheSameWayTwice) {
  const AnswerBlocks to{"itself", {}};
  const Bytes bytes{1, 2, 3};
  const auto first = buffer_text(to, *reading_, bytes);
  const auto second = buffer_text(to, *reading_, bytes);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_NE(*first, *second);
  EXPECT_EQ(*reading_->decrypted(*first), bytes);
  EXPECT_EQ(*buffer_text({}, *reading_, bytes), "AQID");
}

}  // namespace
}  // namespace whorl::server
