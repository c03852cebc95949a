// A shard: a bounded run of encounters. Private to this room.
//
// Two kinds behind one face: the head, which grows until it is full, and sealed shards, each one run of bytes
// (index/shard/shard_layout.h). Encounters never span shards.
//
// Visibility: every change has a version, one more than the last. An encounter is seen by a snapshot of version v when
// it was put in at or before v and not erased at or before v; so a search that holds a snapshot sees one consistent
// set of persons however long it takes.
//
// Thread-safety: a shard does not change once it is published, with two exceptions: the version at which an encounter
// was erased, which is atomic, and the marks that only the writer reads (LiveSet, under its lock). A head has one
// writer at a time; readers look at no more encounters than their snapshot says.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/comparator/comparator.h"
#include "index/shard/face_index.h"
#include "index/shard/face_scan.h"
#include "index/shard/shard_layout.h"
#include "templates/fingerprint/screening/screening.h"

namespace whorl::index {

// What stands before the name of a gallery in shards where an encounter is inactive: it is in that gallery, and no
// search looks at it. No gallery's own name begins so.
inline constexpr char kInactiveMark = '!';
// Those of an encounter as shards name them: all of them marked, or none.
std::vector<std::string> shard_galleries(const std::vector<std::string>& galleries, bool active);

// What an encounter is before it lies in a shard: made outside every lock.
struct NewEncounter {
  std::string person_id;
  std::string encounter_id;
  RecordDigest digest{};
  std::vector<std::string> galleries;   // as shard_galleries() gives them
  std::vector<PreparedSample> samples;  // shards are measured in samples; with their rows

  // Borrows this.
  [[nodiscard]] ShardEntry entry() const;
  // What it takes in a head, but for its marks; sealed it takes no more.
  [[nodiscard]] std::size_t bytes() const;
};

class Shard : public std::enable_shared_from_this<Shard> {
 public:
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
  static constexpr std::uint64_t kAlways = 0;
  static constexpr std::uint32_t kNoSlot = std::numeric_limits<std::uint32_t>::max();

  virtual ~Shard() = default;
  // Encounters; of a head, a search looks at no more than its snapshot says.
  [[nodiscard]] virtual std::size_t size() const = 0;
  [[nodiscard]] virtual std::string_view person_id(std::size_t i) const = 0;
  [[nodiscard]] virtual std::string_view encounter_id(std::size_t i) const = 0;
  [[nodiscard]] virtual const RecordDigest& digest(std::size_t i) const = 0;
  // Numbers of galleries in the shard's own numbering; global_gallery() says which they are.
  [[nodiscard]] virtual std::span<const std::uint16_t> galleries(std::size_t i) const = 0;
  // Of the encounter's samples of a modality: their positions, and one of them.
  [[nodiscard]] virtual std::span<const std::uint8_t> positions(std::size_t i, Modality modality) const = 0;
  // What shards keep of it.
  [[nodiscard]] virtual SampleView sample(std::size_t i, Modality modality, std::size_t k) const = 0;
  // The same sample as comparing wants it; empty where the shard keeps less: it is in the record.
  [[nodiscard]] virtual std::span<const std::byte> whole(std::size_t i, Modality modality, std::size_t k) const = 0;
  [[nodiscard]] std::size_t count(std::size_t i, Modality modality) const { return positions(i, modality).size(); }
  // Of every modality.
  [[nodiscard]] std::size_t samples(std::size_t i) const;
  // Cosines of the faces of the encounters from begin to before end; the sink's ordinals are encounters.
  // The index of its faces; null where there is none. Its rows are those of look_at_faces().
  [[nodiscard]] virtual const FaceIndex* face_index() const { return nullptr; }
  [[nodiscard]] virtual std::size_t indexed_faces() const { return 0; }
  // Cosines of some of the index's rows, in rising order; the sink's ordinals are encounters.
  virtual void look_at_faces(std::span<const std::uint32_t> /*rows*/, const FaceProbe& /*probe*/,
                             const FaceSink& /*sink*/) const {}
  virtual void scan_faces(std::size_t begin, std::size_t end, const FaceProbe& probe, const FaceSink& sink) const = 0;
  // What screening reads of a finger; may be made in `scratch`.
  [[nodiscard]] virtual const fingerprint::ScanRow& scan_row(std::size_t i, std::size_t finger,
                                                             fingerprint::ScanRow& scratch) const = 0;
  // Asks the processor to fetch it, where it is there.
  virtual void prefetch_row(std::size_t /*i*/, std::size_t /*finger*/) const {}
  [[nodiscard]] virtual std::uint32_t global_gallery(std::uint16_t local) const = 0;
  // The shard's number of a gallery; kNoGallery when nobody of the shard is in it.
  static constexpr std::uint32_t kNoGallery = std::numeric_limits<std::uint32_t>::max();
  [[nodiscard]] virtual std::uint32_t local_gallery(std::uint32_t global) const = 0;
  // Whether everybody of the shard is in a gallery. A head does not know.
  [[nodiscard]] virtual bool all_in(std::uint32_t /*global*/) const { return false; }
  // Whether nobody of the shard is inactive. A head does not know.
  [[nodiscard]] virtual bool all_active() const { return false; }
  [[nodiscard]] virtual std::size_t memory_bytes() const = 0;

