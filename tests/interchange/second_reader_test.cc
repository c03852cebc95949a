// What the writers make, read by second_reader.py, which shares no code with them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <tuple>

#include "templates/image/decode.h"
#include "templates/image/encode.h"
#include "templates/interchange/check.h"
#include "templates/interchange/fingerprint_minutiae.h"
#include "templates/interchange/image_writer.h"
#include "templates/interchange/itl_writer.h"
#include "templates/interchange/minutiae_writer.h"
#include "templates/interchange/samples.h"
#include "tests/interchange/drawn_records.h"
#include "tests/support/random_prints.h"
#include "tests/support/shared_data.h"

namespace whorl::interchange {
namespace {

using fingerprint::FingerPosition;

bool has_python() { return std::system("python3 -c pass > /dev/null 2>&1") == 0; }

// The checker finds nothing, also by INTERPOL's tables where these lie beside the repository.
void expect_clean(const Bytes& file, const std::string& what) {
  EXPECT_EQ(check(file).verdict, Verdict::kValid) << what;
  const auto shared = tests::shared_dir();
  const auto tables =
      shared ? IntITables::load(*shared / "data/interchange/interpol/MRT") : Result<IntITables>(not_found("none"));
  CheckOptions options;
  if (tables.ok()) options.tables = &*tables;
  for (const Finding& each : check(file, options).findings.all())
    ADD_FAILURE() << what << ": " << each.rule << " " << each.text;
}

TransactionToWrite transaction() {
  TransactionToWrite out;
  out.date = "20240102";
  out.originator = "ORIG";
  out.destination = "DEST";
  out.control = "20240102000000A";
  return out;
}

// Curved ridges.
image::GreyImage drawn(int width, int height) {
  image::GreyImage out;
  out.width = width;
  out.height = height;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      out.pixels.push_back(static_cast<std::uint8_t>(128 + 100 * std::sin(std::hypot(x - 80, y - 170) * 0.7)));
    }
  }
  return out;
}

image::ColourImage drawn_colour(int width, int height) {
  image::ColourImage out;
  out.width = width;
  out.height = height;
  for (int i = 0; i < width * height * 3; ++i) out.pixels.push_back(static_cast<std::uint8_t>(i * 7 % 251));
  return out;
}

void put(const std::filesystem::path& path, const Bytes& file) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
}

// What the reader prints; "failed" where it refuses.
std::string second_reading(const Bytes& file, const std::string& stated = {}) {
  const tests::TemporaryDirectory folder;
  const auto path = folder.path() / "record";
  put(path, file);
  const std::string command = "python3 " + tests::source_path("tests/interchange/second_reader.py").string() + " " +
                              path.string() + " " + stated;
  FILE* pipe = popen(command.c_str(), "r");
  std::string out;
  char buffer[4096];
  while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, n);
  return pclose(pipe) == 0 ? out : "failed: " + out;
}

std::string expected_minutiae(const fingerprint::FingerprintTemplate& finger, MinutiaeEdition edition, int position) {
  std::string out;
  for (const RecordMinutia& each : view_of(finger, edition, 255).minutiae) {
    for (const int value : {position, int{each.type}, int{each.x}, int{each.y}, int{each.angle}}) {
      out += (out.empty() || out.back() == '\n' ? "fmr " : " ") + std::to_string(value);
    }
    out += " " + std::to_string(each.quality) + "\n";
  }
  return out;
}

TEST(SecondReader, MinutiaeAreThoseThatWereWritten) {
  if (!has_python()) GTEST_SKIP() << "no python3";
  const auto finger = tests::random_finger(6);
  const FingerToWrite one{&finger, FingerPosition::kLeftRing, 0};
  for (const auto edition :
       {MinutiaeEdition::kIso2005, MinutiaeEdition::kIso2011, MinutiaeEdition::kAnsi2004, MinutiaeEdition::kAnsi2009}) {
    const auto file = write_minutiae({&one, 1}, {edition});
    ASSERT_TRUE(file.ok());
    EXPECT_EQ(second_reading(*file), expected_minutiae(finger, edition, 9)) << name_of(edition);
  }
}

TEST(SecondReader, CardsHoldWhatWasWritten) {
  if (!has_python()) GTEST_SKIP() << "no python3";
  const auto finger = tests::random_finger(6);
  const FingerToWrite one{&finger, FingerPosition::kLeftRing, 0};
  for (const auto& [edition, stated, reader] :
       {std::tuple{MinutiaeEdition::kIsoCardNormal, "iso-card-normal", "card-normal"},
        std::tuple{MinutiaeEdition::kIsoCardCompact, "iso-card-compact", "card-compact"}}) {
    const auto file = write_minutiae({&one, 1}, {edition, 20});
    ASSERT_TRUE(file.ok());
    const Report report = check(*file, {nullptr, 0, stated});
    EXPECT_EQ(tests::rules_of(report.findings), std::vector<std::string>{}) << stated;
    const std::string lines = second_reading(*file, reader);
    EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 20) << lines;
    Findings findings;
    std::string own;
    const MinutiaeRecord record = read_card_minutiae(*file, edition, findings);
    for (const RecordMinutia& each : record.views.at(0).minutiae) {
      own += "card " + std::to_string(each.type) + " " + std::to_string(each.x) + " " + std::to_string(each.y) + " " +
             std::to_string(each.angle) + "\n";
    }
    EXPECT_EQ(lines, own);
  }
}

