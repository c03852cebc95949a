#include "index/shard/shard_layout.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <string>

#include "index/record/record.h"
#include "templates/face/template.h"

namespace whorl::index {
namespace {

using EncounterEntry = ShardLayout::EncounterEntry;

struct ShardHeader {
  std::uint64_t magic = 0;
  std::uint32_t version = 0;
  std::uint32_t flat_version = 0;
  std::uint32_t prepared_version = 0;
  std::uint32_t reserved = 0;
  std::uint64_t bytes = 0;  // in all
  std::uint32_t encounters = 0;
  std::uint32_t fingers = 0;
  std::uint32_t gallery_list_entries = 0;
  std::uint32_t names = 0;
  std::uint32_t faces = 0;
  std::uint32_t face_dimension = 0;
  std::uint64_t text_bytes = 0;
  std::uint64_t template_bytes = 0;
};
static_assert(sizeof(ShardHeader) == 72 && sizeof(EncounterEntry) == 36 && sizeof(FingerPosition) == 1);

constexpr std::uint64_t kMagic = 0x31304B4C42485757;  // "WWHBLK01"
constexpr std::uint8_t kLastPosition = 10;
// Every count and length of a header stays below this, so that sums of them cannot overflow.
constexpr std::uint64_t kMaxSection = std::uint64_t{1} << 40;

constexpr std::size_t kFaceAlignment = 64;

constexpr std::size_t padded(std::size_t n, std::size_t to = 8) { return (n + to - 1) / to * to; }

ShardHeader header_of_this_build() {
  ShardHeader h;
  h.magic = kMagic;
  h.version = kShardLayoutVersion;
  h.flat_version = fingerprint::kFlatVersion;
  h.prepared_version = fingerprint::kPreparedVersion;
  return h;
}

struct Sections {
  explicit Sections(const ShardHeader& h) {
    std::size_t at = sizeof(ShardHeader);
    const auto take = [&at](std::size_t bytes) {
      const std::size_t begin = at;
      at += padded(bytes);
      return begin;
    };
    encounters = take(std::size_t{h.encounters} * sizeof(EncounterEntry));
    templates_at = take((std::size_t{h.fingers} + 1) * sizeof(std::uint64_t));
    gallery_lists = take(std::size_t{h.gallery_list_entries} * sizeof(std::uint16_t));
    names_at = take((std::size_t{h.names} + 1) * sizeof(std::uint32_t));
    positions = take(h.fingers);
    text = take(h.text_bytes);
    templates = take(h.template_bytes);
    face_encounters = take(std::size_t{h.faces} * sizeof(std::uint32_t));
    face_scales = take(std::size_t{h.faces} * sizeof(float));
    face_qualities = take(h.faces);
    if (h.faces > 0) at = padded(at, kFaceAlignment);
    face_values = take(std::size_t{h.faces} * h.face_dimension);
    total = at;
  }
  std::size_t encounters, templates_at, gallery_lists, names_at, positions, text, templates, face_encounters,
      face_scales, face_qualities, face_values, total;
};

Error malformed(const std::string& what) { return corruption("shard: " + what); }

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

template <class T>
void store(std::span<std::byte> out, std::size_t section, std::size_t index, const T& value) {
  std::memcpy(out.data() + section + index * sizeof(T), &value, sizeof(T));
}

// First pass: everything but the templates' bytes; second pass: those.
class Builder {
 public:
  void measure(const ShardEntry& e) {
    EncounterEntry& entry = entries_.emplace_back();
    entry.digest = e.digest;
    entry.text = static_cast<std::uint32_t>(ids_.size());
    entry.first_finger = static_cast<std::uint32_t>(positions_.size());
    entry.gallery_list = galleries_.list_of(e.galleries);
    entry.person_bytes = static_cast<std::uint8_t>(e.person_id.size());
    entry.encounter_bytes = static_cast<std::uint8_t>(e.encounter_id.size());
    entry.galleries = static_cast<std::uint8_t>(e.galleries.size());
    entry.fingers = static_cast<std::uint8_t>(e.positions.size());
    ids_.append(e.person_id).append(e.encounter_id);
    positions_.insert(positions_.end(), e.positions.begin(), e.positions.end());
    for (const PreparedView& prepared : e.prepared) {
      views_.push_back(prepared);
      templates_at_.push_back(templates_at_.back() + padded(prepared.bytes().size()));
    }
    entry.face = e.face.empty() ? ShardLayout::kNoFace : static_cast<std::uint32_t>(faces_.size());
    if (!e.face.empty()) {
      faces_.push_back(e.face);
      face_encounters_.push_back(static_cast<std::uint32_t>(entries_.size() - 1));
    }
  }

