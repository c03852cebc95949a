// Templates made ready for the gallery: for looking for them, and for keeping them. Pure; thread-safe.
#pragma once

#include <vector>

#include "base/result.h"
#include "index/comparator/prepared_sample.h"
#include "index/record/record.h"
#include "templates/codec/template.h"

namespace whorl::index {

// To look for; the position is left at 0. Cost: a finger about 0.1 ms.
PreparedSample prepare_probe(const codec::Template& content);

// How alike two are that were made so, by their modality's comparator. Precondition: of one modality and one space.
double compare_prepared(const PreparedSample& a, const PreparedSample& b);

// A sample on its way into a gallery: what its record says, and what shards hold of it.
struct KeptSample {
  SampleRecord record;
  PreparedSample prepared;
};

// Of a template of this build's extractor, and of what prepare_probe() made of it: encoded once, and not prepared
// again. Errors: kInvalidInput (the template breaks its own bounds).
Result<KeptSample> keep_sample(std::uint8_t position, const codec::Template& content, const PreparedSample& probe);

// An encounter on its way into a gallery: its record, and what shards hold of each of its samples, in their order.
struct KeptEncounter {
  EncounterRecord record;
  std::vector<PreparedSample> prepared;
};

}  // namespace whorl::index
