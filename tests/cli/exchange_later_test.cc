// A desk that is sometimes offline: requests that wait sealed in a folder, and are sent once. The real binary against a
// real server; behind it a desk that opens what is sealed as a member does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <thread>

#include "base/base64.h"
#include "base/bytes.h"
#include "crypto/jose/base64url.h"
#include "tests/cli/asked_desk.h"
#include "tests/cli/run_whorl.h"
#include "tests/server/access_fixture.h"
#include "tests/support/wished.h"

namespace whorl::tests {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Whether a marker stands there as it is, as hexadecimal digits, or in base64 of either alphabet at any offset.
bool holds(const std::string& text, const std::string& marker) {
  std::vector<std::string> forms{marker, hex_of(as_bytes(marker))};
  for (std::size_t before = 0; before < 3; ++before) {
    const std::string whole = encode_base64(as_bytes(std::string(before, 'x') + marker));
    // The first and last characters have bits of what stands around it.
    std::string inner = whole.substr(4, whole.size() - 8);
    forms.push_back(inner);
    std::replace(inner.begin(), inner.end(), '+', '-');
    std::replace(inner.begin(), inner.end(), '/', '_');
    forms.push_back(inner);
  }
  return std::any_of(forms.begin(), forms.end(),
                     [&](const std::string& form) { return text.find(form) != std::string::npos; });
}

class ExchangeLater : public AccessTest {
 protected:
  ExchangeLater() {
    service_->set_member_desk(&desk_);
    desk_.say({view("no_match", {answer("b.test", "no_match")})});
    std::ofstream(finger_, std::ios::binary) << kPng << kPictureMarker;
    start();
  }
  ~ExchangeLater() override { server_.reset(); }

  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + (server_ ? std::to_string(server_->port()) : std::string("1"));
  }
  Outcome keep(const std::string& matter, const std::vector<std::string>& more = {}) {
    std::vector<std::string> all{
        "exchange",        "ask",      "--node",      url(),    "--later", waiting_,   "--purpose",
        "border.identity", "--reason", "no_document", "--case", matter,    "--finger", "right_index=" + finger_};
    all.insert(all.end(), more.begin(), more.end());
    return run_whorl(all);
  }
  Outcome send(const std::vector<std::string>& more = {}) {
    std::vector<std::string> all{"exchange", "send", waiting_, "--node", url()};
    all.insert(all.end(), more.begin(), more.end());
    return run_whorl(all);
  }
  // Of an ending.
  [[nodiscard]] std::vector<fs::path> files(const std::string& ending) const {
    std::vector<fs::path> out;
    for (const auto& each : fs::directory_iterator(waiting_)) {
      if (each.path().extension() == ending) out.push_back(each.path());
    }
    return out;
  }
  // Names and bytes, and the bytes of each part between dots that is base64url.
  [[nodiscard]] std::string all_that_lies_there() const {
    std::string out;
    for (const auto& each : fs::recursive_directory_iterator(waiting_)) {
      const std::string text = bytes_of(each.path());
      out += each.path().filename().string() + "\n" + text + "\n";
      std::istringstream parts(text);
      for (std::string part; std::getline(parts, part, '.');) {
        if (const auto bytes = crypto::decode_base64url(part)) out += std::string(as_text(*bytes)) + "\n";
      }
    }
    return out;
  }

  static constexpr const char* kPictureMarker = "picture-c4n4ry-83b1f6e2";
  static constexpr const char* kCaseMarker = "case-c4n4ry-5d07a9c4";
  static constexpr const char* kPurposeMarker = "purpose-c4n4ry-e1206b7d";
  std::string finger_ = (folder_.path() / "a.png").string();
  std::string waiting_ = (folder_.path() / "waiting").string();
  AskedDesk desk_;
};

