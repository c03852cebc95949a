#include "index/live/shard_compaction.h"

#include <algorithm>
#include <new>
#include <utility>

namespace whorl::index {
namespace {

// A shard of tier t holds about shard_fingers * kMergeOf^t fingers and faces; the last tier is not merged any more.
constexpr int kLastTier = 2;

int tier_of(std::size_t samples, std::size_t shard_fingers) {
  int tier = 0;
  for (std::size_t bound = shard_fingers * ShardCompaction::kMergeOf / 2; tier < kLastTier && samples >= bound;
       ++tier) {
    bound *= ShardCompaction::kMergeOf;
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
  if (views.size() < ShardCompaction::kMergeOf) return {};
  std::stable_sort(views.begin(), views.end(), [](const auto& a, const auto& b) { return a.samples < b.samples; });
  views.resize(ShardCompaction::kMergeOf);
  std::size_t samples = 0;
  const auto too_many = [&](const auto& view) { return (samples += view.samples) > most; };
  views.erase(std::find_if(views.begin(), views.end(), too_many), views.end());
  return views;
}

}  // namespace

ShardCompaction::ShardCompaction(Options options, LiveSet& live, Store& store, const Workers& workers)
    : options_(std::move(options)), live_(live), store_(store), workers_(workers) {}

ShardCompaction::~ShardCompaction() {
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
}

void ShardCompaction::start() {
  wake();
  thread_ = std::jthread([this] { run(); });
}

void ShardCompaction::wake() {
  {
    const std::scoped_lock lock(mutex_);
    ++asked_;
  }
  changed_.notify_all();
}

void ShardCompaction::settle() {
  if (!thread_.joinable()) return;  // never started: the gallery is only read
  std::unique_lock lock(mutex_);
  const std::uint64_t goal = ++asked_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return done_ >= goal || stop_; });
}

ShardCompaction::Report ShardCompaction::report() const {
  const std::scoped_lock lock(mutex_);
  return report_;
}

void ShardCompaction::purge_soon() {
  {
    const std::scoped_lock lock(mutex_);
    purge_asked_ = true;
    ++asked_;
  }
  changed_.notify_all();
}

Status ShardCompaction::purge() {
  purge_soon();
  settle();
  const std::scoped_lock lock(mutex_);
  return purged_;
}

// Says each reason once, until something has succeeded again.
void ShardCompaction::note_failure(const Failure& failure) {
  const std::string text = failure.error.text();
  bool is_new = false;
  {
    const std::scoped_lock lock(mutex_);
    ++report_.failures;
    report_.last_failure = text;
    failed_at_ = std::chrono::steady_clock::now();
    is_new = said_ != text;
    said_ = text;
  }
  if (is_new && options_.failed) options_.failed(failure.code, text);
}

void ShardCompaction::run() {
  constexpr std::chrono::seconds kBetweenChores{1};
  constexpr std::chrono::minutes kBeforeRetry{1};
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait_for(lock, kBetweenChores, [&] { return stop_ || asked_ > done_; });
    if (stop_) return;
    lock.unlock();
    if (options_.chores) options_.chores();
    lock.lock();
    const bool retry = failed_at_ && std::chrono::steady_clock::now() - *failed_at_ >= kBeforeRetry;
    if (asked_ <= done_ && !retry) continue;
    const std::uint64_t asked = asked_;
    purging_ = std::exchange(purge_asked_, false) || purging_;
    failed_at_.reset();
    lock.unlock();
    work();
    lock.lock();
    if (stop_) return;
    done_ = asked;
    changed_.notify_all();
  }
}

void ShardCompaction::work() {
  for (;;) {
    {
      const std::scoped_lock lock(mutex_);
      if (stop_) return;
    }
    const Step done = safe_step();
    if (done.failure) {
      note_failure(*done.failure);
      if (std::exchange(purging_, false)) {
        const std::scoped_lock lock(mutex_);
        purged_ = done.failure->error;
      }
      return;
    }
    const std::scoped_lock lock(mutex_);
    said_.clear();
    if (!done.more) return;
  }
}

// What libraries throw (memory that is short) as a value.
ShardCompaction::Step ShardCompaction::safe_step() {
  try {
    return step();
  } catch (const std::bad_alloc&) {
    return {false, Failure{"housekeeping_failed", exhausted("not enough memory to merge shards")}};
  } catch (const std::exception& e) {
    return {false, Failure{"housekeeping_failed", internal_error(e.what())}};
  }
}

