#include "engine/evaluation/person_pairs.h"

#include <algorithm>
#include <unordered_map>

#include "engine/evaluation/persons.h"

namespace whorl::evaluation {

std::string position_of(const Sample& sample) {
  const std::string& finger = sample.finger;
  const std::size_t n = sample.subject.size();
  if (n == 0 || finger.size() <= n + 1 || !finger.starts_with(sample.subject)) return finger;
  return std::string("/_-. ").find(finger[n]) == std::string::npos ? finger : finger.substr(n + 1);
}

std::vector<Person> people_of(const std::vector<Sample>& samples) {
  std::vector<Person> out;
  std::unordered_map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (samples[i].subject.empty()) continue;
    const auto [at, is_new] = known.emplace(samples[i].subject, out.size());
    if (is_new) out.push_back({samples[i].subject, {}});
    out[at->second].fingers[position_of(samples[i])].push_back(static_cast<std::uint32_t>(i));
  }
  return out;
}

std::pair<std::uint64_t, std::uint64_t> Block::at(std::uint64_t index) const {
  if (a != b) return {index / of_b, index % of_b};
  std::uint64_t i = 0;
  for (std::uint64_t row = of_a - 1; index >= row; --row, ++i) index -= row;
  return {i, i + 1 + index};
}

std::vector<Block> blocks_of(const std::vector<Person>& people, std::uint32_t a, std::uint32_t b, std::size_t k) {
  std::vector<std::string> shared;
  for (const auto& [position, samples] : people[a].fingers) {
    if (people[b].fingers.contains(position)) shared.push_back(position);
  }
  std::vector<Block> out;
  if (k == 0 || shared.size() < k) return out;
  std::vector<bool> chosen(shared.size(), false);
  std::fill_n(chosen.begin(), k, true);
  do {
    Block block{a, b, {}, std::numeric_limits<std::uint64_t>::max(), std::numeric_limits<std::uint64_t>::max()};
    for (std::size_t p = 0; p < shared.size(); ++p) {
      if (!chosen[p]) continue;
      block.positions.push_back(shared[p]);
      block.of_a = std::min<std::uint64_t>(block.of_a, people[a].fingers.at(shared[p]).size());
      block.of_b = std::min<std::uint64_t>(block.of_b, people[b].fingers.at(shared[p]).size());
    }
    out.push_back(std::move(block));
  } while (std::prev_permutation(chosen.begin(), chosen.end()));
  return out;
}

Thinning::Thinning(std::uint64_t total, std::uint64_t wanted, std::uint64_t seed) : random_(seed) {
  log_miss_ = wanted >= total ? -std::numeric_limits<double>::infinity()
                              : std::log1p(-static_cast<double>(wanted) / static_cast<double>(total));
  next_ = skip();
}

void Thinning::advance() { next_ += 1 + skip(); }

std::uint64_t Thinning::skip() {
  if (std::isinf(log_miss_)) return 0;
  const double u = (static_cast<double>(random_() >> 11) + 1.0) * 0x1p-53;  // (0, 1]
  return static_cast<std::uint64_t>(std::min(1e18, std::floor(std::log(u) / log_miss_)));
}

}  // namespace whorl::evaluation
