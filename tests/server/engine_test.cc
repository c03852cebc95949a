// The whole way through a real socket with the real engine, on made-up templates.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <random>
#include <set>

#include "audit/growth_file.h"
#include "audit/proof_file.h"
#include "base/base64.h"
#include "datasets/synthetic.h"
#include "server/server.h"
#include "templates/codec/native_face.h"
#include "templates/image/encode.h"
#include "templates/interchange/minutiae_writer.h"
#include "tests/engine/engine_fixture.h"
#include "tests/server/http_client.h"
#include "tests/server/native_items.h"
#include "tests/server/requests.h"

namespace whorl::tests {
namespace {

namespace json = boost::json;

class ServerWithEngineTest : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void TearDown() override { close(); }

  void open() {
    engine_ = engine::opened_engine(directory_.path() / "gallery");
    auto started = server::Server::start({}, engine_);
    ASSERT_TRUE(started.ok()) << started.error().text();
    server_ = std::move(started).value();
  }
  void close() {
    server_.reset();
    engine_.reset();
  }

  HttpAnswer ask(std::string_view method, const std::string& target, const std::string& body = {},
                 const Headers& headers = {}) {
    HttpClient client(server_->port());
    const char sign = target.find('?') == std::string::npos ? '?' : '&';
    auto answer = client.ask(method, target + sign + "transactionId=t", body, headers);
    EXPECT_TRUE(answer.has_value());
    return answer.value_or(HttpAnswer{});
  }

  void enrol(const std::string& person, unsigned seed) {
    const auto answer = ask("POST", "/v1/persons/" + person + "/encounters/e1", encounter_body(native_pair(seed)));
    ASSERT_EQ(answer.status, 200) << answer.body;
  }

  std::uint64_t encounters_kept() {
    std::uint64_t n = 0;
    for (const auto& gallery : engine_->galleries({})) n += gallery.encounters;
    return n;
  }

