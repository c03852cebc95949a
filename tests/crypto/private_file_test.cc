// Files that others could have written or read are not taken.
#include "crypto/private_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/files.h"
#include "tests/support/shared_data.h"

namespace whorl::crypto {
namespace {

namespace fs = std::filesystem;

class PrivateFileTest : public testing::Test {
 protected:
  fs::path file(mode_t mode, std::string_view text = "secret") {
    fs::path path = folder_.path() / ("file" + std::to_string(mode));
    EXPECT_TRUE(write_file(path, text).ok());
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }
  static std::string code(const fs::path& path, OthersMay others, std::size_t most = 100) {
    const auto bytes = read_private_file(path, most, others);
    return bytes.ok() ? "ok" : std::string(bytes.error().code());
  }
  tests::TemporaryDirectory folder_;
};

TEST_F(PrivateFileTest, ModesAreThoseThatKeepOthersOut) {
  for (const mode_t mode : {0400, 0600, 0440, 0640}) EXPECT_EQ(code(file(mode), OthersMay::kNothing), "ok") << mode;
  for (const mode_t mode : {0644, 0604, 0660, 0602, 0620, 0666}) {
    EXPECT_EQ(code(file(mode), OthersMay::kNothing), "open_to_others") << mode;
  }
  for (const mode_t mode : {0400, 0644, 0444}) EXPECT_EQ(code(file(mode), OthersMay::kReadIt), "ok") << mode;
  for (const mode_t mode : {0660, 0646, 0666, 0622}) {
    EXPECT_EQ(code(file(mode), OthersMay::kReadIt), "open_to_others") << mode;
  }
}

TEST_F(PrivateFileTest, SizesAndKindsAreBounded) {
  EXPECT_EQ(code(file(0600, "123456"), OthersMay::kNothing, 6), "ok");
  EXPECT_EQ(code(file(0600, "1234567"), OthersMay::kNothing, 6), "file_too_long");
  EXPECT_EQ(code(file(0600, ""), OthersMay::kNothing), "invalid_input");
  EXPECT_EQ(code(folder_.path(), OthersMay::kReadIt), "invalid_input");
  EXPECT_EQ(code("/dev/zero", OthersMay::kReadIt), "invalid_input");
  EXPECT_EQ(code(folder_.path() / "none", OthersMay::kReadIt), "file_not_there");
  const fs::path pipe = folder_.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(code(pipe, OthersMay::kNothing), "invalid_input") << "and nobody waits for a writer";
}

}  // namespace
}  // namespace whorl::crypto
