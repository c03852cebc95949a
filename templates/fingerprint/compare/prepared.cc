#include "templates/fingerprint/compare/prepared.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "templates/fingerprint/compare/simd.h"
#include "templates/fingerprint/ridges/ridge_code.h"

namespace whorl::fingerprint {
namespace {

static_assert(std::endian::native == std::endian::little, "the flat form is little-endian");

constexpr std::uint32_t kMagic = 0x46525057;  // "WPRF"
constexpr std::size_t kSlack = 4;
constexpr float kPositionSteps = 16;  // a px500
constexpr int kMaxFlowSide = kMaxSide_px500 / kFlowBlock_px500;
constexpr int kMaxRidgeSide = kMaxSide_px500 / kRidgeStep_px500;

// Of the minutiae worth comparing, those as the native format keeps them, and their places in the source.
struct Worthy {
  std::vector<Minutia> minutiae;
  std::vector<std::uint8_t> source;

  Worthy(const FingerprintTemplate& from, const CompareParameters& p) {
    const std::size_t n = std::min(from.minutiae.size(), kMaxMinutiae);
    for (std::size_t i = 0; i < n && minutiae.size() < static_cast<std::size_t>(p.max_minutiae); ++i) {
      if (static_cast<double>(from.minutiae[i].quality) < p.min_quality) continue;
      minutiae.push_back(quantised(from.minutiae[i], from.width_px500, from.height_px500));
      source.push_back(static_cast<std::uint8_t>(i));
    }
  }
};

// A flow map cut down to the foreground of each row.
struct FlowRuns {
  std::vector<std::uint32_t> rows;  // rows + 1, empty without a map
  std::vector<FlowCell> cells;
  std::uint32_t foreground = 0;

