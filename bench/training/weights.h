// The score model as the C++ source that templates/fingerprint/compare/score_model.cc includes.
#pragma once

#include <string>

#include "templates/fingerprint/compare/minutiae_alone.h"
#include "templates/fingerprint/compare/score_model.h"

namespace whorl::training {

// The text of score_weights.inc; nine significant digits, so that compiling it gives the same floats.
std::string source_text(const fingerprint::ScoreModels& models);
// The same of minutiae_alone_weights.inc.
std::string source_text(const fingerprint::AloneModels& models);

}  // namespace whorl::training
