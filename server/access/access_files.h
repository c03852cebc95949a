// What the operator's files say of who may come in (docs/access.md), read again whenever one of them changes.
//
// A set of files that is not sound as a whole changes nothing: who was let in before still is, and the log says why.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/event.h"
#include "base/result.h"
#include "base/world.h"
#include "engine/access/block_keys.h"
#include "engine/access/sign_in.h"
#include "server/access/remote_keys.h"
#include "server/fetch/fetcher.h"
#include "server/tls/tls_context.h"

namespace whorl::server {

// One reading of the files. Immutable; thread-safe but for the context of `tls`, which belongs to the network thread.
struct Access {
  std::shared_ptr<const access::SignIn> sign_in;
  std::shared_ptr<const TlsContext> tls;  // null: plain HTTP, on loopback alone
  // What is fetched: the keys of tokens, and those of the provider where people sign in. Null where they are none.
  std::shared_ptr<RemoteKeys> token_keys = {};
  std::shared_ptr<RemoteKeys> provider = {};
  // Never null; without [blocks] it has no keys.
  std::shared_ptr<const access::BlockKeys> blocks = std::make_shared<const access::BlockKeys>();
};

// Who fetches keys, and what was fetched before.
struct Fetching {
  Fetcher& fetcher;
  RemoteKeys::Pace pace;
  World& world;
  EventSink events;
  std::shared_ptr<const Access> before = {};
};

// Without `fetching` there are no keys that would have to be fetched. Errors: those of access::read_access_config,
// access::read_keys, access::BlockKeys::read and TlsContext::load.
Result<std::shared_ptr<const Access>> read_access(const std::filesystem::path& file,
                                                  std::chrono::system_clock::time_point now,
                                                  const Fetching* fetching = nullptr);

// What this node shows the provider beside its name; empty where it has none. Errors: those of read_private_file.
Result<std::string> client_secret(const access::ProviderConfig& provider);

// Thread-safe.
class AccessFiles {
 public:
  struct Rules {
    bool tls_needed = false;  // a reading without TLS, or by which nobody could sign in, is refused
    // How often it is looked whether a file has changed; 0: only when look() is called.
    std::chrono::milliseconds every{1000};
    RemoteKeys::Pace pace = {};  // of what is fetched
  };

  // `world` outlives it. Errors: those of read_access; address_not_loopback where the rules refuse the reading.
  static Result<std::unique_ptr<AccessFiles>> open(std::filesystem::path file, Rules rules, World& world,
                                                   EventSink events);
  ~AccessFiles();
  AccessFiles(const AccessFiles&) = delete;
  AccessFiles& operator=(const AccessFiles&) = delete;

  [[nodiscard]] std::shared_ptr<const Access> now() const { return std::atomic_load(&current_); }

  // Reads them again where one has changed, or where the last reading failed. Whether there is a new reading.
  bool look();

  // Of the network thread's questions to the provider.
  [[nodiscard]] Fetcher& fetcher() { return fetcher_; }

  [[nodiscard]] std::uint64_t readings() const { return readings_; }
  [[nodiscard]] std::uint64_t failures() const { return failures_; }

 private:
  // What tells whether a file is the one that was read.
  struct Stamp {
    std::filesystem::path file;
    std::uint64_t device = 0, inode = 0, bytes = 0;
    std::int64_t changed_ns = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };

  AccessFiles(std::filesystem::path file, Rules rules, World& world, EventSink events);
  Result<std::shared_ptr<const Access>> read();
  [[nodiscard]] std::vector<Stamp> stamps_of(const Access& access) const;
  static Stamp stamp_of(const std::filesystem::path& file);
  void watch();

  const std::filesystem::path file_;
  const Rules rules_;
  World& world_;
  const EventSink events_;
  Fetcher fetcher_;  // before what asks it
  std::shared_ptr<const Access> current_;
  std::atomic<std::uint64_t> readings_{0};
  std::atomic<std::uint64_t> failures_{0};

  std::mutex looking_;  // held while the files are looked at
  std::vector<Stamp> stamps_;
  std::string last_failure_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopped_ = false;
  std::thread watcher_;
};

}  // namespace whorl::server
