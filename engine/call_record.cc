// Fills the leaf of a call.
#include "engine/call_record.h"

namespace whorl::engine {

CallRecord::CallRecord(const Call& call, std::string_view operation, std::string_view gallery_id) : call_(call) {
  if (call_.leaf == nullptr) return;
  call_.leaf->operation = operation;
  call_.leaf->gallery_id = gallery_id;
  call_.leaf->outcome.clear();
  call_.leaf->noted = {};
}

void CallRecord::outcome(std::string_view text) const {
  if (call_.leaf != nullptr) call_.leaf->outcome = text;
}

}  // namespace whorl::engine
