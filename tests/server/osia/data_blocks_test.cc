// Encryption and integrity blocks of bodies: what is taken, and that nothing is which does not decrypt, or fit.
#include "server/osia/data_blocks.h"

#include <functional>
#include <vector>

#include "server/osia/encounter_json.h"
#include "server/osia/search.h"
#include "tests/crypto/jose_keys.h"
#include "tests/server/osia/data_blocks_fixture.h"

namespace whorl::server {
namespace {

using tests::DataBlocks;
using tests::kEncounter;
namespace json = boost::json;

TEST_F(DataBlocks, ABodyWithoutBlocksStaysAsItIs) {
  EXPECT_EQ(opened(encounter()), encounter());
  EXPECT_EQ(code_of(json::parse("[]")), "");  // its reader refuses it
  EXPECT_EQ(code_of(json::parse(R"({"biometricData":7})")), "");
}

TEST_F(DataBlocks, WhatIsEncryptedIsReadInItsPlace) {
  json::value body = encrypted();
  EXPECT_EQ(opened(body), encounter());
  // OSIA has client data in base64, whatever it holds.
  json::value& data = body.at("clientData");
  data = encode_base64(as_bytes(std::string(data.as_string())));
  EXPECT_EQ(opened(body), encounter());
}

TEST_F(DataBlocks, ItemsAndWholeListsMayBeEncrypted) {
  json::value body = encounter();
  const std::string second = json::serialize(body.at("biometricData").at(1));
  body.at("biometricData").as_array()[1] = jwe(second);
  body.as_object()["encryption"] = encryption("$.biometricData[1]");
  EXPECT_EQ(opened(body), encounter());
  body = encounter();
  const std::string all = json::serialize(body.at("biometricData"));
  body.as_object()["biometricData"] = jwe(all);
  body.as_object()["encryption"] = encryption("$.biometricData");
  EXPECT_EQ(opened(body), encounter());
}

TEST_F(DataBlocks, AnItemHasBlocksOfItsOwn) {
  json::value body = encounter();
  json::value second = body.at("biometricData").at(1);
  const std::string scope = "$.biometricSubType $.image";
  item(body, 1)["integrity"] = json::array{signed_block(second, scope)};
  second.as_object()["image"] = jwe("\3\4\5");
  item(body, 1)["image"] = second.at("image");
  item(body, 1)["encryption"] = encryption("$.image");
  json::object over_encrypted = signed_block(second, scope);
  over_encrypted["encrypted"] = true;
  item(body, 1)["integrity"].as_array().emplace_back(over_encrypted);
  EXPECT_EQ(opened(body), encounter());
  item(body, 1)["biometricSubType"] = "LEFT_THUMB";
  EXPECT_EQ(code_of(body), "hash_wrong");
  EXPECT_EQ(field_of(body), "biometricData[1].integrity[1].hash");
}

TEST_F(DataBlocks, EveryKindOfKeyDecryptsWithBothCiphers) {
  const auto x25519 = *crypto::PrivateKey::make(crypto::KeyKind::kX25519);
  const auto wrapping = *crypto::PrivateKey::make(crypto::KeyKind::kP256);
  std::string wrapping_text = private_text(wrapping, "w");
  wrapping_text.insert(1, R"("alg":"ECDH-ES+A256KW",)");
  tests::write_private(file("x.jwk"), private_text(x25519, "x"));
  tests::write_private(file("w.jwk"), wrapping_text);
  std::string rsa_text(tests::kRsaPrivate);
  rsa_text.insert(1, R"("kid":"r",)");
  tests::write_private(file("r.jwk"), rsa_text);
  config_.decrypt = {file("own.jwk"), file("x.jwk"), file("w.jwk"), file("r.jwk")};
  const auto rsa = *crypto::parse_rsa_private_jwk(rsa_text);
  struct Way {
    std::string kid;
    crypto::PublicKey key;
    crypto::JweAlgorithm algorithm;
  };
  for (const Way& way : std::vector<Way>{{"own-1", own_.public_key(), crypto::JweAlgorithm::kEcdhEs},
                                         {"x", x25519.public_key(), crypto::JweAlgorithm::kEcdhEs},
                                         {"w", wrapping.public_key(), crypto::JweAlgorithm::kEcdhEsA256Kw},
                                         {"r", rsa.key.public_key(), crypto::JweAlgorithm::kRsaOaep256}}) {
    for (const auto content : {crypto::JweContent::kA256Gcm, crypto::JweContent::kA256CbcHs512}) {
      json::value body = encounter();
      item(body, 1)["image"] = *crypto::encrypt_jwe(way.key, way.algorithm, {.common = {.kid = way.kid}},
                                                    as_bytes("\3\4\5"), crypto::system_random(), content);
      body.as_object()["encryption"] = encryption("$.biometricData[1].image");
      EXPECT_EQ(opened(body), encounter()) << way.kid;
    }
  }
}

TEST_F(DataBlocks, HashesOfEveryKindAndSignaturesOfEveryKindFit) {
  const auto p256 = *crypto::PrivateKey::make(crypto::KeyKind::kP256);
  tests::write_private(file("p256.jwks"), R"({"keys":[)" + crypto::jwk_text(p256.public_key(), "p") + "]}");
  config_.signers.push_back({"desk", file("p256.jwks")});
  json::value body = encounter();
  const std::string text = covered(body, kAll);
  for (const std::string_view alg : access::kBlockDigests) {
    const Bytes digest = *access::block_digest(alg, text);
    for (const std::string& written : {encode_base64(digest), hex_of(digest)}) {
      json::object block{{"scope", kAll}, {"alg", json::string_view(alg.data(), alg.size())}, {"hash", written}};
      json::array blocks{block};  // a hash alone
      block["type"] = "JWS";
      block["signature"] = signature(written);
      blocks.emplace_back(block);
      block["signature"] = *crypto::sign_jws(signer_, {.kid = "registry-1"}, as_bytes(written));
      blocks.emplace_back(block);
      block["signature"] = *crypto::sign_jws_detached(p256, {.kid = "p"}, as_bytes(written));
      blocks.emplace_back(block);
      body.as_object()["integrity"] = blocks;
      EXPECT_EQ(opened(body), encounter()) << written;
    }
  }
}

TEST_F(DataBlocks, AHashIsOfWhatWasDecrypted) {
  EXPECT_EQ(opened(protected_body()), encounter());
  json::value body = encrypted();
  json::object block = signed_block(body, "$.biometricData");
  block["encrypted"] = true;
  body.as_object()["integrity"] = json::array{block};
  EXPECT_EQ(opened(body), encounter());
  body.at("integrity").at(0).as_object()["encrypted"] = false;
  EXPECT_EQ(code_of(body), "hash_wrong");
}

TEST_F(DataBlocks, OneBlockMayCoverAnother) {
  json::value body = encounter();
  json::object inner = signed_block(body, "$.biometricData[*].image");
  inner["id"] = "images";
  body.as_object()["integrity"] = json::array{inner};
  const json::object outer = signed_block(body, "$.biographicData $.integrity[?@.id=='images']");
  body.at("integrity").as_array().emplace_back(outer);
  EXPECT_EQ(opened(body), encounter());
  body.at("integrity").at(0).as_object()["id"] = "other";
  EXPECT_NE(code_of(body), "");
}

TEST_F(DataBlocks, BlocksThatAreEncryptedAreVerifiedOrRefused) {
  json::value body = encounter();
  json::object block = signed_block(encounter(), kAll);
  const auto hide = [&] {
    body.as_object()["integrity"] = jwe(json::serialize(json::array{block}));
    body.as_object()["encryption"] = encryption("$.integrity");
  };
  hide();
  EXPECT_EQ(opened(body), encounter());
  block["hash"] = hash(encounter(), "$.status");
  hide();
  EXPECT_EQ(code_of(body), "hash_wrong");
  // Of encrypted data it cannot be: that is there no more when the block is read.
  block = signed_block(encounter(), kAll);
  block["encrypted"] = true;
  hide();
  EXPECT_EQ(code_of(body), "block_type_refused");
  EXPECT_EQ(field_of(body), "integrity[0].encrypted");
}

// Calls `change` with every text below the value.
void each_text(json::value& value, const std::string& path,
               const std::function<void(json::string&, const std::string&)>& change) {
  if (value.is_string()) return change(value.get_string(), path);
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.get_array().size(); ++i) {
      each_text(value.get_array()[i], path + "[" + std::to_string(i) + "]", change);
    }
  }
  if (!value.is_object()) return;
  for (auto& member : value.get_object()) each_text(member.value(), path + "." + std::string(member.key()), change);
}

