#include "server/access/door_log.h"

#include <utility>

#include "server/operations/log.h"

namespace whorl::server {
namespace {

constexpr std::string_view kReadRecords = "records";
constexpr std::string_view kReadGallery = "gallery";
constexpr const char* kMany = "many";

engine::Principal at(const std::string& address) {
  engine::Principal out;
  out.issuer = "address";
  out.subject = address;
  return out;
}

}  // namespace

DoorLog::DoorLog(engine::Service& service, std::chrono::milliseconds every)
    : service_(service), every_(every), thread_([this] { run(); }) {}

DoorLog::~DoorLog() { stop(); }

void DoorLog::refused(const engine::Principal& who, std::string_view code) {
  count(who, audit::Operation::kRefuse, code, {});
}

void DoorLog::refused_from(const std::string& address, std::string_view code) {
  count(at(address), audit::Operation::kRefuse, code, {});
}

void DoorLog::read(const engine::Principal& who, const std::string& gallery) {
  count(who, audit::Operation::kRead, gallery.empty() ? kReadRecords : kReadGallery, gallery);
}

void DoorLog::count(const engine::Principal& who, audit::Operation operation, std::string_view outcome,
                    const std::string& gallery) {
  std::string key(outcome);
  for (const std::string* part : {&who.issuer, &who.subject, &gallery}) key += '\0' + *part;
  const std::scoped_lock lock(mutex_);
  if (stopped_) return;
  auto found = rows_.find(key);
  if (found == rows_.end() && rows_.size() >= kMostRows) {
    key = '\0' + std::string(audit::name_of(operation));
    found = rows_.find(key);
  }
  if (found == rows_.end()) {
    const bool together = key.front() == '\0';
    Row row;
    row.call.who = together ? at(kMany) : who;
    row.event.operation = operation;
    row.event.outcome = together ? kMany : outcome;
    if (!together && !gallery.empty()) row.event.galleries = {gallery};
    row.event.count = 0;
    found = rows_.emplace(std::move(key), std::move(row)).first;
  }
  ++*found->second.event.count;
}

void DoorLog::run() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, every_, [&] { return stopped_; });
      if (stopped_) break;
    }
    write();
  }
  write();
}

void DoorLog::write() {
  std::map<std::string, Row> rows;
  {
    const std::scoped_lock lock(mutex_);
    rows.swap(rows_);
  }
  bool failed = false;
  for (auto& [key, row] : rows) {
    const Status written = service_.note(row.call, row.event);
    if (written.ok()) continue;
    failed = true;
    if (!failed_) log_failure("what the door refused is not in the audit log yet: " + written.error().message);
    failed_ = true;
    const std::scoped_lock lock(mutex_);
    const auto [kept, fresh] = rows_.try_emplace(key, row);
    if (!fresh) *kept->second.event.count += *row.event.count;
  }
  if (!failed) failed_ = false;
}

void DoorLog::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace whorl::server
