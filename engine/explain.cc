// verify -> audit leaf -> the templates behind each score -> drawings and paired minutiae
#include <algorithm>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "engine/drawing.h"
#include "engine/engine_state.h"
#include "engine/kept_images.h"
#include "engine/verified.h"
#include "templates/codec/codec.h"
#include "templates/fingerprint/compare/compare.h"

namespace whorl::engine {
namespace {

using fingerprint::FingerprintTemplate;

// Two fingers with what comparing them gave.
struct Compared {
  const ProbeSample* probe = nullptr;
  std::size_t kept = 0;  // of the record's samples
  FingerprintTemplate reference;
  fingerprint::Comparison comparison;
};

const FingerprintTemplate* finger_of(const ProbeSample& sample) {
  return std::get_if<FingerprintTemplate>(&sample.content.content());
}

Result<FingerprintTemplate> finger_of(const index::SampleRecord& kept) {
  const Sample sample{kept.modality, kept.position, static_cast<Format>(kept.format), kept.template_bytes, {}};
  WHORL_ASSIGN(codec::Template content, codec::read_template(sample));
  return std::get<FingerprintTemplate>(std::move(content));
}

// The pair that a score names by positions, of which several may have one: the most alike.
Result<std::optional<Compared>> pair_of(const SampleScore& score, const Probe& probe,
                                        const index::EncounterRecord& record) {
  std::optional<Compared> best;
  for (std::size_t i = 0; i < record.samples.size(); ++i) {
    const index::SampleRecord& kept = record.samples[i];
    if (kept.modality != Modality::kFinger || kept.position != score.reference) continue;
    WHORL_ASSIGN(FingerprintTemplate reference, finger_of(kept));
    const fingerprint::PreparedTemplate prepared(reference);
    for (const ProbeSample& sample : probe.samples) {
      const FingerprintTemplate* finger = sample.position == score.probe ? finger_of(sample) : nullptr;
      if (finger == nullptr) continue;
      auto comparison = fingerprint::compare(fingerprint::PreparedTemplate(*finger), prepared, {}, true);
      if (best && best->comparison.score >= comparison.score) continue;
      best = Compared{&sample, i, reference, std::move(comparison)};
    }
  }
  return best;
}

// Nothing where no image is kept, or what is kept cannot be shown: the drawing is there without it.
image::Picture kept_picture(const EngineState& state, const index::EncounterRecord& record, std::size_t i) {
  if (!record.samples[i].image) return {};
  auto image = state.gallery->image(record, i);
  if (!image.ok()) return {};
  auto picture = picture_of(sample_of(record.samples[i], std::move(*image)), state.config, kPictureSide_px);
  return picture.ok() ? std::move(*picture) : image::Picture{};
}

Result<FingerExplained> explained(const EngineState& state, const VerifyRequest& request, const SampleScore& score,
                                  const Compared& pair, const index::EncounterRecord& record) {
  FingerExplained out;
  out.encounter_id = score.encounter_id;
  out.score_db = score.score_db.value_or(0);
  WHORL_ASSIGN(out.probe, drawing_of(pair.probe->finger(), *finger_of(*pair.probe)));
  WHORL_ASSIGN(out.probe.image, picture_of(request.samples[pair.probe->sample], state.config, kPictureSide_px));
  WHORL_ASSIGN(out.reference, drawing_of(static_cast<FingerPosition>(score.reference), pair.reference));
  out.reference.image = kept_picture(state, record, pair.kept);
  for (const fingerprint::MinutiaPair& each : pair.comparison.pairs) {
    const bool sound = each.probe < out.probe.minutiae.size() && each.reference < out.reference.minutiae.size();
    if (sound) out.pairs.push_back({each.probe, each.reference});
  }
  return out;
}

// A person whose records are another part's, or were erased since, is shown by the scores alone.
Result<std::vector<FingerExplained>> fingers_of(const EngineState& state, const VerifyRequest& request,
                                                const Verified& found) {
  std::vector<FingerExplained> out;
  if (found.answer.score_db < kLeastShown_db) return out;
  for (const SampleScore& score : found.answer.scores) {
    if (score.modality != Modality::kFinger || out.size() == limits::kFingers) continue;
    const auto record = state.gallery->encounter(request.person_id, score.encounter_id);
    if (!record.ok() && record.error().kind == ErrorKind::kNotFound) continue;
    WHORL_TRY(record);
    WHORL_ASSIGN(const auto pair, pair_of(score, found.probe, *record));
    if (!pair) continue;
    WHORL_ASSIGN(FingerExplained finger, explained(state, request, score, *pair, *record));
    out.push_back(std::move(finger));
  }
  return out;
}

}  // namespace

Result<Explanation> Engine::explain(const Call& call, const VerifyRequest& request) {
  WHORL_ASSIGN(Verified found, verified(*state_, call, request, "explain"));
  WHORL_TRY(require_time(call, state_->world));
  Explanation out;
  WHORL_ASSIGN(out.fingers, fingers_of(*state_, request, found));
  out.verified = std::move(found.answer);
  return out;
}

}  // namespace whorl::engine
