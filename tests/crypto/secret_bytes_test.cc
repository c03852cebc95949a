// Secret memory: values, wiping, comparison.
#include "crypto/secret_bytes.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "crypto/hmac.h"
#include "crypto/key_pair.h"
#include "crypto/process_memory.h"

namespace whorl::crypto {
namespace {

TEST(SecretBytes, BeginAsZerosAndHoldWhatIsWritten) {
  for (const std::size_t size : {1u, 31u, 32u, 4096u, 4097u, 300'000u}) {
    SecretBytes secret(size);
    ASSERT_EQ(secret.size(), size);
    EXPECT_TRUE(std::all_of(secret.view().begin(), secret.view().end(), [](auto b) { return b == 0; }));
    std::fill(secret.writable().begin(), secret.writable().end(), std::uint8_t{0xA5});
    const SecretBytes other = secret.clone();
    EXPECT_TRUE(equal_in_constant_time(other.view(), secret.view()));
    EXPECT_NE(other.view().data(), secret.view().data());
  }
  EXPECT_TRUE(SecretBytes().empty());
  EXPECT_TRUE(SecretBytes(0).view().empty());
}

TEST(SecretBytes, MoveAndLeaveNothingBehind) {
  SecretBytes a = SecretBytes::copy_of(as_bytes("of the first"));
  SecretBytes b = std::move(a);
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(as_text(b.view()), "of the first");
  SecretBytes large = SecretBytes::copy_of(Bytes(5000, 7));
  large = std::move(b);
  EXPECT_EQ(as_text(large.view()), "of the first");
  EXPECT_TRUE(b.empty());  // NOLINT(bugprone-use-after-move)
}

// The secure heap hands memory out again: what stood there must be gone.
TEST(SecretBytes, AreWipedBeforeTheirMemoryIsGivenBack) {
  ASSERT_TRUE(secret_memory().secure_heap);
  const std::uint8_t* place = nullptr;
  {
    const SecretBytes secret = SecretBytes::copy_of(Bytes(64, 0xC3));
    place = secret.view().data();
  }
  // The heap stays mapped, and it writes its list of free places into the first 16 bytes alone.
  EXPECT_EQ(std::count(place + 16, place + 64, 0xC3), 0);
}

TEST(SecretBytes, GoOnWhereTheSecureHeapIsFull) {
  std::vector<SecretBytes> many;
  for (std::uint8_t i = 0; i < 255; ++i) {
    many.emplace_back(4096);
    many.back().writable().front() = i;
    many.emplace_back(4096);
  }
  for (std::uint8_t i = 0; i < 255; ++i) EXPECT_EQ(many[2 * std::size_t{i}].view().front(), i);
  // OpenSSL's own keys still have room there.
  for (const KeyKind kind : {KeyKind::kX25519, KeyKind::kP256}) EXPECT_TRUE(PrivateKey::make(kind).ok());
  EXPECT_EQ(HmacSha256(Bytes(32, 1)).of({}), HmacSha256(Bytes(32, 1)).of({}));
}

TEST(SecretBytes, LieInPagesThatNoCoreDumpHolds) {
  const SecretBytes small(32);
  const SecretBytes large(100'000);
  for (const SecretBytes* secret : {&small, &large}) {
    const auto place = reinterpret_cast<std::uintptr_t>(secret->view().data());
    std::ifstream maps("/proc/self/smaps");
    bool inside = false;
    bool hidden = false;
    for (std::string line; std::getline(maps, line);) {
      std::uintptr_t begin = 0;
      std::uintptr_t end = 0;
      if (std::sscanf(line.c_str(), "%lx-%lx ", &begin, &end) == 2) inside = begin <= place && place < end;
      if (inside && line.starts_with("VmFlags:")) hidden = line.find(" dd") != std::string::npos;
    }
    EXPECT_TRUE(hidden);
  }
}

TEST(SecretBytes, AreComparedByEveryByteAndTheLength) {
  const Bytes a{1, 2, 3, 4};
  EXPECT_TRUE(equal_in_constant_time(a, Bytes{1, 2, 3, 4}));
  for (std::size_t i = 0; i < a.size(); ++i) {
    Bytes b = a;
    b[i] ^= 0x80;
    EXPECT_FALSE(equal_in_constant_time(a, b)) << i;
  }
  EXPECT_FALSE(equal_in_constant_time(a, Bytes{1, 2, 3}));
  EXPECT_TRUE(equal_in_constant_time(Bytes(), Bytes()));
}

TEST(ProcessMemory, IsHiddenFromDumpsAndDebuggers) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    rlimit cores{};
    const bool hidden = hide_process_memory().ok() && ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 &&
                        ::getrlimit(RLIMIT_CORE, &cores) == 0 && cores.rlim_max == 0;
    ::_exit(hidden ? 7 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

TEST(ProcessMemory, SaysWhetherThereIsSwap) {
  const auto swap = swap_in_use();
  ASSERT_TRUE(swap.ok()) << swap.error().text();
  std::ifstream in("/proc/swaps");
  std::stringstream text;
  text << in.rdbuf();
  const std::string lines = text.str();
  EXPECT_EQ(*swap, std::count(lines.begin(), lines.end(), '\n') > 1);
}

}  // namespace
}  // namespace whorl::crypto
