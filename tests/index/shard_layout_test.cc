#include "index/shard/shard_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "index/comparator/comparator.h"
#include "index/prepare.h"
#include "index/shard/sample_preparation.h"
#include "index/shard/shard.h"
#include "templates/fingerprint/compare/prepared.h"
#include "tests/support/kept_samples.h"
#include "tests/support/random_prints.h"

namespace whorl::index {
namespace {

// In the bytes: the layout's version, and the first column's header (its modality, its version).
constexpr std::size_t kVersion = 8;
constexpr std::size_t kFirstColumn = 48;

PreparedSample face_of(int i) {
  face::FaceTemplate face;
  face.network.name = "a_network";
  face.quality = static_cast<std::uint8_t>(i);
  face.embedding.assign(64, static_cast<std::int8_t>(127 - i));
  face.embedding[0] = 127;
  return keep_sample(kFacePortrait, face, prepare_probe(face))->prepared;
}

std::vector<NewEncounter> some_encounters(int n) {
  std::vector<NewEncounter> out;
  for (int i = 0; i < n; ++i) {
    NewEncounter e;
    e.person_id = "person-" + std::to_string(i / 2);
    e.encounter_id = "e" + std::to_string(i);
    e.digest.fill(static_cast<std::uint8_t>(i));
    e.galleries = i % 3 == 0 ? std::vector<std::string>{"visa", "asylum"} : std::vector<std::string>{"default"};
    for (int f = 0; f <= i % 3; ++f) {
      const codec::Template finger = tests::random_finger(static_cast<std::uint64_t>(i * 10 + f));
      e.samples.push_back(keep_sample(static_cast<std::uint8_t>(f + 1), finger, prepare_probe(finger))->prepared);
    }
    if (i % 2 == 1) e.samples.push_back(face_of(i));
    make_rows(e.samples);
    out.push_back(std::move(e));
  }
  return out;
}

Arena shard_of(const std::vector<NewEncounter>& all) {
  return lay_out_shard(all.size(), [&](std::size_t i) { return all[i].entry(); });
}

TEST(ShardLayout, HoldsWhatWentIn) {
  const auto all = some_encounters(9);
  const Arena arena = shard_of(all);
  const auto layout = ShardLayout::parse(arena.bytes());
  ASSERT_TRUE(layout.ok()) << layout.error().text();
  ASSERT_EQ(layout->encounters(), all.size());
  const auto names = layout->names();
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(layout->person_id(i), all[i].person_id);
    EXPECT_EQ(layout->encounter_id(i), all[i].encounter_id);
    EXPECT_EQ(layout->digest(i), all[i].digest);
    std::vector<std::string> galleries;
    for (const auto local : layout->galleries(i)) galleries.emplace_back(names.at(local));
    EXPECT_EQ(galleries, all[i].galleries);
    std::vector<SampleView> samples;
    for (const ModalityRow& row : modalities()) {
      const Column& column = layout->column(row.modality);
      EXPECT_EQ(column.positions(i).size(), column.count(i));
      for (std::size_t k = 0; k < column.count(i); ++k) {
        samples.push_back(column.sample(column.first_row(i) + k));
        EXPECT_EQ(column.encounters()[column.first_row(i) + k], i);
        EXPECT_EQ(column.positions(i)[k], samples.back().position);
      }
    }
    ASSERT_EQ(samples.size(), all[i].samples.size());
    for (std::size_t k = 0; k < samples.size(); ++k) {
      const PreparedSample& wanted = all[i].samples[k];
      EXPECT_EQ(samples[k].modality, wanted.modality);
      EXPECT_EQ(samples[k].position, wanted.position);
      EXPECT_EQ(samples[k].quality, wanted.quality);
      const auto kept = kept_view(wanted).bytes;
      EXPECT_TRUE(std::equal(samples[k].bytes.begin(), samples[k].bytes.end(), kept.begin(), kept.end()));
    }
  }
  EXPECT_EQ(layout->column(Modality::kFace).sample_bytes(), 64U);
  EXPECT_EQ(layout->samples(), 22U);
}

TEST(ShardLayout, TheSetDigestForgetsTheOrderAlone) {
  auto all = some_encounters(5);
  const Arena first = shard_of(all);
  const auto before = ShardLayout::parse(first.bytes())->set_digest();
  std::reverse(all.begin(), all.end());
  const Arena turned = shard_of(all);
  EXPECT_EQ(ShardLayout::parse(turned.bytes())->set_digest(), before);
  all[2].digest[0] ^= 1;
  const Arena changed = shard_of(all);
  EXPECT_NE(ShardLayout::parse(changed.bytes())->set_digest(), before);
}

// Whatever the bytes are, what is accepted is read within its bounds (the address sanitizer watches).
TEST(ShardLayout, DamagedBytesAreRefusedOrHarmless) {
  const Arena arena = shard_of(some_encounters(4));
  const auto good = std::as_const(arena).bytes();
  std::mt19937 random(5);
  int refused = 0;
  for (int i = 0; i < 4000; ++i) {
    std::vector<std::uint64_t> words(good.size() / 8);
    std::memcpy(words.data(), good.data(), good.size());
    auto* bytes = reinterpret_cast<std::uint8_t*>(words.data());
    const std::size_t head = i % 2 == 0 ? 500 : good.size();
    for (int n = 0; n < 2; ++n) bytes[random() % head] = static_cast<std::uint8_t>(random());
    if (i % 9 == 0) words.resize(random() % words.size());
    const auto layout = ShardLayout::parse(std::as_bytes(std::span(words)));
    if (!layout.ok()) {
      EXPECT_EQ(layout.error().kind, ErrorKind::kCorruption);
      ++refused;
      continue;
    }
    const auto names = layout->names();
    for (std::size_t e = 0; e < layout->encounters(); ++e) {
      for (const auto local : layout->galleries(e)) EXPECT_LT(local, names.size());
      for (const ModalityRow& row : modalities()) {
        const Column& column = layout->column(row.modality);
        for (std::size_t k = 0; k < column.count(e); ++k) {
          EXPECT_GE(tests::look_at(row.modality, column.bytes(column.first_row(e) + k)), -1);
        }
      }
    }
    (void)layout->set_digest();
  }
  EXPECT_GT(refused, 1000);
}

// A gallery name in the middle that began beyond the text was once read before it was refused.
TEST(ShardLayout, AGalleryNameBeyondTheTextIsRefused) {
  auto all = some_encounters(1);
  all[0].galleries = {"alpha", "beta", "gamma"};
  const Arena arena = shard_of(all);
  const auto good = std::as_const(arena).bytes();
  std::size_t refused = 0;
  for (std::size_t at = 64; at + 4 <= good.size(); at += 4) {
    std::vector<std::uint64_t> words(good.size() / 8);
    std::memcpy(words.data(), good.data(), good.size());
    const std::uint32_t beyond = 0x7FFFFFFF;
    std::memcpy(reinterpret_cast<std::uint8_t*>(words.data()) + at, &beyond, sizeof beyond);
    const auto layout = ShardLayout::parse(std::as_bytes(std::span(words)));
    if (!layout.ok() && layout.error().message.find("gallery names") != std::string::npos) ++refused;
  }
  EXPECT_GE(refused, 2U);
}

// A snapshot outlives a new score model: what it belongs to is how templates are prepared.
TEST(ShardLayout, NamesTheVersionOfPreparingNotOfComparing) {
  const Arena arena = shard_of(some_encounters(1));
  std::uint32_t named = 0;
  std::memcpy(&named, std::as_const(arena).bytes().data() + kFirstColumn + 4, sizeof named);
  EXPECT_EQ(named >> 16U, static_cast<std::uint32_t>(fingerprint::kPreparedVersion));
  EXPECT_EQ(named & 0xFFFFU, fingerprint::kScanRowVersion);
}

TEST(ShardLayout, AnotherVersionIsRefused) {
  const Arena arena = shard_of(some_encounters(1));
  const auto good = std::as_const(arena).bytes();
  for (const std::size_t at : {kVersion, kFirstColumn, kFirstColumn + 4}) {
    std::vector<std::uint64_t> words(good.size() / 8);
    std::memcpy(words.data(), good.data(), good.size());
    reinterpret_cast<std::uint8_t*>(words.data())[at] ^= 0x10;
    const auto layout = ShardLayout::parse(std::as_bytes(std::span(words)));
    ASSERT_FALSE(layout.ok());
    EXPECT_THAT(layout.error().message, testing::HasSubstr("another version"));
  }
}

}  // namespace
}  // namespace whorl::index
