// Two persons of a gallery who may be one, as a deduplication found them. Plain values.
#pragma once

#include <cstdint>
#include <string>

namespace whorl::index {

struct KeptDuplicate {
  std::string person_id;  // before the other in their order
  std::string other_person_id;
  std::int64_t score_mdb = 0;  // thousandths of a decibel

  friend bool operator==(const KeptDuplicate&, const KeptDuplicate&) = default;
};

}  // namespace whorl::index
