#include "templates/fingerprint/compare/local_match.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "base/simd.h"
#include "templates/fingerprint/compare/flow_around.h"

namespace whorl::fingerprint {
namespace {

using Row = std::array<float, kMaxLocalPairs>;
using Matrix = std::array<Row, kMaxLocalPairs>;

constexpr std::size_t kPaddedMinutiae = (kMaxMinutiae + 7) / 8 * 8;

// A smooth fall from 1 at 0 to 0 at 8, close to exp(-x) where it matters and cheaper.
inline float falling(float x) {
  const float y = 1 - 0.125F * x;
  const float y2 = y * y;
  const float y4 = y2 * y2;
  return y4 * y4;
}

// A similarity and the index it belongs to as one integer that sorts by similarity (floats that are not negative sort
// like their bits; the lowest eight bits, far below their accuracy, are given to it). Integers, so that compilers may
// look for the highest of many side by side.
float similarity_in(std::int32_t packed) { return std::bit_cast<float>(packed & ~0xFF); }
std::size_t index_in(std::int32_t packed) { return static_cast<std::size_t>(255 - (packed & 0xFF)); }

// The two highest similarities of every column, packed with their rows.
struct ColumnBests {
  std::array<std::int32_t, kPaddedMinutiae> first{}, second{};
};

WHORL_MULTIVERSION
void offer_row(const float* row, std::size_t padded, int i, ColumnBests& best) {
  for (std::size_t j = 0; j < padded; ++j) {
    const std::int32_t key = (std::bit_cast<std::int32_t>(row[j]) & ~0xFF) | (255 - i);
    const std::int32_t lower = key < best.first[j] ? key : best.first[j];
    best.second[j] = lower > best.second[j] ? lower : best.second[j];
    best.first[j] = key > best.first[j] ? key : best.first[j];
  }
}

// The highest similarity of a row, packed with its column.
WHORL_MULTIVERSION
std::int32_t highest(const float* row, std::size_t padded) {
  std::int32_t out = 0;
  for (std::size_t j = 0; j < padded; ++j) {
    const std::int32_t key = (std::bit_cast<std::int32_t>(row[j]) & ~0xFF) | (255 - static_cast<std::int32_t>(j));
    out = key > out ? key : out;
  }
  return out;
}

// The two highest similarities of a row, packed with their columns; 0 where there is none. Changes the row.
struct RowBests {
  std::int32_t first = 0;
  std::int32_t second = 0;
};

RowBests take_two(float* row, std::size_t padded) {
  RowBests out;
  out.first = highest(row, padded);
  if (!(similarity_in(out.first) > 0)) return out;
  row[index_in(out.first)] = 0;
  out.second = highest(row, padded);
  return out;
}

// The nearest level, so that similarity_of of a level is of that level again. Through a signed number, which every
// instruction set has a wide conversion to.
std::uint32_t level_of(float similarity) {
  // NOLINTNEXTLINE(bugprone-incorrect-roundings): a similarity is at most 1
  return static_cast<std::uint32_t>(static_cast<std::int32_t>((1 - similarity) * 65535.0F + 0.5F));
}
// A pair of cylinders as one number that sorts by falling similarity, then by minutiae; equal pairs are equal numbers.
// Its lower half is a CylinderPair.
std::uint32_t key_of(float similarity, std::size_t i, std::size_t j) {
  return level_of(similarity) << 16 | static_cast<std::uint32_t>(i << 8 | j);
}
float similarity_of(std::uint32_t key) {
  return 1 - static_cast<float>(static_cast<std::int32_t>(key >> 16)) / 65535.0F;
}

// Of every minutia of either print its two best partners.
using Keys = Bounded<std::uint32_t, 4 * kMaxMinutiae>;

// Every minutia's two best partners by cylinders, each pair once.
Keys best_partners(const Print& a, const Print& b, const CompareParameters& p) {
  const std::size_t padded = b.cylinders.padded_size();
  std::array<float, kPaddedMinutiae> row;
  std::array<RowBests, kPaddedMinutiae> rows;
  ColumnBests columns;
  Keys keys;
  for (std::size_t i = 0; i < a.cylinders.size(); ++i) {
    b.cylinders.similarities(a.cylinders.at(i), p.cylinder_min_valid_cells, row.data());
    offer_row(row.data(), padded, static_cast<int>(i), columns);
    rows[i] = take_two(row.data(), padded);
    for (const std::int32_t best : {rows[i].first, rows[i].second}) {
      if (similarity_in(best) > 0) keys.push_back(key_of(similarity_in(best), i, index_in(best)));
    }
  }
  for (std::size_t j = 0; j < b.cylinders.size(); ++j) {
    for (const std::int32_t best : {columns.first[j], columns.second[j]}) {
      if (!(similarity_in(best) > 0)) continue;
      const std::size_t i = index_in(best);
      if (index_in(rows[i].first) == j || index_in(rows[i].second) == j) continue;
      keys.push_back(key_of(similarity_in(best), i, j));
    }
  }
  return keys;
}

// Of each of the pairs, as flow_agreements gives them.
struct FlowAgreements {
  std::array<std::int32_t, Keys::kMost> sum, points;
};

WHORL_MULTIVERSION
void lessen(std::uint32_t* keys, std::size_t n, const FlowAgreements& flow, const FlowShare& share) {
  for (std::size_t k = 0; k < n; ++k) {
    const float similarity = similarity_of(keys[k]) * share.of({flow.sum[k], flow.points[k]});
    keys[k] = level_of(similarity) << 16 | (keys[k] & 0xFFFF);
  }
}

// Takes off each pair's likeness what the flow around its minutiae has against it.
void weigh_by_flow(const Print& a, const Print& b, const CompareParameters& p, Keys& keys) {
  FlowAgreements flow;
  flow_agreements(FlowsAround(a), FlowsAround(b), {keys.begin(), keys.size()}, flow.sum.data(), flow.points.data());
  lessen(keys.begin(), keys.size(), flow, FlowShare(p));
}

// The pairs' minutiae by column, so that one pair is held against all the others in a loop that compilers make wide.
struct PairColumns {
  Row ax{}, ay{}, ac{}, as{}, bx{}, by{}, bc{}, bs{}, root{};
  std::array<int, kMaxLocalPairs> ia{}, ib{};

