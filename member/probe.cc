#include "member/probe.h"

#include <cmath>

#include "member/refusals.h"

namespace whorl::member {
namespace {

constexpr std::string_view kNative = "native";
constexpr std::string_view kImage = "image";

bool is_native(const engine::Sample& sample) { return sample.format == Format::kNativeFinger; }

exchange::ProbeFinger finger_of(const engine::Sample& sample) {
  exchange::ProbeFinger out;
  out.position = sample.position;
  out.ppi = is_native(sample) ? 0 : static_cast<int>(std::lround(sample.resolution_ppi.value_or(0)));
  out.data = crypto::SecretBytes::copy_of(sample.bytes);
  return out;
}

Bytes bytes_of(const crypto::SecretBytes& secret) { return {secret.view().begin(), secret.view().end()}; }

}  // namespace

Result<exchange::Probe> probe_of(const std::vector<engine::Sample>& samples,
                                 const std::vector<engine::MissingFinger>& missing) {
  exchange::Probe out;
  for (const engine::Sample& sample : samples) {
    if (sample.modality == Modality::kFace) {
      if (!out.face.empty()) return probe_not_sent("a check has one face at most");
      out.face = crypto::SecretBytes::copy_of(sample.bytes);
      continue;
    }
    const std::string_view format = is_native(sample) ? kNative : kImage;
    if (!out.format.empty() && out.format != format)
      return probe_not_sent("send all fingers as templates, or all of them as images");
    out.format = format;
    out.fingers.push_back(finger_of(sample));
  }
  if (out.fingers.empty() && out.face.empty()) return probe_not_sent("there is no finger and no face");
  if (out.format.empty()) out.format = kImage;
  for (const engine::MissingFinger& each : missing) out.missing.push_back(static_cast<int>(each.position));
  return out;
}

std::optional<std::vector<engine::Sample>> samples_of(const exchange::Probe& probe) {
  if (probe.format != kNative && probe.format != kImage) return std::nullopt;
  std::vector<engine::Sample> out;
  for (const exchange::ProbeFinger& finger : probe.fingers) {
    engine::Sample& sample = out.emplace_back();
    sample.position = static_cast<std::uint8_t>(finger.position);
    sample.format = probe.format == kNative ? Format::kNativeFinger : Format::kAnyImage;
    sample.bytes = bytes_of(finger.data);
    if (finger.ppi > 0) sample.resolution_ppi = finger.ppi;
  }
  if (!probe.face.empty()) {
    engine::Sample& sample = out.emplace_back();
    sample.modality = Modality::kFace;
    sample.bytes = bytes_of(probe.face);
  }
  return out;
}

}  // namespace whorl::member
