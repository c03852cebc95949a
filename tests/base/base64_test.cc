#include "base/base64.h"

#include <gtest/gtest.h>

namespace whorl::server {
namespace {

TEST(Base64, GoesThereAndBackForEveryLength) {
  Bytes bytes;
  for (int n = 0; n < 70; ++n) {
    const auto back = decode_base64(encode_base64(bytes));
    ASSERT_TRUE(back.has_value()) << n;
    EXPECT_EQ(*back, bytes);
    bytes.push_back(static_cast<std::uint8_t>(n * 37 + 250));
  }
}

TEST(Base64, AgreesWithTheExamplesOfRfc4648) {
  EXPECT_EQ(encode_base64(as_bytes("foob")), "Zm9vYg==");
  EXPECT_EQ(encode_base64(as_bytes("fooba")), "Zm9vYmE=");
  EXPECT_EQ(encode_base64(as_bytes("foobar")), "Zm9vYmFy");
}

TEST(Base64, RefusesWhatTwoDecodersCouldReadDifferently) {
  for (const char* text : {"Zg=", "Zg", "Z", "Zg===", "=", "====", "Z===", "Zm9v\n", " Zm9", "Zm9_", "Zm-v",
                           "Zg==Zg==", "Zh==", "Zm9=", "Zm=v", "\xC3\xA9==", "data:image/png;base64,Zm9v"}) {
    EXPECT_FALSE(decode_base64(text).has_value()) << text;
  }
  EXPECT_FALSE(decode_base64(std::string_view("Zg\0=", 4)).has_value());
}

}  // namespace
}  // namespace whorl::server
