#include "engine/types.h"

namespace whorl::engine {

std::string_view name_of(Decision decision) {
  switch (decision) {
    case Decision::kMatch: return "match";
    case Decision::kNoMatch: return "no_match";
    case Decision::kIndeterminate: return "indeterminate";
  }
  return "indeterminate";
}

}  // namespace whorl::engine
