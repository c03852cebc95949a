// Bodies and queries of searches -> the engine's requests.
#include "server/osia/search.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>
#include <utility>

#include "base/catalogue.h"
#include "server/http/query.h"
#include "server/osia/error_words.h"
#include "server/osia/search_answer.h"
#include "tests/server/requests.h"

namespace whorl::server {
namespace {

using tests::identify_body;
using tests::kFinger;
using tests::verify_body;

// The query of a route as its row declares it.
Result<Query> query_of(std::string_view path, const std::string& text) {
  for (const Route& route : search_routes()) {
    if (route.path.starts_with(path)) return Query::parse("/x?transactionId=t&" + text, route.query);
  }
  return internal_error("no such route");
}

Result<Parsed<engine::IdentifyRequest>> identify_of(const std::string& body, const std::string& query = "priority=0") {
  WHORL_ASSIGN(const auto parsed, query_of("/v1/identify", query));
  return read_identify(body, "ALL", parsed, {});
}

Result<Parsed<engine::VerifyRequest>> verify_of(const std::string& body, const std::string& query) {
  WHORL_ASSIGN(const auto parsed, query_of("/v1/verify", query));
  return read_verify(body, "g", "p", parsed, {});
}

TEST(ReadIdentify, QueryParametersReachTheEngine) {
  const auto parsed = identify_of(identify_body(kFinger, R"({"biometricType":["FINGER","IRIS"]})"),
                                  "maxNbCand=3&targetFpir=0.001&accuracyLevel=exhaustive&partialOk=true");
  ASSERT_TRUE(parsed.ok()) << parsed.error().text();
  EXPECT_EQ(parsed->request.gallery_id, "ALL");
  EXPECT_EQ(parsed->request.max_candidates, 3);
  EXPECT_EQ(parsed->request.target_fpir, 0.001);
  EXPECT_EQ(parsed->request.accuracy, engine::Accuracy::kExhaustive);
  EXPECT_TRUE(parsed->request.partial_ok);
  const auto plain = identify_of(identify_body(), "threshold=42.5");
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->request.threshold_db, 42.5);
  EXPECT_FALSE(plain->request.partial_ok);
}

// An extension of the body that is taken by this name and type alone; the query may say it too.
TEST(ReadIdentify, ShowAllIsReadFromBodyAndQuery) {
  const auto with = [](const std::string& property) {
    std::string body = identify_body();
    return body.insert(1, property);
  };
  EXPECT_FALSE(identify_of(identify_body())->request.show_all);
  EXPECT_TRUE(identify_of(with(R"("showAll":true,)"))->request.show_all);
  EXPECT_FALSE(identify_of(with(R"("showAll":false,)"))->request.show_all);
  EXPECT_TRUE(identify_of(identify_body(), "showAll=true")->request.show_all);
  EXPECT_TRUE(identify_of(with(R"("showAll":false,)"), "showAll=true")->request.show_all);
  for (const char* bad : {R"("showAll":"true",)", R"("showAll":1,)", R"("showAll":null,)"}) {
    const auto refused = identify_of(with(bad));
    ASSERT_FALSE(refused.ok()) << bad;
    EXPECT_EQ(refused.error().field, "showAll");
  }
  EXPECT_EQ(identify_of(with(R"("show_all":true,)")).error().field, "show_all");
}

TEST(ReadIdentify, BadQueryParametersAreNamed) {
  for (const auto& [query, field] : {std::pair("maxNbCand=0", "maxNbCand"),
                                     {"maxNbCand=1001", "maxNbCand"},
                                     {"maxNbCand=ten", "maxNbCand"},
                                     {"threshold=-1", "threshold"},
                                     {"threshold=nan", "threshold"},
                                     {"targetFpir=0", "targetFpir"},
                                     {"targetFpir=0.6", "targetFpir"},
                                     {"targetFpir=0.1&threshold=30", "targetFpir"},
                                     {"accuracyLevel=best", "accuracyLevel"},
                                     {"partialOk=1", "partialOk"},
                                     {"showAll=yes", "showAll"}}) {
    const auto parsed = identify_of(identify_body(), query);
    ASSERT_FALSE(parsed.ok()) << query;
    EXPECT_EQ(parsed.error().field, field);
  }
}

TEST(ReadVerify, TakesTheThresholdOrTheTargetRate) {
  const auto parsed = verify_of(verify_body(), "targetFmr=0.001");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->request.person_id, "p");
  EXPECT_EQ(parsed->request.target_fmr, 0.001);
  EXPECT_FALSE(parsed->request.threshold_db.has_value());
}

