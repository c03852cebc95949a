// Building a shard's bytes, and reading them without trusting them.
#include "index/shard/shard_layout.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <string>

#include "index/comparator/comparator.h"
#include "index/record/record.h"

namespace whorl::index {
namespace {

using EncounterEntry = ShardLayout::EncounterEntry;

struct ShardHeader {
  std::uint64_t magic = 0;
  std::uint32_t version = 0;
  std::uint32_t columns = 0;
  std::uint64_t bytes = 0;  // in all
  std::uint32_t encounters = 0;
  std::uint32_t gallery_list_entries = 0;
  std::uint32_t names = 0;
  std::uint32_t reserved = 0;
  std::uint64_t text_bytes = 0;
};

static_assert(sizeof(ShardHeader) == 48 && sizeof(EncounterEntry) == 28);

constexpr std::uint64_t kMagic = 0x31304B4C42485757;  // "WWHBLK01"
struct Sections {
  Sections(const ShardHeader& h, const std::vector<ColumnHeader>& headers) {
    Places places(sizeof(ShardHeader));
    column_headers = places.take(headers.size() * sizeof(ColumnHeader));
    encounters = places.take(std::size_t{h.encounters} * sizeof(EncounterEntry));
    gallery_lists = places.take(std::size_t{h.gallery_list_entries} * sizeof(std::uint16_t));
    names_at = places.take((std::size_t{h.names} + 1) * sizeof(std::uint32_t));
    text = places.take(h.text_bytes);
    for (const ColumnHeader& column : headers) columns.emplace_back(column, h.encounters, places);
    total = places.end();
  }
  std::size_t column_headers, encounters, gallery_lists, names_at, text, total;
  std::vector<ColumnPlaces> columns;
};

// Galleries by local number, and the runs of them that encounters share.
class GalleryTable {
 public:
  std::uint32_t list_of(const std::vector<std::string_view>& galleries) {
    std::vector<std::uint16_t> list;
    for (const std::string_view name : galleries) list.push_back(number_of(name));
    const auto [it, fresh] = at_.try_emplace(list, static_cast<std::uint32_t>(lists_.size()));
    if (fresh) lists_.insert(lists_.end(), list.begin(), list.end());
    return it->second;
  }
  [[nodiscard]] const std::vector<std::uint16_t>& lists() const { return lists_; }
  [[nodiscard]] const std::vector<std::string_view>& names() const { return names_; }
  [[nodiscard]] std::size_t name_bytes() const {
    std::size_t bytes = 0;
    for (const std::string_view name : names_) bytes += name.size();
    return bytes;
  }

 private:
  std::uint16_t number_of(std::string_view name) {
    const auto [it, fresh] = numbers_.try_emplace(name, static_cast<std::uint16_t>(names_.size()));
    if (fresh) names_.push_back(name);
    return it->second;
  }
  std::map<std::string_view, std::uint16_t> numbers_;
  std::vector<std::string_view> names_;
  std::map<std::vector<std::uint16_t>, std::uint32_t> at_;
  std::vector<std::uint16_t> lists_;
};

// First pass: everything but the samples' bytes; second pass: those.
class Builder {
 public:
  void measure(const ShardEntry& e) {
    EncounterEntry& entry = entries_.emplace_back();
    entry.digest = e.digest;
    entry.text = static_cast<std::uint32_t>(ids_.size());
    entry.gallery_list = galleries_.list_of(e.galleries);
    entry.person_bytes = static_cast<std::uint8_t>(e.person_id.size());
    entry.encounter_bytes = static_cast<std::uint8_t>(e.encounter_id.size());
    entry.galleries = static_cast<std::uint8_t>(e.galleries.size());
    entry.reserved = 0;
    ids_.append(e.person_id).append(e.encounter_id);
    for (const Comparator& row : comparators()) columns_[row.modality].begin_encounter();
    for (const SampleView& sample : e.samples) columns_[sample.modality].add(sample, entries_.size() - 1);
  }

