#include "index/record/encounter_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/index/gallery_fixture.h"

namespace whorl::index {
namespace {

using testing::HasSubstr;

std::string file_of(int records) {
  std::ostringstream out;
  EncounterFileWriter writer(out);
  for (int i = 0; i < records; ++i) EXPECT_TRUE(writer.add(record_of(i)).ok());
  EXPECT_TRUE(writer.finish().ok());
  EXPECT_EQ(writer.records(), static_cast<std::uint64_t>(records));
  return out.str();
}

// Everything up to the first error, which is handed back too.
std::pair<std::vector<EncounterRecord>, Status> read_all(const std::string& bytes) {
  std::istringstream in(bytes);
  auto reader = EncounterFileReader::open(in);
  if (!reader.ok()) return {{}, reader.error()};
  std::vector<EncounterRecord> out;
  for (;;) {
    auto next = reader->next();
    if (!next.ok()) {
      EXPECT_FALSE(reader->next().ok());
      return {std::move(out), next.error()};
    }
    if (!*next) return {std::move(out), Status()};
    out.push_back(std::move(**next));
  }
}

TEST(EncounterFile, ComesBackAsItWent) {
  const auto [records, status] = read_all(file_of(5));
  ASSERT_TRUE(status.ok()) << status.error().text();
  ASSERT_EQ(records.size(), 5U);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(records[static_cast<std::size_t>(i)], record_of(i));
  EXPECT_TRUE(read_all(file_of(0)).second.ok());
}

TEST(EncounterFile, EveryTruncationIsFoundOut) {
  const std::string whole = file_of(2);
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const auto [records, status] = read_all(whole.substr(0, n));
    ASSERT_FALSE(status.ok()) << n;
    EXPECT_EQ(status.error().kind, ErrorKind::kInvalidInput);
    EXPECT_LE(records.size(), 2U);
  }
}

TEST(EncounterFile, EveryChangedByteIsFoundOut) {
  const std::string whole = file_of(1);
  for (std::size_t n = 0; n < whole.size(); ++n) {
    std::string bad = whole;
    bad[n] = static_cast<char>(bad[n] ^ 0x41);
    EXPECT_FALSE(read_all(bad).second.ok()) << n;
  }
}

TEST(EncounterFile, BytesAfterTheEndAndForeignFilesAreRefused) {
  EXPECT_THAT(read_all(file_of(1) + "x").second.error().message, HasSubstr("after the end mark"));
  EXPECT_THAT(read_all(std::string(100, 'x')).second.error().message, HasSubstr("not an encounter file"));
  std::string later = file_of(1);
  later[11] = 9;
  EXPECT_THAT(read_all(later).second.error().message, HasSubstr("unknown version 9"));
}

TEST(EncounterFile, ALongLengthAllocatesNothing) {
  std::string bad = file_of(0).substr(0, 12) + std::string("\xFF\xFF\xFF\xFF", 4);
  EXPECT_THAT(read_all(bad).second.error().message, HasSubstr("key longer than"));
  bad = file_of(0).substr(0, 12) + std::string("\0\0\0\1k\xFF\xFF\xFF\xFF", 9);
  EXPECT_THAT(read_all(bad).second.error().message, HasSubstr("record longer than"));
}

TEST(EncounterFile, FilesOnDiskAreReadFromWhereTheyWereLeft) {
  const tests::TemporaryDirectory directory;
  const auto path = directory.path() / "people.whorl-encounters";
  {
    auto writer = EncounterFileWriter::create(path);
    ASSERT_TRUE(writer.ok()) << writer.error().text();
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(writer->add(record_of(i)).ok());
    ASSERT_TRUE(writer->finish().ok());
  }
  auto first = EncounterFileReader::open(path);
  ASSERT_TRUE(first.ok()) << first.error().text();
  EXPECT_EQ(first->size(), std::filesystem::file_size(path));
  ASSERT_TRUE(first->next().ok());
  ASSERT_TRUE(first->next_encoded().ok());
  auto second = EncounterFileReader::open(path);
  ASSERT_TRUE(second->resume(first->position(), first->records()).ok());
  EXPECT_EQ((*second->next())->person_id, "p2");
  EXPECT_EQ((*second->next())->person_id, "p3");
  EXPECT_FALSE(second->next()->has_value());
  EXPECT_EQ(second->records(), 4U);
  // A load that was killed after its last batch goes on at the end, and finds it.
  auto third = EncounterFileReader::open(path);
  ASSERT_TRUE(third->resume(second->position(), second->records()).ok());
  const auto end = third->next();
  ASSERT_TRUE(end.ok()) << end.error().text();
  EXPECT_FALSE(end->has_value());
  EXPECT_FALSE(second->resume(second->size() + 1, 4).ok());
  EXPECT_EQ(EncounterFileReader::open(directory.path() / "absent").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(EncounterFileReader::open(directory.path()).error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(EncounterFileWriter::create(directory.path()).error().kind, ErrorKind::kInvalidInput);
}

TEST(EncounterFile, AFullDiskIsAnErrorNotACutFile) {
  const std::filesystem::path full = "/dev/full";
  if (!std::filesystem::exists(full)) GTEST_SKIP() << "this system has no /dev/full";
  auto writer = EncounterFileWriter::create(full);
  ASSERT_TRUE(writer.ok()) << writer.error().text();
  Status status = writer->add(record_of(1));
  if (status.ok()) status = writer->finish();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::kUnavailable);
}

}  // namespace
}  // namespace whorl::index
