// whorl audit, end to end: a log is exported, witnessed and verified by both verifiers, and the whole disk rolled back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "tests/cli/run_whorl.h"
#include "tests/support/shared_data.h"
#include "tests/support/without_credentials.h"

namespace whorl::tests {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::HasSubstr;

using Arguments = std::vector<std::string>;

class Audit : public testing::Test {
 protected:
  void SetUp() override {
    run({"synth", "--templates", "12", "--fingers", "1", "--seed", "3", "--out", at("people.enc")});
    run({"load", "--gallery-dir", at("gallery"), at("people.enc")});
    run({"access", "key", "--private", at("witness.jwk"), "--set", at("witness.jwks")});
    export_to("first");
    std::ofstream(at("log.key")) << json::parse(run({"audit", "export", "--gallery-dir", at("gallery"), "--to",
                                                     at("first"), "--json"}))
                                        .at("key")
                                        .as_string()
                                        .c_str();
  }
  [[nodiscard]] std::string at(const std::string& name) const { return (directory_.path() / name).string(); }
  std::string run(const Arguments& arguments, int status = 0) {
    const Outcome outcome = run_whorl(arguments);
    EXPECT_EQ(outcome.status, status) << arguments[0] << " " << arguments[1] << ": " << outcome.err;
    return outcome.out;
  }
  void export_to(const std::string& folder) {
    run({"audit", "export", "--gallery-dir", at("gallery"), "--to", at(folder)});
  }
  void erase(const std::string& person) { run({"erase", "--gallery-dir", at("gallery"), "--person", person}); }
  // As the witness, who remembers the log in the file "seen".
  int cosign(const std::string& folder) {
    return run_whorl({"audit", "cosign", "--export", at(folder), "--key", at("log.key"), "--name", "witness.test",
                      "--private-key", at("witness.jwk"), "--seen", at("seen")})
        .status;
  }
  [[nodiscard]] Arguments with_key(Arguments more) const {
    more.insert(more.end(), {"--key", at("log.key")});
    return more;
  }
  // What both verifiers say of the same, in words that both have: whether it holds.
  bool holds(const Arguments& asked, const std::string& folder = {}) {
    Arguments here{"audit", "verify"};
    std::string there = "python3 -I -S " WHORL_SOURCE_DIR "/scripts/audit-verify";
    for (const std::string& word : with_key(asked)) {
      here.push_back(word);
      there += " '" + word + "'";
    }
    if (!folder.empty()) {
      here.insert(here.end(), {"--export", at(folder)});
      there += " " + at(folder);
    }
    const Outcome outcome = run_whorl(here);
    EXPECT_TRUE(outcome.status == 0 || outcome.status == 6) << outcome.err;
    EXPECT_EQ(std::system((there + " >/dev/null").c_str()) == 0, outcome.status == 0) << there << "\n" << outcome.err;
    return outcome.status == 0;
  }

  const WithoutCredentials whorls_own_;
  TemporaryDirectory directory_;
};

TEST_F(Audit, AWholeDiskThatWasRolledBackIsFoundByWhoeverHasACosignedCheckpoint) {
  ASSERT_EQ(cosign("first"), 0);
  fs::copy(at("gallery"), at("earlier"), fs::copy_options::recursive);
  erase("synth-0000001");
  export_to("second");
  const std::string witnessed =
      run({"audit", "cosign", "--export", at("second"), "--key", at("log.key"), "--name", "witness.test",
           "--private-key", at("witness.jwk"), "--seen", at("seen"), "--json"});
  const std::string key = json::parse(witnessed).at("witness").as_string().c_str();
  fs::copy_file(at("second") + "/checkpoint", at("kept"));
  EXPECT_TRUE(holds({"--since", at("kept"), "--witness", key, "--witnesses", "1"}, "second"));
  EXPECT_FALSE(holds({"--since", at("kept")}, "first")) << "an export of before, in place of the one of now";

  fs::rename(at("gallery"), at("true"));
  fs::rename(at("earlier"), at("gallery"));
  export_to("rolled-back");
  EXPECT_FALSE(holds({"--since", at("kept")}, "rolled-back")) << "shorter than what was witnessed";
  EXPECT_NE(cosign("rolled-back"), 0);
  erase("synth-0000002");
  erase("synth-0000003");
  export_to("forked");
  EXPECT_FALSE(holds({"--since", at("kept")}, "forked")) << "longer, and another";
  EXPECT_NE(cosign("forked"), 0);
  EXPECT_TRUE(holds({}, "forked")) << "which nobody sees who kept nothing";

  fs::remove_all(at("gallery"));
  fs::rename(at("true"), at("gallery"));
  erase("synth-0000002");
  export_to("second");
  EXPECT_TRUE(holds({"--since", at("kept")}, "second"));
  EXPECT_EQ(cosign("second"), 0);
}

TEST_F(Audit, ProvesALeafAndThatTheLogHasGrown) {
  fs::copy_file(at("first") + "/checkpoint", at("kept"));
  erase("synth-0000001");
  export_to("second");
  std::ofstream(at("leaf")) << run(with_key({"audit", "show", "--export", at("second"), "--leaf", "1"}));
  std::ofstream(at("other")) << run(with_key({"audit", "show", "--export", at("second"), "--leaf", "0"}));
  run(with_key({"audit", "prove", "--export", at("second"), "--leaf", "1", "--out", at("proof")}));
  EXPECT_TRUE(holds({"--proof", at("proof"), "--entry", at("leaf")}));
  EXPECT_FALSE(holds({"--proof", at("proof"), "--entry", at("other")}));
  EXPECT_FALSE(holds({"--proof", at("proof"), "--leaf-hash", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}));
  const std::string size = std::to_string(
      json::parse(run(with_key({"audit", "head", "--export", at("first"), "--json"}))).at("leaves").to_number<int>());
  run(with_key({"audit", "prove", "--export", at("second"), "--from", size, "--out", at("growth")}));
  EXPECT_TRUE(holds({"--growth", at("growth"), "--since", at("kept")}));
  run(with_key({"audit", "prove", "--export", at("second"), "--from", "1", "--out", at("growth")}));
  EXPECT_EQ(run_whorl(with_key({"audit", "verify", "--growth", at("growth"), "--since", at("kept")})).status, 4)
      << "no checkpoint of that size was kept";
}

TEST_F(Audit, PrunesNothingThatIsYoung) {
  EXPECT_THAT(run({"audit", "prune", "--gallery-dir", at("gallery"), "--days", "90"}), HasSubstr("every leaf is kept"));
  EXPECT_EQ(run_whorl({"audit", "prune", "--gallery-dir", at("gallery"), "--days", "89"}).status, 3);
}

}  // namespace
}  // namespace whorl::tests
