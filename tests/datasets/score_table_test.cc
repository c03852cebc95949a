#include "datasets/score_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>

#include "engine/evaluation/identification/searches.h"
#include "engine/evaluation/rates.h"
#include "tests/support/shared_data.h"

namespace whorl::datasets {
namespace {

using testing::HasSubstr;

// One fixture in the forms of four tools: three models, five probes, a score for every two. Probe p is of person p % 3.
constexpr int kModels = 3;
constexpr int kProbes = 5;
constexpr double kScores[kProbes][kModels] = {
    {0.90, 0.10, 0.25}, {0.30, 0.80, 0.55}, {0.20, 0.15, 0.50}, {0.40, 0.45, 0.05}, {0.35, 0.70, 0.60}};

bool mated(int probe, int model) { return probe % kModels == model; }

// By the definition of PyEER (pyeer.eer_stats, after Maio et al., "FVC2000", 2002) and of bob.measure (eer_threshold,
// then the mean of far and frr): the mean of FMR and FNMR at the threshold where they differ least. Mated: .90 .80 .50
// .40 .70, non-mated the ten others. At .50 one of five mates is missed (20 %) and two of ten others reach it (.55,
// .60): 20 %.
constexpr double kEer = 0.20;

template <class T>
std::string bytes_of(T value) {
  std::string out(sizeof value, '\0');
  std::memcpy(out.data(), &value, sizeof value);
  return out;
}

class ScoreTables : public testing::Test {
 protected:
  std::filesystem::path file(const std::string& name, const std::string& content) {
    std::ofstream(folder_.path() / name, std::ios::binary) << content;
    return folder_.path() / name;
  }
  static std::string bob(bool five) {
    std::string out = "# a comment\n\n";
    for (int p = 0; p < kProbes; ++p) {
      for (int m = 0; m < kModels; ++m) {
        out += "c" + std::to_string(m) + (five ? " model" + std::to_string(m) : "") + " c" +
               std::to_string(p % kModels) + "\tprobe" + std::to_string(p) + " " + std::to_string(kScores[p][m]) + "\n";
      }
    }
    return out;
  }
  static std::string header(const std::string& kind, char cell, int rows, int columns) {
    return kind + "\ntargets.xml\nqueries.xml\nM" + std::string(1, cell) + " " + std::to_string(rows) + " " +
           std::to_string(columns) + " " + bytes_of(std::uint32_t{0x12345678}) + "\n";
  }
  static std::string mtx(const std::string& kind = "S2") {
    std::string out = header(kind, 'F', kProbes, kModels);
    for (const auto& row : kScores) {
      for (const double score : row) out += bytes_of(static_cast<float>(kind[0] == 'D' ? -score : score));
    }
    return out;
  }
  static std::string mask() {
    std::string out = header("S2", 'B', kProbes, kModels);
    for (int p = 0; p < kProbes; ++p) {
      for (int m = 0; m < kModels; ++m) out += mated(p, m) ? '\xff' : '\x7f';
    }
    return out;
  }
  static std::string column(bool of_mated) {
    std::string out;
    for (int p = 0; p < kProbes; ++p) {
      for (int m = 0; m < kModels; ++m) {
        if (mated(p, m) == of_mated) out += "a b " + std::to_string(kScores[p][m]) + "\n";
      }
    }
    return out;
  }
  static std::string refusal(const Result<Trials>& got) { return got.ok() ? "accepted" : got.error().text(); }

  tests::TemporaryDirectory folder_;
};

void expect_fixture(const Result<Trials>& got, bool searches) {
  ASSERT_TRUE(got.ok()) << got.error().text();
  ASSERT_EQ(got->trials.size(), 1u);
  const evaluation::Trial& trial = got->trials[0];
  EXPECT_EQ(trial.mated.size(), 5u);
  EXPECT_EQ(trial.non_mated.size(), 10u);
  EXPECT_NEAR(evaluation::midpoint_eer(trial), kEer, 1e-12);
  EXPECT_NEAR(evaluation::equal_error_rate(trial, {0, 1}).value, kEer, 1e-12);
  const auto set = evaluation::searches_of(trial, got->samples[0]);
  ASSERT_EQ(set.ok(), searches);
  if (!searches) return;
  EXPECT_EQ(set->references, 3u);
  EXPECT_EQ(set->searches.size(), 5u);
  // The mate is first in four of five; probe 3 has .45 of another person before its .40.
  EXPECT_EQ(std::count_if(set->searches.begin(), set->searches.end(),
                          [](const auto& s) { return evaluation::SearchSet::rank_of(s) == 1; }),
            4);
}

TEST_F(ScoreTables, OfBobGiveItsEerAndItsSearches) {
  expect_fixture(read_score_table(file("scores-4", bob(false)), ScoreFormat::kBob), true);
  expect_fixture(read_score_table(file("scores-5", bob(true)), ScoreFormat::kBob), true);
}

TEST_F(ScoreTables, OfPyeerGiveItsEerAndNoSearches) {
  expect_fixture(
      read_score_table(file("true.txt", column(true)), ScoreFormat::kPyeer, file("false.txt", column(false))), false);
}

TEST_F(ScoreTables, OfOpenbrGiveTheSameFromMatrixAndCsv) {
  const auto by_mask = file("m.mask", mask());
  expect_fixture(read_score_table(file("s.mtx", mtx()), ScoreFormat::kOpenbr, by_mask), true);
  expect_fixture(read_score_table(file("d.mtx", mtx("D2")), ScoreFormat::kOpenbr, by_mask), true);
  std::string csv = "File,t0.png,t1.png,t2.png\n";
  for (int p = 0; p < kProbes; ++p) {
    csv += "q" + std::to_string(p) + ".png";
    for (const double score : kScores[p]) csv += "," + std::to_string(score);
    csv += "\n";
  }
  const auto got = read_score_table(file("s.csv", csv), ScoreFormat::kOpenbr, by_mask);
  expect_fixture(got, true);
  EXPECT_EQ(got->samples[0][0].name, "t0.png");
}

TEST_F(ScoreTables, OfWhorlJoinFingersFromMatedPairs) {
  std::string csv = "set,a,b,genuine,score\n";
  for (int p = 0; p < kProbes; ++p) {
    for (int m = 0; m < kModels; ++m) {
      csv += "s,m" + std::to_string(m) + ",p" + std::to_string(p) + (mated(p, m) ? ",1," : ",0,") +
             std::to_string(kScores[p][m]) + "\n";
    }
  }
  const auto got = read_score_table(file("scores.csv", csv), ScoreFormat::kWhorl);
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->trials[0].fingers.size(), 3u);
  EXPECT_NEAR(evaluation::midpoint_eer(got->trials[0]), kEer, 1e-12);
  const auto back = scores_of_pairs(*got, folder_.path() / "scores.csv");
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->at(0), got->trials[0].values);
  const auto part = scores_of_pairs(*got, file("other.csv", "set,a,b,genuine,score\ns,p0,m0,1,5\n"));
  ASSERT_TRUE(part.ok());
  EXPECT_EQ(part->at(0)[0], 5);
  EXPECT_TRUE(std::isnan(part->at(0)[1]));
}

