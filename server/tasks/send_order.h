// Which results are to be sent when, by the origin that they go to, so that many for one that is slow are not looked
// through for another's.
//
// Not thread-safe: its owner's lock guards it. Private to server/tasks.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace whorl::server {

class SendOrder {
 public:
  void add(const std::string& origin, std::uint64_t at_ms, const std::string& id);
  // Nothing where it is not here.
  void remove(const std::string& origin, std::uint64_t at_ms, const std::string& id);
  // Those that are due, at most `most`, and to one origin as many as `of_one` besides those under way; origins take
  // turns. They are under way until over().
  std::vector<std::string> take(std::uint64_t now_ms, std::size_t most, std::size_t of_one);
  void over(const std::string& origin);
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Line {
    std::set<std::pair<std::uint64_t, std::string>> due;
    std::size_t under_way = 0;
  };
  void drop_if_idle(std::map<std::string, Line>::iterator at);

  std::map<std::string, Line> lines_;  // by origin; none without anything in it
  std::string last_;                   // whose turn was last
  std::size_t size_ = 0;               // of what is due, now or later
};

}  // namespace whorl::server
