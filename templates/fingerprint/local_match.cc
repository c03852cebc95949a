#include "templates/fingerprint/local_match.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "templates/fingerprint/simd.h"

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

// A smooth fall from 1 at 0 to 0 at 8, close to exp(-x) where it matters and cheaper.
inline float falling(float x) {
  const float y = 1 - 0.125F * x;
  const float y2 = y * y;
  const float y4 = y2 * y2;
  return y4 * y4;
}

void keep_most_alike(std::vector<LocalPair>& pairs) {
  const auto key = [](const LocalPair& l) { return std::make_tuple(-l.similarity, l.a, l.b); };
  std::sort(pairs.begin(), pairs.end(), [&](const LocalPair& l, const LocalPair& r) { return key(l) < key(r); });
  const auto same = [](const LocalPair& l, const LocalPair& r) { return l.a == r.a && l.b == r.b; };
  pairs.erase(std::unique(pairs.begin(), pairs.end(), same), pairs.end());
  if (pairs.size() > kMaxLocalPairs) pairs.resize(kMaxLocalPairs);
}

// The pairs' minutiae by column, so that one pair meets all the others in a loop that compilers make wide.
struct PairColumns {
  Row ax{}, ay{}, ac{}, as{}, bx{}, by{}, bc{}, bs{}, root{};
  std::array<int, kMaxLocalPairs> ia{}, ib{};

  PairColumns(const Data& a, const Data& b, const std::vector<LocalPair>& pairs) {
    for (std::size_t k = 0; k < pairs.size(); ++k) {
      const std::size_t i = pairs[k].a;
      const std::size_t j = pairs[k].b;
      ax[k] = a.x[i];
      ay[k] = a.y[i];
      ac[k] = a.cosine[i];
      as[k] = a.sine[i];
      bx[k] = b.x[j];
      by[k] = b.y[j];
      bc[k] = b.cosine[j];
      bs[k] = b.sine[j];
      root[k] = std::sqrt(pairs[k].similarity);
      ia[k] = static_cast<int>(i);
      ib[k] = static_cast<int>(j);
    }
    // Columns past the last pair meet nobody.
    for (std::size_t k = pairs.size(); k < kMaxLocalPairs; ++k) ia[k] = ib[k] = -1;
  }
};

// row[t] = compatibility of pairs s and t, weighted by their similarities. In each print the other minutia is seen
// from the first one's frame; both views should agree, and so should the views back.
WHORL_MULTIVERSION
void compatibility_row(const PairColumns& c, std::size_t s, float* row) {
  const float ax = c.ax[s], ay = c.ay[s], ac = c.ac[s], as = c.as[s];
  const float bx = c.bx[s], by = c.by[s], bc = c.bc[s], bs = c.bs[s], root = c.root[s];
  const int ia = c.ia[s], ib = c.ib[s];
  for (std::size_t t = 0; t < kMaxLocalPairs; ++t) {
    const float adx = c.ax[t] - ax, ady = c.ay[t] - ay;
    const float bdx = c.bx[t] - bx, bdy = c.by[t] - by;
    // Seen from s: position and turn.
    const float au = adx * ac + ady * as, av = ady * ac - adx * as;
    const float bu = bdx * bc + bdy * bs, bv = bdy * bc - bdx * bs;
    const float at = c.ac[t] * ac + c.as[t] * as, aw = c.as[t] * ac - c.ac[t] * as;
    const float bt = c.bc[t] * bc + c.bs[t] * bs, bw = c.bs[t] * bc - c.bc[t] * bs;
    // Seen from t.
    const float eu = adx * c.ac[t] + ady * c.as[t], ev = ady * c.ac[t] - adx * c.as[t];
    const float fu = bdx * c.bc[t] + bdy * c.bs[t], fv = bdy * c.bc[t] - bdx * c.bs[t];
    const float forth = (au - bu) * (au - bu) + (av - bv) * (av - bv);
    const float back = (eu - fu) * (eu - fu) + (ev - fv) * (ev - fv);
    const float tolerance2 = 49.0F + 0.011F * (adx * adx + ady * ady + bdx * bdx + bdy * bdy);
    const float turn = at * bt + aw * bw;
    const float badness = 0.5F * (forth + back) / tolerance2 + (1 - turn) * (1 / 0.12F);
    const bool possible = turn > 0.70F && badness < 8.0F && c.ia[t] != ia && c.ib[t] != ib && c.ia[t] >= 0;
    row[t] = possible ? falling(badness) * root * c.root[t] : 0.0F;
  }
}

