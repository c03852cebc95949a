// WSQ there and back, and against the pixels of the reference decoder where these lie beside the repository.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>

#include "templates/image/decode.h"
#include "templates/image/encode.h"
#include "templates/interchange/check.h"
#include "templates/interchange/image_writer.h"
#include "templates/interchange/itl_writer.h"
#include "tests/interchange/drawn_records.h"
#include "tests/support/shared_data.h"

namespace whorl::interchange {
namespace {

namespace fs = std::filesystem;

// Curved ridges of nine pixels.
image::GreyImage drawn_print(int width, int height) {
  image::GreyImage out;
  out.width = width;
  out.height = height;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double r = std::hypot(x - width * 0.4, y - height * 0.7);
      out.pixels.push_back(static_cast<std::uint8_t>(128 + 100 * std::sin(r * 2 * 3.14159265 / 9)));
    }
  }
  return out;
}

double psnr(const image::GreyImage& a, const image::GreyImage& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::pow(int{a.pixels[i]} - int{b.pixels[i]}, 2);
  return 10 * std::log10(255.0 * 255.0 * static_cast<double>(a.pixels.size()) / std::max(sum, 1.0));
}

TEST(Wsq, EverySizeComesBackAlike) {
  for (const auto& [width, height] : {std::pair{256, 256}, {255, 301}, {33, 47}, {545, 622}, {101, 64}, {64, 101}}) {
    const image::GreyImage source = drawn_print(width, height);
    const auto file = image::encode_wsq(source, 2.25);
    ASSERT_TRUE(file.ok()) << file.error().text();
    const auto back = image::decode_image(*file);
    ASSERT_TRUE(back.ok()) << back.error().text();
    EXPECT_EQ(back->width, width);
    EXPECT_EQ(back->height, height);
    EXPECT_DOUBLE_EQ(back->ppi, 500);
    EXPECT_GT(psnr(source, *back), 30) << width << " x " << height;
    const Report report = check(*file);
    EXPECT_EQ(tests::rules_of(report.findings), std::vector<std::string>{});
  }
}

TEST(Wsq, AFlatImageHasNoCoefficientsAndComesBack) {
  image::GreyImage flat;
  flat.width = flat.height = 64;
  flat.pixels.assign(std::size_t{64} * 64, 90);
  const auto file = image::encode_wsq(flat);
  ASSERT_TRUE(file.ok());
  const auto back = image::decode_image(*file);
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_GT(psnr(flat, *back), 45);
}

TEST(Wsq, ALowerRateMakesASmallerFile) {
  const image::GreyImage source = drawn_print(400, 400);
  EXPECT_LT(image::encode_wsq(source, 0.75)->size(), image::encode_wsq(source, 2.25)->size());
  EXPECT_FALSE(image::encode_wsq(source, 0).ok());
}

TEST(Wsq, DamageIsRefused) {
  Bytes file = image::encode_wsq(drawn_print(128, 128)).value();
  file.resize(file.size() - 40);
  EXPECT_FALSE(image::decode_image(file).ok());
  EXPECT_EQ(check(file).verdict, Verdict::kInvalid);
}

// The file with a segment of this marker and these bytes before all others.
Bytes with_segment(const Bytes& file, std::uint8_t marker, std::string_view body) {
  Bytes out(file.begin(), file.begin() + 2);
  out.insert(out.end(), {0xff, marker, 0, static_cast<std::uint8_t>(body.size() + 2)});
  out.insert(out.end(), body.begin(), body.end());
  out.insert(out.end(), file.begin() + 2, file.end());
  return out;
}

TEST(Wsq, ACommentGivesNoResolutionThatNoScannerHas) {
  image::GreyImage unknown = drawn_print(128, 128);
  unknown.ppi = 0;
  const Bytes file = image::encode_wsq(unknown).value();
  const auto warned = [&](const std::string& ppi) {
    const Bytes commented = with_segment(file, 0xa8, "NIST_COM 2\nPPI " + ppi + "\n");
    return check(commented).findings.has("WSQ-15");
  };
  for (const char* ppi : {"inf", "nan", "1e30", "0x1f4", "2", "-1", "five hundred", ""})
    EXPECT_TRUE(warned(ppi)) << ppi;
  for (const char* ppi : {"500", "1000", "500.0", "500\r"}) EXPECT_FALSE(warned(ppi)) << ppi;
}

