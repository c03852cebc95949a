#include "tests/audit/tampering.h"

#include <algorithm>
#include <fstream>
#include <functional>

#include "base/files.h"

namespace whorl::audit {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLeaves = 700;
constexpr std::uint64_t kSince = 600;
constexpr std::uint64_t kEarlier = 300;

Bytes read(const fs::path& file) { return read_file(file, std::size_t{1} << 24).value(); }

void write(const fs::path& file, const Bytes& bytes) { EXPECT_TRUE(write_file(file, bytes).ok()); }

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

Bytes changed_leaf(const Bytes& entry, const std::function<void(Leaf&)>& change) {
  Leaf leaf = parse_leaf(entry).value();
  change(leaf);
  return encoded(leaf).value();
}

}  // namespace

Victim::Victim(const fs::path& folder)
    : log(5), whole(folder / "whole"), earlier(folder / "earlier"), since(folder / "since"), since_size(kSince) {
  log.grow_to(100);
  log.sign();
  log.grow_to(kEarlier);
  log.sign();
  log.write_to(earlier);
  log.grow_to(kSince);
  log.sign();
  std::ofstream(since) << log.notes().back() << "\n";
  log.grow_to(kLeaves);
  log.sign();
  log.write_to(whole);
}

std::string tamper(Victim& victim, unsigned way, std::mt19937_64& random, const fs::path& folder) {
  const auto n = static_cast<std::ptrdiff_t>(1 + below(random, kSince - 2));
  copy_folder(victim.whole, folder);
  const std::vector<fs::path> files = files_of(folder);
  const fs::path file = files[below(random, files.size())];
  Bytes bytes = read(file);
  switch (way) {
    case 0:
      bytes[below(random, bytes.size())] ^= static_cast<std::uint8_t>(1U << below(random, 8));
      write(file, bytes);
      return "flip a bit of " + file.filename().string();
    case 1:
      bytes.resize(below(random, bytes.size()));
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
    default:
      forged(victim, folder, [&](auto& entries) {
        const auto late = entries.size() - 1 - below(random, kLeaves - kSince - 1);
        entries[late] = changed_leaf(entries[late], [](Leaf& leaf) { leaf.time_ms -= 3'600'000'000; });
      });
      return "a time that goes back, signed by the log";
  }
}

}  // namespace whorl::audit