  [[nodiscard]] Arena build() {
    ShardHeader header = header_of_this_build();
    header.encounters = static_cast<std::uint32_t>(entries_.size());
    header.fingers = static_cast<std::uint32_t>(positions_.size());
    header.gallery_list_entries = static_cast<std::uint32_t>(galleries_.lists().size());
    header.names = static_cast<std::uint32_t>(galleries_.names().size());
    header.text_bytes = galleries_.name_bytes() + ids_.size();
    header.template_bytes = templates_at_.back();
    header.faces = static_cast<std::uint32_t>(faces_.size());
    header.face_dimension = faces_.empty() ? 0 : static_cast<std::uint32_t>(faces_[0].values.size());
    const Sections at(header);
    header.bytes = at.total;
    if (header.text_bytes > std::numeric_limits<std::uint32_t>::max()) throw std::bad_alloc();
    Arena arena(at.total);
    fill(header, at, arena.bytes());
    fill_faces(header, at, arena.bytes());
    return arena;
  }

 private:
  void fill(const ShardHeader& header, const Sections& at, std::span<std::byte> out) {
    store(out, 0, 0, header);
    std::uint32_t text = 0;
    for (std::size_t n = 0; n < galleries_.names().size(); ++n) {
      const std::string_view name = galleries_.names()[n];
      store(out, at.names_at, n, text);
      std::memcpy(out.data() + at.text + text, name.data(), name.size());
      text += static_cast<std::uint32_t>(name.size());
    }
    store(out, at.names_at, galleries_.names().size(), text);
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      entries_[i].text += text;
      store(out, at.encounters, i, entries_[i]);
    }
    copy(out, at.text + text, ids_.data(), ids_.size());
    copy(out, at.templates_at, templates_at_.data(), templates_at_.size() * sizeof(std::uint64_t));
    copy(out, at.gallery_lists, galleries_.lists().data(), galleries_.lists().size() * sizeof(std::uint16_t));
    copy(out, at.positions, positions_.data(), positions_.size());
    for (std::size_t f = 0; f < views_.size(); ++f) {
      copy(out, at.templates + templates_at_[f], views_[f].bytes().data(), views_[f].bytes().size());
    }
  }

  void fill_faces(const ShardHeader& header, const Sections& at, std::span<std::byte> out) {
    copy(out, at.face_encounters, face_encounters_.data(), face_encounters_.size() * sizeof(std::uint32_t));
    for (std::size_t r = 0; r < faces_.size(); ++r) {
      store(out, at.face_scales, r, face_scale(faces_[r].values));
      store(out, at.face_qualities, r, faces_[r].quality);
      copy(out, at.face_values + r * header.face_dimension, faces_[r].values.data(), header.face_dimension);
    }
  }

  static void copy(std::span<std::byte> out, std::size_t at, const void* from, std::size_t bytes) {
    if (bytes > 0) std::memcpy(out.data() + at, from, bytes);
  }

  std::vector<EncounterEntry> entries_;
  std::string ids_;
  std::vector<FingerPosition> positions_;
  std::vector<std::uint64_t> templates_at_{0};
  std::vector<PreparedView> views_;
  std::vector<FaceView> faces_;
  std::vector<std::uint32_t> face_encounters_;
  GalleryTable galleries_;
};

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
  const ShardHeader own = header_of_this_build();
  if (h.magic != own.magic) return malformed("wrong magic");
  if (h.version != own.version || h.flat_version != own.flat_version || h.prepared_version != own.prepared_version ||
      h.reserved != own.reserved) {
    return malformed("made by another version of the program");
  }
  if (h.face_dimension > face::kMaxDimension || (h.faces == 0) != (h.face_dimension == 0) ||
      (h.faces > 0 && h.face_dimension < face::kMinDimension)) {
    return malformed("a dimension of faces out of bounds");
  }
  if (h.text_bytes > kMaxSection || h.template_bytes > kMaxSection) return malformed("a section is too long");
  const Sections at(h);
  if (h.bytes != bytes.size() || at.total != bytes.size()) return malformed("wrong length");
  const std::byte* const data = bytes.data();
  ShardLayout out;
  out.bytes_ = bytes;
  out.encounters_ = {reinterpret_cast<const EncounterEntry*>(data + at.encounters), h.encounters};
  out.templates_at_ = {reinterpret_cast<const std::uint64_t*>(data + at.templates_at), std::size_t{h.fingers} + 1};
  out.gallery_lists_ = {reinterpret_cast<const std::uint16_t*>(data + at.gallery_lists), h.gallery_list_entries};
  out.names_at_ = {reinterpret_cast<const std::uint32_t*>(data + at.names_at), std::size_t{h.names} + 1};
  out.positions_ = {reinterpret_cast<const FingerPosition*>(data + at.positions), h.fingers};
  out.text_ = {reinterpret_cast<const char*>(data + at.text), h.text_bytes};
  out.templates_ = {data + at.templates, h.template_bytes};
  out.face_dimension_ = h.face_dimension;
  out.face_encounters_ = {reinterpret_cast<const std::uint32_t*>(data + at.face_encounters), h.faces};
  out.face_scales_ = {reinterpret_cast<const float*>(data + at.face_scales), h.faces};
  out.face_qualities_ = {reinterpret_cast<const std::uint8_t*>(data + at.face_qualities), h.faces};
  out.face_values_ = {reinterpret_cast<const std::int8_t*>(data + at.face_values),
                      std::size_t{h.faces} * h.face_dimension};
  WHORL_TRY(out.check_names());
  WHORL_TRY(out.check_encounters());
  WHORL_TRY(out.check_templates());
  WHORL_TRY(out.check_faces());
  return out;
}