  TemporaryDirectory directory_;
  std::shared_ptr<engine::Engine> engine_;
  std::unique_ptr<server::Server> server_;
};

// "N HASH" of the header: what a receipt says of its leaf.
std::pair<std::uint64_t, crypto::TreeHash> leaf_of(const HttpAnswer& answer) {
  const auto header = answer.headers.find("whorl-audit-leaf");
  if (header == answer.headers.end()) {
    ADD_FAILURE() << "an answer without its leaf";
    return {};
  }
  const std::string& text = header->second;
  const std::size_t space = text.find(' ');
  const auto bytes = decode_base64(std::string_view(text).substr(space + 1));
  crypto::TreeHash hash{};
  if (!bytes || bytes->size() != hash.size()) {
    ADD_FAILURE() << text;
  } else {
    std::copy(bytes->begin(), bytes->end(), hash.begin());
  }
  return {std::stoull(text.substr(0, space)), hash};
}

TEST_F(ServerWithEngineTest, WhoeverHasAnAnswerCanHaveItsLeafProved) {
  const std::string before = ask("GET", "/v1/audit/checkpoint").body;
  std::vector<HttpAnswer> answers;
  answers.push_back(ask("POST", "/v1/persons/p1/encounters/e1", encounter_body(native_pair(1))));
  answers.push_back(ask("POST", "/v1/identify/ALL", identify_body(native_pair(1, 2))));
  answers.push_back(ask("POST", "/v1/verify/ALL/p1", verify_body(native_pair(1, 2))));
  answers.push_back(ask("DELETE", "/v1/persons/p1"));
  const auto key = crypto::NoteVerifier::parse(engine_->report({})->audit->key);
  std::set<std::uint64_t> numbers;
  for (const HttpAnswer& answer : answers) {
    EXPECT_LT(answer.status, 300) << answer.body;
    const auto [n, hash] = leaf_of(answer);
    numbers.insert(n);
    const auto asked = ask("GET", "/v1/audit/proof?leaf=" + std::to_string(n));
    const auto proof = audit::ProofFile::parse(asked.body);
    ASSERT_TRUE(proof.ok()) << asked.body;
    EXPECT_TRUE(audit::verify_proof(*proof, *key, hash).ok()) << n;
    crypto::TreeHash other = hash;
    other[0] ^= 1;
    EXPECT_FALSE(audit::verify_proof(*proof, *key, other).ok());
    const std::string line = ask("GET", "/v1/audit/leaves?count=1&first=" + std::to_string(n)).body;
    EXPECT_EQ(crypto::leaf_hash(as_bytes(std::string_view(line).substr(0, line.size() - 1))), hash) << line;
  }
  EXPECT_EQ(numbers.size(), 4U);
  const auto from = crypto::open_checkpoint(before, *key, {});
  ASSERT_TRUE(from.ok());
  const std::string size = std::to_string(from->checkpoint.size);
  const auto growth = audit::GrowthFile::parse(ask("GET", "/v1/audit/growth?from=" + size).body);
  ASSERT_TRUE(growth.ok());
  EXPECT_GE(growth->to, from->checkpoint.size + 4);
  EXPECT_TRUE(audit::verify_growth(*growth, *key, std::vector{before}).ok());
  const std::string head = ask("GET", "/v1/audit/checkpoint").body;
  const auto between = audit::GrowthFile::parse(ask("GET", "/v1/audit/growth?from=1&to=" + size).body);
  ASSERT_TRUE(between.ok());
  EXPECT_TRUE(between->checkpoint.empty()) << "that size is no more the last one";
  EXPECT_EQ(ask("GET", "/v1/audit/proof?leaf=1000000").status, 404);
  EXPECT_EQ(ask("GET", "/v1/audit/leaves?first=1000000").status, 404);
  EXPECT_EQ(ask("GET", "/v1/audit/growth?from=2&to=1").status, 400);
  EXPECT_EQ(ask("GET", "/v1/audit/growth?from=0&to=1000000").status, 404);
  EXPECT_EQ(ask("GET", "/v1/galleries").headers.count("whorl-audit-leaf"), 0U) << "nothing was written";
}

TEST_F(ServerWithEngineTest, EnrolledPeopleAreFoundAndOthersAreNot) {
  for (unsigned seed = 0; seed < 12; ++seed) enrol("person-" + std::to_string(seed), seed);
  for (unsigned seed = 0; seed < 12; ++seed) {
    const auto answer = ask("POST", "/v1/identify/ALL?threshold=40", identify_body(native_pair(seed, 2)));
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.headers.at("whorl-decision"), "match") << answer.body;
    EXPECT_EQ(answer.headers.at("whorl-threshold-db"), "40.00");
    EXPECT_EQ(answer.headers.at("whorl-gallery-size"), "12");
    EXPECT_EQ(answer.headers.at("whorl-searched"), "12");
    const auto candidates = json::parse(answer.body);
    ASSERT_FALSE(candidates.as_array().empty());
    EXPECT_EQ(candidates.at(0).at("personId").as_string(), "person-" + std::to_string(seed));
  }
  for (unsigned seed = 100; seed < 106; ++seed) {
    const auto answer =
        ask("POST", "/v1/identify/ALL?threshold=40&accuracyLevel=exhaustive", identify_body(native_pair(seed, 2)));
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_NE(answer.headers.at("whorl-decision"), "match") << answer.body;
  }
}

// The same fingers as minutiae of other systems.
std::string foreign_item(const Bytes& record, const std::string& format, const std::string& sub_type) {
  return R"({"biometricType":"FINGER","biometricSubType":")" + sub_type + R"(","templateFormat":")" + format +
         R"(","template":")" + encode_base64(record) + "\"}";
}

using interchange::MinutiaeEdition;
constexpr std::pair<const char*, MinutiaeEdition> kOsiaFormats[] = {
    {"ISO_19794_2", MinutiaeEdition::kIso2005},
    {"ISO_19794_2_NS", MinutiaeEdition::kIsoCardNormal},
    {"ISO_19794_2_CS", MinutiaeEdition::kIsoCardCompact},
    {"ISO_19794_2_2011", MinutiaeEdition::kIso2011},
    {"ANSI_378", MinutiaeEdition::kAnsi2004},
    {"ANSI_378_2009", MinutiaeEdition::kAnsi2009}};

