// Every route and every error, through a real socket, before a fake service.
#include "server/http/status.h"
#include "tests/server/server_fixture.h"

namespace whorl::tests {
namespace {

using engine::FingerPosition;

using RoutesTest = ServerTest;
constexpr const char* kT = "?transactionId=t-1";

std::string with_t(const std::string& path) { return path + kT; }

TEST_F(RoutesTest, EnrolWithoutIdsMakesBoth) {
  const auto answer = ask("POST", with_t("/v1/persons"), encounter_body());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("content-type"), "application/json");
  const auto value = json_of(answer);
  EXPECT_EQ(value.at("personId").as_string(), "P1");
  EXPECT_EQ(value.at("encounterId").as_string(), "E1");
  EXPECT_EQ(value.at("others").at("sequence").as_int64(), 1);
  EXPECT_EQ(value.at("others").at("fingers").at(0).at("quality").as_int64(), 71);
  const auto request = service_->last_enrol();
  EXPECT_EQ(request.person_rule, engine::PersonRule::kNew);
  EXPECT_TRUE(request.person_id.empty());
  ASSERT_EQ(request.samples.size(), 1u);
  EXPECT_EQ(request.samples[0].position, static_cast<std::uint8_t>(FingerPosition::kRightIndex));
  EXPECT_EQ(request.samples[0].bytes, (Bytes{0, 1, 2}));
  EXPECT_EQ(request.samples[0].format, Format::kAnyImage);
}

// -- Idempotency-Key --------------------------------------------------------------------------------------------------

const Headers kKey{{"Idempotency-Key", "\"7a1f0b52\""}};

TEST_F(RoutesTest, ARequestSentAgainWithItsKeyGetsTheSameAnswerAndNoSecondEffect) {
  for (const std::string& path :
       std::vector<std::string>{"/v1/persons", "/v1/persons/anna/encounters", "/v1/persons/bert/encounters/e1"}) {
    const Headers key{{"Idempotency-Key", "of-" + std::to_string(path.size())}};
    const auto first = ask("POST", with_t(path), encounter_body(), key);
    ASSERT_EQ(first.status, 200) << path << first.body;
    EXPECT_FALSE(first.headers.contains("idempotent-replayed"));
    const int writes = service_->writes();
    // Another transaction number is another message, not another request.
    const auto again = ask("POST", path + "?transactionId=t-2", encounter_body(), key);
    EXPECT_EQ(again.status, 200) << path << again.body;
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.headers.at("idempotent-replayed"), "true");
    EXPECT_EQ(again.headers.at("content-type"), "application/json");
    EXPECT_EQ(service_->writes(), writes);
  }
}

TEST_F(RoutesTest, AnotherRequestUnderAKeyThatWasUsedIsRefused) {
  ASSERT_EQ(ask("POST", with_t("/v1/persons"), encounter_body(), kKey).status, 200);
  const auto other_body = ask("POST", with_t("/v1/persons"), encounter_body(kFinger, R"(,"clientData":"Zm9v")"), kKey);
  EXPECT_EQ(other_body.status, 409);
  EXPECT_EQ(message_of(other_body), "the key was given to another request");
  EXPECT_EQ(ask("POST", with_t("/v1/persons/anna/encounters"), encounter_body(), kKey).status, 409);
  EXPECT_EQ(service_->writes(), 1);
}

TEST_F(RoutesTest, ARefusalIsNotKept) {
  EXPECT_EQ(ask("POST", with_t("/v1/persons"), "{}", kKey).status, 400);
  EXPECT_EQ(ask("POST", with_t("/v1/persons"), encounter_body(), kKey).status, 200);
}

TEST_F(RoutesTest, AMalformedKeyIsRefused) {
  for (const auto& bad : {std::string(), std::string("a b"), std::string(256, 'k'), std::string("b\xc3\xa9")}) {
    const auto answer = ask("POST", with_t("/v1/persons"), encounter_body(), {{"Idempotency-Key", bad}});
    EXPECT_EQ(answer.status, 400) << bad;
    EXPECT_NE(message_of(answer).find("Idempotency-Key: "), std::string::npos) << answer.body;
  }
  EXPECT_EQ(service_->calls(), 0);
  HttpClient client(server_->port());
  std::string twice = HttpClient::request_text("POST", with_t("/v1/persons"), encounter_body(), kKey);
  twice.insert(twice.find("\r\n") + 2, "Idempotency-Key: other\r\n");
  ASSERT_TRUE(client.send(twice));
  EXPECT_EQ(client.receive()->status, 400);
  EXPECT_EQ(service_->writes(), 0);
}

