// What one replica of one part does in a planned cluster, as shares of what its machine may give (plan.h). Pure values;
// a PartLoad borrows its request. Private to this room.
#pragma once

#include <optional>
#include <span>

#include "cluster/plan.h"
#include "index/capacity.h"

namespace whorl::cluster {

// What one replica of one part does, in a cluster of so many parts.
class PartLoad {
 public:
  PartLoad(const PlanRequest& request, std::uint64_t parts);

  [[nodiscard]] std::uint64_t people() const { return people_; }
  [[nodiscard]] const index::Capacity& capacity() const { return capacity_; }
  [[nodiscard]] const index::SearchWork& work() const { return work_; }
  // What a search's second question takes, in the mean over all searches.
  [[nodiscard]] double elsewhere_s() const;
  // Of each question, before anybody is looked at: its message and its templates.
  [[nodiscard]] double asked_s() const;
  [[nodiscard]] double search_cpu_s() const { return work_.shared_s() + work_.fixed_s + asked_s() + elsewhere_s(); }
  // Of it, what one core alone can do.
  [[nodiscard]] double alone_s() const;
  [[nodiscard]] double changes() const { return request_.changes_per_s / parts_; }
  // While all replicas are there.
  [[nodiscard]] double searches() const { return request_.searches_per_s / replicas_; }
  // While one of them is away, where there is another: what a machine has to carry.
  [[nodiscard]] double most_searches() const;

  // As shares of their limits; these fall, or stay, as parts are added. Cores, reading and network with one replica
  // away, where there is another.
  [[nodiscard]] double memory() const;
  [[nodiscard]] double disk() const;
  // While one search waits for one core, others have the rest.
  [[nodiscard]] double cores() const;
  [[nodiscard]] double reading() const;
  [[nodiscard]] double link() const { return link_bytes_of(most_searches()) / link_limit(); }
  [[nodiscard]] double syncs() const;

  // A second, while all replicas are there.
  [[nodiscard]] double link_bytes() const { return link_bytes_of(searches()); }
  // Question and answer of one part.
  [[nodiscard]] double message_bytes() const;
  [[nodiscard]] double position_bytes() const;
  [[nodiscard]] double change_bytes() const;
  [[nodiscard]] double link_limit() const;

 private:
  [[nodiscard]] double link_bytes_of(double searches) const;

  const PlanRequest& request_;
  double parts_;
  double replicas_;
  std::uint64_t people_;
  double fingers_;
  index::Capacity capacity_;
  index::SearchWork work_;
  index::SearchWork elsewhere_;
};

// One of a machine's means.
struct Means {
  const char* what;
  double (PartLoad::*use)() const;
  double people;  // grows with: Use
  double searches;
};
std::span<const Means> means_of_parts();

// The fewest parts of which each keeps to the limit of one of the means; nothing where no number does. No use grows
// with parts.
std::optional<std::uint64_t> fewest_parts(const PlanRequest& request, const Means& means);

}  // namespace whorl::cluster
