// Who is in the measured gallery: synthetic people without end, and real ones hidden among them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "index/gallery.h"
#include "index/record/encounter_file.h"
#include "index/record/record.h"
#include "templates/fingerprint/compare/compare.h"

namespace whorl::bench {

using fingerprint::FingerPosition;
using fingerprint::PreparedTemplate;

// Every person has these two, as a border post would ask for.
inline constexpr FingerPosition kBothIndexes[] = {FingerPosition::kRightIndex, FingerPosition::kLeftIndex};

// Persons `first` .. `first + n` of the synthetic population, each with one encounter; made on all cores.
Result<std::vector<index::EncodedRecord>> synthetic_people(std::uint64_t seed, std::uint64_t first, std::size_t n);

// One capture of both index fingers.
struct TwoFingers {
  std::vector<index::PreparedSample> prepared;  // as kBothIndexes
  std::string person_id;                        // whose they are; empty: nobody's
};

// A synthetic person's second capture; nobody's in the gallery when the seed is another.
TwoFingers synthetic_capture(std::uint64_t seed, std::uint64_t person);

// A synthetic person to be enrolled one by one, and the same capture as a probe.
struct EnrollablePerson {
  index::EncounterRecord record;
  TwoFingers probe;
};
Result<EnrollablePerson> enrollable_person(std::uint64_t seed, std::uint64_t person);

// Real fingers of the measurement data, taken two by two as one person's right and left index: the first impressions go
// into the gallery, the others are the probes.
struct RealPeople {
  std::vector<index::EncodedRecord> records;
  std::vector<TwoFingers> probes;
};
Result<RealPeople> real_people(const std::string& manifest);

}  // namespace whorl::bench