TEST_F(ServerWithEngineTest, TemplatesOfOsiasFormatsAreEnrolledComparedAndGivenOut) {
  for (const auto& [format, edition] : kOsiaFormats) {
    const auto right = random_finger(12);
    const interchange::FingerToWrite finger{&right, fingerprint::FingerPosition::kRightIndex, 0};
    const Bytes record = interchange::write_minutiae({&finger, 1}, {edition}).value();
    const std::string person = std::string("of-") + format;
    const auto enrolled = ask("POST", "/v1/persons/" + person + "/encounters/e1",
                              encounter_body(foreign_item(record, format, "RIGHT_INDEX")));
    ASSERT_EQ(enrolled.status, 200) << enrolled.body;
    const auto claim = ask("POST", "/v1/verify/default/" + person + "?threshold=20", verify_body(native_item(12, 2)));
    ASSERT_EQ(claim.status, 200) << claim.body;
    EXPECT_TRUE(json::parse(claim.body).at("decision").as_bool()) << format << ": " << claim.body;
    const auto other = ask("POST", "/v1/verify/default/" + person + "?threshold=20", verify_body(native_item(13, 2)));
    EXPECT_FALSE(json::parse(other.body).at("decision").as_bool()) << format;

    const auto out = ask("GET", "/v1/persons/" + person + "/encounters/e1/templates?templateFormat=" + format);
    ASSERT_EQ(out.status, 200) << out.body;
    const auto items = json::parse(out.body).as_array();
    ASSERT_EQ(items.size(), 1u);
    EXPECT_EQ(items[0].at("templateFormat").as_string(), format);
    EXPECT_EQ(items[0].at("biometricSubType").as_string(), "RIGHT_INDEX");
    const auto given = decode_base64(items[0].at("template").as_string());
    ASSERT_TRUE(given.has_value());
    EXPECT_TRUE(edition == MinutiaeEdition::kIsoCardCompact || given->size() == record.size()) << format;
  }
  const auto own = ask("GET", "/v1/persons/of-ANSI_378/encounters/e1/templates");
  EXPECT_EQ(json::parse(own.body).at(0).at("templateFormat").as_string(), "WHORL_NATIVE") << own.body;
  EXPECT_EQ(ask("GET", "/v1/persons/of-ANSI_378/encounters/e1/templates?templateFormat=WHORL_FACE").body, "[]");
  EXPECT_EQ(ask("GET", "/v1/persons/of-ANSI_378/encounters/e1/templates?biometricSubType=LEFT_INDEX").body, "[]");
  EXPECT_EQ(ask("GET", "/v1/persons/of-ANSI_378/encounters/e2/templates").status, 404);
  const auto unknown = ask("GET", "/v1/persons/of-ANSI_378/encounters/e1/templates?templateFormat=ISO_39794");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_NE(unknown.body.find("templateFormat"), std::string::npos) << unknown.body;
  EXPECT_NE(unknown.body.find("ISO_19794_2_2011"), std::string::npos) << unknown.body;
}

TEST_F(ServerWithEngineTest, ARecordOfSeveralFingersIsSeveralPositions) {
  const auto right = random_finger(12);
  const auto left = random_finger(17);
  const interchange::FingerToWrite fingers[] = {{&right, fingerprint::FingerPosition::kRightIndex, 0},
                                                {&left, fingerprint::FingerPosition::kLeftIndex, 0},
                                                {&left, fingerprint::FingerPosition::kLeftIndex, 0}};
  const Bytes record = interchange::write_minutiae(fingers, {}).value();
  const auto enrolled =
      ask("POST", "/v1/persons/anna/encounters/e1", encounter_body(foreign_item(record, "ISO_19794_2", "UNKNOWN")));
  ASSERT_EQ(enrolled.status, 200) << enrolled.body;
  const auto kept = json::parse(ask("GET", "/v1/persons/anna/encounters/e1").body).at("biometricData").as_array();
  ASSERT_EQ(kept.size(), 2u) << "each position once";
  EXPECT_EQ(kept[1].at("biometricSubType").as_string(), "LEFT_INDEX");
  const auto found = ask("POST", "/v1/identify/ALL?threshold=30", identify_body(native_pair(1, 2)));
  EXPECT_EQ(found.headers.at("whorl-decision"), "match") << found.body;
  // A position that is stated is looked for in the record.
  EXPECT_EQ(ask("POST", "/v1/verify/ALL/anna", verify_body(foreign_item(record, "ISO_19794_2", "LEFT_INDEX"))).status,
            200);
  const auto none = ask("POST", "/v1/verify/ALL/anna", verify_body(foreign_item(record, "ISO_19794_2", "LEFT_RING")));
  EXPECT_EQ(none.status, 400);
  EXPECT_NE(none.body.find("biometricSubType"), std::string::npos) << none.body;
}

