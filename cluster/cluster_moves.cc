#include "cluster/cluster_moves.h"

#include <algorithm>
#include <future>

namespace whorl::cluster {
namespace {

engine::Call until(std::chrono::milliseconds time) {
  engine::Call out;
  out.deadline = Until::clock::now() + time;
  return out;
}

}  // namespace

Result<ClusterMoves> ClusterMoves::open(const ClusterConfig& config, const Setting& setting, ByteView key, Bus& bus) {
  ClusterMoves out;
  out.names_ = config.parts;
  for (std::size_t place = 0; place < config.parts.size(); ++place) {
    WHORL_ASSIGN(out.parts_.emplace_back(), PartGroup::make(config, place, setting, key, bus));
  }
  return out;
}

std::vector<PartMoves> ClusterMoves::look(std::chrono::milliseconds within) {
  std::vector<std::future<PartMoves>> asked;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    asked.push_back(std::async(std::launch::async, [this, i, within] {
      PartMoves out;
      out.name = names_[i];
      const auto said = parts_[i]->ask(until(within), TellSlices{});
      if (!said.ok()) {
        out.missing = said.error();
        return out;
      }
      auto book = SliceBook::parse(said->book);
      if (book.ok()) {
        out.book = std::move(*book);
      } else {
        out.missing = book.error();
      }
      out.says = *said;
      if (const auto status = parts_[i]->ask(until(within), TellStatus{}); status.ok()) {
        for (const auto& gallery : status->galleries) out.encounters += gallery.encounters;
      }
      return out;
    }));
  }
  std::vector<PartMoves> out;
  for (auto& each : asked) out.push_back(each.get());
  return out;
}

Result<std::vector<PartHolds>> ClusterMoves::holds(const std::vector<PartMoves>& parts) {
  std::vector<PartHolds> out;
  for (const PartMoves& part : parts) {
    if (part.missing) {
      return unavailable("part " + part.name +
                         " does not say what it holds, and nothing is planned without it: " + part.missing->message);
    }
    out.push_back({part.name, part.book});
  }
  return out;
}

Status ClusterMoves::order(const std::vector<PlannedMove>& moves, std::chrono::milliseconds within) {
  for (const PlannedMove& move : moves) {
    const auto at = std::find(names_.begin(), names_.end(), move.from);
    if (at == names_.end()) return not_found("there is no part " + move.from, "name");
    const auto& part = parts_[static_cast<std::size_t>(at - names_.begin())];
    WHORL_TRY(part->ask(until(within), OrderMoves{move.to, move.slices}));
  }
  return {};
}

Status ClusterMoves::give_up(std::chrono::milliseconds within) {
  // All of them, at once: one that is gone keeps no other from it.
  std::vector<std::future<Status>> asked;
  for (const auto& part : parts_) {
    asked.push_back(std::async(std::launch::async, [part = part.get(), within]() -> Status {
      const auto given_up = part->ask(until(within), GiveUpMoves{});
      return given_up.ok() ? Status() : Status(given_up.error());
    }));
  }
  Status out;
  for (auto& each : asked) {
    Status status = each.get();
    if (status.ok()) continue;
    if (out.ok()) {
      out = std::move(status);
      continue;
    }
    Error both = out.error();
    both.message += "; " + status.error().message;
    out = std::move(both);
  }
  return out;
}

std::vector<std::string> wrong_slices(const std::vector<PartMoves>& parts) {
  std::vector<std::string> out;
  SliceSet once;
  SliceSet twice;
  SliceSet on_the_way;
  bool all_heard = true;
  for (const PartMoves& part : parts) {
    all_heard = all_heard && !part.missing;
    if (part.missing) continue;
    if (!part.says.trouble.empty()) out.push_back("part " + part.name + ": " + part.says.trouble);
    const SliceSet held = part.book.held();
    twice |= once & held;
    once |= held;
    for (std::uint16_t slice = 0; slice < kSlices; ++slice) {
      const SliceIs is = part.book.row(slice).is;
      if (is == SliceIs::kLeaving || is == SliceIs::kLeft || is == SliceIs::kTaking) on_the_way[slice] = true;
    }
  }
  const auto list = [](const SliceSet& set) {
    std::vector<std::uint16_t> all;
    for (std::uint16_t slice = 0; slice < kSlices; ++slice) {
      if (set[slice]) all.push_back(slice);
    }
    return told(all);
  };
  if (twice.any()) out.push_back("two parts hold slices " + list(twice));
  const SliceSet nobodys = ~(once | on_the_way);
  if (all_heard && nobodys.any()) out.push_back("no part holds slices " + list(nobodys));
  return out;
}

}  // namespace whorl::cluster
