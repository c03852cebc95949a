// Minutiae records of other systems from Whorl's templates.
//
// What is written passes interchange::check without a finding. Pure; thread-safe. Cost: microseconds.
#pragma once

#include <span>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/fingerprint/template.h"
#include "templates/interchange/minutiae_record.h"

namespace whorl::interchange {

struct FingerToWrite {
  const fingerprint::FingerprintTemplate* content = nullptr;
  fingerprint::FingerPosition position = fingerprint::FingerPosition::kUnknown;
  std::uint8_t impression = 0;  // of ISO/IEC 19794-2: 0 live-scan plain
};

struct MinutiaeWriting {
  MinutiaeEdition edition = MinutiaeEdition::kIso2005;
  std::size_t most_minutiae = 255;  // of a finger, the best of them; cards often take 60
  // CBEFF product owner and type of INCITS records, not 0. The default is of nobody's registration.
  std::uint16_t product_owner = 0xffff;
  std::uint16_t product_type = 0xffff;
};

// ISO/IEC 19794-2:2005, :2011, its two card formats (one finger), and INCITS 378-2004 and 2009. What these cannot hold,
// the ridge map and the flow, is left out. Errors: kInvalidInput: no finger, more than 15 views of one finger, a finger
// without minutiae, more than one finger for a card format, an edition that is not written.
Result<Bytes> write_minutiae(std::span<const FingerToWrite> fingers, const MinutiaeWriting& how = {});

}  // namespace whorl::interchange
