// Every error over HTTP has its code in a header, and with its arguments in the body where that is asked for.
#include "base/catalogue.h"
#include "server/http/message.h"
#include "tests/server/server_fixture.h"

namespace whorl::tests {
namespace {

namespace json = boost::json;

const Headers kWhole{{"Accept", "application/vnd.whorl.identify+json, application/vnd.whorl.error+json"}};

class ErrorCodesTest : public ServerTest {
 protected:
  struct Expected {
    int status = 0;
    std::string code;
    std::string field;
    std::string arguments = "{}";
  };

  // The same request as OSIA has the answer, and with everything.
  void expect_error(std::string_view method, const std::string& target, const std::string& body, Headers headers,
                    const Expected& expected) {
    SCOPED_TRACE(std::string(method) + " " + target + " " + body);
    const auto plain = ask(method, target, body, headers);
    ASSERT_EQ(plain.status, expected.status) << plain.body;
    EXPECT_EQ(plain.headers.at("whorl-reason"), expected.code);
    EXPECT_EQ(plain.headers.at("content-type"), "application/json");
    headers.insert(kWhole.begin(), kWhole.end());
    const auto whole = ask(method, target, body, headers);
    ASSERT_EQ(whole.status, expected.status) << whole.body;
    EXPECT_EQ(whole.headers.at("whorl-reason"), expected.code);
    EXPECT_EQ(whole.headers.at("content-type"), "application/vnd.whorl.error+json");
    const json::value value = json_of(whole);
    EXPECT_EQ(value.at("code").as_int64(), expected.status);
    EXPECT_EQ(std::string(value.at("message").as_string()), message_of(plain));
    EXPECT_EQ(value.at("field").as_string(), expected.field);
    EXPECT_EQ(value.at("reasonCode").as_string(), expected.code);
    EXPECT_EQ(value.at("reasonArguments"), json::parse(expected.arguments)) << whole.body;
  }
};

const std::string kPerson = "/v1/persons/p/encounters?transactionId=t";
const std::string kIdentify = "/v1/identify/ALL?transactionId=t";

TEST_F(ErrorCodesTest, OfARequestThatIsNotUnderstood) {
  const std::string status = R"({"encounterType":"V","galleries":["g"],"biometricData":[]})";
  expect_error("POST", kPerson, status, {}, {400, "missing_property", "status"});
  expect_error("POST", kPerson, "[]", {}, {400, "wrong_type", "body", R"({"type":"object"})"});
  expect_error("POST", kPerson, encounter_body(kFinger, R"(,"clientData":7)"), {},
               {400, "wrong_type", "clientData", R"({"type":"string"})"});
  expect_error("POST", kIdentify, R"({"filter":{},"biometricData":[{"biometricType":"FINGER","image":"-"}]})", {},
               {400, "not_base64", "biometricData[0].image"});
  expect_error("POST", kIdentify, R"({"filter":{},"filter":{}})", {}, {400, "property_twice", "filter"});
  expect_error(
      "POST", kIdentify, R"({"filter":{},"biometricData":[],"more":1})", {},
      {400, "unknown_property", "more", R"({"known":"filter, biometricData, showAll, encryption, integrity"})"});
  expect_error("POST", kIdentify + "&maxNbCand=0", identify_body(), {},
               {400, "integer_out_of_range", "maxNbCand", R"({"least":1,"most":1000})"});
  expect_error("POST", kIdentify + "&targetFpir=2", identify_body(), {},
               {400, "number_out_of_range", "targetFpir", R"({"least":1E-12,"most":5E-1})"});
  expect_error("POST", kIdentify + "&colour=red", identify_body(), {}, {400, "unknown_parameter", "colour"});
  expect_error("POST", "/v1/identify/ALL", identify_body(), {}, {400, "missing_parameter", "transactionId"});
  expect_error("GET", "/v1/persons/~/encounters?transactionId=t", "", {}, {400, "identifier_malformed", "personId"});
}

TEST_F(ErrorCodesTest, OfTheTransport) {
  expect_error("GET", "/v2", "", {}, {404, "unknown_path", ""});
  expect_error("GET", "/v1/persons", "", {}, {405, "method_not_allowed", "", R"({"methods":"POST"})"});
  expect_error("POST", kIdentify, identify_body(), {{"Content-Type", "text/plain"}},
               {415, "content_type_not_json", ""});
  expect_error("GET", "/livez", "", {{"Host", "localhost"}}, {400, "header_twice", "Host"});
  expect_error("GET", "/livez", "", {{"Origin", "http://evil.example"}}, {403, "origin_foreign", "Origin"});
  server::ServerConfig small;
  small.max_body_bytes = 64;
  start(small);
  // Refused before it is known what the client takes.
  const auto large = ask("POST", kIdentify, identify_body(), kWhole);
  EXPECT_EQ(large.status, 413);
  EXPECT_EQ(large.headers.at("whorl-reason"), "body_too_large");
  EXPECT_EQ(large.headers.at("content-type"), "application/json");
}

TEST_F(ErrorCodesTest, OfTheServiceInTheWordsOfTheInterface) {
  service_->fail_with(failure(ErrorCode::kUnknownPerson, "person_id", with<"person">("p")));
  expect_error("GET", kPerson, "", {}, {404, "unknown_person", "personId", R"({"person":"p"})"});
  service_->fail_with(failure(ErrorCode::kResolutionMissing, FieldPath("samples", 0) / "bytes"));
  expect_error("POST", kIdentify, identify_body(), {}, {400, "resolution_missing", "biometricData[0].image"});
  service_->fail_with(failure(ErrorCode::kKeyReused));
  expect_error("POST", kPerson, encounter_body(), {}, {409, "idempotency_key_reused", ""});
  service_->fail_with(failure(ErrorCode::kDiskFull, with<"free_bytes">(1u), with<"needed_bytes">(2u)));
  expect_error("POST", kPerson, encounter_body(), {}, {503, "disk_full", "", R"({"free_bytes":1,"needed_bytes":2})"});
}

// An error without a finer code has the name of its kind, and what may not be told has a code that tells nothing.
TEST_F(ErrorCodesTest, NoErrorIsWithoutACode) {
  service_->fail_with(invalid_input("something rare", "client_data"));
  expect_error("POST", kPerson, encounter_body(), {},
               {400, "invalid_input", "contextualData, biographicData, clientData"});
  for (const auto& [error, code] : {std::pair{corruption("/secret/path"), "stored_data_damaged"},
                                    std::pair{internal_error("/secret/path"), "server_failed"}}) {
    service_->fail_with(error);
    const auto answer = ask("GET", kPerson, "", kWhole);
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.headers.at("whorl-reason"), code);
    const json::value value = json_of(answer);
    EXPECT_EQ(value.at("reasonCode").as_string(), code);
    EXPECT_EQ(value.at("reasonArguments").at("request").as_string(), answer.headers.at("whorl-request"));
    EXPECT_EQ(answer.body.find("secret"), std::string::npos);
  }
}

TEST_F(ErrorCodesTest, ASuccessIsLeftAsItIs) {
  const auto answer = ask("POST", kIdentify, identify_body(), {{"Accept", std::string(server::kErrorType)}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("content-type"), "application/json");
}

TEST_F(ErrorCodesTest, FeedbackHasCodesBesideTheSentence) {
  engine::IdentifyAnswer found;
  found.probe.push_back({Modality::kFinger, 2, 20, 9, "faint"});
  found.probe.back().why = {reason_of(FeedbackCode::kSpacingContradicts, with<"factor">(0.5))};
  found.probe.push_back({Modality::kFace, 0, 10, 0, "two faces"});
  found.probe.back().why = {reason_of(FeedbackCode::kFacesSeen, with<"faces">(2))};
  service_->answer_identify(found);
  const json::value value = json_of(ask("POST", kIdentify, identify_body(), kWhole));
  EXPECT_EQ(value.at("probe").at(0).at("feedbackReasons"),
            json::parse(R"([{"code":"spacing_contradicts_resolution","arguments":{"factor":0.5}}])"));
  EXPECT_EQ(value.at("probeFace").at("feedbackReasons"),
            json::parse(R"([{"code":"faces_seen","arguments":{"faces":2}}])"));
}

}  // namespace
}  // namespace whorl::tests
