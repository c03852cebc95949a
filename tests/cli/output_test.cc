// Where answers go: standard output that does not take them, and what --out names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "datasets/template_people.h"
#include "templates/codec/native.h"
#include "tests/cli/run_whorl.h"
#include "tests/support/shared_data.h"

namespace whorl::tests {
namespace {
namespace fs = std::filesystem;

using testing::HasSubstr;

// A gallery folder's name and a template of a finger.
class Output : public testing::Test {
 protected:
  void SetUp() override {
    const auto capture = datasets::TemplatePerson(3, 1, 1).capture(0);
    const Bytes bytes = codec::encode_native(capture[0].extracted).value();
    std::ofstream(finger(), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  [[nodiscard]] std::string at(const std::string& name) const { return (folder_.path() / name).string(); }
  [[nodiscard]] std::string finger() const { return at("finger.whorl"); }
  [[nodiscard]] std::vector<std::string> on_gallery(const std::string& verb, std::vector<std::string> more) const {
    std::vector<std::string> out = {verb, "--gallery-dir", at("gallery")};
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }
  TemporaryDirectory folder_;
};

// While it lives, no file that this process or a child writes may grow beyond `bytes`.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

TEST_F(Output, ThatOutgrowsTheLimitOfFilesIsAnErrorNotASignal) {
  std::vector<Outcome> outcomes;
  {
    const FileSizeLimit limit(100);
    outcomes.push_back(run_whorl({"synth", "--templates", "30", "--out", at("people.enc")}));
    outcomes.push_back(run_whorl({"extract", finger(), "--out", at("copy.whorl")}));
    outcomes.push_back(run_whorl(on_gallery("enrol", {"--person", "P1", "--finger", "right_index=" + finger()})));
  }
  for (const Outcome& outcome : outcomes) {
    EXPECT_NE(outcome.status, 0);
    EXPECT_LT(outcome.status, 128) << "a signal";
    EXPECT_THAT(outcome.err, HasSubstr("whorl: "));
  }
  EXPECT_THAT(outcomes[0].err, HasSubstr(at("people.enc")));
  EXPECT_FALSE(fs::exists(at("people.enc"))) << "half a file would be left";
}

// Every verb that answers: none may end as if its answer had arrived.
TEST_F(Output, ThatCannotBeWrittenIsNeverASuccess) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const std::string enrolled = finger();
  ASSERT_EQ(run_whorl(on_gallery("enrol", {"--person", "P1", "--finger", "right_index=" + enrolled})).status, 0);
  ASSERT_EQ(run_whorl({"synth", "--templates", "3", "--out", at("people.enc")}).status, 0);
  const std::vector<std::vector<std::string>> verbs = {
      on_gallery("enrol", {"--person", "P2", "--finger", "right_index=" + enrolled}),
      on_gallery("identify", {"--finger", "right_index=" + enrolled}),
      on_gallery("verify", {"--person", "P1", "--finger", "right_index=" + enrolled}),
      on_gallery("load", {at("people.enc")}),
      on_gallery("erase", {"--person", "P1"}),
      {"extract", enrolled},
      {"compare", enrolled, enrolled},
      {"capacity", "--people", "1000"},
      {"evaluate", "--synthetic", "3", "--bootstrap", "100"},
      {"synth", "--templates", "3", "--out", at("again.enc")},
      {"serve", "--print-config"},
      {"--help"},
      {"--version"},
  };
  for (const auto& arguments : verbs) {
    for (const bool json : {false, true}) {
      std::vector<std::string> with = arguments;
      if (json && arguments[0][0] != '-') with.emplace_back("--json");
      for (const char* where : {"/dev/full", ""}) {
        const Outcome outcome = run_whorl_into(where, with);
        EXPECT_THAT(outcome.status, testing::AllOf(testing::Gt(0), testing::Lt(128), testing::Ne(10), testing::Ne(11)))
            << testing::PrintToString(with) << " into \"" << where << "\"";
        EXPECT_THAT(outcome.err, HasSubstr("whorl: ")) << testing::PrintToString(with);
      }
    }
  }
}

TEST_F(Output, AsJsonIsUtf8WhateverNamesAndArgumentsAre) {
  const std::string odd = at("no\xff");
  ASSERT_EQ(run_whorl(on_gallery("enrol", {"--person", "P1", "--finger", "right_index=" + finger()})).status, 0);
  const std::vector<std::pair<std::vector<std::string>, int>> verbs = {
      {{"extract", odd, "--json"}, 4},
      {{"extract", finger(), odd, "--json"}, 2},
      {on_gallery("backup", {"--to", at("copy\xff"), "--json"}), 0},
      {{"synth", "--subjects", "1", "--out", at("people\xff"), "--json"}, 0},
  };
  for (auto [arguments, status] : verbs) {
    if (arguments[0] == "backup") arguments.insert(arguments.begin(), "gallery");
    const Outcome outcome = run_whorl(arguments);
    EXPECT_EQ(outcome.status, status) << arguments[0] << ": " << outcome.err;
    boost::json::error_code failed;
    boost::json::parse(outcome.out, failed);
    EXPECT_FALSE(failed) << arguments[0] << ": " << testing::PrintToString(outcome.out);
    EXPECT_THAT(outcome.out, HasSubstr("?")) << arguments[0] << " says nothing of the name";
  }
  const Outcome umlaut = run_whorl({"extract", at("\xc3\xbc"), "--json"});
  EXPECT_THAT(umlaut.out, HasSubstr("\xc3\xbc")) << "what is UTF-8 stays";
}

TEST_F(Output, OfServeThatCannotBeWrittenIsSaidAndTheServerGoesOn) {
  const Outcome refused = run_whorl_into("", {"serve", "--gallery-dir", at("gallery"), "--json"});
  EXPECT_EQ(refused.status, 4);  // no gallery: its own error stays
}

TEST_F(Output, ALinkIsKeptAndItsTargetWritten) {
  fs::create_symlink("target.whorl", at("link"));
  ASSERT_EQ(run_whorl({"extract", finger(), "--out", at("link")}).status, 0);
  EXPECT_TRUE(fs::is_symlink(at("link")));
  EXPECT_GT(fs::file_size(at("target.whorl")), 100u);
}

TEST_F(Output, ANewTemplateIsItsOwnersAloneAndAnOldOneKeepsItsMode) {
  const mode_t before = ::umask(0);
  ASSERT_EQ(run_whorl({"extract", finger(), "--out", at("new.whorl")}).status, 0);
  EXPECT_EQ(fs::status(at("new.whorl")).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  fs::permissions(at("new.whorl"), fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  ASSERT_EQ(run_whorl({"extract", finger(), "--out", at("new.whorl")}).status, 0);
  EXPECT_EQ(fs::status(at("new.whorl")).permissions(),
            fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  ::umask(before);
}

TEST_F(Output, AGalleryIsMadeOnlyByWhomItIsAskedOfAndSaidSo) {
  const std::string galery = at("galery");
  const std::string sample = "right_index=" + finger();
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{"serve", "--gallery-dir", galery, "--port", "0"},
                                             {"identify", "--gallery-dir", galery, "--finger", sample},
                                             {"verify", "--gallery-dir", galery, "--person", "P1", "--finger", sample},
                                             {"erase", "--gallery-dir", galery, "--person", "P1"}}) {
    const Outcome outcome = run_whorl(arguments);
    EXPECT_EQ(outcome.status, 4) << arguments[0];
    EXPECT_THAT(outcome.err, HasSubstr("no gallery in ")) << arguments[0];
    EXPECT_FALSE(fs::exists(galery)) << arguments[0];
  }
  const Outcome enrolled = run_whorl({"enrol", "--gallery-dir", galery, "--person", "P1", "--finger", sample});
  EXPECT_EQ(enrolled.status, 0);
  EXPECT_THAT(enrolled.err, HasSubstr("made a new one"));
  EXPECT_EQ(run_whorl({"enrol", "--gallery-dir", galery, "--person", "P2", "--finger", sample}).err, "");
  ASSERT_EQ(run_whorl({"synth", "--templates", "3", "--out", at("people.enc")}).status, 0);
  EXPECT_THAT(run_whorl({"load", "--gallery-dir", at("other"), at("people.enc")}).err, HasSubstr("made a new one"));
  RunningWhorl server({"serve", "--gallery-dir", at("third"), "--create", "--port", "0"});
  EXPECT_THAT(server.first_line(), HasSubstr("listening"));
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(Output, ARefusedCommandLeavesNoNewGallery) {
  ASSERT_EQ(run_whorl({"synth", "--templates", "3", "--out", at("people.enc")}).status, 0);
  fs::copy_file(at("people.enc"), at("cut.enc"));
  fs::resize_file(at("cut.enc"), fs::file_size(at("cut.enc")) - 5);
  fs::create_directory(at("empty"));
  const std::string sample = "right_index=" + finger();
  const std::vector<std::pair<std::vector<std::string>, std::string>> verbs = {
      {on_gallery("enrol", {"--person", "a b", "--finger", sample}), "--person"},
      {on_gallery("enrol", {"--person", "..", "--finger", sample}), "--person"},
      {on_gallery("enrol", {"--add", "--finger", sample}), "--person"},
      {on_gallery("enrol", {"--encounter", "a/b", "--finger", sample}), "--encounter"},
      {on_gallery("enrol", {"--gallery", "", "--finger", sample}), "--gallery"},
      {on_gallery("load", {at("cut.enc")}), "cut.enc"},
      {on_gallery("load", {at("people.enc"), at("none.enc")}), "none.enc"},
      {on_gallery("load", {at("empty")}), "no file"},
      {on_gallery("serve", {"--create", "--address", "here"}), "address"},
      {on_gallery("serve", {"--create", "--address", "0.0.0.0"}), "address"},
  };
  for (const auto& [arguments, said] : verbs) {
    const Outcome outcome = run_whorl(arguments);
    EXPECT_GT(outcome.status, 2) << testing::PrintToString(arguments);
    EXPECT_THAT(outcome.err, HasSubstr(said)) << testing::PrintToString(arguments);
    EXPECT_FALSE(fs::exists(at("gallery"))) << testing::PrintToString(arguments);
  }
  RunningWhorl server({"serve", "--gallery-dir", at("first"), "--create", "--port", "0"});
  const std::string line = server.first_line();  // "listening on http://127.0.0.1:PORT (stop ..."
  const std::string port = line.substr(line.rfind(':') + 1, line.rfind(" (") - line.rfind(':') - 1);
  EXPECT_THAT(run_whorl(on_gallery("serve", {"--create", "--port", port})).err, HasSubstr(port));
  EXPECT_FALSE(fs::exists(at("gallery")));
  EXPECT_EQ(server.stop(), 0);
}

class Config : public Output {};

TEST_F(Config, IsReadFromItsFileAndFlagsWin) {
  std::ofstream(at("node.toml")) << "[gallery]\nfolder = \"gallery\"\nthreads = 2\n[enrol]\nmin_quality = 33\n";
  const Outcome enrolled =
      run_whorl({"enrol", "--config", at("node.toml"), "--person", "P1", "--finger", "right_index=" + finger()});
  EXPECT_EQ(enrolled.status, 0) << enrolled.err;
  EXPECT_TRUE(fs::exists(at("gallery")));
  const Outcome both = run_whorl({"serve", "--threads", "3", "--config", at("node.toml"), "--print-config"});
  EXPECT_EQ(both.status, 0) << both.err;
  EXPECT_THAT(both.out, HasSubstr("\nthreads = 3\n"));
  EXPECT_THAT(both.out, HasSubstr("\nmin_quality = 33\n"));
  EXPECT_THAT(both.out, HasSubstr("\nfolder = \"" + at("gallery") + "\"\n"));
}

TEST_F(Config, WhatIsPrintedCanBeUsed) {
  const Outcome printed = run_whorl({"serve", "--gallery-dir", at("g"), "--create", "--print-config"});
  std::ofstream(at("printed.toml")) << printed.out;
  const Outcome again = run_whorl({"serve", "--config", at("printed.toml"), "--print-config"});
  EXPECT_EQ(again.out, printed.out);
  RunningWhorl server({"serve", "--config", at("printed.toml"), "--port", "0"});
  EXPECT_THAT(server.first_line(), HasSubstr("listening"));
  EXPECT_EQ(server.stop(), 0);
  EXPECT_THAT(run_whorl({"serve", "--print-config"}).out, HasSubstr("[gallery]"));
}

TEST_F(Config, ItsFaultsNameFileLineAndKey) {
  std::ofstream(at("node.toml")) << "[gallery]\nfolder = \"gallery\"\ntreads = 2\n";
  for (const char* verb : {"serve", "erase"}) {
    std::vector<std::string> arguments = {verb, "--config", at("node.toml")};
    if (verb == std::string("erase")) arguments.insert(arguments.end(), {"--person", "P1"});
    const Outcome outcome = run_whorl(arguments);
    EXPECT_EQ(outcome.status, 3);
    EXPECT_THAT(outcome.err, HasSubstr(at("node.toml") + ":3.gallery.treads"));
    EXPECT_THAT(outcome.err, HasSubstr("gallery.threads"));
  }
  EXPECT_EQ(run_whorl({"serve", "--config", at("absent.toml")}).status, 4);
  EXPECT_EQ(run_whorl({"serve"}).status, 2);  // neither a folder nor a file
}

}  // namespace
}  // namespace whorl::tests
