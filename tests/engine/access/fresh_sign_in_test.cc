// Whether somebody signed in shortly before: a table of who has, and who has not.
#include "engine/access/fresh_sign_in.h"

#include <gtest/gtest.h>

#include "base/catalogue.h"

namespace whorl::access {
namespace {

using engine::Principal;
using engine::SignedInBy;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Time = std::chrono::system_clock::time_point;

const Time kNow{seconds(1'800'000'000)};

Principal person(SignedInBy by, std::optional<Time> at) {
  Principal out{"https://idp.test", "anna", {}, by};
  out.signed_in_at = at;
  return out;
}

TEST(FreshSignIn, IsOfWhoSignedInNoLongerAgoThanTheLimit) {
  struct Row {
    const char* what;
    std::optional<Time> at;
    bool fresh;
  };
  for (const Row& row :
       std::initializer_list<Row>{{"never", std::nullopt, false},
                                  {"now", kNow, true},
                                  {"at the limit", kNow - seconds(300), true},
                                  {"a moment beyond it", kNow - seconds(300) - milliseconds(1), false},
                                  {"a second beyond it", kNow - seconds(301), false},
                                  {"yesterday", kNow - seconds(86'400), false},
                                  {"in 1970", Time{}, false},
                                  {"the clock was set back a little", kNow + seconds(60), true},
                                  {"the clock was set back", kNow + seconds(61), false},
                                  {"the last time that a token can say", Time(seconds(9'000'000'000)), false}}) {
    for (const SignedInBy by : {SignedInBy::kToken, SignedInBy::kPassword}) {
      EXPECT_EQ(require_fresh_sign_in(person(by, row.at), seconds(300), kNow).ok(), row.fresh) << row.what;
    }
  }
}

TEST(FreshSignIn, IsNeverThatOfAMachine) {
  EXPECT_FALSE(require_fresh_sign_in(person(SignedInBy::kCertificate, kNow), seconds(300), kNow).ok());
  EXPECT_EQ(since_sign_in(person(SignedInBy::kCertificate, kNow), kNow), std::nullopt);
}

TEST(FreshSignIn, IsNotAskedOfTheLocalUser) { EXPECT_TRUE(require_fresh_sign_in(Principal{}, seconds(30), kNow).ok()); }

TEST(FreshSignIn, TheErrorSaysHowSoonAndWhatToDo) {
  const Status refused = require_fresh_sign_in(person(SignedInBy::kToken, {}), seconds(45), kNow);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnauthorised);
  EXPECT_EQ(refused.error().code(), "sign_in_again");
  EXPECT_NE(refused.error().text().find("45 seconds"), std::string::npos) << refused.error().text();
  EXPECT_NE(refused.error().text().find("sign in again"), std::string::npos) << refused.error().text();
}

}  // namespace
}  // namespace whorl::access
