// Where root keys come from: modes, owners, sizes, and one key for all who make it at once.
#include "crypto/vault/root_source.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>
#include <vector>

#include "base/files.h"
#include "tests/support/shared_data.h"

namespace whorl::crypto {
namespace {

namespace fs = std::filesystem;

class RootSource : public testing::Test {
 protected:
  tests::TemporaryDirectory folder_;
  const Bytes secret_{1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16,
                      17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32};

  fs::path write(const std::string& name, const Bytes& bytes, mode_t mode) {
    fs::path path = folder_.path() / name;
    EXPECT_TRUE(write_file(path, bytes).ok());
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }
};

TEST_F(RootSource, AFileOfItsOwnerAloneIsRead) {
  for (const mode_t mode : {0400u, 0600u}) {
    const auto key = read_root_key(write("a.key", secret_, mode));
    ASSERT_TRUE(key.ok()) << key.error().text();
    EXPECT_TRUE(equal_in_constant_time(key->view(), secret_));
    fs::remove(folder_.path() / "a.key");
  }
}

TEST_F(RootSource, AFileThatOthersMayReadOrChangeIsRefused) {
  for (const mode_t mode : {0440u, 0404u, 0444u, 0644u, 0420u, 0402u, 0410u}) {
    const auto key = read_root_key(write("a.key", secret_, mode));
    ASSERT_FALSE(key.ok()) << mode;
    EXPECT_EQ(key.error().kind, ErrorKind::kUnauthorised);
    fs::remove(folder_.path() / "a.key");
  }
}

TEST_F(RootSource, AFileOfAnotherUserIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  const fs::path path = write("a.key", secret_, 0400);
  ASSERT_EQ(::chown(path.c_str(), 12345, 12345), 0);
  EXPECT_EQ(read_root_key(path).error().kind, ErrorKind::kUnauthorised);
}

TEST_F(RootSource, OtherSizesAndWhatIsNoFileAreRefused) {
  for (const std::size_t size : {0u, 1u, 31u, 33u, 64u}) {
    EXPECT_EQ(read_root_key(write("b.key", Bytes(size, 9), 0400)).error().kind, ErrorKind::kInvalidInput) << size;
    fs::remove(folder_.path() / "b.key");
  }
  EXPECT_EQ(read_root_key(folder_.path()).error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(read_root_key("/dev/zero").error().kind, ErrorKind::kInvalidInput);
  const fs::path pipe = folder_.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(read_root_key(pipe).error().kind, ErrorKind::kInvalidInput) << "and nobody waits for it";
  EXPECT_EQ(read_root_key(folder_.path() / "none").error().kind, ErrorKind::kNotFound);
}

TEST_F(RootSource, ACredentialMayBeReadableByItsGroup) {
  write("root.key", secret_, 0440);
  const auto key = read_root_credential(folder_.path());
  ASSERT_TRUE(key.ok()) << key.error().text();
  EXPECT_TRUE(equal_in_constant_time(key->view(), secret_));
  ASSERT_EQ(::chmod((folder_.path() / "root.key").c_str(), 0444), 0);
  EXPECT_EQ(read_root_credential(folder_.path()).error().kind, ErrorKind::kUnauthorised);
}

TEST_F(RootSource, IsMadeOnceWithAModeForItsOwnerAlone) {
  const fs::path state = folder_.path() / "deep" / "whorl";
  const auto made = root_key_made_once(state);
  ASSERT_TRUE(made.ok()) << made.error().text();
  struct stat about {};
  ASSERT_EQ(::stat((state / kRootKeyName).c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777u, 0400u);
  ASSERT_EQ(::stat(state.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777u, 0700u);
  const auto again = root_key_made_once(state);
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(equal_in_constant_time(made->view(), again->view()));
  EXPECT_EQ(std::distance(fs::directory_iterator(state), {}), 1) << "nothing is left beside it";
}

TEST_F(RootSource, IsTheSameForAllWhoMakeItAtOnce) {
  const fs::path state = folder_.path() / "state";
  std::vector<Bytes> got(8);
  std::vector<std::thread> threads;
  for (Bytes& bytes : got) {
    threads.emplace_back([&] {
      const auto key = root_key_made_once(state);
      if (key.ok()) bytes.assign(key->view().begin(), key->view().end());
    });
  }
  for (auto& thread : threads) thread.join();
  for (const Bytes& bytes : got) {
    EXPECT_EQ(bytes.size(), 32u);
    EXPECT_EQ(bytes, got.front());
  }
}

TEST_F(RootSource, ADamagedKeyIsNeverReplaced) {
  write("root.key", Bytes(31, 1), 0400);
  EXPECT_EQ(root_key_made_once(folder_.path()).error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(fs::file_size(folder_.path() / "root.key"), 31u);
}

TEST_F(RootSource, ANamedPlaceThatFailsIsNoReasonToLookFurther) {
  RootPlaces places;
  places.state = folder_.path() / "state";
  EXPECT_EQ(find_root_key(places, false).error().kind, ErrorKind::kNotFound);
  EXPECT_FALSE(fs::exists(*places.state));
  const auto made = find_root_key(places, true);
  ASSERT_TRUE(made.ok());
  EXPECT_TRUE(made->made_by_whorl);

  places.credentials = folder_.path();
  EXPECT_TRUE(find_root_key(places, false).ok()) << "a service may have other credentials";
  write("root.key", Bytes(32, 1), 0444);
  EXPECT_EQ(find_root_key(places, true).error().kind, ErrorKind::kUnauthorised);
  places.file = folder_.path() / "none";
  EXPECT_EQ(find_root_key(places, true).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(find_root_key({}, true).error().kind, ErrorKind::kNotFound);
}

TEST_F(RootSource, ErrorsHoldNoByteOfAKey) {
  const auto key = read_root_key(write("a.key", Bytes(33, 'S'), 0400));
  EXPECT_EQ(key.error().text().find("SS"), std::string::npos);
}

}  // namespace
}  // namespace whorl::crypto