  // Borrows this shard.
  [[nodiscard]] ShardEntry entry(std::size_t i, const std::vector<std::string_view>& gallery_names) const;

  // The person's place in a search's bitmap; never used again for another person.
  [[nodiscard]] std::uint32_t person(std::size_t i) const { return persons_[i]; }
  [[nodiscard]] bool visible_at(std::size_t i, std::uint64_t version) const {
    return erased_at_[i].load(std::memory_order_relaxed) > version;
  }
  [[nodiscard]] std::uint64_t erased_at(std::size_t i) const { return erased_at_[i].load(std::memory_order_relaxed); }

  // The writer's alone (LiveSet, under its lock).
  void set_person(std::size_t i, std::uint32_t ordinal) { persons_[i] = ordinal; }
  void set_erased_at(std::size_t i, std::uint64_t version) { erased_at_[i].store(version, std::memory_order_relaxed); }
  [[nodiscard]] std::uint32_t slot(std::size_t i) const { return slots_[i]; }
  void set_slot(std::size_t i, std::uint32_t slot) { slots_[i] = slot; }
  [[nodiscard]] std::size_t dead_samples() const { return dead_samples_.load(std::memory_order_relaxed); }
  void count_dead(std::size_t i) { dead_samples_.fetch_add(samples(i), std::memory_order_relaxed); }

  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

 protected:
  explicit Shard(std::size_t encounters);
  static std::size_t marks_bytes(std::size_t encounters) { return encounters * kMarkBytes; }
  [[nodiscard]] std::size_t marks_bytes() const { return marks_bytes(persons_.size()); }

 private:
  static constexpr std::size_t kMarkBytes = 2 * sizeof(std::uint32_t) + sizeof(std::uint64_t);
  std::vector<std::uint32_t> persons_;
  std::vector<std::uint32_t> slots_;  // in the Directory
  std::unique_ptr<std::atomic<std::uint64_t>[]> erased_at_;
  std::atomic<std::size_t> dead_samples_ = 0;
};

class HeadShard final : public Shard {
 public:
  // Room for so many samples (at most as many encounters).
  explicit HeadShard(std::size_t capacity_samples);
  // What one of so many samples takes before there is any in it.
  static std::size_t bytes_of_room(std::size_t capacity_samples);
  [[nodiscard]] bool has_room(std::size_t samples) const { return samples_ + samples <= capacity_; }
  // `galleries` are global numbers. Precondition: has_room(encounter.samples.size()).
  void append(NewEncounter encounter, std::vector<std::uint16_t> galleries);
  [[nodiscard]] std::size_t size() const override { return size_; }

  [[nodiscard]] std::string_view person_id(std::size_t i) const override { return entries_[i].source.person_id; }
  [[nodiscard]] std::string_view encounter_id(std::size_t i) const override { return entries_[i].source.encounter_id; }
  [[nodiscard]] const RecordDigest& digest(std::size_t i) const override { return entries_[i].source.digest; }
  [[nodiscard]] std::span<const std::uint16_t> galleries(std::size_t i) const override { return entries_[i].galleries; }
  [[nodiscard]] std::span<const std::uint8_t> positions(std::size_t i, Modality modality) const override;
  [[nodiscard]] SampleView sample(std::size_t i, Modality modality, std::size_t k) const override;
  void scan_faces(std::size_t begin, std::size_t end, const FaceProbe& probe, const FaceSink& sink) const override;
  [[nodiscard]] std::span<const std::byte> whole(std::size_t i, Modality modality, std::size_t k) const override {
    return of(i, modality, k).bytes;
  }
  [[nodiscard]] const fingerprint::ScanRow& scan_row(std::size_t i, std::size_t finger,
                                                     fingerprint::ScanRow& scratch) const override;
  [[nodiscard]] std::uint32_t global_gallery(std::uint16_t local) const override { return local; }
  [[nodiscard]] std::uint32_t local_gallery(std::uint32_t global) const override { return global; }
  [[nodiscard]] std::size_t memory_bytes() const override { return bytes_.load(std::memory_order_relaxed); }

