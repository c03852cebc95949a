#include "datasets/pair_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/shared_data.h"

namespace whorl::datasets {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class PairListTest : public testing::Test {
 protected:
  std::filesystem::path file(const std::string& content) {
    std::ofstream(folder_.path() / "file.csv", std::ios::binary) << content;
    return folder_.path() / "file.csv";
  }
  std::string refusal(const std::string& content) {
    const auto got = read_pair_list(file(content));
    return got.ok() ? "accepted" : got.error().text();
  }
  tests::TemporaryDirectory folder_;
};

TEST_F(PairListTest, ReadsPairsFoldsAndFilesOnce) {
  const auto got = read_pair_list(file("fold,a,b,mated\r\n1,A/1.jpg,A/2.jpg,1\r\n2,A/1.jpg,\"B,C/1.jpg\",0\r\n"));
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_THAT(got->files, ElementsAre("A/1.jpg", "A/2.jpg", "B,C/1.jpg"));
  ASSERT_EQ(got->pairs.size(), 2u);
  EXPECT_EQ(got->pairs[1].fold, 2);
  EXPECT_EQ(got->pairs[1].a, 0u);
  EXPECT_EQ(got->pairs[1].b, 2u);
  EXPECT_FALSE(got->pairs[1].mated);
}

TEST_F(PairListTest, ColumnsComeInAnyOrderAndOthersArePassedOver) {
  const auto got = read_pair_list(file("\xef\xbb\xbfmated,note,b,a\n1,x,two,one\n"));
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_THAT(got->files, ElementsAre("one", "two"));
  EXPECT_EQ(got->pairs[0].fold, 1);
}

TEST_F(PairListTest, RefusesWhatIsMalformedAndNamesTheLine) {
  const std::string head = "fold,a,b,mated\n";
  EXPECT_THAT(refusal("a,b\n"), HasSubstr("lacks the column \"mated\"; it has a, b"));
  EXPECT_THAT(refusal(""), HasSubstr("lacks the column"));
  EXPECT_THAT(refusal(head), HasSubstr("lists no pair"));
  EXPECT_THAT(refusal(head + "1,x,y,1\n1,x,y\n"), HasSubstr(":3"));
  EXPECT_THAT(refusal(head + "1,x,y,yes\n"), HasSubstr("0 or 1"));
  EXPECT_THAT(refusal(head + "0,x,y,1\n"), HasSubstr("fold"));
  EXPECT_THAT(refusal(head + "1x,x,y,1\n"), HasSubstr("fold"));
  EXPECT_THAT(refusal(head + "1,x,x,1\n"), HasSubstr("with itself"));
  EXPECT_THAT(refusal(head + "1,x,y,1\n1,y,x,0\n"), HasSubstr("as mated and as not mated"));
  EXPECT_THAT(refusal(head + "1,../x,y,1\n"), HasSubstr("inside the folder of the images"));
  EXPECT_THAT(refusal(head + "1,/etc/passwd,y,1\n"), HasSubstr("inside the folder of the images"));
  EXPECT_THAT(refusal(head + "1," + std::string(600, 'x') + ",y,1\n"), HasSubstr("too long"));
  EXPECT_THAT(refusal(head + "1,x,M\xfcller,1\n"), testing::AllOf(HasSubstr(":2: "), HasSubstr("not UTF-8")));
  EXPECT_THAT(refusal(head + "1,x,\"y,1\n"), testing::AllOf(HasSubstr(":2: "), HasSubstr("unclosed quote")));
  EXPECT_THAT(refusal("\xff\xfe"
                      "a"),
              testing::AllOf(HasSubstr(":1: "), HasSubstr("UTF-16")));
  EXPECT_LT(refusal(head + "1,x,y," + std::string(100'000, '1') + "\n").size(), 1'000u);
  EXPECT_EQ(read_pair_list(folder_.path() / "absent.csv").error().kind, ErrorKind::kNotFound);
}

TEST_F(PairListTest, RepeatedAndSwappedPairsAreCountedOnce) {
  const auto got = read_pair_list(file("a,b,mated\nx/1,x/2,1\nx/1,x/2,1\nx/2,./x/1,1\nx/1,y/1,0\n"));
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->pairs.size(), 2u);
  EXPECT_EQ(got->repeated, 2u);
  EXPECT_THAT(got->files, ElementsAre("x/1", "x/2", "y/1"));
  EXPECT_THAT(refusal("a,b,mated\nx/1,x/./1,1\n"), HasSubstr("with itself"));
}

TEST_F(PairListTest, SubjectsAreFoldersWhereTheListAgrees) {
  const auto agrees = read_pair_list(file("a,b,mated\nA/1,A/2,1\nA/1,B/1,0\n"));
  EXPECT_EQ(subjects_by_folder(*agrees), (std::vector<std::string>{"A", "A", "B"}));
  const auto one_folder = read_pair_list(file("a,b,mated\nall/1,all/2,1\nall/1,all/3,0\n"));
  EXPECT_FALSE(subjects_by_folder(*one_folder));
  const auto none = read_pair_list(file("a,b,mated\n1,2,1\n"));
  EXPECT_FALSE(subjects_by_folder(*none));
}

TEST_F(PairListTest, ReadsAColumnOfMetadata) {
  const auto path = file("file,sex,age\nA/1,f,30\nA/2,m,\n");
  EXPECT_THAT(read_column(path, "sex", {"A/2", "A/1", "B/1"}).value(), ElementsAre("m", "f", ""));
  EXPECT_THAT(read_column(path, "height", {"A/1"}).error().text(), HasSubstr("it has file, sex, age"));
  EXPECT_THAT(read_column(path, "sex", {"Z"}).error().text(), HasSubstr("knows none"));
  EXPECT_THAT(read_column(file("file,sex\nA,f\nA,m\n"), "sex", {"A"}).error().text(), HasSubstr("listed twice"));
  EXPECT_THAT(read_column(file("name,sex\nA,f\n"), "sex", {"A"}).error().text(), HasSubstr("\"file\""));
}

}  // namespace
}  // namespace whorl::datasets