TEST_F(ScoreTables, MalformedLinesAreNamed) {
  const auto bob_refusal = [&](const std::string& text) {
    return refusal(read_score_table(file("x", text), ScoreFormat::kBob));
  };
  EXPECT_THAT(bob_refusal("a a p 1\na b\n"), HasSubstr("x:2: is no line of bob"));
  EXPECT_THAT(bob_refusal("a a p nan\n"), HasSubstr("x:1: \"score\" is not a finite number"));
  EXPECT_THAT(bob_refusal("a a p 1\na a p 2\n"), HasSubstr("x:2: has the pair of line 1 again"));
  EXPECT_THAT(bob_refusal("a a p 1\nb c p 2\n"), HasSubstr("x:2: is no line of bob: a sample is of a and of c"));
  EXPECT_THAT(bob_refusal("a a p 1\n"), HasSubstr("no non-mated pair"));
  EXPECT_THAT(bob_refusal(""), HasSubstr("no mated pair"));
  std::string distances;
  for (int i = 0; i < 40; ++i) distances += "a a p" + std::to_string(i) + " 0\nb a p" + std::to_string(i) + " 1\n";
  EXPECT_THAT(bob_refusal(distances), HasSubstr("distances"));
  EXPECT_THAT(refusal(read_score_table(file("t", "1\nx\n"), ScoreFormat::kPyeer, file("f", "1\n"))), HasSubstr("t:2"));
  EXPECT_THAT(refusal(read_score_table(file("t", "1\n"), ScoreFormat::kPyeer)), HasSubstr("--scores-more"));
}

TEST_F(ScoreTables, MatricesThatLieAboutTheirSizeAreRefused) {
  const auto by_mask = file("m.mask", mask());
  const auto openbr = [&](const std::string& content) {
    return refusal(read_score_table(file("s.mtx", content), ScoreFormat::kOpenbr, by_mask));
  };
  EXPECT_THAT(openbr(""), HasSubstr("S2 or D2"));
  EXPECT_THAT(openbr("S3\n"), HasSubstr("S2 or D2"));
  EXPECT_THAT(openbr(header("S2", 'B', 5, 3)), HasSubstr("type MF"));
  EXPECT_THAT(openbr("S2\na\nb\nMF 5\n"), HasSubstr("type MF"));
  EXPECT_THAT(openbr("S2\na\nb\nMF 5 3 \x01\x02\x03\x04\n"), HasSubstr("order of its bytes"));
  EXPECT_THAT(openbr(header("S2", 'F', 0, 3)), HasSubstr("no numbers above 0"));
  EXPECT_THAT(openbr(header("S2", 'F', 2'000'000'000, 2'000'000'000)), HasSubstr("50000000"));
  EXPECT_THAT(openbr(mtx() + "x"), HasSubstr("too few or too many"));
  EXPECT_THAT(openbr(mtx().substr(0, 60)), HasSubstr("too few or too many"));
  EXPECT_THAT(openbr(header("S2", 'F', 1, 1) + bytes_of(1.0F)), HasSubstr("another size"));
  std::string not_finite = mtx();
  not_finite.replace(not_finite.size() - 4, 4, bytes_of(std::nanf("")));
  EXPECT_THAT(openbr(not_finite), HasSubstr("not finite"));
  EXPECT_THAT(refusal(read_score_table(file("s.mtx", mtx()), ScoreFormat::kOpenbr)), HasSubstr("the mask"));
  std::string odd = mask();
  odd.back() = '\x01';
  EXPECT_THAT(refusal(read_score_table(file("s.mtx", mtx()), ScoreFormat::kOpenbr, file("o.mask", odd))),
              HasSubstr("other cells"));
}

}  // namespace
}  // namespace whorl::datasets