TEST_F(ServerWithEngineTest, ATemplateOfAnotherEditionThanStatedIsRefusedByName) {
  const auto finger = random_finger(12);
  const interchange::FingerToWrite one{&finger, fingerprint::FingerPosition::kRightIndex, 0};
  const Bytes record = interchange::write_minutiae({&one, 1}, {MinutiaeEdition::kAnsi2004}).value();
  const auto refused =
      ask("POST", "/v1/persons/anna/encounters/e1", encounter_body(foreign_item(record, "ISO_19794_2", "RIGHT_INDEX")));
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find("INCITS 378-2004"), std::string::npos) << refused.body;
  EXPECT_NE(refused.body.find("biometricData[0].template"), std::string::npos) << refused.body;
}

TEST_F(ServerWithEngineTest, VerifyTellsThePersonFromAnother) {
  enrol("anna", 1);
  enrol("bert", 2);
  EXPECT_TRUE(json::parse(ask("POST", "/v1/verify/default/anna", verify_body(native_pair(1, 2))).body)
                  .at("decision")
                  .as_bool());
  EXPECT_FALSE(json::parse(ask("POST", "/v1/verify/default/anna", verify_body(native_pair(2, 2))).body)
                   .at("decision")
                   .as_bool());
  EXPECT_EQ(ask("POST", "/v1/verify/default/nobody", verify_body(native_pair(1, 2))).status, 404);
  EXPECT_EQ(ask("POST", "/v1/verify/nowhere/anna", verify_body(native_pair(1, 2))).status, 404);
}

TEST_F(ServerWithEngineTest, WhatWasEnrolledIsThereAfterReopening) {
  enrol("anna", 1);
  const auto before = ask("GET", "/v1/persons/anna/encounters");
  ASSERT_EQ(before.status, 200);
  close();
  open();
  EXPECT_EQ(ask("GET", "/v1/persons/anna/encounters").body, before.body);
  EXPECT_EQ(ask("POST", "/v1/identify/ALL", identify_body(native_pair(1, 2))).headers.at("whorl-decision"), "match");
}

TEST_F(ServerWithEngineTest, ARepeatedEnrolmentIsAnsweredAcrossARestartAndOnce) {
  const Headers key{{"Idempotency-Key", "k1"}};
  const auto first = ask("POST", "/v1/persons", encounter_body(native_pair(1)), key);
  ASSERT_EQ(first.status, 200) << first.body;
  close();
  open();
  const auto again = ask("POST", "/v1/persons", encounter_body(native_pair(1)), key);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.headers.at("idempotent-replayed"), "true");
  EXPECT_EQ(ask("POST", "/v1/persons", encounter_body(native_pair(2)), key).status, 409);
  EXPECT_EQ(json::parse(ask("GET", "/v1/galleries").body).as_array().size(), 1u);
  EXPECT_EQ(engine_->galleries({}).front().persons, 1u);
}

