#include "templates/fingerprint/prepared.h"

#include <algorithm>
#include <cmath>

namespace whorl::fingerprint {
namespace {

// Indices of the minutiae worth comparing.
std::vector<std::uint8_t> worthy(const FingerprintTemplate& source, const CompareParameters& p) {
  std::vector<std::uint8_t> out;
  const std::size_t n = std::min(source.minutiae.size(), kMaxMinutiae);
  for (std::size_t i = 0; i < n && out.size() < static_cast<std::size_t>(p.max_minutiae); ++i) {
    if (static_cast<double>(source.minutiae[i].quality) >= p.min_quality) out.push_back(static_cast<std::uint8_t>(i));
  }
  return out;
}

std::vector<Minutia> worthy_minutiae(const FingerprintTemplate& source, const CompareParameters& p) {
  std::vector<Minutia> out;
  for (const std::uint8_t i : worthy(source, p)) out.push_back(source.minutiae[i]);
  return out;
}

}  // namespace

PreparedTemplate::Data::Data(const FingerprintTemplate& source, const CompareParameters& p)
    : source_index(worthy(source, p)),
      cylinders(make_cylinders(worthy_minutiae(source, p), p)),
      flow(source.flow),
      ridges(source.ridges) {
  for (const Minutia& m : worthy_minutiae(source, p)) {
    x.push_back(m.x_px500);
    y.push_back(-m.y_px500);
    cosine.push_back(std::cos(m.direction_rad));
    sine.push_back(std::sin(m.direction_rad));
    quality.push_back(static_cast<float>(m.quality) / 100.0F);
  }
}

PreparedTemplate::PreparedTemplate(const FingerprintTemplate& source, const CompareParameters& parameters)
    : data_(std::make_unique<const Data>(source, parameters)) {}
PreparedTemplate::PreparedTemplate(PreparedTemplate&&) noexcept = default;
PreparedTemplate& PreparedTemplate::operator=(PreparedTemplate&&) noexcept = default;
PreparedTemplate::~PreparedTemplate() = default;

std::size_t PreparedTemplate::memory_bytes() const {
  return sizeof(Data) + data_->size() * (5 * sizeof(float) + 1) + data_->cylinders.memory_bytes() +
         data_->flow.cells.size() * sizeof(FlowCell) + data_->ridges.bits.size();
}

bool comes_first(const PreparedTemplate::Data& a, const PreparedTemplate::Data& b) {
  if (a.size() != b.size()) return a.size() < b.size();
  if (a.x != b.x) return a.x < b.x;
  return a.y < b.y;
}

std::vector<SearchDescriptor> search_descriptors(const FingerprintTemplate& source,
                                                 const CompareParameters& parameters) {
  // Folds the 384 bits into 256: the two layers either side of direction difference pi share a word.
  std::vector<SearchDescriptor> out;
  for (const Cylinder& c : make_cylinders(worthy_minutiae(source, parameters), parameters)) {
    if (c.valid == 0) continue;
    SearchDescriptor descriptor{};
    const std::uint64_t words[4] = {c.layers[0] | c.layers[1], c.layers[2], c.layers[3], c.layers[4] | c.layers[5]};
    for (std::size_t w = 0; w < 4; ++w) {
      for (std::size_t b = 0; b < 8; ++b) descriptor[w * 8 + b] = static_cast<std::uint8_t>(words[w] >> (56 - 8 * b));
    }
    out.push_back(descriptor);
  }
  return out;
}

}  // namespace whorl::fingerprint
