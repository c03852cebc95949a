#include "server/access/access_files.h"

#include <sys/stat.h>

#include <utility>

#include "base/catalogue.h"
#include "server/access/private_line.h"
#include "server/tls/client_context.h"

namespace whorl::server {
namespace {

namespace fs = std::filesystem;

Status check(const Access& access, bool tls_needed) {
  if (!tls_needed) return {};
  if (access.tls && access.sign_in->config().knows_anybody()) return {};
  return failure(ErrorCode::kAddressNotLoopback, "address");
}

// The keys of this source; what the earlier reading had of the same one goes on until there is better.
Result<std::shared_ptr<RemoteKeys>> remote_keys(RemoteKeys::Source source, const fs::path& ca, const Fetching& fetching,
                                                const RemoteKeys* before) {
  WHORL_ASSIGN(source.context, client_context(ca));
  if (before != nullptr && before->source().name() != source.name()) before = nullptr;
  return std::make_shared<RemoteKeys>(fetching.fetcher, std::move(source), fetching.pace, fetching.world,
                                      fetching.events, before);
}

Result<access::SignIn::Keys> keys_of(const access::AccessConfig& config, const Fetching* fetching, Access& out) {
  access::SignIn::Keys keys;
  const Access* before = fetching == nullptr ? nullptr : fetching->before.get();
  if (config.tokens && !config.tokens->keys.empty()) {
    WHORL_ASSIGN(keys.of_tokens, access::read_keys(config.tokens->keys));
  } else if (config.tokens && fetching != nullptr) {
    WHORL_ASSIGN(out.token_keys, remote_keys({.url = config.tokens->keys_url}, config.tokens->keys_ca, *fetching,
                                             before == nullptr ? nullptr : before->token_keys.get()));
    keys.of_tokens = out.token_keys;
  }
  if (!config.provider) return keys;
  if (!config.provider->secret.empty()) WHORL_TRY(client_secret(*config.provider));
  if (fetching == nullptr) return keys;
  WHORL_ASSIGN(out.provider, remote_keys({.issuer = config.provider->issuer}, config.provider->ca, *fetching,
                                         before == nullptr ? nullptr : before->provider.get()));
  keys.of_provider = out.provider;
  return keys;
}

}  // namespace

Result<std::string> client_secret(const access::ProviderConfig& provider) {
  if (provider.secret.empty()) return std::string();
  return private_line(provider.secret);
}

Result<std::shared_ptr<const Access>> read_access(const fs::path& file, std::chrono::system_clock::time_point now,
                                                  const Fetching* fetching) {
  WHORL_ASSIGN(access::AccessConfig config, access::read_access_config(file));
  auto out = std::make_shared<Access>();
  if (config.tls) {
    WHORL_ASSIGN(out->tls, TlsContext::load(*config.tls, now));
  }
  if (config.blocks) {
    WHORL_ASSIGN(out->blocks, access::BlockKeys::read(*config.blocks));
  }
  WHORL_ASSIGN(auto keys, keys_of(config, fetching, *out));
  out->sign_in = std::make_shared<const access::SignIn>(std::move(config), std::move(keys));
  return std::shared_ptr<const Access>(std::move(out));
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

Result<std::shared_ptr<const Access>> AccessFiles::read() {
  const Fetching fetching{fetcher_, rules_.pace, world_, events_, now()};
  WHORL_ASSIGN(auto access, read_access(file_, world_.now(), &fetching));
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
  if (config.tokens && !config.tokens->keys.empty()) out.push_back(stamp_of(config.tokens->keys));
  if (config.tokens && !config.tokens->keys_ca.empty()) out.push_back(stamp_of(config.tokens->keys_ca));
  if (config.provider) out.push_back(stamp_of(config.provider->ca));
  if (config.blocks) {
    for (const fs::path& file : config.blocks->decrypt) out.push_back(stamp_of(file));
    if (!config.blocks->sign.empty()) out.push_back(stamp_of(config.blocks->sign));
    for (const auto* parties : {&config.blocks->signers, &config.blocks->recipients}) {
      for (const auto& party : *parties) out.push_back(stamp_of(party.file));
    }
  }
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
