#include "datasets/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "tests/support/shared_data.h"

namespace whorl::datasets {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kHeader = "set,file,subject,finger,impression,dpi,width,height,note\n";

class ManifestTest : public testing::Test {
 protected:
  Result<Dataset> read(const std::string& content, std::string_view only_set = {}) {
    std::ofstream(folder_.path() / "manifest.csv", std::ios::binary) << content;
    return read_manifest(folder_.path() / "manifest.csv", only_set);
  }
  std::string refusal(const std::string& content) {
    const auto got = read(content);
    return got.ok() ? "accepted" : got.error().text();
  }
  tests::TemporaryDirectory folder_;
};

TEST(Csv, FieldsAndQuotes) {
  EXPECT_THAT(split_csv_line("a,b,,d").value(), ElementsAre("a", "b", "", "d"));
  EXPECT_THAT(split_csv_line("").value(), ElementsAre(""));
  EXPECT_THAT(split_csv_line(R"("a,b","say ""so""",)").value(), ElementsAre("a,b", "say \"so\"", ""));
  EXPECT_FALSE(split_csv_line(R"(a,"b)").ok());
  EXPECT_FALSE(split_csv_line(R"(a"b,c)").ok());
  EXPECT_FALSE(split_csv_line(R"("a"b,c)").ok());
}

TEST_F(ManifestTest, ReadsSortsAndFilters) {
  const std::string content = std::string(kHeader) +
                              "A,A/2_1.png,A/2,A/2,1,500,300,300,\r\n"
                              "B,B/1_1.tif,B/1,B/1,1,1000,300,300,good\r\n"
                              "A,A/1_2.png,A/1,A/1,2,500,300,300,\n"
                              "\n"
                              "A,A/1_1.png,A/1,A/1,1,500,300,300,\n";
  const auto all = read(content);
  ASSERT_TRUE(all.ok()) << all.error().text();
  ASSERT_EQ(all->samples.size(), 4u);
  EXPECT_EQ(all->samples[0].path, folder_.path() / "A/1_1.png");
  EXPECT_EQ(all->samples[1].impression, 2);
  EXPECT_EQ(all->samples[3].ppi, 1000);
  EXPECT_EQ(all->samples[3].note, "good");
  const auto one = read(content, "B");
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one->name, "B");
  EXPECT_EQ(one->samples.size(), 1u);
  EXPECT_FALSE(read(content, "C").ok());
}

TEST_F(ManifestTest, ColumnsMayStandInAnyOrder) {
  const auto got = read("finger,dpi,file,set,subject,impression\nf,500,x.png,s,p,3\n");
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->samples[0].finger, "f");
  EXPECT_EQ(got->samples[0].impression, 3);
}

TEST_F(ManifestTest, PathsMayNotLeaveTheFolder) {
  for (const char* path : {"../x.png", "a/../../x.png", "/etc/passwd", ""}) {
    EXPECT_THAT(refusal(std::string(kHeader) + "A," + path + ",A,A,1,500,300,300,\n"),
                HasSubstr("must be a path inside the folder"));
  }
}

TEST_F(ManifestTest, MalformedLinesAreNamed) {
  const std::string head = kHeader;
  EXPECT_THAT(refusal(""), HasSubstr("lacks the column"));
  EXPECT_THAT(refusal("set,file\n"), HasSubstr("\"subject\""));
  EXPECT_THAT(refusal(head), HasSubstr("lists no sample"));
  EXPECT_THAT(refusal(head + "A,a.png,A,A\n"), HasSubstr(":2"));
  EXPECT_THAT(refusal(head + "A,a.png,A,A,1,500,9,9,\nA,a.png,A,A,x,500,9,9,\n"), HasSubstr(":3"));
  EXPECT_THAT(refusal(head + "A,a.png,A,A,-1,500,9,9,\n"), HasSubstr("impression"));
  EXPECT_THAT(refusal(head + "A,a.png,A,A,99999999999,500,9,9,\n"), HasSubstr("impression"));
  EXPECT_THAT(refusal(head + "A,a.png,A,A,1,0,9,9,\n"), HasSubstr("dpi"));
  EXPECT_THAT(refusal(head + "A,a.png,A,A,1,nan,9,9,\n"), HasSubstr("dpi"));
  EXPECT_THAT(refusal(head + "A,a.png,A,,1,500,9,9,\n"), HasSubstr("finger"));
  EXPECT_THAT(refusal(head + "A,\"a.png,A,A,1,500,9,9,\n"), HasSubstr("quote"));
  EXPECT_THAT(refusal(head + "A," + std::string(600, 'x') + ",A,A,1,500,9,9,\n"), HasSubstr("too long"));
  EXPECT_THAT(refusal(head + "A,a\x01.png,A,A,1,500,9,9,\n"), HasSubstr("control"));
  EXPECT_THAT(refusal(head + "A,a.png,A,A,1,500,9,9,\nA,./a.png,B,B,1,500,9,9,\n"), HasSubstr("twice"));
}

// Whatever bytes come, the reader answers: with samples, or with a reason.
TEST_F(ManifestTest, ChangedBytesNeverCrash) {
  const std::string good = std::string(kHeader) + "A,a.png,A,A,1,500,9,9,\"n\"\nA,b.png,A,A,2,500,9,9,\n";
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const char c : {'\0', '"', ',', '\n', '\xff'}) {
      std::string changed = good;
      changed[i] = c;
      const auto got = read(changed);
      EXPECT_TRUE(got.ok() ? !got->samples.empty() : !got.error().message.empty());
    }
  }
}

TEST(Manifest, AbsentIsNotFound) {
  EXPECT_EQ(read_manifest("/nonexistent/manifest.csv").error().kind, ErrorKind::kNotFound);
}

TEST(FvcFolder, FilesAreParsedAndOthersPassedOver) {
  const tests::TemporaryDirectory folder;
  for (const char* name :
       {"101_2.tif", "101_1.TIF", "7_10.png", "a_b_3.bmp", "readme.txt", "x.png", "_1.png", "1_.png"}) {
    std::ofstream(folder.path() / name) << "x";
  }
  const auto got = read_fvc_folder(folder.path(), 500);
  ASSERT_TRUE(got.ok()) << got.error().text();
  ASSERT_EQ(got->samples.size(), 4u);
  EXPECT_EQ(got->samples[0].finger, "101");
  EXPECT_EQ(got->samples[0].impression, 1);
  EXPECT_EQ(got->samples[2].impression, 10);
  EXPECT_EQ(got->samples[3].finger, "a_b");
  EXPECT_EQ(got->samples[0].ppi, 500);
  EXPECT_EQ(got->name, folder.path().filename());
  EXPECT_FALSE(read_fvc_folder(folder.path(), 50).ok());
}

TEST(FvcFolder, EmptyOrAbsentIsAnError) {
  const tests::TemporaryDirectory folder;
  EXPECT_EQ(read_fvc_folder(folder.path(), 500).error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(read_fvc_folder(folder.path() / "no", 500).error().kind, ErrorKind::kNotFound);
}

TEST(FvcFolder, RecordsSayTheirResolutionThemselvesAndImagesDoNot) {
  const tests::TemporaryDirectory folder;
  std::ofstream(folder.path() / "7_1.fmr") << "x";
  std::ofstream(folder.path() / "7_2.FIR") << "x";
  const auto records = read_fvc_folder(folder.path(), {});
  ASSERT_TRUE(records.ok()) << records.error().text();
  ASSERT_EQ(records->samples.size(), 2u);
  EXPECT_EQ(records->samples[0].ppi, 0);
  std::ofstream(folder.path() / "8_1.wsq") << "x";
  EXPECT_EQ(read_fvc_folder(folder.path(), {}).error().field, "--ppi");
  EXPECT_EQ(read_fvc_folder(folder.path(), 500)->samples.size(), 3u);
}

TEST(SharedManifest, EverySampleIsThere) {
  const auto folder = tests::shared_fingerprints();
  if (!folder) GTEST_SKIP() << "the shared fingerprints are absent";
  const auto got = read_dataset(*folder);
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->samples.size(), 1080u);
  std::set<std::string> sets;
  for (const DatasetSample& sample : got->samples) {
    sets.insert(sample.set);
    EXPECT_TRUE(fs::is_regular_file(sample.path)) << sample.path;
  }
  EXPECT_EQ(sets.size(), 7u);
  const auto one = read_dataset(*folder, "FVC2002_DB1_B");
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one->samples.size(), 80u);
  const auto bare = read_dataset(*folder / "FVC2002_DB1_B");
  ASSERT_TRUE(bare.ok());
  EXPECT_EQ(bare->samples.size(), 80u);
}

}  // namespace
}  // namespace whorl::datasets
