#include "templates/fingerprint/local_match.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

namespace whorl::fingerprint {
namespace {

using Data = PreparedTemplate::Data;
using Row = std::array<float, kMaxLocalPairs>;
using Matrix = std::array<Row, kMaxLocalPairs>;

struct BestTwo {
  LocalPair first;
  LocalPair second;

  void offer(const LocalPair& pair) {
    if (pair.similarity > first.similarity) {
      second = first;
      first = pair;
    } else if (pair.similarity > second.similarity) {
      second = pair;
    }
  }
  void pour_into(std::vector<LocalPair>& out) const {
    if (first.similarity > 0) out.push_back(first);
    if (second.similarity > 0) out.push_back(second);
  }
};

void keep_most_alike(std::vector<LocalPair>& pairs) {
  const auto key = [](const LocalPair& l) { return std::make_tuple(-l.similarity, l.a, l.b); };
  std::sort(pairs.begin(), pairs.end(), [&](const LocalPair& l, const LocalPair& r) { return key(l) < key(r); });
  const auto same = [](const LocalPair& l, const LocalPair& r) { return l.a == r.a && l.b == r.b; };
  pairs.erase(std::unique(pairs.begin(), pairs.end(), same), pairs.end());
  if (pairs.size() > kMaxLocalPairs) pairs.resize(kMaxLocalPairs);
}

// Where `to` lies seen from `from`: position in its frame, and the turn between their directions.
struct Relative {
  float u, v, cosine, sine;

  Relative(const Data& d, std::size_t from, std::size_t to) {
    const float dx = d.x[to] - d.x[from];
    const float dy = d.y[to] - d.y[from];
    u = dx * d.cosine[from] + dy * d.sine[from];
    v = dy * d.cosine[from] - dx * d.sine[from];
    cosine = d.cosine[to] * d.cosine[from] + d.sine[to] * d.sine[from];
    sine = d.sine[to] * d.cosine[from] - d.cosine[to] * d.sine[from];
  }
};

float one_way(const Data& a, const Data& b, const LocalPair& s, const LocalPair& t) {
  const Relative in_a(a, s.a, t.a);
  const Relative in_b(b, s.b, t.b);
  const float length2 = in_a.u * in_a.u + in_a.v * in_a.v;
  const float shift2 = (in_a.u - in_b.u) * (in_a.u - in_b.u) + (in_a.v - in_b.v) * (in_a.v - in_b.v);
  const float turn = in_a.cosine * in_b.cosine + in_a.sine * in_b.sine;
  if (turn < 0.70F) return 0;
  const float tolerance2 = 49.0F + 0.022F * length2;
  const float exponent = shift2 / tolerance2 + (1 - turn) / 0.12F;
  return exponent > 8 ? 0 : std::exp(-exponent);
}

Matrix compatibility_matrix(const Data& a, const Data& b, const std::vector<LocalPair>& pairs) {
  Matrix m{};
  for (std::size_t s = 0; s < pairs.size(); ++s) {
    for (std::size_t t = s + 1; t < pairs.size(); ++t) {
      const float c = compatibility(a, b, pairs[s], pairs[t]);
      m[s][t] = m[t][s] = c * std::sqrt(pairs[s].similarity * pairs[t].similarity);
    }
  }
  return m;
}

Row principal_eigenvector(const Matrix& m, const std::vector<LocalPair>& pairs) {
  const std::size_t n = pairs.size();
  Row v{};
  for (std::size_t s = 0; s < n; ++s) v[s] = pairs[s].similarity;
  for (int round = 0; round < 8; ++round) {
    Row next{};
    float norm2 = 1e-12F;
    for (std::size_t s = 0; s < n; ++s) {
      float sum = 0.1F * v[s];
      for (std::size_t t = 0; t < n; ++t) sum += m[s][t] * v[t];
      next[s] = sum;
      norm2 += sum * sum;
    }
    const float scale = 1 / std::sqrt(norm2);
    for (std::size_t s = 0; s < n; ++s) v[s] = next[s] * scale;
  }
  return v;
}

}  // namespace

std::vector<LocalPair> local_pairs(const Data& a, const Data& b, const CompareParameters& p) {
  std::vector<float> row(b.cylinders.padded_size());
  std::vector<BestTwo> of_b(b.size());
  std::vector<LocalPair> out;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Cylinder probe = a.cylinders.at(i);
    if (probe.valid == 0) continue;
    b.cylinders.similarities(probe, p.cylinder_min_valid_cells, row.data());
    BestTwo of_a;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const LocalPair pair{row[j], 0, static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(j)};
      of_a.offer(pair);
      of_b[j].offer(pair);
    }
    of_a.pour_into(out);
  }
  for (const BestTwo& best : of_b) best.pour_into(out);
  keep_most_alike(out);
  return out;
}

float compatibility(const Data& a, const Data& b, const LocalPair& s, const LocalPair& t) {
  if (s.a == t.a || s.b == t.b) return 0;
  const float forth = one_way(a, b, s, t);
  return forth > 0 ? std::sqrt(forth * one_way(a, b, t, s)) : 0;
}

Consensus consensus(const Data& a, const Data& b, const std::vector<LocalPair>& pairs) {
  Consensus out;
  const std::size_t n = pairs.size();
  if (n < 2) return out;
  const Matrix m = compatibility_matrix(a, b, pairs);
  const Row v = principal_eigenvector(m, pairs);
  std::array<std::uint8_t, kMaxLocalPairs> order{};
  for (std::size_t s = 0; s < n; ++s) order[s] = static_cast<std::uint8_t>(s);
  std::stable_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(n),
                   [&](std::uint8_t l, std::uint8_t r) { return v[l] > v[r]; });
  std::vector<std::uint8_t> chosen;
  std::array<bool, kMaxMinutiae + 1> used_a{};
  std::array<bool, kMaxMinutiae + 1> used_b{};
  for (std::size_t k = 0; k < n; ++k) {
    const LocalPair& pair = pairs[order[k]];
    if (v[order[k]] < 0.05F * v[order[0]] || used_a[pair.a] || used_b[pair.b]) continue;
    used_a[pair.a] = used_b[pair.b] = true;
    chosen.push_back(order[k]);
  }
  const float others = std::max(4.0F, static_cast<float>(chosen.size()) - 1);
  for (const std::uint8_t s : chosen) {
    float sum = 0;
    for (const std::uint8_t t : chosen) sum += m[s][t];
    out.support += sum / others;
    out.pairs.push_back(pairs[s]);
    out.pairs.back().weight = v[s] / v[order[0]];
  }
  return out;
}

}  // namespace whorl::fingerprint
