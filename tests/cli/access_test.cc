// whorl access: from nothing to a request that is let in, as a user does it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json.hpp>

#include "base/files.h"
#include "tests/cli/run_whorl.h"
#include "tests/support/shared_data.h"

namespace whorl::tests {
namespace {

using testing::HasSubstr;
namespace json = boost::json;

class AccessVerb : public testing::Test {
 protected:
  std::string path(const char* name) const { return (folder_.path() / name).string(); }
  void write(const char* name, const std::string& text) const {
    ASSERT_TRUE(write_file(path(name), text, NewFile::kPrivate).ok());
  }
  static json::value checked(const std::string& file) {
    const Outcome outcome = run_whorl({"access", "check", "--json", file});
    EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
    return json::parse(outcome.out);
  }
  TemporaryDirectory folder_;
};

TEST_F(AccessVerb, MakesAKeyAndATokenThatTheFileIsSoundWith) {
  const Outcome key = run_whorl({"access", "key", "--private", path("issuer.jwk"), "--set", path("jwks.json")});
  ASSERT_EQ(key.status, 0) << key.err;
  struct stat about {};
  ASSERT_EQ(::stat(path("issuer.jwk").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
  const Outcome token =
      run_whorl({"access", "token", "--private", path("issuer.jwk"), "--issuer", "https://here.test", "--audience",
                 "https://node.test", "--subject", "desk-1", "--scope", "abis.identify"});
  ASSERT_EQ(token.status, 0) << token.err;
  EXPECT_EQ(std::count(token.out.begin(), token.out.end(), '.'), 2);
  write("access.toml", "[tokens]\nissuer='https://here.test'\naudience='https://node.test'\nkeys='jwks.json'\n");
  const auto answer = checked(path("access.toml"));
  EXPECT_EQ(answer.at("tokens").at("keys").as_array().size(), 1u);
  EXPECT_EQ(answer.at("warnings").as_array().size(), 2u) << answer;
}

TEST_F(AccessVerb, MakesKeysOfDataAndCheckNamesThem) {
  const auto made = [&](const char* use, const char* secret, const char* set) {
    const Outcome key =
        run_whorl({"access", "key", "--json", "--for", use, "--private", path(secret), "--set", path(set)});
    EXPECT_EQ(key.status, 0) << key.err;
    return std::string(json::parse(key.out).at("kid").as_string());
  };
  const std::string data = made("encryption", "data.jwk", "data.json");
  const std::string sign = made("signatures", "sign.jwk", "sign.json");
  EXPECT_EQ(run_whorl({"access", "key", "--for", "tea", "--private", path("x"), "--set", path("y")}).status, 2);
  write("access.toml", R"([blocks]
decrypt = ["data.jwk"]
sign = "sign.jwk"
required = ["encryption"]
[[blocks.signers]]
name = "itself"
keys = "sign.json"
[[blocks.recipients]]
name = "itself"
key = "data.json"
)");
  const auto answer = checked(path("access.toml")).at("blocks");
  EXPECT_EQ(answer.at("decrypt").at(0).as_string(), data);
  EXPECT_EQ(answer.at("sign").as_string(), sign);
  EXPECT_EQ(answer.at("signers"), json::parse(R"(["itself"])"));
  EXPECT_EQ(answer.at("recipients"), json::parse(R"(["itself"])"));
  EXPECT_EQ(answer.at("encryption_required"), true);
  EXPECT_EQ(answer.at("integrity_required"), false);
  const Outcome text = run_whorl({"access", "check", path("access.toml")});
  EXPECT_THAT(text.out, HasSubstr("data is decrypted with the keys " + data + "\n"));
  EXPECT_THAT(text.out, HasSubstr("data is signed with the key " + sign + "\n"));
  // A key is for one of the two, and says so.
  for (const char* name : {"data.jwk", "data.json"}) {
    const std::string text_of_key(as_text(*read_file(path(name), 4096)));
    EXPECT_THAT(text_of_key, HasSubstr(R"("use":"enc","alg":"ECDH-ES")")) << name;
  }
  write("signing.toml", "[blocks]\nsign = 'data.jwk'\n");
  EXPECT_NE(run_whorl({"access", "check", path("signing.toml")}).status, 0);
  write("data.jwk", "{}");
  EXPECT_NE(run_whorl({"access", "check", path("access.toml")}).status, 0);
}

TEST_F(AccessVerb, CheckSaysWhatEachMayDo) {
  write("jwks.json", R"({"keys":[]})");
  write("access.toml", R"([tokens]
issuer = "i"
audience = "a"
keys = "jwks.json"
[[machines]]
name = "desk"
token_subject = "d"
scopes = ["abis.encounter.write"]
[[people]]
name = "anna"
token_subject = "u"
roles = ["officer"]
galleries = ["asylum"]
)");
  const auto answer = checked(path("access.toml"));
  const auto& principals = answer.at("principals").as_array();
  ASSERT_EQ(principals.size(), 2u);
  EXPECT_EQ(principals[0].at("name"), "desk");
  EXPECT_EQ(principals[0].at("routes").as_array().size(), 10u) << "three to enrol, five to change, two to erase";
  EXPECT_TRUE(principals[0].at("galleries").is_null());
  EXPECT_EQ(principals[1].at("roles"), json::parse(R"(["officer"])"));
  EXPECT_EQ(principals[1].at("galleries"), json::parse(R"(["asylum"])"));
  for (const auto& route : principals[1].at("routes").as_array()) {
    EXPECT_FALSE(route.as_string().starts_with("DELETE /v1/persons")) << route;
  }
  const Outcome text = run_whorl({"access", "check", path("access.toml")});
  EXPECT_THAT(text.out, HasSubstr("person anna by tokens of u\n  roles: officer\n"));
  EXPECT_THAT(text.out, HasSubstr("  may POST /v1/identify/{galleryId}\n"));
}

TEST_F(AccessVerb, CheckRefusesWhatServeWouldRefuse) {
  write("access.toml", "[tokens]\nissuer='i'\naudience='a'\nkeys='none.json'\n");
  const Outcome missing = run_whorl({"access", "check", path("access.toml")});
  EXPECT_EQ(missing.status, 4);
  EXPECT_THAT(missing.err, HasSubstr("none.json"));
  ASSERT_EQ(::chmod(path("access.toml").c_str(), 0666), 0);
  EXPECT_EQ(run_whorl({"access", "check", path("access.toml")}).status, 7);
  EXPECT_EQ(run_whorl({"access", "check", path("nothing.toml")}).status, 4);
  const Outcome open = run_whorl({"serve", "--gallery-dir", path("gallery"), "--create", "--address", "0.0.0.0"});
  EXPECT_EQ(open.status, 3);
  EXPECT_THAT(open.err, HasSubstr("--access"));
}

TEST_F(AccessVerb, APasswordThatIsTooShortIsRefused) {
  const Outcome outcome = run_whorl({"access", "password"});
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(outcome.out, "");
}

TEST_F(AccessVerb, ItsParts) {
  EXPECT_EQ(run_whorl({"access"}).status, 2);
  for (const char* part : {"check", "key", "token", "password"}) {
    const Outcome help = run_whorl({"access", part, "--help"});
    EXPECT_EQ(help.status, 0) << part;
    EXPECT_THAT(help.out, HasSubstr(std::string("Example:\n  whorl access ") + part));
    EXPECT_THAT(help.out, HasSubstr("--json"));
  }
}

}  // namespace
}  // namespace whorl::tests
