// The scale of the scores of minutiae alone.
#pragma once

#include "engine/calibration.h"
#include "templates/fingerprint/compare/minutiae_alone.h"

namespace whorl::training {

// `alone`: of the raw scores that the models of minutiae alone give. Each comes to the score that has as many decibels
// by `common`, as far as both say any.
fingerprint::AloneScale alone_scale(const engine::Calibration& alone, const engine::Calibration& common);

}  // namespace whorl::training