TEST_F(DataBlocks, AnyTextThatDiffersIsRefused) {
  const json::value good = protected_body();
  ASSERT_EQ(code_of(good), "");
  const auto reading = keys();
  int changed = 0;
  json::value body = good;
  each_text(body, "$", [&](json::string& text, const std::string& path) {
    for (const std::size_t at : {std::size_t{0}, text.size() / 3, text.size() / 2, text.size() - 1}) {
      const char before = text[at];
      text[at] = before == 'A' ? 'B' : 'A';
      json::value tried = body;
      EXPECT_FALSE(open_blocks(tried, kEncounter, *reading).ok()) << path << " at " << at;
      text[at] = before;
      ++changed;
    }
  });
  EXPECT_GE(changed, 60);
}

TEST_F(DataBlocks, AnythingLeftOutAddedOrExchangedIsRefused) {
  json::value body = protected_body();
  std::swap(item(body, 0).at("image"), item(body, 1).at("image"));
  EXPECT_EQ(code_of(body), "hash_wrong");
  body = protected_body();
  std::swap(item(body, 0).at("biometricSubType"), item(body, 1).at("biometricSubType"));
  EXPECT_EQ(code_of(body), "hash_wrong");
  body = protected_body();
  body.at("biometricData").as_array().pop_back();
  EXPECT_EQ(code_of(body), "hash_wrong");
  body = protected_body();
  body.at("biometricData").as_array().emplace_back(item(body, 0));
  EXPECT_EQ(code_of(body), "hash_wrong");
  body = protected_body();
  body.as_object().erase("contextualData");
  EXPECT_EQ(code_of(body), "hash_wrong");
  body = protected_body();
  item(body, 0)["comment"] = "x";
  EXPECT_EQ(code_of(body), "hash_wrong");
  body = protected_body();
  body.at("integrity").at(0).as_object()["scope"] = "$.encounterType";
  EXPECT_EQ(code_of(body), "hash_wrong");
}