 private:
  // Samples and positions in order of modality; of each modality, where they begin and how many they are.
  struct Run {
    std::uint32_t begin = 0;
    std::uint32_t count = 0;
  };
  struct Entry {
    NewEncounter source;
    std::vector<std::uint16_t> galleries;
    std::vector<std::uint8_t> positions;
    ByModality<Run> runs;
  };
  [[nodiscard]] const PreparedSample& of(std::size_t i, Modality modality, std::size_t k) const {
    return entries_[i].source.samples[entries_[i].runs[modality].begin + k];
  }
  std::size_t capacity_;
  std::unique_ptr<Entry[]> entries_;
  std::size_t size_ = 0;     // the writer's
  std::size_t samples_ = 0;  // the writer's
  std::atomic<std::size_t> bytes_;
};

class SealedShard final : public Shard {
 public:
  // Takes what lay_out_shard made, or bytes that were verified. Errors: as ShardLayout::parse.
  static Result<std::shared_ptr<SealedShard>> make(Arena arena);

  [[nodiscard]] const ShardLayout& layout() const { return layout_; }
  [[nodiscard]] std::size_t size() const override { return layout_.encounters(); }
  [[nodiscard]] std::size_t samples() const { return layout_.samples(); }
  using Shard::samples;

  // Before the shard is published: the global number of each local gallery.
  void set_galleries(std::vector<std::uint32_t> global_of_local) { global_of_local_ = std::move(global_of_local); }

  [[nodiscard]] std::string_view person_id(std::size_t i) const override { return layout_.person_id(i); }
  [[nodiscard]] std::string_view encounter_id(std::size_t i) const override { return layout_.encounter_id(i); }
  [[nodiscard]] const RecordDigest& digest(std::size_t i) const override { return layout_.digest(i); }
  [[nodiscard]] std::span<const std::uint16_t> galleries(std::size_t i) const override { return layout_.galleries(i); }
  [[nodiscard]] std::span<const std::uint8_t> positions(std::size_t i, Modality modality) const override {
    return layout_.column(modality).positions(i);
  }
  [[nodiscard]] SampleView sample(std::size_t i, Modality modality, std::size_t k) const override {
    const Column& column = layout_.column(modality);
    return column.sample(column.first_row(i) + k);
  }
  [[nodiscard]] std::span<const std::byte> whole(std::size_t i, Modality modality, std::size_t k) const override {
    return comparator_of(modality).row == nullptr ? sample(i, modality, k).bytes : std::span<const std::byte>();
  }
  void scan_faces(std::size_t begin, std::size_t end, const FaceProbe& probe, const FaceSink& sink) const override {
    index::scan_faces(probe, face_rows(begin, end), sink);
  }
  [[nodiscard]] const FaceIndex* face_index() const override { return face_index_.get(); }
  [[nodiscard]] std::size_t indexed_faces() const override {
    return face_index_ ? layout_.column(Modality::kFace).rows() : 0;
  }
  void look_at_faces(std::span<const std::uint32_t> rows, const FaceProbe& probe, const FaceSink& sink) const override;
  // The faces of the encounters from begin to before end; ordinals are encounters.
  [[nodiscard]] FaceRows face_rows(std::size_t begin, std::size_t end) const;
  [[nodiscard]] const fingerprint::ScanRow& scan_row(std::size_t i, std::size_t finger,
                                                     fingerprint::ScanRow& /*scratch*/) const override {
    return scan_rows()[layout_.column(Modality::kFinger).first_row(i) + finger];
  }
  void prefetch_row(std::size_t i, std::size_t finger) const override {
    fingerprint::Preselector::prefetch(scan_rows()[layout_.column(Modality::kFinger).first_row(i) + finger]);
  }
  [[nodiscard]] std::uint32_t global_gallery(std::uint16_t local) const override { return global_of_local_[local]; }
  [[nodiscard]] std::uint32_t local_gallery(std::uint32_t global) const override;
  [[nodiscard]] bool all_in(std::uint32_t global) const override;
  [[nodiscard]] bool all_active() const override;
  [[nodiscard]] std::size_t memory_bytes() const override {
    const std::size_t index = face_index_ ? face_index_->memory_bytes() : 0;
    return arena_.bytes().size() + face_scales_.size() * sizeof(float) + index + marks_bytes();
  }

 private:
  SealedShard(Arena arena, ShardLayout parsed, std::unique_ptr<FaceIndex> face_index);
  [[nodiscard]] const fingerprint::ScanRow* scan_rows() const {
    return reinterpret_cast<const fingerprint::ScanRow*>(layout_.column(Modality::kFinger).samples().data());
  }
  Arena arena_;
  ShardLayout layout_;
  std::vector<float> face_scales_;  // of each face's row: 1 over the embedding's length
  std::unique_ptr<FaceIndex> face_index_;
  std::vector<std::uint16_t> galleries_of_all_;  // local numbers
  std::vector<std::uint32_t> global_of_local_;
};

}  // namespace whorl::index
