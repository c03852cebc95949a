#include "crypto/log/tile.h"

#include <algorithm>
#include <bit>

namespace whorl::crypto {
namespace {

constexpr std::string_view kPrefix = "tile/";
constexpr std::string_view kEntries = "entries";
constexpr std::string_view kPartial = ".p/";
constexpr std::size_t kMostPathBytes = 64;
constexpr std::uint64_t kGroup = 1000;

std::string three_digits(std::uint64_t n) {
  std::string out = std::to_string(n);
  return std::string(3 - out.size(), '0') + out;
}

std::string path_of(std::string_view kind, const TileName& name) {
  std::string number = three_digits(name.number % kGroup);
  for (std::uint64_t rest = name.number / kGroup; rest > 0; rest /= kGroup) {
    number = "x" + three_digits(rest % kGroup) + "/" + number;
  }
  std::string out = std::string(kPrefix) + std::string(kind) + "/" + number;
  if (name.width < kTileWidth) out += std::string(kPartial) + std::to_string(name.width);
  return out;
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The number that the path names in one of the ways that a number can be written; path_of tells whether it is the right
// one.
TileName loosely_read(std::string_view numbers, std::string_view width) {
  TileName name;
  std::size_t digits = 0;
  for (const char c : numbers) {
    if (c < '0' || c > '9') continue;
    if (++digits > 18) return {.level = 0, .number = 0, .width = 0};
    name.number = name.number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (width.empty()) return name;
  name.width = 0;
  if (width.size() > 3 || !all_digits(width)) return name;
  for (const char c : width) name.width = name.width * 10 + static_cast<unsigned>(c - '0');
  return name;
}

Result<TileName> read_path(std::string_view kind, unsigned level, std::string_view path) {
  const auto none = [] { return not_found("there is no tile of this path"); };
  const std::size_t before = kPrefix.size() + kind.size() + 1;
  if (path.size() > kMostPathBytes || path.size() <= before) return none();
  const std::string_view rest = path.substr(before);
  const std::size_t dot = rest.find(kPartial);
  const bool partial = dot != std::string_view::npos;
  TileName name = loosely_read(rest.substr(0, dot), partial ? rest.substr(dot + kPartial.size()) : std::string_view());
  name.level = level;
  const bool known = name.width >= 1 && name.width <= kTileWidth && (!partial || name.width < kTileWidth);
  if (!known || path_of(kind, name) != path) return none();
  if (tile_width(level, name.number, kMostLeaves) < name.width) return none();
  return name;
}

}  // namespace

TreeHash whole_root(std::vector<TreeHash> hashes) {
  while (hashes.size() > 1) {
    for (std::size_t i = 0; i < hashes.size() / 2; ++i) hashes[i] = node_hash(hashes[2 * i], hashes[2 * i + 1]);
    hashes.resize(hashes.size() / 2);
  }
  return hashes.front();
}

std::string tile_path(const TileName& name) { return path_of(std::to_string(name.level), name); }
std::string entries_path(const TileName& name) { return path_of(kEntries, name); }

Result<TileName> tile_of_path(std::string_view path) {
  if (!path.starts_with(kPrefix) || path.size() <= kPrefix.size()) return not_found("there is no tile of this path");
  const char level = path[kPrefix.size()];
  if (level < '0' || level > '0' + static_cast<char>(kMostTileLevel)) return not_found("there is no tile of this path");
  return read_path(std::string_view(&level, 1), static_cast<unsigned>(level - '0'), path);
}

Result<TileName> entries_of_path(std::string_view path) { return read_path(kEntries, 0, path); }

unsigned tile_width(unsigned level, std::uint64_t number, std::uint64_t size) {
  if (level > kMostTileLevel) return 0;
  const std::uint64_t hashes = size >> kTileHeight * level;
  if (number >= (hashes + kTileWidth - 1) / kTileWidth) return 0;
  return static_cast<unsigned>(std::min<std::uint64_t>(kTileWidth, hashes - number * kTileWidth));
}

Bytes tile_bytes(const std::vector<TreeHash>& hashes) {
  Bytes out;
  out.reserve(hashes.size() * sizeof(TreeHash));
  for (const TreeHash& hash : hashes) out.insert(out.end(), hash.begin(), hash.end());
  return out;
}

Result<std::vector<TreeHash>> tile_hashes(ByteView bytes, unsigned width) {
  if (width > kTileWidth || bytes.size() != width * sizeof(TreeHash))
    return corruption("a tile has another size than it should");
  std::vector<TreeHash> out(width);
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(i * sizeof(TreeHash)), sizeof(TreeHash), out[i].begin());
  }
  return out;
}

Result<Bytes> entry_bundle(const std::vector<Bytes>& entries) {
  if (entries.size() > kTileWidth) return invalid_input("a bundle has at most 256 entries");
  ByteWriter out;
  for (const Bytes& entry : entries) {
    if (entry.size() > 0xFFFF) return invalid_input("an entry of a log has at most 65,535 bytes");
    out.u16(static_cast<std::uint16_t>(entry.size())).bytes(entry);
  }
  return out.take();
}

Result<std::vector<Bytes>> entries_of_bundle(ByteView bytes, unsigned width) {
  std::vector<Bytes> out;
  ByteReader in(bytes);
  for (unsigned i = 0; i < width && !in.failed(); ++i) {
    const ByteView entry = in.bytes(in.u16());
    out.emplace_back(entry.begin(), entry.end());
  }
  if (width > kTileWidth || !in.finished()) return corruption("a bundle of entries is damaged");
  return out;
}

Result<TreeHash> TileNodes::node(unsigned level, std::uint64_t index) {
  const unsigned tile_level = level / kTileHeight;
  const unsigned above = level % kTileHeight;  // the node is that many levels above the hashes of the tile
  if (tile_level > kMostTileLevel || index >= (size_ >> level)) return invalid_input("the tree has no such node");
  const std::uint64_t first = index << above;
  const TileName name{tile_level, first / kTileWidth, tile_width(tile_level, first / kTileWidth, size_)};
  WHORL_ASSIGN(const Bytes bytes, source_->tile(name));
  WHORL_ASSIGN(const std::vector<TreeHash> hashes, tile_hashes(bytes, name.width));
  const auto begin = hashes.begin() + static_cast<std::ptrdiff_t>(first % kTileWidth);
  return whole_root(std::vector<TreeHash>(begin, begin + (std::ptrdiff_t{1} << above)));
}

Result<GrowingTiles> GrowingTiles::resume(std::uint64_t size, TileSource& full, std::vector<TreeHash> last_leaves) {
  if (size > kMostLeaves || last_leaves.size() != size % kTileWidth) {
    return invalid_input("a log is resumed with the leaves since its last full tile");
  }
  GrowingTiles out;
  out.size_ = size;
  if (size > 0) out.levels_.push_back(std::move(last_leaves));
  // A hash of a level is the root of a full tile of the level below.
  for (unsigned level = 1; level <= kMostTileLevel && size >> kTileHeight * level > 0; ++level) {
    const std::uint64_t hashes = size >> kTileHeight * level;
    std::vector<TreeHash>& partial = out.levels_.emplace_back();
    for (std::uint64_t i = hashes - hashes % kTileWidth; i < hashes; ++i) {
      WHORL_ASSIGN(const Bytes bytes, full.tile({level - 1, i, kTileWidth}));
      WHORL_ASSIGN(std::vector<TreeHash> below, tile_hashes(bytes, kTileWidth));
      partial.push_back(whole_root(std::move(below)));
    }
  }
  return out;
}

Result<std::vector<FullTile>> GrowingTiles::append(const TreeHash& leaf) {
  if (size_ >= kMostLeaves) return exhausted("the log is full");
  ++size_;
  std::vector<FullTile> filled;
  TreeHash hash = leaf;
  for (unsigned level = 0;; ++level) {
    if (levels_.size() == level) levels_.emplace_back();
    std::vector<TreeHash>& partial = levels_[level];
    partial.push_back(hash);
    if (partial.size() < kTileWidth) return filled;
    const std::uint64_t number = (size_ >> kTileHeight * (level + 1)) - 1;
    filled.push_back({{level, number, kTileWidth}, tile_bytes(partial)});
    hash = whole_root(std::move(partial));
    levels_[level].clear();
  }
}

TreeHash GrowingTiles::root() const {
  TreeHash root{};
  bool begun = false;
  for (const std::vector<TreeHash>& partial : levels_) {
    // From the right: whole subtrees of 1, 2, 4 ... hashes, as the bits of their number say.
    std::size_t end = partial.size();
    while (end > 0) {
      const std::size_t count = std::size_t{1} << std::countr_zero(end);
      const TreeHash left = whole_root({partial.begin() + static_cast<std::ptrdiff_t>(end - count),
                                        partial.begin() + static_cast<std::ptrdiff_t>(end)});
      root = begun ? node_hash(left, root) : left;
      begun = true;
      end -= count;
    }
  }
  return begun ? root : empty_tree_hash();
}

std::vector<TreeHash> GrowingTiles::partial(unsigned level) const {
  return level < levels_.size() ? levels_[level] : std::vector<TreeHash>();
}

}  // namespace whorl::crypto
