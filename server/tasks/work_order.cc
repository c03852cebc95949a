#include "server/tasks/work_order.h"

#include "server/tasks/task_names.h"

namespace whorl::server {

void WorkOrder::add(const Task& task) {
  Item item{task.id,      task.priority, task.service_level,    task.number, task.number,
            task.next_ms, false,         persons_of(task.names)};
  for (const std::string& person : item.persons) of_person_[person].emplace(item.number, item.id);
  later_.emplace(item.next_ms, item.id);
  items_.emplace(task.id, std::move(item));
}

void WorkOrder::remove(const std::string& id) {
  const auto at = items_.find(id);
  if (at == items_.end()) return;
  const Item& item = at->second;
  ready_.erase(place_of(item));
  later_.erase({item.next_ms, id});
  for (const std::string& person : item.persons) {
    const auto own = of_person_.find(person);
    own->second.erase(item.number);
    if (own->second.empty()) of_person_.erase(own);
  }
  items_.erase(at);
}

void WorkOrder::put_back(const std::string& id, std::uint64_t next_ms, std::optional<std::uint64_t> behind) {
  const auto at = items_.find(id);
  if (at == items_.end()) return;
  Item& item = at->second;
  item.taken = false;
  item.next_ms = next_ms;
  if (behind) item.turn = *behind;
  later_.emplace(next_ms, id);
}

void WorkOrder::take_now(Item& item) {
  ready_.erase(place_of(item));
  later_.erase({item.next_ms, item.id});
  item.taken = true;
}

const WorkOrder::Item& WorkOrder::first_before(const Item& item) const {
  const Item* out = &item;
  for (bool again = true; again;) {  // numbers fall at each step
    again = false;
    for (const std::string& person : out->persons) {
      const auto& [number, id] = *of_person_.at(person).begin();
      if (number == out->number) continue;
      out = &items_.at(id);
      again = true;
      break;
    }
  }
  return *out;
}

std::optional<std::string> WorkOrder::take(std::uint64_t now_ms) {
  while (!later_.empty() && later_.begin()->first <= now_ms) {
    ready_.insert(place_of(items_.at(later_.begin()->second)));
    later_.erase(later_.begin());
  }
  for (const Place& place : ready_) {
    const Item& first = first_before(items_.at(std::get<std::string>(place)));
    if (ready_.count(place_of(first)) == 0) continue;  // it is worked on, or waits for its time
    Item& taken = items_.at(first.id);
    take_now(taken);
    return taken.id;
  }
  return {};
}

bool WorkOrder::take_away(const std::string& id) {
  const auto at = items_.find(id);
  if (at == items_.end() || at->second.taken) return false;
  take_now(at->second);
  return true;
}

std::vector<std::string> WorkOrder::about(const std::string& person_id) const {
  std::vector<std::string> out;
  const auto at = of_person_.find(person_id);
  if (at == of_person_.end()) return out;
  for (const auto& [number, id] : at->second) out.push_back(id);
  return out;
}

}  // namespace whorl::server
