#include "templates/fingerprint/compare/prepared.h"

#include <algorithm>
#include <cstring>

#include "templates/fingerprint/compare/cylinder_make.h"
#include "templates/fingerprint/compare/flat_layout.h"
#include "templates/fingerprint/compare/flow_from_minutiae.h"
#include "templates/fingerprint/ridges/ridge_encode.h"

namespace whorl::fingerprint {
namespace {

// Of the minutiae worth comparing, those as the native format keeps them, and their places in the source.
struct KeptMinutiae {
  std::vector<Minutia> minutiae;
  std::vector<std::uint8_t> source;

  KeptMinutiae(const FingerprintTemplate& from, const CompareParameters& p) {
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
      rows.push_back(column << kFlowColumnShift | static_cast<std::uint32_t>(cells.size()));
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

// The minutiae that have a cylinder.
struct DescribedMinutiae {
  std::vector<Cylinder> cylinders;
  std::vector<std::uint8_t> owner;  // each one's index among the kept minutiae

  DescribedMinutiae(const std::vector<Minutia>& kept, const CompareParameters& p) {
    const std::vector<Cylinder> all = make_cylinders(kept, p);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].valid == 0) continue;
      cylinders.push_back(all[i]);
      owner.push_back(static_cast<std::uint8_t>(i));
    }
  }
};

// Everything of a header but the sizes of the ridge map and of the whole.
FlatHeader header_of(const KeptMinutiae& kept, const DescribedMinutiae& described, const FlowMap& flow,
                     const FlowRuns& runs, RidgeForm form) {
  FlatHeader h;
  h.magic = kFlatMagic;
  h.version = kFlatVersion;
  h.ridge_form = static_cast<std::uint8_t>(form);
  h.minutiae = static_cast<std::uint16_t>(kept.minutiae.size());
  h.described = static_cast<std::uint16_t>(described.cylinders.size());
  h.flow_columns = static_cast<std::uint16_t>(flow.columns);
  h.flow_rows = static_cast<std::uint16_t>(flow.rows);
  h.flow_cells = static_cast<std::uint32_t>(runs.cells.size());
  h.flow_foreground = runs.foreground;
  return h;
}

void store_minutiae(const std::vector<Minutia>& minutiae, const FlatSections& at, std::byte* out) {
  for (std::size_t i = 0; i < minutiae.size(); ++i) {
    const Minutia& m = minutiae[i];
    const std::uint16_t x = position_steps(m.x_px500), y = position_steps(m.y_px500);
    const std::uint16_t direction = direction_steps(m.direction_rad);
    std::memcpy(out + at.x + 2 * i, &x, 2);
    std::memcpy(out + at.y + 2 * i, &y, 2);
    std::memcpy(out + at.direction + 2 * i, &direction, 2);
    std::memcpy(out + at.quality + i, &m.quality, 1);
  }
}

// What the template says of the flow, else what its minutiae do.
struct KnownFlow {
  FlowMap map;
  FlowForm form;

  KnownFlow(const FingerprintTemplate& source, const KeptMinutiae& kept, RidgeForm ridges, const CompareParameters& p)
      : map(usable(source.flow)), form(FlowForm::kMeasured) {
    if (ridges != RidgeForm::kNone || !map.cells.empty()) return;
    map = flow_from_minutiae(source.width_px500, source.height_px500, kept.minutiae, p);
    form = FlowForm::kFromMinutiae;
  }
};

// The flat form. `ridges` is what `form` says, `source.ridges` gives its size.
std::vector<std::uint64_t> flatten(const FingerprintTemplate& source, const CompareParameters& p, RidgeForm form,
                                   ByteView ridges) {
  const KeptMinutiae kept(source, p);
  const DescribedMinutiae described(kept.minutiae, p);
  const KnownFlow flow(source, kept, form, p);
  const FlowRuns runs(flow.map);
  FlatHeader h = header_of(kept, described, flow.map, runs, form);
  h.flow_form = static_cast<std::uint8_t>(flow.form);
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
  CylinderTable::write(described.cylinders, out + at.cylinders);
  store(out + at.flow_rows, runs.rows);
  store_minutiae(kept.minutiae, at, out);
  store(out + at.flow_cells, runs.cells);
  store(out + at.source, kept.source);
  store(out + at.owner, described.owner);
  if (!ridges.empty()) std::memcpy(out + at.ridges, ridges.data(), ridges.size());
  return words;
}

RidgeForm form_of(const RidgeMap& ridges, RidgeForm wanted) {
  const bool sound =
      sound_size(ridges.columns, ridges.rows, kMaxRidgeSide) &&
      ridges.bits.size() == static_cast<std::size_t>(ridges.rows) * static_cast<std::size_t>(ridges.row_bytes());
  return sound ? wanted : RidgeForm::kNone;
}

}  // namespace

Result<PreparedView> PreparedView::parse(std::span<const std::byte> bytes) {
  WHORL_TRY(check_flat(bytes));
  return PreparedView(bytes);
}

RidgeForm PreparedView::ridge_form() const {
  return static_cast<RidgeForm>(load<FlatHeader>(bytes_.data()).ridge_form);
}

bool PreparedView::minutiae_alone() const {
  return load<FlatHeader>(bytes_.data()).flow_form == static_cast<std::uint8_t>(FlowForm::kFromMinutiae);
}

std::size_t PreparedView::size() const { return load<FlatHeader>(bytes_.data()).minutiae; }

std::size_t PreparedView::described() const { return load<FlatHeader>(bytes_.data()).described; }

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

// The ridge map is the last section: all before it stays where it is.
PreparedTemplate PreparedTemplate::recoded(PreparedView raw, ByteView ridge_code) {
  if (raw.ridge_form() == RidgeForm::kNone) return PreparedTemplate(raw);
  FlatHeader h = load<FlatHeader>(raw.bytes().data());
  h.ridge_form = static_cast<std::uint8_t>(RidgeForm::kCoded);
  h.ridge_bytes = static_cast<std::uint32_t>(ridge_code.size());
  const FlatSections at(h);
  h.bytes = static_cast<std::uint32_t>(at.total);
  PreparedTemplate out;
  out.words_.assign(at.total / sizeof(std::uint64_t), 0);
  std::byte* to = std::as_writable_bytes(std::span(out.words_)).data();
  std::memcpy(to, raw.bytes().data(), at.ridges);
  std::memcpy(to, &h, sizeof h);
  if (!ridge_code.empty()) std::memcpy(to + at.ridges, ridge_code.data(), ridge_code.size());
  return out;
}

}  // namespace whorl::fingerprint
