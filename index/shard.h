// A shard: a bounded run of encounters and the descriptors of their fingers. Private to this room.
//
// Two kinds behind one face: the head, which grows until it is full, and sealed shards, whose descriptors lie in
// one faiss::IndexBinaryFlat. Encounters never span shards.
//
// Thread-safety: sealed shards are immutable. A head has one writer at a time; readers look only at the first
// `n` encounters that a snapshot promised them, which never change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "index/live.h"
#include "index/vote.h"

namespace whorl::index {

// An encounter on its way into a shard: descriptors[i] belong to encounter->fingers[i].
struct ShardEntry {
  std::shared_ptr<const Encounter> encounter;
  std::vector<std::vector<SearchDescriptor>> descriptors;
};

class Shard {
 public:
  virtual ~Shard() = default;
  [[nodiscard]] virtual const std::shared_ptr<const Encounter>& encounter(std::size_t i) const = 0;
  [[nodiscard]] virtual Descriptors descriptors(std::size_t i, std::size_t finger) const = 0;
};

class HeadShard final : public Shard {
 public:
  // Room for `capacity_fingers` fingers (at most as many encounters).
  explicit HeadShard(std::size_t capacity_fingers);
  [[nodiscard]] bool has_room(std::size_t fingers) const { return fingers_ + fingers <= capacity_; }
  // Precondition: has_room(entry.encounter->fingers.size()).
  void append(ShardEntry entry);
  [[nodiscard]] std::size_t size() const { return size_; }

  [[nodiscard]] const std::shared_ptr<const Encounter>& encounter(std::size_t i) const override;
  [[nodiscard]] Descriptors descriptors(std::size_t i, std::size_t finger) const override;

 private:
  std::size_t capacity_;
  std::unique_ptr<ShardEntry[]> entries_;
  std::size_t size_ = 0;     // the writer's
  std::size_t fingers_ = 0;  // the writer's
};

class SealedShard final : public Shard {
 public:
  // Copies the first `n` encounters of `source` that are visible at `version`, with their descriptors.
  SealedShard(const Shard& source, std::size_t n, std::uint64_t version);
  ~SealedShard() override;

  [[nodiscard]] std::size_t size() const { return encounters_.size(); }
  [[nodiscard]] std::size_t fingers() const;
  [[nodiscard]] const std::shared_ptr<const Encounter>& encounter(std::size_t i) const override;
  [[nodiscard]] Descriptors descriptors(std::size_t i, std::size_t finger) const override;

  // vote(probe, descriptors(i, f)) for every finger in order, by faiss range search. The twin of the loop over
  // vote(); `out` has fingers() numbers. Throws what faiss throws.
  void votes_by_faiss(Descriptors probe, std::vector<std::uint32_t>& out) const;
  // The place of the finger in the order above.
  [[nodiscard]] std::size_t finger_row(std::size_t i, std::size_t finger) const { return first_finger_[i] + finger; }

 private:
  struct Codes;
  std::vector<std::shared_ptr<const Encounter>> encounters_;
  std::vector<std::size_t> first_finger_;      // by encounter, and one past the end
  std::vector<std::size_t> first_descriptor_;  // by finger, and one past the end
  std::vector<std::uint32_t> bits_;            // set in each descriptor
  std::unique_ptr<Codes> codes_;
};

}  // namespace whorl::index