// A gateway that sends a request once more, hours later.
TEST_F(ServerWithEngineTest, ALateRepeatOfAnEnrolmentBringsNobodyBackWhoWasErased) {
  const std::string body = encounter_body(native_pair(1));
  const Headers named{{"Idempotency-Key", "k1"}};
  const Headers made{{"Idempotency-Key", "k2"}};
  ASSERT_EQ(ask("POST", "/v1/persons/anna/encounters/e1", body, named).status, 200);
  const auto first = ask("POST", "/v1/persons", encounter_body(native_pair(2)), made);
  const std::string somebody = json::parse(first.body).at("personId").as_string().c_str();
  ASSERT_EQ(ask("DELETE", "/v1/persons/anna").status, 204);
  ASSERT_EQ(ask("DELETE", "/v1/persons/" + somebody).status, 204);
  for (int opening = 0; opening < 2; ++opening) {
    for (const auto& [target, headers] :
         {std::pair("/v1/persons/anna/encounters/e1", named), std::pair("/v1/persons", made)}) {
      const auto late = ask("POST", target, body, headers);
      EXPECT_EQ(late.status, 404) << late.body;
      EXPECT_EQ(late.headers.at("whorl-reason"), "erased_meanwhile");
    }
    EXPECT_EQ(encounters_kept(), 0U);
    close();
    open();
  }
  EXPECT_EQ(ask("POST", "/v1/persons/anna/encounters/e1", body, {{"Idempotency-Key", "k3"}}).status, 200)
      << "another request may enrol her";
}

TEST_F(ServerWithEngineTest, ErasedPeopleAreFoundNoMore) {
  enrol("anna", 1);
  enrol("bert", 2);
  ASSERT_EQ(ask("DELETE", "/v1/persons/anna").status, 204);
  EXPECT_EQ(ask("GET", "/v1/persons/anna/encounters").status, 404);
  const auto answer = ask("POST", "/v1/identify/ALL?accuracyLevel=exhaustive", identify_body(native_pair(1, 2)));
  EXPECT_NE(answer.headers.at("whorl-decision"), "match");
  EXPECT_EQ(answer.body.find("anna"), std::string::npos);
  EXPECT_EQ(ask("DELETE", "/v1/persons/bert/encounters/e1").status, 204);
  EXPECT_EQ(ask("DELETE", "/v1/persons/bert").status, 404) << "the last encounter takes the person with it";
}

TEST_F(ServerWithEngineTest, BadInputChangesNothing) {
  enrol("anna", 1);
  const auto before = encounters_kept();
  const std::string not_an_image = R"({"biometricType":"FINGER","image":"AAEC","resolution":500})";
  const std::string not_a_template = R"({"biometricType":"FINGER","template":"AAEC","templateFormat":"WHORL_NATIVE"})";
  const std::string missing_first = R"({"biometricType":"FINGER","biometricSubType":"LEFT_RING","missing":[{}]},)";
  const std::tuple<std::string, std::string, int, const char*> table[] = {
      {"/v1/persons/x/encounters", encounter_body(not_an_image), 400, "biometricData[0].image"},
      {"/v1/persons/x/encounters", encounter_body(not_a_template), 400, "biometricData[0].template"},
      {"/v1/persons/x/encounters", encounter_body(missing_first + not_an_image), 400, "biometricData[1].image"},
      {"/v1/persons/x/encounters", encounter_body(native_item(1) + "," + native_item(2)), 400,
       "biometricData[1].biometricSubType"},
      {"/v1/persons/x/encounters", encounter_body(native_item(1) + "," + not_an_image), 400, "biometricData[1].image"},
      {"/v1/persons/anna/encounters/e1", encounter_body(native_item(3)), 409, "encounterId"},
      {"/v1/identify/nowhere", identify_body(native_pair(1, 2)), 404, "galleryId"},
  };
  for (const auto& [target, body, status, field] : table) {
    const auto answer = ask("POST", target, body);
    EXPECT_EQ(answer.status, status) << target << answer.body;
    EXPECT_NE(answer.body.find(field), std::string::npos) << answer.body;
    EXPECT_EQ(encounters_kept(), before);
  }
  EXPECT_EQ(ask("GET", "/v1/persons/x/encounters").status, 404);
}

