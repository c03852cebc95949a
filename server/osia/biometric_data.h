// OSIA's BiometricData array -> samples and missing fingers.
#pragma once

#include <boost/json/array.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "engine/types.h"
#include "server/json/json_reader.h"

namespace whorl::server {

// The most items of one biometricData array: ten fingers, ten statements of a missing one, and a face.
inline constexpr std::size_t kMaxBiometricItems = 2 * limits::kFingers + 1;

struct Biometrics {
  std::vector<Sample> samples;
  std::vector<engine::MissingFinger> missing;
  // Where a sample came from.
  struct Item {
    std::size_t number = 0;  // biometricData[number]
    bool image = false;      // from its "image", else from its "template"
  };
  std::vector<Item> sample_items;          // of each of the samples
  std::vector<std::size_t> missing_items;  // missing[i] came from biometricData[missing_items[i]]
};

// A request for the engine, and where in the body each of its samples came from.
template <class EngineRequest>
struct Parsed {
  EngineRequest request;
  Biometrics biometrics;  // its samples have moved into `request`; the item numbers serve in_osia_words
};

// What is kept of a sample that an item describes as a reading of it does, with a templateFormat and without image and
// template: the next one of the modality and position. Errors: kInvalidInput without a field: nothing of the kind is
// kept; and those of the service.
using KeptSample = std::function<Result<Sample>(Modality modality, std::uint8_t position)>;

// Reads a member of `body`. Items are FINGER with an image, or a template in a format of
// engine::template_formats, or neither and a `missing` list; one at most is FACE with an image, or a template in
// WHORL_FACE. A record of another system may be either, and give several fingers. Images are not decoded here. Errors:
// kInvalidInput naming the property, e.g. "biometricData[1].imageRef": a type, subtype, format or property that is not
// supported, bad base64, too many. `kept`: of a change, what stands for items without image and template.
Result<Biometrics> read_biometrics(const ObjectReader& body, std::string_view name = "biometricData",
                                   const KeptSample& kept = {});

}  // namespace whorl::server