Matrix compatibility_matrix(const Data& a, const Data& b, const std::vector<LocalPair>& pairs) {
  const PairColumns columns(a, b, pairs);
  Matrix m;
  for (std::size_t s = 0; s < pairs.size(); ++s) compatibility_row(columns, s, m[s].data());
  return m;
}

WHORL_MULTIVERSION
void multiply(const Matrix& m, std::size_t n, const Row& v, Row& out) {
  Row sum{};
  for (std::size_t t = 0; t < n; ++t) {
    for (std::size_t s = 0; s < kMaxLocalPairs; ++s) sum[s] += m[t][s] * v[t];  // m is symmetric
  }
  for (std::size_t s = 0; s < kMaxLocalPairs; ++s) out[s] = sum[s] + 0.1F * v[s];
}

Row principal_eigenvector(const Matrix& m, const std::vector<LocalPair>& pairs,
                          const std::array<bool, kMaxLocalPairs>& spent) {
  const std::size_t n = pairs.size();
  Row v{};
  for (std::size_t s = 0; s < n; ++s) v[s] = spent[s] ? 0 : pairs[s].similarity;
  for (int round = 0; round < 8; ++round) {
    Row next;
    multiply(m, n, v, next);
    float norm2 = 1e-12F;
    for (std::size_t s = 0; s < n; ++s) norm2 += next[s] * next[s];
    const float scale = 1 / std::sqrt(norm2);
    for (std::size_t s = 0; s < n; ++s) v[s] = next[s] * scale;
  }
  return v;
}

// One consensus among the pairs not yet spent; spends its own and cuts them out of the matrix.
Consensus consensus(Matrix& m, const std::vector<LocalPair>& pairs, std::array<bool, kMaxLocalPairs>& spent) {
  Consensus out;
  const std::size_t n = pairs.size();
  const Row v = principal_eigenvector(m, pairs, spent);
  std::array<std::uint8_t, kMaxLocalPairs> order{};
  for (std::size_t s = 0; s < n; ++s) order[s] = static_cast<std::uint8_t>(s);
  std::sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(n), [&](std::uint8_t l, std::uint8_t r) {
    return std::make_tuple(-v[l], l) < std::make_tuple(-v[r], r);
  });
  const float strongest = v[order[0]];
  std::vector<std::uint8_t> chosen;
  std::array<bool, kMaxMinutiae + 1> used_a{};
  std::array<bool, kMaxMinutiae + 1> used_b{};
  for (std::size_t k = 0; k < n; ++k) {
    const LocalPair& pair = pairs[order[k]];
    if (v[order[k]] <= 0.05F * strongest || used_a[pair.a] || used_b[pair.b]) continue;
    used_a[pair.a] = used_b[pair.b] = true;
    chosen.push_back(order[k]);
  }
  const float others = std::max(4.0F, static_cast<float>(chosen.size()) - 1);
  for (const std::uint8_t s : chosen) {
    float sum = 0;
    for (const std::uint8_t t : chosen) sum += m[s][t];
    out.support += sum / others;
    out.pairs.push_back(pairs[s]);
    out.pairs.back().weight = v[s] / strongest;
  }
  for (const std::uint8_t s : chosen) {
    spent[s] = true;
    for (std::size_t t = 0; t < kMaxLocalPairs; ++t) m[s][t] = m[t][s] = 0;
  }
  return out;
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

std::vector<Consensus> hypotheses(const Data& a, const Data& b, const std::vector<LocalPair>& pairs, int most) {
  std::vector<Consensus> out;
  if (pairs.size() < 2) return out;
  Matrix m = compatibility_matrix(a, b, pairs);
  std::array<bool, kMaxLocalPairs> spent{};
  for (int k = 0; k < most; ++k) {
    Consensus found = consensus(m, pairs, spent);
    if (found.pairs.empty()) break;
    out.push_back(std::move(found));
  }
  std::stable_sort(out.begin(), out.end(), [](const Consensus& l, const Consensus& r) { return l.support > r.support; });
  return out;
}

}  // namespace whorl::fingerprint
