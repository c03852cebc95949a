// What the server serves at /openapi.yaml against its table of routes, both ways, and against its answers.
#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>
#include <map>
#include <set>

#include "server/routes.h"
#include "tests/server/server_fixture.h"
#include "tests/support/openapi.h"

namespace whorl::tests {
namespace {

namespace json = boost::json;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

// The schema that the file must have for a value of this kind; null for one that is not taken.
struct SchemaOf {
  json::value operator()(const server::TextValue& rule) const {
    return {{"type", "string"}, {"minLength", rule.least_bytes}, {"maxLength", rule.most_bytes}};
  }
  json::value operator()(const server::IntegerValue& rule) const {
    return {{"type", "integer"}, {"minimum", rule.low}, {"maximum", rule.high}};
  }
  json::value operator()(const server::NumberValue& rule) const {
    return {{"type", "number"}, {"minimum", rule.low}, {"maximum", rule.high}};
  }
  json::value operator()(const server::BooleanValue&) const { return {{"type", "boolean"}}; }
  json::value operator()(const server::OneOfValue& rule) const {
    json::array names;
    for (const auto name : rule.names) names.emplace_back(json::string_view(name.data(), name.size()));
    return {{"type", "string"}, {"enum", std::move(names)}};
  }
  json::value operator()(const server::RefusedValue&) const { return nullptr; }
};

bool same(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number()) return a.to_number<double>() == b.to_number<double>();
  if (!a.is_object() || !b.is_object()) return a == b;
  if (a.get_object().size() != b.get_object().size()) return false;
  for (const auto& each : a.get_object()) {
    const auto* other = b.get_object().if_contains(each.key());
    if (other == nullptr || !same(each.value(), *other)) return false;
  }
  return true;
}

class OpenApiTest : public ServerTest {
 protected:
  void SetUp() override {
    const auto served = ask("GET", "/openapi.yaml");
    ASSERT_EQ(served.status, 200);
    EXPECT_EQ(served.headers.at("content-type"), "application/yaml");
    file_ = OpenApi::parse(served.body);
    ASSERT_TRUE(file_.has_value());
    for (const auto& operation : file_->operations()) operations_[{operation.method, operation.path}] = operation;
  }

  void expect_query(const server::Route& route, const OpenApi::Operation& operation) {
    std::map<std::string, const json::value*> said;
    for (const auto* parameter : operation.parameters(*file_, "query")) {
      said[parameter->at("name").as_string().c_str()] = parameter;
    }
    for (const auto& parameter : route.query) {
      const auto expected = std::visit(SchemaOf(), parameter.value);
      const auto found = said.find(std::string(parameter.name));
      ASSERT_EQ(found != said.end(), !expected.is_null()) << parameter.name;
      if (found == said.end()) continue;
      const auto& schema = found->second->at("schema");
      EXPECT_TRUE(same(schema, expected)) << parameter.name << ": " << schema << " but the row says " << expected;
      const auto* required = found->second->as_object().if_contains("required");
      EXPECT_EQ(required != nullptr && required->as_bool(), parameter.required) << parameter.name;
      said.erase(found);
    }
    for (const auto& [name, parameter] : said) ADD_FAILURE() << name << " is in the file and not in the row";
  }

  void expect_path(const server::Route& route, const OpenApi::Operation& operation) {
    std::string path(route.path);
    for (const auto* parameter : operation.parameters(*file_, "path")) {
      const std::string brace = "{" + std::string(parameter->at("name").as_string().c_str()) + "}";
      const auto at = path.find(brace);
      ASSERT_NE(at, std::string::npos) << brace;
      path.erase(at, brace.size());
    }
    EXPECT_EQ(path.find('{'), std::string::npos) << "the file does not describe a brace of the path";
  }

  void expect_answers(const server::Route& route, const OpenApi::Operation& operation) {
    std::set<std::string> said;
    for (const auto& response : operation.body->at("responses").as_object()) {
      if (response.key()[0] != '2' || response.key() == "202") continue;
      const auto* content = file_->followed(response.value())->as_object().if_contains("content");
      if (content == nullptr) continue;
      for (const auto& type : content->as_object()) said.emplace(type.key().data(), type.key().size());
    }
    EXPECT_EQ(said, std::set<std::string>(route.answers.begin(), route.answers.end()));
  }

  void expect_answer_conforms(const char* method, const std::string& path, const std::string& target,
                              const std::string& body = {}, const Headers& headers = {}) {
    const auto answer = ask(method, target, body, headers);
    const auto* response = file_->response(path, lower(method), answer.status);
    ASSERT_NE(response, nullptr) << method << " " << path << " does not list " << answer.status;
    if (answer.status == 204) return;
    const auto& content = response->at("content").as_object();
    const auto type = content.find(answer.headers.at("content-type"));
    ASSERT_NE(type, content.end()) << path << " " << answer.headers.at("content-type");
    for (const auto& fault : file_->faults(json_of(answer), type->value().at("schema"))) {
      ADD_FAILURE() << path << ": " << fault << "\n" << answer.body;
    }
  }

