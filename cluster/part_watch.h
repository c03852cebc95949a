// What the parts of a cluster say of themselves, asked every second, so that counts and health can be told at once.
// Private to this room.
//
// Thread-safety: every method may be called from any thread at once.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "cluster/front.h"
#include "cluster/sliced_parts.h"

namespace whorl::cluster {

class PartWatch {
 public:
  // Borrows the parts.
  explicit PartWatch(SlicedParts& parts);
  ~PartWatch();

  // Asks every part now, all at once.
  std::vector<PartView> look();

  // Of all parts together, as each said last.
  [[nodiscard]] std::vector<engine::GalleryView> galleries() const;
  void add_to(engine::NodeDuties& duties) const;
  // With `changes_refused` where a part is missing or refuses them: it is named.
  void add_to(engine::NodeHealth& health) const;

 private:
  struct Seen {
    PartStatus last;
    std::optional<Error> missing;
  };
  std::vector<Seen> ask() const;
  [[nodiscard]] std::vector<Seen> seen() const;
  void keep(std::vector<Seen> fresh);
  void watch();

  SlicedParts& sliced_;
  const std::vector<std::shared_ptr<PartGroup>> parts_;
  mutable std::mutex mutex_;
  std::vector<Seen> seen_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::jthread thread_;
};

}  // namespace whorl::cluster