TEST_F(RoutesTest, AKeyOnARequestThatWritesNothingChangesNothing) {
  const auto first = ask("POST", with_t("/v1/identify/default"), identify_body(), kKey);
  EXPECT_EQ(first.status, 200);
  const auto again = ask("POST", with_t("/v1/identify/default"), identify_body(), kKey);
  EXPECT_FALSE(again.headers.contains("idempotent-replayed"));
}

TEST_F(RoutesTest, AnEncounterMakesThePersonWhenAbsentAndJoinsWhenThere) {
  EXPECT_EQ(ask("POST", with_t("/v1/persons/anna/encounters"), encounter_body()).status, 200);
  EXPECT_EQ(ask("POST", with_t("/v1/persons/anna/encounters"), encounter_body()).status, 200);
  const auto both = json_of(ask("GET", with_t("/v1/persons/anna/encounters")));
  EXPECT_EQ(both.as_array().size(), 2u);
  EXPECT_EQ(service_->writes(), 2) << "each image is extracted once";
}

TEST_F(RoutesTest, AnEncounterIdMayBeChosenOnce) {
  const auto target = with_t("/v1/persons/anna/encounters/first");
  EXPECT_EQ(ask("POST", target, encounter_body()).status, 200);
  const auto again = ask("POST", target, encounter_body());
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(message_of(again), "encounterId: encounter exists");
}

