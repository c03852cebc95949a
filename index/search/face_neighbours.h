// The source of candidates by face: the persons with the most alike faces, found exactly by a scan of all. Private to
// this room.
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
      : scope_(scope), face_(embedding_view(face.bytes)), best_(persons) {}

  Status look(const RangeEncounters& range) override;
  Status choose(PersonBitmap& chosen) override {
    best_.mark(chosen);
    return {};
  }

 private:
  const Scope& scope_;
  const FaceProbe face_;
  BestVotes best_;
};

}  // namespace whorl::index
