// A log of drawn leaves, signed by a drawn key, as a folder of files: what a gallery would export.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "audit/export_folder.h"
#include "audit/leaf.h"
#include "crypto/log/checkpoint.h"

namespace whorl::audit {

inline Leaf drawn_leaf(std::uint64_t n, std::mt19937_64& random, std::uint64_t time_ms) {
  Leaf out;
  out.n = n;
  out.time_ms = time_ms;
  constexpr Operation kKinds[] = {Operation::kEnrol, Operation::kIdentify, Operation::kVerify, Operation::kLoad};
  out.operation = n == 0 ? Operation::kBegin : kKinds[random() % 4];
  out.outcome = n % 2 == 0 ? "match" : "no_match";
  out.auth = "token";
  out.role = "officer";
  for (Tag* tag : {&out.who, &out.request, &out.subject}) {
    for (auto& byte : *tag) byte = static_cast<std::uint8_t>(random());
  }
  out.galleries.resize(1 + random() % 16, out.who);
  if (n == 0 || out.operation == Operation::kLoad) out.count = random() % 100;
  if (out.operation == Operation::kIdentify) out.threshold_mdb = static_cast<std::int64_t>(random() % 100000) - 50000;
  return out;
}

class DrawnLog final : public LogSource {
 public:
  explicit DrawnLog(std::uint64_t seed)
      : signer_(crypto::NoteSigner::of("whorl/audit/drawn", crypto::NoteKeyKind::kSignature,
                                       crypto::PrivateKey::make(crypto::KeyKind::kEd25519).value())
                    .value()),
        random_(seed) {}

  void append(Bytes entry) { entries_.push_back(std::move(entry)); }
  void grow_to(std::uint64_t size) {
    while (entries_.size() < size) {
      time_ms_ += random_() % 5000;
      append(encoded(drawn_leaf(entries_.size(), random_, time_ms_)).value());
    }
  }
  // Keeps a checkpoint of now.
  void sign() { notes_.push_back(note_of(entries_.size())); }
  [[nodiscard]] std::string note_of(std::uint64_t size) {
    crypto::TileNodes nodes(*this, size);
    const crypto::Checkpoint checkpoint{signer_.verifier().name(), size, crypto::tree_root(nodes, size).value()};
    return crypto::sign_checkpoint(checkpoint, signer_).value().note();
  }
  void write_to(const std::filesystem::path& folder) {
    const LogHead head{notes_.back(), entries_.size(), signer_.verifier().text(), notes_, first_};
    const auto written = write_export(*this, head, folder);
    ASSERT_TRUE(written.ok()) << written.error().text();
  }
  [[nodiscard]] Result<Bytes> tile(const crypto::TileName& name) override {
    crypto::GrowingTiles tiles;
    const std::uint64_t end = std::min<std::uint64_t>(entries_.size(), (name.number * crypto::kTileWidth + name.width)
                                                                           << crypto::kTileHeight * name.level);
    for (std::uint64_t n = 0; n < end; ++n) {
      const auto filled = tiles.append(crypto::leaf_hash(entries_[n]));
      for (const auto& full : *filled) {
        if (full.name == name) return full.bytes;
      }
    }
    return crypto::tile_bytes(tiles.partial(name.level));
  }
  [[nodiscard]] Result<Bytes> entries(const crypto::TileName& name) override {
    const auto first = entries_.begin() + static_cast<std::ptrdiff_t>(name.number * crypto::kTileWidth);
    return crypto::entry_bundle({first, first + name.width});
  }
  [[nodiscard]] const crypto::NoteVerifier& key() const { return signer_.verifier(); }
  std::vector<Bytes>& all() { return entries_; }
  std::vector<std::string>& notes() { return notes_; }
  // Leaves before are kept no more; the last leaf says so.
  void prune(std::uint64_t first) {
    Leaf leaf;
    leaf.n = entries_.size();
    leaf.time_ms = time_ms_;
    leaf.operation = Operation::kPrune;
    leaf.outcome = "pruned";
    leaf.first = first;
    leaf.count = 17;
    append(encoded(leaf).value());
    first_ = first;
  }
  // As if nothing had been pruned.
  void unprune() { first_ = 0; }
  std::uint64_t time_ms_ = 1'790'000'000'000;

 private:
  crypto::NoteSigner signer_;
  std::mt19937_64 random_;
  std::vector<Bytes> entries_;
  std::vector<std::string> notes_;
  std::uint64_t first_ = 0;
};

}  // namespace whorl::audit
