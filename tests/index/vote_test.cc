// The candidate stage's three implementations give the same votes: one pair at a time, the loop, and FAISS.
#include "index/vote.h"

#include <gtest/gtest.h>

#include <bitset>
#include <random>

#include "index/shard.h"
#include "tests/support/random_prints.h"

namespace whorl::index {
namespace {

using Codes = std::vector<SearchDescriptor>;

std::uint32_t distance(const SearchDescriptor& a, const SearchDescriptor& b) {
  std::size_t bits = 0;
  for (std::size_t i = 0; i < a.size(); ++i) bits += std::bitset<8>(a[i] ^ b[i]).count();
  return static_cast<std::uint32_t>(bits);
}

std::uint32_t obvious_vote(Descriptors probe, Descriptors reference, std::uint32_t radius_bits) {
  std::uint32_t votes = 0;
  for (const auto& p : probe) {
    std::uint32_t best = 0;
    for (const auto& r : reference) {
      const std::uint32_t d = distance(p, r);
      if (d < radius_bits) best = std::max(best, radius_bits - d);
    }
    votes += best;
  }
  return votes;
}

// Codes near a few common ones, so that distances of every size occur, zero and the radius itself included.
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
    for (const std::uint32_t radius : {0U, 1U, 40U, 64U, 256U}) {
      EXPECT_EQ(vote(probe, reference, radius), obvious_vote(probe, reference, radius));
    }
  }
}

TEST(Vote, IdenticalPrintsGetTheMost) {
  std::mt19937 random(6);
  const Codes probe = random_codes(30, random);
  EXPECT_EQ(vote(probe, probe, 64), 30U * 64U);
  EXPECT_EQ(vote({}, probe, 64), 0U);
  EXPECT_EQ(vote(probe, {}, 64), 0U);
}

HeadShard filled_head(std::mt19937& random, std::size_t encounters) {
  HeadShard head(encounters * 3);
  const auto person = std::make_shared<Person>("p", 0);
  for (std::size_t i = 0; i < encounters; ++i) {
    auto encounter = std::make_shared<Encounter>();
    encounter->person = person;
    ShardEntry entry;
    for (std::size_t f = 0; f <= i % 3; ++f) {
      encounter->fingers.push_back({FingerPosition::kUnknown,
                                    fingerprint::PreparedTemplate(fingerprint::FingerprintTemplate{})});
      entry.descriptors.push_back(random_codes(random() % 50, random));  // some fingers have none
    }
    entry.encounter = encounter;
    head.append(std::move(entry));
  }
  return head;
}

TEST(SealedShard, KeepsWhatTheHeadHeldButTheErased) {
  std::mt19937 random(7);
  const HeadShard head = filled_head(random, 40);
  head.encounter(3)->erased_at = 5;
  EXPECT_EQ(SealedShard(head, 40, 4).size(), 40U);
  const SealedShard sealed(head, 40, 5);
  ASSERT_EQ(sealed.size(), 39U);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    const std::size_t source = i < 3 ? i : i + 1;
    ASSERT_EQ(sealed.encounter(i), head.encounter(source));
    for (std::size_t f = 0; f < sealed.encounter(i)->fingers.size(); ++f) {
      const Descriptors a = sealed.descriptors(i, f);
      const Descriptors b = head.descriptors(source, f);
      EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end()));
    }
  }
}

TEST(SealedShard, FaissAndTheLoopGiveTheSameVotes) {
  std::mt19937 random(8);
  const HeadShard head = filled_head(random, 60);
  const SealedShard sealed(head, 60, 0);
  std::vector<std::uint32_t> votes;
  for (int round = 0; round < 5; ++round) {
    const Codes probe = random_codes(40, random);
    sealed.votes_by_faiss(probe, kVoteRadius_bits, votes);
    ASSERT_EQ(votes.size(), sealed.fingers());
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < sealed.size(); ++i) {
      for (std::size_t f = 0; f < sealed.encounter(i)->fingers.size(); ++f) {
        EXPECT_EQ(votes[sealed.finger_row(i, f)], vote(probe, sealed.descriptors(i, f)));
        sum += votes[sealed.finger_row(i, f)];
      }
    }
    EXPECT_GT(sum, 0U);
  }
}

}  // namespace
}  // namespace whorl::index
