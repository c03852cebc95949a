// What a part does with a question that has opened: its engine's answer, as bytes. Private to this room.
//
// Thread-safety: answer() may be called from any thread at once.
#pragma once

#include <functional>

#include "cluster/bus.h"
#include "cluster/digests.h"
#include "cluster/held_slices.h"
#include "cluster/messages.h"
#include "cluster/replica.h"
#include "engine/engine.h"

namespace whorl::cluster {

using AskBack = std::function<Result<Bytes>(ByteView question, Until until)>;

class PartWork {
 public:
  // Borrows both.
  PartWork(engine::Engine& engine, HeldSlices& slices) : engine_(&engine), slices_(&slices) {}
  // The part has replicas: changes go by its log, and answers are of what the log says. Borrowed.
  void set_replica(Replica& replica) { replica_ = &replica; }

  // An answer, or an error, as decode_answer reads it. `back` is asked for what an enrolment's answer is to be, before
  // anything is written.
  [[nodiscard]] Bytes answer(ByteView question, Until came, const AskBack& back) const;
  static Bytes refused(const Error& error);
  // What is said of moves beside the slices themselves.
  void set_progress(std::function<void(PartSlices&)> progress) { progress_ = std::move(progress); }
  // A change of the log: the entry of this number.
  [[nodiscard]] Replica::Made make(const LogEntry& entry, std::uint64_t index) const;

 private:
  [[nodiscard]] Bytes replicated(Asked asked, Until came, const AskBack& back) const;
  [[nodiscard]] Bytes logged(Asked asked, Until until, Until came, const AskBack& back) const;

  // Nothing where none is needed. Errors: kExhausted.
  [[nodiscard]] Result<std::unique_ptr<HeldSlices::Room>> room_of(const Asked& asked) const;
  [[nodiscard]] Bytes at_one(const Asked& asked, Until came, const AskBack& back) const;

  engine::Engine* engine_;
  HeldSlices* slices_;
  std::function<void(PartSlices&)> progress_;
  Replica* replica_ = nullptr;
  std::shared_ptr<Digests> digests_ = std::make_shared<Digests>();
};

}  // namespace whorl::cluster
