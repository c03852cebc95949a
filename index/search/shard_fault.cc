#include "index/search/shard_fault.h"

#include <atomic>

namespace whorl::index {
namespace {

std::atomic<const ShardFault::Ask*> living = nullptr;

}  // namespace

ShardFault::ShardFault(Ask ask) : ask_(std::move(ask)) { living.store(&ask_, std::memory_order_release); }
ShardFault::~ShardFault() { living.store(nullptr, std::memory_order_release); }

Status ShardFault::of(std::size_t shard) {
  const Ask* ask = living.load(std::memory_order_acquire);
  return ask == nullptr ? Status() : (*ask)(shard);
}

}  // namespace whorl::index
