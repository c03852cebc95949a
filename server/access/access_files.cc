#include "server/access/access_files.h"

#include <sys/stat.h>

#include <utility>

#include "base/catalogue.h"

namespace whorl::server {
namespace {

namespace fs = std::filesystem;

Status check(const Access& access, bool tls_needed) {
  if (!tls_needed) return {};
  if (access.tls && access.sign_in->config().knows_anybody()) return {};
  return failure(ErrorCode::kAddressNotLoopback, "address");
}

}  // namespace

Result<std::shared_ptr<const Access>> read_access(const fs::path& file, std::chrono::system_clock::time_point now) {
  WHORL_ASSIGN(auto sign_in, access::read_sign_in(file));
  std::shared_ptr<const TlsContext> tls;
  if (sign_in->config().tls) {
    WHORL_ASSIGN(tls, TlsContext::load(*sign_in->config().tls, now));
  }
  return std::shared_ptr<const Access>(new Access{std::move(sign_in), std::move(tls)});
}

AccessFiles::AccessFiles(fs::path file, Rules rules, World& world, EventSink events)
    : file_(std::move(file)), rules_(rules), world_(world), events_(std::move(events)) {}

Result<std::unique_ptr<AccessFiles>> AccessFiles::open(fs::path file, Rules rules, World& world, EventSink events) {
  std::unique_ptr<AccessFiles> out(new AccessFiles(std::move(file), rules, world, std::move(events)));
  WHORL_ASSIGN(out->current_, out->read());
  out->stamps_ = out->stamps_of(*out->current_);
  out->readings_ = 1;
  if (rules.every.count() > 0) out->watcher_ = std::thread([files = out.get()] { files->watch(); });
  return out;
}

AccessFiles::~AccessFiles() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  wake_.notify_all();
  if (watcher_.joinable()) watcher_.join();
}

Result<std::shared_ptr<const Access>> AccessFiles::read() const {
  WHORL_ASSIGN(auto access, read_access(file_, world_.now()));
  WHORL_TRY(check(*access, rules_.tls_needed));
  return access;
}

AccessFiles::Stamp AccessFiles::stamp_of(const fs::path& file) {
  struct stat about {};
  if (::stat(file.c_str(), &about) != 0) return {.file = file};
  return {file, about.st_dev, about.st_ino, static_cast<std::uint64_t>(about.st_size),
          std::int64_t{1'000'000'000} * about.st_ctim.tv_sec + about.st_ctim.tv_nsec};
}

std::vector<AccessFiles::Stamp> AccessFiles::stamps_of(const Access& access) const {
  const access::AccessConfig& config = access.sign_in->config();
  std::vector<Stamp> out{stamp_of(file_)};
  if (config.tokens) out.push_back(stamp_of(config.tokens->keys));
  if (!config.tls) return out;
  for (const fs::path* file :
       {&config.tls->certificate, &config.tls->key, &config.tls->client_ca, &config.tls->revoked}) {
    if (!file->empty()) out.push_back(stamp_of(*file));
  }
  return out;
}

bool AccessFiles::look() {
  const std::lock_guard lock(looking_);
  const auto before = stamps_of(*now());
  if (before == stamps_ && last_failure_.empty()) return false;
  auto access = read();
  if (!access.ok()) {
    const std::string why = access.error().text();
    if (why != last_failure_ && events_) {
      ++failures_;
      events_({Severity::kError, "access_not_read", "The access files were not taken, and those before hold: " + why});
    }
    last_failure_ = why;
    return false;
  }
  // Whatever changed while it was read is read the next time.
  stamps_ = before;
  if (stamps_of(**access) != before) stamps_.clear();
  last_failure_.clear();
  ++readings_;
  std::atomic_store(&current_, std::move(*access));
  if (events_) events_({Severity::kInfo, "access_read", "The access files were read anew."});
  return true;
}

void AccessFiles::watch() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, rules_.every, [this] { return stopped_; })) {
    lock.unlock();
    look();
    lock.lock();
  }
}

}  // namespace whorl::server