  std::optional<OpenApi> file_;
  std::map<std::pair<std::string, std::string>, OpenApi::Operation> operations_;
};

TEST_F(OpenApiTest, EveryRouteIsInTheFileAsItsRowSays) {
  for (const server::Route& route : server::served_routes().rows()) {
    SCOPED_TRACE(std::string(route.method) + " " + std::string(route.path));
    const auto found = operations_.find({lower(route.method), std::string(route.path)});
    ASSERT_NE(found, operations_.end());
    expect_query(route, found->second);
    expect_path(route, found->second);
    expect_answers(route, found->second);
    const auto& operation = found->second.body->as_object();
    EXPECT_EQ(operation.contains("requestBody"), route.body.json);
    const auto* scope = operation.if_contains("x-whorl-scope");
    EXPECT_EQ(scope == nullptr ? std::string() : std::string(scope->as_string().c_str()), route.scope);
    EXPECT_EQ(operation.contains("x-whorl-decides"), route.decides);
    // Who asks is known of every other operation, in one of the ways that stand above all of them.
    const auto* security = operation.if_contains("security");
    EXPECT_EQ(security != nullptr && security->as_array().empty(), route.scope.empty() && !route.signed_in);
  }
}

TEST_F(OpenApiTest, EveryOperationOfTheFileIsARoute) {
  std::set<std::pair<std::string, std::string>> rows;
  for (const auto& route : server::served_routes().rows()) rows.emplace(lower(route.method), route.path);
  std::set<std::string> ids;
  for (const auto& [key, operation] : operations_) {
    EXPECT_TRUE(rows.contains(key)) << key.first << " " << key.second;
    EXPECT_TRUE(ids.insert(operation.body->at("operationId").as_string().c_str()).second) << key.second;
  }
  EXPECT_EQ(rows.size(), operations_.size());
}

TEST_F(OpenApiTest, NoReferenceOfTheFileIsBroken) { EXPECT_THAT(file_->broken_references(), testing::IsEmpty()); }

TEST_F(OpenApiTest, AnswersAreAsTheFileSays) {
  const std::string one = "/v1/persons/{personId}/encounters/{encounterId}";
  const std::string t = "?transactionId=t";
  service_->answer_identify(full_identify_answer());
  service_->answer_verify(full_verify_answer());
  expect_answer_conforms("POST", "/v1/persons", "/v1/persons" + t, encounter_body());
  expect_answer_conforms("POST", "/v1/persons", "/v1/persons" + t, "{}");
  expect_answer_conforms("POST", "/v1/persons", "/v1/persons" + t, "{}",
                         {{"Accept", "application/vnd.whorl.error+json"}});
  expect_answer_conforms("POST", one, "/v1/persons/p/encounters/e" + t, encounter_body());
  expect_answer_conforms("POST", one, "/v1/persons/p/encounters/e" + t, encounter_body());
  expect_answer_conforms("GET", one, "/v1/persons/p/encounters/e" + t);
  expect_answer_conforms("GET", "/v1/persons/{personId}/encounters", "/v1/persons/p/encounters" + t);
  expect_answer_conforms("POST", "/v1/identify/{galleryId}", "/v1/identify/ALL" + t, identify_body());
  expect_answer_conforms("POST", "/v1/identify/{galleryId}", "/v1/identify/ALL" + t, identify_body(),
                         {{"Accept", "application/vnd.whorl.identify+json"}});
  const std::string verify = "/v1/verify/{galleryId}/{personId}";
  expect_answer_conforms("POST", verify, "/v1/verify/ALL/p" + t, verify_body());
  expect_answer_conforms("POST", verify, "/v1/verify/ALL/p" + t, verify_body(),
                         {{"Accept", "application/vnd.whorl.verify+json"}});
  expect_answer_conforms("GET", "/v1/galleries", "/v1/galleries" + t);
  expect_answer_conforms("POST", "/v1/explain/{galleryId}/{personId}", "/v1/explain/ALL/p" + t, verify_body());
  expect_answer_conforms("POST", "/v1/assess", "/v1/assess", verify_body());
  expect_answer_conforms("POST", "/v1/assess", "/v1/assess", "{}");
  expect_answer_conforms("GET", "/v1/me", "/v1/me");
  for (const char* read :
       {"/v1/node", "/v1/shards", "/v1/keys", "/v1/retention", "/v1/backups", "/v1/statistics/scores", "/v1/notices"}) {
    expect_answer_conforms("GET", read, read);
  }
  expect_answer_conforms("GET", one + "/receipt", "/v1/persons/p/encounters/e/receipt" + t);
  expect_answer_conforms("GET", one + "/receipt", "/v1/persons/nobody/encounters/e/receipt" + t);
  expect_answer_conforms("DELETE", one, "/v1/persons/p/encounters/e" + t);
  expect_answer_conforms("DELETE", one, "/v1/persons/p/encounters/e" + t);
}

}  // namespace
}  // namespace whorl::tests
