#include "audit/verification.h"

#include <algorithm>
#include <set>

namespace whorl::audit {
namespace {

std::string number(std::uint64_t n) { return std::to_string(n); }

// What a kind of leaf does to the number of encounters.
std::int64_t after(std::int64_t encounters, const Leaf& leaf) {
  const auto count = static_cast<std::int64_t>(leaf.count.value_or(0));
  switch (leaf.operation) {
    case Operation::kBegin:
    case Operation::kPrune:
    case Operation::kRestore: return count;
    case Operation::kEnrol: return encounters + 1;
    case Operation::kLoad: return encounters + count;
    case Operation::kErase:
    case Operation::kTakeBack: return encounters - 1;
    default: return encounters;
  }
}

// The checkpoints that must fit, in order of their sizes.
class Due {
 public:
  Due(const crypto::NoteVerifier& key, std::uint64_t size) : key_(key), size_(size) {}

  Status add(const std::string& note) {
    WHORL_ASSIGN(const crypto::OpenedCheckpoint opened, crypto::open_checkpoint(note, key_, {}));
    const crypto::Checkpoint& checkpoint = opened.checkpoint;
    if (checkpoint.size > size_) {
      return corruption("the log was rolled back: an earlier checkpoint is of " + number(checkpoint.size) +
                        " leaves, this one of " + number(size_));
    }
    checkpoints_[checkpoint.size].insert(checkpoint.root);
    return {};
  }
  // Those of the tree as it is now.
  Status look(const crypto::GrowingTiles& tree) {
    const auto at = checkpoints_.find(tree.size());
    if (at == checkpoints_.end()) return {};
    ++fit_;
    if (at->second == std::set{tree.root()}) return {};
    return corruption("the checkpoint of " + number(tree.size()) +
                      " leaves has another root: leaves were changed since, or the log was forked");
  }
  [[nodiscard]] std::uint64_t fit() const { return fit_; }

 private:
  const crypto::NoteVerifier& key_;
  const std::uint64_t size_;
  std::map<std::uint64_t, std::set<crypto::TreeHash>> checkpoints_;
  std::uint64_t fit_ = 0;
};

class Walk {
 public:
  Walk(ExportFolder& log, Due& due, Verified& out) : log_(log), due_(due), out_(out) {}

  Status run(std::uint64_t size) {
    WHORL_TRY(due_.look(tree_));
    for (std::uint64_t bundle = 0; tree_.size() < size; ++bundle) {
      const unsigned width = crypto::tile_width(0, bundle, size);
      const auto bytes = log_.entries({0, bundle, width});
      if (!bytes.ok() && bytes.error().kind == ErrorKind::kNotFound && width == crypto::kTileWidth) {
        missing_ = bytes.error();
        WHORL_TRY(pass(bundle));
        continue;
      }
      if (!bytes.ok()) return bytes.error();
      WHORL_ASSIGN(const std::vector<Bytes> entries, crypto::entries_of_bundle(*bytes, width));
      for (const Bytes& entry : entries) WHORL_TRY(take(entry));
    }
    for (unsigned level = 0; level <= crypto::kMostTileLevel; ++level) WHORL_TRY(check_last(level, size));
    if (passed_end_ > pruned_until_) return *missing_;
    out_.leaves = size;
    out_.root = tree_.root();
    return {};
  }

 private:
  // A bundle that is not there: whether it may be is known at the end.
  Status pass(std::uint64_t bundle) {
    WHORL_ASSIGN(const Bytes bytes, log_.tile({0, bundle, crypto::kTileWidth}));
    WHORL_ASSIGN(const std::vector<crypto::TreeHash> hashes, crypto::tile_hashes(bytes, crypto::kTileWidth));
    for (const crypto::TreeHash& hash : hashes) WHORL_TRY(append(hash));
    out_.pruned += hashes.size();
    passed_end_ = tree_.size();
    return {};
  }
  Status append(const crypto::TreeHash& hash) {
    WHORL_ASSIGN(const std::vector<crypto::FullTile> filled, tree_.append(hash));
    for (const crypto::FullTile& tile : filled) WHORL_TRY(check(tile.name, tile.bytes));
    return due_.look(tree_);
  }
  Status take(const Bytes& entry) {
    const std::uint64_t n = tree_.size();
    const std::string name = "leaf " + number(n);
    const auto leaf = parse_leaf(entry);
    if (!leaf.ok()) return corruption(name + " " + leaf.error().message);
    if (leaf->n != n) return corruption(name + " says that it is number " + number(leaf->n));
    if (leaf->time_ms < out_.last_ms) return corruption(name + " is of an earlier time than the one before it");
    if ((n == 0) != (leaf->operation == Operation::kBegin)) {
      return corruption(name + (n == 0 ? " does not begin the log" : " begins a log within the log"));
    }
    if (leaf->operation == Operation::kPrune) {
      if (leaf->first.value_or(n + 1) > n) return corruption(name + " prunes what was not there yet");
      pruned_until_ = std::max(pruned_until_, *leaf->first);
    }
    if (out_.last_ms == 0) out_.first_ms = leaf->time_ms;
    out_.last_ms = leaf->time_ms;
    ++out_.operations[std::string(name_of(leaf->operation))];
    out_.encounters = after(out_.encounters, *leaf);
    return append(crypto::leaf_hash(entry));
  }
  Status check_last(unsigned level, std::uint64_t size) {
    const std::vector<crypto::TreeHash> hashes = tree_.partial(level);
    if (hashes.empty()) return {};
    const std::uint64_t last = (size >> crypto::kTileHeight * level) / crypto::kTileWidth;
    return check({level, last, static_cast<unsigned>(hashes.size())}, crypto::tile_bytes(hashes));
  }
  Status check(const crypto::TileName& name, const Bytes& bytes) {
    WHORL_ASSIGN(const Bytes kept, log_.tile(name));
    if (kept == bytes) return {};
    return corruption(crypto::tile_path(name) + " is not that of the leaves");
  }

  ExportFolder& log_;
  Due& due_;
  Verified& out_;
  crypto::GrowingTiles tree_;
  std::uint64_t passed_end_ = 0;    // behind the last bundle that is not there
  std::uint64_t pruned_until_ = 0;  // as leaves say
  std::optional<Error> missing_;
};

}  // namespace

Result<Verified> verify(ExportFolder& log, const VerifyWhat& what) {
  WHORL_ASSIGN(const std::string note, log.checkpoint());
  WHORL_ASSIGN(crypto::OpenedCheckpoint last, crypto::open_checkpoint(note, what.key, what.witnesses));
  if (last.witnesses.size() < what.least_witnesses) {
    return corruption("the last checkpoint has " + number(last.witnesses.size()) +
                      " cosignatures of known witnesses, " + number(what.least_witnesses) + " are wanted");
  }
  const std::uint64_t size = last.checkpoint.size;
  if (size == 0) return corruption("the log is empty: a log begins with a leaf");
  Verified out;
  out.origin = last.checkpoint.origin;
  out.witnesses = std::move(last.witnesses);
  Due due(what.key, size);
  WHORL_TRY(due.add(note));
  WHORL_ASSIGN(std::vector<std::string> notes, log.checkpoints());
  notes.insert(notes.end(), what.earlier.begin(), what.earlier.end());
  for (const std::string& one : notes) WHORL_TRY(due.add(one));
  WHORL_TRY(Walk(log, due, out).run(size));
  out.checkpoints = due.fit();
  return out;
}

}  // namespace whorl::audit