TEST_F(RoutesTest, AnEncounterIsGivenBackAsItCameWithoutItsImage) {
  const std::string body = encounter_body(
      R"({"biometricType":"FINGER","biometricSubType":"LEFT_THUMB","image":"AAEC","resolution":1000,"comment":"b\u00e9b\u00e9"},)" +
          kFinger +
          R"(,{"biometricType":"FINGER","biometricSubType":"LEFT_RING","missing":[{"presence":"AMPUTATED"}]})",
      R"(,"clientData":"Zm9v","contextualData":{"post":{"lane":[1,2.5,null]}},"biographicData":{"nationality":"FRA"})");
  ASSERT_EQ(ask("POST", with_t("/v1/persons/anna/encounters/e1"), body).status, 200);
  const auto answer = ask("GET", with_t("/v1/persons/anna/encounters/e1"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.find("AAEC"), std::string::npos);
  const auto value = json_of(answer);
  EXPECT_EQ(value.at("encounterId").as_string(), "e1");
  EXPECT_EQ(value.at("status").as_string(), "ACTIVE");
  EXPECT_EQ(value.at("encounterType").as_string(), "VISA");
  EXPECT_EQ(value.at("galleries").at(0).as_string(), "default");
  EXPECT_EQ(value.at("createdDate").as_string(), "2023-11-14T22:13:20Z");
  EXPECT_EQ(value.at("clientData").as_string(), "Zm9v");
  EXPECT_EQ(value.at("contextualData").at("post").at("lane").at(1).as_double(), 2.5);
  EXPECT_EQ(value.at("biographicData").at("nationality").as_string(), "FRA");
  const auto& thumb = value.at("biometricData").at(0);
  EXPECT_EQ(thumb.at("biometricSubType").as_string(), "LEFT_THUMB");
  EXPECT_EQ(thumb.at("comment").as_string(),
            "b\xC3\xA9"
            "b\xC3\xA9");
  EXPECT_EQ(thumb.at("resolution").as_int64(), 1000);
  EXPECT_EQ(thumb.at("quality").as_int64(), 71);
  EXPECT_EQ(thumb.at("templateFormat").as_string(), "WHORL_NATIVE");
  EXPECT_EQ(value.at("biometricData").at(1).at("resolution").as_int64(), 500);
  EXPECT_EQ(value.at("biometricData").at(2).at("missing").at(0).at("presence").as_string(), "AMPUTATED");
}

TEST_F(RoutesTest, NumbersThatAreKeptComeBackAsTheyCame) {
  const auto enrol = [&](const std::string& number) {
    return ask("POST", with_t("/v1/persons/anna/encounters/e" + std::to_string(service_->writes())),
               encounter_body(kFinger, R"(,"contextualData":{"list":[0,{"v":)" + number + "}]}"));
  };
  for (const char* number : {"0", "-7", "9223372036854775808", "18446744073709551615", "0.1", "0.30000000000000004",
                             "123456789.125", "2.5e-07", "1.7976931348623157e+308", "1.0"}) {
    const std::string id = "e" + std::to_string(service_->writes());
    ASSERT_EQ(enrol(number).status, 200) << number;
    const auto answer = ask("GET", with_t("/v1/persons/anna/encounters/" + id));
    EXPECT_NE(answer.body.find(R"({"v":)" + std::string(number) + "}"), std::string::npos) << answer.body;
  }
  for (const char* number : {"1e999", "-1e999", "18446744073709551616", "-9223372036854775809", "1e-999",
                             "123456789012345678901234567890", "3.14159265358979323846"}) {
    const auto refused = enrol(number);
    EXPECT_EQ(refused.status, 400) << number;
    EXPECT_NE(message_of(refused).find("contextualData.list[1].v: "), std::string::npos) << refused.body;
  }
}

TEST_F(RoutesTest, ErasingTheLastEncounterErasesThePerson) {
  ASSERT_EQ(ask("POST", with_t("/v1/persons/anna/encounters/e1"), encounter_body()).status, 200);
  const auto gone = ask("DELETE", with_t("/v1/persons/anna/encounters/e1"));
  EXPECT_EQ(gone.status, 204);
  EXPECT_TRUE(gone.body.empty());
  EXPECT_FALSE(gone.headers.contains("content-type"));
  EXPECT_EQ(ask("GET", with_t("/v1/persons/anna/encounters")).status, 404);
  EXPECT_EQ(ask("DELETE", with_t("/v1/persons/anna/encounters/e1")).status, 404);
}

TEST_F(RoutesTest, APersonIsErasedWhole) {
  ASSERT_EQ(ask("POST", with_t("/v1/persons/anna/encounters"), encounter_body()).status, 200);
  EXPECT_EQ(ask("DELETE", with_t("/v1/persons/anna")).status, 204);
  const auto again = ask("DELETE", with_t("/v1/persons/anna"));
  EXPECT_EQ(again.status, 404);
  EXPECT_EQ(message_of(again), "personId: no such person");
}

TEST_F(RoutesTest, IdentifyAnswersOsiasArrayWithTheDecisionInHeaders) {
  service_->answer_identify(full_identify_answer());
  const auto answer = ask("POST", with_t("/v1/identify/ALL") + "&maxNbCand=5", identify_body());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("whorl-decision"), "match");
  EXPECT_EQ(answer.headers.at("whorl-threshold-db"), "43.01");
  EXPECT_EQ(answer.headers.at("whorl-gallery-size"), "2000");
  EXPECT_EQ(answer.headers.at("whorl-searched"), "2000");
  EXPECT_EQ(answer.headers.at("whorl-shards-ok"), "3");
  EXPECT_EQ(answer.headers.at("whorl-shards-total"), "3");
  EXPECT_EQ(answer.headers.at("whorl-reason"), "match");
  const auto value = json_of(answer);
  ASSERT_EQ(value.as_array().size(), 2u);
  EXPECT_EQ(value.at(0).at("personId").as_string(), "person-1");
  EXPECT_EQ(value.at(0).at("score").as_double(), 61.26);
  EXPECT_EQ(value.at(0).at("others").at("decision").as_string(), "match");
  EXPECT_EQ(value.at(1).at("others").at("decision").as_string(), "indeterminate");
  EXPECT_EQ(value.at(1).at("scores").at(0).at("biometricSubType").as_string(), "LEFT_THUMB");
  EXPECT_EQ(value.at(1).at("scores").at(0).at("others").at("probeSubType").as_string(), "UNKNOWN");
  const auto request = service_->last_identify();
  EXPECT_EQ(request.gallery_id, "ALL");
  EXPECT_EQ(request.max_candidates, 5);
  EXPECT_TRUE(service_->last_call().deadline.has_value());
  EXPECT_FALSE(service_->last_call().request_id.empty());
  EXPECT_EQ(service_->writes(), 0);
}