TEST_F(DataBlocks, ABlockOfAnotherRecordFitsNoOther) {
  json::value other = encounter();
  other.as_object()["encounterId"] = "visit-2";
  json::value body = protected_body();
  body.as_object()["integrity"] = json::array{signed_block(other, kAll)};
  EXPECT_EQ(code_of(body), "hash_wrong");
  // A whole record sent as another's: its own encounter stands in it.
  const std::string whole = json::serialize(protected_body());
  EXPECT_TRUE(read_enrol(whole, "p", "visit-1", *keys()).ok());
  const auto replayed = read_enrol(whole, "q", "visit-2", *keys());
  ASSERT_FALSE(replayed.ok());
  EXPECT_EQ(replayed.error().code(), "encounter_id_differs");
}

TEST_F(DataBlocks, KeysThatAreNotHereNeverLeaveDataUnverified) {
  json::value body = protected_body();
  item(body, 0)["image"] = jwe(std::string("\0\1\2", 3), "elsewhere");
  EXPECT_EQ(code_of(body), "decryption_key_unknown");
  EXPECT_EQ(field_of(body), "biometricData[0].image");
  body = protected_body();
  json::object& block = body.at("integrity").at(0).as_object();
  block["signature"] = signature(std::string(block.at("hash").as_string()), "registry-2");
  EXPECT_EQ(code_of(body), "signer_unknown");
  config_ = {};
  EXPECT_EQ(code_of(protected_body()), "decryption_key_unknown");
  body = encounter();
  body.as_object()["integrity"] = json::array{signed_block(body, kAll)};
  EXPECT_EQ(code_of(body), "signer_unknown");
}

