// What the table of slots finds at once is what a look at all of them would.
#include "member/cover_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "exchange/envelope/envelope.h"

namespace whorl::member {
namespace {

using State = CoverRow::State;

TEST(CoverTable, FindsWhatALookAtAllOfThemWould) {
  std::mt19937_64 random(std::random_device{}());
  const auto below = [&](std::uint64_t n) { return random() % n; };
  std::vector<crypto::PrivateKey> keys;
  for (int i = 0; i < 6; ++i) keys.push_back(*crypto::PrivateKey::make(crypto::KeyKind::kX25519));
  CoverTable table;
  for (int step = 0; step < 400; ++step) {
    const std::uint64_t slot = below(30);
    const std::string name = "slot" + std::to_string(slot);
    if (below(4) == 0) {
      table.erase(name);
    } else {
      CoverRow row{"member" + std::to_string(below(3)), "to", 0};
      row.state = static_cast<State>(below(5));
      row.exp = static_cast<std::int64_t>(below(100));
      // Each key, mark and other is of one slot.
      if (slot < keys.size() && below(2) == 0) row.reply_key = crypto::SecretBytes::copy_of(keys[slot].secret());
      if (row.state == State::kOther) row.other = "other of " + name;
      if (below(2) == 0) row.taken = "mark of " + name;
      table.put(name, std::move(row));
    }
    const auto count = [&](const auto& which) {
      return static_cast<std::size_t>(std::count_if(table.all().begin(), table.all().end(), which));
    };
    for (const std::string member : {"member0", "member1", "member2"}) {
      EXPECT_EQ(table.size_of(member), count([&](const auto& each) { return each.second.member == member; }));
      EXPECT_EQ(table.room_for(member), count([&](const auto& each) {
                  return each.second.member == member &&
                         (each.second.state == State::kOwed || each.second.state == State::kOther);
                }));
    }
    const CoverRow* row = table.find(name);
    EXPECT_EQ(table.has_taken("other of " + name), row != nullptr && row->state == State::kOther);
    EXPECT_EQ(table.took("mark of " + name), row != nullptr && !row->taken.empty());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const CoverRow* of = table.find("slot" + std::to_string(i));
      const auto found = table.awaiting(exchange::cover_kid(keys[i].public_key()));
      EXPECT_EQ(found.has_value(), of != nullptr && !of->reply_key.empty());
      if (found) {
        EXPECT_EQ(*found, "slot" + std::to_string(i));
      }
    }
    const auto second = static_cast<std::int64_t>(below(100));
    EXPECT_EQ(table.over(second).size(), count([&](const auto& each) {
                return each.second.state != State::kOwed && each.second.reply_key.empty() && each.second.exp <= second;
              }));
  }
}

}  // namespace
}  // namespace whorl::member
