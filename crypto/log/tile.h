// The hashes of a log in tiles of 256 (C2SP tlog-tiles): what is written once and served as a file.
//
// A tile of level L and number N holds up to 256 hashes of subtrees of 2^(8 L) leaves, from number 256 N on. A tile is
// full, or it is the last of its level and has as many hashes as the tree's size gives it.
//
// Thread-safety: plain values; a GrowingTiles belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/log/merkle_tree.h"

namespace whorl::crypto {

inline constexpr unsigned kTileWidth = 256;
inline constexpr unsigned kTileHeight = 8;
inline constexpr unsigned kMostTileLevel = 7;

struct TileName {
  unsigned level = 0;
  std::uint64_t number = 0;
  unsigned width = kTileWidth;  // 1 to 256

  friend bool operator==(const TileName&, const TileName&) = default;
};

// "tile/0/x001/x234/067", of a partial one "tile/0/x001/x234/067.p/112"; entries: "tile/entries/..." (level 0).
std::string tile_path(const TileName& name);
std::string entries_path(const TileName& name);
// Errors: kNotFound for every other text, and for tiles that no tree of kMostLeaves has: one name a tile.
Result<TileName> tile_of_path(std::string_view path);
Result<TileName> entries_of_path(std::string_view path);

// How many hashes the tile has in a tree of `size` leaves: 0 to 256.
unsigned tile_width(unsigned level, std::uint64_t number, std::uint64_t size);

// A tile's bytes: its hashes one after another. Errors: kCorruption when the bytes are not `width` hashes.
Bytes tile_bytes(const std::vector<TreeHash>& hashes);
Result<std::vector<TreeHash>> tile_hashes(ByteView bytes, unsigned width);

// A bundle of entries: of each u16 length and bytes. Errors: kInvalidInput when an entry is longer than 65,535 bytes or
// there are more than 256; kCorruption when the bytes are not `width` entries.
Result<Bytes> entry_bundle(const std::vector<Bytes>& entries);
Result<std::vector<Bytes>> entries_of_bundle(ByteView bytes, unsigned width);

// Where tiles are kept.
class TileSource {
 public:
  virtual ~TileSource() = default;
  // The bytes of a tile. Errors: its own.
  [[nodiscard]] virtual Result<Bytes> tile(const TileName& name) = 0;
};

// The nodes of a tree of `size` leaves, out of its tiles. The tiles are believed: whoever reads them from outside
// compares the root with a signed one. `source` must outlive it.
class TileNodes final : public TreeNodes {
 public:
  TileNodes(TileSource& source, std::uint64_t size) : source_(&source), size_(size) {}
  // Errors: those of the source; kCorruption for a tile of another size; kInvalidInput for a node that the tree has
  // not.
  [[nodiscard]] Result<TreeHash> node(unsigned level, std::uint64_t index) override;

 private:
  TileSource* source_;
  std::uint64_t size_;
};

// The root of the tree over hashes whose number is a power of two.
TreeHash whole_root(std::vector<TreeHash> hashes);

struct FullTile {
  TileName name;
  Bytes bytes;
};

// The right edge of a log that grows: the last tile of each level.
class GrowingTiles {
 public:
  GrowingTiles() = default;
  // The log as it was with `size` leaves: from its full tiles, and the hashes of the leaves since the last full tile of
  // level 0. Errors: kInvalidInput when their number is not size % 256; those of `full`; kCorruption for a tile of
  // another size.
  static Result<GrowingTiles> resume(std::uint64_t size, TileSource& full, std::vector<TreeHash> last_leaves);

  // Gives the tiles that the leaf fills: mostly none. Errors: kExhausted at kMostLeaves.
  Result<std::vector<FullTile>> append(const TreeHash& leaf);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  // Cost: up to 255 hashes a level.
  [[nodiscard]] TreeHash root() const;
  // The hashes of the last, partial tile of a level: 0 to 255.
  [[nodiscard]] std::vector<TreeHash> partial(unsigned level) const;

 private:
  std::uint64_t size_ = 0;
  std::vector<std::vector<TreeHash>> levels_;
};

}  // namespace whorl::crypto