TEST(SecondReader, ImagesAreThoseThatWereWritten) {
  if (!has_python()) GTEST_SKIP() << "no python3";
  const image::GreyImage print = drawn(200, 240);
  const Bytes wsq = image::encode_wsq(print).value();
  const Bytes jp2 = image::encode_jpeg_2000(print).value();
  const Bytes png = image::encode_png(print).value();
  const auto code_of_2005 = [](Storage s) {
    return s == Storage::kRaw ? 0 : s == Storage::kWsq ? 2 : s == Storage::kPng ? 5 : 4;
  };
  const auto code_of_2011 = [](Storage s) {
    return s == Storage::kRaw ? 0 : s == Storage::kWsq ? 2 : s == Storage::kPng ? 6 : 5;
  };
  for (const PictureToWrite& each : {PictureToWrite{2, 0, 200, 240, 500, Storage::kRaw, print.pixels},
                                     PictureToWrite{2, 0, 200, 240, 500, Storage::kWsq, wsq},
                                     PictureToWrite{2, 0, 200, 240, 500, Storage::kPng, png},
                                     PictureToWrite{2, 0, 200, 240, 500, Storage::kJpeg2000Lossless, jp2}}) {
    for (const auto edition :
         {FingerImageEdition::kIso2005, FingerImageEdition::kIso2011, FingerImageEdition::kAnsi2004}) {
      const Bytes file = write_finger_images({&each, 1}, edition).value();
      expect_clean(file, std::string(name_of(edition)));
      const int code =
          edition == FingerImageEdition::kIso2011 ? code_of_2011(each.storage) : code_of_2005(each.storage);
      EXPECT_EQ(second_reading(file),
                "fir 2 200 240 500 " + std::to_string(code) + " " + std::to_string(each.data.size()) + "\n")
          << name_of(edition);
    }
  }
  expect_clean(wsq, "WSQ");
  EXPECT_EQ(second_reading(wsq), "wsq 200 240 500\n");
  expect_clean(jp2, "JPEG 2000");
  EXPECT_EQ(second_reading(jp2), "jp2 200 240 1 500.0\n");
}

TEST(SecondReader, FacesAreThoseThatWereWritten) {
  if (!has_python()) GTEST_SKIP() << "no python3";
  const Bytes jpeg = tests::drawn_jpeg(64, 48);
  const Bytes jp2 = image::encode_jpeg_2000(drawn_colour(60, 80)).value();
  const Bytes of_jpeg = write_face(jpeg).value();
  expect_clean(of_jpeg, "JPEG");
  const Bytes of_jp2 = write_face(jp2).value();
  expect_clean(of_jp2, "JPEG 2000");
  EXPECT_EQ(second_reading(of_jp2), "fac 60 80 1 1 " + std::to_string(jp2.size()) + "\n");
  const ByteView faces[] = {jp2};
  const Bytes file = write_itl({{}, faces, {}}, transaction()).value();
  EXPECT_EQ(check(file).verdict, Verdict::kValid);
  EXPECT_EQ(tests::rules_of(check(file).findings), std::vector<std::string>{});
  EXPECT_EQ(second_reading(file), "itl 1 11\nitl 2 2\nitl 10 13\n");
}

TEST(SecondReader, TransactionsAreThoseThatWereWritten) {
  if (!has_python()) GTEST_SKIP() << "no python3";
  const image::GreyImage print = drawn(200, 240);
  const Bytes wsq = image::encode_wsq(print).value();
  const PictureToWrite fingers[] = {{2, 0, 200, 240, 500, Storage::kWsq, wsq},
                                    {7, 0, 200, 240, 500, Storage::kWsq, wsq}};
  TransactionToWrite how = transaction();
  Bytes file = write_itl({fingers, {}, {}}, how).value();
  expect_clean(file, "Type-14");
  EXPECT_EQ(second_reading(file), "itl 1 11\nitl 2 2\nitl 14 14\nitl 14 14\n");

  how.fingers = FingerRecords::kType4;
  file = write_itl({fingers, {}, {}}, how).value();
  expect_clean(file, "Type-4");
  const std::string size = std::to_string(wsq.size());
  EXPECT_EQ(second_reading(file),
            "itl 1 11\nitl 2 2\nitl 4 2 200 240 1 " + size + "\nitl 4 7 200 240 1 " + size + "\n");
  const auto found = samples_of(file, Modality::kFinger);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->samples[1].position, 7);
  EXPECT_EQ(found->samples[1].resolution_ppi, 500);

  const auto finger = tests::random_finger(6);
  const FingerToWrite one{&finger, FingerPosition::kLeftRing, 0};
  file = write_itl({{}, {}, {&one, 1}}, transaction()).value();
  expect_clean(file, "Type-9");
  EXPECT_EQ(second_reading(file),
            "itl 1 11\nitl 2 2\nitl 9 16\n" + expected_minutiae(finger, MinutiaeEdition::kAnsi2004, 9));
  const LenientReading read = read_leniently(file);
  ASSERT_EQ(read.contents.minutiae.size(), 1u);
  EXPECT_EQ(read.contents.minutiae[0].view.minutiae, view_of(finger, MinutiaeEdition::kAnsi2004, 255).minutiae);
}

