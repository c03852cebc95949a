#include "templates/fingerprint/compare/local_match.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "base/intrinsics.h"
#include "base/simd.h"
#include "templates/fingerprint/compare/flow_around.h"
#include "templates/fingerprint/compare/lowest_keys.h"

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
  std::array<std::int32_t, kPaddedMinutiae> first, second;

  explicit ColumnBests(std::size_t padded) {
    std::fill_n(first.begin(), padded, 0);
    std::fill_n(second.begin(), padded, 0);
  }
};

// The two highest similarities of a row, packed with their columns; 0 where there is none.
struct RowBests {
  std::int32_t first;
  std::int32_t second;
};

// Offers the i-th row to the columns, and finds its own.
WHORL_MULTIVERSION
RowBests best_of_row(const float* row, std::size_t padded, std::size_t i, ColumnBests& best) {
  RowBests out{0, 0};
  const auto in_column = static_cast<std::int32_t>(255 - i);
  for (std::size_t j = 0; j < padded; ++j) {
    const std::int32_t level = std::bit_cast<std::int32_t>(row[j]) & ~0xFF;
    const std::int32_t key = level | in_column;
    const std::int32_t lower = key < best.first[j] ? key : best.first[j];
    best.second[j] = lower > best.second[j] ? lower : best.second[j];
    best.first[j] = key > best.first[j] ? key : best.first[j];
    const std::int32_t mine = level | (255 - static_cast<std::int32_t>(j));
    out.first = mine > out.first ? mine : out.first;
  }
  for (std::size_t j = 0; j < padded; ++j) {
    const std::int32_t mine = (std::bit_cast<std::int32_t>(row[j]) & ~0xFF) | (255 - static_cast<std::int32_t>(j));
    const std::int32_t other = mine == out.first ? 0 : mine;
    out.second = other > out.second ? other : out.second;
  }
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
  const CountedCylinders cylinders(b.cylinders);
  const std::size_t padded = b.cylinders.padded_size();
  std::array<float, kPaddedMinutiae> row;
  std::array<RowBests, kPaddedMinutiae> rows;
  ColumnBests columns(padded);
  Keys keys;
  for (std::size_t i = 0; i < a.cylinders.size(); ++i) {
    cylinders.similarities(a.cylinders.at(i), p.cylinder_min_valid_cells, row.data());
    rows[i] = best_of_row(row.data(), padded, i, columns);
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
  flow_agreements(a.flows_around(), b.flows_around(), {keys.begin(), keys.size()}, flow.sum.data(), flow.points.data());
  lessen(keys.begin(), keys.size(), flow, FlowShare(p));
}

// The pairs' minutiae by column, so that one pair is held against all the others in a loop that compilers make wide:
// the minutiae's places, and the turn from the first's direction to the second's.
struct PairColumns {
  Row ax, ay, bx, by, cosine, sine, root;
  std::array<int, kMaxLocalPairs> ia, ib;

  PairColumns(const Print& a, const Print& b, const LocalPairs& pairs) {
    for (std::size_t k = 0; k < kMaxLocalPairs; ++k) {
      // Columns past the last pair meet nobody.
      const bool there = k < pairs.size();
      const LocalPair& pair = pairs[there ? k : 0];
      const std::size_t i = pair.a;
      const std::size_t j = pair.b;
      ax[k] = a.x[i];
      ay[k] = a.y[i];
      bx[k] = b.x[j];
      by[k] = b.y[j];
      cosine[k] = a.cosine[i] * b.cosine[j] + a.sine[i] * b.sine[j];
      sine[k] = a.cosine[i] * b.sine[j] - a.sine[i] * b.cosine[j];
      root[k] = std::sqrt(pair.similarity);
      ia[k] = there ? static_cast<int>(i) : -1;
      ib[k] = there ? static_cast<int>(j) : -1;
    }
  }
};

// row[t] = compatibility of pairs s and t, from t = `first` on, weighted by their similarities. The way from one
// minutia to the other in the first print, turned as either pair turns, should be the way in the second; and both pairs
// should turn alike.
WHORL_MULTIVERSION
void compatibility_row(const PairColumns& c, std::size_t s, std::size_t first, float* __restrict row) {
  const float ax = c.ax[s], ay = c.ay[s], bx = c.bx[s], by = c.by[s];
  const float cosine = c.cosine[s], sine = c.sine[s], root = c.root[s];
  const int ia = c.ia[s], ib = c.ib[s];
  for (std::size_t t = first; t < kMaxLocalPairs; ++t) {
    const float adx = c.ax[t] - ax, ady = c.ay[t] - ay;
    const float bdx = c.bx[t] - bx, bdy = c.by[t] - by;
    // Turned as s does, and as t does.
    const float fu = cosine * adx - sine * ady - bdx, fv = sine * adx + cosine * ady - bdy;
    const float eu = c.cosine[t] * adx - c.sine[t] * ady - bdx, ev = c.sine[t] * adx + c.cosine[t] * ady - bdy;
    const float away2 = (fu * fu + fv * fv) + (eu * eu + ev * ev);
    const float tolerance2 = 49.0F + 0.011F * (adx * adx + ady * ady + bdx * bdx + bdy * bdy);
    const float turn = cosine * c.cosine[t] + sine * c.sine[t];
    const float badness = 0.5F * away2 / tolerance2 + (1 - turn) * (1 / 0.12F);
    const bool possible = (turn > 0.70F) & (badness < 8.0F) & (c.ia[t] != ia) & (c.ib[t] != ib) & (c.ia[t] >= 0);
    row[t] = possible ? falling(badness) * root * c.root[t] : 0.0F;
  }
}

// Of a symmetric matrix known on and right of its diagonal, by squares of this side, the rest: a square at a time, the
// way caches like it.
constexpr std::size_t kSquare = 8;
static_assert(kMaxLocalPairs % kSquare == 0);

void mirror(Matrix& m, std::size_t n) {
  for (std::size_t left = 0; left + kSquare < n; left += kSquare) {
    for (std::size_t top = left + kSquare; top < n; top += kSquare) {
      for (std::size_t t = top; t < top + kSquare; ++t) {
        for (std::size_t s = left; s < left + kSquare; ++s) m[t][s] = m[s][t];
      }
    }
  }
}

Matrix compatibility_matrix(const Print& a, const Print& b, const LocalPairs& pairs) {
  const PairColumns columns(a, b, pairs);
  Matrix m;
  for (std::size_t s = 0; s < pairs.size(); ++s) compatibility_row(columns, s, s / kSquare * kSquare, m[s].data());
  mirror(m, pairs.size());
  return m;
}

constexpr float kOwn = 0.1F;  // what each pair has of itself

// The sums of eight lanes, in an order that both ways of multiplying have.
float sum_of(const std::array<float, kSquare>& lanes) {
  float out = 0;
  for (const float lane : lanes) out += lane;
  return out;
}

// out = (m + kOwn) v, for a symmetric m whose first n rows are there; returns the square of its length.
float multiply_plainly(const Matrix& m, std::size_t n, const Row& v, Row& out) {
  Row sum{};
  for (std::size_t t = 0; t < n; ++t) {
    for (std::size_t s = 0; s < kMaxLocalPairs; ++s) sum[s] += m[t][s] * v[t];
  }
  std::array<float, kSquare> squares{};
  for (std::size_t s = 0; s < kMaxLocalPairs; ++s) {
    out[s] = sum[s] + kOwn * v[s];
    squares[s % kSquare] += out[s] * out[s];
  }
  return sum_of(squares);
}

#ifdef WHORL_AVX2
// The same to the bit, with the sums in registers.
WHORL_AVX2 float multiply_avx2(const Matrix& m, std::size_t n, const Row& v, Row& out) {
  constexpr std::size_t kEights = kMaxLocalPairs / 8;
  __m256 sum[kEights] = {};
  for (std::size_t t = 0; t < n; ++t) {
    const __m256 weight = _mm256_set1_ps(v[t]);
    for (std::size_t k = 0; k < kEights; ++k) {
      sum[k] = _mm256_add_ps(sum[k], _mm256_mul_ps(_mm256_loadu_ps(&m[t][8 * k]), weight));
    }
  }
  __m256 squares = _mm256_setzero_ps();
  for (std::size_t k = 0; k < kEights; ++k) {
    const __m256 own = _mm256_mul_ps(_mm256_set1_ps(kOwn), _mm256_loadu_ps(&v[8 * k]));
    const __m256 one = _mm256_add_ps(sum[k], own);
    _mm256_storeu_ps(&out[8 * k], one);
    squares = _mm256_add_ps(squares, _mm256_mul_ps(one, one));
  }
  std::array<float, kSquare> lanes;
  _mm256_storeu_ps(lanes.data(), squares);
  return sum_of(lanes);
}
#endif

float multiply(const Matrix& m, std::size_t n, const Row& v, Row& out) {
#ifdef WHORL_AVX2
  if (has_avx2()) return multiply_avx2(m, n, v, out);
#endif
  return multiply_plainly(m, n, v, out);
}

Row principal_eigenvector(const Matrix& m, const LocalPairs& pairs) {
  const std::size_t n = pairs.size();
  Row v{};
  for (std::size_t s = 0; s < n; ++s) v[s] = pairs[s].similarity;
  for (int round = 0; round < 8; ++round) {
    Row next;
    const float scale = 1 / std::sqrt(multiply(m, n, v, next) + 1e-12F);
    for (std::size_t s = 0; s < kMaxLocalPairs; ++s) v[s] = next[s] * scale;
  }
  return v;
}

std::array<std::uint8_t, kMaxLocalPairs> falling_order(const Row& v, std::size_t n) {
  static_assert(kMaxLocalPairs == kMostOrdered);
  std::array<std::int32_t, kMaxLocalPairs> place;
  falling_places(v.data(), n, place.data());
  std::array<std::uint8_t, kMaxLocalPairs> out;
  for (std::size_t s = 0; s < n; ++s) out[static_cast<std::size_t>(place[s])] = static_cast<std::uint8_t>(s);
  return out;
}

}  // namespace

LocalPairs local_pairs(const Print& a, const Print& b, const CompareParameters& p) {
  Keys keys = best_partners(a, b, p);
  // Flow that was guessed from the minutiae says nothing that their cylinders do not.
  if (p.weigh_by_flow && !a.minutiae_alone && !b.minutiae_alone) weigh_by_flow(a, b, p, keys);
  keys.resize(keep_lowest(keys.begin(), keys.size(), kMaxLocalPairs));
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
