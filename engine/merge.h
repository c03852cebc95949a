// What several parts answered, as one: persons in one order, receipts added, every failure with its part's name and its
// reason. Scores are taken as the parts gave them. Private to this room.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/workers.h"
#include "engine/part.h"

namespace whorl::engine {

// What one part gave.
template <class T>
struct PartReply {
  std::string part;  // its name
  Result<T> answer;
};

// All parts' people together.
struct Found {
  std::vector<ScoredPerson> persons;  // best first (comes_before)
  std::vector<ScoredPerson> others;   // beyond those that were wanted, in the same order
  // Where a part left people out of its list: nobody of them scores more. Empty: every list is whole.
  std::optional<double> unlisted_db;
  Receipt receipt;
  std::uint64_t compared = 0;
};

using Parts = std::vector<std::shared_ptr<Part>>;

// Every part's reply, in the order of the parts; they are asked at once. What a part throws is its failure.
std::vector<PartReply<PartAnswer>> ask_parts(const Parts& parts, const Probe& probe, const Query& query,
                                             Deadline deadline, const Workers& workers);
std::vector<PartReply<ScoredPerson>> ask_parts(const Parts& parts, const Probe& probe, const std::string& gallery_id,
                                               const std::string& person_id, Deadline deadline, const Workers& workers);

// The `max_candidates` best of all, the others that parts gave, and the receipts' sum. A part where nobody is in the
// gallery adds nothing. A part that failed is named in the receipt, which then is not complete. Parts were asked for
// `asked_for` people at most; one that gave as many, and compared more, left people out.
// Errors: a part's kInvalidInput, which is the caller's fault; kNotFound where no part knows the gallery; where no part
// gave an answer, the first one's error.
Result<Found> merge(std::vector<PartReply<PartAnswer>> replies, std::size_t max_candidates, std::size_t asked_for);
// Of parts that were asked for as many as are wanted.
inline Result<Found> merge(std::vector<PartReply<PartAnswer>> replies, std::size_t max_candidates) {
  return merge(std::move(replies), max_candidates, max_candidates);
}

// The one part's answer that has the person in the gallery.
// Errors: as above; kNotFound where no part has them; where a part failed and no other has them, that part's error with
// its name, for the person may be there.
Result<ScoredPerson> merge(std::vector<PartReply<ScoredPerson>> replies);

// Errors: kUnavailable, naming how many could not be searched and the first reasons, unless the receipt is complete or
// a partial answer was asked for.
Status require_complete(const Receipt& receipt, bool partial_ok);

}  // namespace whorl::engine
