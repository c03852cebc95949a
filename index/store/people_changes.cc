#include "index/store/people_changes.h"

#include <algorithm>

namespace whorl::index {
namespace {

bool is_of(const TaskName& name, const PersonChange& change) {
  const bool anybody = name.person_id.empty() && !change.became;
  if (!anybody && name.person_id != change.person_id) return false;
  if (change.all || name.encounter_id.empty()) return true;
  const auto& ids = change.encounter_ids;
  return std::find(ids.begin(), ids.end(), name.encounter_id) != ids.end();
}

}  // namespace

PeopleChanges::Changing PeopleChanges::change(std::span<const PersonChange> changes) {
  Changing out;
  {
    const std::scoped_lock queue(queue_);
    out = Changing(all_);
  }
  const std::scoped_lock lock(mutex_);
  if (begun_.empty()) return out;
  for (const PersonChange& each : changes) changes_.push_back({next_++, each});
  return out;
}

PeopleChanges::Storing PeopleChanges::storing() {
  const std::scoped_lock queue(queue_);
  return Storing(all_);
}

void PeopleChanges::begin(const std::string& task) {
  const Storing nothing_changes = storing();
  const std::scoped_lock lock(mutex_);
  begun_[task] = next_;
}

void PeopleChanges::end(const std::string& task) {
  const std::scoped_lock lock(mutex_);
  if (begun_.erase(task) == 0) return;
  std::uint64_t first = next_;
  for (const auto& [id, number] : begun_) first = std::min(first, number);
  while (!changes_.empty() && changes_.front().number < first) changes_.pop_front();
}

PeopleChanges::Outcome PeopleChanges::since_begin(const std::string& task, std::span<const TaskName> names) const {
  Outcome out{{names.begin(), names.end()}, false};
  const std::scoped_lock lock(mutex_);
  const auto begun = begun_.find(task);
  if (begun == begun_.end()) return out;
  for (const Numbered& each : changes_) {
    const PersonChange& change = each.change;
    if (each.number < begun->second || change.task == task) continue;
    std::vector<TaskName> fresh;
    for (const TaskName& name : out.names) {
      if (!is_of(name, change)) continue;
      if (!change.became) return {{}, true};
      fresh.push_back({*change.became, name.encounter_id});
    }
    for (TaskName& name : fresh) {
      if (std::find(out.names.begin(), out.names.end(), name) == out.names.end()) out.names.push_back(std::move(name));
    }
  }
  return out;
}

std::size_t PeopleChanges::size() const {
  const std::scoped_lock lock(mutex_);
  return changes_.size();
}

}  // namespace whorl::index