TEST_F(ServerWithEngineTest, MissingFingersAndContextComeBack) {
  const std::string items =
      native_item(1, 1, "RIGHT_THUMB") + "," + native_item(2, 1, "LEFT_THUMB") +
      R"(,{"biometricType":"FINGER","biometricSubType":"LEFT_RING","missing":[{"presence":"AMPUTATED"}]})";
  const std::string body = encounter_body(items, R"(,"contextualData":{"post":"Ä 7"},"clientData":"Zm9v")");
  ASSERT_EQ(ask("POST", "/v1/persons/anna/encounters/e1", body).status, 200);
  const auto value = json::parse(ask("GET", "/v1/persons/anna/encounters/e1").body);
  EXPECT_EQ(value.at("contextualData").at("post").as_string(), "Ä 7");
  EXPECT_EQ(value.at("clientData").as_string(), "Zm9v");
  const auto& list = value.at("biometricData").as_array();
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[0].at("biometricSubType").as_string(), "RIGHT_THUMB");
  EXPECT_EQ(list[1].at("biometricSubType").as_string(), "LEFT_THUMB");
  EXPECT_EQ(list[2].at("missing").at(0).at("presence").as_string(), "AMPUTATED");
  EXPECT_EQ(ask("GET", "/v1/galleries").body, R"(["default"])");
}

// A face of a made-up person as an item of biometricData.
std::string face_item(unsigned person, unsigned capture = 1, const std::string& network = "a_network") {
  std::mt19937 own(person);
  std::mt19937 noise(1000 * person + capture);
  std::normal_distribution<float> normal;
  std::vector<float> values(128);
  for (float& v : values) v = normal(own) + 0.5F * normal(noise);
  const auto made = face::make_template({network, {1, 2, 3, 4, 5, 6, 7, 8}}, 80, values).value();
  return R"({"biometricType":"FACE","biometricSubType":"PORTRAIT","templateFormat":"WHORL_FACE","template":")" +
         encode_base64(codec::encode_native_face(made).value()) + "\"}";
}

TEST_F(ServerWithEngineTest, AFaceGoesTheSameRoutes) {
  ASSERT_EQ(ask("POST", "/v1/persons/anna/encounters/e1", encounter_body(native_pair(1) + "," + face_item(1))).status,
            200);
  ASSERT_EQ(ask("POST", "/v1/persons/bert/encounters/e1", encounter_body(face_item(2))).status, 200);
  const auto kept = json::parse(ask("GET", "/v1/persons/bert/encounters/e1").body).at("biometricData").as_array();
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].at("biometricType").as_string(), "FACE");
  EXPECT_EQ(kept[0].at("biometricSubType").as_string(), "PORTRAIT");
  EXPECT_EQ(kept[0].at("quality").as_int64(), 80);
  // Without a calibration a face decides nothing, but it names its candidate.
  const auto alone = ask("POST", "/v1/identify/ALL", identify_body(face_item(2, 2)));
  ASSERT_EQ(alone.status, 200) << alone.body;
  EXPECT_EQ(alone.headers.at("whorl-decision"), "indeterminate");
  EXPECT_EQ(json::parse(alone.body).at(0).at("personId").as_string(), "bert");
  const auto both =
      ask("POST", "/v1/identify/ALL?threshold=40", identify_body(native_pair(1, 2) + "," + face_item(1, 2)));
  EXPECT_EQ(both.headers.at("whorl-decision"), "match") << both.body;
  EXPECT_NE(both.body.find(R"("biometricType":"FACE")"), std::string::npos) << both.body;
  const auto claim = ask("POST", "/v1/verify/ALL/bert", verify_body(face_item(2, 2)));
  ASSERT_EQ(claim.status, 200) << claim.body;
  EXPECT_EQ(claim.headers.at("whorl-decision"), "indeterminate");
}

// -- What a reading answers is accepted by the change of the same
// -------------------------------------------------------

std::string image_item(std::uint64_t seed, const std::string& sub_type, const std::string& more = "") {
  const image::GreyImage image = datasets::make_impression(datasets::make_master(seed), 1);
  return R"({"biometricType":"FINGER","biometricSubType":")" + sub_type + R"(","resolution":500,"image":")" +
         encode_base64(image::encode_png(image).value()) + "\"" + more + "}";
}