TEST_F(ExchangeLater, NothingReadableLiesInTheFolder) {
  const std::vector<const char*> markers{kPictureMarker, kCaseMarker, kPurposeMarker, "no_document", "RIGHT_INDEX"};
  const auto requests = static_cast<std::size_t>(tests::wished("WHORL_DESK_REQUESTS", 3));
  for (std::size_t i = 0; i < requests; ++i) {
    const Outcome kept =
        run_whorl({"exchange", "ask", "--node", url(), "--later", waiting_, "--purpose", kPurposeMarker, "--reason",
                   "no_document", "--case", kCaseMarker, "--avoid", "COR", "--finger", "right_index=" + finger_});
    ASSERT_EQ(kept.status, 0) << kept.err;
  }
  ASSERT_THAT(files(".sealed"), SizeIs(requests));
  const std::string there = all_that_lies_there();
  for (const char* marker : markers) EXPECT_FALSE(holds(there, marker)) << marker;
  for (const fs::path& each : fs::directory_iterator(waiting_)) {
    struct stat about {};
    ASSERT_EQ(::stat(each.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 077U, 0U) << each;
  }

  // The same search finds each of them in a request that is encoded and not sealed.
  const fs::path file = files(".sealed").at(0);
  ASSERT_EQ(send().status, 0);
  std::ofstream(file) << "eyJ9." << crypto::base64url(as_bytes(desk_.opened)) << ".x";
  for (const char* marker : markers) EXPECT_TRUE(holds(all_that_lies_there(), marker)) << marker;
}

TEST_F(ExchangeLater, WhatWaitsIsSentOnceAndRemovedWhenItIsAnswered) {
  ASSERT_EQ(keep("117/a").status, 0);
  server_.reset();
  ASSERT_EQ(keep("118/b").status, 0) << "the node is away, and its key is there";
  const Outcome away = send();
  EXPECT_EQ(away.status, 9);
  EXPECT_THAT(away.err, HasSubstr(".sealed"));
  EXPECT_THAT(files(".sealed"), SizeIs(2));
  EXPECT_EQ(desk_.asks(), 0U);

  start();
  desk_.say({view("waiting", {answer("b.test", "waiting")}), view("waiting", {answer("b.test", "waiting")}),
             view("match", {answer("b.test", "match", "", 45)})});
  const Outcome sent = send();
  EXPECT_EQ(sent.status, 0) << sent.err;
  EXPECT_THAT(desk_.matters, testing::UnorderedElementsAre("117/a", "118/b"));
  EXPECT_THAT(sent.out, AllOf(HasSubstr("case 117/a"), HasSubstr("case 118/b"), HasSubstr("b.test: match (45 dB)\n")));
  EXPECT_THAT(files(".sealed"), SizeIs(0));
  EXPECT_THAT(files(".asked"), SizeIs(0));
  EXPECT_EQ(as_text(desk_.asked.samples.at(0).bytes), std::string(kPng) + kPictureMarker);

  EXPECT_EQ(send().status, 0);
  EXPECT_EQ(desk_.asks(), 2U) << "what was answered is not asked again";
}

TEST_F(ExchangeLater, KilledWhileItWaitsItAsksNothingTwice) {
  ASSERT_EQ(keep("117/a").status, 0);
  desk_.say({view("waiting", {answer("b.test", "waiting")})});
  {
    RunningWhorl running({"exchange", "send", waiting_, "--node", url()});
    for (int i = 0; i < 400 && files(".asked").empty(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(25));
    ASSERT_THAT(files(".asked"), SizeIs(1));
  }  // killed
  EXPECT_EQ(desk_.asks(), 1U);
  desk_.say({view("match", {answer("b.test", "match", "", 45)})});
  const Outcome after = send();
  EXPECT_EQ(after.status, 0) << after.err;
  EXPECT_THAT(after.out, HasSubstr("b.test: match (45 dB)"));
  EXPECT_EQ(desk_.asks(), 1U);
  EXPECT_EQ(desk_.looked_for, "check-1");
  EXPECT_THAT(files(".asked"), SizeIs(0));
}

TEST_F(ExchangeLater, KilledAtAnyTimeItLosesNothingAndAsksNothingTwice) {
  std::set<std::string> cases;
  for (int i = 0; i < 5; ++i) ASSERT_EQ(keep(*cases.insert("case-" + std::to_string(i)).first).status, 0);
  const auto left = [&] { return files(".sealed").size() + files(".asked").size(); };
  // From far too early on, each time a little later, however fast the machine is.
  std::size_t kills = 0;
  for (double wait_ms = 2; left() > 0 && kills < 200; wait_ms = std::min(1.12 * wait_ms, 2000.0), ++kills) {
    const RunningWhorl running({"exchange", "send", waiting_, "--node", url()});
    std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(wait_ms));
  }
  EXPECT_EQ(left(), 0U);
  EXPECT_GT(kills, 1U);
  // What was sent again had the key and the bytes of the first time: to a member it is the same check.
  std::map<Sha256, Sha256> distinct;
  for (const auto& key : desk_.keys) EXPECT_EQ(distinct.emplace(key.key, key.request).first->second, key.request);
  EXPECT_EQ(distinct.size(), cases.size());
  EXPECT_EQ(std::set<std::string>(desk_.matters.begin(), desk_.matters.end()), cases);
}

// As when it was killed after the node had it and before that was written down.
TEST_F(ExchangeLater, TheSameRequestSentAgainHasTheSameKeyAndBytes) {
  ASSERT_EQ(keep("117/a").status, 0);
  const fs::path sealed = files(".sealed").at(0);
  const std::string bytes = bytes_of(sealed);
  ASSERT_EQ(send().status, 0);
  ASSERT_FALSE(fs::exists(sealed));
  std::ofstream(sealed, std::ios::binary) << bytes;
  ASSERT_EQ(::chmod(sealed.c_str(), 0600), 0);
  ASSERT_EQ(send().status, 0);
  ASSERT_THAT(desk_.keys, SizeIs(2));
  EXPECT_EQ(desk_.keys[0].key, desk_.keys[1].key);
  EXPECT_EQ(desk_.keys[0].request, desk_.keys[1].request);

  ASSERT_EQ(keep("117/a").status, 0);
  ASSERT_EQ(send().status, 0);
  EXPECT_NE(desk_.keys[2].key, desk_.keys[0].key) << "another request of the same case";
}

// The key that opened it may be gone by then. Another text under its key is not opened either.
TEST_F(ExchangeLater, WhatTheNodeKnowsByItsKeyIsAnsweredAndNotOpenedAgain) {
  desk_.remembers = true;
  ASSERT_EQ(keep("117/a").status, 0);
  const fs::path sealed = files(".sealed").at(0);
  const std::string bytes = bytes_of(sealed);
  ASSERT_EQ(send().status, 0);
  ASSERT_EQ(run_whorl({"exchange", "rotate-desk-key", "--node", url()}).status, 0);
  desk_.pass_a_day();
  const auto again = [&](const std::string& text) {
    std::ofstream(sealed, std::ios::binary) << text;
    EXPECT_EQ(::chmod(sealed.c_str(), 0600), 0);
    return send();
  };
  const Outcome known = again(bytes);
  EXPECT_EQ(known.status, 7) << "of the key alone, which the desk has not accepted";
  EXPECT_THAT(known.err, AllOf(Not(HasSubstr("stays")), HasSubstr("--accept-key")));
  EXPECT_THAT(known.out, AllOf(HasSubstr("case 117/a"), HasSubstr("b.test: no match")));
  EXPECT_FALSE(fs::exists(sealed));
  EXPECT_THAT(again(bytes + "A").err, HasSubstr("the key was given to another request"));
  EXPECT_EQ(desk_.openings, 1);
  EXPECT_EQ(desk_.asks(), 1U);
}

TEST_F(ExchangeLater, WhatTheNodeRefusesStaysAndTheRestIsSent) {
  ASSERT_EQ(keep("refused").status, 0);
  ASSERT_EQ(keep("118/b").status, 0);
  desk_.refuses = "refused";
  const Outcome sent = send({"--json"});
  EXPECT_EQ(sent.status, 7);
  EXPECT_THAT(sent.err, HasSubstr("the policy lets nobody ask for this"));
  ASSERT_THAT(files(".sealed"), SizeIs(1));
  EXPECT_THAT(sent.err, HasSubstr(files(".sealed").at(0).string()));
  const auto line = boost::json::parse(sent.out.substr(0, sent.out.find('\n')));
  EXPECT_EQ(line.at("case"), "118/b");
  EXPECT_EQ(line.at("check").at("result"), "no_match");
}

TEST_F(ExchangeLater, AnswersThatCouldNotBePrintedAreNotLost) {
  ASSERT_EQ(keep("117/a").status, 0);
  EXPECT_NE(run_whorl_into("/dev/full", {"exchange", "send", waiting_, "--node", url()}).status, 0);
  EXPECT_THAT(files(".asked"), SizeIs(1));
  EXPECT_THAT(send().out, HasSubstr("b.test: no match"));
  EXPECT_EQ(desk_.asks(), 1U);
}

TEST_F(ExchangeLater, ARequestThatWasAlteredOrIsForAnotherKeyIsRefusedAndStays) {
  ASSERT_EQ(keep("117/a").status, 0);
  const fs::path sealed = files(".sealed").at(0);
  std::string bytes = bytes_of(sealed);
  bytes[bytes.size() / 2] = bytes[bytes.size() / 2] == 'A' ? 'B' : 'A';
  std::ofstream(sealed, std::ios::binary) << bytes;
  Outcome sent = send();
  EXPECT_EQ(sent.status, 3);
  EXPECT_THAT(sent.err, HasSubstr("does not decrypt"));

  AskedDesk other;
  other.views = {view("no_match", {})};
  service_->set_member_desk(&other);
  ASSERT_EQ(keep("118/b").status, 0);
  const std::string key = bytes_of(files(".jwk").at(0));
  sent = send();
  EXPECT_THAT(sent.err, HasSubstr("no key of this name"));
  EXPECT_EQ(other.asks() + desk_.asks(), 0U);
  EXPECT_THAT(files(".sealed"), SizeIs(2));
  EXPECT_EQ(bytes_of(files(".jwk").at(0)), key) << "a node that is not the one the folder seals for changes nothing";
  server_.reset();
  service_->set_member_desk(&desk_);
}

// The node's key is changed while requests wait: they arrive, and what comes after is sealed for the new one.
TEST_F(ExchangeLater, AfterTheNodesKeyWasChangedWhatWaitsArrivesAndTheDeskHasTheNewOne) {
  ASSERT_EQ(keep("117/a").status, 0);
  const std::string first = bytes_of(files(".jwk").at(0));
  const Outcome turned = run_whorl({"exchange", "rotate-desk-key", "--node", url()});
  ASSERT_EQ(turned.status, 0) << turned.err;
  EXPECT_THAT(turned.out, AllOf(HasSubstr("desks seal for the key "), HasSubstr(" opens until 20")));
  const std::string named = turned.out.substr(turned.out.find("key ") + 4, 22);
  EXPECT_THAT(turned.err, HasSubstr("each desk has to call whorl exchange send FOLDER --accept-key=" + named));
  ASSERT_EQ(keep("118/b").status, 0) << "sealed for the earlier key: the desk has not heard";
  EXPECT_EQ(bytes_of(files(".jwk").at(0)), first);
  // What waits arrives. Another key is taken where it is named, and no other.
  const Outcome refused = send();
  EXPECT_EQ(refused.status, 7);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("has the key " + named), HasSubstr("--accept-key=" + named),
                                 HasSubstr("Else this is another node")));
  EXPECT_THAT(desk_.matters, testing::UnorderedElementsAre("117/a", "118/b"));
  EXPECT_THAT(files(".sealed"), SizeIs(0));
  const Outcome wrong = send({"--accept-key=" + std::string(boost::json::parse(first).at("kid").as_string())});
  EXPECT_EQ(wrong.status, 7);
  EXPECT_THAT(wrong.err, HasSubstr("not the one that --accept-key names"));
  EXPECT_EQ(bytes_of(files(".jwk").at(0)), first);
  const Outcome sent = send({"--accept-key=" + named});
  EXPECT_EQ(sent.status, 0) << sent.err;
  EXPECT_THAT(sent.err, HasSubstr("requests are sealed for the key " + named));
  const std::string second = bytes_of(files(".jwk").at(0));
  EXPECT_NE(second, first);
  EXPECT_THAT(turned.out, HasSubstr(std::string(boost::json::parse(second).at("kid").as_string())));
  ASSERT_EQ(keep("119/c").status, 0);
  const Outcome again = send();
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_THAT(again.err, Not(HasSubstr("key"))) << "it has that key";
  EXPECT_THAT(desk_.matters, SizeIs(3));
  const Outcome json = run_whorl({"exchange", "rotate-desk-key", "--json", "--node", url()});
  const auto said = boost::json::parse(json.out);
  EXPECT_EQ(said.at("earlier").as_array().size(), 2U);
  EXPECT_EQ(said.at("earlier").at(0).at("kid"), boost::json::parse(second).at("kid"));
}

