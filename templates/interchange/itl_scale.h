// Fields 8 to 10 of records that hold a picture: what its pixels measure. Private to this room.
#pragma once

#include <optional>
#include <string>

#include "templates/interchange/itl.h"

namespace whorl::interchange {

struct ItlScale {
  double x = 0;  // pixels an inch, or with `ratio` a share of the other; 0: not said
  double y = 0;
  bool ratio = false;  // units 0: only how the two lie to each other
  std::string fault;   // why nothing can be taken from the fields, a sentence; empty: nothing is wrong

  // Both axes are said, and a fault is that they differ.
  [[nodiscard]] bool is_of_shape() const { return x > 0; }
  [[nodiscard]] std::optional<double> ppi() const;  // where both axes have it, within 1 %
};

// Of Type-10, 13, 14 and 15. A record without the three fields says nothing and has no fault.
ItlScale scale_of(const ItlRecord& record);

}  // namespace whorl::interchange
