#include "index/comparator/finger_comparator.h"

#include <variant>

#include "templates/codec/native.h"
#include "templates/fingerprint/compare/compare.h"

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

Status check(std::span<const std::byte> kept) {
  WHORL_TRY(PreparedView::parse(kept));
  return {};
}

class FingerComparer final : public Comparer {
 public:
  explicit FingerComparer(std::span<const std::byte> probe) : probe_(finger_view(probe)) {}
  [[nodiscard]] double score(std::span<const std::byte> kept) const override {
    return fingerprint::compare(probe_, finger_view(kept)).score;
  }

 private:
  const PreparedTemplate probe_;
};

}  // namespace

Comparator finger_comparator() {
  Comparator row;
  row.modality = Modality::kFinger;
  row.version = static_cast<std::uint32_t>(fingerprint::kPreparedVersion) << 16U | fingerprint::kFlatVersion;
  row.prepare = prepare;
  row.prepare_probe = prepare_probe;
  row.keep = keep;
  row.check = check;
  row.comparer = [](std::span<const std::byte> probe) -> std::unique_ptr<Comparer> {
    return std::make_unique<FingerComparer>(probe);
  };
  return row;
}

}  // namespace whorl::index
