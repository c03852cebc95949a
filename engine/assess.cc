// validate -> read -> preview -> answer: what captures are worth by themselves
#include <algorithm>
#include <vector>

#include "engine/call_record.h"
#include "engine/deadline.h"
#include "engine/drawing.h"
#include "engine/engine_state.h"
#include "engine/read_sample.h"
#include "engine/validate.h"

namespace whorl::engine {
namespace {

// Of an image the capture itself, of a template what it holds of the ridges.
Result<image::Picture> preview_of(const Sample& sample, const ReadSample& read, const EngineConfig& config) {
  WHORL_ASSIGN(image::Picture captured, picture_of(sample, config, kPreviewSide_px));
  if (!captured.empty() || !read.content) return captured;
  const auto* finger = std::get_if<fingerprint::FingerprintTemplate>(&read.content->content());
  return finger == nullptr ? captured : ridges_of(*finger);
}

Result<AssessAnswer> assessed(EngineState& state, const Call& call, const AssessRequest& request) {
  WHORL_TRY(validate(request));
  const auto stop = past_deadline(call.deadline, state.world);
  WHORL_ASSIGN(auto read, read_samples(request.samples, state.config, state.workers, stop));
  WHORL_TRY(require_time(call, state.world));
  AssessAnswer out;
  for (ReadSample& each : read) {
    SampleAssessment one;
    WHORL_ASSIGN(one.preview, preview_of(request.samples[each.sample], each, state.config));
    one.usable = each.content && each.quality.quality >= state.config.min_quality && !each.resolution_doubtful;
    one.resolution_doubtful = each.resolution_doubtful;
    one.quality = std::move(each.quality);
    out.samples.push_back(std::move(one));
  }
  return out;
}

}  // namespace

Result<AssessAnswer> Engine::assess(const Call& call, const AssessRequest& request) {
  const CallRecord record(call, "assess", "");
  return record.concluded(assessed(*state_, call, request), [](const AssessAnswer&) { return "assessed"; });
}

}  // namespace whorl::engine
