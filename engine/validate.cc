#include "engine/validate.h"

#include <cmath>
#include <set>

#include "base/catalogue.h"
#include "base/identifier.h"
#include "base/limits.h"
#include "index/gallery.h"

namespace whorl::engine {
namespace {

// A range that nothing can lie in: its ends are of two types, or the first lies behind the second.
Status validate_filter(const Filter& filter) {
  for (const Filter::Term& term : filter.terms) {
    if (!term.least || !term.most) continue;
    Filter::Term from;
    from.least = term.least;
    if (!index::holds(from, *term.most)) {
      return failure(ErrorCode::kFilterEnds, FieldPath("filter") / (term.name + "Min"));
    }
  }
  return {};
}

Status validate_id(const std::string& id, const FieldPath& field) {
  if (index::is_valid_id(id)) return {};
  return failure(ErrorCode::kIdentifierMalformed, field);
}

Status validate_position(FingerPosition position, const FieldPath& field) {
  if (static_cast<std::uint8_t>(position) <= limits::kLastFingerPosition) return {};
  return failure(ErrorCode::kPositionOutOfRange, field, with<"modality">(row_of(Modality::kFinger).name),
                 with<"last">(limits::kLastFingerPosition));
}

Status validate_sample(const Sample& sample, const FieldPath& field) {
  const ModalityRow* row = find_modality(static_cast<std::uint8_t>(sample.modality));
  if (row == nullptr) return failure(ErrorCode::kModalityUnknown, field / "modality");
  if (sample.position > row->last_position) {
    return failure(ErrorCode::kPositionOutOfRange, field / "position", with<"modality">(row->name),
                   with<"last">(row->last_position));
  }
  if (sample.bytes.empty()) return failure(ErrorCode::kNoSample, field / "bytes");
  if (sample.resolution_ppi && !std::isfinite(*sample.resolution_ppi)) {
    return failure(ErrorCode::kResolutionNotFinite, field / "resolution_ppi");
  }
  return {};
}

// Of one modality. Where it has positions, none stands twice but the unknown one.
Status validate_number(const std::vector<Sample>& samples, const ModalityRow& row) {
  std::size_t given = 0;
  std::set<std::pair<std::uint8_t, std::string>> seen;  // several captures of one finger are told apart by their names
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const Sample& sample = samples[i];
    if (sample.modality != row.modality) continue;
    ++given;
    if (sample.position == 0 || row.most_samples == 1 || seen.insert({sample.position, sample.capture.instance}).second)
      continue;
    return failure(ErrorCode::kFingerNamedTwice, FieldPath("samples", i) / "position",
                   with<"finger">(name_of(static_cast<FingerPosition>(sample.position))));
  }
  if (given <= row.most_samples) return {};
  return failure(ErrorCode::kTooManySamples, "samples", with<"modality">(row.name), with<"most">(row.most_samples),
                 with<"given">(given));
}

Status validate_samples(const std::vector<Sample>& samples) {
  if (samples.empty()) return failure(ErrorCode::kNoSamples, "samples");
  for (std::size_t i = 0; i < samples.size(); ++i) WHORL_TRY(validate_sample(samples[i], FieldPath("samples", i)));
  for (const ModalityRow& row : modalities()) WHORL_TRY(validate_number(samples, row));
  return {};
}

Status validate_missing(const EnrolRequest& request) {
  if (request.missing.size() > limits::kFingers) {
    return failure(ErrorCode::kTooManyMissing, "missing", with<"most">(limits::kFingers));
  }
  std::set<FingerPosition> taken;
  for (const Sample& sample : request.samples) {
    if (sample.modality == Modality::kFinger) taken.insert(static_cast<FingerPosition>(sample.position));
  }
  for (std::size_t i = 0; i < request.missing.size(); ++i) {
    const MissingFinger& missing = request.missing[i];
    const FieldPath field("missing", i);
    WHORL_TRY(validate_position(missing.position, field / "position"));
    if (missing.position == FingerPosition::kUnknown) {
      return failure(ErrorCode::kMissingUnnamed, field / "position");
    }
    if (!taken.insert(missing.position).second) {
      return failure(ErrorCode::kMissingTwice, field / "position", with<"finger">(name_of(missing.position)));
    }
    if (missing.reason.size() > limits::kMissingReasonBytes) {
      return failure(ErrorCode::kTextTooLong, field / "reason", with<"most_bytes">(limits::kMissingReasonBytes));
    }
  }
  return {};
}

Status validate_target(double target, const FieldPath& field) {
  if (target > 0 && target <= 0.5) return {};
  return failure(ErrorCode::kTargetOutOfRange, field);
}

Status validate_threshold(const std::optional<double>& threshold_db) {
  // Under 10 dB more than one stranger in ten would be a match.
  constexpr int kLeastThreshold_db = 10;
  if (!threshold_db || (std::isfinite(*threshold_db) && *threshold_db >= kLeastThreshold_db)) return {};
  return failure(ErrorCode::kThresholdTooLow, "threshold_db", with<"least_db">(kLeastThreshold_db));
}

}  // namespace

