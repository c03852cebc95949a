// The candidate stage's measure: one pair at a time and the loop give the same votes.
#include "index/vote.h"

#include <gtest/gtest.h>

#include <bitset>
#include <random>

#include "tests/support/random_prints.h"

namespace whorl::index {
namespace {

using Codes = std::vector<SearchDescriptor>;

std::uint32_t distance(const SearchDescriptor& a, const SearchDescriptor& b) {
  std::size_t bits = 0;
  for (std::size_t i = 0; i < a.size(); ++i) bits += std::bitset<8>(a[i] ^ b[i]).count();
  return static_cast<std::uint32_t>(bits);
}

std::uint32_t obvious_vote(Descriptors probe, Descriptors reference) {
  std::uint32_t votes = 0;
  const SearchDescriptor zero{};
  for (const auto& p : probe) {
    std::uint32_t best = 0;
    for (const auto& r : reference) {
      best = std::max(best, vote_of_pair(distance(p, zero) + distance(r, zero), distance(p, r)));
    }
    votes += best;
  }
  return votes;
}

// Codes near a few common ones, one of them empty, so that likenesses of every size occur.
Codes random_codes(std::size_t n, std::mt19937& random) {
  Codes codes(n);
  for (auto& code : codes) {
    code.fill(static_cast<std::uint8_t>(random() % 3 * 0x55));
    for (auto flips = random() % 90; flips > 0; --flips) {
      code[random() % code.size()] ^= static_cast<std::uint8_t>(1U << (random() % 8));
    }
  }
  return codes;
}

TEST(Vote, AgreesWithTheObviousLoop) {
  std::mt19937 random(5);
  for (int i = 0; i < 200; ++i) {
    const Codes probe = random_codes(random() % 60, random);
    const Codes reference = random_codes(random() % 60, random);
    EXPECT_EQ(vote(probe, reference), obvious_vote(probe, reference));
  }
}

TEST(Vote, APairIsWorthItsDiceCoefficientAboveOneHalf) {
  EXPECT_EQ(vote_of_pair(80, 0), 1024U);
  EXPECT_EQ(vote_of_pair(80, 10), 768U);
  EXPECT_EQ(vote_of_pair(80, 39), 25U);
  EXPECT_EQ(vote_of_pair(80, 40), 0U);
  EXPECT_EQ(vote_of_pair(80, 80), 0U);
  EXPECT_EQ(vote_of_pair(0, 0), 0U);
}

TEST(Vote, IdenticalPrintsGetTheMost) {
  std::mt19937 random(6);
  Codes probe = random_codes(30, random);
  for (auto& code : probe) code[0] |= 1;
  EXPECT_EQ(vote(probe, probe), 30U * kFullVote);
  EXPECT_EQ(vote({}, probe), 0U);
  EXPECT_EQ(vote(probe, {}), 0U);
}

}  // namespace
}  // namespace whorl::index
