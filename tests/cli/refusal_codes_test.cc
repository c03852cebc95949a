// Whatever an operator gives, its refusal has a code of the catalogue, not the name of its kind alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "datasets/pair_list.h"
#include "datasets/reader.h"
#include "datasets/score_file.h"
#include "engine/calibration.h"
#include "engine/node_config.h"
#include "templates/face/card.h"
#include "tests/cli/run_whorl.h"
#include "tests/support/shared_data.h"

namespace whorl::tests {
namespace {

namespace fs = std::filesystem;

template <class T>
std::string code_of(const Result<T>& result) {
  return result.ok() ? "taken" : std::string(result.error().code());
}

fs::path written(const TemporaryDirectory& folder, const std::string& content) {
  fs::path file = folder.path() / "file";
  std::ofstream(file) << content;
  return file;
}

TEST(RefusalCodes, OfACalibration) {
  EXPECT_EQ(code_of(engine::Calibration::parse("{")), "calibration_malformed");
  EXPECT_EQ(code_of(engine::Calibration::parse("{}")), "calibration_malformed");
  EXPECT_EQ(code_of(engine::Calibration::parse(std::string((1u << 20) + 1, ' '))), "calibration_malformed");
  EXPECT_EQ(code_of(engine::Calibration::fit({1.0, 2.0}, {}, "two scores")), "scores_too_few");
  EXPECT_EQ(engine::Calibration::shipped().check_origin({1, 1, "another"}).error().code(), "calibration_of_other");
}

TEST(RefusalCodes, OfANodeFile) {
  const auto code = [](std::string_view toml) { return code_of(engine::parse_node_config(toml, "node.toml")); };
  EXPECT_EQ(code("= 1"), "not_toml");
  EXPECT_EQ(code("[gallery]\nfoldr = \"x\""), "unknown_key");
  EXPECT_EQ(code("gallery = 1"), "wrong_type");
  EXPECT_EQ(code("[gallery]\nfolder = 1"), "wrong_type");
  EXPECT_EQ(code("[gallery]\nthreads = -1"), "integer_out_of_range");
  EXPECT_EQ(code("[gallery]\nthreads = \"many\""), "wrong_type");
  EXPECT_EQ(code(std::string(engine::kMaxNodeConfigBytes + 1, '#')), "file_too_long");
}

TEST(RefusalCodes, OfAModelCard) {
  EXPECT_EQ(code_of(face::parse_card("{")), "model_card_malformed");
  EXPECT_EQ(code_of(face::parse_card("{}")), "model_card_malformed");
  EXPECT_EQ(code_of(face::shipped_card("nobody", face::Role::kEmbedder)), "model_card_unknown");
}

TEST(RefusalCodes, OfAManifest) {
  const TemporaryDirectory folder;
  const auto code = [&](const std::string& rows) {
    return code_of(datasets::read_manifest(written(folder, "set,file,subject,finger,impression,dpi\n" + rows)));
  };
  EXPECT_EQ(code(""), "lists_no_sample");
  EXPECT_EQ(code("s,a.png,1,1,1,50\n"), "column_out_of_range");
  EXPECT_EQ(code("s,../a.png,1,1,1,500\n"), "path_outside");
  EXPECT_EQ(code("s,a.png,1,1,1\n"), "field_missing");
  EXPECT_EQ(code("s,a.png,,1,1,500\n"), "names_empty");
  EXPECT_EQ(code("s,\"a.png,1,1,1,500\n"), "quote_unclosed");
  EXPECT_EQ(code("s,a.png,1,1,1,500\ns,a.png,1,1,2,500\n"), "file_listed_twice");
  EXPECT_EQ(code_of(datasets::read_manifest(written(folder, "set,file\n"))), "column_missing");
  EXPECT_EQ(code_of(datasets::read_manifest(folder.path() / "nowhere.csv")), "file_not_there");
}

TEST(RefusalCodes, OfScoresAndPairLists) {
  const TemporaryDirectory folder;
  const auto scores = [&](const std::string& text) { return code_of(datasets::read_scores(written(folder, text))); };
  EXPECT_EQ(scores("x\n"), "not_the_heading");
  EXPECT_EQ(scores("set,a,b,genuine,score\ns,a,b,2,1\n"), "not_zero_or_one");
  EXPECT_EQ(scores("set,a,b,genuine,score\ns,a,a,1,1\n"), "paired_with_itself");
  EXPECT_EQ(scores("set,a,b,genuine,score\ns,a,b,1,1\ns,b,a,1,2\n"), "pair_again");
  const auto pairs = [&](const std::string& text) { return code_of(datasets::read_pair_list(written(folder, text))); };
  EXPECT_EQ(pairs("a,b\n"), "column_missing");
  EXPECT_EQ(pairs("a,b,mated\n"), "lists_no_pair");
  EXPECT_EQ(pairs("a,b,mated\nx,y,1\ny,x,0\n"), "pair_of_both_kinds");
}

TEST(RefusalCodes, OfAFlag) {
  const auto code = [](std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const Outcome outcome = run_whorl(arguments);
    boost::json::error_code failed;
    for (const std::string& text : {outcome.err, outcome.out}) {
      const auto answer = boost::json::parse(text, failed);
      if (!failed) return std::string(answer.at("error").at("reason_code").as_string());
    }
    return "no JSON: " + outcome.out + outcome.err;
  };
  EXPECT_EQ(code({"extract", "nowhere.png"}), "file_not_there");
  EXPECT_EQ(code({"extract", "a.png", "--network", "x"}), "option_of_faces");
  EXPECT_EQ(code({"identify", "--gallery-dir", "g", "--finger", "thumb=a.png"}), "no_finger_position");
  EXPECT_EQ(code({"identify", "--gallery-dir", "g", "--finger", "unknown="}), "no_file_after_equals");
  EXPECT_EQ(code({"evaluate", "--synthetic", "3", "--ppi", "500"}), "synthetic_resolution");
  EXPECT_EQ(code({"calibrate", "--synthetic", "3", "--out", "-"}), "output_taken_twice");
}

}  // namespace
}  // namespace whorl::tests
