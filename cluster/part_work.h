// What a part does with a question that has opened: its engine's answer, as bytes. Private to this room.
//
// Thread-safety: answer() may be called from any thread at once.
#pragma once

#include <functional>

#include "cluster/bus.h"
#include "cluster/messages.h"
#include "cluster/slices.h"
#include "engine/engine.h"

namespace whorl::cluster {

using AskBack = std::function<Result<Bytes>(ByteView question, Until until)>;

class PartWork {
 public:
  // Of the part at this place of the map. Borrows the engine.
  PartWork(engine::Engine& engine, const SliceMap& slices, std::size_t place)
      : engine_(&engine), slices_(slices), place_(place) {}

  // An answer, or an error, as decode_answer reads it. `back` is asked for what an enrolment's answer is to be, before
  // anything is written.
  [[nodiscard]] Bytes answer(ByteView question, Until came, const AskBack& back) const;
  static Bytes refused(const Error& error);

 private:
  engine::Engine* engine_;
  SliceMap slices_;
  std::size_t place_;
};

}  // namespace whorl::cluster
