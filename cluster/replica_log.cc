#include "cluster/replica_log.h"

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "cluster/numbered_row.h"
#include "engine/engine.h"

namespace whorl::cluster {
namespace {

constexpr const char* kPromises = "cluster/promises";
constexpr std::string_view kEntries = "cluster/log/";
constexpr std::string_view kMade = "cluster/made/";
constexpr std::uint8_t kVersion = 1;
// Of what is promised; the first said nothing of copies.
constexpr std::uint8_t kPromisesVersion = 2;

std::string row_of(std::uint64_t index) { return std::string(kEntries) + std::to_string(index); }
std::string made_row_of(std::uint64_t index) { return std::string(kMade) + std::to_string(index); }

// What an entry lies in, and all that it left.
std::vector<std::string> rows_of(std::uint64_t from, std::uint64_t until) {
  std::vector<std::string> out;
  for (std::uint64_t index = from; index <= until; ++index) {
    out.push_back(row_of(index));
    out.push_back(made_row_of(index));
  }
  return out;
}

Bytes bytes_of(const Promises& v) {
  ByteWriter out;
  out.u8(kPromisesVersion).u64(v.term).u64(v.applied).u64(v.base).u64(v.base_term).u8(v.member ? 1 : 0);
  out.sized(v.voted_for).u8(v.copying ? 1 : 0);
  return out.take();
}

Result<Promises> promises_in(ByteView bytes) {
  ByteReader in(bytes);
  const std::uint8_t version = in.u8();
  const bool known = version == kVersion || version == kPromisesVersion;
  Promises out;
  out.term = in.u64();
  out.applied = in.u64();
  out.base = in.u64();
  out.base_term = in.u64();
  out.member = in.u8() == 1;
  out.voted_for = as_text(in.sized(limits::kIdBytes));
  if (version == kPromisesVersion) out.copying = in.u8() == 1;
  if (!known || !in.finished()) return corruption("what this replica has promised cannot be read");
  return out;
}

}  // namespace

Bytes ReplicaLog::bytes_of(const Head& head) {
  return ByteWriter().u8(kVersion).u64(head.term).u64(head.time_ms).bytes(head.operation).take();
}

std::string ReplicaLog::task_of(std::uint64_t index) { return std::string(engine::kExchangeRows) + made_row_of(index); }

Result<ReplicaLog> ReplicaLog::open(engine::TaskStore& rows) {
  ReplicaLog out(rows);
  WHORL_TRY(out.read_all());
  return out;
}

Status ReplicaLog::read_all() {
  std::size_t damaged = 0;
  WHORL_ASSIGN(const auto all, rows_->all(damaged));
  if (damaged > 0) return corruption("rows of this replica's log do not open");
  std::map<std::uint64_t, Head> found;
  for (const auto& row : all) {
    if (row.id == kPromises) {
      WHORL_ASSIGN(promises_, promises_in(row.head));
    }
    const auto index = number_behind(kEntries, row.id);
    if (!index) continue;
    ByteReader in(row.head);
    const bool known = in.u8() == kVersion;
    Head& head = found[*index];
    head.term = in.u64();
    head.time_ms = in.u64();
    const ByteView operation = in.bytes(head.operation.size());
    if (!known || !in.finished()) return corruption("entry " + std::to_string(*index) + " of the log cannot be read");
    std::copy(operation.begin(), operation.end(), head.operation.begin());
  }
  // A cut that was interrupted has left some.
  found.erase(found.begin(), found.upper_bound(promises_.base));
  std::uint64_t next = promises_.base + 1;
  for (const auto& [index, head] : found) {
    if (index != next++) return corruption("entry " + std::to_string(next - 1) + " of the log is missing");
    entries_.push_back(head);
  }
  index_again();
  if (promises_.applied > last_index()) return corruption("the log ends before what is applied of it");
  return {};
}

void ReplicaLog::index_again() {
  by_operation_.clear();
  for (std::size_t i = 0; i < entries_.size(); ++i) by_operation_[entries_[i].operation] = promises_.base + 1 + i;
}

Status ReplicaLog::keep(const Promises& fresh) {
  if (fresh == promises_) return {};
  WHORL_TRY(rows_->put(kPromises, cluster::bytes_of(fresh), {}));
  promises_ = fresh;
  return {};
}

Status ReplicaLog::append(const LogEntry& entry) {
  const Head head{entry.term, entry.time_ms, entry.operation};
  const std::uint64_t index = last_index() + 1;
  // Where its effect will be noted; before the entry, so that no entry is without.
  if (!entry.change.empty()) WHORL_TRY(rows_->put(made_row_of(index), {}, {}));
  WHORL_TRY(rows_->put(row_of(index), bytes_of(head), entry.change));
  entries_.push_back(head);
  by_operation_[head.operation] = last_index();
  return {};
}

Status ReplicaLog::truncate(std::uint64_t from) {
  WHORL_TRY(rows_->erase(rows_of(from, last_index())));
  entries_.resize(from - promises_.base - 1);
  index_again();
  return {};
}

Status ReplicaLog::cut(std::uint64_t until) {
  if (until <= promises_.base) return {};
  const auto rows = rows_of(promises_.base + 1, until);
  Promises fresh = promises_;
  fresh.base_term = at(until).term;
  fresh.base = until;
  fresh.applied = std::max(fresh.applied, until);
  const auto kept = static_cast<std::ptrdiff_t>(until - promises_.base);
  WHORL_TRY(keep(fresh));
  entries_.erase(entries_.begin(), entries_.begin() + kept);
  index_again();
  return rows_->erase(rows);
}

// What is behind the new base, and was here before, goes too: it may be of a leader that nobody followed.
Status ReplicaLog::begin_after(std::uint64_t index, std::uint64_t term) {
  const auto rows = rows_of(promises_.base + 1, last_index());
  if (last_index() > index) WHORL_TRY(truncate(std::max(index, promises_.base) + 1));
  Promises fresh = promises_;
  fresh.base = index;
  fresh.base_term = term;
  fresh.applied = index;
  fresh.copying = false;
  WHORL_TRY(keep(fresh));
  entries_.clear();
  index_again();
  return rows_->erase(rows);
}

std::optional<std::uint64_t> ReplicaLog::term_at(std::uint64_t index) const {
  if (index == promises_.base) return promises_.base_term;
  if (index < promises_.base || index > last_index()) return {};
  return at(index).term;
}

Result<LogEntry> ReplicaLog::entry(std::uint64_t index) const {
  const Head& head = at(index);
  WHORL_ASSIGN(auto change, rows_->request(row_of(index)));
  if (!change) return corruption("entry " + std::to_string(index) + " of the log is missing");
  return LogEntry{head.term, head.time_ms, head.operation, std::move(*change)};
}

std::optional<std::uint64_t> ReplicaLog::index_of(const Operation& operation) const {
  const auto at = by_operation_.find(operation);
  if (at == by_operation_.end()) return {};
  return at->second;
}

Result<std::optional<Bytes>> ReplicaLog::effect(std::uint64_t index) const { return rows_->effect(made_row_of(index)); }

}  // namespace whorl::cluster
