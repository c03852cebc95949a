#include "index/candidates.h"

#include <faiss/impl/AuxIndexStructures.h>
#include <faiss/utils/hamming.h>
#include <omp.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace whorl::index {
namespace {

// A header, then u32 first[fingers + 1] (padded to 8), then the descriptors.
struct Header {
  std::uint32_t magic = 0;
  std::uint32_t version = 0;
  std::uint32_t fingers = 0;
  std::uint32_t descriptors = 0;
};
constexpr std::uint32_t kMagic = 0x444E4143;  // "CAND"

constexpr std::size_t padded(std::size_t n) { return (n + 7) / 8 * 8; }

std::size_t descriptors_at(std::size_t fingers) {
  return sizeof(Header) + padded((fingers + 1) * sizeof(std::uint32_t));
}

std::size_t total_bytes(const Header& h) {
  return descriptors_at(h.fingers) + std::size_t{h.descriptors} * fingerprint::kSearchDescriptorBytes;
}

Error malformed(const std::string& what) { return corruption("candidate index: " + what); }

}  // namespace

CandidateIndex CandidateIndex::build(std::span<const PreparedView> fingers) {
  std::vector<std::uint32_t> first{0};
  std::vector<SearchDescriptor> all;
  for (const PreparedView& finger : fingers) {
    const auto own = fingerprint::search_descriptors(finger);
    all.insert(all.end(), own.begin(), own.end());
    first.push_back(static_cast<std::uint32_t>(all.size()));
  }
  const Header header{kMagic, kCandidateVersion, static_cast<std::uint32_t>(fingers.size()),
                      static_cast<std::uint32_t>(all.size())};
  std::vector<std::uint64_t> words(total_bytes(header) / 8);
  auto* bytes = reinterpret_cast<std::byte*>(words.data());
  std::memcpy(bytes, &header, sizeof header);
  std::memcpy(bytes + sizeof header, first.data(), first.size() * sizeof first[0]);
  if (!all.empty()) std::memcpy(bytes + descriptors_at(fingers.size()), all.data(), all.size() * sizeof all[0]);
  CandidateIndex out = parse(std::as_bytes(std::span(words)), fingers.size()).value();
  out.owned_ = std::move(words);
  return out;
}

Result<CandidateIndex> CandidateIndex::parse(std::span<const std::byte> bytes, std::size_t fingers) {
  Header header;
  if (bytes.size() < sizeof header) return malformed("truncated");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.magic != kMagic) return malformed("wrong magic");
  if (header.version != kCandidateVersion) return malformed("version " + std::to_string(header.version));
  if (header.fingers != fingers) return malformed("holds another number of fingers");
  if (total_bytes(header) != bytes.size()) return malformed("wrong length");
  CandidateIndex out;
  out.bytes_ = bytes;
  out.fingers_ = fingers;
  out.first_ = reinterpret_cast<const std::uint32_t*>(bytes.data() + sizeof header);
  out.descriptors_ = reinterpret_cast<const SearchDescriptor*>(bytes.data() + descriptors_at(fingers));
  if (out.first_[0] != 0 || out.first_[fingers] != header.descriptors) return malformed("descriptors miscounted");
  for (std::size_t f = 0; f < fingers; ++f) {
    if (out.first_[f] > out.first_[f + 1]) return malformed("descriptors out of order");
  }
  return out;
}

Descriptors CandidateIndex::descriptors(std::size_t row) const {
  return {descriptors_ + first_[row], first_[row + 1] - first_[row]};
}

void CandidateIndex::vote(const CandidateProbe& probe, std::span<float> votes,
                          std::span<const std::uint8_t> wanted) const {
  if (probe.kernel() == VoteKernel::kFaiss) return vote_by_faiss(probe, votes, wanted);
  for (std::size_t row = 0; row < fingers_; ++row) {
    const Descriptors reference = descriptors(row);
    const bool skip = !wanted.empty() && wanted[row] == 0;
    votes[row] = skip ? 0.0F
                      : static_cast<float>(normalised(index::vote(probe.descriptors(), reference), reference.size()));
  }
}

void CandidateIndex::vote_by_faiss(const CandidateProbe& probe, std::span<float> votes,
                                   std::span<const std::uint8_t> wanted) const {
  // Searches are spread over shards by TBB already; a team of OpenMP threads inside each would only wait.
  omp_set_num_threads(1);
  std::fill(votes.begin(), votes.end(), 0.0F);
  const Descriptors asked = probe.descriptors();
  const Descriptors all{descriptors_, first_[fingers_]};
  if (asked.empty() || all.empty()) return;
  std::vector<std::uint32_t> bits;
  for (const SearchDescriptor& d : all) bits.push_back(bits_of(d));
  std::vector<std::uint32_t> sums(fingers_);
  std::vector<std::uint32_t> best(fingers_);
  for (const SearchDescriptor& p : asked) {
    const std::uint32_t own = bits_of(p);
    // A pair is worth something only when its distance is below half the bits of both.
    const std::uint32_t most = own + *std::max_element(bits.begin(), bits.end());
    faiss::RangeSearchResult hits(1);
    faiss::hamming_range_search(p.data(), all.data()->data(), 1, all.size(), static_cast<int>(most / 2 + 1),
                                fingerprint::kSearchDescriptorBytes, &hits);
    std::fill(best.begin(), best.end(), 0);
    for (std::size_t h = hits.lims[0]; h < hits.lims[1]; ++h) {
      const auto label = static_cast<std::size_t>(hits.labels[h]);
      const auto* const after = std::upper_bound(first_, first_ + fingers_ + 1, static_cast<std::uint32_t>(label));
      auto& finger = best[static_cast<std::size_t>(after - first_) - 1];
      finger = std::max(finger, vote_of_pair(own + bits[label], static_cast<std::uint32_t>(hits.distances[h])));
    }
    for (std::size_t f = 0; f < fingers_; ++f) sums[f] += best[f];
  }
  for (std::size_t f = 0; f < fingers_; ++f) {
    if (!wanted.empty() && wanted[f] == 0) continue;
    votes[f] = static_cast<float>(normalised(sums[f], descriptors(f).size()));
  }
}

}  // namespace whorl::index
