// What the engine says of samples, as JSON. Pure and thread-safe.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <vector>

#include "engine/types.h"

namespace whorl::server {

boost::json::array quality_json(const std::vector<engine::FingerQuality>& fingers);
// null where there is no face.
boost::json::value face_json(const std::optional<engine::FaceQuality>& face);
// An array of the interface's ScoreDetail.
boost::json::array scores_json(const std::vector<engine::FingerScore>& fingers,
                               const std::optional<engine::FaceScore>& face);

}  // namespace whorl::server