TEST(Wsq, WhatIsCutOrRefersToNoTableIsSaidOnce) {
  Bytes cut = image::encode_wsq(drawn_print(128, 128)).value();
  cut.resize(cut.size() - 40);
  ASSERT_EQ(check(cut).findings.all().size(), 1u);
  EXPECT_TRUE(check(cut).findings.has("WSQ-02"));
}

TEST(Wsq, RestartIntervalsAreNamedAndNotRead) {
  const Bytes file =
      with_segment(image::encode_wsq(drawn_print(128, 128)).value(), 0xa7, std::string_view("\0\x10", 2));
  EXPECT_EQ(check(file).verdict, Verdict::kUnhandled);
  EXPECT_FALSE(image::decode_image(file).ok());
}

TEST(Wsq, PixelsAreThoseOfTheReferenceDecoder) {
  const auto shared = tests::shared_dir();
  if (!shared || !fs::exists(*shared / "data/interchange/jnbis/sample.wsq"))
    GTEST_SKIP() << "no data/interchange beside the repository";
  const auto read = [&](const std::string& name) {
    std::ifstream in(*shared / "data/interchange" / name, std::ios::binary);
    const Bytes file{std::istreambuf_iterator<char>(in), {}};
    return image::decode_image(file, {500.0, {}});
  };
  for (const char* name : {"jnbis/sample.wsq", "libbiomeval/img.wsq", "biomsharp/fingerprint_01.wsq",
                           "sourceafis/sd14-f0000001.wsq", "openebts/finger8.wsq"}) {
    const auto own = read(name);
    const auto reference = read(std::string(name) + ".nbis.png");
    ASSERT_TRUE(own.ok() && reference.ok()) << name;
    ASSERT_EQ(own->pixels.size(), reference->pixels.size());
    int most = 0;
    for (std::size_t i = 0; i < own->pixels.size(); ++i)
      most = std::max(most, std::abs(int{own->pixels[i]} - int{reference->pixels[i]}));
    EXPECT_LE(most, 1) << name;
  }
}

TEST(ImageRecords, WhatIsWrittenPassesTheChecker) {
  const image::GreyImage print = drawn_print(200, 240);
  const Bytes wsq = image::encode_wsq(print).value();
  const PictureToWrite compressed{7, 0, 200, 240, 500, Storage::kWsq, wsq};
  const PictureToWrite raw{2, 0, 200, 240, 500, Storage::kRaw, print.pixels};
  for (const PictureToWrite& each : {compressed, raw}) {
    for (const auto edition :
         {FingerImageEdition::kIso2005, FingerImageEdition::kIso2011, FingerImageEdition::kAnsi2004}) {
      const auto file = write_finger_images({&each, 1}, edition);
      ASSERT_TRUE(file.ok()) << file.error().text();
      EXPECT_EQ(check(*file).edition, name_of(edition));
      EXPECT_EQ(tests::rules_of(check(*file).findings), std::vector<std::string>{});
    }
    TransactionToWrite transaction;
    transaction.date = "20240102";
    transaction.originator = "ORIG";
    transaction.destination = "DEST";
    transaction.control = "20240102000000A";
    const auto file = write_itl({{&each, 1}, {}, {}}, transaction);
    ASSERT_TRUE(file.ok()) << file.error().text();
    EXPECT_EQ(tests::rules_of(check(*file).findings), std::vector<std::string>{});
    transaction.date = "20240230";
    EXPECT_FALSE(write_itl({{&each, 1}, {}, {}}, transaction).ok());
  }
  const Bytes jpeg = tests::drawn_jpeg(64, 48);
  EXPECT_EQ(tests::rules_of(check(*write_face(jpeg)).findings), std::vector<std::string>{});
  EXPECT_FALSE(write_face(wsq).ok());
}

TEST(ImageRecords, CbeffAroundThemPassesTheChecker) {
  const Bytes fir = tests::drawn_fir(false);
  const Bytes fmr = tests::drawn_fmr(false, 9);
  const BirToWrite records[] = {{fir, std::string(cbeff_subtype(7)), ""}, {fmr, std::string(cbeff_subtype(2)), ""}};
  const auto text = write_cbeff(records);
  ASSERT_TRUE(text.ok()) << text.error().text();
  const Report report = check(as_bytes(*text));
  EXPECT_EQ(report.format, "CBEFF XML");
  EXPECT_EQ(tests::rules_of(report.findings), std::vector<std::string>{});
}

}  // namespace
}  // namespace whorl::interchange
