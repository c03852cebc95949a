// OSIA's BiometricData array -> finger samples, missing fingers and a face.
#pragma once

#include <boost/json/array.hpp>
#include <cstddef>
#include <optional>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "engine/types.h"
#include "server/json/json_reader.h"

namespace whorl::server {

// The most items of one biometricData array: ten fingers, ten statements of a missing one, and a face.
inline constexpr std::size_t kMaxBiometricItems = 2 * limits::kFingers + 1;

struct Biometrics {
  std::vector<engine::FingerSample> fingers;
  std::vector<engine::MissingFinger> missing;
  std::vector<std::size_t> finger_items;   // fingers[i] came from biometricData[finger_items[i]]
  std::vector<std::size_t> missing_items;  // missing[i] came from biometricData[missing_items[i]]
  std::optional<engine::FaceSample> face;
  std::size_t face_item = 0;  // the face came from biometricData[face_item]
};

// A request for the engine, and where in the body each of its samples came from.
template <class EngineRequest>
struct Parsed {
  EngineRequest request;
  Biometrics biometrics;  // its samples have moved into `request`; the item numbers serve in_osia_words
};

// Reads the member "biometricData" of `body`. Items are FINGER with an image, or a template in WHORL_NATIVE,
// or neither and a `missing` list; one at most is FACE with an image, or a template in WHORL_FACE. Images are not
// decoded here. Errors: kInvalidInput naming the property,
// e.g. "biometricData[1].imageRef": a type, subtype, format or property that is not supported, bad base64,
// too many.
Result<Biometrics> read_biometrics(const ObjectReader& body);

}  // namespace whorl::server
