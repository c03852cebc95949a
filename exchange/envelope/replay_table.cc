#include "exchange/envelope/replay_table.h"

#include "exchange/envelope/envelope.h"

namespace whorl::exchange {

ReplayTable::Seen ReplayTable::take(const std::string& sender, const std::string& id, std::chrono::sys_seconds expires,
                                    std::chrono::sys_seconds now) {
  OfSender& of = senders_[sender];
  while (!of.by_end.empty() && of.by_end.begin()->first <= now) {
    of.ids.erase(of.by_end.begin()->second);
    of.by_end.erase(of.by_end.begin());
  }
  if (of.ids.contains(id)) return Seen::kAgain;
  if (of.ids.size() >= most_) return Seen::kFull;
  of.ids.emplace(id, expires + kMostClockDifference);
  of.by_end.emplace(expires + kMostClockDifference, id);
  return Seen::kNew;
}

void ReplayTable::forget(const std::string& sender, const std::string& id) {
  const auto of = senders_.find(sender);
  if (of == senders_.end()) return;
  const auto found = of->second.ids.find(id);
  if (found == of->second.ids.end()) return;
  of->second.by_end.erase({found->second, id});
  of->second.ids.erase(found);
}

std::size_t ReplayTable::size() const {
  std::size_t out = 0;
  for (const auto& [sender, of] : senders_) out += of.ids.size();
  return out;
}

}  // namespace whorl::exchange
