// PrivacyNotices: what a folder gives, and what an encounter has to name.
#include "engine/privacy_notices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/catalogue.h"
#include "tests/support/shared_data.h"

namespace whorl::engine {
namespace {

using testing::ElementsAre;

class PrivacyNoticesTest : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / name, std::ios::binary) << text;
  }
  [[nodiscard]] Result<PrivacyNotices> read() const { return PrivacyNotices::read(folder_.path()); }

  tests::TemporaryDirectory folder_;
};

TEST_F(PrivacyNoticesTest, AreByVersionAndLanguageAndTheLastNameIsInForce) {
  write("2025-06-15.en.txt", "older");
  write("2026-11-01.en.txt", "we take your prints");
  write("2026-11-01.zh-Hant.txt", "\xe6\x8c\x87");
  write("readme.md", "not a notice");
  write("2026-11-01.txt", "no language");
  write("2026-11-01.e n.txt", "no tag");
  const auto notices = read();
  ASSERT_TRUE(notices.ok()) << notices.error().text();
  EXPECT_EQ(notices->in_force(), "2026-11-01");
  EXPECT_THAT(notices->versions(), ElementsAre("2026-11-01", "2025-06-15"));
  EXPECT_THAT(notices->languages("2026-11-01"), ElementsAre("en", "zh-Hant"));
  EXPECT_EQ(*notices->text("2026-11-01", "en"), "we take your prints");
  EXPECT_EQ(notices->text("2026-11-01", "de"), nullptr);
  EXPECT_EQ(notices->text("2026-11-02", "en"), nullptr);
}

TEST_F(PrivacyNoticesTest, ThatNobodyCouldReadAreRefusedByName) {
  EXPECT_EQ(PrivacyNotices::read(folder_.path() / "none").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(read().error().kind, ErrorKind::kInvalidInput) << "an empty folder";
  for (const std::string& text : {std::string(), std::string(" \n"), std::string("\xff\xfe"),
                                  std::string(PrivacyNotices::kMostTextBytes + 1, 'a')}) {
    write("1.en.txt", text);
    const auto refused = read();
    ASSERT_FALSE(refused.ok()) << text.size();
    EXPECT_THAT(refused.error().text(), testing::HasSubstr("1.en.txt"));
  }
}

TEST_F(PrivacyNoticesTest, AreNotReadThroughLinks) {
  write("1.en.txt", "said");
  const auto secret = folder_.path() / "secret";
  std::ofstream(secret) << "elsewhere";
  std::filesystem::create_symlink(secret, folder_.path() / "2.en.txt");
  EXPECT_EQ(read()->in_force(), "1");
}

TEST_F(PrivacyNoticesTest, AnEncounterNamesOneThatIsThereAndALanguage) {
  write("1.en.txt", "first");
  write("2.en.txt", "second");
  const auto notices = read();
  ASSERT_TRUE(notices.ok());
  EXPECT_TRUE(require_notice(*notices, R"({"notice":{"version":"2","language":"fa"},"more":1})").ok());
  EXPECT_TRUE(require_notice(*notices, R"({"notice":{"version":"1","language":"en"}})").ok()) << "queued before";
  for (const char* bad :
       {"", "{}", "[]", "null", "{", R"({"notice":"2"})", R"({"notice":{"version":"3","language":"en"}})",
        R"({"notice":{"version":"2"}})", R"({"notice":{"version":"2","language":""}})",
        R"({"notice":{"version":2,"language":"en"}})", R"({"other":{"notice":{"version":"2","language":"en"}}})"}) {
    const auto refused = require_notice(*notices, bad);
    ASSERT_FALSE(refused.ok()) << bad;
    EXPECT_EQ(refused.error().code(), "notice_needed") << bad;
  }
}

}  // namespace
}  // namespace whorl::engine
