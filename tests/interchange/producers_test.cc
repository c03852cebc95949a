// What other producers write that is odd and allowed, and what is wrong once and must be said once.
#include <gtest/gtest.h>

#include <algorithm>

#include "templates/interchange/check.h"
#include "templates/interchange/samples.h"
#include "tests/interchange/drawn_records.h"

namespace whorl::interchange {
namespace {

using tests::changed;
using Rules = std::vector<std::string>;

Rules rules(const Bytes& file) { return tests::rules_of(check(file).findings); }

// Every finding, in their order.
Rules findings(const Bytes& file) {
  Rules out;
  const Report report = check(file);
  for (const Finding& each : report.findings.all()) out.emplace_back(each.rule);
  return out;
}

ByteView text(std::string_view of) { return as_bytes(of); }

Bytes with_size(Bytes bytes, std::size_t at) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<std::uint8_t>(bytes.size() >> (8 * (3 - i)));
  return bytes;
}

// ISO 2005 or INCITS 2004 with the length of six bytes, of as many views as make it as long, each of nearly 64 KiB.
Bytes long_minutiae(bool ansi, int views) {
  constexpr std::uint16_t kExtended = 65004;
  ByteWriter out;
  out.bytes(text(std::string_view("FMR\0 20\0", 8)));
  if (ansi) out.u16(0);
  out.u32(0);
  if (ansi) out.u16(0x0101).u16(1);
  out.u16(0).u16(300).u16(400).u16(197).u16(197).u8(static_cast<std::uint8_t>(views)).u8(0);
  for (int i = 0; i < views; ++i) {
    out.u8(static_cast<std::uint8_t>(i % 11)).u8(static_cast<std::uint8_t>(i / 11 << 4)).u8(80).u8(1);
    out.u16(0x4000 | 10).u16(20).u8(5).u8(50).u16(kExtended).u16(0x0101).u16(kExtended);
    out.bytes(Bytes(kExtended - 4));
  }
  return with_size(out.take(), ansi ? 10 : 8);
}

Bytes minutiae_2011(int representations, int width = 300) {
  ByteWriter out;
  out.bytes(text(std::string_view("FMR\0"
                                  "030\0",
                                  8)))
      .u32(0)
      .u16(static_cast<std::uint16_t>(representations))
      .u8(0);
  for (int i = 0; i < representations; ++i) {
    ByteWriter one;
    one.u32(0).u16(0xffff).u8(0xff).u8(0xff).u8(0xff).u8(0xff).u8(0xff).u16(0xffff).u8(0).u16(0).u16(0).u8(0);
    one.u8(static_cast<std::uint8_t>(i + 1)).u8(0).u16(197).u16(197).u8(0);
    one.u16(static_cast<std::uint16_t>(width)).u16(400).u8(0x60).u8(8);
    for (int m = 0; m < 8; ++m) one.u16(static_cast<std::uint16_t>(0x4000 | (9 + m))).u16(9).u8(0).u8(50);
    one.u16(0);
    out.bytes(with_size(one.take(), 0));
  }
  return with_size(out.take(), 8);
}

TEST(OtherMinutiae, OfRecordsLargerThanTheHeadersOfBothEditionsTheOneThatClosesIsTaken) {
  for (const bool ansi : {false, true}) {
    const Report report = check(long_minutiae(ansi, 33));
    EXPECT_EQ(report.edition, ansi ? "INCITS 378-2004" : "ISO/IEC 19794-2:2005");
    EXPECT_EQ(report.verdict, Verdict::kValid) << report.findings.all().at(0).text;
  }
}

TEST(OtherMinutiae, AWrongLengthFieldIsOneFaultOfTheEditionThatTheStructureHas) {
  const Bytes iso = tests::drawn_fmr(false, 9);
  Bytes tiny = changed(iso, 11, 10);
  EXPECT_EQ(check(tiny).edition, "ISO/IEC 19794-2:2005");
  EXPECT_EQ(findings(tiny), Rules{"FMR-02"});
  Bytes huge = iso;
  std::fill_n(huge.begin() + 8, 4, std::uint8_t{0xff});
  EXPECT_EQ(check(huge).edition, "ISO/IEC 19794-2:2005");
  EXPECT_EQ(findings(huge), Rules{"FMR-03"});
}

TEST(OtherMinutiae, ALengthOfSixBytesIsForLengthsThatNeedThem) {
  EXPECT_EQ(findings(long_minutiae(true, 1)), Rules{"FMR-02"});
  EXPECT_EQ(findings(long_minutiae(true, 2)), Rules{});
}

TEST(OtherMinutiae, NothingLiesOutsideAnImageWhoseSizeIsNotStated) {
  EXPECT_EQ(rules(minutiae_2011(1, 0)), Rules{"FMR-06"});
  EXPECT_EQ(check(minutiae_2011(1, 0)).verdict, Verdict::kValid) << "a warning in this edition";
}

TEST(OtherMinutiae, ARecordThatIsCutKeepsItsEditionAndIsSaidToBeCutOnce) {
  const Bytes whole = minutiae_2011(2);
  EXPECT_EQ(rules(whole), Rules{});
  for (std::size_t size = 19; size < whole.size(); ++size) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    ASSERT_EQ(check(cut).edition, "ISO/IEC 19794-2:2011") << size;
    ASSERT_EQ(findings(cut), Rules{"GEN-01"}) << size;
  }
}

