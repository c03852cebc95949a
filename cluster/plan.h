// How many machines a cluster of so many people and searches takes, on paper: measured constants (plan_costs.h,
// index/capacity.h) added up for machines that nobody has here, and its searches simulated with a seed. Nothing is
// asked of any machine. docs/cluster.md, "How many machines", says what is not modelled.
//
// Each replica of a part has a machine of its own. Every search asks all parts; a part's replicas take searches in
// turn. So more parts make each search cheaper for a machine, until what each part does for any search is left, and
// more replicas share searches out. Machines are sized for the time in which one replica of each part is away, where
// there are several, one front and one of three brokers: else every machine that is started anew would make searches
// late. Pure; thread-safe. Cost: make_plan some seconds at most, whatever the people (search_queue.h); size_plan below
// a millisecond.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cluster/failures.h"
#include "cluster/search_queue.h"

namespace whorl::cluster {

// Of cores and networks: a queue with less room than this has no end.
inline constexpr double kMostPlannedUse = 0.95;
// PlanRequest::look_factor with AVX-512 (index/capacity.cc).
inline constexpr double kLookWithAvx512 = 0.5;

struct PlannedMachine {
  int cores = 192;
  double memory_gib = 512;
  double disk_gib = 2048;
  double network_gbit_per_s = 100;
  double memory_gb_per_s = 600;  // that its cores read together
  double price = 0;              // a month, in any currency; 0: not asked for
};

struct PlanRequest {
  std::uint64_t people = 0;  // with one encounter each
  int fingers = 10;          // of each
  int face_numbers = 0;      // of the face template that each has; 0: none
  double searches_per_s = 1;
  int search_fingers = 1;  // of known position, in each search
  bool fast = false;       // accuracyLevel=fast
  // Of searches: those that find nobody and so look at other positions too (docs/index.md).
  double unmatched = 0.5;
  // What a look takes, as a share of what it takes with AVX2.
  double look_factor = 1;
  double changes_per_s = 1;  // enrolments
  std::uint64_t replicas = 3;
  std::uint64_t written_by = 2;
  PlannedMachine machine = {};
  double most_use = 0.7;         // of cores, networks, and reading of memory, with one replica away
  double most_use_memory = 0.8;  // and of disks
  std::uint64_t seed = 1;
};

// What a machine of the cluster uses of one of its means; `what` says where it is that with another one away.
struct Use {
  std::string what;
  double share = 0;     // of the limit; above 1: too much
  double people = 0;    // the share of it that grows with people, and
  double searches = 0;  // with searches, both of 1: 1 grows as they do
};

// Parts that one means asks for; 0: no number of parts is enough, since some of it is used by each part alike.
struct PartsFor {
  std::string what;
  std::uint64_t parts = 0;
};

// The same cluster with one thing changed.
struct Variant {
  std::string what;
  bool possible = true;  // false: no number of parts is enough
  bool fits = false;
  std::uint64_t parts = 0;
  std::uint64_t machines = 0;
  double cpu_s = 0;  // a search
};

struct Plan {
  PlanRequest request;
  std::uint64_t parts = 0;
  std::uint64_t people_of_part = 0;  // the largest
  std::uint64_t part_machines = 0;   // parts times replicas
  std::uint64_t fronts = 0;
  std::uint64_t brokers = 0;
  std::vector<PartsFor> parts_for;  // most first: what decides stands first
  // Which limits of a cluster (kMostParts) and of its brokers it does not keep to, as sentences.
  std::vector<std::string> beyond;

  // Of each replica.
  std::uint64_t memory_bytes = 0;
  std::uint64_t disk_bytes = 0;
  double open_s = 0;
  double copy_s = 0;  // to make it anew from another replica

  // Seconds of one core, for one search, in the mean.
  double cpu_part_s = 0;  // in each part
  double cpu_front_s = 0;
  double cpu_brokers_s = 0;
  double cpu_s = 0;          // all parts, front and brokers
  double compare_s = 0;      // of those in all parts: exact comparisons,
  double look_s = 0;         // looks at everybody's fingers,
  double second_look_s = 0;  // second looks,
  double elsewhere_s = 0;    // and looks at other positions
  // Of a search in a replica: for how long it keeps all cores busy, and what it waits for one of them besides.
  double part_busy_s = 0;
  double part_alone_s = 0;

  // Bytes a second, in and out together, while all are there.
  double part_link = 0;
  double front_link = 0;
  double broker_link = 0;  // of each broker
  double messages = 0;     // a second, at all brokers

  QueueFigures search;                          // while all replicas are there
  std::optional<QueueFigures> search_one_away;  // with one of each part away; nothing where there is no other
  double month = 0;
  double million_searches = 0;
  std::vector<Use> uses;  // fullest first
  std::vector<Variant> variants;

  [[nodiscard]] bool fits() const { return beyond.empty(); }
  [[nodiscard]] std::uint64_t machines() const { return part_machines + fronts + brokers; }
};

// Without queue and variants. Errors: kInvalidInput, with what to change: a number beyond its bounds; machines on
// which no number of parts is enough.
Result<Plan> size_plan(const PlanRequest& request);
Result<Plan> make_plan(const PlanRequest& request);

// What the queue of a plan is simulated with, while all replicas are there.
QueueSetting queue_of(const Plan& plan);

// What failures of a plan's cluster are simulated with, for so many replicas of which so many acknowledge.
FailureSetting failures_of(const Plan& plan, std::uint64_t replicas, std::uint64_t written_by,
                           const FailureRates& rates, double years);

// How often the people, or the searches, can grow until a use reaches its limit; 0: it does not grow with them.
double people_until(const Use& use);
double searches_until(const Use& use);

}  // namespace whorl::cluster
