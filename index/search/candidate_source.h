// A source of candidates: one way to say whom a search compares exactly. Private to this room.
//
// The candidate stage (candidate_stage.h) hands every range of every shard to each of its sources, from several threads
// at once, and then asks each for its persons; whoever any of them names goes on to the exact stage. So another way,
// say an index of vectors over a shard, is one more file: a class below and a line in sources_for(). The virtual calls
// are one a range of some thousand encounters; the loops inside are each source's own.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "index/search/census.h"
#include "index/search/person_bitmap.h"

namespace whorl::index {

class CandidateSource {
 public:
  CandidateSource() = default;
  virtual ~CandidateSource() = default;
  // Goes through a range. Called from several threads at once, once for each range. An error makes the range's shard
  // contribute nobody; where the request has expired, any error ends the search.
  virtual Status look(const RangeEncounters& range) = 0;
  // Marks the persons to compare exactly, once every look() has returned. Fails only where the request has expired.
  virtual Status choose(PersonBitmap& chosen) = 0;

  CandidateSource(const CandidateSource&) = delete;
  CandidateSource& operator=(const CandidateSource&) = delete;
};

using CandidateSources = std::vector<std::unique_ptr<CandidateSource>>;

}  // namespace whorl::index