// Past its time an earlier key opens nothing: neither what a thief has of the desk, nor what waits there.
TEST_F(ExchangeLater, WhatIsSealedForAKeyThatIsGoneStaysAndIsNamed) {
  ASSERT_EQ(keep("117/a").status, 0);
  ASSERT_EQ(run_whorl({"exchange", "rotate-desk-key", "--node", url()}).status, 0);
  desk_.pass_a_day();
  const Outcome sent = send();
  EXPECT_EQ(sent.status, 7);
  EXPECT_THAT(sent.err, AllOf(HasSubstr("no key of this name"), HasSubstr(files(".sealed").at(0).string())));
  EXPECT_EQ(desk_.asks(), 0U);
  ASSERT_TRUE(fs::remove(files(".sealed").at(0)));
  const std::size_t named = sent.err.find("--accept-key=") + 13;
  EXPECT_EQ(send({"--accept-key=" + sent.err.substr(named, 22)}).status, 0) << sent.err;
  ASSERT_EQ(keep("117/a").status, 0);
  EXPECT_EQ(send().status, 0);
  EXPECT_EQ(desk_.asks(), 1U);
}

TEST_F(ExchangeLater, AFolderWithoutAKeyWantsTheNodeOnce) {
  server_.reset();
  const Outcome outcome = keep("117/a");
  EXPECT_EQ(outcome.status, 9);
  EXPECT_THAT(outcome.err, HasSubstr("no key of the node yet"));
  EXPECT_EQ(run_whorl({"exchange", "send", waiting_}).status, 4);
}

