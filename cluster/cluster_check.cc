#include "cluster/cluster_check.h"

#include <algorithm>
#include <future>
#include <set>

#include "cluster/remote_part.h"
#include "crypto/random.h"

namespace whorl::cluster {
namespace {

constexpr std::chrono::milliseconds kPositionWithin{3000};

using Galleries = std::map<std::string, index::GalleryDigest>;

Galleries by_name(const std::vector<index::GalleryDigest>& all) {
  Galleries out;
  for (const auto& each : all) out[each.gallery_id] = each;
  return out;
}

// One part's replicas.
class PartCheck {
 public:
  PartCheck(const ClusterConfig& config, std::size_t place, Until until) : until_(until) {
    out_.name = config.parts[place];
    for (const std::string& name : config.replicas[place]) out_.replicas.push_back({name, {}, {}, {}});
  }
  Status open(const ClusterConfig& config, const Setting& setting, ByteView key, Bus& bus) {
    for (const CheckedReplica& replica : out_.replicas) {
      WHORL_ASSIGN(Keys keys, Keys::make(key, replica.name));
      people_.push_back(
          std::make_shared<RemotePart>(config, replica.name, replica.name, setting, std::move(keys), bus));
      WHORL_ASSIGN(logs_.emplace_back(), log_of(config, replica.name, setting, key, bus));
    }
    return {};
  }

  CheckedPart run() {
    if (out_.replicas.size() == 1) {
      take(0, people_[0]->ask(call(), TakeDigest{}));
    } else {
      ask_positions();
      if (const auto leader = find_leader()) compare_after_an_entry(*leader);
    }
    for (const CheckedReplica& replica : out_.replicas) say_of(replica);
    if (out_.replicas.size() > 1) compare();
    if (out_.replicas.size() == 1) out_.galleries = by_name(out_.replicas[0].galleries);
    return std::move(out_);
  }

 private:
  [[nodiscard]] engine::Call call() const {
    engine::Call out;
    out.deadline = until_;
    return out;
  }
  // The same of all at once.
  template <class Answer, class Ask>
  std::vector<Result<Answer>> of_each(const Ask& ask) {
    std::vector<std::future<Result<Answer>>> asked;
    for (std::size_t i = 0; i < logs_.size(); ++i) {
      asked.push_back(std::async(std::launch::async, [&, i] { return ask(i); }));
    }
    std::vector<Result<Answer>> out;
    for (auto& each : asked) out.push_back(each.get());
    return out;
  }

  void take(std::size_t i, const Result<PartDigest>& answer) {
    if (answer.ok()) {
      out_.replicas[i].galleries = answer->galleries;
    } else {
      out_.replicas[i].missing = answer.error();
    }
  }

  void ask_positions() {
    engine::Call quick;
    quick.deadline = std::min(until_, Until::clock::now() + kPositionWithin);
    const auto all = of_each<Position>([&](std::size_t i) { return logs_[i]->ask(quick, TellPosition{}); });
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].ok()) {
        out_.replicas[i].position = *all[i];
      } else {
        out_.replicas[i].missing = all[i].error();
      }
    }
  }

  [[nodiscard]] std::optional<std::size_t> find_leader() {
    std::optional<std::size_t> out;
    for (std::size_t i = 0; i < out_.replicas.size(); ++i) {
      const auto& at = out_.replicas[i].position;
      if (!at || at->leader != out_.replicas[i].name) continue;
      if (!out || at->term > out_.replicas[*out].position->term) out = i;
    }
    if (!out) out_.wrong.push_back("none of its replicas leads: nothing can be compared, and nothing is taken");
    return out;
  }

  void compare_after_an_entry(std::size_t leader) {
    RemotePart::Terms terms;
    const auto drawn = draw(crypto::system_random());
    if (!drawn.ok()) return out_.wrong.push_back(drawn.error().message);
    terms.operation = *drawn;
    const auto taken = logs_[leader]->ask(call(), TakeDigest{}, {}, terms);
    if (!taken.ok()) return out_.wrong.push_back("nothing can be compared: " + taken.error().message);
    out_.index = taken->index;
    const auto all = of_each<PartDigest>([&](std::size_t i) -> Result<PartDigest> {
      if (out_.replicas[i].missing) return *out_.replicas[i].missing;
      return logs_[i]->ask(call(), TellDigest{taken->index});
    });
    for (std::size_t i = 0; i < all.size(); ++i) take(i, all[i]);
  }

  void say_of(const CheckedReplica& replica) {
    if (replica.position && !replica.position->member) {
      out_.wrong.push_back(replica.name + " does not count yet: " +
                           (replica.position->trouble.empty() ? "it joins" : replica.position->trouble));
    } else if (replica.position && !replica.position->trouble.empty()) {
      out_.wrong.push_back(replica.name + ": " + replica.position->trouble);
    }
    if (replica.missing) out_.wrong.push_back(replica.name + " holds what is not known: " + replica.missing->message);
  }

  // What most have, and among equals the first, is what the others are held against.
  void compare() {
    std::set<std::string> names;
    std::vector<std::pair<std::string, Galleries>> compared;
    for (const CheckedReplica& replica : out_.replicas) {
      if (replica.missing || out_.index == 0) continue;
      compared.emplace_back(replica.name, by_name(replica.galleries));
      for (const auto& [name, digest] : compared.back().second) names.insert(name);
    }
    for (const std::string& name : names) {
      const auto of = [&](const Galleries& held) {
        const auto at = held.find(name);
        index::GalleryDigest none;
        none.gallery_id = name;
        return at == held.end() ? none : at->second;
      };
      const auto alike = [&](const index::GalleryDigest& one) {
        return std::count_if(compared.begin(), compared.end(),
                             [&](const auto& each) { return of(each.second) == one; });
      };
      const auto most = std::max_element(compared.begin(), compared.end(), [&](const auto& a, const auto& b) {
        return alike(of(a.second)) < alike(of(b.second));
      });
      const index::GalleryDigest held = of(most->second);
      out_.galleries[name] = held;
      for (const auto& [replica, galleries] : compared) {
        const index::GalleryDigest own = of(galleries);
        if (own == held) continue;
        out_.wrong.push_back(replica + " holds another gallery " + name + " than " + most->first + ": " +
                             std::to_string(own.persons) + " persons and " + std::to_string(own.encounters) +
                             " encounters where that has " + std::to_string(held.persons) + " and " +
                             std::to_string(held.encounters));
      }
    }
  }

  const Until until_;
  CheckedPart out_;
  std::vector<std::shared_ptr<RemotePart>> people_;
  std::vector<std::shared_ptr<RemotePart>> logs_;
};

}  // namespace

Result<std::vector<CheckedPart>> check_parts(const ClusterConfig& config, const Setting& setting, ByteView key,
                                             Bus& bus, std::chrono::milliseconds within) {
  const Until until = Until::clock::now() + within;
  std::vector<std::unique_ptr<PartCheck>> checks;
  for (std::size_t place = 0; place < config.parts.size(); ++place) {
    checks.push_back(std::make_unique<PartCheck>(config, place, until));
    WHORL_TRY(checks.back()->open(config, setting, key, bus));
  }
  std::vector<std::future<CheckedPart>> running;
  for (const auto& check : checks) {
    running.push_back(std::async(std::launch::async, [&each = *check] { return each.run(); }));
  }
  std::vector<CheckedPart> out;
  for (auto& each : running) out.push_back(each.get());
  return out;
}

}  // namespace whorl::cluster
