// The slots of one side of cover, found by what is asked of them: other members' answers make them, and nothing here
// looks at all of them for one.
//
// Belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/key_pair.h"
#include "member/cover_rows.h"

namespace whorl::member {

class CoverTable {
 public:
  // In the place of what has that name, in which case no other is moved: names and rows of all() stay where they are.
  void put(const std::string& name, CoverRow row);
  void erase(const std::string& name);

  // Null: there is none. Valid until the table is changed.
  [[nodiscard]] const CoverRow* find(const std::string& name) const;
  [[nodiscard]] const std::map<std::string, CoverRow>& all() const { return rows_; }
  // Of a member, in whatever state.
  [[nodiscard]] std::size_t size_of(const std::string& member) const;
  // In which something real of a member may leave, or does.
  [[nodiscard]] std::size_t room_for(const std::string& member) const;
  // Whether this leaves in one.
  [[nodiscard]] bool has_taken(const std::string& other_row) const { return others_.contains(other_row); }
  // Whether a reply was taken before (taken_mark).
  [[nodiscard]] bool took(const std::string& mark) const { return taken_.contains(mark); }
  // The one that awaits a reply to a key of this second name.
  [[nodiscard]] std::optional<std::string> awaiting(std::string_view kid) const;
  // Those that are over at a time, in unix seconds: nothing leaves in them, and neither a reply to them, nor what they
  // reply to, comes any more.
  [[nodiscard]] std::vector<std::string> over(std::int64_t second) const;

 private:
  struct OfMember {
    std::size_t all = 0;
    std::size_t room = 0;
  };
  void count(const std::string& name, const CoverRow& row);
  void uncount(const std::string& name, const CoverRow& row);

  std::map<std::string, CoverRow> rows_;  // by name
  std::map<std::string, OfMember> of_member_;
  std::map<std::string, std::string, std::less<>> by_kid_;  // the name
  std::set<std::string> others_;
  std::set<std::string> taken_;                          // marks
  std::set<std::pair<std::int64_t, std::string>> ends_;  // and names
};

}  // namespace whorl::member
