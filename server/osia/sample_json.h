// What the engine says of samples, as JSON. Pure and thread-safe.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <vector>

#include "engine/types.h"

namespace whorl::server {

// Of the fingers among the samples, in their order.
boost::json::array quality_json(const std::vector<engine::SampleQuality>& samples);
// Of the face among the samples; null where there is none.
boost::json::value face_json(const std::vector<engine::SampleQuality>& samples);
// An array of the interface's ScoreDetail.
boost::json::array scores_json(const std::vector<engine::SampleScore>& scores);

}  // namespace whorl::server
