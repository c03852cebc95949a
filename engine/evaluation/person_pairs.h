// The comparisons of persons that a list of samples allows, walked block by block. Private to
// engine/evaluation.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "engine/evaluation/trial.h"

namespace whorl::evaluation {

struct Person {
  std::string subject;
  std::map<std::string, std::vector<std::uint32_t>> fingers;  // position -> samples in order
};

// Subjects in order of appearance; samples without one are passed over.
std::vector<Person> people_of(const std::vector<Sample>& samples);

// All comparisons of two people (or of one with itself) at the same finger positions.
struct Block {
  std::uint32_t a = 0;  // person
  std::uint32_t b = 0;
  std::vector<std::string> positions;
  std::uint64_t of_a = 0;  // impressions that every finger has
  std::uint64_t of_b = 0;

  [[nodiscard]] std::uint64_t size() const { return a == b ? of_a * (of_a - (of_a > 0 ? 1 : 0)) / 2 : of_a * of_b; }
  // Comparison number `index` (below size()): impression of a, impression of b.
  [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> at(std::uint64_t index) const;
};

// The blocks of people a and b for every choice of k positions that both have, in a set order.
std::vector<Block> blocks_of(const std::vector<Person>& people, std::uint32_t a, std::uint32_t b, std::size_t k);

// Chooses each of `total` numbers with probability wanted / total, in rising order; all when wanted >= total.
class Thinning {
 public:
  Thinning(std::uint64_t total, std::uint64_t wanted, std::uint64_t seed);
  // The chosen number that comes next.
  [[nodiscard]] std::uint64_t next() const { return next_; }
  void advance();

 private:
  std::mt19937_64 random_;
  double log_miss_ = 0;  // log of the chance of passing one over; -inf: all are taken
  std::uint64_t next_ = 0;
  std::uint64_t skip();
};

}  // namespace whorl::evaluation
