// whorl keys and whorl gallery, end to end: a gallery is looked at, copied while it is served, given a new key,
// restored.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "crypto/jose/jwk.h"
#include "crypto/key_pair.h"
#include "tests/cli/run_whorl.h"
#include "tests/support/shared_data.h"
#include "tests/support/test_token.h"
#include "tests/support/without_credentials.h"

namespace whorl::tests {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::HasSubstr;

json::value ask(std::vector<std::string> arguments, int status = 0) {
  arguments.push_back("--json");
  const Outcome outcome = run_whorl(arguments);
  EXPECT_EQ(outcome.status, status) << arguments[0] << " " << arguments[1] << ": " << outcome.err;
  json::error_code failed;
  json::value out = json::parse(outcome.out, failed);
  EXPECT_FALSE(failed) << outcome.out;
  return out;
}

constexpr const char* kSomebody = "synth-0000001";

class Keys : public testing::Test {
 protected:
  void SetUp() override {
    const Outcome made =
        run_whorl({"synth", "--templates", "12", "--fingers", "1", "--seed", "3", "--out", at("people.enc")});
    ASSERT_EQ(made.status, 0) << made.err;
    EXPECT_EQ(ask({"load", "--gallery-dir", at("gallery"), at("people.enc")}).at("encounters"), 12);
  }
  [[nodiscard]] std::string at(const std::string& name) const { return (directory_.path() / name).string(); }
  void write_root(const std::string& name, char byte) const {
    std::ofstream(at(name), std::ios::binary) << std::string(31, byte) + "!";
    fs::permissions(at(name), fs::perms::owner_read);
  }
  TemporaryDirectory directory_;
};

// With the root key that Whorl makes itself.
class KeysMadeByWhorl : public Keys {
  const WithoutCredentials whorls_own_;
};

TEST_F(KeysMadeByWhorl, StatusNamesTheRootKeyAndWarnsUntilItIsMoved) {
  const Outcome status = run_whorl({"keys", "status", "--gallery-dir", at("gallery")});
  EXPECT_EQ(status.status, 0) << status.err;
  EXPECT_THAT(status.out, testing::AllOf(HasSubstr("key of epoch 1"), HasSubstr("whorl/root.key")));
  EXPECT_THAT(status.err, HasSubstr("where Whorl made it"));
  write_root("own.key", 'k');
  const Outcome moved = run_whorl({"keys", "rotate", "--gallery-dir", at("gallery"), "--new-root", at("own.key")});
  EXPECT_EQ(moved.status, 0) << moved.err;
  EXPECT_EQ(ask({"keys", "status", "--gallery-dir", at("gallery")}, 7).at("error").at("reason_code"), "root_key_wrong");
  const Outcome then = run_whorl({"keys", "status", "--gallery-dir", at("gallery"), "--root-key", at("own.key")});
  EXPECT_EQ(then.status, 0) << then.err;
  EXPECT_THAT(then.out, testing::AllOf(HasSubstr("key of epoch 2"), HasSubstr("own.key")));
  EXPECT_EQ(then.err, "");
  std::ofstream(at("node.toml")) << "[gallery]\nfolder = \"gallery\"\nroot_key = \"own.key\"\n";
  EXPECT_EQ(ask({"keys", "status", "--config", at("node.toml")}).at("epoch"), 2);
}

TEST_F(KeysMadeByWhorl, ARootKeyInATokenTakesTheGalleryAndTheTokenAloneOpensIt) {
  if (!TestToken::installed()) GTEST_SKIP() << "softhsm2 is not installed";
  const TestToken token;
  ASSERT_TRUE(token.made());
  const std::vector<std::string> status{"keys",        "status",     "--gallery-dir",
                                        at("gallery"), "--root-key", token.address()};
  const std::vector<std::string> move{"keys", "rotate", "--gallery-dir", at("gallery"), "--new-root", token.address()};
  EXPECT_NE(run_whorl(move).status, 0) << "there is no such key yet";
  EXPECT_EQ(ask({"keys", "status", "--gallery-dir", at("gallery")}).at("epoch"), 1) << "and nothing was changed";
  EXPECT_EQ(run_whorl({"keys", "make", token.address()}).status, 0);
  EXPECT_NE(run_whorl({"keys", "make", token.address()}).status, 0);
  EXPECT_EQ(run_whorl(move).status, 0);
  EXPECT_EQ(ask(status).at("root_key"), token.address().c_str());
  EXPECT_EQ(ask({"keys", "status", "--gallery-dir", at("gallery")}, 7).at("error").at("reason_code"), "root_key_wrong");
  std::ofstream(at("node.toml")) << "[gallery]\nfolder = \"gallery\"\nroot_key = \"" << token.address() << "\"\n";
  EXPECT_EQ(ask({"keys", "rotate", "--config", at("node.toml")}).at("epoch"), 3);
  token.take_away();
  const Outcome away = run_whorl(status);
  EXPECT_NE(away.status, 0);
  EXPECT_THAT(away.err, HasSubstr("no token"));
  EXPECT_NE(run_whorl({"serve", "--config", at("node.toml"), "--port", "0"}).status, 0);
  token.put_back();
  token.write_pin("1111\n");
  EXPECT_THAT(run_whorl(status).err, HasSubstr("PIN"));
  token.write_pin("2468\n");
  EXPECT_EQ(ask(status).at("epoch"), 3);
}

TEST_F(Keys, AServedGalleryIsCopiedRotatedAndRestored) {
  const auto pair = crypto::PrivateKey::make(crypto::KeyKind::kX25519);
  ASSERT_TRUE(pair.ok());
  std::ofstream(at("recovery.pub.jwk")) << crypto::jwk_text(pair->public_key());
  std::ofstream(at("recovery.jwk")) << as_text(crypto::private_jwk_text(*pair).view());
  RunningWhorl server({"serve", "--gallery-dir", at("gallery"), "--port", "0"});
  ASSERT_THAT(server.first_line(), HasSubstr("listening"));
  ask({"keys", "escrow", "--gallery-dir", at("gallery"), "--recipient", at("recovery.pub.jwk"), "--out",
       at("key.jwe")});
  const json::value copied = ask({"gallery", "backup", "--gallery-dir", at("gallery"), "--to", at("backup")});
  EXPECT_EQ(json::value_to<std::string>(copied.at("backup")), at("backup"));
  EXPECT_FALSE(fs::exists(at("backup/keys")));
  EXPECT_EQ(ask({"keys", "rotate", "--gallery-dir", at("gallery")}).at("epoch"), 2);
  EXPECT_EQ(ask({"keys", "status", "--gallery-dir", at("gallery")}).at("epoch"), 2);
  EXPECT_EQ(server.stop(), 0);
  const auto restored = ask({"gallery", "restore", "--from", at("backup"), "--to", at("again"), "--escrow",
                             at("key.jwe"), "--recovery-key", at("recovery.jwk")});
  EXPECT_EQ(restored.at("encounters"), 12);
  EXPECT_EQ(restored.at("epoch"), 1);
  EXPECT_NE(run_whorl({"gallery", "restore", "--from", at("backup"), "--to", at("third"), "--keys", at("gallery/keys")})
                .status,
            0)
      << "the key of now does not open a copy of then";
  EXPECT_EQ(run_whorl({"gallery", "restore", "--from", at("backup"), "--to", at("third")}).status, 3);
  EXPECT_FALSE(fs::exists(at("third")));
}

// As of a service whose root key is a credential that nobody else sees.
TEST_F(Keys, WhoAsksAServerNeedsNoRootKey) {
  const std::string root = at("service.key");
  std::ofstream(root) << "0123456789abcdefghijklmnopqrstuv";
  fs::permissions(root, fs::perms::owner_read);
  ask({"keys", "rotate", "--gallery-dir", at("gallery"), "--new-root", root});
  RunningWhorl server({"serve", "--gallery-dir", at("gallery"), "--root-key", root, "--port", "0"});
  ASSERT_THAT(server.first_line(), HasSubstr("listening"));
  fs::rename(root, at("away.key"));
  const std::string none = at("no.key");
  ask({"gallery", "backup", "--gallery-dir", at("gallery"), "--root-key", none, "--to", at("backup")});
  ask({"audit", "export", "--gallery-dir", at("gallery"), "--root-key", none, "--to", at("log")});
  ask({"retention", "status", "--gallery-dir", at("gallery"), "--root-key", none});
  EXPECT_EQ(server.stop(), 0);
  EXPECT_EQ(
      run_whorl({"gallery", "backup", "--gallery-dir", at("gallery"), "--root-key", none, "--to", at("b2")}).status, 7);
}

TEST_F(Keys, AreEscrowedToWhateverKeyOfTheirOwnIsToBeEncryptedTo) {
  ask({"access", "key", "--for", "encryption", "--private", at("made.jwk"), "--set", at("made.json")});
  const auto pair = crypto::PrivateKey::make(crypto::KeyKind::kP256);
  ASSERT_TRUE(pair.ok());
  std::string wrapping = crypto::jwk_text(pair->public_key());
  wrapping.insert(1, R"("alg":"ECDH-ES+A256KW",)");
  std::ofstream(at("wrapping.pub.jwk")) << wrapping;
  std::ofstream(at("wrapping.jwk")) << as_text(crypto::private_jwk_text(*pair).view());  // says no alg
  ask({"gallery", "backup", "--gallery-dir", at("gallery"), "--to", at("backup")});
  const std::pair<std::string, std::string> recipients[] = {{"made.json", "made.jwk"},
                                                            {"wrapping.pub.jwk", "wrapping.jwk"}};
  for (const auto& [known, own] : recipients) {
    ask({"keys", "escrow", "--gallery-dir", at("gallery"), "--recipient", at(known), "--out", at(own + ".jwe")});
    const auto restored = ask({"gallery", "restore", "--from", at("backup"), "--to", at(own + ".gallery"), "--escrow",
                               at(own + ".jwe"), "--recovery-key", at(own)});
    EXPECT_EQ(restored.at("encounters"), 12) << own;
  }
  const Outcome other = run_whorl({"gallery", "restore", "--from", at("backup"), "--to", at("no"), "--escrow",
                                   at("made.jwk.jwe"), "--recovery-key", at("wrapping.jwk")});
  EXPECT_NE(other.status, 0);
  EXPECT_FALSE(fs::exists(at("no")));
}

TEST_F(Keys, ThatDoNotFitTheBackupAreNamedWithTheirEpochAndOption) {
  ask({"access", "key", "--for", "encryption", "--private", at("own.jwk"), "--set", at("own.json")});
  const auto escrow = [&](const std::string& gallery, const std::string& out) {
    ask({"keys", "escrow", "--gallery-dir", at(gallery), "--recipient", at("own.json"), "--out", at(out)});
  };
  ask({"gallery", "backup", "--gallery-dir", at("gallery"), "--to", at("backup")});
  ask({"keys", "rotate", "--gallery-dir", at("gallery")});
  escrow("gallery", "later.jwe");
  ask({"load", "--gallery-dir", at("another"), at("people.enc")});
  escrow("another", "another.jwe");
  const auto refused = [&](const std::vector<std::string>& with, int status) {
    std::vector<std::string> arguments{"gallery", "restore", "--from", at("backup"), "--to", at("to")};
    arguments.insert(arguments.end(), with.begin(), with.end());
    const json::value error = ask(arguments, status).at("error");
    EXPECT_FALSE(fs::exists(at("to")));
    return json::value_to<std::string>(error.at("field")) + ": " + json::value_to<std::string>(error.at("message"));
  };
  EXPECT_THAT(refused({"--escrow", at("later.jwe"), "--recovery-key", at("own.jwk")}, 7),
              testing::AllOf(HasSubstr("--escrow"), HasSubstr("later.jwe"),
                             HasSubstr("opens with the gallery's key of epoch 1"), HasSubstr("that of epoch 2")));
  EXPECT_THAT(refused({"--keys", at("gallery/keys")}, 7), testing::AllOf(HasSubstr("--keys"), HasSubstr("epoch 1")));
  EXPECT_THAT(refused({"--escrow", at("another.jwe"), "--recovery-key", at("own.jwk")}, 7),
              HasSubstr("another gallery"));
  EXPECT_THAT(refused({"--escrow", at("later.jwe"), "--recovery-key", at("own.json")}, 3),
              testing::AllOf(HasSubstr("--recovery-key"), HasSubstr("own.json"), HasSubstr("is no private key")));
  EXPECT_THAT(refused({"--escrow", at("people.enc"), "--recovery-key", at("own.jwk")}, 3),
              testing::AllOf(HasSubstr("--escrow"), HasSubstr("people.enc")));
  EXPECT_THAT(refused({}, 3), testing::AllOf(HasSubstr("--escrow"), HasSubstr("--recovery-key"), HasSubstr("--keys")));
}

TEST_F(Keys, AServedGalleryIsToldForHowLongItKeepsWhom) {
  const std::vector<std::string> where{"--gallery-dir", at("gallery")};
  const auto retention = [&](const std::string& verb, std::vector<std::string> rest, int status = 0) {
    rest.insert(rest.begin(), {"retention", verb});
    rest.insert(rest.end(), where.begin(), where.end());
    return ask(rest, status);
  };
  EXPECT_EQ(retention("set", {"--days", "36000"}).at("keep_days"), 36000);
  RunningWhorl server({"serve", "--gallery-dir", at("gallery"), "--port", "0"});
  ASSERT_THAT(server.first_line(), HasSubstr("listening"));
  const json::value status = retention("status", {});
  EXPECT_EQ(status.at("keep_days"), 36000);
  EXPECT_EQ(status.at("due_not_erased"), 0);
  EXPECT_EQ(retention("set", {"--days", "36001"}).at("keep_days"), 36001);
  EXPECT_EQ(retention("hold", {"--person", kSomebody}).at("changed"), 1);
  EXPECT_EQ(retention("hold", {"--person", kSomebody, "--encounter", "e1"}).at("changed"), 0);
  retention("lift", {"--person", "nobody"}, 9);
  EXPECT_EQ(server.stop(), 0);
  EXPECT_EQ(retention("lift", {"--person", kSomebody}).at("changed"), 1);
  EXPECT_EQ(retention("status", {}).at("keep_days"), 36001);
  for (const char* days : {"36501", "-1"}) {
    EXPECT_THAT(json::value_to<std::string>(retention("set", {"--days", days}, 2).at("error").at("message")),
                HasSubstr(std::string(days) + " not in range"));
  }
}

TEST_F(Keys, GroupsExplainThemselves) {
  for (const std::vector<std::string>& verb : std::vector<std::vector<std::string>>{{"keys", "status"},
                                                                                    {"keys", "rotate"},
                                                                                    {"keys", "escrow"},
                                                                                    {"keys", "make"},
                                                                                    {"gallery", "seal"},
                                                                                    {"gallery", "backup"},
                                                                                    {"gallery", "restore"}}) {
    const Outcome help = run_whorl({verb[0], verb[1], "--help"});
    EXPECT_EQ(help.status, 0);
    EXPECT_THAT(help.out, HasSubstr("Example:\n  whorl " + verb[0] + " " + verb[1]));
    EXPECT_EQ(run_whorl({verb[0], verb[1], "--no-such-flag"}).status, 2);
  }
  EXPECT_EQ(run_whorl({"keys"}).status, 2);
  EXPECT_EQ(ask({"gallery", "seal", "--gallery-dir", at("gallery")}).at("sealed"), 0);
}

}  // namespace
}  // namespace whorl::tests
