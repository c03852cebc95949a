// What `whorl check` and `whorl convert` say to people and to programs: lines of JSON, exit statuses, losses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/cli/run_whorl.h"
#include "tests/support/shared_data.h"

namespace whorl::tests {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

// A record of one minutia; `reserved` is 0 in a sound one.
std::string record(char reserved = 0) {
  using namespace std::string_literals;
  return "FMR\0 20\0\0\0\0\x24\0\0\1\0\1\0\0\xc5\0\xc5\1"s + reserved + "\2\0\x50\1\x40\x0a\0\x14\5\x32\0\0"s;
}

class Check : public testing::Test {
 protected:
  std::string put(const std::string& name, const std::string& bytes) {
    const fs::path path = directory_.path() / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path.string();
  }
  [[nodiscard]] std::string at(const std::string& name) const { return (directory_.path() / name).string(); }
  static std::vector<json::object> lines(const Outcome& outcome) {
    std::vector<json::object> out;
    std::istringstream in(outcome.out);
    for (std::string line; std::getline(in, line);) out.push_back(json::parse(line).as_object());
    return out;
  }
  TemporaryDirectory directory_;
};

TEST_F(Check, TheExitStatusIsTheGravestVerdict) {
  const std::string sound = put("a.fmr", record());
  const std::string broken = put("b.fmr", record(1));
  const std::string unknown = put("c.txt", "hello");
  const std::string iris = put("d.iir", std::string("IIR\0", 4) + "010" + std::string(40, '\0'));
  EXPECT_EQ(run_whorl({"check", sound}).status, 0);
  EXPECT_EQ(run_whorl({"check", iris, sound}).status, 4);
  EXPECT_EQ(run_whorl({"check", unknown, iris}).status, 3);
  EXPECT_EQ(run_whorl({"check", broken, unknown}).status, 2);
}

TEST_F(Check, AFileThatCannotBeReadHasALineAndAStatusOfItsOwnAndTheOthersAreChecked) {
  const Outcome outcome = run_whorl({"check", "--json", at("nothing"), put("b.fmr", record(1))});
  EXPECT_EQ(outcome.status, 9) << "4 is of a format that is not handled";
  const auto found = lines(outcome);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_TRUE(found[0].at("valid").is_null());
  EXPECT_TRUE(found[0].contains("error"));
  EXPECT_EQ(found[1].at("valid"), false);
  EXPECT_EQ(run_whorl({"check", "--tables", at("nothing"), put("a.fmr", record())}).status, 9);
}

TEST_F(Check, AFileBeyondTheLimitIsInvalidByItsRule) {
  const std::string huge = put("huge.an2", "1.001:10");
  fs::resize_file(huge, (64u << 20) + 1);
  const Outcome outcome = run_whorl({"check", "--json", huge});
  EXPECT_EQ(outcome.status, 2);
  const auto found = lines(outcome);
  EXPECT_EQ(found.at(0).at("findings").at(0).at("rule"), "GEN-03");
  EXPECT_TRUE(found[0].at("format").is_null());
}

TEST_F(Check, JsonIsUtf8WhateverTheFileAndItsNameHold) {
  const std::string file = put("\xff.an2",
                               "1.001:40\x1d"
                               "1.002:05\xff\xfe\x1d"
                               "1.003:1\x1f"
                               "0\x1c");
  const auto found = lines(run_whorl({"check", "--json", file, put("\xc3\xbc.fmr", record())}));
  ASSERT_EQ(found.size(), 2u) << "each line parses";
  EXPECT_EQ(found[0].at("edition"), "05??");
  EXPECT_THAT(found[1].at("file").as_string().c_str(), HasSubstr("\xc3\xbc.fmr"));
}

TEST_F(Check, CompareSaysThatItHadMinutiaeAlone) {
  const std::string card = put("a.fmr", record());
  const Outcome outcome = run_whorl({"compare", "--json", card, card});
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(json::parse(outcome.out).at("minutiae_alone"), true);
  EXPECT_THAT(run_whorl({"compare", card, card}).out, HasSubstr("by minutiae alone"));
}

TEST_F(Check, ConvertSaysWhatTheFormatCannotHold) {
  const std::string card = put("a.fmr", record());
  const auto notes = [&](const std::string& to) {
    const Outcome outcome = run_whorl({"convert", card, at(to), "--to", to});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return outcome.err;
  };
  EXPECT_THAT(notes("iso-card-normal"), HasSubstr("does not hold which finger it is"));
  EXPECT_THAT(notes("iso-19794-2-2011"), Not(HasSubstr("ridge map"))) << "the card had none";
}

}  // namespace
}  // namespace whorl::tests
