#include "index/comparator/finger_comparator.h"

#include <variant>

#include "templates/codec/native.h"
#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/screening/scan_row.h"

namespace whorl::index {
namespace {

using fingerprint::FingerprintTemplate;
using fingerprint::PreparedTemplate;
using fingerprint::PreparedView;

PreparedSample sample_of(PreparedView prepared, std::uint8_t position, int quality) {
  return {Modality::kFinger,
          position,
          static_cast<std::uint8_t>(quality),
          {prepared.bytes().begin(), prepared.bytes().end()}};
}

Result<PreparedSample> prepare(const SampleRecord& sample, Validation validation) {
  if (sample.format != kNativeFinger) return invalid_input("a finger is kept as a native template");
  if (validation == Validation::kWhole) WHORL_TRY(codec::decode_native(sample.template_bytes));
  WHORL_ASSIGN(const PreparedTemplate prepared, codec::prepare_native(sample.template_bytes));
  return sample_of(prepared, sample.position, sample.quality);
}

PreparedSample prepare_probe(const codec::Template& content) {
  const auto& finger = std::get<FingerprintTemplate>(content);
  return sample_of(PreparedTemplate(finger), 0, finger.quality);
}

PreparedSample keep(const PreparedSample& probe, ByteView own) {
  return sample_of(codec::prepare_again(finger_view(probe.bytes), own), probe.position, probe.quality);
}

std::vector<std::byte> row_of(std::span<const std::byte> prepared) {
  const fingerprint::ScanRow row(finger_view(prepared));
  const auto bytes = std::as_bytes(std::span(&row, 1));
  return {bytes.begin(), bytes.end()};
}

class FingerComparer final : public Comparer {
 public:
  explicit FingerComparer(std::span<const std::byte> probe) : probe_(finger_view(probe)) {}
  [[nodiscard]] double score(std::span<const std::byte> other) const override {
    return fingerprint::compare(probe_, finger_view(other)).score;
  }

 private:
  const PreparedTemplate probe_;
};

}  // namespace

Comparator finger_comparator() {
  Comparator row;
  row.modality = Modality::kFinger;
  row.version = static_cast<std::uint32_t>(fingerprint::kPreparedVersion) << 16U | fingerprint::kScanRowVersion;
  row.prepare = prepare;
  row.prepare_probe = prepare_probe;
  row.keep = keep;
  row.row = row_of;
  row.check = fingerprint::ScanRow::check;
  row.comparer = [](std::span<const std::byte> probe) -> std::unique_ptr<Comparer> {
    return std::make_unique<FingerComparer>(probe);
  };
  row.sample_bytes = [](ByteView) { return sizeof(fingerprint::ScanRow); };
  return row;
}

}  // namespace whorl::index