TEST_F(ExchangeLater, FilesThatOthersCouldHaveReadOrWrittenAreNotTaken) {
  ASSERT_EQ(keep("117/a").status, 0);
  ASSERT_EQ(::chmod(files(".jwk").at(0).c_str(), 0666), 0);
  EXPECT_EQ(keep("118/b").status, 7);
  ASSERT_EQ(::chmod(files(".sealed").at(0).c_str(), 0644), 0);
  EXPECT_EQ(send().status, 7);
  EXPECT_EQ(desk_.asks(), 0U);
}

TEST_F(ExchangeLater, AnswersOfACheckThatWasAskedBeforeAreWaitedFor) {
  desk_.say({view("waiting", {answer("b.test", "waiting")}), view("no_match", {answer("b.test", "no_match")})});
  const Outcome outcome = run_whorl({"exchange", "answers", "check-1", "--node", url()});
  EXPECT_EQ(outcome.status, 10) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("check check-1"), HasSubstr("b.test: no match\nno match: a sentence\n")));
  EXPECT_EQ(desk_.asks(), 0U);
  EXPECT_EQ(run_whorl({"exchange", "answers", "../protection/p", "--node", url()}).status, 3);
}

TEST_F(ExchangeLater, MissingFingersReachTheDesk) {
  ASSERT_EQ(keep("117/a", {"--missing", "left_thumb=amputated", "--missing", "left_little"}).status, 0);
  ASSERT_EQ(send().status, 0);
  ASSERT_THAT(desk_.asked.missing, SizeIs(2));
  EXPECT_EQ(desk_.asked.missing[0].position, engine::FingerPosition::kLeftThumb);
  EXPECT_EQ(keep("117/a", {"--missing", "left_toe"}).status, 3);
}

}  // namespace
}  // namespace whorl::tests
