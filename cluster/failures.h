// Years of a cluster in which things fail, simulated with a seed: processes that end and start again, machines that are
// away, disks that are lost and filled from another replica, rows of machines that go together, brokers. It counts for
// how long searches are incomplete, slow, and changes refused, and how many acknowledged changes are lost, by the
// cluster's own rules (docs/cluster.md, "Replicas"): W of R that run acknowledge; R - W + 1 have to run for an answer;
// R - 1 of each part carry the searches (plan.h).
//
// Every waiting is exponential but for those of a fixed length (starting anew, filling a disk). A process fails while
// it runs alone. Pure; thread-safe. Cost: about a microsecond an event; the years are cut so that there are 3 million
// at most.
#pragma once

#include <cstdint>
#include <string>

namespace whorl::cluster {

// How often things fail and how long they stay so. The defaults are stated, not measured: put in your own.
struct FailureRates {
  double process_ends_per_year = 12;  // of each replica, upgrades among them
  double machine_away_per_year = 2;
  double machine_away_s = 3600;
  double disk_lost_per_year = 0.02;
  double replace_s = 4.0 * 3600;   // until another disk is there
  double row_away_per_year = 0.2;  // of each row (a rack)
  double row_away_s = 2.0 * 3600;
  double broker_ends_per_year = 12;
  double broker_away_s = 60;
  double reconnect_s = 5;          // until all that were connected to a broker are at another
  double backup_every_s = 86'400;  // of each part, for a part all of whose disks are lost
};

struct FailureSetting {
  std::uint64_t parts = 1;
  std::uint64_t replicas = 1;
  std::uint64_t written_by = 1;
  std::uint64_t brokers = 3;           // 0: the broker never fails
  std::uint64_t machines_of_row = 20;  // 0: no rows. Replicas of one part stand in different rows.
  double changes_per_s = 1;
  double start_s = 10;  // of a process, until it answers
  double copy_s = 600;  // to fill a disk from another replica, or from a backup
  FailureRates rates = {};
  double years = 1000;
  std::uint64_t seed = 1;
};

struct FailureFigures {
  std::uint64_t seed = 0;
  double years = 0;  // that were simulated
  std::uint64_t events = 0;
  double incomplete = 0;          // share of time in which a search is
  double incomplete_brokers = 0;  // of it, by the brokers alone
  // Share of time in which searches are complete, and late: of some part fewer than R - 1 replicas run.
  double slow = 0;
  double refused = 0;  // share of time in which some change is, the brokers' share in it
  std::uint64_t disks_lost = 0;
  std::uint64_t losses = 0;         // events in which acknowledged changes were lost
  std::uint64_t parts_emptied = 0;  // of them, those in which no disk of a part was left: a backup has what it has
  // Events in which fewer disks of a part were left than have to agree, so that it does not go on by itself. Whoever
  // runs it then has to make it anew of what is left; that this is done at once is taken for granted.
  std::uint64_t parts_stuck = 0;
  double changes_lost_a_year = 0;
  // Of losses a year: 95 %. Where none was seen, from 0 to three by the years.
  double losses_low = 0;
  double losses_high = 0;
};

// Needs parts, replicas and years above 0, and W of 1 to R.
FailureFigures simulate_failures(const FailureSetting& setting);

}  // namespace whorl::cluster
