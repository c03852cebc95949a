// The log's tree against RFC 6962's own definition, written down as it stands there, and its published vectors.
#include "crypto/log/merkle_tree.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "crypto/log/tile.h"
#include "tests/crypto/hex.h"

namespace whorl::crypto {
namespace {

using tests::unhex;
using Leaves = std::vector<Bytes>;

// RFC 6962, 2.1: MTH, with every step by hand.
std::string bytes_of(const Bytes& b) { return {b.begin(), b.end()}; }
TreeHash slow_root(const Leaves& d) {
  const std::size_t n = d.size();
  if (n == 0) return sha256_of({});
  if (n == 1) return sha256_of({as_bytes(std::string(1, '\0') + bytes_of(d[0]))});
  std::size_t k = 1;
  while (2 * k < n) k *= 2;
  const TreeHash left = slow_root(Leaves(d.begin(), d.begin() + static_cast<long>(k)));
  const TreeHash right = slow_root(Leaves(d.begin() + static_cast<long>(k), d.end()));
  return sha256_of({as_bytes(std::string(1, '\1') + std::string(left.begin(), left.end()) +
                             std::string(right.begin(), right.end()))});
}

// RFC 6962, 2.1.1: PATH.
TreeProof slow_path(std::size_t m, const Leaves& d) {
  if (d.size() <= 1) return {};
  std::size_t k = 1;
  while (2 * k < d.size()) k *= 2;
  const Leaves left(d.begin(), d.begin() + static_cast<long>(k));
  const Leaves right(d.begin() + static_cast<long>(k), d.end());
  TreeProof out = m < k ? slow_path(m, left) : slow_path(m - k, right);
  out.push_back(slow_root(m < k ? right : left));
  return out;
}

// RFC 6962, 2.1.2: SUBPROOF.
TreeProof slow_subproof(std::size_t m, const Leaves& d, bool b) {
  if (m == d.size()) return b ? TreeProof() : TreeProof{slow_root(d)};
  std::size_t k = 1;
  while (2 * k < d.size()) k *= 2;
  const Leaves left(d.begin(), d.begin() + static_cast<long>(k));
  const Leaves right(d.begin() + static_cast<long>(k), d.end());
  TreeProof out = m <= k ? slow_subproof(m, left, b) : slow_subproof(m - k, right, false);
  out.push_back(slow_root(m <= k ? right : left));
  return out;
}

// Nodes straight from the leaves.
class SlowNodes final : public TreeNodes {
 public:
  explicit SlowNodes(Leaves leaves) : leaves_(std::move(leaves)) {}
  Result<TreeHash> node(unsigned level, std::uint64_t index) override {
    const auto begin = static_cast<long>(index << level);
    const auto end = static_cast<long>((index + 1) << level);
    if (end > static_cast<long>(leaves_.size())) return invalid_input("beyond the tree");
    return slow_root(Leaves(leaves_.begin() + begin, leaves_.begin() + end));
  }

