// Real files of other systems, where they lie beside the repository, against the answers of an independent reader.
#include "tests/interchange/corpus.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <set>

#include "templates/interchange/check.h"

namespace whorl::interchange {
namespace {

namespace fs = std::filesystem;
using Rules = std::set<std::string>;

// What that reader does not look at.
const Rules kUnchecked{"GEN-03", "GEN-04", "FMR-22", "WSQ-14", "WSQ-15", "JP2-01", "JP2-02", "JP2-03",
                       "JP2-04", "JP2-05", "AN-23",  "AN-24",  "CB-09",  "CB-10",  "DG-06",  "DG-08",
                       "AN-25",  "AN-26",  "FIR-25", "FIR-26", "PIV-10", "PIV-11"};

Rules rules_of(const Report& report, Severity severity) {
  Rules out;
  for (const Finding& each : report.findings.all()) {
    if (each.severity == severity && !kUnchecked.contains(std::string(each.rule))) out.emplace(each.rule);
  }
  return out;
}

Rules rules_of(const boost::json::value& list) {
  Rules out;
  for (const auto& each : list.as_array()) out.emplace(each.as_string().c_str());
  return out;
}

// "INCITS 378-2004" and so on must agree where the reader names one.
bool names_agree(const boost::json::value& expected, const std::string& found) {
  return expected.is_null() || found == expected.as_string().c_str();
}

TEST(Corpus, IsAnsweredAsTheIndependentReaderAnswers) {
  const auto folder = corpus();
  if (!folder) GTEST_SKIP() << "no data/interchange beside the repository";
  const Bytes text = read(*folder / "expected.json");
  const auto expected = boost::json::parse(std::string_view(as_text(text)));
  int right = 0;
  int with_verdict = 0;
  for (const auto& file : expected.at("files").as_array()) {
    const std::string name = file.at("file").as_string().c_str();
    const Report report = check(read(*folder / name));
    const std::string verdict = file.at("verdict").as_string().c_str();
    if (verdict == "see readme") continue;
    ++with_verdict;
    const bool same = name_of(report.verdict) == verdict &&
                      rules_of(report, Severity::kError) == rules_of(file.at("errors")) &&
                      rules_of(report, Severity::kWarning) == rules_of(file.at("warnings")) &&
                      names_agree(file.at("format"), report.format) && names_agree(file.at("edition"), report.edition);
    right += same ? 1 : 0;
    EXPECT_TRUE(same) << name << ": " << name_of(report.verdict);
  }
  std::printf("%d of %d records answered as expected\n", right, with_verdict);
  EXPECT_EQ(right, with_verdict);
}

TEST(Corpus, FormatsThatAreNotHandledAreNamed) {
  const auto folder = corpus();
  if (!folder) GTEST_SKIP() << "no data/interchange beside the repository";
  for (const char* name : {"mosip/Sample_IRIS.iir", "icao/39794-5-DG2-mandatory.dat", "interpol/Sample-MPS.xml",
                           "nbis-an2k/All-Supported-Records-test-comp.xml"}) {
    const Report report = check(read(*folder / name));
    EXPECT_EQ(report.verdict, Verdict::kUnhandled) << name;
    EXPECT_FALSE(report.format.empty() || report.unhandled.empty()) << name;
  }
  const Bytes card = read(*folder / "biomdi/annexB2.iso-normal-card.bin");
  EXPECT_EQ(check(card).verdict, Verdict::kUnknown) << "card formats are never guessed";
  EXPECT_EQ(check(card, {nullptr, 0, "iso-card-normal"}).verdict, Verdict::kValid);
}

TEST(Corpus, TablesOfInterpolAreReadWhereTheyAreGiven) {
  const auto folder = corpus();
  if (!folder) GTEST_SKIP() << "no data/interchange beside the repository";
  const auto tables = IntITables::load(*folder / "interpol/MRT");
  ASSERT_TRUE(tables.ok()) << tables.error().text();
  const Bytes file = read(*folder / "nist-itl/type-14-amp-nqm-utf8.an2");
  EXPECT_TRUE(check(file).tables_unchecked);
  const Report report = check(file, {&*tables, 0, {}});
  EXPECT_FALSE(report.tables_unchecked);
  EXPECT_TRUE(report.findings.has("AN-23")) << "its type of transaction is none of INT-I";
  EXPECT_TRUE(report.findings.has("AN-24")) << "and field 2.003 is defined by another profile";
}

}  // namespace
}  // namespace whorl::interchange
