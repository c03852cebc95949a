// A list of table files that cannot become the current one leaves the one that is.
#include "index/store/manifest_guard.h"

#include <gtest/gtest.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "tests/support/faulty_disk.h"
#include "tests/support/shared_data.h"

namespace whorl::index {
namespace {

namespace fs = std::filesystem;

class ManifestGuardTest : public testing::Test {
 protected:
  // As a gallery is opened: a new list at every change.
  rocksdb::Status open(rocksdb::Env& env) {
    rocksdb::Options options;
    options.env = &env;
    options.create_if_missing = true;
    options.max_manifest_file_size = 1;
    options.max_bgerror_resume_count = 0;
    rocksdb::DB* opened = nullptr;
    rocksdb::Status status = rocksdb::DB::Open(options, folder().string(), &opened);
    db_.reset(opened);
    return status;
  }
  [[nodiscard]] fs::path folder() const { return directory_.path() / "db"; }

  // The list cannot be made current, of which RocksDB makes no more than the answer to the call; then a table file
  // cannot be written, and RocksDB looks through the folder for what nobody needs.
  void fail_twice() {
    ASSERT_TRUE(db_->Put({}, "a", "1").ok());
    ASSERT_TRUE(db_->Flush({}).ok());
    ASSERT_TRUE(db_->CompactRange({}, nullptr, nullptr).ok()) << "to a level that files are deleted from";
    disk_.refuse_new(".dbtmp");
    const rocksdb::Slice begin("a"), end("b");
    EXPECT_FALSE(rocksdb::DeleteFilesInRange(db_.get(), db_->DefaultColumnFamily(), &begin, &end).ok());
    disk_.refuse_new(".sst");
    ASSERT_TRUE(db_->Put({}, "b", "2").ok());
    EXPECT_FALSE(db_->Flush({}).ok());
    db_.reset();
    disk_.refuse_new("");
  }

  tests::TemporaryDirectory directory_;
  tests::FaultyDisk disk_;
  std::unique_ptr<rocksdb::DB> db_;
};

TEST_F(ManifestGuardTest, ADatabaseOpensAfterItsListCouldNotBeMadeCurrent) {
  const auto env = guard_manifests(*disk_.env());
  ASSERT_TRUE(open(*env).ok());
  fail_twice();
  const rocksdb::Status opened = open(*env);
  ASSERT_TRUE(opened.ok()) << opened.ToString();
  std::string value;
  EXPECT_TRUE(db_->Get({}, "a", &value).ok());
  EXPECT_TRUE(db_->Get({}, "b", &value).ok());
  db_.reset();
}

TEST_F(ManifestGuardTest, DeletesEverythingButTheListThatIsCurrent) {
  const auto env = guard_manifests(*rocksdb::Env::Default());
  const auto make = [&](const std::string& name, const std::string& text) {
    std::ofstream(directory_.path() / name) << text;
    return (directory_.path() / name).string();
  };
  const std::string before = make("MANIFEST-000004", "4");
  const std::string current = make("MANIFEST-000005", "5");
  const std::string table = make("000005.sst", "table");
  EXPECT_TRUE(env->DeleteFile(before).ok()) << "there is no CURRENT yet";
  make("CURRENT", "MANIFEST-000005\n");
  make("MANIFEST-000004", "4");
  EXPECT_TRUE(env->DeleteFile(before).ok());
  EXPECT_TRUE(env->DeleteFile(table).ok());
  EXPECT_FALSE(env->DeleteFile(current).ok());
  EXPECT_TRUE(fs::exists(current));
  make("CURRENT", "MANIFEST-000006\n");
  EXPECT_TRUE(env->DeleteFile(current).ok());
}

}  // namespace
}  // namespace whorl::index
