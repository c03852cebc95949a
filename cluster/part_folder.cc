#include "cluster/part_folder.h"

#include "cluster/move_plan.h"
#include "cluster/slice_book.h"
#include "engine/engine.h"

namespace whorl::cluster {

Status check_no_move(index::Gallery& gallery) {
  WHORL_ASSIGN(const index::KeptTasks all, gallery.tasks());
  const std::string wanted = std::string(engine::kExchangeRows) + kBookRow;
  for (const index::KeptTask& each : all.tasks) {
    if (each.id != wanted) continue;
    WHORL_ASSIGN(const SliceBook book, SliceBook::parse(each.head));
    for (const SliceIs is : {SliceIs::kLeaving, SliceIs::kLeft, SliceIs::kTaking}) {
      const auto slices = book.all(is);
      if (slices.empty()) continue;
      return unavailable("this gallery is part of a cluster, and in the middle of a move with part " +
                         book.other(slices.front()) + " (of slices " + told(slices) +
                         "): nothing is done with it meanwhile. Start the part (whorl part), wait until whorl cluster "
                         "status shows no move, and ask a front, or stop the part again");
    }
  }
  return {};
}

}  // namespace whorl::cluster
