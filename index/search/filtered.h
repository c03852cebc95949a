// Whom a filter leaves, from the index of the records, without reading these. Private to this room.
#pragma once

#include <array>
#include <cstring>
#include <string>
#include <unordered_set>

#include "base/result.h"
#include "base/workers.h"
#include "index/live/live_set.h"
#include "index/record/attributes.h"
#include "index/record/digest.h"
#include "index/store/record_table.h"

namespace whorl::index {

struct DigestHash {
  std::size_t operator()(const RecordDigest& digest) const {
    std::size_t out = 0;
    std::memcpy(&out, digest.data(), sizeof out);
    return out;
  }
};

struct Filtered {
  std::unordered_set<RecordDigest, DigestHash> encounters;  // by what shards know them
  Counts counts;
  // Where nobody is left of active encounters: names that nobody has, of terms that may be about nothing, or else the
  // names of all terms, which nobody fulfils together.
  std::vector<std::string> absent;
};

// Of the active encounters of a gallery, or of all ("ALL"). Those whose index entry was made before there were filters
// are read. Cost: about two microseconds an encounter of the whole gallery. Errors: kInvalidInput (nobody has what a
// term is about, or all have it of another kind: the field is its name), kCorruption, kUnavailable (also where
// `expired` says so).
Result<Filtered> filtered(const RecordTable& records, const EncounterFilter& filter, const std::string& gallery_id,
                          const Workers& workers, const std::function<bool()>& expired = {});

}  // namespace whorl::index
