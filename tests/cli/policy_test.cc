// whorl policy check, as an office runs it on the example of five members.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/cli/run_whorl.h"

namespace whorl::tests {
namespace {
namespace fs = std::filesystem;

using testing::HasSubstr;

const std::string kExamples = std::string(WHORL_SOURCE_DIR) + "/examples/exchange/";

TEST(PolicyCheck, AsksEveryQuestionOfTheExampleAndPrintsTheMatrix) {
  const Outcome outcome =
      run_whorl({"policy", "check", kExamples + "region.toml", "--national", kExamples + "aru.toml", "--json"});
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const boost::json::value found = boost::json::parse(outcome.out);
  // 5 members x 5, and what each may be asked for: any change of the example or of the enumeration shows here.
  EXPECT_EQ(found.at("questions").to_number<int>(), 54'000);
  EXPECT_EQ(found.at("allowed").to_number<int>(), 539);
  EXPECT_TRUE(found.at("widenings").as_array().empty());
  EXPECT_TRUE(found.at("unreachable").as_array().empty());
  EXPECT_EQ(found.at("matrix").as_array().size(), 27u);
  EXPECT_FALSE(found.at("signed").as_bool());
}

TEST(PolicyCheck, EndsWith13WhereARuleIsIdle) {
  std::ifstream in(kExamples + "region.toml");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::string basis = "legal_basis = \"Immigration Decree 7/2021\"\n";
  ASSERT_NE(text.find(basis), std::string::npos);
  text.insert(text.find(basis) + basis.size(), "respond = false\n");
  const fs::path file = fs::path(testing::TempDir()) / "idle-rule.toml";
  std::ofstream(file) << text;
  const Outcome outcome = run_whorl({"policy", "check", file.string()});
  EXPECT_EQ(outcome.status, 13) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("pairs.aru.bel"));
  fs::remove(file);
}

TEST(PolicyCheck, RefusesANationalFileThatWidens) {
  const fs::path file = fs::path(testing::TempDir()) / "widens.toml";
  std::ofstream(file) << "only_narrow = true\nmember = \"aru\"\n[pairs.bel]\nper_day = 4001\n";
  const Outcome outcome = run_whorl({"policy", "check", kExamples + "region.toml", "--national", file.string()});
  EXPECT_NE(outcome.status, 0);
  EXPECT_THAT(outcome.err, HasSubstr("per_day"));
  fs::remove(file);
}

}  // namespace
}  // namespace whorl::tests
