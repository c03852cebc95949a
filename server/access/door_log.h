// What the door refused and who read records, for the audit log: counted, and one leaf a minute for each caller and
// kind, so that nobody fills the log or the disk by asking. Private to server/.
//
// Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "engine/service.h"

namespace whorl::server {

class DoorLog {
 public:
  // Callers and kinds that are told apart in one minute; what is beyond has one leaf of all together, of nobody.
  static constexpr std::size_t kMostRows = 64;

  // `service` outlives it. Writes once in `every`, where there is anything.
  explicit DoorLog(engine::Service& service, std::chrono::milliseconds every = std::chrono::minutes(1));
  ~DoorLog();
  DoorLog(const DoorLog&) = delete;
  DoorLog& operator=(const DoorLog&) = delete;

  // Somebody was refused. `code`: the error's. Never blocks for long.
  void refused(const engine::Principal& who, std::string_view code);
  // Somebody who could not sign in: known by where they ask from, of which the log has a digest alone.
  void refused_from(const std::string& address, std::string_view code);
  // Somebody may read what the route gives: records, or who is in a gallery.
  void read(const engine::Principal& who, const std::string& gallery);

  // Writes what was counted, and nothing after. Idempotent. What the disk refuses is lost then.
  void stop();

 private:
  struct Row {
    engine::Call call;
    audit::Event event;
  };
  void count(const engine::Principal& who, audit::Operation operation, std::string_view outcome,
             const std::string& gallery);
  void run();
  // Under no lock. What could not be written is counted on.
  void write();

  engine::Service& service_;
  const std::chrono::milliseconds every_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<std::string, Row> rows_;  // guarded by mutex_
  bool stopped_ = false;             // guarded by mutex_
  bool failed_ = false;              // of the thread that writes; it was said
  std::thread thread_;
};

}  // namespace whorl::server
