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
    sealed.votes_by_faiss(probe, votes);
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
