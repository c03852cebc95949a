#include "index/shard/column.h"

#include <algorithm>
#include <utility>

#include "index/comparator/comparator.h"

namespace whorl::index {
namespace {

constexpr std::size_t kSampleAlignment = 64;

}  // namespace

ColumnPlaces::ColumnPlaces(const ColumnHeader& h, std::size_t all_encounters, Places& places) {
  first_row = places.take((all_encounters + 1) * sizeof(std::uint32_t));
  encounters = places.take(std::size_t{h.rows} * sizeof(std::uint32_t));
  positions = places.take(h.rows);
  qualities = places.take(h.rows);
  samples_at = places.take(h.sample_bytes != 0 ? 0 : (std::size_t{h.rows} + 1) * sizeof(std::uint64_t));
  places.align(kSampleAlignment);
  samples = places.take(h.bytes);
  index = places.take(h.index_bytes);
}

void ColumnBuilder::finish() {
  begin_encounter();
  if (views_.empty()) return;
  const auto index = comparator_of(views_[0].modality).index;
  if (index != nullptr) index_ = index(views_);
}

ColumnHeader ColumnBuilder::header() const {
  ColumnHeader out;
  out.modality = static_cast<std::uint32_t>(views_[0].modality);
  out.version = comparator_of(views_[0].modality).version;
  out.rows = static_cast<std::uint32_t>(views_.size());
  const bool one_length = comparator_of(views_[0].modality).sample_bytes != nullptr;
  out.sample_bytes = one_length ? static_cast<std::uint32_t>(views_[0].bytes.size()) : 0;
  out.index_bytes = index_.size();
  for (const SampleView& view : views_) out.bytes += one_length ? view.bytes.size() : padded(view.bytes.size());
  return out;
}

void ColumnBuilder::fill(const ColumnHeader& header, const ColumnPlaces& at, std::span<std::byte> out) const {
  copy(out, at.first_row, std::span(first_row_));
  copy(out, at.encounters, std::span(encounters_));
  std::uint64_t begin = 0;
  for (std::size_t row = 0; row < views_.size(); ++row) {
    const SampleView& view = views_[row];
    store(out, at.positions, row, view.position);
    store(out, at.qualities, row, view.quality);
    if (header.sample_bytes == 0) store(out, at.samples_at, row, begin);
    copy(out, at.samples + begin, view.bytes);
    begin += header.sample_bytes != 0 ? view.bytes.size() : padded(view.bytes.size());
  }
  if (header.sample_bytes == 0) store(out, at.samples_at, views_.size(), begin);
  copy(out, at.index, std::span(std::as_const(index_)));
}

Status check_column_header(const ColumnHeader& header) {
  const Comparator* comparator = find_comparator(header.modality);
  if (comparator == nullptr || comparator->version != header.version) {
    return malformed("made by another version of the program");
  }
  if (header.bytes > kMaxSection || header.index_bytes > kMaxSection) return malformed("a section is too long");
  if ((comparator->sample_bytes != nullptr) != (header.sample_bytes != 0) || header.rows == 0 ||
      (header.sample_bytes != 0 && header.bytes != std::uint64_t{header.rows} * header.sample_bytes)) {
    return malformed("samples miscounted");
  }
  return {};
}

// Makes a column of bytes that are long enough, and checks what they say.
class ColumnReader {
 public:
  ColumnReader(const ColumnHeader& header, const ColumnPlaces& at, std::size_t encounters, const std::byte* data)
      : comparator_(*find_comparator(header.modality)), all_encounters_(encounters) {
    out_.modality_ = comparator_.modality;
    out_.sample_bytes_ = header.sample_bytes;
    out_.first_row_ = {reinterpret_cast<const std::uint32_t*>(data + at.first_row), encounters + 1};
    out_.encounters_ = {reinterpret_cast<const std::uint32_t*>(data + at.encounters), header.rows};
    out_.positions_ = {reinterpret_cast<const std::uint8_t*>(data + at.positions), header.rows};
    out_.qualities_ = {reinterpret_cast<const std::uint8_t*>(data + at.qualities), header.rows};
    const std::size_t offsets = header.sample_bytes != 0 ? 0 : std::size_t{header.rows} + 1;
    out_.samples_at_ = {reinterpret_cast<const std::uint64_t*>(data + at.samples_at), offsets};
    out_.samples_ = {data + at.samples, header.bytes};
    out_.index_ = {data + at.index, header.index_bytes};
  }

  Result<Column> read() const {
    WHORL_TRY(check_rows());
    WHORL_TRY(check_samples());
    return out_;
  }

 private:
  [[nodiscard]] Status check_rows() const {
    const ModalityRow& row = row_of(out_.modality_);
    if (out_.first_row_[0] != 0 || out_.first_row_.back() != out_.rows()) return malformed("samples miscounted");
    for (std::size_t i = 0; i < all_encounters_; ++i) {
      const std::uint32_t begin = out_.first_row_[i];
      const std::uint32_t end = out_.first_row_[i + 1];
      if (begin > end || end > out_.rows() || end - begin > row.most_samples) return malformed("samples miscounted");
      for (std::uint32_t r = begin; r < end; ++r) {
        if (out_.encounters_[r] != i) return malformed("samples miscounted");
      }
    }
    const auto unknown = [&](std::uint8_t position) { return position > row.last_position; };
    if (std::any_of(out_.positions_.begin(), out_.positions_.end(), unknown)) return malformed("an unknown position");
    return {};
  }

  [[nodiscard]] Status check_samples() const {
    if (out_.sample_bytes_ == 0) WHORL_TRY(check_offsets());
    for (std::size_t r = 0; r < out_.rows(); ++r) WHORL_TRY(comparator_.check(out_.bytes(r)));
    return {};
  }

  [[nodiscard]] Status check_offsets() const {
    const auto& at = out_.samples_at_;
    if (at[0] != 0 || at.back() != out_.samples_.size()) return malformed("samples out of order");
    for (std::size_t r = 0; r < out_.rows(); ++r) {
      if (at[r] > at[r + 1] || at[r + 1] > out_.samples_.size() || at[r] % 8 != 0)
        return malformed("samples out of order");
    }
    return {};
  }

  const Comparator& comparator_;
  const std::size_t all_encounters_;
  Column out_;
};

Result<Column> read_column(const ColumnHeader& header, const ColumnPlaces& at, std::size_t encounters,
                           const std::byte* data) {
  return ColumnReader(header, at, encounters, data).read();
}

}  // namespace whorl::index
