// What each quality comes to for an operator.
#include "engine/feedback.h"

#include <utility>

#include "base/catalogue.h"

namespace whorl::engine {
namespace {

constexpr int kGoodQuality = 40;
constexpr int kFewMinutiae = 12;

}  // namespace

std::vector<Reason> finger_feedback(const FingerFigures& finger, int usable) {
  if (finger.minutiae == 0) return {reason_of(FeedbackCode::kNoRidgeDetail)};
  if (finger.quality < usable) return {reason_of(FeedbackCode::kFingerTooPoor)};
  if (finger.minutiae < kFewMinutiae) return {reason_of(FeedbackCode::kLittleOfFinger)};
  if (finger.minutiae_alone) return {reason_of(FeedbackCode::kMinutiaeAlone)};
  if (finger.quality < kGoodQuality) return {reason_of(FeedbackCode::kFingerFaint)};
  return {};
}

std::vector<Reason> face_feedback(int quality, int usable) {
  if (quality < usable) return {reason_of(FeedbackCode::kFaceTooPoor)};
  return {};
}

SampleQuality finger_quality(std::uint8_t position, int quality, int minutiae, std::vector<Reason> advice) {
  SampleQuality out{Modality::kFinger, position, quality, minutiae, sentences(advice)};
  out.why = std::move(advice);
  return out;
}

SampleQuality face_quality(std::uint8_t position, int quality, std::vector<Reason> advice) {
  SampleQuality out{Modality::kFace, position, quality, 0, sentences(advice)};
  out.why = std::move(advice);
  return out;
}

}  // namespace whorl::engine