  explicit FlowRuns(const FlowMap& flow) {
    const auto inside = [](FlowCell c) { return c.period != 0; };
    for (int row = 0; row < flow.rows; ++row) {
      const auto begin = flow.cells.begin() + static_cast<std::ptrdiff_t>(row) * flow.columns;
      const auto end = begin + flow.columns;
      const auto first = std::find_if(begin, end, inside);
      auto last = end;
      while (last != first && !inside(*(last - 1))) --last;
      const auto column = first == last ? 0 : static_cast<std::uint32_t>(first - begin);
      rows.push_back(column << 24 | static_cast<std::uint32_t>(cells.size()));
      cells.insert(cells.end(), first, last);
      foreground += static_cast<std::uint32_t>(std::count_if(first, last, inside));
    }
    rows.push_back(static_cast<std::uint32_t>(cells.size()));
  }
};

bool sound_size(int columns, int rows, int most) { return columns > 0 && rows > 0 && columns <= most && rows <= most; }

// The map when its size and cells agree, else none.
FlowMap usable(const FlowMap& flow) {
  const bool sound = sound_size(flow.columns, flow.rows, kMaxFlowSide) &&
                     flow.cells.size() == static_cast<std::size_t>(flow.columns) * static_cast<std::size_t>(flow.rows);
  return sound ? flow : FlowMap{};
}

template <class T>
void store(std::byte* to, const std::vector<T>& values) {
  if (!values.empty()) std::memcpy(to, values.data(), values.size() * sizeof(T));
}

// Writes the flat form. `ridges` is what `form` says, `source.ridges` gives its size.
std::vector<std::uint64_t> flatten(const FingerprintTemplate& source, const CompareParameters& p, RidgeForm form,
                                   ByteView ridges) {
  const Worthy worthy(source, p);
  std::vector<Cylinder> described;
  std::vector<std::uint8_t> owner;
  const std::vector<Cylinder> cylinders = make_cylinders(worthy.minutiae, p);
  for (std::size_t i = 0; i < cylinders.size(); ++i) {
    if (cylinders[i].valid == 0) continue;
    described.push_back(cylinders[i]);
    owner.push_back(static_cast<std::uint8_t>(i));
  }
  const FlowMap flow = usable(source.flow);
  const FlowRuns runs(flow);
  FlatHeader h;
  h.magic = kMagic;
  h.version = kFlatVersion;
  h.ridge_form = static_cast<std::uint8_t>(form);
  h.minutiae = static_cast<std::uint16_t>(worthy.minutiae.size());
  h.described = static_cast<std::uint16_t>(described.size());
  h.flow_columns = static_cast<std::uint16_t>(flow.columns);
  h.flow_rows = static_cast<std::uint16_t>(flow.rows);
  h.flow_cells = static_cast<std::uint32_t>(runs.cells.size());
  h.flow_foreground = runs.foreground;
  if (form != RidgeForm::kNone) {
    h.ridge_columns = static_cast<std::uint16_t>(source.ridges.columns);
    h.ridge_rows = static_cast<std::uint16_t>(source.ridges.rows);
    h.ridge_bytes = static_cast<std::uint32_t>(ridges.size());
  }
  const FlatSections at(h);
  h.bytes = static_cast<std::uint32_t>(at.total);
  std::vector<std::uint64_t> words(at.total / sizeof(std::uint64_t), 0);
  std::byte* out = std::as_writable_bytes(std::span(words)).data();
  std::memcpy(out, &h, sizeof h);
  CylinderTable::write(described, out + at.cylinders);
  store(out + at.flow_rows, runs.rows);
  store(out + at.flow_cells, runs.cells);
  store(out + at.source, worthy.source);
  store(out + at.owner, owner);
  for (std::size_t i = 0; i < worthy.minutiae.size(); ++i) {
    const Minutia& m = worthy.minutiae[i];
    const std::uint16_t x = position_steps(m.x_px500), y = position_steps(m.y_px500);
    const std::uint16_t direction = direction_steps(m.direction_rad);
    std::memcpy(out + at.x + 2 * i, &x, 2);
    std::memcpy(out + at.y + 2 * i, &y, 2);
    std::memcpy(out + at.direction + 2 * i, &direction, 2);
    std::memcpy(out + at.quality + i, &m.quality, 1);
  }
  if (!ridges.empty()) std::memcpy(out + at.ridges, ridges.data(), ridges.size());
  return words;
}

RidgeForm form_of(const RidgeMap& ridges, RidgeForm wanted) {
  const bool sound =
      sound_size(ridges.columns, ridges.rows, kMaxRidgeSide) &&
      ridges.bits.size() == static_cast<std::size_t>(ridges.rows) * static_cast<std::size_t>(ridges.row_bytes());
  return sound ? wanted : RidgeForm::kNone;
}

Status check_flow(const FlatHeader& h, const std::byte* rows) {
  std::uint32_t last = 0;
  for (std::size_t row = 0; row <= h.flow_rows; ++row) {
    const std::uint32_t offset = load<std::uint32_t>(rows, row) & FlowView::kOffset;
    if (offset < last || offset > h.flow_cells) return corruption("a prepared template's flow rows are out of order");
    if (row > 0) {
      const std::uint32_t begin = load<std::uint32_t>(rows, row - 1) >> 24;
      if (begin + (offset - last) > h.flow_columns) return corruption("a prepared template's flow row is too long");
    } else if (offset != 0) {
      return corruption("a prepared template's flow does not begin at its first cell");
    }
    last = offset;
  }
  if (last != h.flow_cells || h.flow_foreground > h.flow_cells) {
    return corruption("a prepared template's flow has another number of cells than it says");
  }
  return {};
}

Status check_counts(const FlatHeader& h) {
  if (h.magic != kMagic) return corruption("these bytes are no prepared template");
  if (h.version != kFlatVersion) {
    return corruption("a prepared template has layout " + std::to_string(h.version) + "; this build reads layout " +
                      std::to_string(kFlatVersion));
  }
  if (h.reserved != 0 || h.reserved_too != 0) return corruption("a prepared template's reserved bytes are not zero");
  if (h.minutiae > kMaxMinutiae || h.described > h.minutiae) {
    return corruption("a prepared template says it has " + std::to_string(h.minutiae) + " minutiae, " +
                      std::to_string(h.described) + " described");
  }
  if (h.flow_columns > kMaxFlowSide || h.flow_rows > kMaxFlowSide || h.flow_cells > h.flow_columns * h.flow_rows) {
    return corruption("a prepared template's flow map is too large");
  }
  const std::size_t raw = static_cast<std::size_t>(h.ridge_columns + 7) / 8 * h.ridge_rows;
  if (h.ridge_form > static_cast<std::uint8_t>(RidgeForm::kCoded) || h.ridge_columns > kMaxRidgeSide ||
      h.ridge_rows > kMaxRidgeSide) {
    return corruption("a prepared template's ridge map is of no known form or too large");
  }
  const auto form = static_cast<RidgeForm>(h.ridge_form);
  const bool none = h.ridge_columns == 0 && h.ridge_rows == 0 && h.ridge_bytes == 0;
  if ((form == RidgeForm::kNone && !none) || (form == RidgeForm::kRaw && h.ridge_bytes != raw)) {
    return corruption("a prepared template's ridge map is of another size than it says");
  }
  return {};
}

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

bool comes_first(const Print& a, const Print& b) {
  if (a.size() != b.size()) return a.size() < b.size();
  const auto n = static_cast<std::ptrdiff_t>(a.size());
  for (const auto column : {&Print::x, &Print::y}) {
    const auto [in_a, in_b] = std::mismatch((a.*column).begin(), (a.*column).begin() + n, (b.*column).begin());
    if (in_a != (a.*column).begin() + n) return *in_a < *in_b;
  }
  return false;
}

SearchDescriptor search_descriptor(const Cylinder& c) {
  // Folds the 384 bits into 256: the two layers either side of direction difference pi share a word.
  SearchDescriptor out{};
  const std::uint64_t words[4] = {c.layers[0] | c.layers[1], c.layers[2], c.layers[3], c.layers[4] | c.layers[5]};
  for (std::size_t w = 0; w < 4; ++w) {
    for (std::size_t b = 0; b < 8; ++b) out[w * 8 + b] = static_cast<std::uint8_t>(words[w] >> (56 - 8 * b));
  }
  return out;
}

}  // namespace

FlatSections::FlatSections(const FlatHeader& h) {
  const std::size_t n = h.minutiae;
  cylinders = sizeof(FlatHeader);
  flow_rows = cylinders + CylinderTable::bytes_for(h.described);
  x = flow_rows + sizeof(std::uint32_t) * (std::size_t{h.flow_rows} + 1);
  y = x + sizeof(std::uint16_t) * n;
  direction = y + sizeof(std::uint16_t) * n;
  flow_cells = direction + sizeof(std::uint16_t) * n;
  quality = flow_cells + sizeof(FlowCell) * h.flow_cells;
  source = quality + n;
  owner = source + n;
  ridges = owner + h.described;
  total = (ridges + h.ridge_bytes + kSlack + 7) / 8 * 8;
}

Result<PreparedView> PreparedView::parse(std::span<const std::byte> bytes) {
  if (bytes.size() < sizeof(FlatHeader)) return corruption("a prepared template is truncated");
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % 8 != 0) {
    return corruption("a prepared template does not lie on a multiple of 8 bytes");
  }
  const auto h = load<FlatHeader>(bytes.data());
  WHORL_TRY(check_counts(h));
  const FlatSections at(h);
  if (h.bytes != bytes.size() || at.total != bytes.size()) {
    return corruption("a prepared template has " + std::to_string(bytes.size()) + " bytes where its counts make " +
                      std::to_string(at.total));
  }
  WHORL_TRY(check_flow(h, bytes.data() + at.flow_rows));
  for (std::size_t i = 0; i < h.described; ++i) {
    if (load<std::uint8_t>(bytes.data() + at.owner, i) >= h.minutiae) {
      return corruption("a prepared template describes a minutia that it does not have");
    }
  }
  return PreparedView(bytes);
}

