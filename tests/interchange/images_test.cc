// Finger and face images, and the pictures inside them.
#include <gtest/gtest.h>

#include "templates/image/decode.h"
#include "templates/interchange/check.h"
#include "templates/interchange/samples.h"
#include "tests/interchange/drawn_records.h"

namespace whorl::interchange {
namespace {

using tests::changed;
using Rules = std::vector<std::string>;

Rules rules(const Bytes& file) { return tests::rules_of(check(file).findings); }

TEST(FingerImages, EditionsAreToldApartByWhichLengthsClose) {
  EXPECT_EQ(check(tests::drawn_fir(false)).edition, "ISO/IEC 19794-4:2005");
  EXPECT_EQ(check(tests::drawn_fir(true)).edition, "INCITS 381-2004");
  EXPECT_EQ(check(tests::drawn_fir_2011()).edition, "ISO/IEC 19794-4:2011");
  for (const Bytes& file : {tests::drawn_fir(false), tests::drawn_fir(true), tests::drawn_fir_2011()}) {
    EXPECT_EQ(check(file).verdict, Verdict::kValid);
    EXPECT_EQ(check(file).findings.all().size(), 0u);
  }
}

TEST(FingerImages, EachFaultHasItsRule) {
  const Bytes iso = tests::drawn_fir(false);
  EXPECT_EQ(rules(changed(iso, 5, '9')), Rules{"FIR-01"});
  EXPECT_EQ(rules(changed(iso, 31, 1)), Rules{"FIR-04"});
  EXPECT_EQ(rules(changed(iso, 17, 0)), Rules{"FIR-05"});
  EXPECT_EQ(rules(changed(iso, 19, 3)), Rules{"FIR-07"});
  EXPECT_EQ(rules(changed(changed(iso, 24, 3), 26, 3)), Rules{"FIR-08"});
  EXPECT_EQ(rules(changed(iso, 29, 9)), Rules{"FIR-10"});
  EXPECT_EQ(rules(changed(iso, 29, 2)), Rules{"FIR-17"});
  EXPECT_EQ(rules(changed(iso, 36, 11)), Rules{"FIR-12"});
  EXPECT_EQ(rules(changed(iso, 38, 0)), Rules{"FIR-13"});
  EXPECT_EQ(rules(changed(iso, 39, 80)), Rules{"FIR-14"});
  EXPECT_EQ(rules(changed(iso, 44, 37)), Rules{"FIR-16"});
  EXPECT_EQ(rules(changed(tests::drawn_fir_2011(), 15, 2)), Rules{"FIR-24"});
}

TEST(FingerImages, PositionResolutionAndPixelsReachASample) {
  for (const Bytes& file : {tests::drawn_fir(false), tests::drawn_fir(true), tests::drawn_fir_2011()}) {
    const auto sample = first_sample_of(file, Modality::kFinger);
    ASSERT_TRUE(sample.ok()) << sample.error().text();
    EXPECT_EQ(sample->position, 7);
    EXPECT_EQ(sample->resolution_ppi, 500.0);
    const auto image = image::decode_image(sample->bytes);
    ASSERT_TRUE(image.ok()) << image.error().text();
    EXPECT_EQ(image->width, 40);
    EXPECT_EQ(image->at(5, 1), 45);
    EXPECT_FALSE(first_sample_of(file, Modality::kFace).ok());
  }
}

TEST(Faces, EachFaultHasItsRule) {
  const Bytes face = tests::drawn_fac();
  EXPECT_EQ(check(face).verdict, Verdict::kValid);
  EXPECT_EQ(rules(face), Rules{});
  EXPECT_EQ(rules(changed(face, 5, '2')), Rules{"FAC-01"});
  EXPECT_EQ(rules(changed(face, 20, 4)), Rules{"FAC-08"});
  EXPECT_EQ(rules(changed(face, 34, 2)), Rules{"FAC-07"});
  EXPECT_EQ(rules(changed(face, 42, 4)), Rules{"FAC-12"});
  EXPECT_EQ(rules(changed(face, 43, 1)), Rules{"FAC-17"});
  EXPECT_EQ(rules(changed(face, 45, 65)), Rules{"FAC-15"});
  EXPECT_EQ(rules(changed(face, 48, 5)), Rules{"FAC-14"});
  EXPECT_EQ(rules(changed(face, 17, 30)), Rules{"FAC-11"});
  EXPECT_EQ(first_sample_of(face, Modality::kFace)->bytes, tests::drawn_jpeg(64, 48));
}

}  // namespace
}  // namespace whorl::interchange
