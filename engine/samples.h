// Samples as they come in -> templates with a quality that an operator can act on. Private to this room.
#pragma once

#include <vector>

#include "base/result.h"
#include "engine/engine_impl.h"
#include "engine/types.h"
#include "templates/fingerprint/compare/compare.h"

namespace whorl::engine {

struct ReadFace {
  face::FaceTemplate face;
  FaceQuality quality;
};

// decode -> detect -> align -> embed, or a native template. Errors: kInvalidInput, "face...." named: what cannot be
// read, an image without a face or without one that can be used, an image where no extractor is configured (says what
// to do), a face of another network than the calibration's (both named).
Result<ReadFace> read_face(const FaceSample& sample, const EngineConfig& config);

// The gate of enrolment. Errors: kInvalidInput when the face is below `min_quality`, with what to do.
Status require_quality(const ReadFace& face, int min_quality);

// What the operator can do about a kept face, which is known by its quality alone.
std::string face_feedback(int quality, int usable);

struct ReadFinger {
  FingerPosition position = FingerPosition::kUnknown;
  // Empty when the image holds no fingerprint (a failure to extract); `quality` then says so.
  std::optional<fingerprint::FingerprintTemplate> fingerprint;
  FingerQuality quality;
};

// decode -> normalise -> extract, all fingers at once on the gallery's threads.
// Errors: kInvalidInput, "fingers[i]...." named, for a file or template that cannot be read. An image that can be
// read but holds no fingerprint is not an error here.
Result<std::vector<ReadFinger>> read_fingers(const std::vector<FingerSample>& samples, const image::ImageLimits& limits,
                                             const index::Gallery& gallery);

// What the operator can do about it; empty when the capture is good. `usable` is the quality below which a finger
// is of no use.
std::string feedback(int quality, int minutiae, int usable);

// Qualities in the order of the samples, feedback filled in.
std::vector<FingerQuality> qualities(const std::vector<ReadFinger>& fingers, int usable);

// The gate of enrolment. Errors: kInvalidInput when a finger could not be extracted (named, with what to do), or
// when every finger is below `min_quality`.
Status require_quality(const std::vector<ReadFinger>& fingers, int min_quality);

// A probe made ready for searching. Fingers that could not be extracted are left out of everything but `quality`.
struct Probe {
  std::vector<fingerprint::PreparedTemplate> prepared;
  std::vector<FingerPosition> positions;
  std::vector<bool> decisive;  // has the quality that a "no" can stand on
  // Fingers of one number are one physical finger, captured twice: evidence that counts once.
  std::vector<std::uint32_t> group;
  std::vector<FingerQuality> quality;  // of every sample
  bool usable = false;                 // at least one finger is decisive, or the face
  std::optional<ReadFace> face;
  bool face_decisive = false;  // good enough, and calibrated

  [[nodiscard]] std::vector<index::ProbeFinger> fingers() const;
  [[nodiscard]] std::optional<index::ProbeFace> probe_face() const;  // borrows this
  [[nodiscard]] std::optional<FaceQuality> face_quality() const;
};

// read_fingers and read_face, then prepared. Errors: as those.
Result<Probe> read_probe(const std::vector<FingerSample>& samples, const std::optional<FaceSample>& face,
                         const EngineConfig& config, const index::Gallery& gallery);

}  // namespace whorl::engine
