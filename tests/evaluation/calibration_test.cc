#include "engine/calibration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>
#include <random>

#include "engine/known_position.h"
#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/extract/extract.h"

namespace whorl::engine {
namespace {

std::vector<double> exponential(std::size_t n, double mean, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::exponential_distribution<double> law(1.0 / mean);
  std::vector<double> out(n);
  std::generate(out.begin(), out.end(), [&] { return law(random); });
  return out;
}

std::vector<double> uniform(std::size_t n, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> law(0, 1);
  std::vector<double> out(n);
  std::generate(out.begin(), out.end(), [&] { return law(random); });
  return out;
}

Calibration fitted(const std::vector<double>& non_mated, std::vector<double> mated = {}) {
  auto fit = Calibration::fit(non_mated, std::move(mated), "test");
  EXPECT_TRUE(fit.ok());
  return *fit;
}

// -10 log10 of the share of `scores` that reach `s`.
double counted_db(const std::vector<double>& scores, double s) {
  const auto reached = std::count_if(scores.begin(), scores.end(), [&](double x) { return x >= s; });
  return -10.0 * std::log10(static_cast<double>(reached) / static_cast<double>(scores.size()));
}

TEST(Calibration, RecoversAnExponentialDistribution) {
  const Calibration c = fitted(exponential(200'000, 3.0, 1));
  for (const double db : {1.0, 5.0, 10.0, 20.0, 30.0}) {
    const double score = 3.0 * db * std::log(10.0) / 10.0;  // exp(-s/3) = 10^(-db/10)
    EXPECT_NEAR(c.db(score), db, 0.02 * db + 0.2) << db;
  }
  EXPECT_NEAR(c.measured_db(), 43.0, 0.1);  // ten of 200,000
  // The extrapolation is below the truth, and not absurdly so.
  const double far = 3.0 * 70.0 * std::log(10.0) / 10.0;
  EXPECT_LT(c.db(far), 70.0);
  EXPECT_GT(c.db(far), 55.0);
}

TEST(Calibration, RecoversAUniformDistribution) {
  const Calibration c = fitted(uniform(100'000, 2));
  for (const double s : {0.1, 0.5, 0.9, 0.99}) EXPECT_NEAR(c.db(s), -10.0 * std::log10(1.0 - s), 0.3) << s;
}

TEST(Calibration, FollowsTheCountsWhereTheyExist) {
  const auto scores = exponential(5'000, 1.0, 3);
  const Calibration c = fitted(scores);
  for (const double s : scores) {
    if (counted_db(scores, s) > c.measured_db()) continue;
    ASSERT_NEAR(c.db(s), counted_db(scores, s), 0.21) << s;
  }
}

TEST(Calibration, KeepsToTheCountsAcrossGapsBetweenScores) {
  std::vector<double> scores(1'000, 0.0);
  for (std::size_t i = 0; i < 30; ++i) scores[i] = i < 12 ? 10.0 : 1.0;
  const Calibration c = fitted(scores);
  EXPECT_EQ(c.db(0.0), 0.0);
  EXPECT_NEAR(c.db(1.0), counted_db(scores, 1.0), 1e-6);
  EXPECT_NEAR(c.db(10.0), counted_db(scores, 10.0), 1e-6);
  EXPECT_LT(c.db(5.0), counted_db(scores, 10.0));
}

TEST(Calibration, IsMonotoneAndCapped) {
  const Calibration c = fitted(exponential(3'000, 0.2, 4));
  double before = -1;
  for (double s = -1; s < 20; s += 0.001) {
    const double now = c.db(s);
    ASSERT_GE(now, before);
    before = now;
  }
  EXPECT_EQ(c.db(1e9), c.max_db());
  EXPECT_EQ(c.db(std::numeric_limits<double>::infinity()), c.max_db());
  EXPECT_EQ(c.db(std::numeric_limits<double>::quiet_NaN()), 0.0);
  EXPECT_NEAR(c.max_db(), c.measured_db() + Calibration::kMaxExtrapolation_db, 1e-6);
}

// Of many samples of one law, the tail claims more than the truth in few.
TEST(Calibration, TheTailIsConservative) {
  int overstated = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Calibration c = fitted(exponential(2'000, 1.0, 100 + seed));
    const double truth_db = 60.0;
    const double score = truth_db * std::log(10.0) / 10.0;
    if (c.db(score) > truth_db) ++overstated;
  }
  EXPECT_LE(overstated, 4);
}

TEST(Calibration, AHeavierTailGetsAFlatterSlope) {
  auto scores = exponential(20'000, 1.0, 5);
  const double light = fitted(scores).db(25.0);
  for (double& s : scores) s = s > 5.0 ? 5.0 + 4.0 * (s - 5.0) : s;  // the tail beyond 5 four times as long
  EXPECT_LT(fitted(scores).db(25.0), light - 15.0);
}

std::vector<Calibration::Tally> tallies(const std::vector<double>& scores) {
  std::vector<Calibration::Tally> out;
  for (const double s : scores) out.push_back({s, 1});
  return out;
}

TEST(Calibration, CountsAreScoresSeenOften) {
  std::vector<double> one_by_one;
  std::vector<Calibration::Tally> counted;
  for (std::uint64_t k = 0; k < 400; ++k) {
    const std::uint64_t count = 1 + 4000 / (1 + k * k);
    counted.push_back({static_cast<double>(k) / 16, count});
    one_by_one.insert(one_by_one.end(), count, static_cast<double>(k) / 16);
  }
  std::reverse(counted.begin(), counted.end());
  const auto fit = Calibration::fit({{"counted", counted}}, {}, "test");
  ASSERT_TRUE(fit.ok());
  EXPECT_EQ(*fit, fitted(one_by_one));
}

// Scores whose scale changes at 25 dB, by `stretch`: as those of two models, one of which weighs what the other lets
// through.
std::vector<Calibration::Tally> kinked(std::size_t n, double heavier, double stretch, std::uint64_t seed) {
  std::vector<double> scores = exponential(n, heavier * 10 / std::log(10.0), seed);
  for (double& d : scores) d = d < 25 ? d : 25 + stretch * (d - 25);
  return tallies(scores);
}

TEST(Calibration, AFewPairsAreFollowedAlongTheTailOfMany) {
  for (const double stretch : {4.0, 0.25}) {
    const auto score_of = [&](double db) { return db < 25 ? db : 25 + stretch * (db - 25); };
    const auto fit = [&](double heavier) {
      return Calibration::fit({{"few", kinked(2'000, heavier, stretch, 31)}, {"many", kinked(400'000, 1, stretch, 32)}},
                              {}, "test")
          .value();
    };
    // Alike: what few pairs cannot show, many do. Counted alone, few would see only the scale below 25.
    EXPECT_LT(fit(1.0).db(score_of(45)), 45.5) << stretch;
    EXPECT_GT(fit(1.0).db(score_of(45)), 36.0) << stretch;
    // Twice as heavy a tail stays so.
    EXPECT_LT(fit(2.0).db(score_of(45)), 25.5) << stretch;
    EXPECT_GT(fit(2.0).db(score_of(45)), 17.0) << stretch;
  }
}

// Scores at the middles of `n` equal shares of the exponential law whose unit is a decibel.
std::vector<double> exactly_exponential(std::size_t n) {
  std::vector<double> out;
  for (std::size_t i = 0; i < n; ++i) {
    out.push_back(-10 * std::log10((static_cast<double>(i) + 0.5) / static_cast<double>(n)));
  }
  return out;
}

// Beyond what few pairs counted they follow the many, less what the slope of 250 scores leaves in doubt: a tenth.
TEST(Calibration, AGuidedTailIsMeasuredOnTwoHundredAndFifty) {
  const auto few = tallies(exactly_exponential(20'000));
  const auto many = tallies(exactly_exponential(4'000'000));
  const Calibration c = Calibration::fit({{"few", few}, {"many", many}}, {}, "test").value();
  const double counted = -10 * std::log10(Calibration::kMinExceedances / 20'000.0);
  EXPECT_NEAR(c.db(counted), counted, 0.3);
  EXPECT_NEAR(c.db(55) - c.db(counted), 0.8985 * (55 - counted), 0.4);  // chi-squared of 500 degrees, 5 %: 449.1
}

// Ten thousand strangers of a short tail and ten million of a long one; each alone claims more somewhere.
TEST(Calibration, OfSeveralPopulationsTheMostPessimisticHolds) {
  const auto near = tallies(exponential(10'000, 1.0, 21));
  std::vector<Calibration::Tally> far;  // FMR 10^-(s - 2) above 2, exactly
  for (int i = 0; i < 700; ++i) {
    const double s = 2 + i * 0.01;
    const double reach = std::pow(10.0, 7 - i * 0.01);
    const double next = std::pow(10.0, 7 - (i + 1) * 0.01);
    const auto count = static_cast<std::uint64_t>(std::llround(reach) - std::llround(next));
    if (count > 0) far.push_back({s, count});
  }
  const auto fit = [](const std::vector<Calibration::NonMated>& populations) {
    return Calibration::fit(populations, {}, "test").value();
  };
  const Calibration of_near = fit({{"near", near}});
  const Calibration of_far = fit({{"far", far}});
  const Calibration both = fit({{"near", near}, {"far", far}});
  EXPECT_EQ(both, fit({{"far", far}, {"near", near}}));
  EXPECT_EQ(both.non_mated(), of_near.non_mated() + of_far.non_mated());
  bool near_rules = false;
  bool far_rules = false;
  for (double s = 0; s < 12; s += 0.01) {
    const double least = std::min(of_near.db(s), of_far.db(s));
    if (of_near.db(s) < of_near.measured_db()) {
      EXPECT_NEAR(both.db(s), least, 0.25) << s;
    } else {
      // What was not counted of the few follows the tail of the many, and never claims more than these.
      EXPECT_GE(both.db(s), of_near.measured_db() - 0.25) << s;
      EXPECT_LE(both.db(s), of_far.db(s) + 0.25) << s;
    }
    near_rules = near_rules || of_near.db(s) < of_far.db(s) - 1;
    far_rules = far_rules || of_far.db(s) < of_near.db(s) - 1;
  }
  EXPECT_TRUE(near_rules);
  EXPECT_TRUE(far_rules);
  // Counted as far as the larger population counts.
  EXPECT_GE(both.measured_db(), of_near.measured_db());
  EXPECT_LE(both.measured_db(), of_far.measured_db());
  EXPECT_NEAR(both.max_db(), both.measured_db() + Calibration::kMaxExtrapolation_db, 1e-6);
}

TEST(Calibration, AMarginMovesAPopulationsClaims) {
  const auto scores = tallies(exponential(10'000, 1.0, 23));
  const auto fit = [&](double margin_db) { return Calibration::fit({{"some", scores, margin_db}}, {}, "test"); };
  const Calibration as_counted = *fit(0);
  const Calibration cautious = *fit(2);
  const Calibration of_more_alike = *fit(-2);
  for (const double db : {5.0, 15.0, 25.0, 40.0}) {
    const double score = as_counted.score_at(db);
    EXPECT_NEAR(cautious.db(score), db - 2, 0.21) << db;
    EXPECT_NEAR(of_more_alike.db(score), db + 2, 0.21) << db;
  }
  EXPECT_LT(cautious.db(as_counted.score_at(1)), 0.2);
  EXPECT_EQ(of_more_alike.db(0), 0);
  EXPECT_EQ(Calibration::parse(of_more_alike.to_json()).value(), of_more_alike);
  EXPECT_LE(of_more_alike.measured_db(), as_counted.measured_db());
  EXPECT_EQ(fit(std::numeric_limits<double>::quiet_NaN()).error().field, "impostor");
}

// What is taken off where the position is stated leaves what was counted of such fingers.
TEST(Calibration, OfOnePositionClaimsWhatIsRightOnceThePositionIsStated) {
  for (const std::size_t n : {2'000U, 100'000U}) {
    const auto scores = tallies(exponential(n, 1.0, 24));
    const Calibration as_counted = *Calibration::fit({{"some", scores}}, {}, "test");
    const Calibration of_one = *Calibration::fit({{"some", scores, 0, true}}, {}, "test");
    EXPECT_GT(of_one.db(as_counted.score_at(20)), 22);
    EXPECT_DOUBLE_EQ(of_one.measured_db(), as_counted.measured_db());
    for (double db = 5; db <= 60; db += 5) {
      const double left = known_position_db(of_one.db(as_counted.score_at(db)));
      EXPECT_LE(left, db + 0.25) << db;
      if (db > as_counted.measured_db()) continue;
      EXPECT_GE(left, db - 0.25) << db;
    }
  }
}

// Others beside them hold where they are the more cautious, and are never raised by them.
TEST(Calibration, OfOnePositionNeverRaisesWhatOthersAllow) {
  const auto one = tallies(exponential(200'000, 1.2, 25));
  const auto others = tallies(exponential(20'000, 1.0, 26));
  const Calibration both = *Calibration::fit({{"one", one, 0, true}, {"two", others}}, {}, "test");
  const Calibration of_others = *Calibration::fit({{"two", others}}, {}, "test");
  const Calibration of_one = *Calibration::fit({{"one", one, 0, true}}, {}, "test");
  for (double score = 0; score < 15; score += 0.05) {
    EXPECT_LE(both.db(score), of_one.db(score) + 0.25) << score;
    if (of_others.db(score) > of_others.measured_db()) continue;
    EXPECT_LE(both.db(score), of_others.db(score) + 0.25) << score;
  }
}

TEST(Calibration, NamesThePopulationThatIsTooSmall) {
  const auto enough = tallies(exponential(2'000, 1.0, 8));
  const auto fit = [&](std::vector<Calibration::Tally> second) {
    return Calibration::fit({{"first", enough}, {"second", std::move(second)}}, {}, "x");
  };
  EXPECT_NE(fit(tallies(exponential(999, 1.0, 9))).error().message.find("999 of second"), std::string::npos);
  EXPECT_FALSE(fit({{1.0, 0}, {2.0, 5'000}}).ok());
  EXPECT_FALSE(fit({{1.0, Calibration::kMaxCount + 1}}).ok());
  EXPECT_TRUE(fit({{1.0, 5'000}}).ok());
  EXPECT_FALSE(Calibration::fit(std::vector<Calibration::NonMated>{}, {}, "x").ok());
}

TEST(Calibration, IdenticalNonMatedClaimNothing) {
  const Calibration c = fitted(std::vector<double>(1'000, 7.0));
  EXPECT_EQ(c.db(6.0), 0.0);
  EXPECT_EQ(c.db(1e6), 0.0);
  EXPECT_EQ(c.max_db(), 0.0);
}

TEST(Calibration, ScoreAtIsTheInverse) {
  const Calibration c = fitted(exponential(10'000, 2.0, 6));
  for (const double db : {3.0, 17.0, 29.0, 45.0}) EXPECT_NEAR(c.db(c.score_at(db)), db, 1e-6);
}

TEST(Calibration, SummarisesTheMatedScores) {
  const Calibration c = fitted(exponential(10'000, 1.0, 7), {0.0, 0.0, 100.0, 100.0});
  ASSERT_GE(c.misses().size(), 3u);
  EXPECT_EQ(c.misses()[0], (Calibration::Miss{0.0, 0.0}));
  EXPECT_EQ(c.misses()[1], (Calibration::Miss{5.0, 0.5}));
  EXPECT_EQ(c.mated(), 4u);
}

TEST(Calibration, RefusesTooFewOrBrokenScores) {
  const auto few = Calibration::fit(std::vector<double>(999, 1.0), {}, "x");
  ASSERT_FALSE(few.ok());
  EXPECT_EQ(few.error().kind, ErrorKind::kInvalidInput);
  auto broken = exponential(2'000, 1.0, 8);
  broken[3] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(Calibration::fit(broken, {}, "x").error().field, "impostor");
  EXPECT_EQ(Calibration::fit(exponential(2'000, 1.0, 8), broken, "x").error().field, "genuine");
  EXPECT_EQ(Calibration::fit(exponential(2'000, 1.0, 8), {}, std::string(5'000, 'a')).error().field, "source");
}

TEST(Calibration, ItsFileReadsBackIdentical) {
  const Calibration c = fitted(exponential(30'000, 0.37, 9), exponential(500, 5.0, 10));
  const auto back = Calibration::parse(c.to_json());
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(*back, c);
  EXPECT_EQ(back->to_json(), c.to_json());
}

TEST(Calibration, ItsFileHasNoExponents) {
  std::vector<double> mated(100'000, 1.0);
  mated[0] = 0;
  const std::string file = fitted(exponential(5'000, 1e-7, 12), mated).to_json();
  const std::string numbers = file.substr(file.find("\"knots\""));
  EXPECT_EQ(numbers.find("e-"), std::string::npos);
  EXPECT_EQ(*Calibration::parse(file), fitted(exponential(5'000, 1e-7, 12), mated));
}

TEST(Calibration, ASourceOfAnyBytesStaysReadable) {
  auto fit = Calibration::fit(exponential(2'000, 1.0, 11), {}, "a\"\\\n\xff\xc3");
  ASSERT_TRUE(fit.ok());
  const auto back = Calibration::parse(fit->to_json());
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(*back, *fit);
}

struct Malformed {
  std::string name;
  std::string from;
  std::string to;
  std::string field;
};

void PrintTo(const Malformed& malformed, std::ostream* os) { *os << malformed.name; }

class MalformedCalibration : public testing::TestWithParam<Malformed> {};

// A small file that parses; each case breaks one thing in it.
std::string sound_file() {
  return R"({"format": "whorl-calibration", "version": 1, "extractor_version": 1, "comparator_version": 1,
    "source": "s", "impostors": 1000, "genuines": 0, "measured_db": 20, "max_db": 40,
    "knots": [[0, 0], [1, 20], [2, 40]], "fnmr_by_db": []})";
}

TEST_P(MalformedCalibration, IsRefusedNamingTheField) {
  ASSERT_TRUE(Calibration::parse(sound_file()).ok());
  std::string text = sound_file();
  const auto at = text.find(GetParam().from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, GetParam().from.size(), GetParam().to);
  const auto parsed = Calibration::parse(text);
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(parsed.error().field, GetParam().field);
}

INSTANTIATE_TEST_SUITE_P(
    Files, MalformedCalibration,
    testing::Values(Malformed{"Format", "whorl-calibration", "other", "format"},
                    Malformed{"Version", "\"version\": 1", "\"version\": 2", "version"},
                    Malformed{"VersionText", "\"version\": 1", "\"version\": \"1\"", "version"},
                    Malformed{"NoSource", "\"source\": \"s\",", "", "source"},
                    Malformed{"SourceKind", "\"s\"", "3", "source"},
                    Malformed{"FewImpostors", "1000", "10", "impostors"},
                    Malformed{"NegativeGenuines", "\"genuines\": 0", "\"genuines\": -1", "genuines"},
                    Malformed{"Extractor", "\"extractor_version\": 1", "\"extractor_version\": 99999999999",
                              "extractor_version"},
                    Malformed{"ScoresFall", "[1, 20]", "[3, 20]", "knots[2]"},
                    Malformed{"ScoresEqual", "[1, 20]", "[0, 20]", "knots[1]"},
                    Malformed{"DbFalls", "[1, 20]", "[1, 50]", "knots[2]"},
                    Malformed{"NotFromZero", "[0, 0]", "[0, 1]", "knots[0]"},
                    Malformed{"Huge", "[2, 40]", "[2, 1e999]", "knots[2]"},
                    Malformed{"TooManyDb", "[2, 40]", "[2, 4000]", "knots[2]"},
                    Malformed{"Triple", "[1, 20]", "[1, 20, 3]", "knots[1]"},
                    Malformed{"NotNumbers", "[1, 20]", "[\"1\", 20]", "knots[1]"},
                    Malformed{"NoKnots", "[[0, 0], [1, 20], [2, 40]]", "[]", "knots"},
                    Malformed{"Cap", "\"max_db\": 40", "\"max_db\": 60", "max_db"},
                    Malformed{"Measured", "\"measured_db\": 20", "\"measured_db\": 41", "measured_db"},
                    Malformed{"Rate", "\"fnmr_by_db\": []", "\"fnmr_by_db\": [[5, 1.5]]", "fnmr_by_db"},
                    Malformed{"Trailing", "[]}", "[]} x", ""}, Malformed{"Cut", "[]}", "[", ""},
                    Malformed{"Deep", "[]}", "[[[[[[[[1]]]]]]]]}", ""}),
    [](const auto& p) { return p.param.name; });

TEST(Calibration, RefusesFilesThatAreTooLarge) {
  EXPECT_FALSE(Calibration::parse(std::string(Calibration::kMaxJsonBytes + 1, ' ')).ok());
  std::string knots = "[0, 0]";
  for (std::size_t i = 1; i <= Calibration::kMaxKnots; ++i) knots += ",[" + std::to_string(i) + ",40]";
  std::string text = sound_file();
  text.replace(text.find("[0, 0], [1, 20], [2, 40]"), 24, knots);
  const auto parsed = Calibration::parse(text);
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().field, "knots");
}

TEST(Calibration, RefusesWhatIsNotAnObject) {
  for (const char* text : {"", "null", "[]", "3", "{}", "\"x\"", "{\"format\":1}"}) {
    EXPECT_FALSE(Calibration::parse(text).ok()) << text;
  }
}

TEST(Calibration, OfAnotherVersionSaysSo) {
  std::string text = sound_file();
  text.replace(text.find("\"comparator_version\": 1"), 23, "\"comparator_version\": 7777");
  const auto parsed = Calibration::parse(text);
  ASSERT_TRUE(parsed.ok()) << parsed.error().text();
  const Status checked = parsed->check_versions();
  ASSERT_FALSE(checked.ok());
  EXPECT_THAT(checked.error().message, testing::HasSubstr("7777"));
}

TEST(Calibration, OfAFaceBelongsToItsNetwork) {
  std::vector<double> non_mated;
  for (int i = 0; i < 2000; ++i) non_mated.push_back(i / 4000.0 - 0.25);
  const Calibration::Origin origin{1, 1, "net:0123456789abcdef"};
  const Calibration made = Calibration::fit(non_mated, {0.5, 0.6}, "faces", origin).value();
  const auto again = Calibration::parse(made.to_json());
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(*again, made);
  EXPECT_TRUE(again->check_origin(origin).ok());
  const Status other = again->check_origin({1, 1, "net:fedcba9876543210"});
  ASSERT_FALSE(other.ok());
  EXPECT_THAT(other.error().message, testing::HasSubstr("net:0123456789abcdef"));
  EXPECT_THAT(other.error().message, testing::HasSubstr("net:fedcba9876543210"));
  EXPECT_FALSE(again->check_versions().ok());  // never taken for fingerprints
  EXPECT_FALSE(Calibration::shipped().check_origin(origin).ok());
  EXPECT_FALSE(Calibration::fit(non_mated, {}, "faces", {1, 1, std::string(200, 'x')}).ok());
  std::string text = made.to_json();
  text.replace(text.find("net:0123456789abcdef"), 20, "");
  EXPECT_EQ(Calibration::parse(text).error().field, "network");
}

// Fails when the extractor or comparator changes without a new calibration.
TEST(Calibration, TheShippedOneBelongsToThisBuild) {
  const Calibration& c = Calibration::shipped();
  EXPECT_EQ(c.extractor_version(), fingerprint::kExtractorVersion);
  EXPECT_EQ(c.comparator_version(), fingerprint::kComparatorVersion);
  EXPECT_TRUE(c.check_versions().ok());
  EXPECT_GT(c.max_db(), 40.0);
  EXPECT_EQ(c.db(0), 0.0);
}

}  // namespace
}  // namespace whorl::engine