TEST(OtherFingerImages, ARecordThatIsCutKeepsItsEdition) {
  for (const Bytes& whole : {tests::drawn_fir(false), tests::drawn_fir(true), tests::drawn_fir_2011()}) {
    for (std::size_t size = 60; size < whole.size(); size += 31) {
      const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      ASSERT_EQ(check(cut).edition, check(whole).edition) << size;
      ASSERT_TRUE(check(cut).findings.has("GEN-01")) << size;
    }
  }
}

TEST(OtherFingerImages, NoViewNumberStandsTwiceForAPosition) {
  const Bytes one = tests::drawn_fir(false);
  Bytes two = changed(one, 18, 2);
  two.insert(two.end(), one.begin() + 32, one.end());
  two[12] = static_cast<std::uint8_t>(two.size() >> 8);
  two[13] = static_cast<std::uint8_t>(two.size());
  EXPECT_EQ(rules(two), Rules{"FIR-13"});
  EXPECT_EQ(rules(changed(two, one.size() + 4, 8)), Rules{}) << "of another finger";
}

TEST(OtherFingerImages, DatesAreOfTheCalendar) {
  const auto on = [](std::uint8_t month, std::uint8_t day) {
    Bytes file = tests::drawn_fir_2011();
    file[20] = 2024 >> 8;
    file[21] = 2024 & 0xff;
    file[22] = month;
    file[23] = day;
    return rules(file);
  };
  EXPECT_EQ(on(2, 29), Rules{});
  EXPECT_EQ(on(2, 30), Rules{"FIR-23"});
  EXPECT_EQ(on(4, 31), Rules{"FIR-23"});
  EXPECT_EQ(on(4, 0xff), Rules{}) << "the day is not known";
}

TEST(OtherFaces, ReservedBytesOfFeaturePointsAreNothing) {
  EXPECT_EQ(rules(changed(tests::drawn_fac(), 41, 1)), Rules{"FAC-04"});
}

// A data group of one template of these objects.
Bytes group(std::uint32_t tag, const Bytes& content) { return tests::tlv(tag, tests::tlv(0x7f61, content)); }
Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes out;
  for (const Bytes& each : parts) out.insert(out.end(), each.begin(), each.end());
  return out;
}
Bytes one_template(const Bytes& record, std::uint8_t modality, std::uint8_t type, std::uint32_t block = 0x5f2e) {
  const Bytes header =
      joined({tests::tlv(0x81, Bytes{modality}), tests::tlv(0x87, Bytes{1, 1}), tests::tlv(0x88, Bytes{0, type})});
  return tests::tlv(0x7f60, joined({tests::tlv(0xa1, header), tests::tlv(block, record)}));
}

TEST(OtherDataGroups, TheNumberOfTemplatesComesFirst) {
  const Bytes face = one_template(tests::drawn_fac(), 2, 8);
  EXPECT_EQ(rules(group(0x75, joined({Bytes{2, 1, 1}, face}))), Rules{});
  EXPECT_EQ(rules(group(0x75, joined({face, Bytes{2, 1, 1}}))), Rules{"DG-02"});
}

TEST(OtherDataGroups, OfNoFingerAGroupIsSoundWithItsRandomTag) {
  EXPECT_EQ(rules(group(0x63, joined({Bytes{2, 1, 0}, tests::tlv(0x53, Bytes(8, 7))}))), Rules{});
}

