#include "base/text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>

namespace whorl {
namespace {

TEST(Fixed, RoundsToSoManyDecimals) {
  EXPECT_EQ(fixed(12.34), "12.3");
  EXPECT_EQ(fixed(12.35, 0), "12");
  EXPECT_EQ(fixed(-0.5, 2), "-0.50");
}

TEST(PlainNumber, HasNoExponentAndAlwaysAPoint) {
  EXPECT_EQ(plain_number(0.0), "0.0");
  EXPECT_EQ(plain_number(139.0), "139.0");
  EXPECT_EQ(plain_number(6.129e-3), "0.006129");
  EXPECT_EQ(plain_number(1e-9), "0.000000001");
  EXPECT_EQ(plain_number(1e21), "1000000000000000000000.0");
  EXPECT_EQ(plain_number(-42.5), "-42.5");
  EXPECT_EQ(plain_number(0.1F), "0.1");
}

TEST(PlainNumber, OfWhatIsNotFiniteIsNull) {
  EXPECT_EQ(plain_number(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(plain_number(std::numeric_limits<double>::quiet_NaN()), "null");
}

// Every double, the least and the greatest included, comes back as itself.
TEST(PlainNumber, ReadsBackAsTheSameNumber) {
  std::mt19937_64 draw(1);
  std::vector<double> values = {std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max(),
                                std::numeric_limits<double>::lowest(), std::numeric_limits<double>::min()};
  while (values.size() < 2000) {
    const std::uint64_t bits = draw();
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (std::isfinite(value)) values.push_back(value);
  }
  for (const double value : values) {
    const std::string text = plain_number(value);
    EXPECT_EQ(text.find_first_of("eE"), std::string::npos) << text;
    EXPECT_EQ(std::strtod(text.c_str(), nullptr), value) << text;
  }
}

TEST(PlainNumber, RoundsToSignificantDigits) {
  EXPECT_EQ(plain_number(1.0 / 3, 4), "0.3333");
  EXPECT_EQ(plain_number(123456.0, 2), "120000.0");
  EXPECT_EQ(plain_number(2.0 / 3 * 1e-6, 3), "0.000000667");
}

TEST(ByteSize, ReadsWholeNumbersWithAndWithoutAUnit) {
  EXPECT_EQ(parse_byte_size("0"), 0u);
  EXPECT_EQ(parse_byte_size("1000"), 1000u);
  EXPECT_EQ(parse_byte_size("512 KiB"), 512u << 10);
  EXPECT_EQ(parse_byte_size("12GiB"), std::uint64_t{12} << 30);
  for (const char* bad : {"", "GiB", "-1", "1.5GiB", "1 GB", "1gib", "12GiB ", " 12GiB", "99999999999999999999",
                          "99999999999TiB", "0x10"}) {
    EXPECT_FALSE(parse_byte_size(bad).has_value()) << bad;
  }
}

TEST(ByteSize, IsWrittenInTheLargestUnitThatDividesIt) {
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{1000}, std::uint64_t{16} << 20,
                                   (std::uint64_t{1} << 30) + 1, std::uint64_t{3} << 40}) {
    EXPECT_EQ(parse_byte_size(byte_size_text(size)), size);
  }
  EXPECT_EQ(byte_size_text(std::uint64_t{12} << 30), "12GiB");
  EXPECT_EQ(byte_size_text(1025), "1025");
}

TEST(Nearest, FindsTheWordWithTheFewestEdits) {
  const std::vector<std::string> known = {"gallery.folder", "gallery.threads", "face.network"};
  EXPECT_EQ(nearest("gallery.treads", known), "gallery.threads");
  EXPECT_EQ(nearest("face.netwerk", known), "face.network");
  EXPECT_EQ(nearest("", {"abc", "a"}), "a");
}

}  // namespace
}  // namespace whorl
