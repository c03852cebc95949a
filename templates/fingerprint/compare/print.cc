#include "templates/fingerprint/compare/print.h"

#include <algorithm>
#include <cstring>
#include <numbers>

#include "base/simd.h"
#include "templates/fingerprint/ridges/ridge_decode.h"

namespace whorl::fingerprint {
namespace {

constexpr float kPositionSteps = 16;  // a px500

// Cosine and sine of directions in 2 pi/65536: the nearest quarter turn, then Taylor's polynomials of what is left,
// within 2e-7.
WHORL_MULTIVERSION
void cosines(const std::byte* directions, std::size_t n, float* cosine, float* sine) {
  for (std::size_t i = 0; i < n; ++i) {
    const int d = load<std::uint16_t>(directions, i);
    const int quarter = (d + 8192) >> 14;
    const float t = static_cast<float>(d - (quarter << 14)) * (std::numbers::pi_v<float> / 32768);
    const float t2 = t * t;
    const float s = t * (1 + t2 * (-1.0F / 6 + t2 * (1.0F / 120 + t2 * (-1.0F / 5040 + t2 * (1.0F / 362880)))));
    const float c = 1 + t2 * (-0.5F + t2 * (1.0F / 24 + t2 * (-1.0F / 720 + t2 * (1.0F / 40320))));
    const float across = (quarter & 1) != 0 ? -s : c;
    const float up = (quarter & 1) != 0 ? c : s;
    cosine[i] = (quarter & 2) != 0 ? -across : across;
    sine[i] = (quarter & 2) != 0 ? -up : up;
  }
}

WHORL_MULTIVERSION
void spread_places(const std::byte* x, const std::byte* y, const std::byte* quality, std::size_t n, Print& out) {
  for (std::size_t i = 0; i < n; ++i) {
    out.x[i] = static_cast<float>(load<std::uint16_t>(x, i)) / kPositionSteps;
    out.y[i] = static_cast<float>(load<std::uint16_t>(y, i)) / -kPositionSteps;
    out.quality[i] = static_cast<float>(load<std::uint8_t>(quality, i)) / 100.0F;
  }
}

// Of a direction in 2 pi/65536.
std::uint8_t turn_of(std::uint16_t direction) { return static_cast<std::uint8_t>((direction + 64) >> 7); }

// One order of two prints whichever is which: fewer minutiae first, then by their places, then by all that is kept.
bool comes_first(const Print& a, const Print& b, PreparedView bytes_of_a, PreparedView bytes_of_b) {
  if (a.size() != b.size()) return a.size() < b.size();
  const auto n = static_cast<std::ptrdiff_t>(a.size());
  for (const auto column : {&Print::x, &Print::y}) {
    const auto [in_a, in_b] = std::mismatch((a.*column).begin(), (a.*column).begin() + n, (b.*column).begin());
    if (in_a != (a.*column).begin() + n) return *in_a < *in_b;
  }
  return std::ranges::lexicographical_compare(bytes_of_a.bytes(), bytes_of_b.bytes());
}

}  // namespace

CylinderTable cylinders_of(PreparedView view) {
  // They come right after the header; a scan asks for nothing else.
  const std::byte* const bytes = view.bytes().data();
  return {bytes + sizeof(FlatHeader), load<std::uint16_t>(bytes + offsetof(FlatHeader, described))};
}

MinutiaSteps::MinutiaSteps(PreparedView view) {
  const std::byte* const bytes = view.bytes().data();
  const auto h = load<FlatHeader>(bytes);
  const FlatSections at(h);
  size_ = h.minutiae;
  x_ = bytes + at.x;
  y_ = bytes + at.y;
  direction_ = bytes + at.direction;
  owner_ = bytes + at.owner;
}

void FlowGrid::spread(const FlowView& flow) {
  columns_ = rows_ = 0;  // in case there is no memory
  width_ = height_ = 0;
  cells_.assign(static_cast<std::size_t>(flow.columns() * flow.rows() + 2), {});
  columns_ = flow.columns();
  rows_ = flow.rows();
  width_ = static_cast<float>(columns_ * kFlowBlock_px500);
  height_ = static_cast<float>(rows_ * kFlowBlock_px500);
  for (int row = 0; row < rows_; ++row) {
    const FlowView::Run run = flow.run(row);
    // An empty row may begin anywhere.
    if (run.begin >= run.end) continue;
    std::memcpy(cells_.data() + row * columns_ + run.begin, run.cells,
                static_cast<std::size_t>(run.end - run.begin) * sizeof(FlowCell));
  }
}

void Print::spread(PreparedView view) {
  const std::byte* bytes = view.bytes().data();
  const auto h = load<FlatHeader>(bytes);
  const FlatSections at(h);
  count = h.minutiae;
  spread_places(bytes + at.x, bytes + at.y, bytes + at.quality, count, *this);
  cosines(bytes + at.direction, count, cosine.data(), sine.data());
  for (std::size_t i = 0; i < count; ++i) turn[i] = turn_of(load<std::uint16_t>(bytes + at.direction, i));
  source = reinterpret_cast<const std::uint8_t*>(bytes + at.source);
  cylinders = CylinderTable(bytes + at.cylinders, h.described);
  owner = reinterpret_cast<const std::uint8_t*>(bytes + at.owner);
  flow = FlowView(h, bytes + at.flow_rows, bytes + at.flow_cells);
  flow_grid.spread(flow);
  minutiae_alone = view.minutiae_alone();
  ridge_form_ = static_cast<RidgeForm>(h.ridge_form);
  ridge_bytes_ = reinterpret_cast<const std::uint8_t*>(bytes + at.ridges);
  ridge_size_ = h.ridge_bytes;
  ridge_columns_ = h.ridge_columns;
  ridge_rows_ = h.ridge_rows;
  flows_found_ = decoded_ = false;
}

const FlowsAround& Print::flows_around() const {
  if (!flows_found_) flows_around_ = FlowsAround(*this);
  flows_found_ = true;
  return flows_around_;
}

RidgeView Print::ridges() const {
  const int row_bytes = (ridge_columns_ + 7) / 8;
  if (ridge_form_ == RidgeForm::kNone) return {};
  if (ridge_form_ == RidgeForm::kRaw) return {ridge_columns_, ridge_rows_, row_bytes, ridge_bytes_};
  if (!decoded_) {
    decoded_map_.columns = ridge_columns_;
    decoded_map_.rows = ridge_rows_;
    if (!decode_ridges(ByteView(ridge_bytes_, ridge_size_), decoded_map_)) decoded_map_.columns = decoded_map_.rows = 0;
    decoded_map_.bits.resize(decoded_map_.bits.size() + kFlatSlack);
    decoded_ = true;  // last, in case there was no memory
  }
  return {decoded_map_.columns, decoded_map_.rows, row_bytes, decoded_map_.bits.data()};
}

namespace {

// A print spread out from a copy of its bytes, for as long as the same is asked for.
class KeptPrint {
 public:
  const Print& of(PreparedView view) {
    const std::span<const std::byte> bytes = view.bytes();
    const bool same = sound_ && words_.size() * sizeof(std::uint64_t) == bytes.size() &&
                      std::memcmp(words_.data(), bytes.data(), bytes.size()) == 0;
    if (!same) {
      sound_ = false;  // until all is there: memory may run out on the way
      words_.resize(bytes.size() / sizeof(std::uint64_t));
      std::memcpy(words_.data(), bytes.data(), bytes.size());
      print_.spread(PreparedView::of_sound(std::as_bytes(std::span(words_))));
      sound_ = true;
    }
    return print_;
  }

 private:
  std::vector<std::uint64_t> words_;  // a prepared template is whole words
  Print print_;
  bool sound_ = false;
};

}  // namespace

PrintPair spread_pair(PreparedView probe, PreparedView reference) {
  static thread_local KeptPrint kept;
  static thread_local Print second;
  const Print& first = kept.of(probe);
  second.spread(reference);
  if (comes_first(first, second, probe, reference)) return {first, second, false};
  return {second, first, true};
}

}  // namespace whorl::fingerprint
