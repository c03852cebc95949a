#include "templates/fingerprint/extract/windows.h"

#include "base/simd.h"

namespace whorl::fingerprint {
namespace {

WHORL_MULTIVERSION
void add_up(const float* signature, const Spectrum* cosine, const Spectrum* sine, float* power) {
  float c[kWaves] = {};
  float s[kWaves] = {};
  for (int i = 0; i < kAcross; ++i) {
    for (int k = 0; k < kWaves; ++k) {
      c[k] += signature[i] * cosine[i][static_cast<std::size_t>(k)];
      s[k] += signature[i] * sine[i][static_cast<std::size_t>(k)];
    }
  }
  for (int k = 0; k < kWaves; ++k) power[k] = c[k] * c[k] + s[k] * s[k];
}

}  // namespace

Spectrum power_of(const Signature& signature, const Waves& waves) {
  Spectrum out{};
  add_up(signature.data(), waves.cosine.data(), waves.sine.data(), out.data());
  return out;
}

}  // namespace whorl::fingerprint
