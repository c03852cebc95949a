#include "engine/validate.h"

#include <cmath>
#include <set>

#include "base/catalogue.h"
#include "base/limits.h"
#include "index/gallery.h"

namespace whorl::engine {
namespace {

std::string at_most(std::size_t n) { return "at most " + std::to_string(n); }

Status validate_id(const std::string& id, const FieldPath& field) {
  if (index::is_valid_id(id)) return {};
  return invalid_input(
      "an identifier is 1.." + std::to_string(limits::kIdBytes) + " letters, digits, '.', '_', ':' or '-'", field);
}

// Of somebody or something that may be new.
Status validate_new_id(const std::string& id, const FieldPath& field) {
  if (index::is_new_id(id)) return {};
  WHORL_TRY(validate_id(id, field));
  return invalid_input("an identifier is no dot segment ('.' or '..')", field);
}

Status validate_position(FingerPosition position, const FieldPath& field) {
  if (static_cast<std::uint8_t>(position) <= limits::kLastFingerPosition) return {};
  return invalid_input("a finger position is 0 (unknown) to 10 (left little)", field);
}

Status validate_sample(const FingerSample& sample, const FieldPath& field) {
  WHORL_TRY(validate_position(sample.position, field / "position"));
  if (sample.image.empty() && sample.native_template.empty()) {
    return failure(ErrorCode::kNoSample, field / "image");
  }
  if (!sample.image.empty() && !sample.native_template.empty()) {
    return failure(ErrorCode::kImageAndTemplate, field / "native_template");
  }
  if (sample.image_ppi && !std::isfinite(*sample.image_ppi)) {
    return invalid_input("not a resolution", field / "image_ppi");
  }
  return {};
}

Status validate_face(const std::optional<FaceSample>& face) {
  if (!face) return {};
  if (face->image.empty() && face->native_template.empty()) {
    return failure(ErrorCode::kNoSample, FieldPath("face") / "image");
  }
  if (face->image.empty() || face->native_template.empty()) return {};
  return failure(ErrorCode::kImageAndTemplate, FieldPath("face") / "native_template");
}

Status validate_samples(const std::vector<FingerSample>& fingers, const std::optional<FaceSample>& face) {
  WHORL_TRY(validate_face(face));
  if (fingers.size() > limits::kFingers || (fingers.empty() && !face)) {
    return failure(ErrorCode::kFingerCount, "fingers", with<"most">(limits::kFingers), with<"given">(fingers.size()));
  }
  std::set<FingerPosition> seen;
  for (std::size_t i = 0; i < fingers.size(); ++i) {
    WHORL_TRY(validate_sample(fingers[i], FieldPath("fingers", i)));
    if (fingers[i].position == FingerPosition::kUnknown || seen.insert(fingers[i].position).second) continue;
    return failure(ErrorCode::kFingerNamedTwice, FieldPath("fingers", i) / "position",
                   with<"finger">(name_of(fingers[i].position)));
  }
  return {};
}

Status validate_missing(const EnrolRequest& request) {
  if (request.missing.size() > limits::kFingers)
    return invalid_input("more than " + std::to_string(limits::kFingers) + " missing fingers", "missing");
  std::set<FingerPosition> taken;
  for (const FingerSample& finger : request.fingers) taken.insert(finger.position);
  for (std::size_t i = 0; i < request.missing.size(); ++i) {
    const MissingFinger& missing = request.missing[i];
    const FieldPath field("missing", i);
    WHORL_TRY(validate_position(missing.position, field / "position"));
    if (missing.position == FingerPosition::kUnknown) {
      return invalid_input("a missing finger needs its position", field / "position");
    }
    if (!taken.insert(missing.position).second) {
      return invalid_input("the " + std::string(name_of(missing.position)) + " is stated twice, or also present",
                           field / "position");
    }
    if (missing.reason.size() > limits::kMissingReasonBytes) {
      return invalid_input("a reason is " + at_most(limits::kMissingReasonBytes) + " bytes", field / "reason");
    }
  }
  return {};
}

Status validate_galleries(const std::vector<std::string>& galleries) {
  if (galleries.empty() || galleries.size() > limits::kGalleriesOfEncounter) {
    return invalid_input("an encounter belongs to 1 to " + std::to_string(limits::kGalleriesOfEncounter) + " galleries",
                         "galleries");
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < galleries.size(); ++i) {
    WHORL_TRY(validate_new_id(galleries[i], FieldPath("galleries", i)));
    if (galleries[i] == index::kAllGalleries) {
      return failure(ErrorCode::kNoGalleryOfAll, FieldPath("galleries", i));
    }
    if (!seen.insert(galleries[i]).second) return invalid_input("a gallery is named twice", FieldPath("galleries", i));
  }
  return {};
}

Status validate_target(double target, const FieldPath& field) {
  if (target > 0 && target <= 0.5) return {};
  return invalid_input("a target rate is above 0 and at most 0.5", field);
}

Status validate_threshold(const std::optional<double>& threshold_db) {
  // Under 10 dB more than one stranger in ten would be a match.
  constexpr double kLeastThreshold_db = 10;
  if (!threshold_db || (std::isfinite(*threshold_db) && *threshold_db >= kLeastThreshold_db)) return {};
  return invalid_input("a threshold is a number of decibels, 10 or more", "threshold_db");
}

}  // namespace

Status validate(const EnrolRequest& request) {
  if (!request.person_id.empty()) WHORL_TRY(validate_new_id(request.person_id, "person_id"));
  if (request.person_id.empty() && request.person_rule == PersonRule::kExisting) {
    return invalid_input("an encounter of a known person needs the person's identifier", "person_id");
  }
  if (!request.encounter_id.empty()) WHORL_TRY(validate_new_id(request.encounter_id, "encounter_id"));
  WHORL_TRY(validate_galleries(request.galleries));
  WHORL_TRY(validate_samples(request.fingers, request.face));
  WHORL_TRY(validate_missing(request));
  if (request.encounter_type.size() > limits::kEncounterTypeBytes) {
    return invalid_input("an encounter type is " + at_most(limits::kEncounterTypeBytes) + " bytes", "encounter_type");
  }
  if (request.biographic_data.size() + request.contextual_data.size() + request.client_data.size() >
      limits::kClientDataBytes) {
    return invalid_input("client data is " + at_most(limits::kClientDataBytes / 1024) + " KiB", "client_data");
  }
  return {};
}

Status validate(const IdentifyRequest& request) {
  WHORL_TRY(validate_id(request.gallery_id, "gallery_id"));
  WHORL_TRY(validate_samples(request.fingers, request.face));
  WHORL_TRY(validate_target(request.target_fpir, "target_fpir"));
  WHORL_TRY(validate_threshold(request.threshold_db));
  if (request.max_candidates >= 1 && request.max_candidates <= limits::kCandidates) return {};
  return invalid_input("1 to " + std::to_string(limits::kCandidates) + " candidates can be asked for",
                       "max_candidates");
}

Status validate(const VerifyRequest& request) {
  WHORL_TRY(validate_id(request.gallery_id, "gallery_id"));
  WHORL_TRY(validate_id(request.person_id, "person_id"));
  WHORL_TRY(validate_samples(request.fingers, request.face));
  WHORL_TRY(validate_target(request.target_fmr, "target_fmr"));
  return validate_threshold(request.threshold_db);
}

}  // namespace whorl::engine
