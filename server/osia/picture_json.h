// Small pictures as JSON. Pure and thread-safe.
#pragma once

#include <boost/json/value.hpp>

#include "engine/explanation.h"

namespace whorl::server {

// {"mediaType": "image/png", "width", "height", "data": base64}; null of none.
boost::json::value picture_json(const image::Picture& picture);

}  // namespace whorl::server