class RoundTrips : public ServerWithEngineTest {
 protected:
  void SetUp() override {
    engine::EngineConfig config;
    config.directory = directory_.path() / "gallery";
    config.calibrations[Modality::kFinger] = engine::test_calibration();
    config.keep_images = true;
    auto opened = engine::Engine::open(std::move(config));
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    engine_ = std::move(opened).value();
    auto started = server::Server::start({}, engine_);
    ASSERT_TRUE(started.ok()) << started.error().text();
    server_ = std::move(started).value();
  }
  static std::string encounter(const std::string& person) { return "/v1/persons/" + person + "/encounters/e1"; }
  json::object read(const std::string& person, const std::string& more = "") {
    const auto answer = ask("GET", encounter(person) + more);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json::parse(answer.body).as_object();
  }
  // Everything but when it was changed.
  static json::object without_date(json::object encounter) {
    encounter.erase("updatedDate");
    return encounter;
  }
  std::string templates(const std::string& person) { return ask("GET", encounter(person) + "/templates").body; }
};

TEST_F(RoundTrips, AnEncounterIsAsItWasAfterItsOwnReadingIsPut) {
  const std::string missing =
      R"(,{"biometricType":"FINGER","biometricSubType":"LEFT_RING","missing":[{"presence":"AMPUTATED"}]})"
      R"(,{"biometricType":"FINGER","biometricSubType":"LEFT_LITTLE","comment":"in a cast","missing":[{}]})";
  const std::string about =
      R"(,"biographicData":{"gender":"F","n":7},"contextualData":{"post":"7"},"clientData":"Zm9v")";
  const std::string said = R"(,"captureDevice":"d","impressionType":"LIVE_SCAN_PLAIN","instance":"1","metadata":"m")";
  const std::map<std::string, std::string> people = {
      {"of-images", image_item(1, "RIGHT_INDEX", said) + "," + image_item(2, "LEFT_INDEX") + missing},
      {"of-templates", native_pair(1) + missing},
      {"of-unknown", native_item(3, 1, "UNKNOWN") + "," + native_item(4, 1, "UNKNOWN")},
      {"of-both", image_item(5, "RIGHT_INDEX") + "," + native_item(6, 1, "LEFT_THUMB") + "," + face_item(1)},
  };
  for (const auto& [person, items] : people) {
    const auto enrolled = ask("POST", encounter(person), encounter_body(items, about));
    ASSERT_EQ(enrolled.status, 200) << person << enrolled.body;
    const json::object before = read(person);
    const std::string kept = templates(person);
    // Twice, so that the reading of a changed encounter is put, too; with the images, and without them.
    for (const char* how : {"", "", "?images=false"}) {
      const auto put = ask("PUT", encounter(person), json::serialize(read(person, how)));
      ASSERT_EQ(put.status, 200) << person << how << put.body;
      EXPECT_EQ(without_date(read(person)), without_date(before)) << person << how;
      EXPECT_EQ(templates(person), kept) << person << how;
    }
    json::object of_templates = read(person, "?images=false");
    json::array& list = of_templates.at("biometricData").as_array();
    const json::array given = json::parse(kept).as_array();
    for (std::size_t i = 0; i < given.size(); ++i) list.at(i) = given.at(i);
    EXPECT_EQ(ask("PUT", encounter(person), json::serialize(of_templates)).status, 200) << person;
    EXPECT_EQ(json::parse(templates(person)).as_array().size(), given.size()) << person;
  }
}

