// Who is in the measured gallery: synthetic people without end, and real ones hidden among them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "index/gallery.h"
#include "index/record/encounter_file.h"
#include "index/record/record.h"
#include "templates/fingerprint/template.h"

namespace whorl::bench {

// Which finger of a person is number 0, 1, ...: the two index fingers first, as a border post would ask for. Every
// person has those; synthetic people may have more, as a registration desk takes them.
fingerprint::FingerPosition position_of(std::size_t finger);

// The synthetic people of a gallery.
struct Population {
  std::uint64_t seed = 1;
  int fingers = 2;  // of each, as position_of() counts
  // So many people have fingers of their own; the others have theirs again, mixed. 0: all have their own. What a
  // gallery takes and how fast it is do not change by it; who is like whom does.
  std::uint64_t distinct = 0;
};

// Makes the records of a population. One thread at a time.
class People {
 public:
  explicit People(Population population) : population_(population) {}
  // Persons `first` .. `first + n`, each with one encounter; made on all cores. Of a population that has few fingers of
  // its own all are kept, some 1.5 KB a finger.
  Result<std::vector<index::EncodedRecord>> make(std::uint64_t first, std::size_t n);

 private:
  // Person `number`, who has fingers of their own.
  Result<std::vector<index::SampleRecord>> own_samples(std::uint64_t number) const;
  Result<std::vector<index::SampleRecord>> samples(std::uint64_t number) const;

  const Population population_;
  std::vector<std::vector<index::SampleRecord>> kept_;  // of the first people, where others have their fingers again
};

// One capture of a person's fingers.
struct CapturedFingers {
  std::vector<index::PreparedSample> prepared;  // as position_of() counts
  std::string person_id;                        // whose they are; empty: nobody's
};

// A synthetic person's second capture; nobody's in the gallery when the seed is another.
CapturedFingers synthetic_capture(const Population& population, std::uint64_t person);

// A synthetic person to be enrolled one by one, and the same capture as a probe.
struct EnrollablePerson {
  index::EncounterRecord record;
  CapturedFingers probe;
};
Result<EnrollablePerson> enrollable_person(const Population& population, std::uint64_t person);

// Real fingers of the measurement data, taken two by two as one person's right and left index: the first impressions go
// into the gallery, the others are the probes.
struct RealPeople {
  std::vector<index::EncodedRecord> records;
  std::vector<CapturedFingers> probes;
};
Result<RealPeople> real_people(const std::string& manifest);

}  // namespace whorl::bench