ShardCompaction::Step ShardCompaction::step() {
  const auto snapshot = live_.snapshot();
  if (const Views sources = next_merge(*snapshot); !sources.empty()) {
    const Status merged = merge(sources);
    return merged.ok() ? Step{true} : Step{false, Failure{"shard_not_sealed", merged.error()}};
  }
  if (const Status dropped = drop_orphans(); !dropped.ok()) {
    return {false, Failure{"snapshot_not_removed", dropped.error()}};
  }
  const auto stored = store_one(*snapshot);
  if (!stored.ok()) return {false, Failure{"snapshot_not_written", stored.error()}};
  if (*stored || !purging_) return {*stored};
  if (const Status purged = purge_store(*snapshot); !purged.ok())
    return {false, Failure{"purge_failed", purged.error()}};
  purging_ = false;
  const std::scoped_lock lock(mutex_);
  purged_ = {};
  return {};
}

// Precondition: nothing is left to merge. A shard that still holds erased people was not rewritten for want of memory.
Status ShardCompaction::purge_store(const Snapshot& snapshot) {
  for (const auto& view : snapshot.shards) {
    if (view.sealed && dead(view) > 0)
      return exhausted("no memory to rewrite a shard without the people who were erased");
  }
  WHORL_TRY(store_.snapshots().purge());
  return store_.records().purge(options_.now_ms ? options_.now_ms() : 0);
}

// Shards that lost a quarter of their samples first, then full heads, then enough small shards of one tier.
ShardCompaction::Views ShardCompaction::next_merge(const Snapshot& snapshot) const {
  const auto may = [&](const Views& views) { return !options_.may_take || options_.may_take(bytes_of(views)); };
  std::vector<Views> tiers(kLastTier + 1);
  for (const auto& view : snapshot.shards) {
    if (view.growing) continue;
    const bool purge = purging_ && view.sealed && dead(view) > 0;
    if ((purge || dead(view) * 4 >= view.samples) && may({view})) return {view};
    const int tier = tier_of(view.samples, options_.shard_fingers);
    tiers[static_cast<std::size_t>(tier)].push_back(view);
  }
  for (std::size_t tier = 0; tier < static_cast<std::size_t>(kLastTier); ++tier) {
    Views views = smallest(std::move(tiers[tier]), largest_fingers(options_.shard_fingers));
    if (views.size() > 1 && may(views)) return views;
  }
  for (const auto& view : snapshot.shards) {
    if (!view.growing && !view.sealed && may({view})) return {view};
  }
  return {};
}

Status ShardCompaction::merge(const Views& sources) {
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
    auto made = SealedShard::make(lay_out_shard(
        origin.size(), [&](std::size_t k) { return shards[origin[k].first]->entry(origin[k].second, names); }));
    WHORL_TRY(made);
    fresh = std::move(made).value();
  }
  live_.replace(shards, fresh, origin);
  note_replaced(sources, fresh);
  const std::scoped_lock lock(mutex_);
  ++report_.merges;
  return {};
}

void ShardCompaction::note_replaced(const Views& sources, const std::shared_ptr<SealedShard>& fresh) {
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

// Takes snapshots away that nobody is in.
Status ShardCompaction::drop_orphans() {
  if (orphans_.empty()) return {};
  WHORL_TRY(store_.snapshots().drop_manifest(orphans_));
  for (const std::uint64_t epoch : orphans_) WHORL_TRY(store_.snapshots().delete_chunks(epoch));
  orphans_.clear();
  return {};
}

// Writes one shard's snapshot that is missing.
Result<bool> ShardCompaction::store_one(const Snapshot& snapshot) {
  for (const auto& view : snapshot.shards) {
    if (!view.sealed) continue;
    Stored& stored = stored_[view.shard.get()];
    if (stored.epoch != 0) continue;
    const std::uint64_t epoch = next_epoch_++;
    const Status status = write_snapshot(store_.snapshots(), epoch, view.sealed->layout(), stored.replaces);
    if (!status.ok()) {
      stored.replaces.push_back(epoch);  // of which something may be on disk
      return status.error();
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
