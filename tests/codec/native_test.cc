#include "templates/codec/native.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "base/crc32c.h"

namespace whorl::codec {
namespace {

using fingerprint::FingerprintTemplate;
using fingerprint::Minutia;
using fingerprint::MinutiaType;
using fingerprint::PreparedTemplate;
using fingerprint::quantised;
using fingerprint::RidgeForm;
using testing::HasSubstr;

FingerprintTemplate random_template(std::uint64_t seed, int width, int height, std::size_t minutiae) {
  std::mt19937_64 draw(seed);
  const auto unit = [&] { return static_cast<float>(draw() >> 40) / 16777216.0F; };
  FingerprintTemplate t;
  t.width_px500 = width;
  t.height_px500 = height;
  t.quality = static_cast<std::uint8_t>(draw() % 101);
  for (std::size_t i = 0; i < minutiae; ++i) {
    t.minutiae.push_back({unit() * static_cast<float>(width), unit() * static_cast<float>(height), unit() * 6.2831F,
                          draw() % 2 != 0 ? MinutiaType::kEnding : MinutiaType::kBifurcation,
                          static_cast<std::uint8_t>(draw() % 101)});
  }
  t.flow.columns = (width + 15) / 16;
  t.flow.rows = (height + 15) / 16;
  for (int i = 0; i < t.flow.columns * t.flow.rows; ++i) {
    t.flow.cells.push_back({static_cast<std::uint8_t>(draw()), static_cast<std::uint8_t>(draw())});
  }
  t.ridges.columns = width / 2;
  t.ridges.rows = height / 2;
  for (int row = 0; row < t.ridges.rows; ++row) {
    for (int i = 0; i < t.ridges.row_bytes(); ++i) {
      const int used = std::min(8, t.ridges.columns - 8 * i);
      t.ridges.bits.push_back(static_cast<std::uint8_t>(draw() & ((1U << used) - 1)));
    }
  }
  return t;
}

// Bends parallel ridges of about 9 px over the ridge map.
void draw_ridges(FingerprintTemplate& t) {
  for (int row = 0; row < t.ridges.rows; ++row) {
    for (int column = 0; column < t.ridges.columns; ++column) {
      auto& byte = t.ridges.bits[static_cast<std::size_t>(row * t.ridges.row_bytes() + column / 8)];
      const bool ridge = std::sin(1.3 * row + 0.4 * column + 0.0004 * row * column) > 0;
      byte = static_cast<std::uint8_t>(ridge ? byte | 1 << column % 8 : byte & ~(1 << column % 8));
    }
  }
}

Bytes encoded(const FingerprintTemplate& t) { return encode_native(t).value(); }

std::string refusal(const Bytes& bytes) {
  const auto got = decode_native(bytes);
  if (got.ok()) return "accepted";
  EXPECT_EQ(got.error().kind, ErrorKind::kInvalidInput);
  return got.error().message;
}

// `bytes` changed at one place, its checksum made right again.
Bytes forged(Bytes bytes, std::size_t at, std::uint8_t value) {
  bytes[at] = value;
  const ByteView covered = ByteView(bytes).first(bytes.size() - 4);
  return ByteWriter().bytes(covered).u32(crc32c(covered)).take();
}

TEST(Native, RoundTripGivesTheQuantisedTemplate) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const int side = 2 + static_cast<int>(seed * 13);
    const FingerprintTemplate t = random_template(seed, side, side + 7, seed * 5);
    const auto got = decode_native(encoded(t));
    ASSERT_TRUE(got.ok()) << got.error().text();
    EXPECT_EQ(*got, quantised(t));
    EXPECT_EQ(encoded(*got), encoded(t));
  }
}

TEST(Native, QuantisedIsIdempotentAndNear) {
  const FingerprintTemplate t = random_template(3, 300, 400, 200);
  const FingerprintTemplate q = quantised(t);
  EXPECT_EQ(quantised(q), q);
  for (std::size_t i = 0; i < t.minutiae.size(); ++i) {
    EXPECT_NEAR(q.minutiae[i].x_px500, t.minutiae[i].x_px500, 1.0 / 16);
    EXPECT_NEAR(q.minutiae[i].direction_rad, t.minutiae[i].direction_rad, 1e-4);
  }
}

TEST(Native, EdgesOfTheRangesSurvive) {
  FingerprintTemplate t = random_template(4, 4096, 4096, 0);
  t.minutiae = {{4095.99F, 4095.99F, 6.2831850F, MinutiaType::kBifurcation, 100}, {0, 0, 0, MinutiaType::kEnding, 0}};
  const auto got = decode_native(encoded(t));
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_FLOAT_EQ(got->minutiae[0].x_px500, 4095.9375F);
  EXPECT_EQ(got->minutiae[0].direction_rad, 0);  // nearest to a full turn
  EXPECT_EQ(*got, quantised(t));
}

TEST(Native, ATemplateWithoutMapsIsSmall) {
  FingerprintTemplate t = random_template(5, 300, 300, 40);
  t.flow = {};
  t.ridges = {};
  EXPECT_LE(encoded(t).size(), 20u + 40u * 8u + 4u + 4u + 4u);
  EXPECT_EQ(*decode_native(encoded(t)), quantised(t));
}

