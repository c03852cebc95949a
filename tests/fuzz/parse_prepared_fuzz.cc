// Any bytes: PreparedView::parse refuses them or gives a template that can be compared with itself and with an ordinary
// one, reading nothing outside (the address sanitizer looks on). Each input is tried as it is and once more with its
// magic, version and length made right.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/compare/flat_layout.h"
#include "templates/fingerprint/screening/screening.h"
#include "tests/fuzz/require.h"
#include "tests/support/random_prints.h"

namespace {

using namespace whorl::fingerprint;

const PreparedTemplate& ordinary() {
  static const PreparedTemplate one([] {
    FingerprintTemplate t = whorl::tests::random_finger(1);
    t.flow = {19, 24, std::vector<FlowCell>(19 * 24, {40, 90})};
    t.ridges = {150, 190, std::vector<std::uint8_t>(19 * 190, 0x33)};
    return t;
  }());
  return one;
}

void try_parse(const std::uint8_t* data, std::size_t size) {
  // A buffer of its own, of just this size and 8-aligned.
  std::vector<std::uint64_t> words((size + 7) / 8);
  if (size > 0) std::memcpy(words.data(), data, size);
  const auto got = PreparedView::parse(std::as_bytes(std::span(words)).first(size));
  if (!got.ok()) return;
  whorl::fuzz::require(got->described() <= got->size());
  whorl::fuzz::require(ScanRow(*got).minutiae <= got->described());
  const double forth = compare(*got, ordinary(), {}, true).score;
  whorl::fuzz::require(std::isfinite(forth) && forth >= 0 && forth == compare(ordinary(), *got).score);
  // Everything of the ridge stage, whatever the score says.
  CompareParameters always;
  always.ridge_gate_log_odds = -1e9;
  whorl::fuzz::require(std::isfinite(compare(*got, *got, always).score));
  whorl::fuzz::require(std::isfinite(compare(*got, ordinary(), always).score));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try_parse(data, size);
  if (size < sizeof(FlatHeader)) return 0;
  const auto good = load<FlatHeader>(ordinary().bytes().data());
  std::vector<std::uint8_t> mended(data, data + size / 8 * 8);
  auto header = load<FlatHeader>(reinterpret_cast<const std::byte*>(mended.data()));
  header.magic = good.magic;
  header.version = good.version;
  header.bytes = static_cast<std::uint32_t>(mended.size());
  header.flow_form &= 1;
  header.reserved_too = 0;
  std::memcpy(mended.data(), &header, sizeof header);
  try_parse(mended.data(), mended.size());
  return 0;
}
