#include "engine/other_resolution.h"

#include <algorithm>
#include <cmath>

#include "base/catalogue.h"
#include "engine/feedback.h"
#include "templates/fingerprint/extract/extract.h"
#include "templates/image/decode.h"

namespace whorl::engine {
namespace {

// Of 1,679 prints of nine sensors 52 lie below and 22 above.
constexpr double kFine_px500 = 7.0;
constexpr double kWide_px500 = 11.0;
constexpr double kSame = 0.05;  // logarithm of the ratio of two resolutions that are one

bool usual(double period_px500) { return period_px500 >= kFine_px500 && period_px500 <= kWide_px500; }

// The sample at its likelier resolution, and the factor.
std::optional<std::pair<Sample, double>> restated(const Sample& sample, double period_px500,
                                                  const EngineConfig& config) {
  if (sample.modality != Modality::kFinger || period_px500 <= 0) return {};
  const auto stated = image::ppi_of(sample.bytes, {sample.resolution_ppi, config.image_limits});
  if (!stated.ok()) return {};
  const auto ppi = likelier_ppi(*stated, period_px500);
  if (!ppi) return {};
  std::pair<Sample, double> out{sample, *ppi / *stated};
  out.first.resolution_ppi = ppi;
  return out;
}

}  // namespace

std::optional<double> likelier_ppi(double stated_ppi, double period_px500) {
  const double ratio = stated_ppi / image::kStandardPpi;
  if (std::abs(std::log(ratio)) > kSame && usual(period_px500 * ratio)) return image::kStandardPpi;
  if (usual(period_px500)) return {};
  return stated_ppi * period_px500 / fingerprint::kAdultPeriod_px500;
}

Result<std::optional<OtherResolution>> at_other_resolution(const std::vector<Sample>& samples, const ReadProbe& read,
                                                           const EngineConfig& config, const Workers& workers,
                                                           const fingerprint::Stop& stop) {
  OtherResolution out;
  std::vector<Sample> again;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    auto one = restated(samples[i], read.ridge_periods_px500[i], config);
    if (!one) continue;
    out.fingers.push_back({i, one->second});
    again.push_back(std::move(one->first));
  }
  if (again.empty()) return std::optional<OtherResolution>();
  auto found = read_probe(again, config, workers, stop);
  if (!found.ok()) {
    if (found.error().kind != ErrorKind::kInvalidInput) return found.error();
    return std::optional<OtherResolution>();
  }
  if (!found->usable()) return std::optional<OtherResolution>();
  out.probe = std::move(found->probe);
  for (ProbeSample& finger : out.probe.samples) finger.sample = out.fingers[finger.sample].sample;
  return std::optional<OtherResolution>(std::move(out));
}

bool fits(const ScoredPerson& person, const Rules& rules) {
  return first_of(person.scores, Modality::kFinger) != nullptr &&
         person.score_db >= std::max(rules.review_db, kLeastMatch_db);
}

void advise(const OtherResolution& other, std::vector<SampleQuality>& qualities) {
  for (const OtherResolution::Finger& finger : other.fingers) {
    const SampleQuality& found = qualities[finger.sample];
    qualities[finger.sample] =
        finger_quality(found.position, found.quality, found.features,
                       {reason_of(FeedbackCode::kSpacingContradicts, with<"factor">(finger.factor))});
  }
}

}  // namespace whorl::engine
