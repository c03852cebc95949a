#include "cluster/move_plan.h"

#include <algorithm>

namespace whorl::cluster {
namespace {

using Share = std::map<std::string, std::vector<std::uint16_t>>;  // of each part what it may give

Result<const PartHolds*> part_of(const std::vector<PartHolds>& parts, const std::string& name) {
  const auto at = std::find_if(parts.begin(), parts.end(), [&](const PartHolds& part) { return part.name == name; });
  if (at == parts.end()) return not_found("the cluster's file names no part " + name, "name");
  return &*at;
}

// A plan is made of a cluster in which nothing moves, so that two of them do not work against each other.
Status nothing_moves(const std::vector<PartHolds>& parts) {
  SliceSet held;
  for (const PartHolds& part : parts) {
    if (!part.book.begun()) return unavailable("part " + part.name + " has not begun yet");
    const auto moving = part.book.under_way();
    if (!moving.empty()) {
      return already_exists("part " + part.name + " gives " + std::to_string(moving.size()) +
                            " slices to others already: wait for that (whorl cluster status), or end it (whorl "
                            "cluster move --give-up)");
    }
    if ((held & part.book.held()).any()) return unavailable("two parts hold one slice (whorl cluster status)");
    held |= part.book.held();
  }
  if (held.all()) return {};
  return unavailable(std::to_string(kSlices - held.count()) +
                     " slices are held by no part: nothing is moved before that is mended");
}

Share share_of(const std::vector<PartHolds>& parts) {
  Share out;
  for (const PartHolds& part : parts) out[part.name] = part.book.all(SliceIs::kHeld);
  return out;
}

std::vector<PlannedMove> moves_of(
    const std::map<std::pair<std::string, std::string>, std::vector<std::uint16_t>>& all) {
  std::vector<PlannedMove> out;
  for (const auto& [ends, slices] : all) {
    PlannedMove& move = out.emplace_back(PlannedMove{ends.first, ends.second, slices});
    std::sort(move.slices.begin(), move.slices.end());
  }
  return out;
}

}  // namespace

Result<std::vector<PlannedMove>> plan_move(const std::vector<PartHolds>& parts, const SliceSet& slices,
                                           const std::string& to) {
  WHORL_ASSIGN([[maybe_unused]] const PartHolds* target, part_of(parts, to));
  std::vector<PlannedMove> out;
  for (const PartHolds& part : parts) {
    if (part.name == to) continue;
    PlannedMove move{part.name, to, {}};
    for (const std::uint16_t slice : part.book.all(SliceIs::kHeld)) {
      if (!slices[slice]) continue;
      if (part.book.row(slice).other != 0) {
        return already_exists("slice " + std::to_string(slice) + " is on its way from " + part.name + " to " +
                              part.book.other(slice) + " already (whorl cluster status)");
      }
      move.slices.push_back(slice);
    }
    if (!move.slices.empty()) out.push_back(std::move(move));
  }
  return out;
}

Result<std::vector<PlannedMove>> plan_drain(const std::vector<PartHolds>& parts, const std::string& from) {
  WHORL_ASSIGN([[maybe_unused]] const PartHolds* source, part_of(parts, from));
  if (parts.size() < 2) return invalid_input("there is no other part to take what this one holds", "name");
  WHORL_TRY(nothing_moves(parts));
  const Share share = share_of(parts);
  std::map<std::string, std::size_t> counts;
  for (const auto& [name, slices] : share) {
    if (name != from) counts[name] = slices.size();
  }
  std::map<std::pair<std::string, std::string>, std::vector<std::uint16_t>> out;
  for (const std::uint16_t slice : share.at(from)) {
    const auto least = std::min_element(counts.begin(), counts.end(),
                                        [](const auto& a, const auto& b) { return a.second < b.second; });
    out[{from, least->first}].push_back(slice);
    ++least->second;
  }
  return moves_of(out);
}

Result<std::vector<PlannedMove>> plan_add(const std::vector<PartHolds>& parts, const std::string& to) {
  WHORL_ASSIGN([[maybe_unused]] const PartHolds* target, part_of(parts, to));
  WHORL_TRY(nothing_moves(parts));
  Share share = share_of(parts);
  std::size_t taken = share.at(to).size();
  share.erase(to);
  std::map<std::pair<std::string, std::string>, std::vector<std::uint16_t>> out;
  while (!share.empty()) {
    const auto most = std::max_element(share.begin(), share.end(),
                                       [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
    if (most->second.size() <= taken + 1) break;
    out[{most->first, to}].push_back(most->second.back());
    most->second.pop_back();
    ++taken;
  }
  return moves_of(out);
}

std::string told(const std::vector<std::uint16_t>& slices) {
  std::string out;
  for (std::size_t i = 0; i < slices.size();) {
    std::size_t last = i;
    while (last + 1 < slices.size() && slices[last + 1] == slices[last] + 1) ++last;
    out += (out.empty() ? "" : ", ") + std::to_string(slices[i]);
    if (last > i) out += "-" + std::to_string(slices[last]);
    i = last + 1;
  }
  return out;
}

}  // namespace whorl::cluster
