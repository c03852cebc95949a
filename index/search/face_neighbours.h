// The source of candidates by face: the persons with the most alike faces. Found by a scan of all, or in shards with an
// index (index/shard/face_index.h) of all whom it names; their cosines are exact. Private to this room.
#pragma once

#include "index/comparator/face_comparator.h"
#include "index/search/best_votes.h"
#include "index/search/candidate_source.h"
#include "index/shard/face_scan.h"

namespace whorl::index {

class FaceNeighbours final : public CandidateSource {
 public:
  // Keeps the `persons` with the most alike faces. Borrows the scope. Cost: docs/index.md, "Faces".
  FaceNeighbours(const Scope& scope, const PreparedSample& face, std::size_t persons)
      : scope_(scope), face_(embedding_view(face.bytes)), persons_(persons), best_(persons) {}

  Status look(const RangeEncounters& range) override;
  Status choose(PersonBitmap& chosen) override {
    best_.mark(chosen);
    return {};
  }

 private:
  // Whether the index of the range's shard serves: everybody of it is in the scope.
  [[nodiscard]] bool is_indexed(const Shard& shard) const;
  // False: it did not name enough persons.
  [[nodiscard]] bool ask_index(const Shard& shard, std::vector<Vote>& found) const;
  void scan(const Shard& shard, std::size_t begin, std::size_t end, std::vector<Vote>& found) const;

  const Scope& scope_;
  const FaceProbe face_;
  const std::size_t persons_;
  BestVotes best_;
};

}  // namespace whorl::index
