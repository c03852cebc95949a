// The papers for a data protection officer: every document from the example of five members, and what lacks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "cli/papers/paper.h"
#include "tests/audit/drawn_log.h"
#include "tests/cli/run_whorl.h"
#include "tests/exchange/members.h"
#include "tests/support/shared_data.h"

namespace whorl::tests {
namespace {
namespace fs = std::filesystem;
namespace json = boost::json;

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using namespace cli::papers;

const std::string kExamples = source_path("examples/exchange").string() + "/";
constexpr const char* kRates =
    R"({"sets":[{"set":"<b>hall</b> | A","genuine":400,"impostor":9000,"operating_points":[)"
    R"({"target_fmr":0.001,"supported":true,"fmr":{"errors":9,"trials":9000},"fnmr":{"errors":4,"trials":400}},)"
    R"({"target_fmr":0.000001,"supported":false}]}],)"
    R"("searches":[{"set":"hall","fingers":2,"searches":500,"gallery_size":200,"points":[)"
    R"({"target_fpir":0.01,"supported":true,"fpir":{"errors":5,"trials":500},"fnir":{"errors":0,"trials":300}}]}]})";

std::string text_of(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A signed policy and directory of the five members, an audit log, measured rates: everything that the verb takes.
class Papers : public testing::Test {
 protected:
  void SetUp() override {
    const Office office = make_office();
    std::vector<MemberKeys> members;
    for (const char* name : {"a", "b", "c", "d", "e"})
      members.push_back(make_member(name + std::string(".rbdes.test")));
    std::vector<const MemberKeys*> all;
    for (const MemberKeys& each : members) all.push_back(&each);
    write("members.note", note_of(directory_of(all).text(), office, {}));
    write("region.note", note_of(text_of(kExamples + "region.toml"), office, all));
    all.pop_back();
    write("unsigned-by-e.note", note_of(text_of(kExamples + "region.toml"), office, all));
    write("office.pub", office.signer.verifier().text() + "\n");
    write("rates.json", kRates);
    log_.grow_to(300);
    log_.sign();
    log_.write_to(at("audit-log"));
    write("log.key", log_.key().text());
    write("checkpoint", log_.notes().back());
  }

  [[nodiscard]] std::string at(const std::string& name) const { return (directory_.path() / name).string(); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(at(name)) << text; }

  // The arguments for full facts; `without` is left out with its value.
  [[nodiscard]] std::vector<std::string> arguments(const std::string& document, const std::string& without = {}) const {
    std::vector<std::string> out{"policy", "document", document, "--json"};
    const std::vector<std::pair<std::string, std::string>> all{
        {"--policy", at("region.note")},        {"--office", at("office.pub")},
        {"--directory", at("members.note")},    {"--at", "2026-12-02T00:00:00Z"},
        {"--national", kExamples + "aru.toml"}, {"--measured", at("rates.json")},
        {"--audit", at("audit-log")},           {"--audit-key", at("log.key")},
        {"--facts", kExamples + "facts.toml"}};
    for (const auto& [flag, value] : all) {
      if (flag != without) out.insert(out.end(), {flag, value});
    }
    return out;
  }
  TemporaryDirectory directory_;
  audit::DrawnLog log_{7};
};

TEST_F(Papers, EveryDocumentIsWrittenFromTheExampleAndHoldsNoPlaceThatIsNotFilled) {
  for (const Paper& paper : all_papers()) {
    const Outcome outcome = run_whorl(arguments(std::string(paper.name)));
    ASSERT_EQ(outcome.status, 0) << paper.name << ": " << outcome.err;
    const json::value answer = json::parse(outcome.out);
    const std::string text(answer.at("text").as_string());
    EXPECT_THAT(text, AllOf(Not(HasSubstr("{{")), Not(HasSubstr("}}")))) << paper.name;
    EXPECT_EQ(answer.at("facts").as_object().size(), places_of(paper).size());
    for (const auto& [name, value] : answer.at("facts").as_object()) {
      EXPECT_FALSE(value.as_string().empty()) << name;
      EXPECT_THAT(text, HasSubstr(std::string(value.as_string()))) << paper.name << ", " << std::string(name);
    }
    EXPECT_THAT(text, HasSubstr("17/")) << paper.name;  // of which policy it is
  }
}

TEST_F(Papers, SayWhatThePolicySaysAsItsMemberNarrowsIt) {
  const Outcome outcome = run_whorl(arguments("record"));
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const std::string text(json::parse(outcome.out).at("text").as_string());
  EXPECT_THAT(text,
              HasSubstr("| a.rbdes.test | b.rbdes.test | `border.identity` | border, urgent | 0.0005 | 40 | 3000 |"));
  EXPECT_THAT(text, HasSubstr("| b.rbdes.test | a.rbdes.test | `document.fraud` | urgent, routine |"));
  EXPECT_THAT(text, HasSubstr("| 20 | 30000 |"));  // the national file's, not the region's 350
  EXPECT_THAT(text, HasSubstr("| records in the gallery | 3 years |"));
  EXPECT_THAT(text, HasSubstr("| asylum | c.rbdes.test |"));
  EXPECT_THAT(text, HasSubstr("Border Act 2019 s.14; MOU 2025/3"));
  EXPECT_THAT(text, HasSubstr("was verified whole: 300 leaves"));
  EXPECT_THAT(text, HasSubstr("Every member has signed."));
}

TEST_F(Papers, TheAnnexIsOfTheRegionAndHasTheThumbprints) {
  const Outcome outcome = run_whorl(arguments("annex"));
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const std::string text(json::parse(outcome.out).at("text").as_string());
  EXPECT_THAT(text, HasSubstr("| 350 | 30000 |"));
  EXPECT_THAT(text, HasSubstr("| records in the gallery | 5 years |"));
  EXPECT_TRUE(std::regex_search(text, std::regex(R"(\| e\.rbdes\.test \| `[0-9a-f]{64}` \|)")));
}

TEST_F(Papers, ShowMeasuredRatesWithTheirIntervalsAndNothingThatTheSampleDoesNotSupport) {
  const Outcome outcome = run_whorl(arguments("assessment-member"));
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const std::string rates(json::parse(outcome.out).at("facts").at("measured.rates").as_string());
  EXPECT_THAT(rates, HasSubstr(R"(| \<b\>hall\</b\> \| A | 400 | 9000 | 0.10 % |)"));
  EXPECT_THAT(rates, HasSubstr("4 of 400"));
  EXPECT_THAT(rates, HasSubstr(R"(\< 3/300 (1.00 %))"));
  EXPECT_THAT(rates, Not(HasSubstr("0.00010")));
}

TEST_F(Papers, SayWhoHasNotSignedAndThatSignaturesWereNotLookedAt) {
  std::vector<std::string> lacking = arguments("annex", "--policy");
  lacking.insert(lacking.end(), {"--policy", at("unsigned-by-e.note")});
  Outcome outcome = run_whorl(lacking);
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("left out of this document: `esp`"), Not(HasSubstr("ESP"))));

