// The slices of a part, on its disk, and what happens to its people when they move (slice_book.h has the order of
// steps). What comes lies in sealed rows beside the gallery, where no search looks; it is put into the gallery, and
// what leaves is taken out, between two versions of what the part holds. Whoever asks names a version, and gets an
// answer only where it was that one from the beginning to the end.
//
// Every step may be asked for again, and is when a process ended in it: on the disk lies first that it was begun.
//
// Thread-safety: every method may be called from any thread at once. Private to this room.
#pragma once

#include <atomic>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <vector>

#include "cluster/messages.h"
#include "cluster/slice_book.h"
#include "engine/tasks.h"
#include "index/gallery.h"

namespace whorl::cluster {

class HeldSlices {
 public:
  // Borrows both. Errors: kCorruption, kUnavailable.
  static Result<std::unique_ptr<HeldSlices>> open(engine::TaskStore& rows, index::Gallery& gallery);
  // Goes on with steps that a process ended in; of a part with a log the log does that. Errors: as the steps.
  Status mend();

  [[nodiscard]] SliceBook book() const;
  // The part holds just what this version says, and nothing is being put in or taken out.
  [[nodiscard]] bool is_at(std::uint64_t version) const;
  [[nodiscard]] bool any_fenced() const;

  // Held while a change of somebody is checked and made: a fence waits for those, and none is made behind it.
  [[nodiscard]] std::shared_lock<std::shared_mutex> changing();
  // Under changing(). Notes whom the change may make, where their slice is to move. Errors: slice_moved.
  Status check(const std::string& person_id);
  // Whom check() has seen of a slice since it was ordered to move, or since the process began. With those who were
  // there when it was (a look that began no earlier than ordered()), these are all that may be in it.
  [[nodiscard]] std::set<std::string> noted(std::uint16_t slice) const;
  // Counts orders; of a slice the one that it was last of, 0: none since the process began.
  [[nodiscard]] std::uint64_t orders() const;
  [[nodiscard]] std::uint64_t ordered(std::uint16_t slice) const;

  // The steps that follow are of this entry of the part's log; of a part without one they are of none. Under the order
  // of the log.
  void set_entry(std::uint64_t entry) { entry_ = entry; }
  // Steps. Errors of all: those of SliceBook, kUnavailable, kExhausted, kCorruption.
  Status begin(const BeginSlices& asked);
  Status order(const OrderMoves& asked);
  Status give_up();
  Status fence(const FenceSlices& asked);
  Result<SlicesLeft> leave(const LeaveSlices& asked);
  Status settle(const SettleSlices& asked);
  // `number`: of the row in which it is kept, greater than any before where there is a log; 0: the next.
  Status stage(const StageSlices& asked, std::uint64_t number);
  // Errors also: kExhausted: what has come would not fit into the gallery.
  [[nodiscard]] Result<StillMissing> missing(const AskMissing& asked) const;
  Status take(const TakeSlices& asked);
  Status let_go(const LetGoOfSlices& asked);

  // Room for what comes. What lies here of slices that come is counted, once, until they are taken or let go; nothing
  // else is put beside it that would not leave room for it. Asked before a step or a change goes into a log, since it
  // depends on the machine. Errors of both: kExhausted.
  [[nodiscard]] Status room_for(const StageSlices& asked) const;
  // Counts for a change of somebody as long as it lives.
  class Room;
  [[nodiscard]] Result<std::unique_ptr<Room>> room_beside(index::Coming change);

  // What left with this slice; for whoever has to tell the target once more. Errors: kCorruption.
  [[nodiscard]] Result<SliceManifest> manifest_of(std::uint16_t slice) const;

  // For a replica that is made as this one is. Errors: kUnavailable (a step is not at its end).
  [[nodiscard]] Result<std::vector<std::string>> row_names() const;
  [[nodiscard]] Result<std::optional<Bytes>> row(const std::string& name) const;
  Status replace(const SliceBook& book, const std::vector<std::pair<std::string, Bytes>>& rows);

 private:
  using EncounterKey = std::pair<std::string, std::string>;
  // Where something lies that has come: the row, and its place in it.
  struct Place {
    std::uint64_t row = 0;
    std::uint32_t place = 0;
    std::array<std::uint8_t, 16> digest{};  // of an encounter, and what it takes in the gallery
    index::Coming takes{};
  };
  HeldSlices(engine::TaskStore& rows, index::Gallery& gallery) : rows_(rows), gallery_(gallery) {}
  Status read();
  Status keep(SliceBook fresh);
  // At the end of a step: an entry whose step is made is not made again when the log is read anew, nor is any before
  // it, whose effects a move may have taken away with their notes.
  Status keep_made(SliceBook fresh);
  [[nodiscard]] Status may_take(const index::CopiedEncounter& one) const;
  Status note_staged(std::uint64_t row, const StageSlices& staged);
  void forget_row(std::uint64_t row);
  Status drop_rows();
  Status put_manifest(const SliceManifest& manifest, const std::string& from);
  Result<TakeSlices> manifest_row(std::uint16_t slice) const;
  static std::uint64_t room_of(const std::vector<Place>& places);
  // Under mutex_: of all that lies here and comes.
  [[nodiscard]] index::Coming coming() const;
  // Under mutex_: for these, changes under way, and `more`.
  [[nodiscard]] Status has_room_beside(index::Coming all, const index::Coming& more) const;
  [[nodiscard]] const Place* staged(const index::Moment::Named& named) const;
  Result<StageSlices> staged_row(std::uint64_t row) const;
  [[nodiscard]] StillMissing still_missing(const SliceManifest& manifest) const;
  [[nodiscard]] bool was_taken(const SliceManifest& manifest) const;
  Status put_people(const SliceManifest& manifest, const std::string& from);
  Status take_out(const SliceManifest& manifest, bool again, bool& left);

  engine::TaskStore& rows_;
  index::Gallery& gallery_;
  std::mutex queue_;
  std::shared_mutex changing_;
  mutable std::mutex mutex_;  // of what follows; steps hold step_ besides, one after another
  std::mutex step_;
  std::atomic<std::uint64_t> entry_ = 0;
  SliceBook book_;
  bool between_ = false;
  std::map<std::uint64_t, std::set<std::uint16_t>> staged_rows_;  // slices of each
  std::map<EncounterKey, std::vector<Place>> encounters_;
  std::map<Sha256, Place> answers_;
  std::list<index::Coming> under_way_;  // changes that are being made while something comes
  std::map<std::uint16_t, std::set<std::string>> noted_;
  std::uint64_t orders_ = 0;
  std::map<std::uint16_t, std::uint64_t> ordered_;
};

class HeldSlices::Room {
 public:
  Room(HeldSlices& of, std::list<index::Coming>::iterator at) : of_(of), at_(at) {}
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;
  ~Room() {
    const std::scoped_lock lock(of_.mutex_);
    of_.under_way_.erase(at_);
  }

 private:
  HeldSlices& of_;
  std::list<index::Coming>::iterator at_;
};

}  // namespace whorl::cluster
