// What a node may require of bodies, the order in which blocks are opened, and that no block is passed over.
#include "server/osia/biometric_data.h"
#include "server/osia/data_blocks.h"
#include "tests/server/osia/data_blocks_fixture.h"

namespace whorl::server {
namespace {

using tests::kEncounter;
namespace json = boost::json;

class RequiredBlocks : public tests::DataBlocks {};

TEST_F(RequiredBlocks, ANodeMayRequireThatAllIsSigned) {
  config_.integrity_required = true;
  EXPECT_EQ(opened(protected_body()), encounter());
  json::value body = protected_body();
  body.as_object().erase("integrity");
  EXPECT_EQ(code_of(body), "integrity_required");
  EXPECT_EQ(field_of(body), "integrity");
  // A hash alone is nobody's word.
  body = encounter();
  body.as_object()["integrity"] =
      json::array{json::object{{"scope", kAll}, {"alg", "SHA256"}, {"hash", hash(body, kAll)}}};
  EXPECT_EQ(code_of(body), "integrity_required");
  // Item by item, and member by member, is all as well.
  body.as_object()["integrity"] = json::array{signed_block(
      body,
      "$.status $.encounterType $.galleries[*] $.encounterId $.clientData $.biographicData $.contextualData "
      "$.biometricData[*].biometricType $.biometricData[*].biometricSubType $.biometricData[*].image "
      "$.biometricData[*].resolution")};
  EXPECT_EQ(opened(body), encounter());
}

TEST_F(RequiredBlocks, ASignatureThatLeavesOutAnythingIsNotWhatANodeRequires) {
  config_.integrity_required = true;
  for (const char* name : {"status", "encounterType", "galleries", "encounterId", "clientData", "biographicData",
                           "contextualData", "biometricData"}) {
    std::string scope = kAll + " ";
    const std::string path = std::string("$.") + name + " ";
    scope.erase(scope.find(path), path.size());
    json::value body = encounter();
    body.as_object()["integrity"] = json::array{signed_block(body, scope)};
    EXPECT_EQ(code_of(body), "integrity_required") << name;
    EXPECT_TRUE(field_of(body).starts_with(name)) << field_of(body);
  }
  json::value body = encounter();
  body.as_object()["integrity"] = json::array{signed_block(body, kAll + "[0]")};
  EXPECT_EQ(field_of(body), "biometricData[1].biometricType");
  body.as_object()["integrity"] = json::array{signed_block(body, kAll + "[*].image")};
  EXPECT_EQ(field_of(body), "biometricData[0].biometricType");
  // What came later is covered by nobody.
  body.as_object()["integrity"] = json::array{signed_block(body, kAll)};
  body.as_object()["clientDataOther"] = "x";
  EXPECT_EQ(field_of(body), "clientDataOther");
}

TEST_F(RequiredBlocks, TwoBlocksTogetherAreNoneThatCoversAll) {
  config_.integrity_required = true;
  json::value body = encounter();
  const std::string person = "$.status $.encounterType $.galleries $.encounterId $.biographicData $.contextualData";
  body.as_object()["integrity"] =
      json::array{signed_block(body, person), signed_block(body, "$.clientData $.biometricData")};
  EXPECT_EQ(code_of(body), "integrity_required");
  // So the captures of another record cannot be put beside this one's person.
  json::value other = encounter();
  std::swap(item(other, 0).at("image"), item(other, 1).at("image"));
  body.as_object()["biometricData"] = other.at("biometricData");
  body.at("integrity").as_array()[1] = signed_block(other, "$.clientData $.biometricData");
  EXPECT_EQ(code_of(body), "integrity_required");
}

TEST_F(RequiredBlocks, SignaturesOfItemsAloneDoNotMakeARecord) {
  config_.integrity_required = true;
  json::value body = encounter();
  const std::string scope = "$.biometricType $.biometricSubType $.image $.resolution";
  for (std::size_t i = 0; i < 2; ++i) {
    item(body, i)["integrity"] = json::array{signed_block(body.at("biometricData").at(i), scope)};
  }
  json::value with_whole = body;
  with_whole.as_object()["integrity"] = json::array{signed_block(body, kAll)};
  EXPECT_EQ(opened(with_whole), encounter());
  EXPECT_EQ(code_of(body), "integrity_required");  // the block of the whole was taken away
  body.as_object()["integrity"] = json::array{signed_block(body, kAll + "[0]")};
  EXPECT_EQ(code_of(body), "integrity_required");
  EXPECT_EQ(field_of(body), "biometricData[1].biometricType");
}

TEST_F(RequiredBlocks, WhereIntegrityIsRequiredARecordSaysWhoseItIs) {
  config_.integrity_required = true;
  json::value body = encounter();
  body.as_object().erase("encounterId");
  std::string scope = kAll;
  scope.erase(scope.find("$.encounterId "), std::string("$.encounterId ").size());
  body.as_object()["integrity"] = json::array{signed_block(body, scope)};
  EXPECT_EQ(code_of(body), "integrity_required");
  EXPECT_EQ(field_of(body), "encounterId");
  // Not of what is no encounter, or is given its id here.
  EXPECT_TRUE(open_blocks(body, {}, *keys()).ok());
}

TEST_F(RequiredBlocks, ASignatureOverEncryptedDataCoversWhatSaysWhatIsEncrypted) {
  config_.integrity_required = true;
  json::value body = encrypted();
  const auto sign_all = [&](const std::string& scope) {
    json::object block = signed_block(body, scope);
    block["encrypted"] = true;
    body.as_object()["integrity"] = json::array{block};
  };
  sign_all(kAll);
  EXPECT_EQ(code_of(body), "integrity_required");
  EXPECT_EQ(field_of(body), "encryption");
  sign_all(kAll + " $.encryption");
  EXPECT_EQ(opened(body), encounter());
  body.as_object().erase("encryption");
  EXPECT_EQ(code_of(body), "hash_wrong");
}

TEST_F(RequiredBlocks, ABlockOverEncryptedDataInAnEncryptedListIsRefused) {
  for (const bool fits : {false, true}) {
    json::value body = encrypted();
    json::object block = signed_block(fits ? body : encounter(), "$.biometricData");
    block["encrypted"] = true;
    if (!fits) block["hash"] = hash(encounter(), "$.status");
    body.as_object()["integrity"] = jwe(json::serialize(json::array{block}));
    body.at("encryption").as_object()["scope"] = "$.biometricData[*].image $.clientData $.biographicData $.integrity";
    EXPECT_EQ(code_of(body), "block_type_refused");
    EXPECT_EQ(field_of(body), "integrity[0].encrypted");
    // Over what was decrypted it is verified.
    body.as_object()["integrity"] = jwe(json::serialize(json::array{signed_block(encounter(), kAll)}));
    EXPECT_EQ(opened(body), encounter());
    // Of an item, whose list the body's block or its own names.
    body = encounter();
    block["scope"] = "$.image";
    item(body, 0)["integrity"] = jwe(json::serialize(json::array{block}));
    body.as_object()["encryption"] = encryption("$.biometricData[0].integrity");
    EXPECT_EQ(code_of(body), "block_type_refused");
    body.as_object().erase("encryption");
    item(body, 0)["encryption"] = encryption("$.integrity");
    EXPECT_EQ(code_of(body), "block_type_refused");
    EXPECT_EQ(field_of(body), "biometricData[0].integrity[0].encrypted");
  }
}

TEST_F(RequiredBlocks, BlocksOfItemsOverEncryptedDataAreVerifiedAsTheBodyCame) {
  json::value body = encrypted();
  json::object block = signed_block(body.at("biometricData").at(0), "$.image");
  block["encrypted"] = true;
  item(body, 0)["integrity"] = json::array{block};
  EXPECT_EQ(opened(body), encounter());
  item(body, 0)["integrity"] = json::array{signed_block(encounter().at("biometricData").at(0), "$.image")};
  EXPECT_EQ(opened(body), encounter());
  item(body, 0)["integrity"].at(0).as_object()["encrypted"] = true;
  EXPECT_EQ(code_of(body), "hash_wrong");
  // Of an item that is encrypted as a whole its own block is looked at when it is there.
  body = encounter();
  json::value second = body.at("biometricData").at(1);
  second.as_object()["image"] = jwe("\3\4\5");
  second.as_object()["encryption"] = encryption("$.image");
  block = signed_block(second, "$.image");
  block["encrypted"] = true;
  second.as_object()["integrity"] = json::array{block};
  body.at("biometricData").as_array()[1] = jwe(json::serialize(second));
  body.as_object()["encryption"] = encryption("$.biometricData[1]");
  EXPECT_EQ(opened(body), encounter());
  second.at("integrity").at(0).as_object()["scope"] = "$.resolution";
  body.at("biometricData").as_array()[1] = jwe(json::serialize(second));
  EXPECT_EQ(code_of(body), "hash_wrong");
}

TEST_F(RequiredBlocks, WhatTheReaderWouldRefuseIsNotDecrypted) {
  for (const char* name : {"status", "galleries"}) {
    json::value body = encrypted();
    item(body, 0)["image"] = jwe("x", "elsewhere");  // a key that is not here would be told otherwise
    EXPECT_EQ(code_of(body), "decryption_key_unknown");
    body.as_object().erase(name);
    EXPECT_EQ(field_of(body) + " " + code_of(body), std::string(name) + " missing_property");
  }
  json::value body = encrypted();
  item(body, 0)["image"] = jwe("x", "elsewhere");
  body.at("biometricData").as_array().resize(kMaxBiometricItems + 1, item(body, 1));
  EXPECT_EQ(code_of(body), "too_many_items");
  body = encrypted();
  item(body, 0)["image"] = jwe("x", "elsewhere");
  config_.integrity_required = true;
  EXPECT_EQ(code_of(body), "integrity_required");
}

TEST_F(RequiredBlocks, ANodeMayRequireThatCapturesAreEncrypted) {
  config_.encryption_required = true;
  EXPECT_EQ(opened(encrypted()), encounter());
  EXPECT_EQ(code_of(encounter()), "encryption_required");
  json::value body = encrypted();
  item(body, 1)["image"] = "AwQF";
  EXPECT_EQ(code_of(body), "encryption_required");
  EXPECT_EQ(field_of(body), "biometricData[1].image");
}

}  // namespace
}  // namespace whorl::server
