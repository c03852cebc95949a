#include "member/cover_table.h"

#include "exchange/envelope/envelope.h"
#include "member/release_rows.h"

namespace whorl::member {
namespace {

using State = CoverRow::State;

bool has_room(const CoverRow& row) { return row.state == State::kOwed || row.state == State::kOther; }

// As long as a reply may come, or what was replied to come again.
std::int64_t end_of(const CoverRow& row) { return row.exp + (row.reply_key.empty() ? 0 : kDecisionsSent.count()); }

}  // namespace

void CoverTable::count(const std::string& name, const CoverRow& row) {
  OfMember& of = of_member_[row.member];
  ++of.all;
  of.room += has_room(row) ? 1 : 0;
  if (const auto key = row.reply_key.key()) by_kid_[exchange::cover_kid(key->public_key())] = name;
  if (row.state == State::kOther) others_.insert(row.other);
  if (!row.taken.empty()) taken_.insert(row.taken);
  if (row.state != State::kOwed) ends_.emplace(end_of(row), name);
}

void CoverTable::uncount(const std::string& name, const CoverRow& row) {
  OfMember& of = of_member_[row.member];
  --of.all;
  of.room -= has_room(row) ? 1 : 0;
  if (of.all == 0) of_member_.erase(row.member);
  if (const auto key = row.reply_key.key()) by_kid_.erase(exchange::cover_kid(key->public_key()));
  if (row.state == State::kOther) others_.erase(row.other);
  taken_.erase(row.taken);
  ends_.erase({end_of(row), name});
}

void CoverTable::put(const std::string& name, CoverRow row) {
  const auto [at, is_new] = rows_.try_emplace(name);
  if (!is_new) uncount(at->first, at->second);
  count(at->first, row);
  at->second = std::move(row);
}

void CoverTable::erase(const std::string& name) {
  const auto found = rows_.find(name);
  if (found == rows_.end()) return;
  uncount(name, found->second);
  rows_.erase(found);
}

const CoverRow* CoverTable::find(const std::string& name) const {
  const auto found = rows_.find(name);
  return found == rows_.end() ? nullptr : &found->second;
}

std::size_t CoverTable::size_of(const std::string& member) const {
  const auto found = of_member_.find(member);
  return found == of_member_.end() ? 0 : found->second.all;
}

std::size_t CoverTable::room_for(const std::string& member) const {
  const auto found = of_member_.find(member);
  return found == of_member_.end() ? 0 : found->second.room;
}

std::optional<std::string> CoverTable::awaiting(std::string_view kid) const {
  const auto found = by_kid_.find(kid);
  return found == by_kid_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> CoverTable::over(std::int64_t second) const {
  std::vector<std::string> out;
  for (auto each = ends_.begin(); each != ends_.end() && each->first <= second; ++each) out.push_back(each->second);
  return out;
}

}  // namespace whorl::member
