// The finger that a container names, beside what the record in it says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "templates/interchange/check.h"
#include "templates/interchange/samples.h"
#include "tests/interchange/drawn_records.h"

namespace whorl::interchange {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint8_t kUnknown = 0;
constexpr std::uint8_t kRightIndex = 2;
constexpr std::uint8_t kLeftIndex = 7;

// Of left index, or another position.
Bytes fir(std::uint8_t position) { return tests::changed(tests::drawn_fir(false), 36, position); }

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes out;
  for (const Bytes& each : parts) out.insert(out.end(), each.begin(), each.end());
  return out;
}

// `sub_type`: the content of tag 82; nothing: there is no such tag.
Bytes header(const std::optional<Bytes>& sub_type) {
  return tests::tlv(0xa1, joined({tests::tlv(0x81, Bytes{8}), sub_type ? tests::tlv(0x82, *sub_type) : Bytes(),
                                  tests::tlv(0x87, Bytes{1, 1}), tests::tlv(0x88, Bytes{0, 7})}));
}

Bytes dg3(const Bytes& one_template) {
  return tests::tlv(0x63, tests::tlv(0x7f61, joined({tests::tlv(0x02, Bytes{1}), tests::tlv(0x7f60, one_template)})));
}

Bytes dg3(const Bytes& record, const std::optional<Bytes>& sub_type) {
  return dg3(joined({header(sub_type), tests::tlv(0x5f2e, record)}));
}

Bytes cbeff(const Bytes& record, const std::string& subtype) {
  std::string text = tests::drawn_cbeff(record, "7");
  const std::string drawn = "Left IndexFinger";
  text.replace(text.find(drawn), drawn.size(), subtype);
  return {text.begin(), text.end()};
}

std::vector<std::string> rules(const Bytes& file) { return tests::rules_of(check(file).findings); }

int position_of(const Bytes& file) {
  const FileSamples found = samples_in(file);
  EXPECT_EQ(found.samples.size(), 1U);
  return found.samples.empty() ? -1 : found.samples[0].position;
}

TEST(ContainersFinger, IsThatOfARecordThatSaysNone) {
  EXPECT_EQ(position_of(dg3(fir(kUnknown), Bytes{0x0a})), kLeftIndex);
  EXPECT_EQ(position_of(dg3(fir(kUnknown), Bytes{0x09})), kRightIndex);
  EXPECT_EQ(position_of(dg3(fir(kUnknown), Bytes{0x16})), 10) << "the little finger of the left";
  EXPECT_EQ(position_of(cbeff(fir(kUnknown), "Left IndexFinger")), kLeftIndex);
  EXPECT_EQ(position_of(cbeff(fir(kUnknown), "Thumb  Right")), 1);
  for (const Bytes& file : {dg3(fir(kUnknown), Bytes{0x0a}), cbeff(fir(kUnknown), "Left IndexFinger")}) {
    EXPECT_THAT(rules(file), IsEmpty());
  }
  const Bytes minutiae = tests::changed(tests::drawn_fmr(false, 20), 24, kUnknown);
  const std::string text = tests::drawn_cbeff(minutiae, "2");
  EXPECT_EQ(position_of(Bytes(text.begin(), text.end())), kLeftIndex);
}

TEST(ContainersFinger, ThatIsAnotherLeavesItUncertainAndIsAnError) {
  const Bytes passport = dg3(fir(kLeftIndex), Bytes{0x09});
  EXPECT_EQ(position_of(passport), kUnknown);
  EXPECT_THAT(rules(passport), ElementsAre("DG-08"));
  EXPECT_EQ(check(passport).verdict, Verdict::kInvalid);
  const Bytes xml = cbeff(fir(kRightIndex), "Left IndexFinger");
  EXPECT_EQ(position_of(xml), kUnknown);
  EXPECT_THAT(rules(xml), ElementsAre("CB-10"));
  EXPECT_THAT(check(xml).findings.all()[0].text,
              testing::AllOf(testing::HasSubstr("right_index"), testing::HasSubstr("left_index")));
}

TEST(ContainersFinger, ThatIsTheSameIsNoFinding) {
  EXPECT_EQ(position_of(dg3(fir(kLeftIndex), Bytes{0x0a})), kLeftIndex);
  EXPECT_THAT(rules(dg3(fir(kLeftIndex), Bytes{0x0a})), IsEmpty());
  EXPECT_EQ(position_of(cbeff(fir(kLeftIndex), "Left IndexFinger")), kLeftIndex);
}

TEST(ContainersFinger, SaysNothingWhereItNamesNoneOrOneOfSeveral) {
  for (const Bytes& file :
       {dg3(fir(kUnknown), Bytes{0}), dg3(fir(kUnknown), std::nullopt), dg3(fir(kUnknown), Bytes{0x02}),
        cbeff(fir(kUnknown), "Left"), cbeff(fir(kUnknown), "Left IndexFinger MiddleFinger"),
        cbeff(fir(kUnknown), "Left Right Thumb")}) {
    EXPECT_EQ(position_of(file), kUnknown);
    EXPECT_THAT(rules(file), IsEmpty());
  }
  EXPECT_EQ(position_of(cbeff(fir(kLeftIndex), "Left IndexFinger MiddleFinger")), kLeftIndex) << "one of those named";
}

TEST(ContainersFinger, OfTheOtherHandContradicts) {
  EXPECT_EQ(position_of(dg3(fir(kLeftIndex), Bytes{0x01})), kUnknown);
  EXPECT_THAT(rules(dg3(fir(kLeftIndex), Bytes{0x01})), ElementsAre("DG-08"));
  EXPECT_THAT(rules(cbeff(fir(kLeftIndex), "Right IndexFinger MiddleFinger")), ElementsAre("CB-10"));
}

TEST(ContainersFinger, OfNoDefinedValueIsAnErrorAndSaysNothing) {
  for (const Bytes& value : {Bytes{0x03}, Bytes{0x18}, Bytes{0x20}, Bytes{0x0a, 0x0a}}) {
    EXPECT_THAT(rules(dg3(fir(kLeftIndex), value)), ElementsAre("DG-08"));
    EXPECT_EQ(position_of(dg3(fir(kLeftIndex), value)), kLeftIndex);
  }
}

TEST(ContainersFinger, IsReadWhereverItsHeaderStands) {
  EXPECT_EQ(position_of(dg3(joined({tests::tlv(0x5f2e, fir(kUnknown)), header(Bytes{0x0a})}))), kLeftIndex);
}

TEST(ContainersFinger, OfAFaceIsNotLookedAt) {
  Bytes one = joined({tests::tlv(0xa1, joined({tests::tlv(0x82, Bytes{0x03}), tests::tlv(0x87, Bytes{1, 1}),
                                               tests::tlv(0x88, Bytes{0, 8})})),
                      tests::tlv(0x5f2e, tests::drawn_fac())});
  const Bytes dg2 = tests::tlv(0x75, tests::tlv(0x7f61, joined({tests::tlv(0x02, Bytes{1}), tests::tlv(0x7f60, one)})));
  EXPECT_THAT(rules(dg2), IsEmpty());
}

}  // namespace
}  // namespace whorl::interchange
