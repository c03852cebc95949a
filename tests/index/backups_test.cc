// Which copies were made of a gallery: noted with their leaf, with what came of them, and kept over rotations.
#include <gtest/gtest.h>

#include "index/key_care.h"
#include "index/record/backup_notes.h"
#include "index/store/gallery_format.h"
#include "tests/index/gallery_fixture.h"
#include "tests/support/raw_gallery.h"

namespace whorl::index {
namespace {

class Backups : public GalleryTest {
 protected:
  [[nodiscard]] std::filesystem::path at(const char* name) const { return directory_.path() / name; }
  std::vector<BackupNote> noted() {
    auto out = gallery_->backups();
    EXPECT_TRUE(out.ok()) << out.error().text();
    return out.ok() ? std::move(out).value() : std::vector<BackupNote>();
  }
};

TEST_F(Backups, OfAGalleryThatWasNeverCopiedAreNone) { EXPECT_TRUE(noted().empty()); }

TEST_F(Backups, AreNotedWithTheirResultAndTheSizeOfTheLog) {
  for (int i = 0; i < 3; ++i) add(record_of(i));
  ASSERT_TRUE(gallery_->backup(at("monday")).ok());
  const std::uint64_t leaves = gallery_->audit()->leaves;
  add(record_of(3));
  ASSERT_TRUE(gallery_->backup(at("tuesday")).ok());
  const auto all = noted();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].result, BackupResult::kMade);
  EXPECT_EQ(all[0].leaves, leaves);
  EXPECT_EQ(all[1].leaves, leaves + 2);  // somebody came, and it was copied
  EXPECT_GT(all[0].begun_ms, 1'700'000'000'000U);
  EXPECT_GE(all[0].ended_ms, all[0].begun_ms);
  EXPECT_GE(all[1].begun_ms, all[0].ended_ms);
}

TEST_F(Backups, OneThatFailsIsNotedAndHasASecondLeaf) {
  add(record_of(1));
  const std::uint64_t before = gallery_->audit()->leaves;
  EXPECT_FALSE(gallery_->backup(at("nowhere") / "below" / "monday").ok());
  const auto all = noted();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].result, BackupResult::kFailed);
  EXPECT_EQ(gallery_->audit()->leaves, before + 2);
  EXPECT_EQ(all[0].leaves, before + 1);
}

TEST_F(Backups, OneThatIsRefusedIsNotNoted) {
  std::filesystem::create_directory(at("there"));
  EXPECT_FALSE(gallery_->backup(at("there")).ok());
  EXPECT_TRUE(noted().empty());
}

TEST_F(Backups, AreKnownAfterARotationAndAnOpening) {
  add(record_of(1));
  ASSERT_TRUE(gallery_->backup(at("monday")).ok());
  const auto before = noted();
  ASSERT_TRUE(gallery_->rotate_keys().ok());
  EXPECT_EQ(noted(), before);
  reopen();
  EXPECT_EQ(noted(), before);
}

TEST_F(Backups, ACopyKnowsOfItselfThatItWasBegun) {
  add(record_of(1));
  ASSERT_TRUE(gallery_->backup(at("monday")).ok());
  ASSERT_TRUE(gallery_->backup(at("tuesday")).ok());
  Restoration what;
  what.from = at("tuesday");
  what.to = at("restored");
  what.keys = options_.directory / "keys";
  gallery_.reset();
  ASSERT_TRUE(restore_gallery(what).ok());
  options_.directory = what.to;
  auto opened = Gallery::open(options_);
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  gallery_ = std::move(opened).value();
  const auto all = noted();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].result, BackupResult::kMade);
  EXPECT_EQ(all[1].result, BackupResult::kUnknown);
  EXPECT_EQ(all[1].ended_ms, 0U);
}

TEST_F(Backups, ADamagedRowIsNotInTheWayOfABackup) {
  add(record_of(1));
  ASSERT_TRUE(gallery_->backup(at("monday")).ok());
  gallery_.reset();
  for (tests::RawRow row : tests::raw_rows(options_.directory)) {
    if (row.key != kBackupsKey) continue;
    row.value = "damaged";
    tests::put_raw(options_.directory, {row});
  }
  reopen();
  EXPECT_EQ(gallery_->backups().error().kind, ErrorKind::kCorruption);
  const std::uint64_t before = gallery_->audit()->leaves;
  ASSERT_TRUE(gallery_->backup(at("tuesday")).ok());
  EXPECT_EQ(gallery_->audit()->leaves, before + 1);
  const auto all = noted();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].result, BackupResult::kMade);
}

TEST(BackupRow, KeepsTheLatest) {
  std::vector<BackupNote> many;
  for (std::uint64_t i = 1; i <= kMostBackupsKept + 3; ++i) many.push_back({i, i, i + 1, i, BackupResult::kMade});
  const auto back = parse_backups(encode_backups(many));
  ASSERT_TRUE(back.ok()) << back.error().text();
  ASSERT_EQ(back->size(), kMostBackupsKept);
  EXPECT_EQ(back->front().number, 4U);
  EXPECT_EQ(back->back(), many.back());
}

TEST(BackupRow, KeepsTheLastOneMadeHoweverManyFailAfterIt) {
  std::vector<BackupNote> noted;
  for (std::uint64_t i = 1; i <= kMostBackupsKept + 3; ++i) {
    noted.push_back({i, i, i + 1, i, i == 2 ? BackupResult::kMade : BackupResult::kFailed});
    noted = parse_backups(encode_backups(noted)).value();
  }
  ASSERT_EQ(noted.size(), kMostBackupsKept);
  EXPECT_EQ(noted.front().number, 2U);
  EXPECT_EQ(noted.front().result, BackupResult::kMade);
  EXPECT_EQ(noted.back().number, kMostBackupsKept + 3);
}

TEST(BackupRow, OfOtherBytesIsRefused) {
  const Bytes good = encode_backups({{1, 2, 3, 4, BackupResult::kMade}});
  for (std::size_t n = 0; n < good.size(); ++n) EXPECT_FALSE(parse_backups(ByteView(good).first(n)).ok()) << n;
  Bytes bad = good;
  bad.back() = 3;  // no such result
  EXPECT_EQ(parse_backups(bad).error().kind, ErrorKind::kCorruption);
  bad = good;
  bad.front() = 2;  // a later version
  EXPECT_EQ(parse_backups(bad).error().kind, ErrorKind::kInvalidInput);
  bad = good;
  bad.push_back(0);
  EXPECT_EQ(parse_backups(bad).error().kind, ErrorKind::kCorruption);
}

}  // namespace
}  // namespace whorl::index