TEST(OtherDataGroups, ARecordIsOfTheKindThatGroupAndHeaderSay) {
  const Bytes count{2, 1, 1};
  EXPECT_EQ(rules(group(0x75, joined({count, one_template(tests::drawn_fir(false), 8, 7)}))), Rules{"DG-06"});
  EXPECT_EQ(rules(group(0x63, joined({count, one_template(tests::drawn_fir(false), 2, 7)}))), Rules{"DG-06"});
  EXPECT_EQ(rules(group(0x63, joined({count, one_template(tests::drawn_fir(false), 8, 7)}))), Rules{});
}

TEST(OtherDataGroups, NothingFollowsTheTemplatesOfAGroup) {
  const Bytes inside = tests::tlv(0x7f61, joined({Bytes{2, 1, 1}, one_template(tests::drawn_fac(), 2, 8)}));
  EXPECT_EQ(rules(tests::tlv(0x75, joined({inside, Bytes{0x53, 1, 9}}))), Rules{"GEN-02"});
}

TEST(OtherDataGroups, ARecordOf19794IsReadUnderEitherTagOfData) {
  const Bytes file = group(0x75, joined({Bytes{2, 1, 1}, one_template(tests::drawn_fac(), 2, 8, 0x7f2e)}));
  EXPECT_EQ(check(file).verdict, Verdict::kValid);
  EXPECT_TRUE(first_sample_of(file, Modality::kFace).ok());
}

Bytes piv(std::uint8_t version, std::string_view after) {
  const Bytes record = tests::drawn_fmr(true, 9);
  ByteWriter out;
  out.u8(version).u8(0x0d).u32(static_cast<std::uint32_t>(record.size())).u16(4).u16(0x001b).u16(0x0201);
  for (int i = 0; i < 3; ++i) out.u8(20).u8(99).u8(1).u8(1).u8(0).u8(0).u8(0).u8('Z');
  out.u8(0).u8(0).u8(8).u8(0x80).u8(80).bytes(Bytes(18 + 25, ' ')).u32(0).bytes(record).bytes(Bytes(4, 's'));
  Bytes all = tests::tlv(0xbc, out.take());
  all.insert(all.end(), after.begin(), after.end());
  return all;
}

TEST(OtherPiv, AnotherVersionIsAFaultAndNotAnotherFormat) {
  EXPECT_EQ(rules(piv(3, "")), Rules{"PIV-08"}) << "one view of two";
  EXPECT_EQ(rules(piv(2, "")), (Rules{"PIV-01", "PIV-08"}));
}

TEST(OtherPiv, WhatFollowsTheContainerIsSaidOnce) {
  EXPECT_EQ(rules(piv(3, std::string_view("\xfe\0", 2))), Rules{"PIV-08"});
  EXPECT_EQ(rules(piv(3, "xx")), (Rules{"GEN-02", "PIV-08"}));
}

std::string replaced(std::string in, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = in.find(from, at)) != std::string::npos; at += to.size())
    in.replace(at, from.size(), to);
  return in;
}
Bytes bytes(const std::string& of) { return {of.begin(), of.end()}; }

TEST(OtherCbeff, TheOlderNamespaceNamesFormatsInItsOwnElements) {
  const std::string iso = tests::drawn_cbeff(tests::drawn_fir(false), "7");
  const std::string flat = replaced(iso, "<Format><Organization>257</Organization><Type>7</Type></Format>",
                                    "<FormatOwner>257</FormatOwner><FormatType>7</FormatType>");
  const std::string oasis = "http://docs.oasis-open.org/bias/ns/biaspatronformat-1.0/";
  EXPECT_EQ(rules(bytes(replaced(flat, "http://standards.iso.org/iso-iec/19785/-3/ed-2/", oasis))), Rules{});
  EXPECT_EQ(rules(bytes(flat)), Rules{"CB-09"});
}

TEST(OtherCbeff, TypesMayHaveLeadingZeros) {
  const Bytes left_index = tests::changed(tests::drawn_fmr(false, 9), 24, 7);  // as the drawn Subtype has it
  EXPECT_EQ(rules(bytes(tests::drawn_cbeff(left_index, "0002"))), Rules{});
  EXPECT_EQ(rules(bytes(tests::drawn_cbeff(left_index, "0007"))), Rules{"CB-07"});
}

TEST(OtherCbeff, OfIrisesAloneItIsNotHandled) {
  Bytes iris(60);
  std::copy_n(
      "IIR\0"
      "010",
      7, iris.begin());
  EXPECT_EQ(check(bytes(tests::drawn_cbeff(iris, "9"))).verdict, Verdict::kUnhandled);
}

}  // namespace
}  // namespace whorl::interchange
