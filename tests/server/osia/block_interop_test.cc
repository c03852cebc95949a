// Both ways with Python's jwcrypto (block_interop.py): blocks that it makes are opened here, blocks that are made here
// are opened there. Skipped where Debian's python3-jwcrypto is not installed; scripts/setup checks installs it.
#include <cstdlib>

#include "base/files.h"
#include "server/osia/answer_blocks.h"
#include "server/osia/data_blocks.h"
#include "tests/server/osia/block_fixture.h"

namespace whorl::server {
namespace {

constexpr BlockBody kEncounter{.names_encounter = true};
constexpr const char* kPython = "/usr/bin/python3";  // Debian's, which sees Debian's packages

class BlockInterop : public tests::BlockTest {
 protected:
  void SetUp() override {
    if (std::system((std::string(kPython) + " -c 'import jwcrypto' 2>/dev/null").c_str()) != 0) {
      GTEST_SKIP() << "python3-jwcrypto is not installed";
    }
    ASSERT_EQ(run("make"), 0);
    config_.decrypt = {file("own-p256.jwk"), file("own-rsa.jwk")};
    config_.signers = {{"theirs", file("signers.jwks")}};
    config_.recipients = {{"them", file("theirs.jwk")}};
  }
  [[nodiscard]] int run(const std::string& verb) const {
    const std::string script = tests::source_path("tests/server/osia/block_interop.py").string();
    return std::system(
        (std::string(kPython) + " '" + script + "' " + verb + " '" + folder_.path().string() + "'").c_str());
  }
  [[nodiscard]] boost::json::value json_in(const std::string& name) const {
    return boost::json::parse(as_text(*read_file(file(name), std::size_t{1} << 20)));
  }
};

TEST_F(BlockInterop, WhatJwcryptoMakesIsOpened) {
  config_.integrity_required = config_.encryption_required = true;
  const auto reading = keys();
  int opened = 0;
  for (; std::filesystem::exists(file("body-" + std::to_string(opened) + ".json")); ++opened) {
    boost::json::value body = json_in("body-" + std::to_string(opened) + ".json");
    const Status done = open_blocks(body, kEncounter, *reading);
    ASSERT_TRUE(done.ok()) << opened << done.error().text();
    EXPECT_EQ(body, json_in("clear.json")) << opened;
  }
  EXPECT_EQ(opened, 12);
}

TEST_F(BlockInterop, JwcryptoOpensWhatIsMadeHere) {
  tests::write_private(file("node.jwk"), crypto::jwk_text(node_.public_key(), "node-1"));
  boost::json::object answer = json_in("clear.json").as_object();
  ASSERT_TRUE(put_blocks({"them", "JWS"}, *keys(), answer).ok());
  tests::write_private(file("answer.json"), boost::json::serialize(answer));
  EXPECT_EQ(run("check"), 0);
  answer.at("biometricData").at(0).as_object()["resolution"] = 501;
  tests::write_private(file("answer.json"), boost::json::serialize(answer));
  EXPECT_NE(std::system(("exec 2>/dev/null; " + std::string(kPython) + " '" +
                         tests::source_path("tests/server/osia/block_interop.py").string() + "' check '" +
                         folder_.path().string() + "'")
                            .c_str()),
            0);
}

}  // namespace
}  // namespace whorl::server
