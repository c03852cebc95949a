// The server's actual answers against OSIA's own OpenAPI file, where that file is present.
#include <iostream>
#include <map>
#include <set>

#include "tests/server/access_fixture.h"
#include "tests/server/callback_server.h"
#include "tests/support/openapi.h"
#include "tests/support/shared_data.h"

namespace whorl::tests {
namespace {

class ConformanceTest : public AccessTest {
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
  exchange("GET", encounter, "/v1/persons/p/encounters/e?transactionId=t&integrity=NONE", "", 200);
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

// One operation of the file, as a client would call it.
struct Called {
  std::string id;  // operationId
  std::string method;
  std::string path;    // the file's template
  std::string target;  // with everything there
  std::string body;
  std::string bad_body;  // refused with 400
};

std::vector<Called> calls_of_every_operation() {
  const std::string person = "/v1/persons/{personId}";
  const std::string encounters = person + "/encounters";
  const std::string encounter = encounters + "/{encounterId}";
  const std::string t = "?transactionId=t";
  const std::string enrol = encounter_body(kRichFinger, kMore);
  return {
      {"createEncounterNoIds", "POST", "/v1/persons", "/v1/persons" + t, enrol, "{}"},
      {"createEncounterNoId", "POST", encounters, "/v1/persons/p/encounters" + t, enrol, "{}"},
      {"createEncounter", "POST", encounter, "/v1/persons/p/encounters/new" + t, enrol, "{}"},
      {"readAllEncounters", "GET", encounters, "/v1/persons/p/encounters" + t, "", ""},
      {"readEncounter", "GET", encounter, "/v1/persons/p/encounters/e" + t, "", ""},
      {"updateEncounter", "PUT", encounter, "/v1/persons/p/encounters/e" + t, enrol, "{}"},
      {"updateEncounterStatus", "PUT", encounter + "/status",
       "/v1/persons/p/encounters/e/status" + t + "&status=INACTIVE", "", ""},
      {"updateEncounterGalleries", "PUT", encounter + "/galleries", "/v1/persons/p/encounters/e/galleries" + t,
       R"(["VIP","CRIMINAL"])", R"(["VIP","VIP"])"},
      {"readTemplate", "GET", encounter + "/templates", "/v1/persons/p/encounters/e/templates" + t, "", ""},
      {"identify", "POST", "/v1/identify/{galleryId}", "/v1/identify/ALL" + t + "&maxNbCand=3&threshold=30",
       identify_body(
           kRichFinger,
           R"({"dateOfBirthMin":"1980-01-01","dateOfBirthMax":"2019-12-31","biometricType":["FINGER","IRIS"]})"),
       "{}"},
      {"identifyFromId", "POST", "/v1/identify/{galleryId}/{personId}", "/v1/identify/ALL/p" + t,
       R"({"biometricType":["FINGER"]})", R"({"gender":{}})"},
      {"identifyFromEncounterId", "POST", "/v1/identify/{galleryId}/{personId}/encounters/{encounterId}",
       "/v1/identify/ALL/p/encounters/e" + t, "{}", "[]"},
      {"verifyFromId", "POST", "/v1/verify/{galleryId}/{personId}", "/v1/verify/ALL/p" + t, verify_body(), "{}"},
      {"verifyFromBio", "POST", "/v1/verify", "/v1/verify" + t,
       R"({"biometricData1":[)" + kFinger + R"(],"biometricData2":[)" + kFinger + "]}", "{}"},
      {"readGalleries", "GET", "/v1/galleries", "/v1/galleries" + t, "", ""},
      {"readGalleryContent", "GET", "/v1/galleries/{galleryId}", "/v1/galleries/ALL" + t + "&offset=0&limit=5", "", ""},
      {"moveEncounter", "POST", "/v1/persons/{personIdTarget}/move/{personIdSource}/encounters/{encounterId}",
       "/v1/persons/q/move/p/encounters/e" + t, "", ""},
      {"mergeEncounter", "POST", "/v1/persons/{personIdTarget}/merge/{personIdSource}", "/v1/persons/q/merge/p" + t, "",
       ""},
      {"deleteEncounter", "DELETE", encounter, "/v1/persons/p/encounters/e" + t, "", ""},
      {"deleteAll", "DELETE", person, "/v1/persons/p" + t, "", ""},
  };
}

enum class Way { kLoopback, kTlsAndTokens };

class EveryOperation : public ConformanceTest, public testing::WithParamInterface<Way> {
 protected:
  void SetUp() override {
    ConformanceTest::SetUp();
    if (!file_) return;
    server::ServerConfig config;
    config.callback_origins = {"http://127.0.0.1:*"};
    if (GetParam() == Way::kTlsAndTokens) {
      start_behind_tls(std::move(config));
    } else {
      start(config);
    }
    for (const char* each : {"/v1/persons/p/encounters/e", "/v1/persons/q/encounters/f"}) {
      ASSERT_EQ(ask("POST", std::string(each) + "?transactionId=t", encounter_body()).status, 200);
    }
    service_->answer_identify(full_identify_answer());
    service_->answer_verify(full_verify_answer());
  }