TEST(Native, EverySingleByteCorruptionIsRefused) {
  const Bytes good = encoded(random_template(6, 64, 48, 12));
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (int change = 1; change < 256; ++change) {
      Bytes bad = good;
      bad[i] ^= static_cast<std::uint8_t>(change);
      EXPECT_NE(refusal(bad), "accepted") << "byte " << i << " xor " << change;
    }
  }
}

TEST(Native, EveryTruncationAndAnyExtensionIsRefused) {
  const Bytes good = encoded(random_template(7, 64, 48, 12));
  for (std::size_t n = 0; n < good.size(); ++n) {
    EXPECT_THAT(refusal(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(n))), HasSubstr("truncated"));
  }
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_THAT(refusal(longer), HasSubstr("checksum"));
  Bytes forged_longer(good.begin(), good.end() - 4);
  forged_longer.push_back(0);
  const std::uint32_t crc = crc32c(forged_longer);
  EXPECT_THAT(refusal(ByteWriter().bytes(forged_longer).u32(crc).take()), HasSubstr("bytes follow"));
  EXPECT_THAT(refusal(Bytes(kMaxNativeBytes + 1, 0)), HasSubstr("too long"));
}

TEST(Native, ForeignBytesAndVersionsAreNamed) {
  Bytes bytes = encoded(random_template(8, 64, 48, 2));
  bytes[4] = 3;
  EXPECT_THAT(refusal(bytes), HasSubstr("version 3; this build reads version 2"));
  bytes[4] = 1;
  EXPECT_THAT(refusal(bytes), HasSubstr("version 1; this build reads version 2: extract it again"));
  bytes[0] = 'X';
  EXPECT_THAT(refusal(bytes), HasSubstr("WFPT"));
}

// A right checksum over wrong values: what a hostile sender would make.
TEST(Native, ValuesOutOfBoundsAreRefusedUnderAGoodChecksum) {
  FingerprintTemplate t = random_template(9, 64, 48, 2);
  t.minutiae[0].x_px500 = 10;
  const Bytes good = encoded(t);
  EXPECT_THAT(refusal(forged(good, 5, 101)), HasSubstr("quality"));
  EXPECT_THAT(refusal(forged(good, 6, 0x20)), HasSubstr("sides"));
  EXPECT_THAT(refusal(forged(good, 7, 65)), HasSubstr("flow"));
  EXPECT_THAT(refusal(forged(good, 19, 1)), HasSubstr("reserved"));
  EXPECT_THAT(refusal(forged(good, 20, 0xff)), HasSubstr("position"));
  EXPECT_THAT(refusal(forged(good, 26, 3)), HasSubstr("type"));
  EXPECT_THAT(refusal(forged(good, 27, 101)), HasSubstr("quality"));
}

TEST(Native, RidgePaddingMustBeZero) {
  FingerprintTemplate t = random_template(10, 50, 48, 0);  // 25 ridge columns: 7 bits of padding
  EXPECT_TRUE(encode_native(t).ok());
  t.ridges.bits.back() |= 0x80;
  EXPECT_FALSE(encode_native(t).ok());
}

TEST(Native, MapsOfTheWrongLengthAreRefusedUnderAGoodChecksum) {
  FingerprintTemplate t = random_template(12, 200, 200, 0);
  draw_ridges(t);
  const Bytes good = encoded(t);
  ByteReader in(ByteView(good).subspan(20));
  const ByteView flow = in.sized(good.size());
  const ByteView ridges = in.sized(good.size());
  const auto resized = [](ByteView code, int change) {
    Bytes out(code.begin(), code.end());
    out.resize(static_cast<std::size_t>(static_cast<int>(code.size()) + change), 0);
    return out;
  };
  const auto with = [&](ByteView flow_code, ByteView ridge_code) {
    ByteWriter out;
    out.bytes(ByteView(good).first(20)).sized(flow_code).sized(ridge_code);
    out.u32(crc32c(out.view()));
    return out.take();
  };
  EXPECT_EQ(with(flow, ridges), good);
  for (const int change : {-9, -1, 1, 9}) {
    EXPECT_THAT(refusal(with(resized(flow, change), ridges)), HasSubstr("flow map is damaged")) << change;
    EXPECT_THAT(refusal(with(flow, resized(ridges, change))), HasSubstr("ridge map is damaged")) << change;
  }
}

TEST(Native, RidgePatternsShrink) {
  FingerprintTemplate t = random_template(13, 400, 400, 50);
  for (auto& cell : t.flow.cells) cell = {64, 90};
  draw_ridges(t);
  EXPECT_LT(encoded(t).size(), 2500u);  // 6,300 without coding
  EXPECT_EQ(*decode_native(encoded(t)), quantised(t));
}

