// Records inside passports' data groups and CBEFF.
#include <gtest/gtest.h>

#include "templates/interchange/check.h"
#include "templates/interchange/samples.h"
#include "tests/interchange/drawn_records.h"

namespace whorl::interchange {
namespace {

using Rules = std::vector<std::string>;

Rules rules(const Bytes& file) { return tests::rules_of(check(file).findings); }
Bytes bytes(const std::string& text) { return {text.begin(), text.end()}; }

TEST(DataGroups, TheFaceInsideIsChecked) {
  const Bytes file = tests::drawn_dg2(tests::drawn_fac());
  EXPECT_EQ(check(file).format, "eMRTD DG2");
  EXPECT_EQ(rules(file), Rules{});
  EXPECT_EQ(first_sample_of(file, Modality::kFace)->bytes, tests::drawn_jpeg(64, 48));
  const Bytes wrong = tests::drawn_dg2(tests::changed(tests::drawn_fac(), 43, 1));
  EXPECT_EQ(rules(wrong), Rules{"FAC-17"});
  const auto& finding = check(wrong).findings.all().at(0);
  EXPECT_GT(finding.offset, 14u) << "a place in the file, not in the record";
}

TEST(DataGroups, EachFaultHasItsRule) {
  const Bytes file = tests::drawn_dg2(tests::drawn_fac());
  Bytes longer = file;
  longer.push_back(0);
  EXPECT_EQ(rules(longer), Rules{"GEN-02"});
  EXPECT_EQ(rules(tests::drawn_dg2(tests::drawn_fir(false))), Rules{"DG-06"});
  Bytes cut = file;
  cut.resize(cut.size() - 1);
  EXPECT_EQ(rules(cut), Rules{"GEN-01"});
}

TEST(DataGroups, TheSuccessorsOfTheStandardAreNamed) {
  Bytes file = tests::drawn_dg2(tests::drawn_fac());
  for (std::size_t i = 0; i + 1 < file.size(); ++i) {
    if (file[i] == 0x5f && file[i + 1] == 0x2e) file[i] = 0x7f;
    if (file[i] == 'F' && file[i + 1] == 'A') file[i] = 0x30;  // no record of 19794
  }
  EXPECT_EQ(check(file).verdict, Verdict::kUnhandled);
}

TEST(Cbeff, TheRecordInsideIsChecked) {
  const Bytes file = bytes(tests::drawn_cbeff(tests::drawn_fir(false), "7"));
  EXPECT_EQ(check(file).format, "CBEFF XML");
  EXPECT_EQ(rules(file), Rules{});
  EXPECT_EQ(first_sample_of(file, Modality::kFinger)->position, 7);
}

TEST(Cbeff, EachFaultHasItsRule) {
  const Bytes record = tests::drawn_fir(false);
  const std::string good = tests::drawn_cbeff(record, "7");
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return rules(bytes(text));
  };
  EXPECT_EQ(with("</BIR></BIR>", "</BIR>"), Rules{"CB-01"});
  EXPECT_EQ(with("ed-2", "ed-9"), Rules{"CB-02"});
  EXPECT_EQ(with("<BDB>", "<BDB>*"), Rules{"CB-05"});
  EXPECT_EQ(with("Raw", "Rare"), Rules{"CB-09"});
  EXPECT_EQ(rules(bytes(tests::drawn_cbeff(record, "8"))), Rules{"CB-07"});
  EXPECT_EQ(rules(bytes(tests::drawn_cbeff(tests::changed(record, 17, 0), "7"))), Rules{"CB-08"});
  EXPECT_EQ(rules(bytes(tests::drawn_cbeff(tests::drawn_jpeg(9, 9), "257"))), Rules{"CB-07"});
}

TEST(Cbeff, NestingIsBounded) {
  std::string text = R"(<BIR xmlns="http://standards.iso.org/iso-iec/19785/-3/ed-2/">)";
  for (int i = 0; i < 5000; ++i) text += "<BIR>";
  for (int i = 0; i < 5001; ++i) text += "</BIR>";
  EXPECT_TRUE(check(bytes(text)).findings.has("GEN-03"));
}

}  // namespace
}  // namespace whorl::interchange