  void start_behind_tls(server::ServerConfig config) {
    const Issued own = ca_.issue({.name = "node.a.test", .dns = {"node.a.test"}, .usage = "serverAuth"});
    write_private(folder_.path() / "node.key", own.key);
    write_private(folder_.path() / "node.pem", own.certificate);
    const std::string tls = "[tls]\ncertificate = 'node.pem'\nkey = 'node.key'\n";
    start_with(tls + std::string(kTokens) + "[limits]\nother = 0\n", std::move(config));
    EXPECT_TRUE(server_->is_tls());
  }
  // Hides the fixture's: the same request in the way of the test.
  HttpAnswer ask(std::string_view method, std::string_view target, std::string_view body = {}) {
    if (GetParam() == Way::kLoopback) return ConformanceTest::ask(method, target, body);
    HttpClient client(server_->port(), {.ca = ca_.certificate(), .certificate = {}, .key = {}});
    EXPECT_EQ(client.failure(), "");
    auto answer = client.ask(method, target, body, bearer(token(kEveryScope, signed_in_ago(0))));
    EXPECT_TRUE(answer.has_value()) << method << " " << target << " got no answer";
    return answer.value_or(HttpAnswer{});
  }

  static std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
  }
  // Whether the answer is one that the file lists, with a body as it says; an error without a schema is an Error.
  void expect_listed(const Called& call, const HttpAnswer& answer, int wanted) {
    SCOPED_TRACE(call.id + " " + std::to_string(wanted) + ": " + answer.body.substr(0, 300));
    ASSERT_EQ(answer.status, wanted);
    shown_[call.id].insert(wanted);
    const auto* response = file_->response(call.path, lower(call.method), wanted);
    ASSERT_NE(response, nullptr);
    if (wanted == 204) {
      EXPECT_TRUE(answer.body.empty());
      return;
    }
    EXPECT_EQ(answer.headers.at("content-type"), "application/json");
    const auto* schema = OpenApi::json_schema(*response);
    if (schema == nullptr) schema = file_->resolve("#/components/schemas/Error");
    expect_conforms(answer.body, *schema, OpenApi::Direction::kResponse, call.id);
  }
  // What the callback of an operation gets, against the file.
  void expect_received(const Called& call, const Received& got, bool well) {
    const auto* operation = file_->resolve("#/paths/" + escaped_path(call.path) + "/" + lower(call.method));
    ASSERT_NE(operation, nullptr) << call.path;
    const auto& callback = operation->at("callbacks").as_object().begin()->value().as_object().begin()->value();
    const std::string type = well ? "application/json" : "application/error+json";
    EXPECT_EQ(got.headers.at("content-type"), type);
    EXPECT_EQ(got.parameter("transactionId"), "t");
    EXPECT_FALSE(got.parameter("taskId").empty());
    const auto& schema = callback.at("post").at("requestBody").at("content").at(type).at("schema");
    expect_conforms(got.body, schema, OpenApi::Direction::kResponse, call.id + " callback");
  }
  // Everybody is there again whom the calls are about.
  void restore() {
    for (const char* each : {"/v1/persons/p", "/v1/persons/q"}) ask("DELETE", std::string(each) + "?transactionId=t");
    ask("POST", "/v1/persons/p/encounters/e?transactionId=t", encounter_body());
    ask("POST", "/v1/persons/q/encounters/f?transactionId=t", encounter_body());
  }
  // How many of the file's responses of each operation were seen. 403 and 500 of the routes that ask the service
  // nothing that can fail come from the door (tests/server/access) and from no service.
  void report() {
    static const std::map<std::string, std::set<int>> kElsewhere = {
        {"readGalleries", {403, 500}}, {"readTaskStatus", {403, 500}}, {"redeliverTaskResult", {403, 500}}};
    std::size_t operations = 0;
    for (const auto& operation : file_->operations()) {
      const std::string id = operation.body->at("operationId").as_string().c_str();
      std::set<int> listed;
      for (const auto& response : operation.body->at("responses").as_object()) {
        listed.insert(std::stoi(std::string(response.key().data(), response.key().size())));
      }
      if (const auto at = kElsewhere.find(id); at != kElsewhere.end()) {
        for (const int status : at->second) listed.erase(status);
      }
      std::size_t seen = 0;
      for (const int status : listed) seen += shown_[id].count(status);
      std::cout << id << ": " << seen << " of " << listed.size() << "\n";
      EXPECT_EQ(seen, listed.size()) << id;
      ++operations;
    }
    std::cout << operations << " operations\n";
    EXPECT_EQ(operations, 22U);
  }
  static std::string escaped_path(const std::string& path) {
    std::string out;
    for (const char c : path) out += c == '/' ? "~1" : std::string(1, c);
    return out;
  }

