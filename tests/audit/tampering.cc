#include "tests/audit/tampering.h"

#include <algorithm>
#include <fstream>
#include <functional>

#include "audit/growth_file.h"
#include "audit/proof_file.h"
#include "base/files.h"

namespace whorl::audit {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLeaves = 700;
constexpr std::uint64_t kSince = 600;
constexpr std::uint64_t kEarlier = 300;
constexpr std::uint64_t kPruned = 512;

Bytes read(const fs::path& file) { return read_file(file, std::size_t{1} << 24).value(); }

void write(const fs::path& file, const Bytes& bytes) { EXPECT_TRUE(write_file(file, bytes).ok()); }

void write_text(const fs::path& file, const std::string& text) { EXPECT_TRUE(write_file(file, text).ok()); }

std::string cosigned(const std::string& note, const crypto::NoteSigner& witness) {
  crypto::SignedNote out = crypto::SignedNote::parse(note).value();
  EXPECT_TRUE(out.add(witness, 1'790'000'000).ok());
  return out.note();
}

// What a verifier reads, but for the key: who checks has that from elsewhere.
std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().filename() != "key") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

void copy_folder(const fs::path& from, const fs::path& to) {
  fs::remove_all(to);
  fs::copy(from, to, fs::copy_options::recursive);
}

std::uint64_t below(std::mt19937_64& random, std::uint64_t end) { return random() % end; }

// The log with other leaves, its tree made anew, and signed again by its own key: what an insider could do.
void forged(Victim& victim, const fs::path& folder, const std::function<void(std::vector<Bytes>&)>& change) {
  const std::vector<Bytes> entries = victim.log.all();
  const std::vector<std::string> notes = victim.log.notes();
  change(victim.log.all());
  victim.log.notes() = {};
  victim.log.sign();
  fs::remove_all(folder);
  victim.log.write_to(folder);
  victim.log.all() = entries;
  victim.log.notes() = notes;
}

// The leaves of a folder are others; its hashes and checkpoints stay.
void rewrite_leaves(const fs::path& folder, std::uint64_t size,
                    const std::function<void(std::vector<Bytes>&)>& change) {
  ExportFolder log(folder);
  std::vector<Bytes> entries;
  for (std::uint64_t bundle = 0; entries.size() < size; ++bundle) {
    const unsigned width = crypto::tile_width(0, bundle, size);
    const auto some = crypto::entries_of_bundle(log.entries({0, bundle, width}).value(), width).value();
    entries.insert(entries.end(), some.begin(), some.end());
  }
  change(entries);
  entries.resize(size, entries.back());
  for (std::uint64_t bundle = 0; bundle * crypto::kTileWidth < size; ++bundle) {
    const unsigned width = crypto::tile_width(0, bundle, size);
    const auto first = entries.begin() + static_cast<std::ptrdiff_t>(bundle * crypto::kTileWidth);
    write(folder / crypto::entries_path({0, bundle, width}), crypto::entry_bundle({first, first + width}).value());
  }
}

// The log with a leaf more, which says that those before `first` were pruned; those before `gone` are not there.
void write_pruned(Victim& victim, const fs::path& folder, std::uint64_t first, std::uint64_t gone) {
  forged(victim, folder, [&](auto&) { victim.log.prune(first); });
  victim.log.unprune();
  for (std::uint64_t bundle = 0; bundle < kLeaves / crypto::kTileWidth; ++bundle) {
    const fs::path file = folder / crypto::entries_path({0, bundle, crypto::kTileWidth});
    if (bundle * crypto::kTileWidth < gone) fs::remove(file);
  }
}

// A line of a text is another, or gone, or there twice, or not where it was; or a bit is another.
std::string tampered_text(const fs::path& file, std::mt19937_64& random) {
  const Bytes before = read(file);
  Bytes bytes = before;
  std::vector<std::string> lines;
  std::string line;
  for (const std::uint8_t byte : before) {
    line += static_cast<char>(byte);
    if (byte == '\n') lines.push_back(std::exchange(line, {}));
  }
  const auto at = static_cast<std::ptrdiff_t>(below(random, lines.size()));
  const auto other = static_cast<std::ptrdiff_t>(below(random, lines.size()));
  const auto how = below(random, 6);
  std::string words;
  switch (how) {
    case 0:
      lines.erase(lines.begin() + at);
      words = "a line is gone";
      break;
    case 1:
      lines.insert(lines.begin() + at, lines[static_cast<std::size_t>(other)]);
      words = "a line more";
      break;
    case 2:
      std::swap(lines[static_cast<std::size_t>(at)], lines[static_cast<std::size_t>(other)]);
      words = "lines swapped";
      break;
    case 3:
      lines.resize(static_cast<std::size_t>(at));
      words = "cut";
      break;
    default: break;
  }
  bytes.clear();
  for (const std::string& one : lines) bytes.insert(bytes.end(), one.begin(), one.end());
  if (how > 3 || bytes == before) {
    bytes = before;
    bytes[below(random, bytes.size())] ^= static_cast<std::uint8_t>(1U << below(random, 8));
    words = "a bit flipped";
  }
  write(file, bytes);
  return words;
}

Bytes changed_leaf(const Bytes& entry, const std::function<void(Leaf&)>& change) {
  Leaf leaf = parse_leaf(entry).value();
  change(leaf);
  return encoded(leaf).value();
}

}  // namespace

Victim::Victim(const fs::path& folder)
    : log(5),
      witness(crypto::NoteSigner::of("witness.test", crypto::NoteKeyKind::kCosignature,
                                     crypto::PrivateKey::make(crypto::KeyKind::kEd25519).value())
                  .value()),
      whole(folder / "whole"),
      pruned(folder / "pruned"),
      earlier(folder / "earlier"),
      since(folder / "since"),
      proof(folder / "proof"),
      entry(folder / "entry"),
      growth(folder / "growth") {
  log.grow_to(100);
  log.sign();
  log.grow_to(kEarlier);
  log.sign();
  log.write_to(earlier);
  log.grow_to(kSince);
  log.sign();
  write_text(since, cosigned(log.notes().back(), witness) + "\n");
  log.grow_to(kLeaves);
  log.sign();
  log.write_to(whole);
  const std::string note = log.notes().back();
  write_text(whole / "checkpoint", cosigned(note, witness));
  constexpr std::uint64_t kProved = 345;
  write_text(proof, prove(log, note, kLeaves, kProved).value().text());
  write_text(entry, std::string(as_text(log.all()[kProved])) + "\n");
  write_text(growth, prove_growth(log, note, kLeaves, kSince, kLeaves).value().text());
  write_pruned(*this, pruned, kPruned, kPruned);
}

namespace {

std::string tampered_log(Victim& victim, unsigned way, std::mt19937_64& random, const fs::path& folder) {
  const auto n = static_cast<std::ptrdiff_t>(1 + below(random, kSince - 2));
  copy_folder(victim.whole, folder);
  // A cosignature by somebody who is not asked for is nothing to a verifier.
  write_text(folder / "checkpoint", victim.log.notes().back());
  const std::vector<fs::path> files = files_of(folder);
  const fs::path file = files[below(random, files.size())];
  Bytes bytes = read(file);
  switch (way) {
    case 0:
      bytes[below(random, bytes.size())] ^= static_cast<std::uint8_t>(1U << below(random, 8));
      write(file, bytes);
      return "flip a bit of " + file.filename().string();
    case 1:
      // That a checkpoint of before was left out, whole, nobody can tell: it is cut within the first.
      bytes.resize(file.filename() == "checkpoints" ? 1 + below(random, 100) : below(random, bytes.size()));
      write(file, bytes);
      return "truncate a file";
    case 2: {
      const std::vector<fs::path> needed = files_of(folder / "tile");
      fs::remove(needed[below(random, needed.size())]);
      return "delete a file";
    }
    case 3: {
      bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(below(random, bytes.size())),
                   static_cast<std::uint8_t>(random()));
      write(file, bytes);
      return "insert a byte";
    }
    case 4:
      rewrite_leaves(folder, kLeaves, [&](auto& entries) { entries.erase(entries.begin() + n); });
      return "delete a leaf";
    case 5:
      rewrite_leaves(folder, kLeaves,
                     [&](auto& entries) { entries.insert(entries.begin() + n, entries[below(random, kLeaves)]); });
      return "insert a leaf";
    case 6:
      rewrite_leaves(folder, kLeaves, [&](auto& entries) { std::swap(entries[n - 1], entries[n]); });
      return "swap two leaves";
    case 7:
      rewrite_leaves(folder, kLeaves, [&](auto& entries) { entries[n + 1] = entries[n - 1]; });
      return "replay a leaf";
    case 8:
      rewrite_leaves(folder, kLeaves, [&](auto& entries) {
        entries[n] = changed_leaf(entries[n], [&](Leaf& leaf) { leaf.who[below(random, 16)] ^= 1; });
      });
      return "put another caller into a leaf";
    case 9:
      forged(victim, folder, [&](auto& entries) {
        entries[n] = changed_leaf(entries[n], [](Leaf& leaf) { leaf.outcome = "indeterminate"; });
      });
      return "fork: another outcome, signed again";
    case 10:
      forged(victim, folder, [&](auto& entries) {
        entries.erase(entries.begin() + n);
        for (auto i = static_cast<std::size_t>(n); i < entries.size(); ++i) {
          entries[i] = changed_leaf(entries[i], [&](Leaf& leaf) { leaf.n = i; });
        }
      });
      return "fork: a leaf fewer, numbered and signed again";
    case 11: {
      const std::uint64_t size = 1 + below(random, kSince - 1);
      forged(victim, folder, [&](auto& entries) { entries.resize(size); });
      return "roll back to fewer leaves, signed again";
    }
    case 12: copy_folder(victim.earlier, folder); return "roll back to an earlier export";
    case 13: {
      DrawnLog other(random());
      other.all() = victim.log.all();
      other.sign();
      fs::remove_all(folder);
      other.write_to(folder);
      return "sign with another key";
    }
    case 14:
      forged(victim, folder, [&](auto& entries) {
        const auto late = entries.size() - 1 - below(random, kLeaves - kSince - 1);
        entries[late] = changed_leaf(entries[late], [](Leaf& leaf) { leaf.n += 1; });
      });
      return "a gap in the numbers, signed by the log";
    case 15:
      forged(victim, folder, [&](auto& entries) {
        const auto late = entries.size() - 1 - below(random, kLeaves - kSince - 1);
        entries[late] = changed_leaf(entries[late], [](Leaf& leaf) { leaf.time_ms -= 3'600'000'000; });
      });
      return "a time that goes back, signed by the log";
    case 16: {
      const std::uint64_t size = 1 + below(random, kSince - 1);
      const std::uint64_t time_ms = parse_leaf(victim.log.all()[size - 1]).value().time_ms;
      forged(victim, folder, [&](auto& entries) {
        entries.resize(size);
        std::mt19937_64 others(random());
        while (entries.size() < kLeaves) {
          entries.push_back(encoded(drawn_leaf(entries.size(), others, time_ms + entries.size())).value());
        }
      });
      return "roll back the whole disk and go on with other leaves";
    }
    case 17: {
      const std::uint64_t gone = crypto::kTileWidth * (1 + below(random, 2));
      write_pruned(victim, folder, gone - crypto::kTileWidth, gone);
      return "more leaves gone than the log says were pruned";
    }
    default: {
      copy_folder(victim.pruned, folder);
      const fs::path tile = folder / crypto::tile_path({0, below(random, 2), crypto::kTileWidth});
      Bytes hashes = read(tile);
      hashes[below(random, hashes.size())] ^= static_cast<std::uint8_t>(1U << below(random, 8));
      write(tile, hashes);
      return "another hash of a pruned leaf";
    }
  }
}

// The cosignature by the witness is of another, of another time, or not there.
std::string tampered_cosignature(Victim& victim, std::mt19937_64& random, const fs::path& folder) {
  copy_folder(victim.whole, folder);
  const std::string note = victim.log.notes().back();
  switch (below(random, 3)) {
    case 0: write_text(folder / "checkpoint", note); return "no cosignature";
    case 1: {
      const auto other = crypto::NoteSigner::of("witness.test", crypto::NoteKeyKind::kCosignature,
                                                crypto::PrivateKey::make(crypto::KeyKind::kEd25519).value());
      write_text(folder / "checkpoint", cosigned(note, *other));
      return "the cosignature of another";
    }
    default: {
      Bytes bytes = read(folder / "checkpoint");
      const std::string text(as_text(bytes));
      const std::size_t begin = text.rfind(' ') + 8;  // behind the key's number: time and signature
      bytes[begin + below(random, 80)] ^= 1;
      write(folder / "checkpoint", bytes);
      return "a cosignature of another time or text";
    }
  }
}

}  // namespace

Tampered tamper(Victim& victim, unsigned way, std::mt19937_64& random, const fs::path& folder) {
  constexpr unsigned kOfLogs = 19;
  if (way < kOfLogs) return {tampered_log(victim, way, random, folder), Claim::kLog};
  if (way == kOfLogs) return {tampered_cosignature(victim, random, folder), Claim::kCosignedLog};
  fs::remove_all(folder);
  fs::create_directories(folder);
  for (const fs::path& file : {victim.proof, victim.entry, victim.growth}) fs::copy(file, folder / file.filename());
  switch (way) {
    case 20: return {"proof of a leaf: " + tampered_text(folder / "proof", random), Claim::kLeaf};
    case 21: {
      const std::uint64_t other = below(random, kLeaves);
      write_text(folder / "proof", prove(victim.log, victim.log.notes().back(), kLeaves, other).value().text());
      write_text(folder / "entry", std::string(as_text(victim.log.all()[(other + 1) % kLeaves])) + "\n");
      return {"proof of another leaf", Claim::kLeaf};
    }
    case 22: return {"proof of growth: " + tampered_text(folder / "growth", random), Claim::kGrowth};
    default: {
      const std::uint64_t size = kSince + 1 + below(random, kLeaves - kSince);
      forged(victim, folder / "log", [&](auto& entries) {
        const std::uint64_t at = below(random, kSince);
        entries[at] = changed_leaf(entries[at], [](Leaf& leaf) { leaf.outcome = "indeterminate"; });
        entries.resize(size);
      });
      ExportFolder log(folder / "log");
      write_text(folder / "growth", prove_growth(log, log.checkpoint().value(), size, kSince, size).value().text());
      return {"proof of growth of a log that was forked", Claim::kGrowth};
    }
  }
}

}  // namespace whorl::audit
