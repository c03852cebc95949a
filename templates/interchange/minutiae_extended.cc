// Extended data of minutiae records: ridge counts, cores and deltas, zonal quality.
#include "templates/interchange/minutiae_parts.h"

namespace whorl::interchange {
namespace {

constexpr std::uint16_t kRidgeCounts = 1;
constexpr std::uint16_t kCoresAndDeltas = 2;
constexpr std::uint16_t kZonalQuality = 3;
constexpr std::size_t kBlockHeader = 4;

void check_ridge_counts(Cursor in, const MinutiaeView& view, Findings& findings) {
  constexpr std::size_t kTriple = 3;
  const std::size_t at = in.at();
  const int method = in.u8();
  if (in.cut() || in.left() % kTriple != 0) {
    findings.error("FMR-20", at, "the ridge counts are no whole number of triples");
  }
  if (method > 2)
    findings.error("FMR-20", at, "ridge count extraction method " + std::to_string(method) + " is not defined");
  while (in.left() >= kTriple) {
    const std::size_t here = in.at();
    const int first = in.u8();
    const int second = in.u8();
    in.u8();
    const auto most = static_cast<int>(view.minutiae.size());
    if (first <= most && second <= most) continue;
    findings.error("FMR-20", here,
                   "a ridge count names minutiae " + std::to_string(first) + " and " + std::to_string(second) + " of " +
                       std::to_string(most));
    return;
  }
}

// One list of points, each with `angles` angles where it has any. INCITS says so once for all, ISO in every point.
void skip_points(Cursor& in, const EditionTraits& traits, std::size_t angles) {
  constexpr int kAnglesForAll = 0x40;
  constexpr int kCountMask = 0x0f;
  constexpr std::uint16_t kAngleInPoint = 0x4000;
  const int head = in.u8();
  for (int i = 0; i < (head & kCountMask) && !in.cut(); ++i) {
    const std::uint16_t x = in.u16();
    in.u16();
    const bool has = traits.ansi ? (head & kAnglesForAll) != 0 : (x & kAngleInPoint) != 0;
    if (has) in.skip(angles);
  }
}

void check_cores_and_deltas(Cursor in, const EditionTraits& traits, Findings& findings) {
  constexpr std::size_t kCoreAngles = 1;
  constexpr std::size_t kDeltaAngles = 3;
  const std::size_t at = in.at();
  skip_points(in, traits, kCoreAngles);
  skip_points(in, traits, kDeltaAngles);
  if (in.cut()) {
    findings.error("FMR-21", at, "the cores and deltas do not fit into their block");
  } else if (in.left() > 0) {
    findings.error("FMR-21", in.at(), number(in.left()) + " bytes of the block follow the cores and deltas");
  }
}

void check_zonal_quality(Cursor in, const EditionTraits& traits, const MinutiaeView& view, Findings& findings) {
  const std::size_t at = in.at();
  if (traits.is_2011()) in.skip(4);  // vendor and algorithm of the quality
  const std::size_t cell_width = in.u8();
  const std::size_t cell_height = in.u8();
  const std::size_t bits = in.u8();
  if (in.cut() || cell_width == 0 || cell_height == 0 || bits == 0 || bits > 8) {
    findings.error("FMR-22", at, "the zonal quality's cells have no size, or no depth of 1 to 8 bits");
    return;
  }
  const std::size_t columns = (view.width + cell_width - 1) / cell_width;
  const std::size_t rows = (view.height + cell_height - 1) / cell_height;
  const std::size_t packed = (columns * rows * bits + 7) / 8;
  const std::size_t by_rows = rows * ((columns * bits + 7) / 8);
  if (in.left() != packed && in.left() != by_rows) {
    findings.error("FMR-22", at,
                   "the zonal quality of " + number(columns) + " x " + number(rows) + " cells holds " +
                       number(in.left()) + " bytes");
  }
}

bool is_reserved(std::uint16_t type, const EditionTraits& traits) {
  constexpr std::uint16_t kFirstVendor = 0x0101;
  if (type >= kFirstVendor) return (type & 0xff) == 0;
  const bool known = type == kRidgeCounts || type == kCoresAndDeltas || (!traits.ansi && type == kZonalQuality);
  return !known;
}

void check_block(Cursor in, std::uint16_t type, const EditionTraits& traits, const MinutiaeView& view, std::size_t at,
                 Findings& findings) {
  if (is_reserved(type, traits)) {
    findings.warning("FMR-19", at, "extended data of the reserved type " + number(type));
  } else if (type == kRidgeCounts) {
    check_ridge_counts(in, view, findings);
  } else if (type == kCoresAndDeltas) {
    check_cores_and_deltas(in, traits, findings);
  } else if (type == kZonalQuality) {
    check_zonal_quality(in, traits, view, findings);
  }
}

}  // namespace

void read_extended(Cursor& in, const EditionTraits& traits, const MinutiaeView& view, Findings& findings) {
  const std::size_t at = in.at();
  const std::size_t length = in.u16();
  if (in.cut()) return;
  if (length > in.left()) {
    findings.error("FMR-18", at,
                   "extended data of " + number(length) + " bytes are announced, " + number(in.left()) + " are left");
  }
  read_blocks(in.part(length), traits, view, findings);
}

void read_blocks(Cursor in, const EditionTraits& traits, const MinutiaeView& view, Findings& findings) {
  while (in.left() > 0) {
    const std::size_t at = in.at();
    if (in.left() < kBlockHeader) {
      findings.error("FMR-18", at, number(in.left()) + " bytes of the extended data are no block");
      return;
    }
    const std::uint16_t type = in.u16();
    const std::size_t length = in.u16();
    if (length < kBlockHeader || length - kBlockHeader > in.left()) {
      findings.error("FMR-18", at,
                     "a block of type " + number(type) + " says " + number(length) + " bytes, " +
                         number(in.left() + kBlockHeader) + " are left");
      return;
    }
    check_block(in.part(length - kBlockHeader), type, traits, view, at, findings);
  }
}

}  // namespace whorl::interchange
