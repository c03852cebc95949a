// A column of a shard: the samples of one modality. Private to this room.
//
// A row a sample, those of one encounter together and in the order of encounters; R rows, E encounters:
//   u32 first_row[E + 1]        by encounter
//   u32 encounters[R]           by row: whose it is
//   u8  positions[R]
//   u8  qualities[R]
//   u64 samples_at[R + 1]       from the start of the samples; only where they are not all of one length
//   u8  samples[...]            what shards keep of samples (index/comparator); 64-aligned, each 8-aligned where of any
//                               length
//   u8  index[...]              what helps to search them (Comparator::index); mostly empty
// Thread-safety: immutable once built.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "index/comparator/prepared_sample.h"
#include "index/shard/shard_bytes.h"

namespace whorl::index {

// The samples of one modality, where they lie. Borrows; copy it freely.
class Column {
 public:
  [[nodiscard]] Modality modality() const { return modality_; }
  [[nodiscard]] std::size_t rows() const { return encounters_.size(); }
  // The length of each sample where all have one; else 0.
  [[nodiscard]] std::size_t sample_bytes() const { return sample_bytes_; }

  // Of encounter i: its first row, and the positions of all of its samples.
  [[nodiscard]] std::size_t first_row(std::size_t i) const { return rows() == 0 ? 0 : first_row_[i]; }
  [[nodiscard]] std::size_t count(std::size_t i) const { return rows() == 0 ? 0 : first_row_[i + 1] - first_row_[i]; }
  [[nodiscard]] std::span<const std::uint8_t> positions(std::size_t i) const {
    return positions_.subspan(first_row(i), count(i));
  }

  // Of a row.
  [[nodiscard]] std::span<const std::byte> bytes(std::size_t row) const {
    if (sample_bytes_ != 0) return samples_.subspan(row * sample_bytes_, sample_bytes_);
    return samples_.subspan(samples_at_[row], samples_at_[row + 1] - samples_at_[row]);
  }
  [[nodiscard]] SampleView sample(std::size_t row) const {
    return {modality_, positions_[row], qualities_[row], bytes(row)};
  }
  // Whose every row is, rising; and the samples one after the other, where all have one length.
  [[nodiscard]] std::span<const std::uint32_t> encounters() const { return encounters_; }
  [[nodiscard]] std::span<const std::byte> samples() const { return samples_; }
  // Empty where the column has none.
  [[nodiscard]] std::span<const std::byte> index() const { return index_; }

 private:
  friend class ColumnReader;
  Modality modality_ = Modality::kFinger;
  std::size_t sample_bytes_ = 0;
  std::span<const std::uint32_t> first_row_;
  std::span<const std::uint32_t> encounters_;
  std::span<const std::uint8_t> positions_;
  std::span<const std::uint8_t> qualities_;
  std::span<const std::uint64_t> samples_at_;
  std::span<const std::byte> samples_;
  std::span<const std::byte> index_;
};

struct ColumnHeader {
  std::uint32_t modality = 0;
  std::uint32_t version = 0;  // Comparator::version
  std::uint32_t rows = 0;
  std::uint32_t sample_bytes = 0;  // of each sample; 0: of any length
  std::uint64_t bytes = 0;         // of all samples
  std::uint64_t index_bytes = 0;
};
static_assert(sizeof(ColumnHeader) == 32);

// Where a column's sections begin.
struct ColumnPlaces {
  ColumnPlaces(const ColumnHeader& h, std::size_t all_encounters, Places& places);
  std::size_t first_row, encounters, positions, qualities, samples_at, samples, index;
};

// One modality's samples on their way into a shard: first their places, then their bytes. Borrows the samples.
class ColumnBuilder {
 public:
  // Encounters are told one after the other, each with its samples; then finish().
  void begin_encounter() { first_row_.push_back(static_cast<std::uint32_t>(views_.size())); }
  void add(const SampleView& sample, std::size_t encounter) {
    views_.push_back(sample);
    encounters_.push_back(static_cast<std::uint32_t>(encounter));
  }
  void finish();
  [[nodiscard]] bool empty() const { return views_.empty(); }

  // Precondition: not empty.
  [[nodiscard]] ColumnHeader header() const;
  void fill(const ColumnHeader& header, const ColumnPlaces& at, std::span<std::byte> out) const;

 private:
  std::vector<std::uint32_t> first_row_;
  std::vector<std::uint32_t> encounters_;
  std::vector<SampleView> views_;
  std::vector<std::byte> index_;
};

// Whether a column of this header can be read at all. Errors: kCorruption.
Status check_column_header(const ColumnHeader& header);

// The column in a shard's bytes, which begin at `data` and reach as far as its header says. Errors: kCorruption, where
// a count, an offset or a sample is not sound.
Result<Column> read_column(const ColumnHeader& header, const ColumnPlaces& at, std::size_t encounters,
                           const std::byte* data);

}  // namespace whorl::index
