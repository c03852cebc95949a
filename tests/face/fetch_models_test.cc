// scripts/fetch-models against a folder instead of the network.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/sha256.h"
#include "tests/support/shared_data.h"

namespace whorl {
namespace {
namespace fs = std::filesystem;

using testing::HasSubstr;

struct Outcome {
  int status = -1;
  std::string text;  // standard output and error
};

void write(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class FetchModels : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* tool : {"curl", "jq"}) {
      if (std::system((std::string("command -v ") + tool + " >/dev/null").c_str()) != 0) GTEST_SKIP() << "no " << tool;
    }
    fs::create_directories(cards());
    fs::create_directories(source());
  }

  [[nodiscard]] fs::path cards() const { return folder_.path() / "cards"; }
  [[nodiscard]] fs::path source() const { return folder_.path() / "upstream"; }
  [[nodiscard]] fs::path models() const { return folder_.path() / "models"; }

  void card(const std::string& pinned, const std::string& url = "https://example.invalid/tiny.onnx") const {
    write(cards() / "tiny.json", R"({"file": "tiny.onnx", "sha256": ")" + pinned + R"(", "url": ")" + url +
                                     R"(", "licence": "none", "note": "a note"})");
  }

  [[nodiscard]] Outcome fetch(const std::string& arguments) const {
    const std::string command = tests::source_path("scripts/fetch-models").string() + " --cards " + cards().string() +
                                " --to " + models().string() + " " + arguments + " 2>&1";
    Outcome out;
    FILE* pipe = ::popen(command.c_str(), "r");
    std::array<char, 512> part{};
    while (std::fgets(part.data(), part.size(), pipe) != nullptr) out.text += part.data();
    const int status = ::pclose(pipe);
    out.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    return out;
  }

  [[nodiscard]] std::string from_here() const { return "--from file://" + source().string() + " tiny"; }

  tests::TemporaryDirectory folder_;
};

TEST_F(FetchModels, PutsWeightsOfTheRightDigestInPlace) {
  card(hex_of(*sha256(as_bytes("weights"))));
  write(source() / "tiny.onnx", "weights");
  const Outcome first = fetch(from_here());
  EXPECT_EQ(first.status, 0) << first.text;
  EXPECT_EQ(read(models() / "tiny.onnx"), "weights");
  const Outcome again = fetch(from_here());
  EXPECT_EQ(again.status, 0);
  EXPECT_THAT(again.text, HasSubstr("there already"));
}

TEST_F(FetchModels, ThrowsAwayWeightsOfAnotherDigest) {
  card(hex_of(*sha256(as_bytes("weights"))));
  write(source() / "tiny.onnx", "something else");
  const Outcome outcome = fetch(from_here());
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.text, HasSubstr(hex_of(*sha256(as_bytes("something else")))));
  EXPECT_THAT(outcome.text, HasSubstr("thrown away"));
  EXPECT_TRUE(fs::is_empty(models()));
}

TEST_F(FetchModels, DoesNotTrustAWrongFileThatIsThereAlready) {
  card(hex_of(*sha256(as_bytes("weights"))));
  fs::create_directories(models());
  write(models() / "tiny.onnx", "old");
  const Outcome outcome = fetch(from_here());
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.text, HasSubstr("remove it"));
}

TEST_F(FetchModels, SaysSoWhereNothingCanBeReached) {
  card(hex_of(*sha256(as_bytes("weights"))));
  const Outcome outcome = fetch(from_here());
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.text, HasSubstr("Is there a network?"));
  EXPECT_TRUE(fs::is_empty(models()));
}

TEST_F(FetchModels, RefusesACardWithoutADigestOrAPlace) {
  card("");
  EXPECT_THAT(fetch(from_here()).text, HasSubstr("pins no SHA-256"));
  card(std::string(64, 'a'), "");
  const Outcome outcome = fetch("tiny");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.text, HasSubstr("nobody publishes it as one ONNX file. a note"));
}

TEST_F(FetchModels, KnowsItsCardsAndItsOptions) {
  card("");
  EXPECT_THAT(fetch("other").text, HasSubstr("there are: tiny"));
  EXPECT_EQ(fetch("--bogus").status, 1);
  EXPECT_THAT(fetch("--help").text, HasSubstr("--from"));
}

}  // namespace
}  // namespace whorl
