#include "crypto/log/merkle_tree.h"

#include <bit>

namespace whorl::crypto {
namespace {

constexpr std::uint8_t kLeafPrefix = 0;
constexpr std::uint8_t kNodePrefix = 1;

Error not_shown() { return corruption("the proof does not lead to the root"); }

// The largest power of two below `n`, which is 2 or more.
std::uint64_t split_of(std::uint64_t n) { return std::bit_floor(n - 1); }

// Of leaves begin to end - 1, where begin is a multiple of the largest power of two of their number.
Result<TreeHash> range_root(TreeNodes& nodes, std::uint64_t begin, std::uint64_t end) {
  const std::uint64_t count = end - begin;
  if (std::has_single_bit(count)) {
    const auto level = static_cast<unsigned>(std::countr_zero(count));
    return nodes.node(level, begin >> level);
  }
  const std::uint64_t middle = begin + split_of(count);
  WHORL_ASSIGN(const TreeHash left, range_root(nodes, begin, middle));
  WHORL_ASSIGN(const TreeHash right, range_root(nodes, middle, end));
  return node_hash(left, right);
}

// From a node to the root, beside the last node of its level (RFC 9162's fn and sn).
class WayUp {
 public:
  WayUp(std::uint64_t node, std::uint64_t last) : node_(node), last_(last) {}

  [[nodiscard]] bool at_root() const { return last_ == 0; }
  // Up to the parent that the next hash of a proof makes; whether that hash is its left child.
  bool step() {
    const bool is_left = node_ % 2 == 1 || node_ == last_;
    // The last node of a level without a sibling is its own parent.
    while (is_left && node_ % 2 == 0 && node_ != 0) up();
    up();
    return is_left;
  }
  // Up as long as the node is a right child: to the largest subtree that ends with it.
  void leave_right_children() {
    while (node_ % 2 == 1) up();
  }

 private:
  void up() {
    node_ >>= 1;
    last_ >>= 1;
  }
  std::uint64_t node_;
  std::uint64_t last_;
};

Result<TreeProof> backwards(TreeProof proof) { return TreeProof(proof.rbegin(), proof.rend()); }

}  // namespace

TreeHash leaf_hash(ByteView leaf) { return sha256_of({ByteView(&kLeafPrefix, 1), leaf}); }
TreeHash node_hash(const TreeHash& left, const TreeHash& right) {
  return sha256_of({ByteView(&kNodePrefix, 1), left, right});
}
TreeHash empty_tree_hash() { return sha256_of({}); }

Result<TreeHash> tree_root(TreeNodes& nodes, std::uint64_t size) {
  if (size > kMostLeaves) return invalid_input("a tree has at most 2^62 leaves");
  if (size == 0) return empty_tree_hash();
  return range_root(nodes, 0, size);
}

Result<TreeProof> inclusion_proof(TreeNodes& nodes, std::uint64_t leaf, std::uint64_t size) {
  if (size > kMostLeaves || leaf >= size) return invalid_input("there is no leaf of this number in the tree");
  TreeProof proof;  // from the root down
  std::uint64_t begin = 0;
  std::uint64_t end = size;
  while (end - begin > 1) {
    const std::uint64_t middle = begin + split_of(end - begin);
    const bool is_left = leaf < middle;
    WHORL_ASSIGN(const TreeHash other, is_left ? range_root(nodes, middle, end) : range_root(nodes, begin, middle));
    proof.push_back(other);
    (is_left ? end : begin) = middle;
  }
  return backwards(std::move(proof));
}

Result<TreeProof> consistency_proof(TreeNodes& nodes, std::uint64_t old_size, std::uint64_t size) {
  if (size > kMostLeaves || old_size > size) return invalid_input("a tree cannot begin with a larger one");
  if (old_size == 0 || old_size == size) return TreeProof();
  TreeProof proof;  // from the root down
  std::uint64_t begin = 0;
  std::uint64_t end = size;
  bool whole = true;  // the old tree's part of the range is the old tree, whose root the verifier has
  while (end != old_size) {
    const std::uint64_t middle = begin + split_of(end - begin);
    const bool is_left = old_size <= middle;
    WHORL_ASSIGN(const TreeHash other, is_left ? range_root(nodes, middle, end) : range_root(nodes, begin, middle));
    proof.push_back(other);
    if (!is_left) whole = false;
    (is_left ? end : begin) = middle;
  }
  if (!whole) {
    WHORL_ASSIGN(const TreeHash last, range_root(nodes, begin, end));
    proof.push_back(last);
  }
  return backwards(std::move(proof));
}

Status verify_inclusion(const TreeHash& leaf, std::uint64_t index, std::uint64_t size, const TreeProof& proof,
                        const TreeHash& root) {
  if (size > kMostLeaves || index >= size) return not_shown();
  WayUp way(index, size - 1);
  TreeHash hash = leaf;
  for (const TreeHash& other : proof) {
    if (way.at_root()) return not_shown();
    hash = way.step() ? node_hash(other, hash) : node_hash(hash, other);
  }
  if (!way.at_root() || hash != root) return not_shown();
  return {};
}

Status verify_consistency(std::uint64_t old_size, const TreeHash& old_root, std::uint64_t size, const TreeHash& root,
                          const TreeProof& proof) {
  if (size > kMostLeaves || old_size > size) return not_shown();
  if (old_size == 0 || old_size == size) {
    const bool same = old_size == 0 ? old_root == empty_tree_hash() : old_root == root;
    if (!proof.empty() || !same) return not_shown();
    return {};
  }
  // A whole subtree's root is the old root itself, and not repeated in the proof.
  const bool whole = std::has_single_bit(old_size);
  if (!whole && proof.empty()) return not_shown();
  WayUp way(old_size - 1, size - 1);
  way.leave_right_children();
  TreeHash old_hash = whole ? old_root : proof.front();
  TreeHash hash = old_hash;
  for (std::size_t i = whole ? 0 : 1; i < proof.size(); ++i) {
    if (way.at_root()) return not_shown();
    const bool is_left = way.step();
    if (is_left) old_hash = node_hash(proof[i], old_hash);
    hash = is_left ? node_hash(proof[i], hash) : node_hash(hash, proof[i]);
  }
  if (!way.at_root() || old_hash != old_root || hash != root) return not_shown();
  return {};
}

}  // namespace whorl::crypto
