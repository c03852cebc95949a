// What is due is erased: by the gallery's setting, by an encounter's own date, and never under a hold.
#include <algorithm>
#include <charconv>
#include <map>

#include "index/gallery_impl.h"
#include "index/record/record_key.h"
#include "index/record/refusals.h"

namespace whorl::index {
namespace {

constexpr std::uint64_t kMsOfDay = std::uint64_t{24} * 60 * 60 * 1000;
constexpr std::uint64_t kLookEveryMs = std::uint64_t{10} * 60 * 1000;
// Where no setting says when: dates of encounters may yet.
constexpr std::uint64_t kLookSeldomMs = std::uint64_t{60} * 60 * 1000;
constexpr std::size_t kMostOfPass = 65'536;
constexpr const char* kWhy = "retention";

bool is_due(const IndexEntry& entry, std::uint64_t keep_days, std::uint64_t now_ms) {
  if (entry.retention_due_ms != 0 && entry.retention_due_ms <= now_ms) return true;
  return keep_days != 0 && entry.created_ms + keep_days * kMsOfDay <= now_ms;
}

}  // namespace

Status Gallery::Parts::settle_retention() {
  WHORL_ASSIGN(keep_days, store->retention().keep_days());
  if (keep_days > kMostKeepDays) return corruption("encounters would be kept longer than is possible");
  retention.looked_ms = keep_days == 0 ? now_ms() : 0;
  return {};
}

Result<std::uint64_t> Gallery::Parts::erase_due_of(const std::string& person_id,
                                                   const std::vector<std::string>& encounter_ids, std::uint64_t days) {
  WHORL_TRY(ensure_store());
  const auto lock = locks.one(person_id);
  std::vector<std::string> still;
  for (const std::string& id : encounter_ids) {
    const auto entry = store->records().entry(encounter_key(person_id, id));
    if (!entry.ok() && entry.error().kind == ErrorKind::kNotFound) continue;
    if (!entry.ok()) return entry.error();
    if (!entry->hold && is_due(*entry, days, now_ms())) still.push_back(id);
  }
  if (still.empty()) return std::uint64_t{0};
  audit::Asked asked;
  asked.subject = kWhy;
  WHORL_TRY(erase(person_id, still, asked, erases(person_id, still.size()), kWhy));
  return still.size();
}

Result<RetentionReport> Gallery::Parts::erase_due(std::uint64_t days) {
  const std::scoped_lock one(sweeping);
  look_soon = false;
  const std::uint64_t now = now_ms();
  RetentionReport found;
  std::map<std::string, std::vector<std::string>> due;
  std::size_t listed = 0;
  WHORL_TRY(store->records().scan_index([&](ByteView key, ByteView value) -> Status {
    WHORL_ASSIGN(const IndexEntry entry, parse_index(value));
    if (!is_due(entry, days, now)) return {};
    ++(entry.hold ? found.held : found.due);
    if (entry.hold || listed == kMostOfPass) return {};
    auto ids = ids_of(key);
    if (!ids) return corruption("index entry: malformed key");
    due[std::move(ids->person_id)].push_back(std::move(ids->encounter_id));
    ++listed;
    return {};
  }));
  std::optional<Error> failed;
  {
    const std::scoped_lock lock(retention_mutex);
    found.erased = retention.erased;
    retention = found;
    retention.looked_ms = now;
  }
  for (const auto& [person_id, encounter_ids] : due) {
    if (closing) break;
    const auto erased = erase_due_of(person_id, encounter_ids, days);
    const std::scoped_lock lock(retention_mutex);
    if (erased.ok()) {
      // Those of the list that are not there, or not due any more, are not due either.
      retention.due -= std::min<std::uint64_t>(retention.due, encounter_ids.size());
      retention.erased += *erased;
    } else if (!failed) {
      failed = erased.error();
    }
  }
  if (failed) return *failed;
  const std::scoped_lock lock(retention_mutex);
  if (retention.due > 0) look_soon = true;
  RetentionReport out = retention;
  out.keep_days = days;
  return out;
}

// A pass looks at so many at most; the world's time stays the same meanwhile where several do this together.
Status Gallery::Parts::let_go(std::uint64_t days) {
  WHORL_TRY(ensure_store());
  for (;;) {
    WHORL_ASSIGN(const RetentionReport report, erase_due(days));
    if (report.due == 0) break;
    if (closing) return unavailable("the gallery is being closed");
  }
  WHORL_TRY(store->answers().drop_expired(now_ms()));
  return {};
}

void Gallery::Parts::erase_due_in_time() {
  if (options.lets_go_when_told || store->read_only() || store->broken()) return;
  const std::uint64_t now = now_ms();
  std::uint64_t looked = 0;
  {
    const std::scoped_lock lock(retention_mutex);
    looked = retention.looked_ms;
  }
  const std::uint64_t every = keep_days == 0 ? kLookSeldomMs : kLookEveryMs;
  if (!look_soon && looked <= now && now - looked < every) return;
  constexpr std::chrono::seconds kBetween{5};
  const auto ticks = std::chrono::steady_clock::now();
  if (swept_last && ticks - *swept_last < kBetween) return;
  const std::scoped_lock lock(upkeep_mutex);
  if (closing) return;
  if (sweep.valid() && sweep.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return;
  swept_last = ticks;
  sweep = std::async(std::launch::async, [this] {
    const auto done = erase_due(keep_days);
    if (!done.ok()) {
      {
        const std::scoped_lock until_the_next(retention_mutex);
        retention.looked_ms = now_ms();
      }
      say(Severity::kError, "due_not_erased", done.error().message);
    }
  });
}

Status Gallery::Parts::set_keep_days(std::uint64_t days, const audit::Asked& asked) {
  if (days > kMostKeepDays) {
    return invalid_input("more than " + std::to_string(kMostKeepDays) + " days", "keep_days");
  }
  WHORL_TRY(ensure_store());
  const std::scoped_lock one(sweeping);
  WHORL_TRY(store->retention().set_keep_days(days, asked));
  keep_days = days;
  look_soon = true;
  return {};
}

RetentionReport Gallery::Parts::retention_report() const {
  const std::scoped_lock lock(retention_mutex);
  RetentionReport out = retention;
  out.keep_days = keep_days;
  return out;
}

Result<std::uint64_t> Gallery::Parts::set_hold(const std::string& person_id,
                                               const std::optional<std::string>& encounter_id, bool held,
                                               const audit::Asked& asked) {
  WHORL_TRY(ensure_store());
  const auto lock = locks.one(person_id);
  const Directory& directory = live.directory();
  if (!directory.contains(person_id)) return unknown_person(person_id);
  std::vector<std::string> ids;
  for (const auto& place : directory.places(person_id)) ids.emplace_back(place.shard->encounter_id(place.index));
  if (encounter_id) {
    if (!directory.contains(person_id, *encounter_id)) return unknown_encounter(person_id, *encounter_id);
    ids = {*encounter_id};
  }
  std::uint64_t changed = 0;
  for (const std::string& id : ids) {
    WHORL_ASSIGN(EncounterRecord record, store->records().get(person_id, id));
    if (record.hold == held) continue;
    record.hold = held;
    WHORL_TRY(put_changed(std::move(record), asked, held ? "held" : "hold lifted"));
    ++changed;
  }
  if (!held && changed > 0) look_soon = true;
  return changed;
}

Result<std::string> Gallery::Parts::answer_retention(const UpkeepRequest& request) {
  const std::string what = request.folder.string();
  if (request.verb == UpkeepVerb::kRetention) return retention_line(retention_report());
  if (request.verb == UpkeepVerb::kKeepDays) {
    std::uint64_t days = 0;
    const auto [end, failed] = std::from_chars(what.data(), what.data() + what.size(), days);
    if (failed != std::errc() || end != what.data() + what.size()) return invalid_input("no number of days");
    WHORL_TRY(set_keep_days(days, {}));
    return what;
  }
  const auto slash = what.find('/');
  const auto encounter = slash == std::string::npos ? std::nullopt : std::optional(what.substr(slash + 1));
  WHORL_ASSIGN(const std::uint64_t changed,
               set_hold(what.substr(0, slash), encounter, request.verb == UpkeepVerb::kHold, {}));
  return std::to_string(changed);
}

std::string retention_line(const RetentionReport& report) {
  std::string out;
  for (const std::uint64_t n : {report.keep_days, report.due, report.held, report.erased, report.looked_ms}) {
    out += (out.empty() ? "" : " ") + std::to_string(n);
  }
  return out;
}

Result<RetentionReport> parse_retention_line(const std::string& line) {
  RetentionReport out;
  const char* at = line.data();
  const char* const end = line.data() + line.size();
  for (std::uint64_t* n : {&out.keep_days, &out.due, &out.held, &out.erased, &out.looked_ms}) {
    const auto [next, failed] = std::from_chars(at, end, *n);
    if (failed != std::errc()) return corruption("the figures of what is kept are malformed");
    at = next == end ? end : next + 1;
  }
  return out;
}

Status Gallery::set_retention(std::uint64_t keep_days, const audit::Asked& asked) {
  return parts_->set_keep_days(keep_days, asked);
}

RetentionReport Gallery::retention() const { return parts_->retention_report(); }

Result<RetentionReport> Gallery::erase_due() {
  if (parts_->store->read_only()) return parts_->store->health().error();
  return parts_->erase_due(parts_->keep_days);
}

Status Gallery::let_go(std::uint64_t keep_days) { return parts_->let_go(keep_days); }

Result<std::uint64_t> Gallery::set_hold(const std::string& person_id, const std::optional<std::string>& encounter_id,
                                        bool held, const audit::Asked& asked) {
  return parts_->set_hold(person_id, encounter_id, held, asked);
}

}  // namespace whorl::index
