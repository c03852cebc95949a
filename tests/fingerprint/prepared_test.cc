// The flat form of prepared templates.
#include "templates/fingerprint/compare/prepared.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/simd.h"
#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/compare/flat_layout.h"
#include "templates/fingerprint/compare/print.h"
#include "templates/fingerprint/extract/extract.h"
#include "templates/fingerprint/ridges/ridge_decode.h"
#include "templates/fingerprint/ridges/ridge_encode.h"
#include "tests/fingerprint/drawn_print.h"
#include "tests/fingerprint/ridge_pattern.h"

namespace whorl::fingerprint {
namespace {

using testing::HasSubstr;
using tests::ridge_pattern;

const FingerprintTemplate& drawn() {
  static const FingerprintTemplate one = extract(tests::draw(tests::make_drawn_print(7, 24), {.noise = 8})).value();
  return one;
}

std::vector<std::uint64_t> words_of(const PreparedTemplate& prepared) {
  std::vector<std::uint64_t> out(prepared.bytes().size() / 8);
  std::memcpy(out.data(), prepared.bytes().data(), prepared.bytes().size());
  return out;
}

// What parse says of the bytes after `change` has been at their header.
template <class Change>
std::string refusal(const PreparedTemplate& prepared, Change change) {
  std::vector<std::uint64_t> words = words_of(prepared);
  auto h = load<FlatHeader>(prepared.bytes().data());
  change(h);
  std::memcpy(words.data(), &h, sizeof h);
  const auto got = PreparedView::parse(std::as_bytes(std::span(words)));
  if (got.ok()) return "accepted";
  EXPECT_EQ(got.error().kind, ErrorKind::kCorruption);
  return got.error().message;
}

TEST(Prepared, SpreadsOutToWhatTheTemplateHolds) {
  const FingerprintTemplate& t = drawn();
  const PreparedTemplate prepared(t);
  ASSERT_EQ(prepared.bytes().size() % 8, 0u);
  Print print;
  print.spread(prepared);
  ASSERT_EQ(print.size(), std::min<std::size_t>(t.minutiae.size(), 80));
  ASSERT_GT(print.size(), 10u);
  for (std::size_t i = 0; i < print.size(); ++i) {
    const Minutia& m = t.minutiae[print.source[i]];
    EXPECT_EQ(print.x[i], m.x_px500);
    EXPECT_EQ(print.y[i], -m.y_px500);
    EXPECT_NEAR(print.cosine[i], std::cos(m.direction_rad), 4e-7);
    EXPECT_NEAR(print.sine[i], std::sin(m.direction_rad), 4e-7);
    EXPECT_FLOAT_EQ(print.quality[i], static_cast<float>(m.quality) / 100);
  }
  std::size_t foreground = 0;
  ASSERT_EQ(print.flow.columns(), t.flow.columns);
  ASSERT_EQ(print.flow.rows(), t.flow.rows);
  for (int row = 0; row < t.flow.rows; ++row) {
    for (int column = 0; column < t.flow.columns; ++column) {
      const FlowCell& cell = t.flow.cells[static_cast<std::size_t>(row * t.flow.columns + column)];
      foreground += static_cast<std::size_t>(cell.period != 0);
      EXPECT_EQ(print.flow.at(column, row).period, cell.period);
      if (cell.period == 0) continue;
      EXPECT_EQ(print.flow.at(column, row).orientation, cell.orientation);
    }
  }
  EXPECT_EQ(print.flow.foreground(), foreground);
}

TEST(Prepared, EveryDirectionHasItsCosineAndSine) {
  for (int first = 0; first < 65536; first += 80) {
    FingerprintTemplate t;
    t.width_px500 = t.height_px500 = 10;
    for (int k = 0; k < 80; ++k) {
      t.minutiae.push_back({1, 1, direction_of_steps(static_cast<std::uint16_t>(first + k)), MinutiaType::kEnding, 50});
    }
    Print print;
    print.spread(PreparedTemplate(t));
    for (std::size_t k = 0; k < 80; ++k) {
      ASSERT_NEAR(print.cosine[k], std::cos(static_cast<double>(t.minutiae[k].direction_rad)), 5e-7);
      ASSERT_NEAR(print.sine[k], std::sin(static_cast<double>(t.minutiae[k].direction_rad)), 5e-7);
    }
  }
}

TEST(Prepared, RawAndCodedRidgesAreTheTemplates) {
  for (const RidgeForm form : {RidgeForm::kRaw, RidgeForm::kCoded}) {
    const PreparedTemplate prepared(drawn(), {}, form);
    EXPECT_EQ(prepared.view().ridge_form(), form);
    Print print;
    print.spread(prepared);
    const RidgeView got = print.ridges();
    ASSERT_EQ(got.columns, drawn().ridges.columns);
    ASSERT_EQ(got.rows, drawn().ridges.rows);
    EXPECT_TRUE(std::equal(drawn().ridges.bits.begin(), drawn().ridges.bits.end(), got.bits));
  }
  EXPECT_LT(PreparedTemplate(drawn(), {}, RidgeForm::kCoded).bytes().size(),
            PreparedTemplate(drawn()).bytes().size() * 3 / 4);
}

TEST(Prepared, BytesMayBeCopiedAnywhere) {
  const PreparedTemplate prepared(drawn());
  const std::vector<std::uint64_t> words = words_of(prepared);
  const auto view = PreparedView::parse(std::as_bytes(std::span(words)));
  ASSERT_TRUE(view.ok()) << view.error().text();
  EXPECT_EQ(compare(*view, prepared).score, compare(prepared, prepared).score);
  EXPECT_TRUE(std::ranges::equal(PreparedTemplate(*view).bytes(), prepared.bytes()));
  EXPECT_EQ(view->described(), prepared.described());
}

TEST(Prepared, OnlyMinutiaeWithANeighbourhoodAreDescribed) {
  const PreparedTemplate print(drawn());
  EXPECT_GT(print.described(), 5u);
  EXPECT_LE(print.described(), print.view().size());
  FingerprintTemplate alone = drawn();
  alone.minutiae.resize(1);
  EXPECT_EQ(PreparedTemplate(alone).view().size(), 1u);
  EXPECT_EQ(PreparedTemplate(alone).described(), 0u);
  EXPECT_EQ(PreparedTemplate(FingerprintTemplate{}).described(), 0u);
}

TEST(Prepared, MapsThatContradictTheirSizeAreLeftOut) {
  FingerprintTemplate t = drawn();
  t.flow.cells.pop_back();
  t.ridges.bits.pop_back();
  const PreparedTemplate prepared(t);
  EXPECT_EQ(prepared.view().ridge_form(), RidgeForm::kNone);
  Print print;
  print.spread(prepared);
  EXPECT_TRUE(print.minutiae_alone) << "nothing else is left";
  EXPECT_TRUE(std::isfinite(compare(prepared, PreparedTemplate(drawn())).score));
}

TEST(Prepared, WrongCountsAreRefusedByName) {
  const PreparedTemplate good(drawn());
  EXPECT_EQ(refusal(good, [](FlatHeader&) {}), "accepted");
  EXPECT_THAT(refusal(good, [](FlatHeader& h) { h.magic ^= 1; }), HasSubstr("no prepared template"));
  EXPECT_THAT(refusal(good, [](FlatHeader& h) { ++h.version; }), HasSubstr("layout 2"));
  EXPECT_THAT(refusal(good, [](FlatHeader& h) { h.reserved_too = 1; }), HasSubstr("reserved"));
  EXPECT_THAT(refusal(good, [](FlatHeader& h) { h.flow_form = 2; }), HasSubstr("flow map is of no known form"));
  EXPECT_THAT(refusal(good, [](FlatHeader& h) { h.bytes += 8; }), HasSubstr("bytes where its counts make"));
  EXPECT_THAT(refusal(good, [](FlatHeader& h) { h.minutiae = 256; }), HasSubstr("minutiae"));
  EXPECT_THAT(refusal(good, [](FlatHeader& h) { h.described = static_cast<std::uint16_t>(h.minutiae + 1); }),
              HasSubstr("described"));
  EXPECT_THAT(refusal(good, [](FlatHeader& h) { h.flow_columns = 257; }), HasSubstr("flow map is too large"));
  EXPECT_THAT(refusal(good, [](FlatHeader& h) { h.flow_columns = 3; }), HasSubstr("flow"));
  EXPECT_THAT(refusal(good, [](FlatHeader& h) { h.flow_foreground = h.flow_cells + 1; }), HasSubstr("flow"));
  EXPECT_THAT(refusal(good, [](FlatHeader& h) { h.ridge_form = 3; }), HasSubstr("no known form"));
  EXPECT_THAT(refusal(good, [](FlatHeader& h) { h.ridge_columns = 2049; }), HasSubstr("too large"));
  EXPECT_THAT(refusal(good, [](FlatHeader& h) { ++h.ridge_rows; }), HasSubstr("another size"));
  EXPECT_THAT(refusal(good, [](FlatHeader& h) { h.ridge_form = 0; }), HasSubstr("another size"));
}

TEST(Prepared, TruncationAndMisalignmentAreRefused) {
  const PreparedTemplate good(drawn());
  for (std::size_t n = 0; n < good.bytes().size(); n += 8) {
    EXPECT_FALSE(PreparedView::parse(good.bytes().first(n)).ok());
  }
  std::vector<std::uint64_t> words(good.bytes().size() / 8 + 1);
  std::byte* off = std::as_writable_bytes(std::span(words)).data() + 4;
  std::memcpy(off, good.bytes().data(), good.bytes().size());
  const auto got = PreparedView::parse({off, good.bytes().size()});
  ASSERT_FALSE(got.ok());
  EXPECT_THAT(got.error().message, HasSubstr("multiple of 8"));
}

// Every byte changed, the rest as it was: refused, or harmless.
TEST(Prepared, AnyChangedByteIsRefusedOrHarmless) {
  for (const RidgeForm form : {RidgeForm::kRaw, RidgeForm::kCoded}) {
    const PreparedTemplate good(drawn(), {}, form);
    CompareParameters p;
    p.ridge_gate_log_odds = -1e9;
    std::vector<std::uint64_t> words = words_of(good);
    auto* bytes = reinterpret_cast<std::uint8_t*>(words.data());
    int accepted = 0;
    for (std::size_t i = 0; i < good.bytes().size(); i += i < 800 ? 1 : 7) {
      bytes[i] ^= 0xA5;
      const auto got = PreparedView::parse(std::as_bytes(std::span(words)));
      if (got.ok()) {
        ++accepted;
        EXPECT_TRUE(std::isfinite(compare(*got, good, p).score)) << i;
        EXPECT_TRUE(std::isfinite(compare(*got, *got, p).score)) << i;
      }
      bytes[i] ^= 0xA5;
    }
    EXPECT_GT(accepted, 100);
  }
}

bool decode_with(Instructions most, ByteView code, RidgeMap& map) {
  limit_instructions(most);
  const bool sound = decode_ridges(code, map);
  limit_instructions(Instructions::kAvx512);
  return sound;
}
bool decode_with_avx2(ByteView code, RidgeMap& map) { return decode_with(Instructions::kAvx2, code, map); }

constexpr bool (*kDecoders[])(ByteView, RidgeMap&) = {decode_ridges, decode_with_avx2, decode_ridges_plainly,
                                                      decode_ridges_portably};

TEST(RidgeCode, TheCodersAgreeOnMapsOfAllSizes) {
  int plain = 0;
  for (int round = 0; round < 150; ++round) {
    const int columns = 1 + round * 37 % 211;
    const int rows = 1 + round * 53 % 97;
    const RidgeMap map =
        ridge_pattern(columns, rows, static_cast<unsigned>(round) % 128, static_cast<std::uint64_t>(round));
    const Bytes code = encode_ridges(map);
    EXPECT_EQ(code, encode_ridges_portably(map)) << columns << " x " << rows;
    ASSERT_LE(code.size(), map.bits.size() + 1);
    plain += static_cast<int>(code.front() == 0);
    for (const auto decode : kDecoders) {
      RidgeMap got{columns, rows, {}};
      ASSERT_TRUE(decode(code, got)) << columns << " x " << rows;
      EXPECT_EQ(got, map) << columns << " x " << rows;
    }
  }
  EXPECT_GT(plain, 20);
  EXPECT_LT(plain, 130);
}

TEST(RidgeCode, TheDecodersRefuseTheSameDamage) {
  const RidgeMap map = ridge_pattern(150, 60, 0, 1);
  const Bytes good = encode_ridges(map);
  ASSERT_EQ(good.front(), 1);
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes bad = good;
    bad[i] ^= static_cast<std::uint8_t>(1U << i % 8);
    for (const auto decode : kDecoders) {
      RidgeMap got{150, 60, {}};
      EXPECT_FALSE(decode(bad, got)) << i;
      got.bits.clear();
      EXPECT_FALSE(decode(ByteView(good).first(i), got)) << i;
    }
  }
}

TEST(RidgeCode, PrintsTakeAFractionOfTheirBits) {
  EXPECT_LT(encode_ridges(drawn().ridges).size() * 3, drawn().ridges.bits.size());
}

TEST(RidgeCode, ADamagedCodeLeavesTheMinutiae) {
  FingerprintTemplate without = drawn();
  without.ridges = {};
  Bytes code = encode_ridges(drawn().ridges);
  code.pop_back();
  const PreparedTemplate damaged = PreparedTemplate::with_coded_ridges(drawn(), code);
  EXPECT_EQ(compare(damaged, PreparedTemplate(drawn())).score,
            compare(PreparedTemplate(without), PreparedTemplate(drawn())).score);
}

TEST(RidgeCode, AnyBytesDecodeWithinBounds) {
  std::uint64_t state = 1;
  for (int round = 0; round < 300; ++round) {
    RidgeMap map{round * 7 % 90, round * 5 % 40, {}};
    Bytes code(static_cast<std::size_t>(round) % 64);
    for (auto& byte : code) byte = static_cast<std::uint8_t>((state = state * 6364136223846793005U + 1) >> 56);
    const bool taken = decode_ridges(code, map);
    ASSERT_EQ(map.bits.size(), static_cast<std::size_t>(map.rows * map.row_bytes()));
    EXPECT_TRUE(!taken || encode_ridges(map) == code);
  }
}

}  // namespace
}  // namespace whorl::fingerprint
