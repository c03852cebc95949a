// Which networks read images of faces, and what their scores are worth.
#pragma once

#include <memory>
#include <optional>

#include "base/result.h"
#include "engine/calibration.h"
#include "engine/node_config.h"
#include "templates/face/extract.h"

namespace whorl::engine {

// The networks that `config` names, or the recommended ones. Errors: kNotFound where weights are not there, saying how
// to fetch them; kInvalidInput, kCorruption: those of read_file, parse_card, shipped_card and FaceExtractor::open. The
// field is the configuration's ("network").
Result<std::unique_ptr<face::FaceExtractor>> open_face_extractor(const FaceConfig& config);

// The calibration that `config` names; else the one that the network's card names, beside the weights; else none: then
// a score has no decibels. `network`: whose scores are asked about, where that is known: the card of another network
// does not count. Errors: those of read_calibration and of the card ("calibration", "card", "network" as field).
Result<std::optional<Calibration>> face_calibration(const FaceConfig& config,
                                                    const std::optional<face::NetworkId>& network = {});

}  // namespace whorl::engine
