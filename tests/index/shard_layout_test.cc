#include "index/shard/shard_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "index/shard/shard.h"
#include "tests/support/random_prints.h"

namespace whorl::index {
namespace {

std::vector<NewEncounter> some_encounters(int n) {
  std::vector<NewEncounter> out;
  for (int i = 0; i < n; ++i) {
    NewEncounter e;
    e.person_id = "person-" + std::to_string(i / 2);
    e.encounter_id = "e" + std::to_string(i);
    e.digest.fill(static_cast<std::uint8_t>(i));
    e.galleries = i % 3 == 0 ? std::vector<std::string>{"visa", "asylum"} : std::vector<std::string>{"default"};
    for (int f = 0; f <= i % 3; ++f) {
      e.positions.push_back(static_cast<FingerPosition>(f + 1));
      e.prepared.emplace_back(tests::random_finger(static_cast<std::uint64_t>(i * 10 + f)),
                              fingerprint::CompareParameters{}, fingerprint::RidgeForm::kCoded);
    }
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
    EXPECT_TRUE(std::equal(all[i].positions.begin(), all[i].positions.end(), layout->positions(i).begin(),
                           layout->positions(i).end()));
    std::vector<std::string> galleries;
    for (const auto local : layout->galleries(i)) galleries.emplace_back(names.at(local));
    EXPECT_EQ(galleries, all[i].galleries);
    for (std::size_t f = 0; f < all[i].prepared.size(); ++f) {
      const auto a = all[i].prepared[f].bytes();
      const auto b = layout->prepared(layout->first_finger(i) + f).bytes();
      EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end()));
    }
  }
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
      for (std::size_t f = 0; f < layout->positions(e).size(); ++f) {
        const auto view = layout->prepared(layout->first_finger(e) + f);
        EXPECT_GE(fingerprint::compare(view, view).score, 0);
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
  std::memcpy(&named, std::as_const(arena).bytes().data() + 16, sizeof named);
  EXPECT_EQ(named, static_cast<std::uint32_t>(fingerprint::kPreparedVersion));
}

TEST(ShardLayout, AnotherVersionIsRefused) {
  const Arena arena = shard_of(some_encounters(1));
  const auto good = std::as_const(arena).bytes();
  for (std::size_t at = 8; at < 24; at += 4) {
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