  static constexpr const char* kEveryScope =
      "abis.encounter.read abis.encounter.write abis.gallery.read abis.identify abis.task.read abis.task.update "
      "abis.verify";
  TestCa ca_{"servers"};
  std::map<std::string, std::set<int>> shown_;
};

INSTANTIATE_TEST_SUITE_P(Ways, EveryOperation, testing::Values(Way::kLoopback, Way::kTlsAndTokens),
                         [](const auto& way) { return way.param == Way::kLoopback ? "Loopback" : "TlsAndTokens"; });

TEST_P(EveryOperation, TimesEveryResponseAnswersAsTheFileSays) {
  CallbackServer client;
  std::size_t received = 0;
  for (const Called& call : calls_of_every_operation()) {
    const std::string with_callback = call.target + "&callback=" + escaped(client.url());
    if (const auto* schema = file_->request_schema(call.path, lower(call.method)); schema && !call.body.empty()) {
      expect_conforms(call.body, *schema, OpenApi::Direction::kRequest, call.id + " request");
    }
    // 400: without a transaction, and with a body that is none.
    expect_listed(call, ask(call.method, call.target.substr(0, call.target.find('?')), call.body), 400);
    if (!call.bad_body.empty()) expect_listed(call, ask(call.method, call.target, call.bad_body), 400);
    // 403, 404, 409, 500: what the service says.
    const std::pair<int, Error> errors[] = {
        {403, unauthorised("no")}, {404, not_found("no")}, {409, already_exists("no")}, {500, internal_error("no")}};
    for (const auto& [status, error] : errors) {
      if (file_->response(call.path, lower(call.method), status) == nullptr) continue;
      if (call.id == "readGalleries" && (status == 403 || status == 500)) continue;  // below
      service_->fail_with(error);
      expect_listed(call, ask(call.method, call.target, call.body), status);
    }
    // 202 with an error, then with what is well; and the same at once.
    service_->fail_with(call.id == "readGalleries" ? std::nullopt : std::optional(not_found("no")));
    expect_listed(call, ask(call.method, with_callback, call.body), 202);
    expect_received(call, client.wait_for(++received).back(), call.id == "readGalleries");
    service_->fail_with({});
    const bool changes = call.method == "DELETE" || call.id == "moveEncounter" || call.id == "mergeEncounter" ||
                         call.id == "createEncounter";
    if (changes) {
      expect_listed(call, ask(call.method, with_callback, call.body), 202);
      expect_received(call, client.wait_for(++received).back(), true);
      restore();
    }
    const int well = file_->response(call.path, lower(call.method), 200) != nullptr ? 200 : 204;
    expect_listed(call, ask(call.method, call.target, call.body), well);
    if (changes) {
      restore();
    } else {
      expect_listed(call, ask(call.method, with_callback, call.body), 202);
      expect_received(call, client.wait_for(++received).back(), true);
    }
  }
  // The two of tasks.
  service_->fail_with({});
  const auto accepted = ask("GET", "/v1/galleries?transactionId=t&callback=" + escaped(client.url()));
  const std::string task = json_of(accepted).at("taskId").as_string().c_str();
  client.wait_for(++received);
  const Called status{"readTaskStatus", "GET", "/v1/tasks/{taskId}/status", "/v1/tasks/" + task + "/status", "", ""};
  const Called again{
      "redeliverTaskResult", "POST", "/v1/tasks/{taskId}/redeliver", "/v1/tasks/" + task + "/redeliver", "", ""};
  for (const Called& call : {status, again}) {
    expect_listed(call, ask(call.method, call.target), 400);
    expect_listed(call, ask(call.method, call.target + "?transactionId=t"), call.id == "readTaskStatus" ? 200 : 204);
    const std::string nobody = call.id == "readTaskStatus" ? "/v1/tasks/x/status" : "/v1/tasks/x/redeliver";
    expect_listed(call, ask(call.method, nobody + "?transactionId=t"), 404);
  }
  report();
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
