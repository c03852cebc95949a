// The server's actual answers against OSIA's own OpenAPI file, where that file is present.
#include <cstring>

#include "server/routes.h"
#include "tests/server/server_fixture.h"
#include "tests/support/openapi.h"
#include "tests/support/shared_data.h"

namespace whorl::tests {
namespace {

class ConformanceTest : public ServerTest {
 protected:
  void SetUp() override {
    const auto shared = shared_dir();
    const auto path = shared.value_or("") / "specs/osia-abis.yaml";
    if (!shared || !std::filesystem::exists(path)) GTEST_SKIP() << "specs/osia-abis.yaml is not there";
    file_ = OpenApi::load(path);
    ASSERT_TRUE(file_.has_value()) << path;
  }

  // Sends the request and holds both sides of the exchange against the file. `path` is the file's template.
  void exchange(const char* method, const std::string& path, const std::string& target, const std::string& body,
                int expected) {
    const std::string lower = std::string(method) == "POST" ? "post" : std::string(method) == "GET" ? "get" : "delete";
    if (expected == 200 && !body.empty()) {
      const auto* schema = file_->request_schema(path, lower);
      ASSERT_NE(schema, nullptr) << path;
      expect_conforms(body, *schema, OpenApi::Direction::kRequest, path + " request");
    }
    const auto answer = ask(method, target, body);
    EXPECT_EQ(answer.status, expected) << method << " " << target << ": " << answer.body;
    const auto* response = file_->response(path, lower, answer.status);
    ASSERT_NE(response, nullptr) << method << " " << path << " does not list the status " << answer.status;
    const auto* schema = OpenApi::json_schema(*response);
    if (answer.status == 204) {
      EXPECT_TRUE(answer.body.empty());
      return;
    }
    EXPECT_EQ(answer.headers.at("content-type"), "application/json");
    if (schema == nullptr) schema = file_->resolve("#/components/schemas/Error");
    ASSERT_NE(schema, nullptr);
    expect_conforms(answer.body, *schema, OpenApi::Direction::kResponse, path + " answer");
  }

  void expect_conforms(const std::string& text, const boost::json::value& schema, OpenApi::Direction direction,
                       const std::string& what) {
    for (const auto& fault : file_->faults(boost::json::parse(text), schema, direction)) {
      ADD_FAILURE() << what << ": " << fault << "\n" << text;
    }
  }

  std::optional<OpenApi> file_;
};

const std::string kRichFinger =
    R"({"biometricType":"FINGER","biometricSubType":"LEFT_THUMB","image":"AAEC","resolution":1000,"instance":"1",)"
    R"("captureDate":"2024-11-18T14:21:00+01:00","captureDevice":"d","impressionType":"LIVE_SCAN_PLAIN","width":300,)"
    R"("height":400,"bitdepth":8,"mimeType":"image/png","compression":"PNG","metadata":"m","comment":"c","quality":7,)"
    R"("qualityFormat":"NFIQ2","algorithm":"a","vendor":"v","missing":[{"biometricSubType":"LEFT_RING","presence":"DAMAGED"}]})";
const std::string kMore = R"(,"clientData":"Zm9v","contextualData":{"a":1},"biographicData":{"b":[true]})";

TEST_F(ConformanceTest, EveryRouteAnswersAsTheFileSays) {
  const char* person = "/v1/persons/{personId}";
  const char* encounters = "/v1/persons/{personId}/encounters";
  const char* encounter = "/v1/persons/{personId}/encounters/{encounterId}";
  exchange("POST", "/v1/persons", "/v1/persons?transactionId=t", encounter_body(), 200);
  exchange("POST", encounters, "/v1/persons/p/encounters?transactionId=t", encounter_body(kRichFinger, kMore), 200);
  exchange("POST", encounter, "/v1/persons/p/encounters/e?transactionId=t&priority=3", encounter_body(kRichFinger),
           200);
  exchange("POST", encounter, "/v1/persons/p/encounters/e?transactionId=t", encounter_body(), 409);
  exchange("GET", encounters, "/v1/persons/p/encounters?transactionId=t", "", 200);
  exchange("GET", encounter, "/v1/persons/p/encounters/e?transactionId=t", "", 200);
  exchange("GET", "/v1/persons/{personId}/encounters/{encounterId}/templates",
           "/v1/persons/p/encounters/e/templates?transactionId=t&biometricType=FINGER&templateFormat=WHORL_NATIVE", "",
           200);
  exchange("GET", "/v1/galleries", "/v1/galleries?transactionId=t", "", 200);
  service_->answer_identify(full_identify_answer());
  exchange("POST", "/v1/identify/{galleryId}", "/v1/identify/ALL?transactionId=t&maxNbCand=3&threshold=30",
           identify_body(kRichFinger, R"({"biometricType":["FINGER"]})"), 200);
  service_->answer_identify({});
  exchange("POST", "/v1/identify/{galleryId}", "/v1/identify/ALL?transactionId=t", identify_body(), 200);
  service_->answer_verify(full_verify_answer());
  exchange("POST", "/v1/verify/{galleryId}/{personId}", "/v1/verify/ALL/p?transactionId=t", verify_body(), 200);
  exchange("DELETE", encounter, "/v1/persons/p/encounters/e?transactionId=t", "", 204);
  exchange("DELETE", person, "/v1/persons/p?transactionId=t", "", 204);
}

TEST_F(ConformanceTest, EveryErrorOfEveryRouteAnswersAsTheFileSays) {
  for (const auto& route : server::served_routes().rows()) {
    if (!route.path.starts_with("/v1/")) continue;
    std::string target(route.path);
    for (const char* brace : {"{personId}", "{encounterId}", "{galleryId}"}) {
      if (const auto at = target.find(brace); at != std::string::npos) target.replace(at, std::strlen(brace), "x");
    }
    const std::string method(route.method);
    const std::string path(route.path);
    const bool search = path.starts_with("/v1/identify") || path.starts_with("/v1/verify");
    const std::string body = method != "POST"            ? ""
                             : !search                   ? encounter_body()
                             : path.starts_with("/v1/i") ? identify_body()
                                                         : verify_body();
    service_->fail_with(std::nullopt);
    exchange(method.c_str(), path, target, body, 400);
    if (path == "/v1/galleries") continue;  // asks the service nothing that can fail
    target += "?transactionId=t";
    service_->fail_with(unauthorised("no"));
    exchange(method.c_str(), path, target, body, 403);
    service_->fail_with(internal_error("no"));
    exchange(method.c_str(), path, target, body, 500);
    if (file_->response(path, method == "POST" ? "post" : method == "GET" ? "get" : "delete", 404) == nullptr) continue;
    service_->fail_with(not_found("no"));
    exchange(method.c_str(), path, target, body, 404);
  }
}

TEST_F(ConformanceTest, ABrokenAnswerWouldBeSeen) {
  const auto* response = file_->response("/v1/identify/{galleryId}", "post", 200);
  ASSERT_NE(response, nullptr);
  const auto* schema = OpenApi::json_schema(*response);
  ASSERT_NE(schema, nullptr);
  for (const char* broken :
       {R"({"decision":"match"})", R"([{"personId":"p","rank":1}])",
        R"([{"personId":"p","rank":1,"score":2,"decision":"match"}])", R"([{"personId":7,"rank":1,"score":2}])"}) {
    EXPECT_FALSE(file_->faults(boost::json::parse(broken), *schema).empty()) << broken;
  }
}

}  // namespace
}  // namespace whorl::tests
