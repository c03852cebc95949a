#include "index/live/face_gate.h"

namespace whorl::index {

Status FaceGate::open(const Store& store) {
  WHORL_ASSIGN(const auto stored, store.face_space().get());
  if (!stored) return {};
  WHORL_ASSIGN(FaceSpace space, parse_space(*stored));
  const std::scoped_lock lock(mutex_);
  space_ = std::move(space);
  return {};
}

std::optional<FaceSpace> FaceGate::get() const {
  const std::scoped_lock lock(mutex_);
  return space_;
}

Status FaceGate::check(const FaceSpace& space) const {
  const auto own = get();
  return own ? check_space(*own, space) : Status();
}

Status FaceGate::admit(const FaceSpace& space, Store& store) {
  const std::scoped_lock lock(mutex_);
  if (space_) return check_space(*space_, space);
  WHORL_TRY(store.face_space().put(encode_space(space)));
  space_ = space;
  return {};
}

}  // namespace whorl::index