TEST_F(DataBlocks, SomebodyElsesSignatureUnderTheNameOfASignerIsRefused) {
  json::value body = encounter();
  json::object block = signed_block(body, kAll);
  const std::string digest(block.at("hash").as_string());
  block["signature"] = *crypto::sign_jws_detached(node_, {.kid = "registry-1"}, as_bytes(digest));
  body.as_object()["integrity"] = json::array{block};
  EXPECT_EQ(code_of(body), "hash_signature_wrong");
  // A good signature of another text, and one that brings its own hash.
  for (const std::string& of_another :
       {signature("x"), *crypto::sign_jws(signer_, {.kid = "registry-1"}, as_bytes("x"))}) {
    body.at("integrity").at(0).as_object()["signature"] = of_another;
    EXPECT_EQ(code_of(body), "hash_signature_wrong");
  }
}

std::string with_header(const std::string& compact, const std::string& header) {
  return crypto::base64url(as_bytes(header)) + compact.substr(compact.find('.'));
}

TEST_F(DataBlocks, TheKeyDecidesTheAlgorithm) {
  const std::string good = jwe("\3\4\5");
  for (const char* header :
       {R"({"alg":"dir","enc":"A256GCM","kid":"own-1"})", R"({"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"own-1"})",
        R"({"alg":"ECDH-ES+A256KW","enc":"A256GCM","kid":"own-1"})", R"({"alg":"none","enc":"none","kid":"own-1"})",
        R"({"alg":"ECDH-ES","enc":"A256GCM","kid":"own-1","zip":"DEF"})"}) {
    json::value body = encounter();
    item(body, 1)["image"] = with_header(good, header);
    body.as_object()["encryption"] = encryption("$.biometricData[1].image");
    const std::string code = code_of(body);
    EXPECT_TRUE(code == "not_decrypted" || code == "jose_malformed") << header << code;
  }
  json::value body = encounter();
  json::object block = signed_block(body, kAll);
  const std::string signature(block.at("signature").as_string());
  for (const char* header :
       {R"({"alg":"none","kid":"registry-1"})", R"({"alg":"HS256","kid":"registry-1"})",
        R"({"alg":"ES256","kid":"registry-1"})", R"({"alg":"EdDSA","kid":"registry-1","b64":false,"crit":["b64"]})"}) {
    block["signature"] = with_header(signature, header);
    body.as_object()["integrity"] = json::array{block};
    const std::string code = code_of(body);
    EXPECT_TRUE(code == "hash_signature_wrong" || code == "jose_malformed") << header << code;
  }
}

TEST_F(DataBlocks, WhatTheScopeNamesIsEncryptedOrRefused) {
  json::value body = encounter();
  body.as_object()["encryption"] = encryption("$.biometricData[0].image");
  EXPECT_EQ(code_of(body), "not_encrypted");
  EXPECT_EQ(field_of(body), "biometricData[0].image");
  body.as_object()["encryption"] = encryption("$.biographicData");
  EXPECT_EQ(code_of(body), "not_encrypted");
  body.as_object()["encryption"] = encryption("$.biometricData[*].template");
  EXPECT_EQ(code_of(body), "scope_of_nothing");
  body.as_object()["encryption"] = encryption("$..image");
  EXPECT_EQ(code_of(body), "scope_malformed");
  EXPECT_EQ(field_of(body), "encryption.scope");
  body.as_object()["encryption"] = encryption("$.encryption");
  EXPECT_EQ(code_of(body), "not_encrypted");
}

TEST_F(DataBlocks, WhatIsEncryptedAndNotNamedIsNoImage) {
  json::value body = encrypted();
  body.as_object().erase("encryption");
  const auto read = read_enrol(json::serialize(body), "p", "visit-1", *keys());
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code(), "not_base64");
}

TEST_F(DataBlocks, WhatDecryptsToNoSoundJsonIsRefused) {
  for (const std::string& text :
       {std::string("{"), std::string(R"({"a":1,"a":2})"), std::string(40, '[') + std::string(40, ']')}) {
    json::value body = encounter();
    body.as_object()["biographicData"] = jwe(text);
    body.as_object()["encryption"] = encryption("$.biographicData");
    // As what does not decrypt: whoever sends another's text learns nothing of it.
    EXPECT_EQ(field_of(body) + " " + code_of(body), "biographicData not_decrypted") << text;
  }
}