TEST(SecondReader, CbeffHoldsTheRecords) {
  if (!has_python()) GTEST_SKIP() << "no python3";
  const Bytes pixels(std::size_t{200} * 240, 90);
  const PictureToWrite raw{2, 0, 200, 240, 500, Storage::kRaw, pixels};
  const Bytes image = write_finger_images({&raw, 1}, FingerImageEdition::kIso2005).value();
  const Bytes face = write_face(image::encode_jpeg_2000(drawn_colour(60, 80)).value()).value();
  const auto finger = tests::random_finger(6);
  const FingerToWrite one{&finger, FingerPosition::kLeftRing, 0};
  const Bytes minutiae = write_minutiae({&one, 1}).value();
  const BirToWrite birs[] = {{image, "Right IndexFinger", "2024-01-02T03:04:05Z"},
                             {minutiae, std::string(cbeff_subtype(9)), ""},
                             {face, "", ""}};
  const std::string text = write_cbeff(birs).value();
  const Bytes file(text.begin(), text.end());
  expect_clean(file, "CBEFF");
  const std::string lines = second_reading(file);
  EXPECT_THAT(lines, testing::StartsWith("bir 7 Finger Right IndexFinger\nfir 2 200 240 500 0 48000\n"
                                         "bir 2 Finger Left RingFinger\n" +
                                         expected_minutiae(finger, MinutiaeEdition::kIso2005, 9)));
  EXPECT_THAT(lines, testing::HasSubstr("bir 8 Face -\nfac 60 80 1 1 "));
}

// The pixels of `opj_decompress`, as a binary PGM or PPM.
std::string decompressed(const Bytes& jp2, const std::string& suffix) {
  const tests::TemporaryDirectory folder;
  put(folder.path() / "in.jp2", jp2);
  const std::string out = (folder.path() / "out").string() + suffix;
  const std::string command =
      "opj_decompress -i " + (folder.path() / "in.jp2").string() + " -o " + out + " > /dev/null 2>&1";
  if (std::system(command.c_str()) != 0) return "failed";
  std::ifstream in(out, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(SecondReader, OpenJpegsProgramGivesThePixelsThatWereWritten) {
  if (std::system("opj_decompress -h > /dev/null 2>&1") == 127 * 256) GTEST_SKIP() << "no opj_decompress";
  for (const auto& [width, height] : {std::pair{200, 240}, {33, 47}, {1, 1}, {2, 300}}) {
    const image::GreyImage print = drawn(width, height);
    const std::string pixels(print.pixels.begin(), print.pixels.end());
    EXPECT_THAT(decompressed(image::encode_jpeg_2000(print).value(), ".pgm"), testing::EndsWith("\n255\n" + pixels));
    const image::ColourImage colour = drawn_colour(width, height);
    std::string rgb;
    for (std::size_t i = 0; i < colour.pixels.size(); i += 3) {
      for (const std::size_t channel : {2, 1, 0}) rgb += static_cast<char>(colour.pixels[i + channel]);
    }
    EXPECT_THAT(decompressed(image::encode_jpeg_2000(colour).value(), ".ppm"), testing::EndsWith("\n255\n" + rgb));
  }
}

TEST(Jpeg2000, PixelsAndResolutionComeBackBitForBit) {
  for (const double ppi : {500.0, 1000.0, 300.0}) {
    image::GreyImage print = drawn(201, 143);
    print.ppi = ppi;
    const Bytes file = image::encode_jpeg_2000(print).value();
    expect_clean(file, "JPEG 2000");
    const auto back = image::decode_image(file);
    ASSERT_TRUE(back.ok()) << back.error().text();
    EXPECT_EQ(back->pixels, print.pixels);
    EXPECT_NEAR(back->ppi, ppi, 0.01);
  }
  const image::ColourImage colour = drawn_colour(64, 80);
  const auto back = image::decode_colour(image::encode_jpeg_2000(colour).value());
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(back->pixels, colour.pixels);
  EXPECT_FALSE(image::encode_jpeg_2000(image::GreyImage{}).ok());
}

}  // namespace
}  // namespace whorl::interchange
