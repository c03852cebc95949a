// Who somebody is, from what they show: as a friend and as a thief.
#include "engine/access/sign_in.h"

#include <gmock/gmock.h>

#include "base/catalogue.h"
#include "crypto/jose/base64url.h"
#include "crypto/jose/jws.h"
#include "engine/access/recent_sign_ins.h"

namespace whorl::access {
namespace {

using crypto::KeyKind;
using crypto::PrivateKey;
using engine::Principal;
using engine::SignedInBy;
using std::chrono::seconds;
using std::chrono::system_clock;
using testing::ElementsAre;

constexpr std::int64_t kNow = 1'800'000'000;
const system_clock::time_point kTime{seconds(kNow)};
const Sha256 kOne{1};
const Sha256 kTwo{2};

crypto::Jwk named(const PrivateKey& key, const std::string& kid) {
  return *crypto::parse_jwk(crypto::jwk_text(key.public_key(), kid));
}

class SignInTest : public testing::Test {
 protected:
  SignInTest() {
    config_.tokens = TokenConfig{.issuer = "https://idp.test", .audience = "https://node.test", .keys = "k"};
  }
  std::shared_ptr<SignIn> sign_in() const {
    auto keys = crypto::JwkSet::of({named(key_, "k1"), named(other_, "k2")});
    return std::make_shared<SignIn>(config_, SignIn::Keys{std::make_shared<FixedKeys>(std::move(*keys))});
  }
  std::string token(const std::string& more, const std::string& subject = "u-1", const std::string& kid = "k1") const {
    const std::string claims = R"({"iss":"https://idp.test","sub":")" + subject +
                               R"(","aud":"https://node.test","iat":)" + std::to_string(kNow - 5) + R"(,"exp":)" +
                               std::to_string(kNow + 300) + more + "}";
    return *crypto::sign_jws(kid == "k2" ? other_ : key_, {.kid = kid, .typ = "at+jwt"}, as_bytes(claims));
  }
  std::string code(const std::string& text, const PeerCertificate* peer = nullptr) const {
    const auto who = sign_in()->by_token(text, peer, kTime);
    return who.ok() ? "ok" : std::string(who.error().code());
  }
  Principal who(const std::string& text, const PeerCertificate* peer = nullptr) const {
    const auto out = sign_in()->by_token(text, peer, kTime);
    EXPECT_TRUE(out.ok()) << out.error().text();
    return out.ok() ? *out : Principal{};
  }
  static std::string bound_to(const Sha256& digest) {
    return R"(,"cnf":{"x5t#S256":")" + crypto::base64url(digest) + "\"}";
  }

