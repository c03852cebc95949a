// Gives slices of this part to others, as its book says that it is to (slice_book.h), a few of them at a time: people
// are sent while they are searched and changed; then the slices take no change, and what is new is sent; then they
// leave, and the other part takes them. It begins wherever the book is, so that it goes on after whatever ended it; of
// a part with replicas the one that leads does it.
//
// Thread-safety: every method may be called from any thread at once. Private to this room.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/event.h"
#include "cluster/held_slices.h"
#include "cluster/move_pauses.h"
#include "cluster/part_group.h"
#include "index/gallery.h"

namespace whorl::cluster {

// What is done at the moment, for whoever asks.
class MoveProgress {
 public:
  void add_to(PartSlices& out) const;
  void doing(std::string what);
  void trouble(std::string why);
  void moved(std::size_t slices, std::size_t encounters);

 private:
  mutable std::mutex mutex_;
  PartSlices now_;
};

class SliceMover {
 public:
  struct Setup {
    std::string part;
    // What a part that begins holds by its cluster's file.
    SliceSet file;
    HeldSlices* slices = nullptr;       // borrowed, as the gallery
    index::Gallery* gallery = nullptr;  // this process's own
    std::map<std::string, std::shared_ptr<PartGroup>> others;
    std::size_t most_bytes = 0;   // of a message of the bus
    std::function<bool()> leads;  // whether it is this process's to do
    // A change in the part's own order, as bytes of an Asked; gives its answer's.
    std::function<Result<Bytes>(ByteView, Until)> own;
    std::shared_ptr<MoveProgress> progress;
    EventSink events;
  };
  explicit SliceMover(Setup setup);
  ~SliceMover();
  // Nothing is begun any more.
  void stop();

  // Where the part has not begun: what it holds is what the file says, unless another part says that it holds some of
  // it. Errors: kInvalidInput then; those of the part's own order.
  static Status begin(const Setup& setup);

 private:
  using Slices = std::vector<SliceMove>;
  void work();
  // Whether anything was done.
  Result<bool> one_step();
  bool finish_left(const SliceBook& book);
  bool settle_kept(const SliceBook& book);
  bool move_some(const SliceBook& book);
  // Of a target that answers, with slices that go together; what fails waits, and keeps nothing else.
  bool tried(const Slices& some, const std::string& target, const std::function<Status(PartGroup&)>& what);
  // Of all in this state those that may go on now.
  std::vector<std::uint16_t> movable(const SliceBook& book, SliceIs state);
  Status move(const Slices& some, PartGroup& target);
  Status finish(const SliceManifest& manifest, PartGroup& target);
  // Whether a slice was ordered after its people were looked for.
  [[nodiscard]] bool is_looked_for(std::uint16_t slice) const;
  Status look_for_people(const SliceBook& before, const std::vector<std::uint16_t>& wanted);
  [[nodiscard]] Slices bundle(const SliceBook& book, const std::vector<std::uint16_t>& from) const;
  Result<SliceManifest> manifest_of(const Slices& some) const;
  // False: something was missing, and was sent.
  Result<bool> all_there(const SliceManifest& manifest, PartGroup& target);
  // On each replica that answers, and on as many as acknowledge a change.
  static Status has_room(const SliceManifest& manifest, PartGroup& target);
  Status send(const SliceManifest& manifest, const StillMissing& missing, PartGroup& target);
  Status find_answers(SliceManifest& manifest);
  [[nodiscard]] std::shared_ptr<PartGroup> other(const std::string& name) const;
  template <class Asking>
  static Result<typename Asking::Answer> own(const Setup& setup, Asking question);
  [[nodiscard]] Status go_on() const;

  const Setup setup_;
  // Who is in slices that are to move, as they were looked for once; more may have come since (HeldSlices::noted).
  std::map<std::uint16_t, std::set<std::string>> people_;
  std::uint64_t looked_at_ = 0;  // the last order before that
  MovePauses pauses_;
  std::map<Sha256, index::KeptAnswer> answers_;  // of the slices that leave now
  mutable std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::string told_;
  std::jthread thread_;
};

}  // namespace whorl::cluster
