// The comparators: what the index does with the samples of one modality, a row each. Private to this room.
//
// A further modality is a file with its functions and a row (comparator.cc). It is searched exhaustively; a candidate
// source of its own (index/search/candidate_source.h) makes that quick. The calls are one a sample or one a pair; the
// loops over many samples are each modality's own (face_scan.h, templates/fingerprint/screening).
//
// Pure; thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "index/comparator/prepared_sample.h"
#include "index/record/record.h"
#include "templates/codec/template.h"

namespace whorl::index {

// kWhole: every template is decoded to its end. kFast: what costs most is not (a finger's ridge map, half of the work):
// one whose code is wrong under right checksums, which only its maker can bring about, then compares without it.
enum class Validation { kWhole, kFast };

// One sample of a probe, ready to be compared with many.
class Comparer {
 public:
  Comparer() = default;
  virtual ~Comparer() = default;
  // Higher is more alike. `other`: what prepare() made, of the probe's space.
  [[nodiscard]] virtual double score(std::span<const std::byte> other) const = 0;

  Comparer(const Comparer&) = delete;
  Comparer& operator=(const Comparer&) = delete;
};

struct Comparator {
  Modality modality{};
  // Of what shards keep: a shard's snapshot of another version is made again from the records.
  std::uint32_t version = 0;
  // Of a record's sample. Errors: kInvalidInput (another format than Whorl's own, a template that cannot be read).
  Result<PreparedSample> (*prepare)(const SampleRecord& sample, Validation validation) = nullptr;
  // Of a template that was just extracted or read, as a probe; the position is left to the caller. Precondition: a
  // template of the modality.
  PreparedSample (*prepare_probe)(const codec::Template& content) = nullptr;
  // What prepare() makes of the template's own bytes, given what prepare_probe() has made of the template.
  PreparedSample (*keep)(const PreparedSample& probe, ByteView own) = nullptr;
  // What shards keep of a prepared sample, where that is less than comparing needs: enough to choose whom to compare,
  // who is then prepared again from the record. 64-aligned. Null: they keep all of it.
  std::vector<std::byte> (*row)(std::span<const std::byte> prepared) = nullptr;
  // Whether bytes from a snapshot, which a shard is to keep, can be used without reading outside of them.
  // Errors: kCorruption.
  Status (*check)(std::span<const std::byte> kept) = nullptr;
  // Copies what it needs of the probe.
  std::unique_ptr<Comparer> (*comparer)(std::span<const std::byte> probe) = nullptr;
  // Null: there is one space. Errors: kInvalidInput naming both, when samples of `other` cannot be compared with those
  // of `own`.
  Status (*check_space)(ByteView own, ByteView other) = nullptr;
  // How long everything is that shards keep of the space's samples; 0: not known. Null: of any length. Takes any bytes.
  std::size_t (*sample_bytes)(ByteView space) = nullptr;
  // Bytes that help a sealed shard to be searched, of all that it keeps of the modality; none where they would not.
  // Null: there never are any. Whoever does not need them need not look at them.
  std::vector<std::byte> (*index)(std::span<const SampleView> kept) = nullptr;
};

// Every comparator, in order of modality.
std::span<const Comparator> comparators();
// Of a modality of this build.
const Comparator& comparator_of(Modality modality);
// The same of any number; null where there is none.
const Comparator* find_comparator(std::uint32_t modality);

}  // namespace whorl::index
