#include "index/live/shard_compaction.h"

#include <algorithm>
#include <stdexcept>

namespace whorl::index {
namespace {

// A shard of tier t holds about shard_fingers * kMergeOf^t fingers and faces; the last tier is not merged any more.
constexpr int kLastTier = 2;

int tier_of(std::size_t samples, std::size_t shard_fingers) {
  int tier = 0;
  for (std::size_t bound = shard_fingers * Keeper::kMergeOf / 2; tier < kLastTier && samples >= bound; ++tier) {
    bound *= Keeper::kMergeOf;
  }
  return tier;
}

std::size_t dead(const Snapshot::View& view) { return view.shard->dead_samples(); }

std::size_t bytes_of(const std::vector<Snapshot::View>& views) {
  std::size_t bytes = 0;
  for (const auto& view : views) bytes += view.shard->memory_bytes();
  return bytes;
}

// Of at least kMergeOf shards the kMergeOf smallest, as many as make no shard above `most` fingers and faces.
std::vector<Snapshot::View> smallest(std::vector<Snapshot::View> views, std::size_t most) {
  if (views.size() < Keeper::kMergeOf) return {};
  std::stable_sort(views.begin(), views.end(), [](const auto& a, const auto& b) { return a.samples < b.samples; });
  views.resize(Keeper::kMergeOf);
  std::size_t samples = 0;
  const auto too_many = [&](const auto& view) { return (samples += view.samples) > most; };
  views.erase(std::find_if(views.begin(), views.end(), too_many), views.end());
  return views;
}

}  // namespace

Keeper::Keeper(Options options, LiveSet& live, Store& store, const SnapshotKey& key, const Workers& workers)
    : options_(std::move(options)), live_(live), store_(store), key_(key), workers_(workers) {}

Keeper::~Keeper() {
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
}

void Keeper::start() {
  wake();
  thread_ = std::jthread([this] { run(); });
}

void Keeper::wake() {
  {
    const std::scoped_lock lock(mutex_);
    ++asked_;
  }
  changed_.notify_all();
}

void Keeper::settle() {
  std::unique_lock lock(mutex_);
  const std::uint64_t goal = ++asked_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return done_ >= goal || stop_; });
}

Keeper::Report Keeper::report() const {
  const std::scoped_lock lock(mutex_);
  return report_;
}

void Keeper::fail(const std::string& reason) {
  const std::scoped_lock lock(mutex_);
  ++report_.failures;
  report_.last_failure = reason;
}

void Keeper::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stop_ || asked_ > done_; });
    const std::uint64_t asked = asked_;
    bool more = true;
    while (more && !stop_) {
      lock.unlock();
      try {
        more = step();
      } catch (const std::exception& e) {
        fail(e.what());
        more = false;
      }
      lock.lock();
    }
    if (stop_) return;
    done_ = asked;
    changed_.notify_all();
  }
}

bool Keeper::step() {
  const auto snapshot = live_.snapshot();
  if (const Views sources = next_merge(*snapshot); !sources.empty()) {
    merge(sources);
    return true;
  }
  return store_one(*snapshot);
}

// Shards that lost a quarter of their samples first, then full heads, then enough small shards of one tier.
Keeper::Views Keeper::next_merge(const Snapshot& snapshot) const {
  const auto may = [&](const Views& views) { return !options_.may_take || options_.may_take(bytes_of(views)); };
  std::vector<Views> tiers(kLastTier + 1);
  for (const auto& view : snapshot.shards) {
    if (view.growing) continue;
    if (dead(view) * 4 >= view.samples && may({view})) return {view};
    const int tier = tier_of(view.samples, options_.shard_fingers);
    tiers[static_cast<std::size_t>(tier)].push_back(view);
  }
  for (std::size_t tier = 0; tier < static_cast<std::size_t>(kLastTier); ++tier) {
    const Views views = smallest(std::move(tiers[tier]), largest_fingers(options_.shard_fingers));
    if (views.size() > 1 && may(views)) return views;
  }
  for (const auto& view : snapshot.shards) {
    if (!view.growing && !view.sealed && may({view})) return {view};
  }
  return {};
}

void Keeper::merge(const Views& sources) {
  LiveSet::Origin origin;
  std::vector<std::shared_ptr<const Shard>> shards;
  for (std::uint32_t s = 0; s < sources.size(); ++s) {
    shards.push_back(sources[s].shard);
    for (std::uint32_t i = 0; i < sources[s].encounters; ++i) {
      if (sources[s].shard->erased_at(i) == Shard::kNever) origin.emplace_back(s, i);
    }
  }
  std::shared_ptr<SealedShard> fresh;
  if (!origin.empty()) {
    const auto snapshot = live_.snapshot();  // knows every gallery that the sources know
    const auto names = snapshot->gallery_names();
    auto made = SealedShard::make(build_block(
        origin.size(), [&](std::size_t k) { return shards[origin[k].first]->entry(origin[k].second, names); }));
    if (!made.ok()) throw std::runtime_error("sealing a shard: " + made.error().text());
    fresh = std::move(made).value();
  }
  live_.replace(shards, fresh, origin);
  note_replaced(sources, fresh);
  const std::scoped_lock lock(mutex_);
  ++report_.merges;
}

void Keeper::note_replaced(const Views& sources, const std::shared_ptr<SealedShard>& fresh) {
  std::vector<std::uint64_t> replaces;
  for (const auto& view : sources) {
    const auto it = stored_.find(view.shard.get());
    if (it == stored_.end()) continue;
    if (it->second.epoch != 0) replaces.push_back(it->second.epoch);
    replaces.insert(replaces.end(), it->second.replaces.begin(), it->second.replaces.end());
    stored_.erase(it);
  }
  if (fresh) {
    stored_[fresh.get()] = {0, std::move(replaces)};
  } else {
    orphans_.insert(orphans_.end(), replaces.begin(), replaces.end());
  }
}

// Writes one shard's snapshot that is missing, or takes those away that nobody is in. False: nothing was missing.
bool Keeper::store_one(const Snapshot& snapshot) {
  if (!orphans_.empty()) {
    Status status = store_.drop_manifest(orphans_);
    for (const std::uint64_t epoch : orphans_) {
      if (status.ok()) status = store_.delete_chunks(epoch);
    }
    if (!status.ok()) throw std::runtime_error(status.error().text());
    orphans_.clear();
  }
  for (const auto& view : snapshot.shards) {
    if (!view.sealed) continue;
    Stored& stored = stored_[view.shard.get()];
    if (stored.epoch != 0) continue;
    const std::uint64_t epoch = next_epoch_++;
    const Status status = write_snapshot(store_, key_, epoch, view.sealed->block(), stored.replaces, workers_);
    if (!status.ok()) {
      stored.replaces.push_back(epoch);  // of which something may be on disk
      throw std::runtime_error(status.error().text());
    }
    stored.epoch = epoch;
    stored.replaces.clear();
    const std::scoped_lock lock(mutex_);
    ++report_.snapshots;
    return true;
  }
  return false;
}

}  // namespace whorl::index
