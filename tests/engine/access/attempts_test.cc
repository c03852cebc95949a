// Attempts to sign in at a provider, and the sessions that come of them.
#include "engine/access/attempts.h"

#include <gtest/gtest.h>

#include <set>

#include "base/sha256.h"
#include "crypto/jose/base64url.h"
#include "engine/access/sessions.h"

namespace whorl::access {
namespace {

using std::chrono::seconds;

const Attempts::Time kNow{seconds(1'800'000'000)};

TEST(Attempts, FollowFromTheCookieAlone) {
  const Attempts attempts;
  const Attempt begun = *attempts.begin("node", false, kNow);
  const auto resumed = attempts.resume(begun.cookie, begun.state, kNow + seconds(299));
  ASSERT_TRUE(resumed.ok()) << resumed.error().text();
  EXPECT_EQ(resumed->nonce, begun.nonce);
  EXPECT_EQ(resumed->verifier, begun.verifier);
  EXPECT_EQ(resumed->page, "node");
  EXPECT_EQ(begun.challenge, crypto::base64url(*sha256(as_bytes(begun.verifier))));
  EXPECT_EQ(begun.verifier.size(), 43U);
  const std::set<std::string> all{begun.state, begun.nonce, begun.verifier, begun.challenge};
  EXPECT_EQ(all.size(), 4U);
  EXPECT_NE(attempts.begin("node", false, kNow)->state, begun.state);
}

TEST(Attempts, WhatIsNotTheBrowsersOwnIsRefused) {
  const Attempts attempts;
  const Attempt mine = *attempts.begin("check", false, kNow);
  const Attempt theirs = *attempts.begin("check", false, kNow);
  const auto refused = [&](const std::string& cookie, const std::string& state, Attempts::Time now = kNow) {
    return !attempts.resume(cookie, state, now).ok();
  };
  EXPECT_FALSE(refused(mine.cookie, mine.state));
  EXPECT_TRUE(refused(mine.cookie, theirs.state));
  EXPECT_TRUE(refused("", mine.state));
  EXPECT_TRUE(refused("x", mine.state));
  EXPECT_TRUE(refused(std::string(43, 'x'), mine.state));
  EXPECT_TRUE(refused(std::string(200, 'x'), mine.state));
  EXPECT_TRUE(refused(mine.cookie, ""));
  EXPECT_TRUE(refused(mine.cookie, mine.state, kNow + seconds(301)));
  EXPECT_TRUE(refused(mine.cookie, mine.state, kNow - seconds(301)));
  EXPECT_TRUE(refused(mine.cookie + "x", mine.state)) << "another page";
  const Attempts after_a_restart;
  EXPECT_FALSE(after_a_restart.resume(mine.cookie, mine.state, kNow).ok());
  for (const char* page : {"../etc", "Node", "a b", "//evil.test", ""})
    EXPECT_EQ(attempts.begin(page, false, kNow)->page, "");
}

TEST(Attempts, KeepThatThePersonIsToSignInAgainAndSinceWhen) {
  const Attempts attempts;
  const auto half = std::chrono::milliseconds(500);
  for (const char* page : {"review", "again", ""}) {
    for (const bool again : {false, true}) {
      const Attempt begun = *attempts.begin(page, again, kNow + half);
      const auto resumed = attempts.resume(begun.cookie, begun.state, kNow + seconds(200));
      ASSERT_TRUE(resumed.ok()) << resumed.error().text();
      EXPECT_EQ(resumed->again, again) << page;
      EXPECT_EQ(resumed->page, page);
      EXPECT_EQ(resumed->began, kNow) << "to the second, as a provider says it";
    }
  }
  const Attempt begun = *attempts.begin("review", true, kNow);
  std::string other = begun.cookie;
  other.erase(other.find("again."), 6);
  EXPECT_FALSE(attempts.resume(other, begun.state, kNow).ok()) << "the browser does not take it back";
}

TEST(Sessions, StayOfWhenTheirPersonSignedInHoweverLongTheyAreUsed) {
  const Sessions::Life life{seconds(900), seconds(3600)};
  const Sessions::Time now{std::chrono::hours(1)};
  Sessions sessions;
  const std::string name = *sessions.begin({"https://idp.test", "anna", {"border"}, kNow}, now);
  for (int i = 1; i <= 6; ++i) {
    const auto found = sessions.find(name, life, now + seconds(500 * i));
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->who.signed_in_at, kNow);
  }
}

TEST(Sessions, EndAfterAWhileAndWhenTheyAreEnded) {
  const Sessions::Life life{seconds(900), seconds(3600)};
  const Sessions::Time now{std::chrono::hours(1)};
  Sessions sessions;
  const std::string name = *sessions.begin({"https://idp.test", "anna", {"border"}}, now);
  const std::string other = *sessions.begin({"https://idp.test", "ben"}, now);
  ASSERT_TRUE(sessions.find(name, life, now + seconds(900)).has_value());
  EXPECT_EQ(sessions.find(name, life, now + seconds(1000))->who.subject, "anna");
  EXPECT_FALSE(sessions.find(other, life, now + seconds(1000)).has_value()) << "idle";
  EXPECT_FALSE(sessions.find(name + "x", life, now + seconds(1000)).has_value());
  EXPECT_FALSE(sessions.find("", life, now).has_value());
  for (int i = 2; i < 7; ++i) sessions.find(name, life, now + seconds(600 * i));
  EXPECT_FALSE(sessions.find(name, life, now + seconds(3601)).has_value()) << "however busy";
  const std::string third = *sessions.begin({"https://idp.test", "anna"}, now);
  sessions.end(third);
  EXPECT_FALSE(sessions.find(third, life, now).has_value());
  EXPECT_EQ(sessions.open(life, now), 0U);
}

TEST(Sessions, AreCounted) {
  const Sessions::Life life{seconds(900), seconds(3600)};
  const Sessions::Time now{std::chrono::hours(1)};
  Sessions sessions;
  const std::string idle = *sessions.begin({"https://idp.test", "anna"}, now);
  const std::string busy = *sessions.begin({"https://idp.test", "ben"}, now);
  const std::string leaving = *sessions.begin({"https://idp.test", "cara"}, now + seconds(3000));
  EXPECT_EQ(sessions.open(life, now + seconds(800)), 3U);
  for (int i = 1; i <= 4; ++i) sessions.find(busy, life, now + seconds(900 * i));
  EXPECT_EQ(sessions.open(life, now + seconds(3600)), 2U)
      << "who is over is not open, though nobody has asked for them";
  EXPECT_EQ(sessions.counts().idle, 0U);
  EXPECT_FALSE(sessions.find(idle, life, now + seconds(3600)).has_value());
  EXPECT_EQ(sessions.open(life, now + seconds(3601)), 1U);
  EXPECT_FALSE(sessions.find(busy, life, now + seconds(3601)).has_value());
  sessions.end(leaving);
  sessions.end(leaving);
  EXPECT_EQ(sessions.open(life, now + seconds(3601)), 0U);
  const Sessions::Counts& counts = sessions.counts();
  EXPECT_EQ(counts.begun, 3U);
  EXPECT_EQ(counts.ended, 1U) << "nobody signs out twice";
  EXPECT_EQ(counts.idle, 1U);
  EXPECT_EQ(counts.too_long, 1U);
  EXPECT_EQ(counts.displaced, 0U);
}

TEST(Sessions, AreGuardedByAWordOfTheirOwn) {
  const Sessions::Life life{seconds(900), seconds(3600)};
  Sessions sessions;
  const std::string one = *sessions.begin({"i", "anna"}, {});
  const std::string two = *sessions.begin({"i", "anna"}, {});
  const auto found = *sessions.find(one, life, {});
  EXPECT_TRUE(found.is_guarded_by(found.guard));
  EXPECT_FALSE(found.is_guarded_by(sessions.find(two, life, {})->guard));
  EXPECT_FALSE(found.is_guarded_by(""));
  EXPECT_FALSE(found.is_guarded_by(one));
}

TEST(Sessions, AreNoMoreThanThereIsRoomFor) {
  const Sessions::Life life{seconds(900), seconds(3600)};
  Sessions sessions;
  const Sessions::Time now{std::chrono::hours(1)};
  const std::string first = *sessions.begin({"i", "first"}, now);
  const std::string second = *sessions.begin({"i", "second"}, now + seconds(1));
  sessions.find(first, life, now + seconds(2));
  for (std::size_t i = 2; i < Sessions::kMost + 1; ++i) (void)sessions.begin({"i", "more"}, now + seconds(3));
  EXPECT_EQ(sessions.open(life, now + seconds(3)), Sessions::kMost);
  EXPECT_EQ(sessions.counts().displaced, 1U);
  EXPECT_TRUE(sessions.find(first, life, now + seconds(3)).has_value());
  EXPECT_FALSE(sessions.find(second, life, now + seconds(3)).has_value()) << "who asked last longest ago";
}

}  // namespace
}  // namespace whorl::access
