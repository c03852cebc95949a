// What the writers make, read by second_reader.py, which shares no code with them.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>

#include "templates/image/encode.h"
#include "templates/interchange/fingerprint_minutiae.h"
#include "templates/interchange/image_writer.h"
#include "templates/interchange/minutiae_writer.h"
#include "tests/interchange/drawn_records.h"
#include "tests/support/random_prints.h"
#include "tests/support/shared_data.h"

namespace whorl::interchange {
namespace {

using fingerprint::FingerPosition;

bool has_python() { return std::system("python3 -c pass > /dev/null 2>&1") == 0; }

// What the reader prints; "failed" where it refuses.
std::string second_reading(const Bytes& file) {
  const tests::TemporaryDirectory folder;
  const auto path = folder.path() / "record";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
  const std::string command =
      "python3 " + tests::source_path("tests/interchange/second_reader.py").string() + " " + path.string();
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

TEST(SecondReader, ImagesAndTransactionsClose) {
  if (!has_python()) GTEST_SKIP() << "no python3";
  const Bytes pixels(std::size_t{200} * 240, 90);
  const PictureToWrite raw{2, 0, 200, 240, 500, Storage::kRaw, pixels};
  for (const auto edition :
       {FingerImageEdition::kIso2005, FingerImageEdition::kIso2011, FingerImageEdition::kAnsi2004}) {
    EXPECT_EQ(second_reading(*write_finger_images({&raw, 1}, edition)), "fir 2 200 240 500 0 48000\n")
        << name_of(edition);
  }
  TransactionToWrite transaction;
  transaction.date = "20240102";
  transaction.originator = "ORIG";
  transaction.destination = "DEST";
  transaction.control = "20240102000000A";
  EXPECT_EQ(second_reading(*write_itl({&raw, 1}, transaction)), "itl 1 11\nitl 2 2\nitl 14 14\n");
  const Bytes record = *write_finger_images({&raw, 1}, FingerImageEdition::kIso2005);
  const BirToWrite bir{record, "Right IndexFinger", ""};
  const std::string text = *write_cbeff({&bir, 1});
  EXPECT_EQ(second_reading(Bytes(text.begin(), text.end())), "fir 2 200 240 500 0 48000\n");
}

}  // namespace
}  // namespace whorl::interchange