  outcome = run_whorl({"policy", "document", "consent", "--policy", kExamples + "region.toml", "--member",
                       "a.rbdes.test", "--facts", kExamples + "facts.toml"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  outcome = run_whorl({"policy", "document", "notice", "--policy", kExamples + "region.toml", "--member", "aru",
                       "--facts", kExamples + "facts.toml"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("were not looked at"));
}

TEST_F(Papers, WithoutFactsEveryOneIsNamedWithWhatWouldStateIt) {
  for (const Paper& paper : all_papers()) {
    const Outcome outcome =
        run_whorl({"policy", "document", std::string(paper.name), "--json", "--out", at("paper.md")});
    EXPECT_EQ(outcome.status, 3) << paper.name;
    EXPECT_FALSE(fs::exists(at("paper.md")));
    const std::string message(json::parse(outcome.out).at("error").at("message").as_string());
    for (const std::string& place : places_of(paper)) {
      if (place == "product.version") continue;
      EXPECT_THAT(message, HasSubstr(place + " (" + source_of(*fact_named(place)) + ")")) << paper.name;
    }
  }
}

TEST_F(Papers, EachSourceThatIsLeftOutIsNamed) {
  const auto message = [&](const std::string& document, const std::string& without) {
    const Outcome outcome = run_whorl(arguments(document, without));
    EXPECT_EQ(outcome.status, 3) << without;
    return std::string(json::parse(outcome.out).at("error").at("message").as_string());
  };
  EXPECT_THAT(message("record", "--national"), AllOf(HasSubstr("member.galleries"), HasSubstr("--member NAME")));
  EXPECT_THAT(message("assessment-member", "--measured"), AllOf(HasSubstr("2 facts"), HasSubstr("rates.json")));
  EXPECT_THAT(message("record", "--facts"), AllOf(HasSubstr("text authority.name"), Not(HasSubstr("policy.id"))));
  std::vector<std::string> checkpoint = arguments("record", "--audit");
  checkpoint.insert(checkpoint.end(), {"--audit", at("checkpoint")});
  const Outcome outcome = run_whorl(checkpoint);
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("2 facts"), HasSubstr("audit.counts"), HasSubstr("a checkpoint alone")));
}

TEST_F(Papers, TheListHasEveryDocumentAndFact) {
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"policy", "document", "--json"}, {"policy", "document", "--list", "--json"}}) {
    const Outcome outcome = run_whorl(arguments);
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    const json::value listed = json::parse(outcome.out);
    const json::array& all = listed.at("documents").as_array();
    ASSERT_EQ(all.size(), all_papers().size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(all[i].at("facts").as_array().size(), places_of(all_papers()[i]).size());
    }
  }
  EXPECT_THAT(run_whorl({"policy", "document"}).out,
              HasSubstr("notice-short: Your fingerprints and your face, in short\n"));
}

