// What is kept of a case on any bytes: its record, whom it is about, and what was searched with. What is accepted is
// within its bounds and written back the same. Input: a byte that says which, and the bytes of that.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "engine/cases/case_kinds.h"
#include "engine/cases/case_record.h"
#include "tests/fuzz/require.h"

namespace {

using namespace whorl;
using fuzz::require;

template <class Read>
auto read_and_write(Read read, ByteView bytes) {
  auto kept = read(bytes);
  if (!kept.ok()) return kept;
  const Bytes written = engine::encoded(*kept);
  const auto again = read(written);
  require(again.ok() && engine::encoded(*again) == written);
  return kept;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView bytes(data + 1, size - 1);
  if (data[0] == 'r') {
    const auto record = read_and_write(engine::parse_case_record, bytes);
    if (!record.ok()) return 0;
    require(engine::encoded(*record).size() == bytes.size());
    for (const auto& decision : record->decisions) require(decision.candidate < record->candidates);
  } else if (data[0] == 'd') {
    const auto dossier = read_and_write(engine::parse_case_dossier, bytes);
    if (dossier.ok()) require(dossier->candidates.size() <= engine::kMostCaseCandidates);
  } else if (data[0] == 's') {
    const auto samples = read_and_write(engine::parse_case_samples, bytes);
    if (!samples.ok()) return 0;
    for (const Sample& each : *samples) {
      const auto known = modalities();
      require(std::ranges::any_of(known, [&](const ModalityRow& row) { return row.modality == each.modality; }));
      require(!each.resolution_ppi || std::isfinite(*each.resolution_ppi));
    }
  }
  return 0;
}
