// In which order accepted work is done: the highest priority first, then the highest level of service, then what came
// first. What names one person is done in the order in which it came, whatever its priority: an earlier request about
// them goes first, in the later one's place.
//
// Not thread-safe: its owner's lock guards it. Private to server/tasks.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "server/tasks/task.h"

namespace whorl::server {

class WorkOrder {
 public:
  // Precondition: pending, and not here yet. It waits until its next_ms.
  void add(const Task& task);
  // It is done, or gone. Nothing where it is not here.
  void remove(const std::string& id);
  // It is being worked on no more, and waits until then. `behind`: others of its priority go first from now on.
  void put_back(const std::string& id, std::uint64_t next_ms, std::optional<std::uint64_t> behind = {});

  // What is to be done at `now_ms`; it is being worked on from then on. Cost: passes over those that wait for others.
  std::optional<std::string> take(std::uint64_t now_ms);
  // Takes one that nobody works on out of its turn. False where somebody does, or it is not here.
  bool take_away(const std::string& id);
  // Everything unfinished that names a person.
  [[nodiscard]] std::vector<std::string> about(const std::string& person_id) const;

 private:
  struct Item {
    std::string id;
    int priority = 0;
    int level = 0;
    std::uint64_t number = 0;  // in the order of acceptance
    std::uint64_t turn = 0;    // the same, or later
    std::uint64_t next_ms = 0;
    bool taken = false;
    std::vector<std::string> persons;
  };
  using Place = std::tuple<int, int, std::uint64_t, std::string>;
  static Place place_of(const Item& item) { return {-item.priority, -item.level, item.turn, item.id}; }
  // Itself, or what has to be done before it.
  [[nodiscard]] const Item& first_before(const Item& item) const;
  void take_now(Item& item);

  std::unordered_map<std::string, Item> items_;
  std::set<Place> ready_;
  std::set<std::pair<std::uint64_t, std::string>> later_;
  std::unordered_map<std::string, std::map<std::uint64_t, std::string>> of_person_;
};

}  // namespace whorl::server
