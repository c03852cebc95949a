#include "index/candidates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>

#include "tests/support/random_prints.h"

namespace whorl::index {
namespace {

using fingerprint::PreparedTemplate;

std::vector<PreparedTemplate> some_fingers(int n) {
  std::vector<PreparedTemplate> out;
  for (int i = 0; i < n; ++i) out.emplace_back(tests::random_finger(static_cast<std::uint64_t>(i)));
  out.emplace_back(fingerprint::FingerprintTemplate{});  // has no descriptors
  return out;
}

CandidateIndex built(const std::vector<PreparedTemplate>& fingers) {
  const std::vector<PreparedView> views(fingers.begin(), fingers.end());
  return CandidateIndex::build(views);
}

std::vector<std::uint64_t> copy_of(const CandidateIndex& index) {
  std::vector<std::uint64_t> out(index.bytes().size() / 8);
  std::memcpy(out.data(), index.bytes().data(), index.bytes().size());
  return out;
}

TEST(CandidateIndex, VotesAreThoseOfEachPair) {
  const auto fingers = some_fingers(20);
  const CandidateIndex index = built(fingers);
  const PreparedTemplate finger(tests::another_capture(tests::random_finger(7), 1));
  const CandidateProbe probe(finger);
  std::vector<float> votes(index.fingers());
  index.vote(probe, votes);
  for (std::size_t f = 0; f < fingers.size(); ++f) {
    const auto own = fingerprint::search_descriptors(fingers[f].view());
    EXPECT_FLOAT_EQ(votes[f], static_cast<float>(normalised(vote(probe.descriptors(), own), own.size())));
  }
  EXPECT_EQ(std::max_element(votes.begin(), votes.end()) - votes.begin(), 7);
}

TEST(CandidateIndex, FaissAndTheLoopGiveTheSameVotes) {
  const CandidateIndex index = built(some_fingers(40));
  std::vector<float> loop(index.fingers());
  std::vector<float> faiss(index.fingers());
  for (std::uint64_t i = 0; i < 40; i += 7) {
    const PreparedTemplate finger(tests::another_capture(tests::random_finger(i), 1));
    index.vote(CandidateProbe(finger, VoteKernel::kLoop), loop);
    index.vote(CandidateProbe(finger, VoteKernel::kFaiss), faiss);
    EXPECT_EQ(loop, faiss);
    EXPECT_GT(loop[i], 0);
  }
}

TEST(CandidateIndex, RowsThatAreNotWantedAreLeftOut) {
  const CandidateIndex index = built(some_fingers(5));
  const PreparedTemplate finger(tests::random_finger(2));
  std::vector<std::uint8_t> wanted(index.fingers(), 1);
  wanted[2] = 0;
  for (const VoteKernel kernel : {VoteKernel::kLoop, VoteKernel::kFaiss}) {
    std::vector<float> votes(index.fingers(), 5);
    index.vote(CandidateProbe(finger, kernel), votes, wanted);
    EXPECT_EQ(votes[2], 0);
    EXPECT_GT(votes[1], 0);
  }
}

TEST(CandidateIndex, IsReadWhereItsBytesLie) {
  const CandidateIndex index = built(some_fingers(6));
  const auto words = copy_of(index);
  const auto parsed = CandidateIndex::parse(std::as_bytes(std::span(words)), index.fingers());
  ASSERT_TRUE(parsed.ok()) << parsed.error().text();
  const PreparedTemplate finger(tests::random_finger(3));
  std::vector<float> a(index.fingers());
  std::vector<float> b(index.fingers());
  index.vote(CandidateProbe(finger), a);
  parsed->vote(CandidateProbe(finger), b);
  EXPECT_EQ(a, b);
  EXPECT_FALSE(CandidateIndex::parse(std::as_bytes(std::span(words)), index.fingers() + 1).ok());
}

// Whatever the bytes are, what is accepted is voted on within its bounds (the address sanitizer watches).
TEST(CandidateIndex, DamagedBytesAreRefusedOrHarmless) {
  const CandidateIndex index = built(some_fingers(6));
  const PreparedTemplate finger(tests::random_finger(3));
  const CandidateProbe probe(finger);
  std::mt19937 random(3);
  int refused = 0;
  for (int i = 0; i < 3000; ++i) {
    auto words = copy_of(index);
    auto* bytes = reinterpret_cast<std::uint8_t*>(words.data());
    for (int n = 0; n < 2; ++n) bytes[random() % (i % 2 == 0 ? 60 : words.size() * 8)] = static_cast<std::uint8_t>(random());
    if (i % 7 == 0) words.resize(random() % words.size());
    const auto parsed = CandidateIndex::parse(std::as_bytes(std::span(words)), index.fingers());
    if (!parsed.ok()) {
      ++refused;
      continue;
    }
    std::vector<float> votes(index.fingers());
    parsed->vote(probe, votes);
    for (const float v : votes) EXPECT_GE(v, 0);
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace whorl::index
