// A log as a tree of hashes (RFC 6962, section 2; RFC 9162, section 2.1): two trees that have the same root hold the
// same leaves, and short proofs show that a leaf is in a tree, or that a tree is the beginning of a later one.
//
// Pure functions and plain values; thread-safe as such.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/sha256.h"

namespace whorl::crypto {

using TreeHash = Sha256;
using TreeProof = std::vector<TreeHash>;

inline constexpr std::uint64_t kMostLeaves = std::uint64_t{1} << 62;
inline constexpr std::size_t kMostProofHashes = 64;

// SHA-256 of 0 and the leaf; of 1 and both children; of nothing.
TreeHash leaf_hash(ByteView leaf);
TreeHash node_hash(const TreeHash& left, const TreeHash& right);
TreeHash empty_tree_hash();

// The hashes of a tree that is kept somewhere.
class TreeNodes {
 public:
  virtual ~TreeNodes() = default;
  // Of the whole subtree over the leaves index * 2^level to (index + 1) * 2^level - 1, all of which are in the tree.
  // Errors: its own, where they cannot be read.
  [[nodiscard]] virtual Result<TreeHash> node(unsigned level, std::uint64_t index) = 0;
};

// Of the tree of the first `size` leaves. Errors: kInvalidInput for more than kMostLeaves; those of `nodes`.
Result<TreeHash> tree_root(TreeNodes& nodes, std::uint64_t size);
// Errors: kInvalidInput when the leaf is not among the first `size`; those of `nodes`.
Result<TreeProof> inclusion_proof(TreeNodes& nodes, std::uint64_t leaf, std::uint64_t size);
// That the first `old_size` leaves are the beginning of the first `size`; empty where they are the same or there is
// none. Errors: kInvalidInput when old_size is greater; those of `nodes`.
Result<TreeProof> consistency_proof(TreeNodes& nodes, std::uint64_t old_size, std::uint64_t size);

// Errors: kCorruption when the proof does not show it, for whatever reason: sizes that cannot be, a hash too many or
// too few, another root. Nothing else is refused, and nothing else accepted: RFC 9162, 2.1.3.2 and 2.1.4.2.
Status verify_inclusion(const TreeHash& leaf, std::uint64_t index, std::uint64_t size, const TreeProof& proof,
                        const TreeHash& root);
Status verify_consistency(std::uint64_t old_size, const TreeHash& old_root, std::uint64_t size, const TreeHash& root,
                          const TreeProof& proof);

}  // namespace whorl::crypto