 private:
  Leaves leaves_;
};

Leaves first_leaves(const Leaves& all, std::size_t n) { return {all.begin(), all.begin() + static_cast<long>(n)}; }

// The tree of Certificate Transparency's reference tests.
const Leaves kPublished{{},
                        unhex("00"),
                        unhex("10"),
                        unhex("2021"),
                        unhex("3031"),
                        unhex("40414243"),
                        unhex("5051525354555657"),
                        unhex("606162636465666768696a6b6c6d6e6f")};
const char* const kPublishedRoots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                       "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                       "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                       "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                       "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                       "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                       "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                       "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                       "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

TEST(MerkleTree, HasThePublishedRoots) {
  SlowNodes nodes(kPublished);
  GrowingTiles growing;
  for (std::size_t n = 0; n <= kPublished.size(); ++n) {
    EXPECT_EQ(hex_of(*tree_root(nodes, n)), kPublishedRoots[n]) << n;
    EXPECT_EQ(hex_of(slow_root(first_leaves(kPublished, n))), kPublishedRoots[n]) << n;
    EXPECT_EQ(hex_of(growing.root()), kPublishedRoots[n]) << n;
    if (n == kPublished.size()) break;
    ASSERT_TRUE(growing.append(leaf_hash(kPublished[n])).ok());
  }
}

Leaves drawn_leaves(std::size_t n) {
  std::mt19937_64 draw(n);
  Leaves out(n);
  for (std::size_t i = 0; i < n; ++i) {
    out[i].resize(1 + draw() % 40);
    for (auto& byte : out[i]) byte = static_cast<std::uint8_t>(draw());
    out[i].front() = static_cast<std::uint8_t>(i);  // no two are alike
  }
  return out;
}

constexpr std::size_t kMost = 40;

TEST(MerkleTree, EveryInclusionProofIsThatOfTheStandardAndVerifies) {
  const Leaves leaves = drawn_leaves(kMost);
  SlowNodes nodes(leaves);
  for (std::size_t n = 1; n <= kMost; ++n) {
    const Leaves tree = first_leaves(leaves, n);
    const TreeHash root = slow_root(tree);
    for (std::size_t i = 0; i < n; ++i) {
      const auto proof = inclusion_proof(nodes, i, n);
      ASSERT_TRUE(proof.ok());
      EXPECT_EQ(*proof, slow_path(i, tree)) << i << " of " << n;
      EXPECT_TRUE(verify_inclusion(leaf_hash(leaves[i]), i, n, *proof, root).ok()) << i << " of " << n;
    }
    EXPECT_FALSE(inclusion_proof(nodes, n, n).ok());
  }
}

TEST(MerkleTree, EveryConsistencyProofIsThatOfTheStandardAndVerifies) {
  const Leaves leaves = drawn_leaves(kMost);
  SlowNodes nodes(leaves);
  for (std::size_t n = 0; n <= kMost; ++n) {
    for (std::size_t m = 0; m <= n; ++m) {
      const auto proof = consistency_proof(nodes, m, n);
      ASSERT_TRUE(proof.ok());
      EXPECT_EQ(*proof, m == 0 ? TreeProof() : slow_subproof(m, first_leaves(leaves, n), true)) << m << " of " << n;
      EXPECT_TRUE(
          verify_consistency(m, slow_root(first_leaves(leaves, m)), n, slow_root(first_leaves(leaves, n)), *proof).ok())
          << m << " of " << n;
    }
  }
  EXPECT_FALSE(consistency_proof(nodes, 5, 4).ok());
}

TEST(MerkleTree, AnInclusionProofOfAnythingElseIsRefused) {
  const Leaves leaves = drawn_leaves(kMost);
  SlowNodes nodes(leaves);
  for (const std::size_t n : {1u, 2u, 7u, 8u, 33u}) {
    const TreeHash root = slow_root(first_leaves(leaves, n));
    for (std::size_t i = 0; i < n; ++i) {
      const TreeHash leaf = leaf_hash(leaves[i]);
      const TreeProof proof = *inclusion_proof(nodes, i, n);
      for (std::size_t j = 0; j < proof.size(); ++j) {
        TreeProof changed = proof;
        changed[j][j % 32] ^= 1;
        EXPECT_FALSE(verify_inclusion(leaf, i, n, changed, root).ok());
        changed = proof;
        changed.erase(changed.begin() + static_cast<long>(j));
        EXPECT_FALSE(verify_inclusion(leaf, i, n, changed, root).ok());
      }
      TreeProof longer = proof;
      longer.push_back(root);
      EXPECT_FALSE(verify_inclusion(leaf, i, n, longer, root).ok());
      EXPECT_FALSE(verify_inclusion(leaf_hash(as_bytes("another")), i, n, proof, root).ok());
      EXPECT_FALSE(verify_inclusion(leaf, n, n, proof, root).ok());
      EXPECT_FALSE(verify_inclusion(leaf, i, kMostLeaves + 1, proof, root).ok());
      for (std::size_t other = 0; other < n; ++other) {
        if (other == i) continue;
        EXPECT_FALSE(verify_inclusion(leaf, other, n, proof, root).ok()) << other << " for " << i;
      }
    }
  }
  // A node of the tree is no leaf: the hashes of both are told apart.
  const TreeHash left = leaf_hash(leaves[0]);
  const TreeHash right = leaf_hash(leaves[1]);
  Bytes node(left.begin(), left.end());
  node.insert(node.end(), right.begin(), right.end());
  EXPECT_NE(leaf_hash(node), node_hash(left, right));
}

TEST(MerkleTree, AConsistencyProofOfAnythingElseIsRefused) {
  const Leaves leaves = drawn_leaves(kMost);
  SlowNodes nodes(leaves);
  for (const std::size_t n : {2u, 7u, 8u, 33u}) {
    const TreeHash root = slow_root(first_leaves(leaves, n));
    for (std::size_t m = 1; m < n; ++m) {
      const TreeHash old_root = slow_root(first_leaves(leaves, m));
      const TreeProof proof = *consistency_proof(nodes, m, n);
      TreeHash forked = old_root;
      forked[0] ^= 1;
      EXPECT_FALSE(verify_consistency(m, forked, n, root, proof).ok());
      EXPECT_FALSE(verify_consistency(m, old_root, n, forked, proof).ok());
      EXPECT_FALSE(verify_consistency(n, root, m, old_root, proof).ok()) << "a log does not shrink";
      for (std::size_t j = 0; j < proof.size(); ++j) {
        TreeProof changed = proof;
        changed[j][0] ^= 0x80;
        EXPECT_FALSE(verify_consistency(m, old_root, n, root, changed).ok());
        changed = proof;
        changed.erase(changed.begin() + static_cast<long>(j));
        EXPECT_FALSE(verify_consistency(m, old_root, n, root, changed).ok());
      }
      TreeProof longer = proof;
      longer.push_back(root);
      EXPECT_FALSE(verify_consistency(m, old_root, n, root, longer).ok());
    }
    EXPECT_FALSE(verify_consistency(0, root, n, root, {}).ok()) << "the empty tree has a root of its own";
    EXPECT_FALSE(verify_consistency(n, root, n, root, {root}).ok());
    EXPECT_FALSE(verify_consistency(n, leaf_hash({}), n, root, {}).ok());
  }
}

}  // namespace
}  // namespace whorl::crypto