  PairColumns(const Print& a, const Print& b, const LocalPairs& pairs) {
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

Matrix compatibility_matrix(const Print& a, const Print& b, const LocalPairs& pairs) {
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

Row principal_eigenvector(const Matrix& m, const LocalPairs& pairs) {
  const std::size_t n = pairs.size();
  Row v{};
  for (std::size_t s = 0; s < n; ++s) v[s] = pairs[s].similarity;
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

std::array<std::uint8_t, kMaxLocalPairs> falling_order(const Row& v, std::size_t n) {
  std::array<std::uint64_t, kMaxLocalPairs> keys{};
  for (std::size_t s = 0; s < n; ++s) {
    // Weights are in [0, 1], where floats and their bits sort alike.
    keys[s] = static_cast<std::uint64_t>(~std::bit_cast<std::uint32_t>(v[s])) << 8 | s;
  }
  std::sort(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(n));
  std::array<std::uint8_t, kMaxLocalPairs> out{};
  for (std::size_t s = 0; s < n; ++s) out[s] = static_cast<std::uint8_t>(keys[s]);
  return out;
}

}  // namespace

LocalPairs local_pairs(const Print& a, const Print& b, const CompareParameters& p) {
  Keys keys = best_partners(a, b, p);
  // Flow that was guessed from the minutiae says nothing that their cylinders do not.
  if (p.weigh_by_flow && !a.minutiae_alone && !b.minutiae_alone) weigh_by_flow(a, b, p, keys);
  if (keys.size() > kMaxLocalPairs) {
    std::nth_element(keys.begin(), keys.begin() + kMaxLocalPairs, keys.end());
    keys.resize(kMaxLocalPairs);
  }
  std::sort(keys.begin(), keys.end());
  LocalPairs out;
  for (const std::uint32_t key : keys) {
    out.push_back({similarity_of(key), 0, a.owner[first_of(key)], b.owner[second_of(key)]});
  }
  return out;
}

Consensus consensus(const Print& a, const Print& b, const LocalPairs& pairs, const CompareParameters& p) {
  Consensus out;
  const std::size_t n = pairs.size();
  if (n < 2) return out;
  const Matrix m = compatibility_matrix(a, b, pairs);
  const Row v = principal_eigenvector(m, pairs);
  const std::array<std::uint8_t, kMaxLocalPairs> order = falling_order(v, n);
  const float strongest = v[order[0]];
  const auto least = static_cast<float>(p.consensus_least_support);
  Bounded<std::uint8_t, kMaxLocalPairs> chosen;
  std::array<bool, kMaxMinutiae + 1> used_a{};
  std::array<bool, kMaxMinutiae + 1> used_b{};
  for (std::size_t k = 0; k < n; ++k) {
    const LocalPair& pair = pairs[order[k]];
    if (v[order[k]] <= 0.05F * strongest || used_a[pair.a] || used_b[pair.b]) continue;
    float support = 0;
    for (const std::uint8_t t : chosen) support += m[order[k]][t];
    if (!chosen.empty() && support < least) continue;
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
  return out;
}

}  // namespace whorl::fingerprint
