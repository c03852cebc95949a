// What of a file is used, and that the rest is said: other records, pages, resolutions, impressions, bad samples.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "templates/image/decode.h"
#include "templates/image/encode.h"
#include "templates/interchange/check.h"
#include "templates/interchange/fingerprint_minutiae.h"
#include "templates/interchange/image_writer.h"
#include "templates/interchange/impressions.h"
#include "templates/interchange/itl_writer.h"
#include "templates/interchange/samples.h"
#include "tests/interchange/drawn_records.h"

namespace whorl::interchange {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::changed;

Bytes raw_image() { return Bytes(std::size_t{40} * 36, 200); }
std::vector<std::string> rules(const Bytes& file) { return tests::rules_of(check(file).findings); }

// With one text for another of the same length.
Bytes with(Bytes file, std::string_view from, std::string_view to) {
  EXPECT_EQ(from.size(), to.size());
  const auto at = std::search(file.begin(), file.end(), from.begin(), from.end());
  EXPECT_NE(at, file.end()) << from;
  std::copy(to.begin(), to.end(), at);
  return file;
}

Bytes png(int width, int height, double ppi) {
  image::GreyImage out;
  out.width = width;
  out.height = height;
  out.ppi = ppi;
  for (int i = 0; i < width * height; ++i) out.pixels.push_back(static_cast<std::uint8_t>(i * 7));
  return image::encode_png(out).value();
}

// -- Records that nobody reads ----------------------------------------------------------------------------------------

// The transaction with a binary record in the place of its Type-14.
Bytes with_binary(const std::string& type) {
  Bytes file = with(tests::drawn_itl("NONE", raw_image()),
                    "14\x1f"
                    "01",
                    type +
                        "\x1f"
                        "01");
  constexpr std::string_view kTag = "14.001:";
  const auto at = std::search(file.begin(), file.end(), kTag.begin(), kTag.end());
  file.erase(at, file.end());
  ByteWriter record;
  constexpr std::uint32_t kPixels = 40 * 36;
  record.u32(18 + kPixels).u8(1).u8(0).u8(7);
  for (int i = 0; i < 5; ++i) record.u8(255);
  record.u8(0).u16(40).u16(36).u8(0).bytes(raw_image());
  const Bytes bytes = record.take();
  file.insert(file.end(), bytes.begin(), bytes.end());
  return file;
}

TEST(Unread, RecordsOfOtherTypesAreNamed) {
  for (const char* type : {"03", "05", "06", "07"}) {
    const FileSamples found = samples_in(with_binary(type));
    EXPECT_THAT(found.samples, IsEmpty()) << type;
    EXPECT_THAT(found.left, ElementsAre(HasSubstr(std::string("Type-") + type[1]))) << type;
    const auto fingers = samples_of(with_binary(type), Modality::kFinger);
    ASSERT_FALSE(fingers.ok());
    EXPECT_THAT(fingers.error().message, HasSubstr(std::string("Type-") + type[1]));
  }
  EXPECT_THAT(samples_in(with_binary("04")).left, IsEmpty());
}

TEST(Unread, ARecordWithoutItsImageIsNamed) {
  const FileSamples found = samples_in(tests::drawn_itl("NONE", {}));
  EXPECT_THAT(found.samples, IsEmpty());
  EXPECT_THAT(found.left, ElementsAre(HasSubstr("without an image")));
}

// -- Resolutions ------------------------------------------------------------------------------------------------------

std::optional<double> ppi_of_itl(const Bytes& file) {
  const FileSamples found = samples_in(file);
  EXPECT_EQ(found.samples.size(), 1U);
  return found.samples.empty() ? std::nullopt : found.samples[0].resolution_ppi;
}

TEST(Scales, OfATransactionHaveTheirUnit) {
  const Bytes file = tests::drawn_itl("NONE", raw_image());
  EXPECT_EQ(ppi_of_itl(with(file, "14.008:1", "14.008:2")), 500 * 2.54);
  EXPECT_EQ(ppi_of_itl(with(file, "14.008:1", "14.008:0")), std::nullopt) << "a ratio";
  EXPECT_THAT(rules(with(file, "14.008:1", "14.008:0")), IsEmpty());
  for (const char* units : {"14.008:3", "14.008:7", "14.008:x"}) {
    EXPECT_EQ(ppi_of_itl(with(file, "14.008:1", units)), std::nullopt) << units;
    EXPECT_THAT(rules(with(file, "14.008:1", units)), ElementsAre("AN-25")) << units;
  }
  for (const char* scale : {"14.010:000", "14.010:x00"}) {
    EXPECT_EQ(ppi_of_itl(with(file, "14.010:500", scale)), std::nullopt) << scale;
    EXPECT_THAT(rules(with(file, "14.010:500", scale)), ElementsAre("AN-25")) << scale;
  }
}

TEST(Scales, OfPixelsThatAreNotSquareAreNotTakenForOne) {
  const Bytes file = tests::drawn_itl("NONE", raw_image());
  EXPECT_EQ(ppi_of_itl(with(file, "14.010:500", "14.010:496")), 498) << "within 1 %";
  EXPECT_THAT(rules(with(file, "14.010:500", "14.010:496")), IsEmpty());
  const Bytes flat = with(file, "14.010:500", "14.010:250");
  EXPECT_THAT(rules(flat), ElementsAre("AN-25"));
  EXPECT_THAT(samples_in(flat).samples, IsEmpty());
  EXPECT_THAT(samples_in(flat).left, ElementsAre(testing::AllOf(HasSubstr("500"), HasSubstr("250"))));
  const Bytes ratio = with(flat, "14.008:1", "14.008:0");
  EXPECT_THAT(rules(ratio), ElementsAre("AN-25"));
  EXPECT_THAT(samples_in(ratio).samples, IsEmpty());
}

TEST(Scales, OfAnImageRecordLikewise) {
  constexpr std::size_t kUnits = 19;
  constexpr std::size_t kAcross = 25;  // the lower byte of 500, 0x01f4
  const Bytes fir = tests::drawn_fir(false);
  const Bytes flat = changed(fir, kAcross, 0x90);
  EXPECT_THAT(rules(flat), ElementsAre("FIR-25"));
  EXPECT_THAT(samples_in(flat).samples, IsEmpty());
  EXPECT_THAT(samples_in(flat).left, ElementsAre(testing::AllOf(HasSubstr("400"), HasSubstr("500"))));
  const Bytes near = changed(fir, kAcross, 0xf0);  // 496
  EXPECT_THAT(rules(near), IsEmpty());
  EXPECT_EQ(ppi_of_itl(near), 498);
  EXPECT_EQ(ppi_of_itl(changed(fir, kUnits, 3)), std::nullopt) << "units that are not defined are no inches";
}

TEST(Scales, ThatThePictureItselfContradictsAreAWarning) {
  EXPECT_THAT(rules(tests::drawn_itl("PNG", png(40, 36, 500))), IsEmpty());
  const Bytes other = tests::drawn_itl("PNG", png(40, 36, 1000));
  EXPECT_THAT(rules(other), ElementsAre("AN-26"));
  EXPECT_EQ(check(other).verdict, Verdict::kValid);
  EXPECT_EQ(ppi_of_itl(other), 500) << "the record's wins";
  const Bytes inside = png(40, 36, 1000);
  PictureToWrite picture;
  picture.position = 7;
  picture.width = 40;
  picture.height = 36;
  picture.storage = Storage::kPng;
  picture.data = inside;
  for (const auto edition : {FingerImageEdition::kIso2005, FingerImageEdition::kIso2011}) {
    EXPECT_THAT(rules(write_finger_images({&picture, 1}, edition).value()), ElementsAre("FIR-26"));
  }
}

TEST(Scales, OfMinutiaeTurnTheirAngles) {
  FoundMinutiae found{MinutiaeEdition::kIso2005, 360.0 / 256.0, {}};
  found.view.x_per_cm = 197;
  found.view.y_per_cm = 98.5;
  found.view.minutiae.push_back({1, 100, 100, 32, 50});  // 45 degrees where pixels are square
  const auto made = fingerprint_of(found);
  ASSERT_TRUE(made.ok()) << made.error().text();
  EXPECT_NEAR(made->minutiae[0].y_px500, 2 * made->minutiae[0].x_px500, 1);
  EXPECT_NEAR(made->minutiae[0].direction_rad, std::atan2(2.0, 1.0), 0.03);
}

TEST(Notes, OfABarePictureSayWhichResolutionIsUsed) {
  EXPECT_THAT(notes_of_picture(png(40, 36, 500), std::nullopt), IsEmpty());
  EXPECT_THAT(notes_of_picture(png(40, 36, 500), 502.0), IsEmpty());
  EXPECT_THAT(notes_of_picture(png(40, 36, 1000), 500.0),
              ElementsAre(testing::AllOf(HasSubstr("1000 x 1000"), HasSubstr("500 is used"))));
  EXPECT_THAT(notes_of_picture(Bytes{1, 2, 3}, 500.0), IsEmpty());
}

void put(Bytes& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

// Uncompressed, of 40 x 36 and 500 ppi, of so many directories of one strip.
Bytes tiff(int pages) {
  constexpr std::uint32_t kEntries = 12;
  constexpr std::uint32_t kDirectory = 2 + 12 * kEntries + 4;
  const auto rational = 8 + kDirectory * static_cast<std::uint32_t>(pages);
  Bytes out{'I', 'I', 42, 0, 8, 0, 0, 0};
  const auto entry = [&](std::uint32_t tag, std::uint32_t type, std::uint32_t value) {
    put(out, tag, 2);
    put(out, type, 2);
    put(out, 1, 4);
    put(out, value, 4);
  };
  for (int page = 1; page <= pages; ++page) {
    put(out, kEntries, 2);
    entry(256, 4, 40);
    entry(257, 4, 36);
    entry(258, 3, 8);
    entry(259, 3, 1);
    entry(262, 3, 1);
    entry(273, 4, rational + 8);
    entry(277, 3, 1);
    entry(278, 4, 36);
    entry(279, 4, 40 * 36);
    entry(282, 5, rational);
    entry(283, 5, rational);
    entry(296, 3, 2);
    put(out, page < pages ? static_cast<std::uint32_t>(out.size()) + 4 : 0, 4);
  }
  put(out, 500, 4);
  put(out, 1, 4);
  out.resize(out.size() + std::size_t{40} * 36, 90);
  return out;
}

TEST(Notes, OfATiffCountItsPages) {
  ASSERT_TRUE(image::decode_image(tiff(3)).ok());
  EXPECT_THAT(notes_of_picture(tiff(1), std::nullopt), IsEmpty());
  EXPECT_THAT(notes_of_picture(tiff(3), std::nullopt), ElementsAre(HasSubstr("3 pages")));
}

// -- How a print came about -------------------------------------------------------------------------------------------

std::optional<Impression> impression_in(const Bytes& file) {
  const FileSamples found = samples_in(file);
  EXPECT_EQ(found.samples.size(), 1U);
  return found.samples.empty() ? std::nullopt : found.samples[0].capture.impression;
}

TEST(Impressions, OfARecordReachASample) {
  EXPECT_EQ(impression_in(tests::drawn_itl("NONE", raw_image())), Impression::kLiveScanPlain);
  EXPECT_EQ(impression_in(with(tests::drawn_itl("NONE", raw_image()), "14.003:0", "14.003:7")),
            Impression::kLatentLift);
  EXPECT_EQ(impression_in(with(tests::drawn_itl("NONE", raw_image()), "14.003:0", "14.003:z")), std::nullopt);
  EXPECT_EQ(impression_in(changed(tests::drawn_fir(false), 40, 1)), Impression::kLiveScanRolled);
  EXPECT_EQ(impression_in(changed(tests::drawn_fir(false), 40, 7)), Impression::kLatentLift);
  EXPECT_EQ(impression_in(changed(tests::drawn_fir(true), 44, 7)), Impression::kLatentImpression) << "of INCITS any";
  EXPECT_EQ(impression_in(changed(tests::drawn_fmr(false, 20), 25, 8)), Impression::kLiveScanSwipe);
}

TEST(Impressions, HaveTheCodeOfEachEdition) {
  using Images = FingerImageEdition;
  using Minutiae = MinutiaeEdition;
  EXPECT_EQ(code_of(Impression::kLiveScanRolled, Images::kIso2005), 1);
  EXPECT_EQ(code_of(Impression::kLatentLift, Images::kIso2005), 7);
  EXPECT_EQ(code_of(Impression::kLatentTracing, Images::kAnsi2004), 7);
  EXPECT_EQ(code_of(Impression::kLiveScanContactlessPlain, Images::kIso2011), 24);
  EXPECT_EQ(code_of(Impression::kLiveScanContactlessPlain, Images::kIso2005), std::nullopt);
  EXPECT_EQ(code_of(Impression::kLatentLift, Minutiae::kAnsi2009), 28) << "other";
  EXPECT_EQ(code_of(Impression::kLatentLift, Minutiae::kIso2005), std::nullopt);
  EXPECT_EQ(code_of(Impression::kLiveScanPlain, Minutiae::kIsoCardCompact), std::nullopt);
}

TEST(Impressions, WrittenByEveryEditionPassItsChecker) {
  const Bytes picture = raw_image();
  for (const ImpressionName& each : kImpressionNames) {
    for (const auto edition :
         {FingerImageEdition::kIso2005, FingerImageEdition::kIso2011, FingerImageEdition::kAnsi2004}) {
      const auto code = code_of(each.impression, edition);
      if (!code) continue;
      PictureToWrite one;
      one.position = 7;
      one.impression = *code;
      one.width = 40;
      one.height = 36;
      one.data = picture;
      EXPECT_THAT(rules(write_finger_images({&one, 1}, edition).value()), IsEmpty())
          << each.name << " " << name_of(edition);
    }
  }
}

// -- Bad samples beside good ones -------------------------------------------------------------------------------------

// Type-14 records of these PNG files, all of one finger.
Bytes transaction_of(const std::vector<Bytes>& files, const std::vector<std::uint8_t>& positions) {
  std::vector<PictureToWrite> pictures;
  for (std::size_t i = 0; i < files.size(); ++i) {
    PictureToWrite one;
    one.position = positions[i];
    one.width = 64;
    one.height = 64;
    one.storage = Storage::kPng;
    one.data = files[i];
    pictures.push_back(one);
  }
  TransactionToWrite how;
  how.date = "20240102";
  how.originator = "ORIG";
  how.destination = "DEST";
  how.control = "20240102000000A";
  return write_itl({pictures, {}, {}}, how).value();
}

TEST(BadSamples, DoNotTakeGoodOnesAlong) {
  const Bytes good = png(64, 64, 500);
  const Bytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(good.size() / 2));
  FileSamples found = samples_in(transaction_of({cut, good, good}, {2, 2, 7}));
  ASSERT_EQ(found.samples.size(), 3U);
  leave_undecodable(found.samples, found.left);
  keep_one_each(found.samples, found.left);
  ASSERT_EQ(found.samples.size(), 2U);
  EXPECT_EQ(found.samples[0].position, 2);
  EXPECT_EQ(found.samples[0].bytes, good);
  EXPECT_EQ(found.samples[1].position, 7);
  EXPECT_THAT(found.left, ElementsAre(HasSubstr("right_index: ")));
}

TEST(BadSamples, AloneStayForWhoeverUsesThem) {
  const Bytes good = png(64, 64, 500);
  const Bytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(good.size() / 2));
  FileSamples found = samples_in(transaction_of({cut, cut}, {2, 7}));
  leave_undecodable(found.samples, found.left);
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_EQ(found.samples[0].position, 2);
  EXPECT_THAT(found.left, ElementsAre(HasSubstr("left_index: ")));
}

TEST(BadSamples, OfASizeThatOnlyAnEngineKnowsStay) {
  const Bytes small = png(20, 20, 500);  // below the least side that is set by default
  const Bytes good = png(64, 64, 500);
  FileSamples found = samples_in(transaction_of({small, good}, {2, 7}));
  leave_undecodable(found.samples, found.left);
  EXPECT_EQ(found.samples.size(), 2U);
  EXPECT_THAT(found.left, IsEmpty());
}

}  // namespace
}  // namespace whorl::interchange
