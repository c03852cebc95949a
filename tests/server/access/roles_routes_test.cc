// Every role times every route: what the server answers, against the table of docs/access.md.
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "engine/access/roles.h"
#include "engine/access/scopes.h"
#include "server/routes.h"
#include "tests/server/access_fixture.h"
#include "tests/server/people_desk.h"

namespace whorl::tests {
namespace {

using RouteName = std::pair<std::string, std::string>;  // method and path

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> out;
  std::istringstream in(line);
  std::string cell;
  std::getline(in, cell, '|');
  while (std::getline(in, cell, '|')) {
    const auto begin = cell.find_first_not_of(" `");
    const auto end = cell.find_last_not_of(" `");
    out.push_back(begin == std::string::npos ? "" : cell.substr(begin, end - begin + 1));
  }
  return out;
}

// The table whose first column is "route": for each route its scope, whether it decides, and what each further column
// says.
constexpr std::ptrdiff_t kFirstRole = 3;
struct Documented {
  std::vector<std::string> roles;
  std::map<RouteName, std::string> scopes;
  std::map<RouteName, std::string> decides;
  std::map<RouteName, std::map<std::string, bool>> allowed;
};

Documented documented() {
  std::ifstream in(source_path("docs/access.md"));
  Documented out;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("|")) continue;
    const auto row = cells(line);
    if (row.size() > kFirstRole && row[0] == "route") out.roles.assign(row.begin() + kFirstRole, row.end());
    const auto space = row[0].find(" /");
    if (out.roles.empty() || space == std::string::npos || row.size() != out.roles.size() + kFirstRole) {
      continue;
    }
    const RouteName name{row[0].substr(0, space), row[0].substr(space + 1)};
    out.scopes[name] = row[1];
    out.decides[name] = row[2];
    for (std::size_t i = 0; i < out.roles.size(); ++i) out.allowed[name][out.roles[i]] = row[i + kFirstRole] == "yes";
  }
  return out;
}

// A request that the route takes, were it allowed.
std::string target_of(std::string_view path) {
  std::string out(path);
  for (auto at = out.find('{'); at != std::string::npos; at = out.find('{')) {
    out.replace(at, out.find('}') - at + 1, path.find("galleryId") != std::string_view::npos && at < 14 ? "ALL" : "p");
  }
  return out.starts_with("/v1") ? out + "?transactionId=t" : out;
}
std::string body_of(const server::Route& route) {
  if (!route.body.json) return "";
  if (route.path.find("identify") != std::string_view::npos) return identify_body();
  for (const char* word : {"verify", "explain", "assess"}) {
    if (route.path.find(word) != std::string_view::npos) return verify_body();
  }
  return encounter_body();
}

class RolesTest : public AccessTest {
 protected:
  // 401, 403, or whatever the route answers to who may ask.
  int status(const server::Route& route, const Headers& headers) {
    return ask(route.method, target_of(route.path), body_of(route), headers).status;
  }
  static std::string all_scopes() {
    std::string out;
    for (const auto& row : access::scope_rows()) out += std::string(row.name) + " ";
    return out;
  }
};

TEST_F(RolesTest, EveryRoleAtEveryRouteIsAsTheTableSays) {
  const Documented table = documented();
  ASSERT_EQ(table.roles.size(), access::role_rows().size()) << "docs/access.md";
  start_with(std::string(kTokens) + "roles_claim = 'roles'\n[limits]\nother = 0\nfailed_sign_ins = 0\n");
  for (const server::Route& route : server::served_routes().rows()) {
    const RouteName name(route.method, route.path);
    SCOPED_TRACE(name.first + " " + name.second);
    const auto scope = table.scopes.find(name);
    ASSERT_NE(scope, table.scopes.end()) << "is not in docs/access.md";
    const std::string_view open = route.signed_in ? "signed in" : "everybody";
    EXPECT_EQ(scope->second, route.scope.empty() ? open : route.scope);
    EXPECT_EQ(table.decides.at(name), route.decides ? "yes" : "");
    for (const std::string& role : table.roles) {
      ASSERT_TRUE(access::is_role(role)) << role;
      const int got = status(route, bearer(token(all_scopes(), signed_in_ago(0) + R"(,"roles":[")" + role + "\"]")));
      EXPECT_EQ(got != 403, table.allowed.at(name).at(role)) << role << " got " << got;
      EXPECT_NE(got, 401) << role;
    }
  }
  EXPECT_EQ(table.scopes.size(), server::served_routes().rows().size()) << "a row of the document is no route";
}

