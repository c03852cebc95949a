// One biometric sample as it comes in: bytes of some format and what is said of them. Plain values that own all they
// hold; not synchronised.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "templates/capture.h"
#include "templates/format.h"
#include "templates/modality.h"

namespace whorl {

struct Sample {
  Modality modality = Modality::kFinger;
  // Of the modality (a finger: fingerprint::FingerPosition); 0 where nobody noted it: it is then compared with every
  // kept sample of its modality.
  std::uint8_t position = 0;
  Format format = Format::kUnstated;
  // A whole file, or a template.
  Bytes bytes = {};
  // Pixels an inch, whatever the file says; needed where the image of a finger does not say it. Of images alone.
  std::optional<double> resolution_ppi = {};
  // What was said of it, with the instance and the impression; kept when it is enrolled.
  CaptureData capture = {};
};

}  // namespace whorl