RidgeForm PreparedView::ridge_form() const {
  return static_cast<RidgeForm>(load<FlatHeader>(bytes_.data()).ridge_form);
}

std::size_t PreparedView::size() const { return load<FlatHeader>(bytes_.data()).minutiae; }

PreparedTemplate::PreparedTemplate(const FingerprintTemplate& source, const CompareParameters& parameters,
                                   RidgeForm form) {
  form = form_of(source.ridges, form);
  if (form == RidgeForm::kCoded) {
    words_ = flatten(source, parameters, form, encode_ridges(source.ridges));
  } else {
    words_ = flatten(source, parameters, form, form == RidgeForm::kRaw ? ByteView(source.ridges.bits) : ByteView());
  }
}

PreparedTemplate::PreparedTemplate(PreparedView view) : words_(view.bytes().size() / sizeof(std::uint64_t)) {
  std::memcpy(words_.data(), view.bytes().data(), view.bytes().size());
}

PreparedTemplate PreparedTemplate::with_coded_ridges(const FingerprintTemplate& source, ByteView ridge_code,
                                                     const CompareParameters& parameters) {
  const bool some = sound_size(source.ridges.columns, source.ridges.rows, kMaxRidgeSide);
  PreparedTemplate out;
  out.words_ = flatten(source, parameters, some ? RidgeForm::kCoded : RidgeForm::kNone, some ? ridge_code : ByteView());
  return out;
}