TEST_F(RolesTest, EveryScopeAloneAllowsItsRoutesAndNoOther) {
  start_with(std::string(kTokens) + "[limits]\nother = 0\n");
  for (const server::Route& route : server::served_routes().rows()) {
    SCOPED_TRACE(std::string(route.method) + " " + std::string(route.path));
    if (route.signed_in) {
      EXPECT_EQ(status(route, {}), 401) << "without anything";
    }
    if (route.scope.empty()) continue;
    EXPECT_EQ(status(route, {}), 401) << "without anything";
    for (const auto& row : access::scope_rows()) {
      // Who may open a case, or decide one, may see what became of it.
      const bool of_cases = route.scope == access::scope::kCaseRead &&
                            (row.name == access::scope::kCaseOpen || row.name == access::scope::kCaseDecide);
      const bool allows = row.name == route.scope || row.name == route.part_of_scope || of_cases;
      const int got = status(route, bearer(token(std::string(row.name), signed_in_ago(0))));
      EXPECT_EQ(got != 403, allows) << row.name << " got " << got;
    }
    EXPECT_EQ(status(route, bearer(token(""))), 403);
  }
}

// Every route of an exchange about people of this node, for whoever may use some galleries alone: lists are of theirs,
// and what names another person, request or entry is refused.
TEST_F(RolesTest, WhoMayUseSomeGalleriesSeesAndDecidesOfTheirsAlone) {
  PeopleDesk desk({"mine", "theirs"});
  service_->set_member_desk(&desk);
  for (const auto& [person, gallery] : {std::pair{"mine", "asylum"}, {"theirs", "police"}}) {
    engine::EnrolRequest request;
    request.person_id = person;
    request.encounter_id = "e1";
    request.galleries = {gallery};
    ASSERT_TRUE(service_->enrol({}, request).ok());
  }
  start_with(std::string(kTokens) +
             "[limits]\nother = 0\n[[people]]\nname = 'u'\ntoken_subject = 'u-1'\ngalleries = ['asylum']\n"
             "scopes = ['whorl.protection.write', 'whorl.release.decide']\n");
  const auto named = [](std::string_view path, const std::string& person) {
    std::string out(path);
    const std::pair<std::string, std::string> names[] = {
        {"{personId}", person}, {"{requestId}", "request-" + person}, {"{disclosureId}", "entry-" + person}};
    for (const auto& [name, value] : names) {
      if (const auto at = out.find(name); at != std::string::npos) out.replace(at, name.size(), value);
    }
    return out + "?transactionId=t";
  };
  int lists = 0;
  int ones = 0;
  for (const server::Route& route : server::served_routes().rows()) {
    if (route.scope != access::scope::kProtectionWrite && route.scope != access::scope::kReleaseDecide) continue;
    SCOPED_TRACE(std::string(route.method) + " " + std::string(route.path));
    const Headers headers = bearer(token(std::string(route.scope), signed_in_ago(0)));
    const bool decision = route.path.find("decision") != std::string_view::npos;
    const std::string body = !route.body.json ? "" : decision ? R"({"decision":"refuse"})" : "{}";
    const auto mine = ask(route.method, named(route.path, "mine"), body, headers);
    EXPECT_EQ(mine.status / 100, 2) << mine.body;
    if (route.path.find('{') == std::string_view::npos) {
      ++lists;
      ASSERT_EQ(json_of(mine).as_array().size(), 1U);
      EXPECT_EQ(json_of(mine).at(0).at("personId"), "mine");
      continue;
    }
    ++ones;
    desk.taken();
    const auto theirs = ask(route.method, named(route.path, "theirs"), body, headers);
    EXPECT_EQ(theirs.status, 403);
    EXPECT_EQ(reason(theirs), "gallery_not_allowed");
    EXPECT_TRUE(desk.taken().empty()) << "it reached the desk";
  }
  EXPECT_EQ(lists, 4);
  EXPECT_EQ(ones, 5);
  server_.reset();
}

TEST_F(RolesTest, WhatIsForbiddenReachesTheServiceNever) {
  start_with(std::string(kTokens));
  for (const server::Route& route : server::served_routes().rows()) {
    if (route.scope.empty()) continue;
    status(route, {});
    status(route, bearer(token("whorl.exchange.ask")));
    status(route, bearer("x"));
  }
  EXPECT_EQ(service_->calls(), 0);
}

}  // namespace
}  // namespace whorl::tests
