#include "templates/fingerprint/compare/flat_layout.h"

#include <bit>
#include <string>

#include "templates/fingerprint/compare/cylinder.h"
#include "templates/fingerprint/compare/prepared.h"

namespace whorl::fingerprint {
namespace {

static_assert(std::endian::native == std::endian::little, "the flat form is little-endian");

Status check_flow(const FlatHeader& h, const std::byte* rows) {
  std::uint32_t last = 0;
  for (std::size_t row = 0; row <= h.flow_rows; ++row) {
    const std::uint32_t offset = load<std::uint32_t>(rows, row) & kFlowCellBits;
    if (offset < last || offset > h.flow_cells) return corruption("a prepared template's flow rows are out of order");
    if (row > 0) {
      const std::uint32_t begin = load<std::uint32_t>(rows, row - 1) >> kFlowColumnShift;
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
  if (h.magic != kFlatMagic) return corruption("these bytes are no prepared template");
  if (h.version != kFlatVersion) {
    return corruption("a prepared template has layout " + std::to_string(h.version) + "; this build reads layout " +
                      std::to_string(kFlatVersion));
  }
  if (h.reserved_too != 0) return corruption("a prepared template's reserved bytes are not zero");
  if (h.flow_form > static_cast<std::uint8_t>(FlowForm::kFromMinutiae)) {
    return corruption("a prepared template's flow map is of no known form");
  }
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
  total = (ridges + h.ridge_bytes + kFlatSlack + 7) / 8 * 8;
}

Status check_flat(std::span<const std::byte> bytes) {
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
  return {};
}

}  // namespace whorl::fingerprint
