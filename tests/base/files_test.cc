// Files as users name them: plain ones, links, devices, pipes.
#include "base/files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/path_failure.h"
#include "tests/support/shared_data.h"

namespace whorl {
namespace {
namespace fs = std::filesystem;

using testing::HasSubstr;

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

mode_t mode_of(const fs::path& path) {
  struct stat known {};
  return ::lstat(path.c_str(), &known) == 0 ? known.st_mode : 0;
}

TEST(PathFailure, OneCauseIsOneKind) {
  EXPECT_EQ(kind_of_path_failure(ENOENT), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of_path_failure(ENOTDIR), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of_path_failure(EACCES), ErrorKind::kUnauthorised);
  EXPECT_EQ(kind_of_path_failure(EROFS), ErrorKind::kUnauthorised);
  EXPECT_EQ(kind_of_path_failure(ENOSPC), ErrorKind::kExhausted);
  EXPECT_EQ(kind_of_path_failure(EISDIR), ErrorKind::kInvalidInput);
  EXPECT_EQ(kind_of_path_failure(EIO), ErrorKind::kUnavailable);
}

class Files : public testing::Test {
 protected:
  [[nodiscard]] fs::path at(const std::string& name) const { return folder_.path() / name; }
  // How many entries the folder has: nothing may be left beside what was written.
  [[nodiscard]] std::ptrdiff_t entries() const { return std::distance(fs::directory_iterator(folder_.path()), {}); }
  tests::TemporaryDirectory folder_;
};

TEST_F(Files, AreWrittenWholeAndReadBack) {
  ASSERT_TRUE(write_file(at("f"), std::string_view("hello")).ok());
  ASSERT_TRUE(write_file(at("f"), std::string_view("world")).ok());
  EXPECT_EQ(as_text(*read_file(at("f"), 5)), "world");
  EXPECT_EQ(entries(), 1);
}

TEST_F(Files, EveryFailureHasItsKind) {
  ASSERT_TRUE(write_file(at("f"), std::string_view("hello")).ok());
  EXPECT_EQ(read_file(at("f"), 4).error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(read_file(folder_.path(), 4).error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(read_file(at("absent"), 4).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(write_file(at("no/such/f"), std::string_view("x")).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(write_file(folder_.path(), std::string_view("x")).error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(make_directory(at("f")).error().kind, ErrorKind::kInvalidInput);
  EXPECT_TRUE(make_directory(at("a/b")).ok());
}

TEST_F(Files, ALinkStaysALinkAndItsTargetIsWritten) {
  fs::create_directory(at("d"));
  fs::create_symlink("target", at("d/link"));  // to a file that is not there yet
  fs::create_symlink("d/link", at("second"));
  ASSERT_TRUE(write_file(at("d/link"), std::string_view("one")).ok());
  EXPECT_EQ(content(at("d/target")), "one");
  ASSERT_TRUE(write_file(at("second"), std::string_view("two")).ok());
  EXPECT_EQ(content(at("d/target")), "two");
  EXPECT_TRUE(S_ISLNK(mode_of(at("d/link"))));
  EXPECT_TRUE(S_ISLNK(mode_of(at("second"))));
  EXPECT_TRUE(S_ISREG(mode_of(at("d/target"))));
  EXPECT_EQ(std::distance(fs::directory_iterator(at("d")), {}), 2);
}

TEST_F(Files, ALinkInACircleIsRefused) {
  fs::create_symlink("b", at("a"));
  fs::create_symlink("a", at("b"));
  EXPECT_FALSE(write_file(at("a"), std::string_view("x")).ok());
  EXPECT_TRUE(S_ISLNK(mode_of(at("a"))));
}

TEST_F(Files, APipeIsWrittenToAndStaysAPipe) {
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  EXPECT_THAT(write_file(at("pipe"), std::string_view("x")).error().message, HasSubstr("nobody reads"));
  const std::string text(200'000, 'x');  // more than a pipe holds
  const int in = ::open(at("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(in, 0);
  ::fcntl(in, F_SETFL, 0);
  std::string got;
  std::jthread reader([&] {
    char buffer[4096];
    for (ssize_t n = 1; got.size() < text.size() && n > 0;) {
      n = ::read(in, buffer, sizeof buffer);
      if (n > 0) got.append(buffer, static_cast<std::size_t>(n));
      if (n == 0) n = 1;  // the writer has not come yet
    }
  });
  EXPECT_TRUE(write_file(at("pipe"), text).ok());
  reader.join();
  ::close(in);
  EXPECT_EQ(got, text);
  EXPECT_TRUE(S_ISFIFO(mode_of(at("pipe"))));
}

TEST_F(Files, ADeviceIsWrittenToAndStaysADevice) {
  if (::mknod(at("null").c_str(), S_IFCHR | 0600, makedev(1, 3)) != 0) GTEST_SKIP() << "may not make devices here";
  const int opened = ::open(at("null").c_str(), O_WRONLY | O_CLOEXEC);
  if (opened < 0) GTEST_SKIP() << "may not open devices here";
  ::close(opened);
  EXPECT_TRUE(write_file(at("null"), std::string_view("hello")).ok());
  EXPECT_TRUE(S_ISCHR(mode_of(at("null"))));
}

TEST_F(Files, ADeviceWithoutRoomIsAnError) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const auto full = write_file("/dev/full", std::string_view("hello"));
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().kind, ErrorKind::kExhausted);
  EXPECT_TRUE(S_ISCHR(mode_of("/dev/full")));
}

TEST_F(Files, ASocketIsRefused) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = at("s").string();
  if (name.size() >= sizeof address.sun_path) GTEST_SKIP() << "the temporary folder's name is too long for a socket";
  std::copy(name.begin(), name.end(), address.sun_path);
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(write_file(at("s"), std::string_view("x")).error().kind, ErrorKind::kInvalidInput);
  EXPECT_TRUE(S_ISSOCK(mode_of(at("s"))));
  ::close(socket);
}

TEST_F(Files, AFileKeepsItsModeAndANewPrivateOneIsItsOwnersAlone) {
  const mode_t before = ::umask(022);
  ASSERT_TRUE(write_file(at("shared"), std::string_view("x")).ok());
  ASSERT_TRUE(write_file(at("private"), std::string_view("x"), NewFile::kPrivate).ok());
  EXPECT_EQ(mode_of(at("shared")) & 07777, 0644u);
  EXPECT_EQ(mode_of(at("private")) & 07777, 0600u);
  ASSERT_EQ(::chmod(at("shared").c_str(), 0400), 0);
  ASSERT_EQ(::chmod(at("private").c_str(), 0640), 0);
  ASSERT_TRUE(write_file(at("shared"), std::string_view("y")).ok());
  ASSERT_TRUE(write_file(at("private"), std::string_view("y"), NewFile::kPrivate).ok());
  EXPECT_EQ(mode_of(at("shared")) & 07777, 0400u);
  EXPECT_EQ(mode_of(at("private")) & 07777, 0640u);
  ::umask(077);
  ASSERT_TRUE(write_file(at("masked"), std::string_view("x")).ok());
  EXPECT_EQ(mode_of(at("masked")) & 07777, 0600u);
  ::umask(before);
}

}  // namespace
}  // namespace whorl
