// Base64url, strict.
#include "crypto/jose/base64url.h"

#include <gtest/gtest.h>

namespace whorl::crypto {
namespace {

TEST(Base64Url, GoesThereAndBackForEveryLength) {
  Bytes bytes;
  for (int n = 0; n < 70; ++n) {
    const std::string text = base64url(bytes);
    EXPECT_EQ(text.size(), base64url_size(bytes.size()));
    const auto back = decode_base64url(text);
    ASSERT_TRUE(back.has_value()) << n;
    EXPECT_EQ(*back, bytes);
    EXPECT_EQ(as_text(base64url_of_secret(bytes).view()), text);
    EXPECT_TRUE(equal_in_constant_time(decode_base64url_secret(text)->view(), bytes));
    bytes.push_back(static_cast<std::uint8_t>(n * 37 + 250));
  }
}

TEST(Base64Url, AgreesWithRfc7515AppendixC) { EXPECT_EQ(base64url(Bytes{3, 236, 255, 224, 193}), "A-z_4ME"); }

TEST(Base64Url, RefusesWhatTwoDecodersCouldReadDifferently) {
  for (const char* text : {"Zg==", "Z", "Zm9vZ", "Zm9v\n", " Zm9", "Zm9+", "Zm/v", "Zh", "Zm-", "=", "\xC3\xA9"}) {
    EXPECT_FALSE(decode_base64url(text).has_value()) << text;
    EXPECT_FALSE(decode_base64url_secret(text).has_value()) << text;
  }
  EXPECT_FALSE(decode_base64url(std::string_view("Zg\0", 3)).has_value());
}

}  // namespace
}  // namespace whorl::crypto
