#include "datasets/data_sets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/files.h"
#include "datasets/template_people.h"
#include "datasets/trials.h"
#include "templates/interchange/minutiae_writer.h"
#include "tests/support/shared_data.h"

namespace whorl::datasets {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(DataSets, WithoutAnyDataSayWhatToName) {
  EXPECT_EQ(data_sets({}).error().field, "--manifest");
  EXPECT_FALSE(DataOptions{}.any());
}

TEST(DataSets, TheSameSetTwiceIsRefused) {
  const tests::TemporaryDirectory folder;
  std::filesystem::create_directory(folder.path() / "db");
  std::ofstream(folder.path() / "db/1_1.png") << "x";
  DataOptions options;
  options.fvc = {(folder.path() / "db").string(), (folder.path() / "db").string()};
  options.ppi = 500;
  const auto twice = data_sets(options);
  ASSERT_FALSE(twice.ok());
  EXPECT_THAT(twice.error().message, HasSubstr("two sets of this name"));
  options.fvc.pop_back();
  EXPECT_TRUE(data_sets(options).ok());
}

TEST(DataSets, AResolutionOfSyntheticPrintsIsRefused) {
  DataOptions options;
  options.synthetic = 2;
  EXPECT_EQ(data_sets(options)->front().samples.size(), 16u);
  options.ppi = 250;
  EXPECT_EQ(data_sets(options).error().field, "--ppi");
}

TEST(Trials, OfAnUnknownProtocolAreRefused) {
  DataOptions options;
  options.synthetic = 2;
  options.protocol = "other";
  EXPECT_EQ(run_trials(options, false).error().field, "--protocol");
}

// An analyst who measures files with all fingers of a person would measure one of each, and not know it.
TEST(Trials, SayWhatOfARecordIsNotUsed) {
  const tests::TemporaryDirectory folder;
  std::filesystem::create_directory(folder.path() / "db");
  for (const std::string name : {"1_1", "1_2", "2_1", "2_2"}) {
    const auto captures = TemplatePerson(9, name[0] == '1' ? 1 : 2, 2).capture(name[2] - '0');
    std::vector<interchange::FingerToWrite> fingers;
    for (const auto& each : captures) fingers.push_back({&each.extracted, each.position});
    const Bytes record = *interchange::write_minutiae(std::span(fingers).first(name == "2_1" ? 2 : 1));
    ASSERT_TRUE(write_file(folder.path() / "db" / (name + ".png"), record).ok());
  }
  DataOptions options;
  options.fvc = {(folder.path() / "db").string()};
  options.ppi = 500;
  const auto trials = run_trials(options, false);
  ASSERT_TRUE(trials.ok()) << trials.error().text();
  ASSERT_EQ(trials->notices.size(), 1u);
  EXPECT_THAT(trials->notices.front(), AllOf(HasSubstr("2_1.png: "), HasSubstr("2 samples of fingers")));
}

TEST(TemplatePerson, IsTheSamePersonFromTheSameNumbers) {
  const TemplatePerson person(9, 1, 2);
  EXPECT_EQ(person.id(), "synth-0000002");
  const auto captures = person.capture(3);
  ASSERT_EQ(captures.size(), 2u);
  EXPECT_EQ(captures[1].extracted, TemplateFinger({9, 1, 1}).impression(3));
  EXPECT_EQ(captures[1].extracted, TemplatePerson(9, 1, 2).capture(3)[1].extracted);
  EXPECT_NE(captures[0].position, captures[1].position);
}

}  // namespace
}  // namespace whorl::datasets
