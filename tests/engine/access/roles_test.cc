// Scopes, roles, and the one question: may they?
#include "engine/access/roles.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "base/catalogue.h"
#include "engine/access/authorise.h"
#include "engine/access/scopes.h"

namespace whorl::access {
namespace {

using engine::Principal;
using engine::SignedInBy;
using Names = std::vector<std::string>;

TEST(Scopes, WhatOneIncludesComesWithItAndForeignOnesAreLeftOut) {
  const Names asked{"openid", "abis.encounter.write", "abis.identify", "abis.identify", "whorl.no.such"};
  EXPECT_EQ(with_included(asked),
            (Names{"abis.encounter.write", "abis.identify", "whorl.encounter.enrol", "whorl.encounter.erase"}));
  EXPECT_EQ(with_included(Names{"whorl.encounter.enrol"}), Names{"whorl.encounter.enrol"});
}

TEST(Scopes, NoRowIsThereTwice) {
  std::set<std::string_view> names;
  for (const ScopeRow& row : scope_rows()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    for (const auto included : row.includes) EXPECT_TRUE(is_scope(included)) << included;
  }
}

// Every role against every scope: what the table of docs/access.md says, once more by hand.
TEST(Roles, AllowWhatTheTableSaysAndNothingElse) {
  const std::pair<const char*, std::set<std::string>> table[] = {
      {"officer",
       {"abis.gallery.read", "abis.identify", "abis.verify", "whorl.comparison.explain", "whorl.encounter.enrol",
        "whorl.case.open", "whorl.case.read", "whorl.exchange.ask", "whorl.sample.assess"}},
      {"release", {"whorl.release.decide"}},
      {"protection", {"whorl.hold.write", "whorl.protection.write"}},
      {"reviewer", {"whorl.case.decide", "whorl.case.read", "whorl.sample.assess"}},
      {"analyst", {"whorl.evaluation.read", "whorl.threshold.propose"}},
      {"operator", {"whorl.keys.admin", "whorl.metrics.read"}},
      {"supervisor", {"whorl.audit.read", "whorl.evaluation.read", "whorl.policy.admin", "whorl.threshold.approve"}}};
  EXPECT_EQ(role_rows().size(), std::size(table));
  for (const auto& [role, allowed] : table) {
    const Principal who{"idp", "p", scopes_of_roles(Names{role}), SignedInBy::kToken, {role}};
    for (const ScopeRow& scope : scope_rows()) {
      EXPECT_EQ(may(who, scope.name), allowed.contains(std::string(scope.name))) << role << " " << scope.name;
    }
  }
}

TEST(Roles, ThoseThatMustNotMeetAreSaidByBoth) {
  for (const RoleRow& row : role_rows()) {
    for (const auto other : row.never) {
      ASSERT_TRUE(is_role(other)) << other;
      EXPECT_NE(other, row.name);
      const Status one = check_roles(Names{std::string(row.name), std::string(other)});
      const Status two = check_roles(Names{std::string(other), std::string(row.name)});
      EXPECT_FALSE(one.ok()) << row.name << " " << other;
      EXPECT_FALSE(two.ok()) << row.name << " " << other;
      EXPECT_EQ(one.error().code(), ErrorCode::kRolesContradict.name());
    }
  }
  EXPECT_TRUE(check_roles(Names{"officer", "release"}).ok());
  EXPECT_TRUE(check_roles(Names{"officer", "reviewer"}).ok());
  EXPECT_FALSE(check_roles(Names{"officer", "reviewer", "operator"}).ok());
  EXPECT_TRUE(check_roles(Names{"officer", "officer", "of another service"}).ok());
}

TEST(Authorise, DeniesWhatIsNotAllowed) {
  const Principal nobody{"idp", "p", {}, SignedInBy::kToken};
  for (const ScopeRow& scope : scope_rows()) EXPECT_FALSE(may(nobody, scope.name)) << scope.name;
  EXPECT_FALSE(may(nobody, ""));
  const Principal all{"idp", "p", {""}, SignedInBy::kToken};
  EXPECT_FALSE(may(all, "")) << "an empty scope is nobody's";
  const Status refused = authorise(nobody, scope::kIdentify);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnauthorised);
  EXPECT_EQ(refused.error().code(), "scope_lacking");
  EXPECT_TRUE(authorise(Principal{}, scope::kIdentify).ok()) << "the local user";
  // A name that says "local" is not the local user.
  EXPECT_FALSE(may(Principal{"", "local", {}, SignedInBy::kToken}, scope::kIdentify));
}

TEST(Authorise, GalleriesAreThoseNamedAndNeverAllOfThem) {
  const Principal some{"idp", "p", {"abis.identify"}, SignedInBy::kToken, {}, Names{"asylum", "border"}};
  EXPECT_TRUE(may_use_gallery(some, "asylum"));
  EXPECT_FALSE(may_use_gallery(some, "Asylum"));
  EXPECT_FALSE(may_use_gallery(some, "police"));
  EXPECT_FALSE(may_use_gallery(some, "ALL"));
  EXPECT_FALSE(may_use_gallery(some, ""));
  EXPECT_TRUE(authorise(some, scope::kIdentify, Names{"asylum", "border"}).ok());
  EXPECT_EQ(authorise(some, scope::kIdentify, Names{"asylum", "police"}).error().code(), "gallery_not_allowed");
  EXPECT_EQ(authorise(some, scope::kVerify, Names{"asylum"}).error().code(), "scope_lacking");
  const Principal none{"idp", "p", {"abis.identify"}, SignedInBy::kToken, {}, Names{}};
  EXPECT_FALSE(may_use_gallery(none, "asylum"));
}

}  // namespace
}  // namespace whorl::access