  PrivateKey key_ = *PrivateKey::make(KeyKind::kEd25519);
  PrivateKey other_ = *PrivateKey::make(KeyKind::kP256);
  PrivateKey foreign_ = *PrivateKey::make(KeyKind::kEd25519);
  AccessConfig config_;
};

TEST_F(SignInTest, ATokenSaysWhoAndWhat) {
  for (const char* kid : {"k1", "k2"}) {
    const Principal p = who(token(R"(,"scope":"openid abis.identify abis.encounter.write")", "u-1", kid));
    EXPECT_EQ(p.issuer, "https://idp.test");
    EXPECT_EQ(p.subject, "u-1");
    EXPECT_EQ(p.by, SignedInBy::kToken);
    EXPECT_FALSE(p.is_local());
    EXPECT_FALSE(p.galleries.has_value());
    EXPECT_THAT(p.scopes,
                ElementsAre("abis.encounter.write", "abis.identify", "whorl.encounter.enrol", "whorl.encounter.erase"));
  }
  EXPECT_THAT(who(token("")).scopes, testing::IsEmpty());
}

TEST_F(SignInTest, OfPeopleBothScopesAndRolesMustAllowIt) {
  config_.tokens->roles_claim = "roles";
  EXPECT_THAT(who(token(R"(,"scope":"abis.identify abis.encounter.write","roles":["officer"])")).scopes,
              ElementsAre("abis.identify", "whorl.encounter.enrol"));
  EXPECT_THAT(who(token(R"(,"scope":"abis.identify","roles":["supervisor"])")).scopes, testing::IsEmpty());
  EXPECT_THAT(who(token(R"(,"scope":"abis.identify")")).scopes, testing::IsEmpty()) << "a person without a role";
  EXPECT_THAT(who(token(R"(,"roles":["officer"])")).scopes, testing::IsEmpty()) << "roles without a scope";
  EXPECT_EQ(code(token(R"(,"scope":"abis.identify","roles":["officer","operator"])")), "roles_contradict");
  // A client that speaks for itself has no roles; one that names a person as its client is none.
  EXPECT_THAT(who(token(R"(,"client_id":"u-1","scope":"abis.identify","roles":["operator"])")).scopes,
              ElementsAre("abis.identify"));
  EXPECT_THAT(who(token(R"(,"client_id":"desk","scope":"abis.identify")")).scopes, testing::IsEmpty());
}

TEST_F(SignInTest, ThoseWhomTheFileNamesMayDoNoMoreThanItSays) {
  config_.machines.push_back(
      {.name = "m", .token_subject = "u-1", .scopes = {"abis.identify"}, .galleries = std::vector<std::string>{"a"}});
  const Principal p = who(token(R"(,"scope":"abis.identify abis.encounter.write")"));
  EXPECT_THAT(p.scopes, ElementsAre("abis.identify"));
  EXPECT_THAT(*p.galleries, ElementsAre("a"));
  EXPECT_THAT(who(token(R"(,"scope":"abis.verify")")).scopes, testing::IsEmpty());
  EXPECT_FALSE(who(token(R"(,"scope":"abis.identify")", "u-2")).galleries.has_value());
}

TEST_F(SignInTest, AStolenTokenIsOfNoUseWithoutItsCertificate) {
  const PeerCertificate mine{kOne, {}};
  const PeerCertificate theirs{kTwo, {}};
  EXPECT_EQ(code(token(bound_to(kOne)), &mine), "ok");
  EXPECT_EQ(code(token(bound_to(kOne)), &theirs), "token_binding");
  EXPECT_EQ(code(token(bound_to(kOne)), nullptr), "token_binding");
  EXPECT_EQ(code(token(""), &theirs), "ok") << "unbound ones are taken where the node does not ask for more";
  config_.tokens->bound = true;
  EXPECT_EQ(code(token(""), &mine), "token_binding");
  EXPECT_EQ(code(token(bound_to(kOne)), &mine), "ok");
}

TEST_F(SignInTest, ForgeriesAreRefusedAndToldApartByTheLogAlone) {
  const std::string good = token(R"(,"scope":"abis.identify")");
  const std::string claims = good.substr(good.find('.'), good.rfind('.') - good.find('.'));
  const auto header = [](const std::string& text) { return crypto::base64url(as_bytes(text)); };
  const std::string mac = header("01234567890123456789012345678901");
  const auto signed_by = [&](const PrivateKey& key, const char* kid) {
    return *crypto::sign_jws(key, {.kid = kid, .typ = "at+jwt"},
                             as_bytes(R"({"iss":"https://idp.test","sub":"u","aud":"https://node.test"})"));
  };
  const std::pair<std::string, const char*> table[] = {
      {header(R"({"alg":"none","kid":"k1","typ":"at+jwt"})") + claims + ".", ""},
      {header(R"({"alg":"HS256","kid":"k1","typ":"at+jwt"})") + claims + "." + mac, ""},
      {header(R"({"alg":"ES256","kid":"k1","typ":"at+jwt"})") + good.substr(good.find('.')), "signature_wrong"},
      {header(R"({"alg":"EdDSA","kid":"k2","typ":"at+jwt"})") + good.substr(good.find('.')), "signature_wrong"},
      {header(R"({"alg":"EdDSA","kid":"k1","typ":"at+jwt","jwk":)" + crypto::jwk_text(foreign_.public_key()) + "}") +
           good.substr(good.find('.')),
       "signature_wrong"},
      {signed_by(foreign_, "k1"), "signature_wrong"},
      {signed_by(foreign_, "k9"), "key_unknown"},
      {good + "x", ""},
      {good.substr(0, good.size() - 4), ""},
      {"", "jose_malformed"},
      {"..", "jose_malformed"},
      {std::string(9 * 1024, 'a'), "jose_malformed"},
  };
  for (const auto& [text, expected] : table) {
    const auto who = sign_in()->by_token(text, nullptr, kTime);
    ASSERT_FALSE(who.ok()) << text;
    if (*expected != '\0') {
      EXPECT_EQ(who.error().code(), expected) << text;
    }
    EXPECT_EQ(told_of(who.error()).code(), "token_refused") << text;
    EXPECT_EQ(told_of(who.error()).text(), failure(ErrorCode::kTokenRefused).text());
  }
}

TEST_F(SignInTest, OfATokenWhoseSignatureFitsItIsToldWhatIsWrong) {
  const auto late = sign_in()->by_token(token(""), nullptr, kTime + seconds(361));
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(told_of(late.error()).code(), "token_expired");
  config_.tokens->audience = "https://other.test";
  EXPECT_EQ(told_of(sign_in()->by_token(token(""), nullptr, kTime).error()).code(), "token_audience");
}

TEST_F(SignInTest, APersonsTokenSaysWhenTheySignedInAndAProgramsNever) {
  const std::string said = R"(,"scope":"abis.identify","auth_time":)" + std::to_string(kNow - 100);
  const system_clock::time_point then{seconds(kNow - 100)};
  EXPECT_EQ(who(token(said)).signed_in_at, then);
  EXPECT_EQ(who(token(said + R"(,"client_id":"desk")")).signed_in_at, then) << "a person at a program";
  EXPECT_EQ(who(token(R"(,"scope":"abis.identify")")).signed_in_at, std::nullopt);
  EXPECT_EQ(who(token(said + R"(,"client_id":"u-1")")).signed_in_at, std::nullopt) << "a program for itself";
  EXPECT_EQ(who(token(said + R"(,"azp":"u-1")")).signed_in_at, std::nullopt);
  EXPECT_EQ(code(token(R"(,"auth_time":"1799999900")")), "jose_malformed");
  EXPECT_EQ(code(token(R"(,"auth_time":)" + std::to_string(kNow + 100))), "token_not_yet_valid");
  config_.machines.push_back({.name = "m", .token_subject = "u-1", .scopes = {"abis.identify"}});
  EXPECT_EQ(who(token(said)).signed_in_at, std::nullopt) << "whom the file calls a machine";
  config_.machines.clear();
  config_.people.push_back({.name = "anna", .token_subject = "u-1", .scopes = {"abis.identify"}});
  EXPECT_EQ(who(token(said)).signed_in_at, then);
}

TEST_F(SignInTest, WithoutKeysNoTokenIsTaken) {
  AccessConfig config;
  const SignIn none(config, {});
  EXPECT_EQ(none.by_token(token(""), nullptr, kTime).error().code(), "token_refused");
}

TEST_F(SignInTest, AMachineIsKnownByItsCertificateOrItsName) {
  config_.machines.push_back({.name = "digest", .certificate = kOne, .scopes = {"abis.verify"}});
  config_.machines.push_back({.name = "host", .dns = "desk.a.test", .scopes = {"abis.identify"}});
  config_.machines.push_back({.name = "two", .dns = "two.a.test", .scopes = {"abis.identify"}});
  const auto in = sign_in();
  EXPECT_EQ(in->by_certificate({kOne, {"unknown.test"}})->subject, "digest");
  const auto host = in->by_certificate({kTwo, {"desk.a.test", "other.test"}});
  ASSERT_TRUE(host.ok());
  EXPECT_EQ(host->subject, "host");
  EXPECT_EQ(host->issuer, kOwnFile);
  EXPECT_EQ(host->by, SignedInBy::kCertificate);
  EXPECT_EQ(host->signed_in_at, std::nullopt);
  for (const PeerCertificate& peer :
       {PeerCertificate{kTwo, {}}, PeerCertificate{kTwo, {"evil.test"}}, PeerCertificate{kTwo, {"*.a.test"}},
        PeerCertificate{kTwo, {"desk.a.test", "two.a.test"}}, PeerCertificate{kOne, {"desk.a.test"}}}) {
    EXPECT_EQ(in->by_certificate(peer).error().code(), "not_signed_in");
  }
}

TEST_F(SignInTest, NameAndPasswordAndTheCertificateWhereItIsAskedFor) {
  const auto hash = *crypto::hash_password("a password of anna");
  config_.people.push_back({.name = "anna", .password = hash, .scopes = {"abis.verify"}});
  config_.people.push_back({.name = "ben", .password = hash, .certificate = kOne, .scopes = {"abis.verify"}});
  const auto in = sign_in();
  const PeerCertificate one{kOne, {}};
  const PeerCertificate two{kTwo, {}};
  EXPECT_EQ(in->by_password("anna", "a password of anna", nullptr)->by, SignedInBy::kPassword);
  EXPECT_EQ(in->by_password("ben", "a password of anna", &one)->subject, "ben");
  // Whatever is wrong, the error is the same.
  const std::string same = failure(ErrorCode::kSignInRefused).text();
  EXPECT_EQ(in->by_password("anna", "a password of ann", nullptr).error().text(), same);
  EXPECT_EQ(in->by_password("nobody", "a password of anna", nullptr).error().text(), same);
  EXPECT_EQ(in->by_password("ben", "a password of anna", &two).error().text(), same);
  EXPECT_EQ(in->by_password("ben", "a password of anna", nullptr).error().text(), same);
}

TEST_F(SignInTest, PeopleOfTheProviderMayDoWhatItsWordsMakeOfThem) {
  config_.provider = ProviderConfig{.issuer = "https://idp.test",
                                    .client = "node-a",
                                    .roles_claim = "groups",
                                    .roles = {{"border", {"officer"}}, {"it", {"operator"}}}};
  const auto now = sign_in();
  const auto who = now->of_person({"https://idp.test", "u-1", {"border", "cafeteria"}});
  ASSERT_TRUE(who.ok()) << who.error().text();
  EXPECT_THAT(who->roles, ElementsAre("officer"));
  EXPECT_EQ(who->by, SignedInBy::kToken);
  EXPECT_EQ(who->signed_in_at, std::nullopt);
  EXPECT_EQ(now->of_person({"https://idp.test", "u-1", {"border"}, kTime})->signed_in_at, kTime);
  EXPECT_THAT(who->scopes, testing::Contains("abis.identify"));
  EXPECT_FALSE(now->of_person({"https://idp.test", "u-1", {"cafeteria"}}).ok()) << "no role";
  EXPECT_FALSE(now->of_person({"https://idp.test", "u-1", {"officer"}}).ok()) << "a role's name is no word of theirs";
  EXPECT_EQ(now->of_person({"https://idp.test", "u-1", {"border", "it"}}).error().code(), "roles_contradict");
  EXPECT_EQ(now->of_person({"https://other.test", "u-1", {"border"}}).error().code(), "token_issuer");
  config_.people.push_back({.name = "anna", .token_subject = "u-1", .scopes = {"abis.identify"}});
  EXPECT_THAT(sign_in()->of_person({"https://idp.test", "u-1", {"border"}})->scopes, ElementsAre("abis.identify"));
}

TEST(RecentSignIns, AreOfTheSameTextAndCertificateForAWhile) {
  RecentSignIns recent;
  const RecentSignIns::Time now{std::chrono::hours(1)};
  const Principal anna{"f", "anna", {}, SignedInBy::kPassword};
  recent.keep("Basic x", ByteView(kOne), anna, now);
  EXPECT_EQ(recent.find("Basic x", ByteView(kOne), now)->subject, "anna");
  EXPECT_FALSE(recent.find("Basic y", ByteView(kOne), now).has_value());
  EXPECT_FALSE(recent.find("Basic x", ByteView(kTwo), now).has_value());
  EXPECT_FALSE(recent.find("Basic x", ByteView(), now).has_value());
  EXPECT_TRUE(recent.find("Basic x", ByteView(kOne), now + RecentSignIns::kLife - seconds(1)).has_value());
  EXPECT_FALSE(recent.find("Basic x", ByteView(kOne), now + RecentSignIns::kLife).has_value());
  recent.keep("Basic x", ByteView(kOne), anna, now);
  recent.forget();
  EXPECT_FALSE(recent.find("Basic x", ByteView(kOne), now).has_value());
}

}  // namespace
}  // namespace whorl::access
