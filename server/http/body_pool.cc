#include "server/http/body_pool.h"

namespace whorl::server {

bool BodyPool::take(const std::string& owner, std::size_t held, std::size_t more) {
  const std::lock_guard lock(mutex_);
  const std::size_t left = capacity_ - taken_;
  if (more > left) return false;
  if (!owner.empty() && more > 0) {
    const auto known = owners_.find(owner);
    const std::size_t own = known == owners_.end() ? 0 : known->second;
    const bool others_beside = own > held;
    if (others_beside && own + more > left - more) return false;
    owners_[owner] = own + more;
  }
  taken_ += more;
  return true;
}

void BodyPool::give_back(const std::string& owner, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  taken_ -= bytes;
  const auto known = owners_.find(owner);
  if (known == owners_.end()) return;
  known->second -= bytes;
  if (known->second == 0) owners_.erase(known);
}

std::size_t BodyPool::taken() const {
  const std::lock_guard lock(mutex_);
  return taken_;
}

bool BodyShare::grow_to(std::size_t bytes) {
  if (bytes <= bytes_) return true;
  if (pool_ == nullptr || !pool_->take(owner_, bytes_, bytes - bytes_)) return false;
  bytes_ = bytes;
  return true;
}

}  // namespace whorl::server
