// What a call is told and leaves behind: its trace hears each stage's figures, its audit leaf what was asked and what
// came of it. Private to this room.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/call.h"

namespace whorl::engine {

// Borrows the call.
class CallRecord {
 public:
  // Fills the leaf's operation and galleries.
  CallRecord(const Call& call, std::string_view operation, std::string_view gallery_id);

  // `figures()` gives the line; it is asked for only where somebody listens.
  template <class Figures>
  void stage(std::string_view name, const Figures& figures) const {
    if (call_.trace != nullptr) call_.trace->stage(name, figures());
  }

  // What the call will come to: set before an effect, so that both may be written in one batch.
  void outcome(std::string_view text) const;

  // The result as it is; its outcome is the error's kind, or what `outcome_of` says of the value.
  template <class T, class OutcomeOf>
  Result<T> concluded(Result<T> result, const OutcomeOf& outcome_of) const {
    outcome(result.ok() ? std::string_view(outcome_of(*result)) : name_of(result.error().kind));
    return result;
  }
  Status concluded(Status result, std::string_view done) const {
    outcome(result.ok() ? done : name_of(result.error().kind));
    return result;
  }

 private:
  const Call& call_;
};

}  // namespace whorl::engine