TEST(ReadIdentify, AFaceIsTakenOverAndTheFilterChooses) {
  const std::string both = kFinger + R"(,{"biometricType":"FACE","biometricSubType":"PORTRAIT","image":"AAEC"})";
  const auto read = [&](const std::string& filter) { return identify_of(identify_body(both, filter)); };
  const auto all = read("{}");
  ASSERT_TRUE(all.ok()) << all.error().text();
  ASSERT_EQ(all->request.samples.size(), 2u);
  EXPECT_EQ(all->request.samples[1].modality, Modality::kFace);
  EXPECT_EQ(all->request.samples[1].bytes, (Bytes{0, 1, 2}));
  const auto told = [&](const Parsed<engine::IdentifyRequest>& parsed, FieldPath field) {
    return in_osia_words(invalid_input("x", std::move(field)), parsed.biometrics).field;
  };
  EXPECT_EQ(told(*all, FieldPath("samples", 1) / "bytes"), "biometricData[1].image");
  EXPECT_EQ(told(*all, FieldPath("samples", 1)), "biometricData[1]");
  const auto face = read(R"({"biometricType":"FACE"})");
  ASSERT_TRUE(face.ok());
  ASSERT_EQ(face->request.samples.size(), 1u);
  EXPECT_EQ(face->request.samples[0].modality, Modality::kFace);
  EXPECT_EQ(told(*face, FieldPath("samples", 0)), "biometricData[1]") << "where it stood in the request";
  const auto finger = read(R"({"biometricType":["FINGER"]})");
  ASSERT_TRUE(finger.ok());
  ASSERT_EQ(finger->request.samples.size(), 1u);
  EXPECT_EQ(finger->request.samples[0].modality, Modality::kFinger);
}

TEST(IdentifyReply, SaysWhereTheCountIsTheLeastThatThereAre) {
  for (const char* name : {"matches", "least_matches"}) {
    engine::IdentifyAnswer answer;
    answer.decision = engine::Decision::kMatch;
    answer.matches = 100;
    answer.why = {AnswerCode::kMatch, {{name, std::uint64_t{100}}}};
    const auto body = boost::json::parse(identify_reply(answer, true, false).body);
    EXPECT_EQ(body.at("matches").to_number<int>(), 100);
    EXPECT_EQ(body.at("matchesAtLeast").as_bool(), std::string_view(name) == "least_matches");
  }
}

TEST(ReadIdentify, FiltersThatWouldBeIgnoredAreRefused) {
  for (const auto& [filter, field] : {std::pair(R"({"gender":{"is":"F"}})", "filter.gender"),
                                      {R"({"gender":[]})", "filter.gender"},
                                      {R"({"ageMin":["1"]})", "filter.ageMin"},
                                      {R"({"biometricType":["IRIS"]})", "filter.biometricType"},
                                      {R"({"biometricType":"FACE"})", "filter.biometricType"},
                                      {R"({"biometricType":[]})", "filter.biometricType"},
                                      {R"({"biometricType":["FINGER",3]})", "filter.biometricType[1]"},
                                      {R"({"biometricType":{}})", "filter.biometricType"},
                                      {"[]", "filter"},
                                      {"null", "filter"}}) {
    const auto parsed = identify_of(identify_body(kFinger, filter));
    ASSERT_FALSE(parsed.ok()) << filter;
    EXPECT_EQ(parsed.error().field, field) << parsed.error().message;
  }
  const auto without = identify_of(verify_body());
  ASSERT_FALSE(without.ok());
  EXPECT_EQ(without.error().field, "filter");
}

}  // namespace
}  // namespace whorl::server
