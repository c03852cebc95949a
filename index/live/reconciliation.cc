#include "index/live/reconciliation.h"

#include <algorithm>
#include <utility>

#include "index/record/record_key.h"
#include "index/shard/sample_preparation.h"

namespace whorl::index {
namespace {

bool is_live(const LiveSet& live, const EncounterIds& ids) {
  return live.directory().contains(ids.person_id, ids.encounter_id);
}

Status take_back(Store& store, const LiveSet& live, const std::vector<Bytes>& put,
                 const std::vector<std::string>& tasks, std::uint64_t now_ms) {
  std::vector<Bytes> failed;
  for (const Bytes& key : put) {
    const auto ids = ids_of(key);
    if (ids && !is_live(live, *ids)) failed.push_back(key);
  }
  return failed.empty() ? Status() : store.records().forget(failed, tasks, now_ms);
}

// Whatever became of a change, what is searched is what the disk holds.
Status take_as_they_are(const Store& store, LiveSet& live, const std::vector<Bytes>& changed) {
  std::vector<LiveSet::Ids> before;
  std::vector<NewEncounter> after;
  std::vector<Bytes> keys = changed;
  std::sort(keys.begin(), keys.end(), [](const Bytes& a, const Bytes& b) { return as_text(a) < as_text(b); });
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  for (const Bytes& key : keys) {
    const auto ids = ids_of(key);
    if (!ids) continue;
    if (is_live(live, *ids)) before.push_back({ids->person_id, ids->encounter_id});
    const auto entry = store.records().entry(key);
    if (!entry.ok() && entry.error().kind == ErrorKind::kNotFound) continue;
    WHORL_TRY(entry);
    WHORL_ASSIGN(const Bytes value, store.records().value(key));
    WHORL_ASSIGN(NewEncounter one, prepare_stored(key, value, {entry->digest, entry->shard_digest}));
    after.push_back(std::move(one));
  }
  if (!before.empty() || !after.empty()) live.exchange(before, std::move(after));
  return {};
}

Status complete_erasures(const Store& store, LiveSet& live, const std::vector<Bytes>& erased) {
  for (const Bytes& key : erased) {
    const auto ids = ids_of(key);
    if (!ids || !is_live(live, *ids)) continue;
    const auto kept = store.records().value(key);
    if (kept.ok()) continue;  // the erasure did not reach the disk: whoever asked for it was told so
    if (kept.error().kind != ErrorKind::kNotFound) return kept.error();
    live.erase(ids->person_id, {ids->encounter_id});
  }
  return {};
}

struct OnDisk {
  std::uint64_t known = 0;  // encounters that are live too
  std::vector<std::pair<Bytes, StoredDigests>> unknown;
};

Result<OnDisk> read_index(const Store& store, const LiveSet& live) {
  OnDisk out;
  WHORL_TRY(store.records().scan_index([&](ByteView key, ByteView value) -> Status {
    const auto ids = ids_of(key);
    if (!ids) return corruption("index entry: malformed key");
    if (is_live(live, *ids)) {
      ++out.known;
      return {};
    }
    WHORL_ASSIGN(const IndexEntry entry, parse_index(value));
    out.unknown.push_back({Bytes(key.begin(), key.end()), {entry.digest, entry.shard_digest}});
    return {};
  }));
  return out;
}

Status take_in(const Store& store, LiveSet& live, const std::vector<std::pair<Bytes, StoredDigests>>& unknown) {
  for (const auto& [key, digests] : unknown) {
    WHORL_ASSIGN(const Bytes value, store.records().value(key));
    std::vector<NewEncounter> one(1);
    WHORL_ASSIGN(one[0], prepare_stored(key, value, digests));
    live.insert(std::move(one));
  }
  return {};
}

Status settle(Store& store, LiveSet& live, const RecordTable::Doubtful& doubtful, std::uint64_t now_ms) {
  WHORL_TRY(take_back(store, live, doubtful.put, doubtful.tasks, now_ms));
  WHORL_TRY(take_as_they_are(store, live, doubtful.changed));
  return complete_erasures(store, live, doubtful.erased);
}

}  // namespace

Status reconcile(Store& store, LiveSet& live, SpaceGate& spaces, std::uint64_t now_ms) {
  WHORL_TRY(spaces.open(store));
  RecordTable::Doubtful doubtful = store.records().take_doubtful();
  Status settled = settle(store, live, doubtful, now_ms);
  if (!settled.ok()) {
    // Each step can be made again; until all are, none of it is certain.
    store.records().doubt_again(std::move(doubtful));
    return settled;
  }
  const std::uint64_t searched = live.snapshot()->encounters();
  WHORL_ASSIGN(const OnDisk disk, read_index(store, live));
  if (disk.known != searched) {
    return corruption(std::to_string(searched - disk.known) +
                      " enrolled encounters are not on the disk any more: stop, and restore the gallery from a backup");
  }
  return take_in(store, live, disk.unknown);
}

}  // namespace whorl::index