// Found by fuzzing: the range coder's first and last bytes could be changed without changing what is decoded.
TEST(Native, ATemplateHasOneCodeOnly) {
  FingerprintTemplate t = random_template(12, 300, 280, 1);
  draw_ridges(t);
  const Bytes good = encoded(t);
  const std::size_t flow_begin = 20 + 8 + 4;
  const std::size_t ridges_begin = flow_begin + ByteReader(ByteView(good).subspan(flow_begin - 4)).u32() + 4;
  EXPECT_THAT(refusal(forged(good, flow_begin, 1)), HasSubstr("flow map"));
  EXPECT_THAT(refusal(forged(good, ridges_begin, 0)), HasSubstr("ridge map"));
  for (std::size_t from_end = 1; from_end <= 4; ++from_end) {
    const std::size_t flow = ridges_begin - 4 - from_end;
    EXPECT_THAT(refusal(forged(good, flow, good[flow] ^ 1)), HasSubstr("flow map")) << from_end;
    const std::size_t ridges = good.size() - 4 - from_end;
    EXPECT_THAT(refusal(forged(good, ridges, good[ridges] ^ 1)), HasSubstr("ridge map")) << from_end;
  }
}

TEST(Native, EncodingRefusesWhatDecodingWould) {
  const FingerprintTemplate good = random_template(11, 64, 48, 3);
  const auto field_of = [](const FingerprintTemplate& t) {
    const auto got = encode_native(t);
    return got.ok() ? std::string("accepted") : got.error().field.text();
  };
  EXPECT_EQ(field_of(good), "accepted");
  for (const float x : {-1.0F, 64.0F, std::nanf(""), std::numeric_limits<float>::infinity()}) {
    FingerprintTemplate t = good;
    t.minutiae[1].x_px500 = x;
    EXPECT_EQ(field_of(t), "minutiae[1]");
  }
  FingerprintTemplate direction = good;
  direction.minutiae[2].direction_rad = 7;
  EXPECT_EQ(field_of(direction), "minutiae[2]");
  FingerprintTemplate many = good;
  many.minutiae.resize(256, many.minutiae[0]);
  EXPECT_EQ(field_of(many), "minutiae");
  FingerprintTemplate cells = good;
  cells.flow.cells.pop_back();
  EXPECT_EQ(field_of(cells), "flow");
  FingerprintTemplate empty;
  EXPECT_EQ(field_of(empty), "size");
}

TEST(PrepareNative, GivesWhatDecodingAndPreparingGive) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const int side = 2 + static_cast<int>(seed * 17);
    FingerprintTemplate t = random_template(seed, side, side + 7, seed * 6);
    if (seed % 5 == 1) t.ridges = {};
    if (seed % 5 == 2) t.flow = {};
    const Bytes bytes = encoded(t);
    const auto got = prepare_native(bytes);
    ASSERT_TRUE(got.ok()) << got.error().text();
    const PreparedTemplate expected(*decode_native(bytes), {}, RidgeForm::kCoded);
    EXPECT_TRUE(std::ranges::equal(got->bytes(), expected.bytes())) << seed;
    EXPECT_EQ(got->view().ridge_form(), t.ridges.bits.empty() ? RidgeForm::kNone : RidgeForm::kCoded);
  }
}

TEST(PrepareNative, CodedRidgesCompareAsRawOnesDo) {
  fingerprint::CompareParameters p;
  p.ridge_gate_log_odds = -1e9;  // the ridge maps are always asked
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const FingerprintTemplate t = random_template(seed, 300, 320, 40);
    const FingerprintTemplate u = random_template(seed + 100, 280, 300, 45);
    const PreparedTemplate raw_t(t), raw_u(u);
    const double expected = compare(raw_t, raw_u, p).score;
    EXPECT_EQ(compare(raw_t, *prepare_native(encoded(u)), p).score, expected);
    EXPECT_EQ(compare(*prepare_native(encoded(t)), *prepare_native(encoded(u)), p).score, expected);
    EXPECT_GT(compare(raw_t, *prepare_native(encoded(t)), p).score, expected);
  }
}

TEST(PrepareNative, RefusesAsDecodingDoesButForTheRidgeCode) {
  const Bytes good = encoded(random_template(6, 64, 48, 12));
  for (std::size_t n = 0; n < good.size(); n += 3) EXPECT_FALSE(prepare_native(ByteView(good).first(n)).ok());
  const std::size_t flow_begin = 20 + 12 * 8 + 4;
  const std::size_t ridges_begin = flow_begin + ByteReader(ByteView(good).subspan(flow_begin - 4)).u32() + 4;
  for (std::size_t i = 0; i < good.size() - 4; ++i) {
    const Bytes bad = forged(good, i, good[i] ^ 0x11);
    const auto decoded = decode_native(bad);
    const auto prepared = prepare_native(bad);
    if (decoded.ok() || i < ridges_begin) {
      ASSERT_EQ(prepared.ok(), decoded.ok()) << i;
      EXPECT_TRUE(decoded.ok() || prepared.error().text() == decoded.error().text()) << i;
    } else {
      ASSERT_TRUE(prepared.ok()) << i;
      EXPECT_TRUE(std::isfinite(compare(*prepared, *prepared).score));
    }
  }
}

}  // namespace
}  // namespace whorl::codec
