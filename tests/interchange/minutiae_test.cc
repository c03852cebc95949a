// Finger minutiae of ISO/IEC 19794-2 and INCITS 378: editions told apart, each fault under its rule.
#include <gtest/gtest.h>

#include "templates/interchange/check.h"
#include "templates/interchange/minutiae_record.h"
#include "tests/interchange/drawn_records.h"

namespace whorl::interchange {
namespace {

using tests::changed;
using tests::drawn_fmr;
using Rules = std::vector<std::string>;

Rules rules(const Bytes& file) { return tests::rules_of(check(file).findings); }

TEST(Minutiae, EditionsOfOneMagicAreToldApart) {
  EXPECT_EQ(check(drawn_fmr(false, 9)).edition, "ISO/IEC 19794-2:2005");
  EXPECT_EQ(check(drawn_fmr(true, 9)).edition, "INCITS 378-2004");
  EXPECT_EQ(check(drawn_fmr(false, 9)).verdict, Verdict::kValid);
  EXPECT_EQ(check(drawn_fmr(true, 9)).verdict, Verdict::kValid);
}

TEST(Minutiae, FieldsAreWhatTheBytesSay) {
  Findings findings;
  const MinutiaeRecord record = read_minutiae(drawn_fmr(false, 3), findings);
  EXPECT_EQ(findings.all().size(), 0u);
  ASSERT_EQ(record.views.size(), 1u);
  EXPECT_DOUBLE_EQ(record.angle_unit_degrees, 1.40625);
  EXPECT_EQ(record.views[0].position, 2);
  EXPECT_EQ(record.views[0].quality, 80);
  EXPECT_EQ(record.views[0].minutiae[1], (RecordMinutia{1, 15, 21, 1, 50}));
}

TEST(Minutiae, EachFaultHasItsRule) {
  const Bytes iso = drawn_fmr(false, 4);
  const Bytes ansi = drawn_fmr(true, 4);
  EXPECT_EQ(rules(changed(iso, 5, '3')), Rules{"FMR-01"});
  EXPECT_EQ(rules(changed(iso, 11, iso[11] + 1)), Rules{"FMR-03"});
  EXPECT_EQ(rules(changed(iso, 23, 1)), Rules{"FMR-04"});
  EXPECT_EQ(rules(changed(iso, 12, 0x10)), Rules{"FMR-05"});
  EXPECT_EQ(rules(changed(iso, 19, 50)), Rules{"FMR-07"});
  EXPECT_EQ(rules(changed(iso, 24, 11)), Rules{"FMR-09"});
  EXPECT_EQ(rules(changed(iso, 25, 0x10)), Rules{"FMR-10"});
  EXPECT_EQ(rules(changed(iso, 25, 0x05)), Rules{"FMR-11"});
  EXPECT_EQ(rules(changed(iso, 26, 101)), Rules{"FMR-12"});
  EXPECT_EQ(rules(changed(iso, 28, 0xc0)), Rules{"FMR-13"});
  EXPECT_EQ(rules(changed(iso, 30, 0x40)), Rules{"FMR-14"});
  EXPECT_EQ(rules(changed(iso, 30, 0x30)), Rules{"FMR-15"});
  EXPECT_EQ(rules(changed(ansi, 34, 180)), Rules{"FMR-16"});
  EXPECT_EQ(rules(changed(iso, 33, 101)), Rules{"FMR-17"});
  EXPECT_EQ(rules(changed(changed(iso, 16, 0x01), 17, 0xf4)), Rules{}) << "500 pixels high is no fault";
  EXPECT_EQ(rules(changed(changed(iso, 18, 0x01), 19, 0xf4)), Rules{"FMR-28"});
  EXPECT_EQ(rules(changed(changed(ansi, 10, 0), 11, 0)), Rules{"FMR-23"});
  EXPECT_EQ(rules(drawn_fmr(false, 0)), Rules{"FMR-27"});
}

TEST(Minutiae, ARecordThatIsCutIsInvalidAndReadAsFarAsItGoes) {
  Bytes file = drawn_fmr(false, 8);
  file.resize(file.size() - 10);
  Findings findings;
  const MinutiaeRecord record = read_minutiae(file, findings);
  EXPECT_EQ(tests::rules_of(findings), Rules{"GEN-01"});
  EXPECT_EQ(record.views.at(0).minutiae.size(), 6u);
}

TEST(Minutiae, BytesAfterTheRecordAreSaid) {
  Bytes file = drawn_fmr(true, 8);
  file.resize(file.size() + 3);
  EXPECT_EQ(rules(file), Rules{"GEN-02"});
}

TEST(Minutiae, ExtendedDataMustFit) {
  const Bytes plain = drawn_fmr(false, 4);
  const auto with = [&](const Bytes& extended) {
    Bytes out(plain.begin(), plain.end() - 2);
    out.push_back(0);
    out.push_back(static_cast<std::uint8_t>(extended.size()));
    out.insert(out.end(), extended.begin(), extended.end());
    out[11] = static_cast<std::uint8_t>(out.size());
    return rules(out);
  };
  EXPECT_EQ(with({0, 1, 0, 8, 0, 1, 2, 3}), Rules{}) << "a triple of ridge counts";
  EXPECT_EQ(with({0, 1, 0, 7, 0, 1, 2}), Rules{"FMR-20"});
  EXPECT_EQ(with({0, 1, 0, 8, 0, 1, 5, 3}), Rules{"FMR-20"}) << "of four minutiae none is the fifth";
  EXPECT_EQ(with({0, 2, 0, 10, 1, 0, 9, 0, 9, 0}), Rules{}) << "one core";
  EXPECT_EQ(with({0, 2, 0, 9, 1, 0, 9, 0, 9}), Rules{"FMR-21"});
  EXPECT_EQ(with({0, 1, 0, 9, 0, 1, 2, 3}), Rules{"FMR-18"});
  EXPECT_EQ(with({0, 9, 0, 4}), Rules{"FMR-19"});
  EXPECT_EQ(with({1, 1, 0, 4}), Rules{}) << "of a vendor";
  EXPECT_EQ(with({0, 3, 0, 7, 0, 1, 1}), Rules{"FMR-22"});
}

TEST(Minutiae, CardFormatsAreReadOnlyWhereTheCallerSaysSo) {
  const Bytes normal{0x40, 10, 0, 20, 64, 0x80, 11, 0, 21, 65};
  EXPECT_EQ(check(normal).verdict, Verdict::kUnknown);
  const LenientReading read = read_leniently(normal, {nullptr, 0, "iso-card-normal"});
  EXPECT_EQ(read.report.verdict, Verdict::kValid);
  ASSERT_EQ(read.contents.minutiae.at(0).view.minutiae.size(), 2u);
  EXPECT_EQ(read.contents.minutiae[0].view.minutiae[1], (RecordMinutia{2, 11, 21, 65, 0}));
  EXPECT_EQ(check(Bytes(7), {nullptr, 0, "iso-card-compact"}).verdict, Verdict::kInvalid);
}

}  // namespace
}  // namespace whorl::interchange