TEST_F(DataBlocks, BlocksThatAreNotSoundNameTheirProperty) {
  const auto with = [&](const std::string& name, const std::string& value) {
    json::value body = encounter();
    body.as_object()[name] = json::parse(value);
    return field_of(body) + " " + code_of(body);
  };
  EXPECT_EQ(with("encryption", "7"), "encryption wrong_type");
  EXPECT_EQ(with("encryption", "{}"), "encryption.type missing_property");
  EXPECT_EQ(with("encryption", R"({"type":"JWE"})"), "encryption.scope missing_property");
  EXPECT_EQ(with("encryption", R"({"type":"PKCS7","scope":"$.a"})"), "encryption.type block_type_refused");
  EXPECT_EQ(with("encryption", R"({"type":"NONE","scope":"$.a"})"), "encryption.type not_one_of");
  EXPECT_EQ(with("encryption", R"({"type":"JWE","scope":"$.a","key":"x"})"), "encryption.key unknown_property");
  EXPECT_EQ(with("integrity", "{}"), "integrity wrong_type");
  EXPECT_EQ(with("integrity", "[7]"), "integrity[0] wrong_type");
  EXPECT_EQ(with("integrity", "[{}]"), "integrity[0].scope missing_property");
  const std::string rest = R"("scope":"$.status","alg":"SHA256","hash":"AA==")";
  EXPECT_EQ(with("integrity", "[{" + rest + "}]"), "integrity[0].hash hash_malformed");
  EXPECT_EQ(with("integrity", R"([{"type":"PKCS7",)" + rest + "}]"), "integrity[0].type block_type_refused");
  EXPECT_EQ(with("integrity", R"([{"type":"JWS",)" + rest + "}]"), "integrity[0].signature missing_property");
  EXPECT_EQ(with("integrity", R"([{"type":"NONE","signature":"x",)" + rest + "}]"),
            "integrity[0].type block_type_refused");
  EXPECT_EQ(with("integrity", R"([{"signatureRef":"https://x/",)" + rest + "}]"),
            "integrity[0].signatureRef unsupported_property");
  EXPECT_EQ(with("integrity", R"([{"followRef":true,)" + rest + "}]"), "integrity[0].followRef unsupported_property");
  EXPECT_EQ(with("integrity", R"([{"encrypted":"no",)" + rest + "}]"), "integrity[0].encrypted wrong_type");
  EXPECT_EQ(with("integrity", R"([{"scope":"$.status","alg":"MD5","hash":"AA=="}])"), "integrity[0].alg not_one_of");
  EXPECT_EQ(with("integrity", "[" + std::string("{},{},{},{},{},{},{},{},{}") + "]"), "integrity too_many_items");
}

TEST_F(DataBlocks, NumbersThatReadersHoldDifferentlyAreNotHashed) {
  json::value body = encounter();
  body.as_object()["contextualData"] = json::parse(R"({"n":9007199254740993})");
  body.as_object()["integrity"] =
      json::array{json::object{{"scope", "$.contextualData"}, {"alg", "SHA256"}, {"hash", "AA=="}}};
  EXPECT_EQ(code_of(body), "not_canonical");
}

TEST_F(DataBlocks, OneBodyHasNoMoreThanSoManyEncryptedTexts) {
  json::value body = encounter();
  const std::string one = jwe("{}");
  json::array many(kMostDecryptions + 1, json::value(one));
  body.as_object()["contextualData"] = json::object{{"many", many}};
  body.as_object()["encryption"] = encryption("$.contextualData.many[*]");
  EXPECT_EQ(code_of(body), "scope_too_wide");
  body.at("contextualData").at("many").as_array().pop_back();
  EXPECT_EQ(code_of(body), "");
}

TEST_F(DataBlocks, OneListHasNoMoreItemsThanItsReaderTakes) {
  json::value body = encounter();
  body.at("biometricData").as_array().resize(kMaxBiometricItems + 1, item(body, 0));
  EXPECT_EQ(code_of(body), "too_many_items");
  EXPECT_EQ(field_of(body), "biometricData");
}

TEST_F(DataBlocks, HeadersMayHaveMembersThatAreNotKnownHere) {
  const crypto::PublicKey to = own_.public_key();
  const std::string plain = *crypto::encrypt_jwe(to, crypto::JweAlgorithm::kEcdhEs, {}, as_bytes("\3\4\5"));
  json::value body = encounter();
  body.as_object()["encryption"] = encryption("$.biometricData[1].image");
  // A header that is changed does not authenticate: this tells "read" from "refused for its form".
  for (const auto& [more, code] : std::vector<std::pair<std::string, std::string>>{
           {R"("iat":1,"jku":"https://x/","x5t#S256":"AA")", "not_decrypted"},
           {R"("crit":["iat"],"iat":1)", "jose_malformed"},
           {R"("zip":"DEF")", "jose_malformed"}}) {
    std::string header(as_text(*crypto::decode_base64url(plain.substr(0, plain.find('.')))));
    header.insert(1, more + ",");
    item(body, 1)["image"] = with_header(plain, header);
    EXPECT_EQ(code_of(body), code) << more;
  }
}

TEST_F(DataBlocks, AHashInAnotherAlphabetIsSaidToBeSo) {
  json::value body = encounter();
  int told = 0;
  for (int i = 0; i < 64 && told < 8; ++i) {
    body.as_object()["encounterType"] = std::to_string(i);
    for (const std::string_view alg : {"SHA256", "SHA384"}) {
      std::string written = encode_base64(*access::block_digest(alg, covered(body, kAll)));
      if (written.find_first_of("+/") == std::string::npos) continue;
      for (char& c : written) c = c == '+' ? '-' : c == '/' ? '_' : c;
      body.as_object()["integrity"] = json::array{
          json::object{{"scope", kAll}, {"alg", json::string_view(alg.data(), alg.size())}, {"hash", written}}};
      EXPECT_EQ(code_of(body), "hash_malformed") << written;
      ++told;
    }
    body.as_object().erase("integrity");
  }
  EXPECT_GE(told, 8);
}

TEST_F(DataBlocks, ASignatureMayBeOfTheDigestsBytes) {
  json::value body = encounter();
  const Bytes digest = *access::block_digest("SHA256", covered(body, kAll));
  json::object block = signed_block(body, kAll);
  for (const std::string& signature : {*crypto::sign_jws(signer_, {.kid = "registry-1"}, digest),
                                       *crypto::sign_jws_detached(signer_, {.kid = "registry-1"}, digest)}) {
    block["signature"] = signature;
    body.as_object()["integrity"] = json::array{block};
    EXPECT_EQ(opened(body), encounter());
  }
}

TEST_F(DataBlocks, SearchesAndVerificationsAreOpenedAlike) {
  const std::string image = jwe(std::string("\0\1\2", 3));
  const auto finger = [&](const std::string& text) {
    return R"({"biometricType":"FINGER","biometricSubType":"RIGHT_INDEX","resolution":500,"image":")" + text + "\"}";
  };
  const auto body = [&](const std::string& rest, const std::string& scope) {
    return "{" + rest + R"(,"encryption":{"type":"JWE","scope":")" + scope + "\"}}";
  };
  const std::string one = R"("biometricData":[)" + finger(image) + "]";
  const std::string scope = "$.biometricData[*].image";
  const Query query = *Query::parse("/x", {});
  const auto reading = keys();
  const auto identify = read_identify(body(R"("filter":{},)" + one, scope), "ALL", query, *reading);
  ASSERT_TRUE(identify.ok()) << identify.error().text();
  EXPECT_EQ(identify->request.samples.front().bytes, (Bytes{0, 1, 2}));
  EXPECT_TRUE(read_verify(body(one, scope), "g", "p", query, *reading).ok());
  EXPECT_TRUE(read_verify_few(body(R"("personIds":["p"],)" + one, scope), "g", query, *reading).ok());
  const std::string two = R"("biometricData1":[)" + finger(image) + R"(],"biometricData2":[)" + finger("AAEC") + "]";
  EXPECT_TRUE(read_compare(body(two, "$.biometricData1[0].image"), query, *reading).ok());
  EXPECT_EQ(read_compare(body(two, "$.biometricData2[0].image"), query, *reading).error().code(), "not_encrypted");
  for (const auto& wrong : {read_verify(body(one, scope), "g", "p", query, {}).error(),
                            read_identify(body(R"("filter":{},)" + one, scope), "ALL", query, {}).error()}) {
    EXPECT_EQ(wrong.code(), "decryption_key_unknown");
    EXPECT_EQ(wrong.field, "biometricData[0].image");
  }
}

}  // namespace
}  // namespace whorl::server
