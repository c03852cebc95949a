// The one thing that a switch writes: how many messages of each lane went from whom to whom in each hour, and what is
// used of the quotas. No numbers of messages, no times but the hour.
//
// A folder: `quotas` and a file for each UTC day, "2026-12-01", whose lines are "HOUR FROM TO LANE COUNT". Each is
// written whole, beside itself, synced and renamed. Thread-safety: belongs to one thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "base/file_system.h"
#include "base/result.h"
#include "exchange/policy/quota.h"
#include "relay/wire.h"

namespace whorl::relay {

class Counters {
 public:
  // Reads what is in the folder: the quotas, and today's counts. Errors: kUnavailable; kCorruption for a file of
  // another form: a switch that forgot what was used would grant it again.
  static Result<Counters> open(const std::filesystem::path& folder, std::chrono::sys_seconds now, FileSystem& files);

  exchange::QuotaLedger& quotas() { return quotas_; }
  void count(const std::string& from, const std::string& to, WireLane lane, std::chrono::sys_seconds now);
  // What changed since the last time. Errors: kUnavailable; it is tried again the next time.
  Status write(std::chrono::sys_seconds now);
  [[nodiscard]] std::uint64_t total() const { return total_; }

 private:
  struct Key {
    int hour;
    std::string from;
    std::string to;
    WireLane lane;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  Counters(std::filesystem::path folder, FileSystem& files) : folder_(std::move(folder)), files_(&files) {}
  Status read_quotas();
  Status read_day(std::chrono::sys_seconds now);

  std::filesystem::path folder_;
  FileSystem* files_;
  exchange::QuotaLedger quotas_;
  std::map<std::chrono::sys_days, std::map<Key, std::uint64_t>> days_;  // that are not written for the last time
  std::uint64_t total_ = 0;
  bool changed_ = false;
};

}  // namespace whorl::relay
