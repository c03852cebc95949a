// What was said of a sample's capture, in OSIA's words, both ways. Pure and thread-safe.
#pragma once

#include <boost/json/object.hpp>

#include "base/result.h"
#include "engine/types.h"
#include "server/json/json_reader.h"

namespace whorl::server {

// Of an item of biometricData. The sender's own assessment (quality, algorithm, vendor) is checked for its type and not
// kept: answers carry Whorl's own. Errors: kInvalidInput naming the property.
Result<CaptureData> read_capture(const ObjectReader& item);

// Adds what was said to `item`.
void put_capture(const CaptureData& capture, boost::json::object& item);

}  // namespace whorl::server
