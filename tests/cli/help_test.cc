#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "tests/cli/run_whorl.h"

namespace whorl::tests {
namespace {

using testing::HasSubstr;

struct Verb {
  std::string name;
  std::vector<std::string> flags;
};

void PrintTo(const Verb& verb, std::ostream* os) { *os << verb.name; }

class EveryVerb : public testing::TestWithParam<Verb> {};

TEST_P(EveryVerb, ExplainsItselfAndItsFlags) {
  const Outcome outcome = run_whorl({GetParam().name, "--help"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  for (const std::string& flag : GetParam().flags) EXPECT_THAT(outcome.out, HasSubstr(flag));
  EXPECT_THAT(outcome.out, HasSubstr("--json"));
  EXPECT_THAT(outcome.out, HasSubstr("Example:\n  whorl " + GetParam().name));
  EXPECT_THAT(outcome.out, HasSubstr("Exit status:"));
}

TEST_P(EveryVerb, RefusesAnUnknownFlag) {
  const Outcome outcome = run_whorl({GetParam().name, "--no-such-flag"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("whorl " + GetParam().name + " --help"));
}

TEST_P(EveryVerb, SaysUsageErrorsInJsonToo) {
  const Outcome outcome = run_whorl({GetParam().name, "--json", "--no-such-flag"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(boost::json::parse(outcome.out).at("error").at("kind"), "usage");
}

INSTANTIATE_TEST_SUITE_P(
    Verbs, EveryVerb,
    testing::Values(
        Verb{"serve",
             {"--gallery-dir", "--address", "--port", "--workers", "--queue", "--max-body-bytes",
              "--request-deadline-ms", "--grace-ms", "--access", "--create", "--config", "--print-config",
              "--keep-images"}},
        Verb{"enrol",
             {"--gallery-dir", "--person", "--finger", "--ppi", "--manifest", "--impressions", "--missing",
              "--progress", "--keep-images"}},
        Verb{"load", {"--gallery-dir", "--memory-limit", "--progress", "--keep-images"}},
        Verb{"convert", {"--gallery-dir", "--progress", "--to", "--most-minutiae", "--bits-a-pixel"}},
        Verb{"check", {"--tables", "--format"}},
        Verb{"re-extract", {"--gallery-dir", "--all", "--min-quality", "--network", "--progress"}},
        Verb{"dedupe",
             {"--gallery-dir", "--gallery", "--false-pairs", "--threshold-db", "--accuracy", "--anew", "--progress"}},
        Verb{"capacity", {"--people", "--fingers", "--face-numbers", "--cores"}},
        Verb{"identify",
             {"--gallery-dir", "--finger", "--target-fpir", "--threshold-db", "--accuracy", "--partial-ok",
              "--max-candidates", "--show-all"}},
        Verb{"verify", {"--gallery-dir", "--person", "--finger", "--target-fmr"}},
        Verb{"erase", {"--gallery-dir", "--person", "--encounter"}},
        Verb{"extract", {"--ppi", "--out", "--overlay", "--modality", "--network", "--several"}},
        Verb{"compare", {"--ppi", "--pairs", "--overlay", "--calibration", "--modality", "--models"}},
        Verb{"calibrate", {"--manifest", "--set", "--fvc", "--synthetic", "--out", "--progress", "--pairs"}},
        Verb{"evaluate",
             {"--manifest", "--set", "--fvc", "--protocol", "--out", "--bootstrap", "--pairs", "--images", "--metadata",
              "--group", "--cross", "--card", "--scores", "--report", "--worst", "--compare", "--assert", "--fpir"}},
        Verb{"workload",
             {"--rates", "--records", "--galleries", "--searches", "--known", "--review-band-db", "--max-reviews",
              "--target-fpir"}},
        Verb{"synth", {"--out", "--subjects", "--templates", "--fingers", "--impressions", "--bend", "--seed"}}),
    [](const auto& p) {
      std::string name = p.param.name;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });
#ifdef WHORL_HAS_CLUSTER
INSTANTIATE_TEST_SUITE_P(OfClusters, EveryVerb,
                         testing::Values(Verb{"part",
                                              {"--cluster", "--name", "--gallery-dir", "--create", "--answering",
                                               "--min-quality", "--keep-images"}}));
#endif

TEST(Whorl, HelpListsEveryVerbAndTheExitCodes) {
  const Outcome outcome = run_whorl({"--help"});
  EXPECT_EQ(outcome.status, 0);
  for (const char* verb : {"serve",  "enrol",  "load",    "convert", "check",     "re-extract",    "identify",
                           "verify", "erase",  "extract", "compare", "calibrate", "evaluate",      "workload",
                           "synth",  "access", "gallery", "keys",    "retention", "indeterminate", "no_match"}) {
    EXPECT_THAT(outcome.out, HasSubstr(verb));
  }
}

#ifdef WHORL_HAS_CLUSTER
TEST(Whorl, AVerbOfAClusterExplainsItselfAndNeedsTheClustersFile) {
  for (const std::string verb : {"status", "check"}) {
    const Outcome outcome = run_whorl({"cluster", verb, "--help"});
    EXPECT_EQ(outcome.status, 0);
    for (const char* flag : {"--cluster", "--json", "Exit status:"}) EXPECT_THAT(outcome.out, HasSubstr(flag));
    EXPECT_THAT(outcome.out, HasSubstr("Example:\n  whorl cluster " + verb));
    EXPECT_EQ(run_whorl({"cluster", verb}).status, 2);
  }
  EXPECT_THAT(run_whorl({"cluster", "check", "--help"}).out, HasSubstr("--within"));
  EXPECT_EQ(run_whorl({"cluster", "check", "--cluster", "c.toml", "--within", "0"}).status, 2);
  EXPECT_EQ(run_whorl({"cluster", "check", "--cluster", "/nowhere/c.toml"}).status, 4);
}

TEST(Whorl, APlanOfAClusterNeedsNoCluster) {
  const std::vector<std::string> asked{"cluster", "plan",    "--people", "3000000", "--searches-per-second",
                                       "5",       "--years", "10"};
  const auto with = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all = asked;
    all.insert(all.end(), more.begin(), more.end());
    return run_whorl(all);
  };
  const Outcome help = run_whorl({"cluster", "plan", "--help"});
  EXPECT_EQ(help.status, 0);
  for (const char* flag : {"--people", "--replicas", "--cores", "--seed", "--json", "Exit status:"}) {
    EXPECT_THAT(help.out, HasSubstr(flag));
  }
  const Outcome text = with({});
  EXPECT_EQ(text.status, 0);
  for (const char* part : {"decided by", "p50, p99, p99.9", "seed 1", "measured", "stated", "R = 3, W = 2",
                           "part: cores, with one replica away", "with one replica of each part away", "slow"}) {
    EXPECT_THAT(text.out, HasSubstr(part));
  }
  const Outcome alone = with({"--replicas", "1"});
  EXPECT_THAT(alone.out, testing::Not(HasSubstr("with one replica")));
  EXPECT_EQ(with({}).out, text.out);
  EXPECT_NE(with({"--seed", "2"}).out, text.out);
  const Outcome as_json = with({"--json"});
  for (const char* field :
       {"\"parts\":", "\"fits\":true", "\"failures\":[", "\"constants\":[", "\"search_one_away\":{", "\"slow\":"}) {
    EXPECT_THAT(as_json.out, HasSubstr(field));
  }
  EXPECT_THAT(with({"--json", "--replicas", "1"}).out, HasSubstr("\"search_one_away\":null"));
  // What rests on too few searches is not said: a hundred parts and more.
  const std::vector<std::string> many{"cluster", "plan",    "--people", "100000000", "--searches-per-second",
                                      "300",     "--years", "1"};
  EXPECT_THAT(run_whorl(many).out, HasSubstr("ms, — ("));
  // What does not fit is said, with an exit status of its own; what makes no sense names its flag.
  EXPECT_EQ(
      run_whorl({"cluster", "plan", "--people", "100000000", "--searches-per-second", "900", "--years", "1"}).status,
      8);
  const Outcome refused = with({"--written-by", "1"});
  EXPECT_EQ(refused.status, 3);
  EXPECT_THAT(refused.err, HasSubstr("--written-by"));
  EXPECT_EQ(run_whorl({"cluster", "plan"}).status, 2);
}
#endif

TEST(Whorl, WithoutAVerbOrWithAnUnknownOneIsAUsageError) {
  EXPECT_EQ(run_whorl({}).status, 2);
  const Outcome unknown = run_whorl({"identfy", "--gallery-dir", "g"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.err, HasSubstr("no verb \"identfy\"; the nearest is identify"));
  EXPECT_THAT(run_whorl({"keys", "rotat"}).err, HasSubstr("no verb \"rotat\"; the nearest is rotate"));
  EXPECT_EQ(run_whorl({"--frobnicate"}).status, 2);
  EXPECT_EQ(run_whorl({"ext", "a.png"}).status, 2);  // no abbreviations
}

TEST(Whorl, AUsageErrorOfAVerbWithinAVerbLeadsToItsOwnHelp) {
  const Outcome file = run_whorl({"client", "identify", "a.png"});
  EXPECT_EQ(file.status, 2);
  EXPECT_THAT(file.err, HasSubstr("Try: whorl client identify --help\n"));
  EXPECT_THAT(run_whorl({"keys", "rotate", "--no-such-option"}).err, HasSubstr("Try: whorl keys rotate --help\n"));
  EXPECT_THAT(run_whorl({"client"}).err, HasSubstr("Try: whorl client --help\n"));
  EXPECT_THAT(run_whorl({"--no-such-option"}).err, HasSubstr("Try: whorl --help\n"));
}

TEST(Whorl, MissingAndMalformedArgumentsAreUsageErrors) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"extract"},
                                             {"extract", "a.png", "--ppi", "many"},
                                             {"extract", "a.png", "--ppi", "1"},
                                             {"compare", "a.png"},
                                             {"verify", "--gallery-dir", "g"},
                                             {"evaluate", "--protocol", "other"},
                                             {"evaluate", "--pairs", "p.csv", "--several", "all"},
                                             {"extract", "a.png", "--modality", "iris"},
                                             {"identify", "--gallery-dir", "g", "--accuracy", "perfect"},
                                             {"identify", "--gallery-dir", "g", "--max-candidates", "0"},
                                             {"serve", "--gallery-dir", "g", "--port", "70000"},
                                             {"serve", "--gallery-dir", "g", "--queue", "0"}}) {
    const Outcome outcome = run_whorl(arguments);
    EXPECT_EQ(outcome.status, 2) << arguments.front();
    EXPECT_THAT(outcome.err, HasSubstr("--help"));
  }
}

}  // namespace
}  // namespace whorl::tests
