#include "server/tasks/send_order.h"

namespace whorl::server {

void SendOrder::add(const std::string& origin, std::uint64_t at_ms, const std::string& id) {
  if (lines_[origin].due.emplace(at_ms, id).second) ++size_;
}

void SendOrder::remove(const std::string& origin, std::uint64_t at_ms, const std::string& id) {
  const auto at = lines_.find(origin);
  if (at == lines_.end()) return;
  size_ -= at->second.due.erase({at_ms, id});
  drop_if_idle(at);
}

void SendOrder::drop_if_idle(std::map<std::string, Line>::iterator at) {
  if (at->second.due.empty() && at->second.under_way == 0) lines_.erase(at);
}

std::vector<std::string> SendOrder::take(std::uint64_t now_ms, std::size_t most, std::size_t of_one) {
  std::vector<std::string> out;
  // One of each at a time, from the one after the last; until a whole round gives nothing.
  for (std::size_t without = 0; out.size() < most && without < lines_.size();) {
    auto at = lines_.upper_bound(last_);
    if (at == lines_.end()) at = lines_.begin();
    last_ = at->first;
    Line& line = at->second;
    if (line.under_way >= of_one || line.due.empty() || line.due.begin()->first > now_ms) {
      ++without;
      continue;
    }
    without = 0;
    out.push_back(line.due.begin()->second);
    line.due.erase(line.due.begin());
    --size_;
    ++line.under_way;
  }
  return out;
}

void SendOrder::over(const std::string& origin) {
  const auto at = lines_.find(origin);
  if (at == lines_.end()) return;
  if (at->second.under_way > 0) --at->second.under_way;
  drop_if_idle(at);
}

}  // namespace whorl::server
