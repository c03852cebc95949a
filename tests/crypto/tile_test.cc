// Tiles of a log: paths, bytes, growth, and the tree read back from them.
#include "crypto/log/tile.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace whorl::crypto {
namespace {

TreeHash hash_of(std::uint64_t n) { return leaf_hash(as_bytes("leaf " + std::to_string(n))); }

// A log with all of its tiles, the partial ones as of its present size.
class KeptLog final : public TileSource {
 public:
  void grow_to(std::uint64_t size) {
    for (std::uint64_t n = growing.size(); n < size; ++n) {
      auto filled = growing.append(hash_of(n));
      ASSERT_TRUE(filled.ok());
      for (FullTile& tile : *filled) {
        ASSERT_TRUE(kept.emplace(tile_path(tile.name), std::move(tile.bytes)).second);
      }
    }
  }
  Result<Bytes> tile(const TileName& name) override {
    ++reads;
    const auto at = kept.find(tile_path(name));
    if (at != kept.end()) return at->second;
    if (name.width == kTileWidth) return not_found("no such tile");
    std::vector<TreeHash> partial = growing.partial(name.level);
    if (partial.size() < name.width) return not_found("no such tile");
    partial.resize(name.width);
    return tile_bytes(partial);
  }
  GrowingTiles growing;
  std::map<std::string, Bytes> kept;
  int reads = 0;
};

TEST(TilePath, IsThatOfTheSpecification) {
  EXPECT_EQ(tile_path({0, 0, 256}), "tile/0/000");
  EXPECT_EQ(tile_path({1, 7, 3}), "tile/1/007.p/3");
  EXPECT_EQ(tile_path({0, 1234067, 256}), "tile/0/x001/x234/067");
  EXPECT_EQ(tile_path({2, 1000, 112}), "tile/2/x001/000.p/112");
  EXPECT_EQ(entries_path({0, 273, 112}), "tile/entries/273.p/112");
}

TEST(TilePath, IsReadBackAndNothingElseIs) {
  for (const TileName& name : {TileName{0, 0, 1}, TileName{0, 999, 256}, TileName{0, 1000, 255},
                               TileName{3, 1234067, 9}, TileName{7, 0, 64}, TileName{0, (kMostLeaves >> 8) - 1, 256}}) {
    const auto back = tile_of_path(tile_path(name));
    ASSERT_TRUE(back.ok()) << tile_path(name);
    EXPECT_EQ(*back, name);
  }
  EXPECT_EQ(*entries_of_path("tile/entries/x001/234.p/5"), (TileName{0, 1234, 5}));
  for (const char* path : {"",
                           "tile",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "tile/8/000",
                           "tile/00/000",
                           "tile/0/0",
                           "tile/0/00",
                           "tile/0/0000",
                           "tile/0/1234",
                           "tile/0/x000/001",
                           "tile/0/x1/000",
                           "tile/0/001/000",
                           "tile/0/x001/x234",
                           "tile/0/000.p/0",
                           "tile/0/000.p/256",
                           "tile/0/000.p/01",
                           "tile/0/000.p/",
                           "tile/0/000.p/-1",
                           "tile/0/000.p/1/",
                           "tile/0/000/",
                           "/tile/0/000",
                           "tile/0/../000",
                           "tile/0/000.p/999999999999",
                           "tile/7/000",
                           "tile/7/001.p/1",
                           "tile/a/000",
                           "tile/0/x999/x999/x999/x999/x999/x999/999",
                           "tile/entries/000",
                           "TILE/0/000",
                           "tile/0/000 ",
                           "tile/0/00a"}) {
    EXPECT_FALSE(tile_of_path(path).ok()) << path;
  }
  EXPECT_FALSE(entries_of_path("tile/0/000").ok());
  EXPECT_FALSE(entries_of_path("tile/entries/").ok());
  EXPECT_FALSE(tile_of_path(std::string(5000, '0')).ok());
}

TEST(TileWidth, FollowsFromTheSize) {
  EXPECT_EQ(tile_width(0, 0, 0), 0u);
  EXPECT_EQ(tile_width(0, 0, 1), 1u);
  EXPECT_EQ(tile_width(0, 0, 256), 256u);
  EXPECT_EQ(tile_width(0, 1, 256), 0u);
  EXPECT_EQ(tile_width(0, 1, 300), 44u);
  EXPECT_EQ(tile_width(1, 0, 255), 0u);
  EXPECT_EQ(tile_width(1, 0, 300), 1u);
  EXPECT_EQ(tile_width(8, 0, kMostLeaves), 0u);
}

// Twin: every level of the tree of 70,000 leaves, pair by pair.
TEST(Tiles, HoldTheWholeTree) {
  constexpr std::uint64_t kSize = 66'300;  // beyond 256 * 256: three levels of tiles
  KeptLog log;
  log.grow_to(kSize);
  EXPECT_EQ(log.kept.size(), kSize / 256 + 1);
  std::vector<TreeHash> row;
  for (std::uint64_t n = 0; n < kSize; ++n) row.push_back(hash_of(n));
  TileNodes nodes(log, kSize);
  for (unsigned level = 0; !row.empty(); ++level) {
    for (std::uint64_t i = 0; i < row.size(); i += 1 + row.size() / 60) {
      const auto node = nodes.node(level, i);
      ASSERT_TRUE(node.ok()) << node.error().text();
      EXPECT_EQ(*node, row[i]) << level << " " << i;
    }
    EXPECT_FALSE(nodes.node(level, row.size()).ok());
    for (std::size_t i = 0; i < row.size() / 2; ++i) row[i] = node_hash(row[2 * i], row[2 * i + 1]);
    row.resize(row.size() / 2);
  }
  EXPECT_EQ(*tree_root(nodes, kSize), log.growing.root());
  for (const std::uint64_t leaf : {std::uint64_t{0}, std::uint64_t{65'535}, std::uint64_t{65'536}, kSize - 1}) {
    log.reads = 0;
    const auto proof = inclusion_proof(nodes, leaf, kSize);
    ASSERT_TRUE(proof.ok());
    EXPECT_TRUE(verify_inclusion(hash_of(leaf), leaf, kSize, *proof, log.growing.root()).ok());
    EXPECT_LE(log.reads, 64);
  }
}

TEST(Tiles, AreResumedAsTheyWereAtEverySize) {
  KeptLog log;
  KeptLog whole;
  for (const std::uint64_t size : {0u, 1u, 255u, 256u, 257u, 700u, 65'535u, 65'536u, 65'792u, 65'900u}) {
    log.grow_to(size);
    const auto back = GrowingTiles::resume(size, log, log.growing.partial(0));
    ASSERT_TRUE(back.ok()) << back.error().text();
    EXPECT_EQ(back->size(), size);
    EXPECT_EQ(back->root(), log.growing.root()) << size;
    for (unsigned level = 0; level < 4; ++level) EXPECT_EQ(back->partial(level), log.growing.partial(level)) << level;
    log.growing = *back;  // it goes on from there
  }
  whole.grow_to(65'900);
  EXPECT_EQ(whole.growing.root(), log.growing.root());
  EXPECT_EQ(whole.kept, log.kept);
}

TEST(Tiles, AreNotResumedWithOtherLeavesOrDamagedTiles) {
  KeptLog log;
  log.grow_to(600);
  std::vector<TreeHash> last = log.growing.partial(0);
  last.pop_back();
  EXPECT_FALSE(GrowingTiles::resume(600, log, last).ok());
  log.kept["tile/0/001"].pop_back();
  EXPECT_EQ(GrowingTiles::resume(600, log, log.growing.partial(0)).error().kind, ErrorKind::kCorruption);
  log.kept.erase("tile/0/001");
  EXPECT_EQ(GrowingTiles::resume(600, log, log.growing.partial(0)).error().kind, ErrorKind::kNotFound);
}

TEST(Tiles, ProofsBetweenAnyTwoSizesVerify) {
  KeptLog log;
  std::map<std::uint64_t, TreeHash> roots{{0, empty_tree_hash()}};
  for (const std::uint64_t size : {1u, 2u, 255u, 256u, 257u, 511u, 512u, 1000u}) {
    log.grow_to(size);
    roots[size] = log.growing.root();
  }
  TileNodes nodes(log, 1000);
  for (const auto& [m, old_root] : roots) {
    for (const auto& [n, root] : roots) {
      if (m > n) continue;
      const auto proof = consistency_proof(nodes, m, n);
      ASSERT_TRUE(proof.ok()) << proof.error().text();
      EXPECT_TRUE(verify_consistency(m, old_root, n, root, *proof).ok()) << m << " " << n;
    }
  }
}

TEST(EntryBundle, IsReadBackAndRefusedWhereItIsDamaged) {
  const std::vector<Bytes> entries{{}, {1, 2, 3}, Bytes(65'535, 7)};
  const auto bundle = entry_bundle(entries);
  ASSERT_TRUE(bundle.ok());
  EXPECT_EQ(*entries_of_bundle(*bundle, 3), entries);
  EXPECT_FALSE(entries_of_bundle(*bundle, 2).ok());
  EXPECT_FALSE(entries_of_bundle(*bundle, 4).ok());
  for (const std::size_t n : {0u, 1u, 4u, 7u}) EXPECT_FALSE(entries_of_bundle(ByteView(*bundle).first(n), 3).ok()) << n;
  EXPECT_FALSE(entry_bundle({Bytes(65'536)}).ok());
  EXPECT_FALSE(entry_bundle(std::vector<Bytes>(257)).ok());
  EXPECT_FALSE(entries_of_bundle(Bytes(2 * 257), 257).ok());
}

TEST(TileBytes, OfAnotherSizeAreRefused) {
  const Bytes bytes = tile_bytes({hash_of(1), hash_of(2)});
  EXPECT_EQ(tile_hashes(bytes, 2)->at(1), hash_of(2));
  EXPECT_FALSE(tile_hashes(bytes, 1).ok());
  EXPECT_FALSE(tile_hashes(bytes, 3).ok());
  EXPECT_FALSE(tile_hashes(ByteView(bytes).first(63), 2).ok());
}

}  // namespace
}  // namespace whorl::crypto