TEST_F(Papers, OfAnUnknownNameOrMemberAreRefused) {
  Outcome outcome = run_whorl({"policy", "document", "notise"});
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err, HasSubstr("nearest is notice"));
  std::vector<std::string> other = arguments("notice");
  other.insert(other.end(), {"--member", "bel"});
  outcome = run_whorl(other);
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err, HasSubstr("is not the member of"));
  outcome = run_whorl({"policy", "document", "notice", "--policy", kExamples + "region.toml", "--member", "zzz"});
  EXPECT_THAT(outcome.err, HasSubstr("no member of the policy"));
  EXPECT_EQ(run_whorl({"policy", "document", "notice", "--member", "aru"}).status, 2);  // of no policy
  EXPECT_EQ(run_whorl({"policy", "document", "notice", "--list"}).status, 2);
}

TEST_F(Papers, AreNotWrittenFromAPolicyOrALogThatDoesNotHold) {
  std::string note = text_of(at("region.note"));
  note.replace(note.find("per_day = 40"), 12, "per_day = 41");
  write("changed.note", note);
  std::vector<std::string> changed = arguments("annex", "--policy");
  changed.insert(changed.end(), {"--policy", at("changed.note")});
  EXPECT_NE(run_whorl(changed).status, 0);

  std::string leaves = text_of(at("audit-log/tile/entries/000"));
  leaves[leaves.find("officer")] ^= 1;
  write("audit-log/tile/entries/000", leaves);
  EXPECT_EQ(run_whorl(arguments("record")).status, 6);
}

TEST_F(Papers, AFileOfFactsThatIsTooLongIsRefused) {
  write("facts.toml", std::string(70'000, '#'));
  const Outcome outcome = run_whorl({"policy", "document", "consent", "--facts", at("facts.toml")});
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err, HasSubstr("facts.toml"));
}

}  // namespace
}  // namespace whorl::tests