Status ShardLayout::check_names() const {
  if (names_at_.size() - 1 > std::numeric_limits<std::uint16_t>::max()) return malformed("too many galleries");
  if (names_at_[0] != 0 || names_at_.back() > text_.size()) return malformed("a gallery's name lies outside the text");
  for (std::size_t n = 0; n + 1 < names_at_.size(); ++n) {
    if (names_at_[n] > names_at_[n + 1] || names_at_[n + 1] > text_.size()) {
      return malformed("gallery names out of order");
    }
    if (!is_valid_id(text_.substr(names_at_[n], names_at_[n + 1] - names_at_[n]))) return malformed("a gallery's name");
  }
  for (const std::uint16_t local : gallery_lists_) {
    if (local >= names_at_.size() - 1) return malformed("an unknown gallery");
  }
  return {};
}

Status ShardLayout::check_encounters() const {
  std::size_t row = 0;
  for (std::size_t i = 0; i < encounters_.size(); ++i) {
    const EncounterEntry& e = encounters_[i];
    if (e.first_finger != row || e.fingers > kMaxFingers) return malformed("fingers miscounted");
    if (e.fingers == 0 && e.face == kNoFace) return malformed("an encounter without fingers or face");
    row += e.fingers;
    if (std::size_t{e.text} + e.person_bytes + e.encounter_bytes > text_.size()) {
      return malformed("an identifier lies outside the text");
    }
    if (!is_valid_id(person_id(i)) || !is_valid_id(encounter_id(i))) return malformed("not an identifier");
    if (e.galleries == 0 || std::size_t{e.gallery_list} + e.galleries > gallery_lists_.size()) {
      return malformed("galleries miscounted");
    }
  }
  if (row != positions_.size()) return malformed("fingers miscounted");
  for (const FingerPosition p : positions_) {
    if (static_cast<std::uint8_t>(p) > kLastPosition) return malformed("an unknown finger position");
  }
  return {};
}

Status ShardLayout::check_templates() const {
  if (templates_at_[0] != 0 || templates_at_.back() != templates_.size()) return malformed("templates miscounted");
  for (std::size_t f = 0; f < positions_.size(); ++f) {
    const std::uint64_t begin = templates_at_[f];
    const std::uint64_t end = templates_at_[f + 1];
    if (begin > end || end > templates_.size() || begin % 8 != 0) return malformed("templates out of order");
    WHORL_TRY(PreparedView::parse(templates_.subspan(begin, end - begin)));
  }
  return {};
}

Status ShardLayout::check_faces() const {
  std::size_t row = 0;
  for (std::size_t i = 0; i < encounters_.size(); ++i) {
    if (encounters_[i].face == kNoFace) continue;
    if (encounters_[i].face != row || row >= face_encounters_.size() || face_encounters_[row] != i) {
      return malformed("faces miscounted");
    }
    ++row;
  }
  if (row != face_encounters_.size()) return malformed("faces miscounted");
  return {};
}

FaceView ShardLayout::face(std::size_t i) const {
  const std::size_t row = encounters_[i].face;
  if (row == kNoFace) return {};
  return {face_values_.subspan(row * face_dimension_, face_dimension_), face_qualities_[row]};
}

FaceRows ShardLayout::face_rows(std::size_t begin, std::size_t end) const {
  const auto first = std::lower_bound(face_encounters_.begin(), face_encounters_.end(), begin);
  const auto last = std::lower_bound(first, face_encounters_.end(), end);
  const auto row = static_cast<std::size_t>(first - face_encounters_.begin());
  const auto n = static_cast<std::size_t>(last - first);
  return {face_values_.subspan(row * face_dimension_, n * face_dimension_), face_scales_.subspan(row, n),
          face_encounters_.subspan(row, n), face_dimension_};
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

std::span<const FingerPosition> ShardLayout::positions(std::size_t i) const {
  return positions_.subspan(encounters_[i].first_finger, encounters_[i].fingers);
}

PreparedView ShardLayout::prepared(std::size_t row) const {
  // check_templates() has parsed it.
  return PreparedView::of_sound(templates_.subspan(templates_at_[row], templates_at_[row + 1] - templates_at_[row]));
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