CylinderTable cylinders_of(PreparedView view) {
  // They come right after the header; a scan asks for nothing else.
  const std::byte* const bytes = view.bytes().data();
  return {bytes + sizeof(FlatHeader), load<std::uint16_t>(bytes + offsetof(FlatHeader, described))};
}

void Print::spread(PreparedView view) {
  const std::byte* bytes = view.bytes().data();
  const auto h = load<FlatHeader>(bytes);
  const FlatSections at(h);
  count = h.minutiae;
  spread_places(bytes + at.x, bytes + at.y, bytes + at.quality, count, *this);
  cosines(bytes + at.direction, count, cosine.data(), sine.data());
  source = reinterpret_cast<const std::uint8_t*>(bytes + at.source);
  cylinders = CylinderTable(bytes + at.cylinders, h.described);
  owner = reinterpret_cast<const std::uint8_t*>(bytes + at.owner);
  flow = FlowView(h, bytes + at.flow_rows, bytes + at.flow_cells);
  ridge_form_ = static_cast<RidgeForm>(h.ridge_form);
  ridge_bytes_ = reinterpret_cast<const std::uint8_t*>(bytes + at.ridges);
  ridge_size_ = h.ridge_bytes;
  ridge_columns_ = h.ridge_columns;
  ridge_rows_ = h.ridge_rows;
  decoded_ = false;
}

RidgeView Print::ridges() const {
  const int row_bytes = (ridge_columns_ + 7) / 8;
  if (ridge_form_ == RidgeForm::kNone) return {};
  if (ridge_form_ == RidgeForm::kRaw) return {ridge_columns_, ridge_rows_, row_bytes, ridge_bytes_};
  if (!decoded_) {
    decoded_ = true;
    decoded_map_.columns = ridge_columns_;
    decoded_map_.rows = ridge_rows_;
    if (!decode_ridges(ByteView(ridge_bytes_, ridge_size_), decoded_map_)) decoded_map_.columns = decoded_map_.rows = 0;
    decoded_map_.bits.resize(decoded_map_.bits.size() + kSlack);
  }
  return {decoded_map_.columns, decoded_map_.rows, row_bytes, decoded_map_.bits.data()};
}

PrintPair spread_pair(PreparedView probe, PreparedView reference) {
  static thread_local Print first;
  static thread_local Print second;
  first.spread(probe);
  second.spread(reference);
  if (comes_first(first, second)) return {first, second, false};
  return {second, first, true};
}

std::vector<SearchDescriptor> search_descriptors(PreparedView prepared) {
  const std::byte* bytes = prepared.bytes().data();
  const auto h = load<FlatHeader>(bytes);
  const CylinderTable cylinders(bytes + FlatSections(h).cylinders, h.described);
  std::vector<SearchDescriptor> out;
  out.reserve(h.described);
  for (std::size_t i = 0; i < h.described; ++i) out.push_back(search_descriptor(cylinders.at(i)));
  return out;
}

std::vector<SearchDescriptor> search_descriptors(const FingerprintTemplate& source,
                                                 const CompareParameters& parameters) {
  std::vector<SearchDescriptor> out;
  for (const Cylinder& c : make_cylinders(Worthy(source, parameters).minutiae, parameters)) {
    if (c.valid != 0) out.push_back(search_descriptor(c));
  }
  return out;
}

}  // namespace whorl::fingerprint
