#include "templates/face/template.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/catalogue.h"
#include "base/sha256.h"

namespace whorl::face {
namespace {

constexpr int kPeak = 127;

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

std::int64_t dot(const std::vector<std::int8_t>& a, const std::vector<std::int8_t>& b) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += int{a[i]} * int{b[i]};
  return sum;
}

}  // namespace

std::string NetworkId::text() const { return name + ":" + hex_of(digest); }

Status check_network_name(const std::string& name) {
  if (name.empty() || name.size() > kMaxNameBytes || !std::all_of(name.begin(), name.end(), is_name_char)) {
    return invalid_input("must be 1 to 64 of letters, digits, '.', '_' and '-'", "network");
  }
  return {};
}

Status check(const FaceTemplate& face) {
  WHORL_TRY(check_network_name(face.network.name));
  if (face.quality > 100) return invalid_input("a quality above 100", "quality");
  if (face.embedding.size() < kMinDimension || face.embedding.size() > kMaxDimension) {
    return invalid_input("must have 16 to 2048 components", "embedding");
  }
  int peak = 0;
  for (const std::int8_t v : face.embedding) peak = std::max(peak, std::abs(int{v}));
  if (peak != kPeak) return invalid_input("its largest component must be 127 or -127", "embedding");
  return {};
}

Result<FaceTemplate> make_template(NetworkId network, int quality, std::span<const float> embedding) {
  float peak = 0;
  for (const float v : embedding) {
    if (!std::isfinite(v)) return invalid_input("has a component that is not finite", "embedding");
    peak = std::max(peak, std::abs(v));
  }
  if (!(peak > 0)) return invalid_input("is zero everywhere", "embedding");
  FaceTemplate out;
  out.network = std::move(network);
  out.quality = static_cast<std::uint8_t>(std::clamp(quality, 0, 100));
  for (const float v : embedding) {
    out.embedding.push_back(static_cast<std::int8_t>(std::lround(double{v} / double{peak} * kPeak)));
  }
  WHORL_TRY(check(out));
  return out;
}

Result<double> compare(const FaceTemplate& a, const FaceTemplate& b) {
  if (a.network != b.network) {
    return failure(ErrorCode::kNetworksDiffer, "network", with<"network">(a.network.text()),
                   with<"other_network">(b.network.text()));
  }
  for (const FaceTemplate* face : {&a, &b}) {
    if (const Status sound = check(*face); !sound.ok()) {
      return coded(ErrorCode::kFaceTemplateDamaged, Error(sound.error()));
    }
  }
  if (a.embedding.size() != b.embedding.size()) {
    return failure(ErrorCode::kDimensionsDiffer, "embedding");
  }
  const auto norms =
      static_cast<double>(dot(a.embedding, a.embedding)) * static_cast<double>(dot(b.embedding, b.embedding));
  return std::clamp(static_cast<double>(dot(a.embedding, b.embedding)) / std::sqrt(norms), -1.0, 1.0);
}

}  // namespace whorl::face