  [[nodiscard]] Arena build() {
    std::vector<ColumnHeader> headers;
    for (const Comparator& row : comparators()) {
      columns_[row.modality].finish();
      if (!columns_[row.modality].empty()) headers.push_back(columns_[row.modality].header());
    }
    ShardHeader header;
    header.magic = kMagic;
    header.version = kShardLayoutVersion;
    header.columns = static_cast<std::uint32_t>(headers.size());
    header.encounters = static_cast<std::uint32_t>(entries_.size());
    header.gallery_list_entries = static_cast<std::uint32_t>(galleries_.lists().size());
    header.names = static_cast<std::uint32_t>(galleries_.names().size());
    header.text_bytes = galleries_.name_bytes() + ids_.size();
    const Sections at(header, headers);
    header.bytes = at.total;
    if (header.text_bytes > std::numeric_limits<std::uint32_t>::max()) throw std::bad_alloc();
    Arena arena(at.total);
    fill(header, at, arena.bytes());
    for (std::size_t c = 0; c < headers.size(); ++c) {
      store(arena.bytes(), at.column_headers, c, headers[c]);
      columns_[static_cast<Modality>(headers[c].modality)].fill(headers[c], at.columns[c], arena.bytes());
    }
    return arena;
  }

 private:
  void fill(const ShardHeader& header, const Sections& at, std::span<std::byte> out) {
    store(out, 0, 0, header);
    std::uint32_t text = 0;
    for (std::size_t n = 0; n < galleries_.names().size(); ++n) {
      const std::string_view name = galleries_.names()[n];
      store(out, at.names_at, n, text);
      copy(out, at.text + text, std::span(name));
      text += static_cast<std::uint32_t>(name.size());
    }
    store(out, at.names_at, galleries_.names().size(), text);
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      entries_[i].text += text;
      store(out, at.encounters, i, entries_[i]);
    }
    copy(out, at.text + text, std::span(std::as_const(ids_)));
    copy(out, at.gallery_lists, std::span(galleries_.lists()));
  }

  std::vector<EncounterEntry> entries_;
  std::string ids_;
  GalleryTable galleries_;
  ByModality<ColumnBuilder> columns_;
};

Result<std::vector<ColumnHeader>> read_column_headers(const ShardHeader& h, std::span<const std::byte> bytes) {
  if (h.columns > kModalities || bytes.size() < sizeof h + h.columns * sizeof(ColumnHeader)) {
    return malformed("columns miscounted");
  }
  std::vector<ColumnHeader> out(h.columns);
  if (!out.empty()) std::memcpy(out.data(), bytes.data() + sizeof h, out.size() * sizeof(ColumnHeader));
  std::uint32_t before = 0;
  for (const ColumnHeader& column : out) {
    WHORL_TRY(check_column_header(column));
    if (column.modality <= before) return malformed("columns out of order");
    before = column.modality;
  }
  return out;
}

}  // namespace

Arena lay_out_shard(std::size_t n, const std::function<ShardEntry(std::size_t)>& entry) {
  Builder builder;
  for (std::size_t i = 0; i < n; ++i) builder.measure(entry(i));
  return builder.build();
}

