#include "relay/rendezvous.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace whorl::relay {
namespace {

template <class Map, class Key>
void lower(Map& map, const Key& key, std::size_t by) {
  const auto found = map.find(key);
  if (found == map.end()) return;
  found->second -= std::min(found->second, by);
  if (found->second == 0) map.erase(found);
}

}  // namespace

void Rendezvous::disconnected(const std::string& member) { lower(receivers_, member, 1); }

bool Rendezvous::take_room(const std::string& sender, std::size_t bytes) {
  const auto found = room_.find(sender);
  const std::size_t taken = found == room_.end() ? 0 : found->second;
  if (bytes > limits_.bytes - bytes_ || bytes > limits_.bytes_of_sender - std::min(taken, limits_.bytes_of_sender))
    return false;
  bytes_ += bytes;
  room_[sender] += bytes;
  return true;
}

void Rendezvous::give_room(const std::string& sender, std::size_t bytes) {
  bytes_ -= std::min(bytes_, bytes);
  lower(room_, sender, bytes);
}

void Rendezvous::forget_ids(Ticks now) {
  while (!old_ids_.empty() && old_ids_.front().first + limits_.ids_kept <= now) {
    const auto& [sender, id] = old_ids_.front().second;
    const auto found = ids_.find(sender);
    if (found != ids_.end()) found->second.erase(id);
    if (found != ids_.end() && found->second.empty()) ids_.erase(found);
    old_ids_.pop_front();
  }
}

std::optional<Undelivered> Rendezvous::refusal_of(const std::string& from, const std::string& to, const std::string& id,
                                                  Ticks now) {
  forget_ids(now);
  const auto known = ids_.find(from);
  if (known != ids_.end() && known->second.contains(id)) return Undelivered::kDuplicate;
  const auto under_way = std::any_of(items_.begin(), items_.end(), [&](const auto& each) {
    return each.second.message->id == id && each.second.message->from == from;
  });
  // Not delivered yet: who is told that it was would never send it again.
  if (under_way) return Undelivered::kBusy;
  if (!is_connected(to)) return Undelivered::kNotConnected;
  if (known != ids_.end() && known->second.size() >= limits_.ids_of_sender) return Undelivered::kBusy;
  const auto pair = of_pair_.find({from, to});
  if (pair != of_pair_.end() && pair->second >= limits_.messages_of_pair) return Undelivered::kBusy;
  return std::nullopt;
}

void Rendezvous::offer(Message message, Ticks now, OnDone done) {
  const std::string to = message.to;
  ++of_pair_[{message.from, to}];
  for_member_[to].insert(++last_);
  items_.emplace(last_, Item{std::make_shared<const Message>(std::move(message)), std::move(done), now, std::nullopt});
  hand_over(to, now);
}

// Never handed first, then those whose receipt is late; within them by lane, then by age.
std::optional<std::uint64_t> Rendezvous::next_for(const std::string& member, Ticks now) const {
  const auto mine = for_member_.find(member);
  if (mine == for_member_.end()) return std::nullopt;
  std::optional<std::uint64_t> best;
  for (const std::uint64_t delivery : mine->second) {
    const Item& item = items_.at(delivery);
    if (item.handed && now < *item.handed + kHandedAgainAfter) continue;
    const auto order = [](const Item& each) { return std::pair(each.handed.has_value(), each.message->lane); };
    if (!best || order(item) < order(items_.at(*best))) best = delivery;
  }
  return best;
}

void Rendezvous::hand_over(const std::string& member, Ticks now) {
  const auto waiting = waiting_.find(member);
  while (waiting != waiting_.end() && !waiting->second.empty()) {
    const auto delivery = next_for(member, now);
    if (!delivery) return;
    const OnMessage on_message = std::move(waiting->second.front().on_message);
    waiting->second.pop_front();
    Item& item = items_.at(*delivery);
    item.handed = now;
    on_message(*delivery, item.message);
  }
}

std::uint64_t Rendezvous::wait(const std::string& member, OnMessage on_message, Ticks now) {
  const std::uint64_t number = ++last_;
  waiting_[member].push_back({number, std::move(on_message)});
  hand_over(member, now);
  const auto& left = waiting_[member];
  const bool still = std::any_of(left.begin(), left.end(), [&](const Waiting& each) { return each.number == number; });
  return still ? number : 0;
}

void Rendezvous::leave(const std::string& member, std::uint64_t waiting) {
  const auto found = waiting_.find(member);
  if (found == waiting_.end()) return;
  std::erase_if(found->second, [&](const Waiting& each) { return each.number == waiting; });
  if (found->second.empty()) waiting_.erase(found);
}

bool Rendezvous::acknowledge(const std::string& member, std::uint64_t delivery, const std::string& receipt) {
  const auto found = items_.find(delivery);
  if (found == items_.end() || found->second.message->to != member || !found->second.handed) return false;
  const Message& message = *found->second.message;
  ids_[message.from].insert(message.id);
  old_ids_.emplace_back(*found->second.handed, std::pair(message.from, message.id));
  finish(found, {std::nullopt, receipt});
  return true;
}

void Rendezvous::finish(Items::iterator item, const Delivered& delivered) {
  const OnDone done = std::move(item->second.done);
  const auto message = std::move(item->second.message);
  lower(of_pair_, std::pair(message->from, message->to), 1);
  const auto mine = for_member_.find(message->to);
  mine->second.erase(item->first);
  if (mine->second.empty()) for_member_.erase(mine);
  items_.erase(item);
  done(delivered);
}

void Rendezvous::pass_time(Ticks now) {
  forget_ids(now);
  std::vector<std::uint64_t> over;
  std::set<std::string> receivers;
  for (const auto& [delivery, item] : items_) {
    if (now >= item.came + kDroppedAfter)
      over.push_back(delivery);
    else if (item.handed && now >= *item.handed + kHandedAgainAfter)
      receivers.insert(item.message->to);
  }
  for (const std::uint64_t delivery : over) {
    const auto item = items_.find(delivery);
    if (item == items_.end()) continue;
    const bool handed = item->second.handed.has_value();
    finish(item, {handed ? Undelivered::kNotAcknowledged : Undelivered::kNotConnected, {}});
  }
  for (const std::string& member : receivers) hand_over(member, now);
}

}  // namespace whorl::relay
