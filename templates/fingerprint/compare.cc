#include "templates/fingerprint/compare.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "templates/fingerprint/prepared.h"

namespace whorl::fingerprint {
namespace {

using Data = PreparedTemplate::Data;

constexpr std::size_t kMaxPairs = 48;

struct LocalPair {
  float similarity = 0;
  std::uint8_t a = 0;
  std::uint8_t b = 0;
};

// The most alike pairs: each probe minutia's two best and each reference minutia's best, by similarity.
std::vector<LocalPair> local_pairs(const Data& a, const Data& b, const CompareParameters& p) {
  const std::size_t padded = b.cylinders.padded_size();
  std::vector<float> row(padded);
  std::vector<LocalPair> best_of_b(b.size());
  std::vector<LocalPair> out;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Cylinder probe = a.cylinders.at(i);
    if (probe.valid == 0) continue;
    b.cylinders.similarities(probe, p.cylinder_min_valid_cells, row.data());
    LocalPair first;
    LocalPair second;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const LocalPair pair{row[j], static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(j)};
      if (row[j] > first.similarity) {
        second = first;
        first = pair;
      } else if (row[j] > second.similarity) {
        second = pair;
      }
      if (row[j] > best_of_b[j].similarity) best_of_b[j] = pair;
    }
    if (first.similarity > 0) out.push_back(first);
    if (second.similarity > 0) out.push_back(second);
  }
  for (const LocalPair& pair : best_of_b) {
    if (pair.similarity > 0) out.push_back(pair);
  }
  const auto key = [](const LocalPair& l) { return std::make_tuple(-l.similarity, l.a, l.b); };
  std::sort(out.begin(), out.end(), [&](const LocalPair& l, const LocalPair& r) { return key(l) < key(r); });
  out.erase(std::unique(out.begin(), out.end(), [](const LocalPair& l, const LocalPair& r) { return l.a == r.a && l.b == r.b; }),
            out.end());
  if (out.size() > kMaxPairs) out.resize(kMaxPairs);
  return out;
}

// How well two pairs agree on one rigid motion, 0..1; distances may stretch a little.
float compatibility(const Data& a, const Data& b, const LocalPair& s, const LocalPair& t) {
  if (s.a == t.a || s.b == t.b) return 0;
  const auto local = [](const Data& d, std::size_t from, std::size_t to, float& u, float& v, float& c, float& w) {
    const float dx = d.x[to] - d.x[from];
    const float dy = d.y[to] - d.y[from];
    u = dx * d.cosine[from] + dy * d.sine[from];
    v = dy * d.cosine[from] - dx * d.sine[from];
    c = d.cosine[to] * d.cosine[from] + d.sine[to] * d.sine[from];
    w = d.sine[to] * d.cosine[from] - d.cosine[to] * d.sine[from];
  };
  float ua, va, ca, wa, ub, vb, cb, wb;
  local(a, s.a, t.a, ua, va, ca, wa);
  local(b, s.b, t.b, ub, vb, cb, wb);
  const float length2 = ua * ua + va * va;
  const float shift2 = (ua - ub) * (ua - ub) + (va - vb) * (va - vb);
  const float turn = ca * cb + wa * wb;  // cosine of the difference of the direction differences
  const float tolerance2 = 49.0F + 0.022F * length2;
  if (turn < 0.70F) return 0;
  return std::exp(-shift2 / tolerance2) * std::exp(-(1 - turn) / 0.12F);
}

}  // namespace

Comparison compare(const PreparedTemplate& probe, const PreparedTemplate& reference, const CompareParameters& p,
                   bool want_pairs) {
  const Data& a = probe.data();
  const Data& b = reference.data();
  Comparison out;
  const std::vector<LocalPair> pairs = local_pairs(a, b, p);
  const std::size_t n = pairs.size();
  if (n < 2) return out;

  // Spectral matching (Leordeanu and Hebert 2005): the pairs that support each other stand out in the principal
  // eigenvector of their compatibility.
  std::array<std::array<float, kMaxPairs>, kMaxPairs> m{};
  for (std::size_t s = 0; s < n; ++s) {
    for (std::size_t t = s + 1; t < n; ++t) {
      const float forth = compatibility(a, b, pairs[s], pairs[t]);
      const float c = forth > 0 ? std::sqrt(forth * compatibility(a, b, pairs[t], pairs[s])) : 0;
      m[s][t] = m[t][s] = c * std::sqrt(pairs[s].similarity * pairs[t].similarity);
    }
  }
  std::array<float, kMaxPairs> v{};
  for (std::size_t s = 0; s < n; ++s) v[s] = pairs[s].similarity;
  for (int round = 0; round < 8; ++round) {
    std::array<float, kMaxPairs> next{};
    float norm = 1e-12F;
    for (std::size_t s = 0; s < n; ++s) {
      float sum = 0.1F * v[s];
      for (std::size_t t = 0; t < n; ++t) sum += m[s][t] * v[t];
      next[s] = sum;
      norm += sum * sum;
    }
    norm = std::sqrt(norm);
    for (std::size_t s = 0; s < n; ++s) v[s] = next[s] / norm;
  }

  std::vector<std::size_t> order(n);
  for (std::size_t s = 0; s < n; ++s) order[s] = s;
  std::sort(order.begin(), order.end(), [&](std::size_t l, std::size_t r) { return v[l] > v[r]; });
  std::vector<std::size_t> chosen;
  std::array<bool, 256> used_a{};
  std::array<bool, 256> used_b{};
  for (const std::size_t s : order) {
    if (v[s] < 0.05F * v[order[0]] || used_a[pairs[s].a] || used_b[pairs[s].b]) continue;
    used_a[pairs[s].a] = used_b[pairs[s].b] = true;
    chosen.push_back(s);
  }
  // Mutual support among the chosen.
  double support = 0;
  for (const std::size_t s : chosen) {
    double mean = 0;
    for (const std::size_t t : chosen) mean += static_cast<double>(m[s][t]);
    support += mean / std::max<double>(4, static_cast<double>(chosen.size()) - 1);
  }
  out.score = 10 * support;
  if (want_pairs) {
    for (const std::size_t s : chosen) out.pairs.push_back({pairs[s].a, pairs[s].b});
  }
  return out;
}

}  // namespace whorl::fingerprint
