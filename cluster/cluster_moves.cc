#include "cluster/cluster_moves.h"

#include <algorithm>
#include <future>
#include <map>

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

namespace {

// What is said of slices of which the same is so, with those slices.
class Said {
 public:
  void say(std::uint16_t slice, const std::string& before, const std::string& after) {
    slices_[{before, after}].push_back(slice);
  }
  void add_to(std::vector<std::string>& out) const {
    for (const auto& [text, slices] : slices_) out.push_back(text.first + told(slices) + text.second);
  }

 private:
  std::map<std::pair<std::string, std::string>, std::vector<std::uint16_t>> slices_;
};

// One slice in all books.
class OneSlice {
 public:
  OneSlice(const std::vector<PartMoves>& parts, std::uint16_t slice) : parts_(parts), slice_(slice) {
    for (const PartMoves& part : parts) {
      if (part.missing || !part.book.begun()) continue;
      const SliceIs is = part.book.row(slice).is;
      if (part.book.holds(slice)) holders_.push_back(&part);
      on_the_way_ = on_the_way_ || is == SliceIs::kLeaving || is == SliceIs::kLeft || is == SliceIs::kTaking;
    }
  }
  void say(Said& said, bool all_heard) const {
    if (holders_.size() > 1) say_held_twice(said);
    if (holders_.empty() && !on_the_way_ && all_heard) say_nobodys(said);
    for (const PartMoves& part : parts_) {
      if (!part.missing && part.book.begun()) say_of(part, said);
    }
  }

 private:
  [[nodiscard]] std::uint32_t move_in(const PartMoves& part) const { return part.book.row(slice_).move; }
  [[nodiscard]] const PartMoves* named(const std::string& name) const {
    const auto at = std::find_if(parts_.begin(), parts_.end(), [&](const auto& each) { return each.name == name; });
    return at == parts_.end() || at->missing ? nullptr : &*at;
  }
  void say_held_twice(Said& said) const {
    std::string who;
    const PartMoves* last = holders_.front();
    bool clear = true;
    for (const PartMoves* part : holders_) {
      who += (who.empty() ? "" : ", ") + part->name + " (move " + std::to_string(move_in(*part)) + ")";
      if (part == holders_.front()) continue;
      clear = move_in(*part) != move_in(*last) && (clear || move_in(*part) > move_in(*last));
      if (move_in(*part) > move_in(*last)) last = part;
    }
    said.say(slice_, "more than one part holds slices ",
             ": " + who +
                 (clear ? "; part " + last->name + " has the later number: move them there (whorl cluster move --to " +
                              last->name + "), then nobody of the other is taken"
                        : "; the numbers do not say which is the older: stop the part that was opened from a backup"));
  }
  // The latest number is of the part that had them last.
  void say_nobodys(Said& said) const {
    const PartMoves* last = nullptr;
    for (const PartMoves& part : parts_) {
      if (move_in(part) > 0 && (last == nullptr || move_in(part) > move_in(*last))) last = &part;
    }
    said.say(slice_, "no part holds slices ",
             (last == nullptr ? std::string() : "; part " + last->name + " knows the latest move of them") +
                 ": a part that is not in the cluster's file has them, or one was opened from a backup of before it "
                 "got them");
  }
  void say_of(const PartMoves& part, Said& said) const {
    const SliceBook::Row& row = part.book.row(slice_);
    const PartMoves* other = named(part.book.other(slice_));
    if (other == nullptr || !other->book.begun()) return;
    const SliceBook::Row& there = other->book.row(slice_);
    if (row.is == SliceIs::kLeft && there.is == SliceIs::kElsewhere && there.move >= row.move) {
      said.say(slice_, "numbers contradict each other of slices ",
               ", which have left part " + part.name + " for part " + other->name +
                   ", which does not hold them and knows a move that is no earlier: was it opened from a backup?");
    }
    const bool gives = there.other != 0 && other->book.other(slice_) == part.name;
    if (row.is == SliceIs::kComing && !gives) {
      said.say(slice_, "part " + part.name + " keeps room for slices ",
               " of part " + other->name + ", which does not give them: move them there (whorl cluster move --to " +
                   part.name + "), and give the move up again if they are to stay");
    }
  }

  const std::vector<PartMoves>& parts_;
  std::uint16_t slice_;
  std::vector<const PartMoves*> holders_;
  bool on_the_way_ = false;
};

}  // namespace

std::vector<std::string> wrong_slices(const std::vector<PartMoves>& parts) {
  std::vector<std::string> out;
  bool all_heard = true;
  for (const PartMoves& part : parts) {
    all_heard = all_heard && !part.missing;
    if (!part.missing && !part.says.trouble.empty()) out.push_back("part " + part.name + ": " + part.says.trouble);
  }
  Said said;
  for (std::uint16_t slice = 0; slice < kSlices; ++slice) OneSlice(parts, slice).say(said, all_heard);
  said.add_to(out);
  return out;
}

}  // namespace whorl::cluster
