// What of a part's moves waits, and why: a target that does not answer, or takes no changes, is asked again after a
// pause of its own, beside the work, so that nobody waits for it; a slice that could not move is tried alone, and again
// after a pause of its own. Everything else goes on meanwhile.
//
// Belongs to one thread. Private to this room.
#pragma once

#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cluster/part_group.h"
#include "cluster/slice_book.h"

namespace whorl::cluster {

class MovePauses {
 public:
  // Whether this part answered lately; where that is not known it is asked, which takes a tenth of a second here at
  // most. Null: this process's file does not name it.
  bool answers(const std::string& target, const std::shared_ptr<PartGroup>& group);
  // Something that was asked of it did not go through: it is asked how it does before anything else.
  void ask_again(const std::string& target);
  // It did.
  void answered(const std::string& target);

  void failed(const std::vector<SliceMove>& together, const Error& why);
  void moved(const std::vector<SliceMove>& together);
  [[nodiscard]] bool waits(std::uint16_t slice) const;
  // Not with others, of which it would keep some.
  [[nodiscard]] bool goes_alone(std::uint16_t slice) const;
  // While somebody's slice has left and is nobody's, nothing waits longer than a second.
  void hurry(bool now);
  // Nothing is kept of slices, and parts, that are in no move any more.
  void keep_only(const SliceBook& book);
  // One sentence or a few for whoever asks; empty: nothing waits.
  [[nodiscard]] std::string told() const;

 private:
  using Clock = Until::clock;
  struct Target {
    std::future<Result<PartStatus>> asked;
    bool good = false;
    Until heard{};
    Until next{};
    std::chrono::milliseconds pause{};
    std::string trouble;
  };
  struct Slice {
    int failures = 0;  // one that may be the target's counts half
    Until next{};
    std::chrono::milliseconds pause{};
    std::string trouble;
  };
  void hear(Target& target, const std::string& name) const;
  void lengthen(std::chrono::milliseconds& pause, Until& next) const;

  bool hurries_ = false;
  std::map<std::string, Target> targets_;
  std::map<std::uint16_t, Slice> slices_;
};

}  // namespace whorl::cluster