TEST_F(RoundTrips, WhatIsNotKeptIsNotTakenFromTheEncounter) {
  ASSERT_EQ(ask("POST", encounter("anna"), encounter_body(native_pair(1))).status, 200);
  const std::string kept = templates("anna");
  json::object body = read("anna");
  const auto item = [&](std::size_t i) -> json::object& {
    return body.at("biometricData").as_array().at(i).as_object();
  };
  item(1)["biometricSubType"] = "LEFT_THUMB";
  const auto refused = ask("PUT", encounter("anna"), json::serialize(body));
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find("biometricData[1].image"), std::string::npos) << refused.body;
  item(1)["biometricSubType"] = "RIGHT_INDEX";
  EXPECT_EQ(ask("PUT", encounter("anna"), json::serialize(body)).status, 400) << "one finger is kept once";
  body = read("anna");
  item(0).erase("templateFormat");
  EXPECT_EQ(ask("PUT", encounter("anna"), json::serialize(body)).status, 400) << "it says nothing of what it is";
  body = read("anna");
  item(0)["templateFormat"] = "NO_FORMAT";
  EXPECT_EQ(ask("PUT", encounter("anna"), json::serialize(body)).status, 400);
  body = read("anna");
  body["createdDate"] = "yesterday";
  EXPECT_EQ(ask("PUT", encounter("anna"), json::serialize(body)).status, 400);
  EXPECT_EQ(ask("POST", encounter("bert"), json::serialize(read("anna"))).status, 400) << "nothing of bert is kept";
  EXPECT_EQ(ask("PUT", encounter("bert"), json::serialize(read("anna"))).status, 404);
  EXPECT_EQ(templates("anna"), kept);
}

TEST_F(ServerWithEngineTest, ASearchThatCanReachNobodyIsNoNo) {
  enrol("anna", 1);
  const auto answer = ask("POST", "/v1/identify/ALL?threshold=300", identify_body(native_item(5551)),
                          {{"Accept", "application/vnd.whorl.identify+json"}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto body = json::parse(answer.body);
  EXPECT_EQ(body.at("decision"), "indeterminate");
  EXPECT_EQ(body.at("reasonCode"), "threshold_out_of_reach");
  EXPECT_GT(body.at("reasonArguments").at("reach_db").to_number<double>(), 10);
  EXPECT_GT(body.at("expectedMissRate").to_number<double>(), 0.5);
  EXPECT_FALSE(body.at("matchesAtLeast").as_bool());
}

TEST_F(ServerWithEngineTest, WhereNobodyIsActiveTheAnswerSaysWhomItMeans) {
  enrol("anna", 1);
  ASSERT_EQ(ask("PUT", "/v1/persons/anna/encounters/e1/status?status=INACTIVE").status, 204);
  const auto answer = ask("POST", "/v1/identify/ALL", identify_body(native_pair(1, 2)),
                          {{"Accept", "application/vnd.whorl.identify+json"}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(json::parse(answer.body).at("reasonCode"), "nobody_enrolled");
  EXPECT_NE(answer.body.find("nobody is enrolled in this gallery whom a search looks at"), std::string::npos)
      << answer.body;
}

TEST_F(ServerWithEngineTest, AFaceThatCannotBeReadOrComparedIsRefusedByName) {
  ASSERT_EQ(ask("POST", "/v1/persons/anna/encounters/e1", encounter_body(face_item(1))).status, 200);
  const std::string other = face_item(2, 1, "another");
  const std::string image = R"({"biometricType":"FACE","image":"/9j/"})";  // begins as a JPEG
  for (const auto& [target, body] :
       {std::pair<std::string, std::string>{"/v1/persons/x/encounters", encounter_body(other)},
        {"/v1/identify/ALL", identify_body(other)},
        {"/v1/verify/ALL/anna", verify_body(other)}}) {
    const auto refused = ask("POST", target, body);
    EXPECT_EQ(refused.status, 400) << target;
    EXPECT_NE(refused.body.find("a_network"), std::string::npos) << refused.body;
    EXPECT_NE(refused.body.find("another"), std::string::npos) << refused.body;
    EXPECT_NE(refused.body.find("biometricData[0]"), std::string::npos) << refused.body;
  }
  const auto unread = ask("POST", "/v1/identify/ALL", identify_body(image));
  EXPECT_EQ(unread.status, 400);
  EXPECT_NE(unread.body.find("scripts/fetch-models"), std::string::npos) << unread.body;
  EXPECT_NE(unread.body.find("biometricData[0].image"), std::string::npos) << unread.body;
  EXPECT_EQ(encounters_kept(), 1u);
}

}  // namespace
}  // namespace whorl::tests
