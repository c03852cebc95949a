// What each quality comes to for an operator.
#include "engine/feedback.h"

#include <utility>

#include "base/catalogue.h"

namespace whorl::engine {
namespace {

constexpr int kGoodQuality = 40;
constexpr int kFewMinutiae = 12;

}  // namespace

std::vector<Reason> finger_feedback(int quality, int minutiae, int usable) {
  if (minutiae == 0) return {reason_of(FeedbackCode::kNoRidgeDetail)};
  if (quality < usable) return {reason_of(FeedbackCode::kFingerTooPoor)};
  if (minutiae < kFewMinutiae) return {reason_of(FeedbackCode::kLittleOfFinger)};
  if (quality < kGoodQuality) return {reason_of(FeedbackCode::kFingerFaint)};
  return {};
}

std::vector<Reason> face_feedback(int quality, int usable) {
  if (quality < usable) return {reason_of(FeedbackCode::kFaceTooPoor)};
  return {};
}

FingerQuality finger_quality(FingerPosition position, int quality, int minutiae, std::vector<Reason> advice) {
  FingerQuality out{position, quality, minutiae, sentences(advice)};
  out.why = std::move(advice);
  return out;
}

FaceQuality face_quality(int quality, std::vector<Reason> advice) {
  FaceQuality out{quality, sentences(advice)};
  out.why = std::move(advice);
  return out;
}

}  // namespace whorl::engine