TEST_F(RoutesTest, IdentifyGivesTheWholeAnswerToThoseWhoAsk) {
  service_->answer_identify(full_identify_answer());
  const auto answer =
      ask("POST", with_t("/v1/identify/default"), identify_body(), {{"Accept", "application/vnd.whorl.identify+json"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("content-type"), "application/vnd.whorl.identify+json");
  EXPECT_EQ(answer.headers.at("whorl-decision"), "match");
  const auto value = json_of(answer);
  EXPECT_EQ(value.at("decision").as_string(), "match");
  EXPECT_EQ(value.at("reason").as_string(), "Match with person-1.");
  EXPECT_EQ(value.at("reasonCode").as_string(), "match");
  EXPECT_EQ(value.at("reasonArguments").at("person_id").as_string(), "person-1");
  EXPECT_EQ(value.at("reasonArguments").at("score_db").as_double(), 61.25);
  EXPECT_EQ(value.at("thresholdDb").as_double(), 43.01);
  EXPECT_EQ(value.at("targetFpir").as_double(), 0.01);
  EXPECT_EQ(value.at("supportedDb").as_double(), 36.75);
  EXPECT_EQ(value.at("matches").as_int64(), 1);
  EXPECT_EQ(value.at("expectedMissRate").as_double(), 0.022024);
  EXPECT_EQ(value.at("receipt").at("gallerySize").as_int64(), 2000);
  EXPECT_EQ(value.at("receipt").at("comparedPersons").as_int64(), 1000);
  EXPECT_TRUE(value.at("receipt").at("complete").as_bool());
  EXPECT_EQ(value.at("candidates").as_array().size(), 2u);
  EXPECT_EQ(value.at("probe").at(0).at("feedback").as_string(), "press more firmly");
  EXPECT_EQ(value.at("elapsedMs").as_double(), 12.35);
}

// Proxies log headers.
TEST_F(RoutesTest, NoHeaderOfAnAnswerNamesAPerson) {
  service_->answer_identify(full_identify_answer());
  service_->answer_verify(full_verify_answer());
  for (const char* accept : {"application/json", "application/vnd.whorl.identify+json"}) {
    const auto answer = ask("POST", with_t("/v1/identify/ALL"), identify_body(), {{"Accept", accept}});
    EXPECT_NE(answer.body.find("person-1"), std::string::npos);
    for (const auto& [name, value] : answer.headers) EXPECT_EQ(value.find("person-1"), std::string::npos) << name;
  }
  const auto verified = ask("POST", with_t("/v1/verify/ALL/person-1"), verify_body());
  EXPECT_EQ(verified.headers.at("whorl-reason"), "claim_match");
  for (const auto& [name, value] : verified.headers) EXPECT_EQ(value.find("person-1"), std::string::npos) << name;
}

TEST_F(RoutesTest, WhatFailedIsInTheReceiptAndWhyIsNot) {
  auto answer = full_identify_answer();
  answer.receipt.failures = {{"local", "/secret/path is torn", 3}, {"other", "no answer from 192.0.2.1"}};
  service_->answer_identify(answer);
  const auto told = ask("POST", with_t("/v1/identify/ALL") + "&partialOk=true", identify_body(),
                        {{"Accept", "application/vnd.whorl.identify+json"}});
  const auto receipt = json_of(told).at("receipt");
  EXPECT_FALSE(receipt.at("complete").as_bool());
  EXPECT_EQ(receipt.at("failures"), boost::json::parse(R"([{"part":"local","shard":3},{"part":"other"}])"));
  EXPECT_EQ(told.body.find("secret"), std::string::npos);
  EXPECT_EQ(told.body.find("192.0.2.1"), std::string::npos);
}

TEST_F(RoutesTest, AnIncompleteSearchIsNeverNoMatch) {
  engine::IdentifyAnswer answer;
  answer.decision = engine::Decision::kNoMatch;
  answer.receipt = {2000, 1500, 2, 3};
  service_->answer_identify(answer);
  const auto refused = ask("POST", with_t("/v1/identify/ALL"), identify_body());
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(refused.headers.contains("retry-after"));
  const auto partial = ask("POST", with_t("/v1/identify/ALL") + "&partialOk=true", identify_body());
  EXPECT_EQ(partial.status, 200);
  EXPECT_EQ(partial.headers.at("whorl-decision"), "indeterminate");
  EXPECT_EQ(partial.headers.at("whorl-searched"), "1500");
}

TEST_F(RoutesTest, VerifyAnswersTrueForAMatchAlone) {
  auto verified = full_verify_answer();
  service_->answer_verify(verified);
  const auto match = ask("POST", with_t("/v1/verify/default/person-1"), verify_body());
  EXPECT_EQ(match.status, 200);
  EXPECT_TRUE(json_of(match).at("decision").as_bool());
  EXPECT_EQ(json_of(match).at("scores").at(0).at("score").as_double(), 55.56);
  EXPECT_EQ(match.headers.at("whorl-score-db"), "55.55");
  EXPECT_EQ(service_->last_verify().person_id, "person-1");
  verified.decision = engine::Decision::kIndeterminate;
  service_->answer_verify(verified);
  const auto unsure = ask("POST", with_t("/v1/verify/default/person-1"), verify_body());
  EXPECT_FALSE(json_of(unsure).at("decision").as_bool());
  EXPECT_EQ(unsure.headers.at("whorl-decision"), "indeterminate");
  const auto whole = ask("POST", with_t("/v1/verify/default/person-1"), verify_body(),
                         {{"Accept", "application/vnd.whorl.verify+json"}});
  EXPECT_EQ(json_of(whole).at("decision").as_string(), "indeterminate");
  EXPECT_EQ(json_of(whole).at("thresholdDb").to_number<double>(), 40.0);
}

TEST_F(RoutesTest, GalleriesAreListed) {
  const auto answer = ask("GET", with_t("/v1/galleries"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"(["default","VIP"])");
}

TEST_F(RoutesTest, OwnPagesNeedNoTransaction) {
  EXPECT_EQ(ask("GET", "/livez").status, 200);
  EXPECT_EQ(ask("GET", "/readyz").status, 200);
  service_->answer_identify(full_identify_answer());
  ask("POST", with_t("/v1/identify/ALL"), identify_body());
  ask("POST", "/v1/identify/ALL", identify_body());
  const auto metrics = ask("GET", "/metrics");
  EXPECT_EQ(metrics.status, 200);
  EXPECT_EQ(metrics.headers.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  for (const char* line :
       {"whorl_http_requests_total{route=\"/v1/identify/{galleryId}\",method=\"POST\",status=\"200\"} 1\n",
        "whorl_http_requests_total{route=\"/v1/identify/{galleryId}\",method=\"POST\",status=\"400\"} 1\n",
        "whorl_decisions_total{route=\"/v1/identify/{galleryId}\",decision=\"match\"} 1\n",
        "whorl_gallery_persons{gallery=\"VIP\"} 7\n"}) {
    EXPECT_NE(metrics.body.find(line), std::string::npos) << line;
  }
}

TEST_F(RoutesTest, EveryServiceErrorHasItsStatusOnEveryRoute) {
  const std::tuple<const char*, const char*, std::string> routes[] = {
      {"POST", "/v1/persons", encounter_body()},
      {"POST", "/v1/persons/p/encounters", encounter_body()},
      {"POST", "/v1/persons/p/encounters/e", encounter_body()},
      {"GET", "/v1/persons/p/encounters", ""},
      {"GET", "/v1/persons/p/encounters/e", ""},
      {"DELETE", "/v1/persons/p/encounters/e", ""},
      {"DELETE", "/v1/persons/p", ""},
      {"POST", "/v1/identify/ALL", identify_body()},
      {"POST", "/v1/verify/ALL/p", verify_body()}};
  const ErrorKind kinds[] = {ErrorKind::kInvalidInput, ErrorKind::kNotFound,     ErrorKind::kAlreadyExists,
                             ErrorKind::kCorruption,   ErrorKind::kUnauthorised, ErrorKind::kExhausted,
                             ErrorKind::kUnavailable,  ErrorKind::kInternal};
  for (const auto& [method, path, body] : routes) {
    for (const ErrorKind kind : kinds) {
      service_->fail_with(Error{kind, "the-reason", "samples[0].bytes"});
      const auto answer = ask(method, with_t(path), body);
      EXPECT_EQ(answer.status, server::http_status(kind)) << method << " " << path << " " << name_of(kind);
      const bool told = server::may_be_told(kind);
      EXPECT_EQ(message_of(answer).find("the-reason") != std::string::npos, told) << answer.body;
      EXPECT_EQ(answer.headers.contains("retry-after"), answer.status == 503);
      const bool numbered = message_of(answer).find(answer.headers.at("whorl-request")) != std::string::npos;
      EXPECT_EQ(numbered, !told) << answer.body;
    }
  }
}

TEST_F(RoutesTest, ExceptionsOfTheServiceStayInside) {
  service_->throw_on_call([] { throw std::runtime_error("secret detail"); });
  const auto broken = ask("POST", with_t("/v1/identify/ALL"), identify_body());
  EXPECT_EQ(broken.status, 500);
  EXPECT_EQ(broken.body.find("secret"), std::string::npos);
  service_->throw_on_call([] { throw std::bad_alloc(); });
  EXPECT_EQ(ask("POST", with_t("/v1/identify/ALL"), identify_body()).status, 503);
  service_->throw_on_call(nullptr);
  EXPECT_EQ(ask("GET", with_t("/v1/galleries")).status, 200);
}

TEST_F(RoutesTest, AnEngineErrorNamesTheItemOfTheRequest) {
  service_->fail_with(invalid_input("no resolution in the file", FieldPath("samples", 0) / "resolution_ppi"));
  const std::string missing_first = R"({"biometricType":"FINGER","biometricSubType":"LEFT_RING","missing":[{}]},)";
  const auto answer = ask("POST", with_t("/v1/persons"), encounter_body(missing_first + kFinger));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(message_of(answer), "biometricData[1].resolution: no resolution in the file");
}

TEST_F(RoutesTest, BadInputIs400NamesItsFieldAndReachesNobody) {
  const std::tuple<const char*, std::string, std::string, const char*> table[] = {
      {"POST", "/v1/persons", encounter_body(), "transactionId"},
      {"POST", "/v1/persons?transactionId=", encounter_body(), "transactionId"},
      {"POST", "/v1/persons?transactionId=" + std::string(300, 'x'), encounter_body(), "transactionId"},
      {"POST", with_t("/v1/persons") + "&callback=http://x/", encounter_body(), "callback"},
      {"POST", with_t("/v1/persons") + "&priority=10", encounter_body(), "priority"},
      {"POST", with_t("/v1/persons") + "&maxNbCand=1", encounter_body(), "maxNbCand"},
      {"POST", with_t("/v1/persons") + "&transactionId=2", encounter_body(), "transactionId"},
      {"POST", with_t("/v1/persons/a%20b/encounters"), encounter_body(), "personId"},
      {"POST", with_t("/v1/persons/a/encounters/%00"), encounter_body(), "encounterId"},
      {"DELETE", with_t("/v1/persons/"), "", "personId"},
      {"DELETE", with_t("/v1/persons/" + std::string(200, 'x')), "", "personId"},
      {"GET", "/v1/persons/p/encounters", "", "transactionId"},
      {"GET", "/v1/galleries", "", "transactionId"},
      {"POST", with_t("/v1/identify/A*"), identify_body(), "galleryId"},
      {"POST", with_t("/v1/identify/ALL") + "&threshold=50%", identify_body(), "threshold"},
      {"POST", with_t("/v1/identify/ALL") + "&threshold=%zz", identify_body(), "threshold"},
      {"POST", with_t("/v1/identify/ALL") + "&thresh%old=50", identify_body(), "thresh%old"},
      {"POST", with_t("/v1/persons/%zz/encounters"), encounter_body(), "target"},
      {"POST", with_t("/v1/persons/../encounters/1"), encounter_body(), "personId"},
      {"POST", with_t("/v1/persons/%2e%2E/encounters"), encounter_body(), "personId"},
      {"POST", with_t("/v1/persons/p/encounters/."), encounter_body(), "encounterId"},
      {"DELETE", with_t("/v1/persons/.."), "", "personId"},
      {"POST", with_t("/v1/identify/."), identify_body(), "galleryId"},
      {"POST", with_t("/v1/identify/ALL") + "&serviceLevel=x", identify_body(), "serviceLevel"},
      {"POST", with_t("/v1/identify/ALL") + "&treshold=10", identify_body(), "treshold"},
      {"POST", with_t("/v1/identify/ALL"), verify_body(), "filter"},
      {"POST", with_t("/v1/verify/ALL/p"), identify_body(), "filter"},
      {"POST", with_t("/v1/persons"), R"({"a":)", "JSON"},
      {"POST", with_t("/v1/persons"), "\"" + std::string("\xff") + "\"", "JSON"},
      {"POST", with_t("/v1/persons"), std::string(100'000, '['), "JSON"},
      {"POST", with_t("/v1/persons"), "[1]", "body"},
      {"POST", with_t("/v1/persons"), encounter_body(R"({"biometricType":"FINGER","imageRef":"http://x/"})"),
       "biometricData[0].imageRef"},
  };
  for (const auto& [method, target, body, field] : table) {
    const auto answer = ask(method, target, body);
    EXPECT_EQ(answer.status, 400) << target << " " << body.substr(0, 80);
    EXPECT_NE(message_of(answer).find(field), std::string::npos) << message_of(answer);
  }
  EXPECT_EQ(service_->calls(), 0);
  EXPECT_EQ(service_->writes(), 0);
}

TEST_F(RoutesTest, WrongPathsMethodsAndMediaTypesAreRefused) {
  EXPECT_EQ(ask("GET", "/v1/nothing").status, 404);
  const auto put = ask("PATCH", with_t("/v1/persons/p/encounters/e"), encounter_body());
  EXPECT_EQ(put.status, 405);
  EXPECT_EQ(put.headers.at("allow"), "GET, HEAD, POST, PUT, DELETE");
  EXPECT_EQ(ask("POST", with_t("/v1/persons"), "x=1", {{"Content-Type", "application/x-www-form-urlencoded"}}).status,
            415);
  EXPECT_EQ(ask("POST", with_t("/v1/persons"), encounter_body(), {{"Content-Encoding", "gzip"}}).status, 415);
  EXPECT_EQ(ask("GET", with_t("/v1/galleries"), "{}").status, 400);
  EXPECT_EQ(ask("POST", with_t("/v1/persons")).status, 415) << "a POST without a body";
  EXPECT_EQ(service_->calls(), 0);
}

TEST_F(RoutesTest, AnEncounterIsReadWithItsImagesUnlessTheyAreLeftOut) {
  ASSERT_EQ(ask("POST", with_t("/v1/persons/p/encounters/e"), encounter_body()).status, 200);
  for (const bool all : {false, true}) {
    const std::string target = with_t("/v1/persons/p/encounters" + std::string(all ? "" : "/e"));
    const auto item = [&](const std::string& more) {
      const auto body = json_of(ask("GET", target + more));
      const auto& encounter = all ? body.at(0) : body;
      return encounter.at("biometricData").at(0).as_object();
    };
    EXPECT_EQ(item("").at("image"), "AQID");  // the fake keeps 1, 2, 3
    EXPECT_EQ(item("").at("resolution"), 500);
    EXPECT_TRUE(item("").contains("mimeType"));
    EXPECT_FALSE(item("&images=false").contains("image"));
    EXPECT_EQ(ask("GET", target + "&images=no").status, 400);
  }
}

}  // namespace
}  // namespace whorl::tests