Result<ShardLayout> ShardLayout::parse(std::span<const std::byte> bytes) {
  ShardHeader h;
  if (bytes.size() < sizeof h) return malformed("truncated");
  std::memcpy(&h, bytes.data(), sizeof h);
  if (h.magic != kMagic) return malformed("wrong magic");
  if (h.version != kShardLayoutVersion || h.reserved != 0) return malformed("made by another version of the program");
  if (h.text_bytes > kMaxSection) return malformed("a section is too long");
  WHORL_ASSIGN(const auto headers, read_column_headers(h, bytes));
  const Sections at(h, headers);
  if (h.bytes != bytes.size() || at.total != bytes.size()) return malformed("wrong length");
  const std::byte* const data = bytes.data();
  ShardLayout out;
  out.bytes_ = bytes;
  out.encounters_ = {reinterpret_cast<const EncounterEntry*>(data + at.encounters), h.encounters};
  out.gallery_lists_ = {reinterpret_cast<const std::uint16_t*>(data + at.gallery_lists), h.gallery_list_entries};
  out.names_at_ = {reinterpret_cast<const std::uint32_t*>(data + at.names_at), std::size_t{h.names} + 1};
  out.text_ = {reinterpret_cast<const char*>(data + at.text), h.text_bytes};
  WHORL_TRY(out.check_names());
  for (std::size_t c = 0; c < headers.size(); ++c) {
    WHORL_ASSIGN(const Column column, read_column(headers[c], at.columns[c], h.encounters, data));
    out.columns_[column.modality()] = column;
  }
  WHORL_TRY(out.check_encounters());
  return out;
}

Status ShardLayout::check_names() const {
  if (names_at_.size() - 1 > std::numeric_limits<std::uint16_t>::max()) return malformed("too many galleries");
  if (names_at_[0] != 0 || names_at_.back() > text_.size()) return malformed("a gallery's name lies outside the text");
  for (std::size_t n = 0; n + 1 < names_at_.size(); ++n) {
    if (names_at_[n] > names_at_[n + 1] || names_at_[n + 1] > text_.size()) {
      return malformed("gallery names out of order");
    }
    std::string_view name = text_.substr(names_at_[n], names_at_[n + 1] - names_at_[n]);
    if (name.starts_with('!')) name.remove_prefix(1);  // of inactive encounters (shard.h)
    if (!is_valid_id(name)) return malformed("a gallery's name");
  }
  for (const std::uint16_t local : gallery_lists_) {
    if (local >= names_at_.size() - 1) return malformed("an unknown gallery");
  }
  return {};
}

Status ShardLayout::check_encounters() const {
  for (std::size_t i = 0; i < encounters_.size(); ++i) {
    const EncounterEntry& e = encounters_[i];
    std::size_t samples = 0;
    for (const ModalityRow& row : modalities()) samples += column(row.modality).count(i);
    if (samples == 0) return malformed("an encounter without samples");
    if (std::size_t{e.text} + e.person_bytes + e.encounter_bytes > text_.size()) {
      return malformed("an identifier lies outside the text");
    }
    if (!is_valid_id(person_id(i)) || !is_valid_id(encounter_id(i))) return malformed("not an identifier");
    if (e.galleries == 0 || std::size_t{e.gallery_list} + e.galleries > gallery_lists_.size()) {
      return malformed("galleries miscounted");
    }
  }
  return {};
}

std::size_t ShardLayout::samples() const {
  std::size_t out = 0;
  for (const ModalityRow& row : modalities()) out += column(row.modality).rows();
  return out;
}

std::string_view ShardLayout::person_id(std::size_t i) const {
  return text_.substr(encounters_[i].text, encounters_[i].person_bytes);
}

std::string_view ShardLayout::encounter_id(std::size_t i) const {
  return text_.substr(encounters_[i].text + encounters_[i].person_bytes, encounters_[i].encounter_bytes);
}

std::span<const std::uint16_t> ShardLayout::galleries(std::size_t i) const {
  return gallery_lists_.subspan(encounters_[i].gallery_list, encounters_[i].galleries);
}

std::vector<std::string_view> ShardLayout::names() const {
  std::vector<std::string_view> out;
  for (std::size_t n = 0; n + 1 < names_at_.size(); ++n) {
    out.push_back(text_.substr(names_at_[n], names_at_[n + 1] - names_at_[n]));
  }
  return out;
}

SetDigest::Value ShardLayout::set_digest() const {
  SetDigest set;
  for (std::size_t i = 0; i < encounters_.size(); ++i) set.add(person_id(i), encounter_id(i), digest(i));
  return set.value();
}

}  // namespace whorl::index