Status validate_galleries(const std::vector<std::string>& galleries) {
  if (galleries.empty() || galleries.size() > limits::kGalleriesOfEncounter) {
    return failure(ErrorCode::kGalleryCount, "galleries", with<"most">(limits::kGalleriesOfEncounter));
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < galleries.size(); ++i) {
    WHORL_TRY(check_id(galleries[i], FieldPath("galleries", i)));
    if (galleries[i] == index::kAllGalleries) {
      return failure(ErrorCode::kNoGalleryOfAll, FieldPath("galleries", i));
    }
    if (!seen.insert(galleries[i]).second) return failure(ErrorCode::kGalleryTwice, FieldPath("galleries", i));
  }
  return {};
}

Status validate(const EnrolRequest& request) {
  if (!request.person_id.empty()) WHORL_TRY(check_id(request.person_id, "person_id"));
  if (request.person_id.empty() && request.person_rule == PersonRule::kExisting) {
    return failure(ErrorCode::kPersonNeeded, "person_id");
  }
  if (!request.encounter_id.empty()) WHORL_TRY(check_id(request.encounter_id, "encounter_id"));
  WHORL_TRY(validate_galleries(request.galleries));
  WHORL_TRY(validate_samples(request.samples));
  WHORL_TRY(validate_missing(request));
  if (request.encounter_type.size() > limits::kEncounterTypeBytes) {
    return failure(ErrorCode::kTextTooLong, "encounter_type", with<"most_bytes">(limits::kEncounterTypeBytes));
  }
  if (request.biographic_data.size() + request.contextual_data.size() + request.client_data.size() >
      limits::kClientDataBytes) {
    return failure(ErrorCode::kClientDataTooLong, "client_data", with<"most_bytes">(limits::kClientDataBytes));
  }
  return {};
}

Status validate(const IdentifyRequest& request) {
  WHORL_TRY(validate_id(request.gallery_id, "gallery_id"));
  WHORL_TRY(validate_samples(request.samples));
  WHORL_TRY(validate_target(request.target_fpir, "target_fpir"));
  WHORL_TRY(validate_threshold(request.threshold_db));
  WHORL_TRY(validate_filter(request.filter));
  if (request.max_candidates >= 1 && request.max_candidates <= limits::kCandidates) return {};
  return failure(ErrorCode::kIntegerOutOfRange, "max_candidates", with<"least">(1), with<"most">(limits::kCandidates));
}

Status validate(const VerifyRequest& request) {
  WHORL_TRY(validate_id(request.gallery_id, "gallery_id"));
  WHORL_TRY(validate_id(request.person_id, "person_id"));
  WHORL_TRY(validate_samples(request.samples));
  WHORL_TRY(validate_target(request.target_fmr, "target_fmr"));
  return validate_threshold(request.threshold_db);
}

Status validate(const AssessRequest& request) { return validate_samples(request.samples); }

Status validate(const CompareRequest& request) {
  WHORL_TRY(validate_samples(request.samples));
  if (const Status others = validate_samples(request.others); !others.ok()) return others.error().within("others");
  WHORL_TRY(validate_target(request.target_fmr, "target_fmr"));
  return validate_threshold(request.threshold_db);
}

}  // namespace whorl::engine
