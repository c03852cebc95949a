// Paths and the table of routes.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>

#include "server/routes.h"

namespace whorl::server {
namespace {

// The path with `value` in each brace.
std::string filled(std::string_view path, const std::string& value) {
  std::string out;
  for (std::size_t at = 0; at < path.size();) {
    const auto open = std::min(path.find('{', at), path.size());
    out += path.substr(at, open - at);
    if (open == path.size()) break;
    const auto close = path.find('}', open);
    out += value + std::string(path.substr(open + 1, close - open - 1));
    at = close + 1;
  }
  return out;
}

TEST(Router, EveryRouteIsFoundByItsOwnTemplate) {
  for (const Route& route : served_routes().rows()) {
    const RouteMatch match = served_routes().match(route.method, filled(route.path, "my-"));
    ASSERT_NE(match.route, nullptr) << route.path;
    EXPECT_EQ(match.route->path, route.path);
    EXPECT_EQ(match.route->method, route.method);
    EXPECT_EQ(match.path.all().size(), std::count(route.path.begin(), route.path.end(), '{'));
    for (const auto& [name, value] : match.path.all()) EXPECT_EQ(value, "my-" + std::string(name));
  }
}

TEST(Router, EveryRowIsWhole) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const Route& route : served_routes().rows()) {
    EXPECT_TRUE(seen.emplace(route.method, route.path).second) << route.method << " " << route.path << " stands twice";
    EXPECT_TRUE(std::visit([](auto handler) { return handler != nullptr; }, route.handler)) << route.path;
    const bool leads_on = route.path == "/" || route.path == "/v1/sign-in/start";
    EXPECT_TRUE(route.method != "GET" || !route.answers.empty() || leads_on) << route.path;
    EXPECT_FALSE(route.body.json && (route.method == "GET" || route.method == "DELETE")) << route.path;
    // Signing in asks the door alone, which works on the network thread and waits for nobody there.
    const bool of_the_door = std::holds_alternative<OnDoor>(route.handler);
    EXPECT_EQ(of_the_door, route.path.starts_with("/v1/sign-")) << route.path;
    if (!route.path.starts_with("/v1/") || of_the_door) continue;
    EXPECT_TRUE(!route.scope.empty() || route.signed_in) << route.path;
    EXPECT_TRUE(std::holds_alternative<OnWorker>(route.handler)) << route.path << " would hold up the network thread";
    ASSERT_FALSE(route.query.empty()) << route.path;
    // OSIA's ask for one; the node's own operations take one.
    const bool own = route.scope.starts_with("whorl.") || route.scope.empty();
    EXPECT_TRUE(route.query[0].name == "transactionId" && (own || route.query[0].required)) << route.path;
  }
}

// A further route that reads is counted, unless somebody has thought about it and names it here.
TEST(Router, ReadsOfPeopleAreCountedButForTheseRoutes) {
  const std::set<std::string_view> without = {
      // For everybody, or for whoever is signed in: the node's own pages, texts and proofs.
      "/", "/analyse", "/assets/{name}", "/check", "/enrol", "/livez", "/node", "/openapi.yaml", "/readyz", "/review",
      "/v1/sign-in", "/v1/sign-in/callback", "/v1/sign-in/start", "/v1/me", "/v1/notices", "/v1/notices/{version}",
      "/v1/audit/checkpoint", "/v1/audit/growth", "/v1/audit/proof",
      // Of the node and its work.
      "/metrics", "/v1/node", "/v1/shards", "/v1/keys", "/v1/retention", "/v1/backups", "/v1/galleries",
      "/v1/tasks/{taskId}/status", "/v1/audit/leaves", "/v1/exchange/partners", "/v1/exchange/terms",
      "/v1/exchange/desk-key",
      // Figures.
      "/v1/evaluations", "/v1/evaluations/compare", "/v1/evaluations/{evaluationId}",
      "/v1/evaluations/{evaluationId}/state", "/v1/evaluations/{evaluationId}/report.html",
      "/v1/evaluations/{evaluationId}/figures.csv", "/v1/workload", "/v1/statistics/scores", "/v1/thresholds",
      // Questions with a leaf of their own: a comparison, and what became of a check.
      "/v1/cases/{caseId}/candidates/{number}", "/v1/exchange/checks/{checkId}"};
  std::set<std::string_view> found;
  for (const Route& route : served_routes().rows()) {
    if (route.method == "GET" && !route.reads_of_people()) found.insert(route.path);
    EXPECT_TRUE(route.method == "GET" || (route.of_people && !route.reads_of_people())) << route.path;
  }
  EXPECT_EQ(found, without);
}

// Else a body would have memory that is held to no caller's.
TEST(Router, NoBodyIsTakenOfNobody) {
  for (const Route& route : served_routes().rows()) {
    EXPECT_TRUE(!route.body.json || !route.scope.empty() || route.signed_in) << route.path;
  }
}

TEST(Router, ABraceThatThePathDoesNotHaveIsADefect) {
  const RouteMatch match = served_routes().match("DELETE", "/v1/persons/anna");
  EXPECT_EQ(match.path.at("personId"), "anna");
  EXPECT_THROW(static_cast<void>(match.path.at("galleryId")), std::out_of_range);
}

TEST(Router, WrongMethodsSayWhatIsAllowed) {
  const RouteMatch match = served_routes().match("PATCH", "/v1/persons/p/encounters/e?transactionId=1");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allow, "GET, HEAD, POST, PUT, DELETE");
  EXPECT_EQ(match.label(), "other");
}

TEST(Router, UnknownAndMalformedPathsMatchNothing) {
  for (const char* target : {"/", "", "/v1", "/v1/persons/", "/v1//persons", "/v1/persons/a/b", "/v1/identify",
                             "/v1/persons/a/encounters/b/c", "v1/persons", "/v1/persons/%zz", "*",
                             "http://x/v1/persons", "/livez/", "/V1/persons"}) {
    const RouteMatch match = served_routes().match("POST", target);
    EXPECT_EQ(match.route, nullptr) << target;
  }
}

TEST(Router, IdsAreDecodedAfterThePathIsSplit) {
  const RouteMatch match = served_routes().match("DELETE", "/v1/persons/a%2Fb%3A");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.path.at("personId"), "a/b:");
}

}  // namespace
}  // namespace whorl::server
