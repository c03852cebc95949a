// Whether the fingers of one capture are as many as their names say. Private to this room.
#pragma once

#include <vector>

#include "base/result.h"
#include "engine/calibration.h"
#include "engine/read_sample.h"

namespace whorl::engine {

// From this score on, two fingers of one capture are one finger under two names: strangers reach it once in a million
// comparisons, and an enrolment of ten fingers makes 45.
inline constexpr double kOneFingerDb = 60;

// Compares the fingers with one another. Fingers of unknown position may be captures of one finger. Errors:
// kInvalidInput, both items named, where a finger stands under two positions: one of the names is wrong, and the person
// would not be found by that finger. Cost: about 0.1 ms a pair.
Status require_distinct_fingers(const std::vector<ReadSample>& samples, const Calibration& calibration);

// What was read may be enrolled: good enough, and each finger once. Errors: those of require_quality and
// require_distinct_fingers.
Status require_enrollable(const std::vector<ReadSample>& read, const EngineConfig& config);

}  // namespace whorl::engine
