// Samples as they come in -> templates ready to be compared, with a quality that an operator can act on. Private to
// this room.
//
// What is particular to a modality stands in its reader (read_finger.h, read_face.h), a row each of a table
// (read_sample.cc). A modality without a row takes templates and no images.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/workers.h"
#include "engine/engine.h"
#include "engine/part.h"
#include "engine/types.h"
#include "templates/fingerprint/extract/extract.h"

namespace whorl::engine {

// One sample, read once.
struct ReadSample {
  // Its place in the request's samples.
  std::size_t sample = 0;
  // Empty when an image holds none (a failure to extract); `quality` then says so.
  std::optional<PreparedContent> content;
  SampleQuality quality;
  // Of a finger: whether the ridges lie as no finger's do at the stated resolution. A "no" cannot stand on it.
  bool resolution_doubtful = false;
  // Of an image of a finger: median distance from ridge to ridge; 0 where it was not measured.
  double ridge_period_px500 = 0;

  [[nodiscard]] Modality modality() const { return quality.modality; }
  [[nodiscard]] FingerPosition finger() const { return static_cast<FingerPosition>(quality.position); }
};

// What is particular to reading one modality. Errors have the field "bytes" where it is the sample's bytes that are
// meant.
struct SampleReader {
  Modality modality{};
  // Of an image. Errors: kInvalidInput, kUnavailable (stopped).
  Result<ReadSample> (*image)(const Sample& sample, const EngineConfig& config,
                              const fingerprint::Stop& stop) = nullptr;
  // Of a template that is well formed. Errors: kInvalidInput: it cannot be used here.
  Result<ReadSample> (*content)(const Sample& sample, codec::Template content, const EngineConfig& config) = nullptr;
  // The gate of enrolment, of all that were read of the modality, one at least. Errors: kInvalidInput with what to do.
  Status (*gate)(const std::vector<const ReadSample*>& read, int min_quality) = nullptr;
};

// All samples at once, on the workers; in their order. Errors: kInvalidInput, "samples[i]...." named, for what cannot
// be read. An image that can be read but holds no fingerprint is not an error here. kUnavailable once `stop` says so.
Result<std::vector<ReadSample>> read_samples(const std::vector<Sample>& samples, const EngineConfig& config,
                                             const Workers& workers, const fingerprint::Stop& stop);

// The gate of enrolment. Errors: kInvalidInput, with what to do: of each modality, what its reader says.
Status require_quality(const std::vector<ReadSample>& read, int min_quality);

// An error that names "list[k]", with "samples[places[k]]" of the request in its place; any other as it is.
Error in_request(Error error, std::string_view list, const std::vector<std::size_t>& places);

// In the order of the samples that they were read of.
std::vector<SampleQuality> qualities(const std::vector<ReadSample>& read);

}  // namespace whorl::engine
