#include "cluster/nats_bus.h"

#include <nats/nats.h>

#include <charconv>
#include <condition_variable>
#include <map>
#include <mutex>

#include "base/text.h"
#include "crypto/private_file.h"

namespace whorl::cluster {
namespace {

constexpr std::int64_t kConnectWithin_ms = 2000;
constexpr std::int64_t kReconnectAfter_ms = 250;
// A broker that says nothing for so long twice is gone.
constexpr std::int64_t kPingEvery_ms = 2000;
constexpr int kPingsUnanswered = 2;
constexpr std::size_t kMostPasswordBytes = 1024;
// The last letter of the subject under which a receiver asks back.
constexpr char kBack = 'q';

Error failed(natsStatus status) { return unavailable(std::string("the broker: ") + natsStatus_GetText(status)); }
Status done(natsStatus status) { return status == NATS_OK ? Status() : Status(failed(status)); }

Bytes bytes_of(natsMsg* message) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(natsMsg_GetData(message));
  return {data, data + natsMsg_GetDataLength(message)};
}

struct Message {
  explicit Message(natsMsg* the_message) : message(the_message) {}
  ~Message() { natsMsg_Destroy(message); }
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;
  natsMsg* message;
};

// An answer that is waited for.
struct Pending {
  std::mutex mutex;
  std::condition_variable came;
  std::optional<Result<Bytes>> answer;
  std::function<Bytes(ByteView)> asked_back;

  void give(Result<Bytes> what) {
    const std::scoped_lock lock(mutex);
    if (!answer) answer = std::move(what);
    came.notify_all();
  }
};

// All of this process that waits, by number. Outlives the connection's callbacks.
class Waiters {
 public:
  std::uint64_t add(const std::shared_ptr<Pending>& pending) {
    const std::scoped_lock lock(mutex_);
    waiting_[++last_] = pending;
    return last_;
  }
  void remove(std::uint64_t number) {
    const std::scoped_lock lock(mutex_);
    waiting_.erase(number);
  }
  std::shared_ptr<Pending> find(std::uint64_t number) {
    const std::scoped_lock lock(mutex_);
    const auto at = waiting_.find(number);
    return at == waiting_.end() ? nullptr : at->second;
  }
  void fail_all(const Error& error) {
    std::map<std::uint64_t, std::shared_ptr<Pending>> all;
    {
      const std::scoped_lock lock(mutex_);
      all = waiting_;
    }
    for (const auto& [number, pending] : all) pending->give(error);
  }
  void closed() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    ended_.notify_all();
  }
  void wait_until_closed() {
    std::unique_lock lock(mutex_);
    ended_.wait_for(lock, std::chrono::seconds(5), [&] { return closed_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  std::map<std::uint64_t, std::shared_ptr<Pending>> waiting_;
  std::uint64_t last_ = 0;
  bool closed_ = false;
};

using Hear = std::function<void(natsMsg*)>;

// A subscription that is over, callbacks and all, when this is destroyed.
class NatsListening final : public Listening {
 public:
  static Result<std::unique_ptr<NatsListening>> start(natsConnection* connection, const std::string& subject,
                                                      Hear hear) {
    std::unique_ptr<NatsListening> out(new NatsListening(std::move(hear)));
    WHORL_TRY(done(natsConnection_Subscribe(&out->subscription_, connection, subject.c_str(), on_message, out.get())));
    WHORL_TRY(done(natsSubscription_SetOnCompleteCB(out->subscription_, on_complete, out.get())));
    WHORL_TRY(done(natsConnection_FlushTimeout(connection, kConnectWithin_ms)));
    return out;
  }
  ~NatsListening() override {
    if (subscription_ == nullptr) return;
    natsSubscription_Unsubscribe(subscription_);
    {
      std::unique_lock lock(mutex_);
      ended_.wait_for(lock, std::chrono::seconds(5), [&] { return complete_; });
    }
    natsSubscription_Destroy(subscription_);
  }

 private:
  explicit NatsListening(Hear hear) : hear_(std::move(hear)) {}
  static void on_message(natsConnection*, natsSubscription*, natsMsg* message, void* closure) {
    const Message owned(message);
    static_cast<NatsListening*>(closure)->hear_(message);
  }
  static void on_complete(void* closure) {
    auto* self = static_cast<NatsListening*>(closure);
    const std::scoped_lock lock(self->mutex_);
    self->complete_ = true;
    self->ended_.notify_all();
  }

  Hear hear_;
  natsSubscription* subscription_ = nullptr;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool complete_ = false;
};

class NatsBus final : public Bus {
 public:
  static Result<std::unique_ptr<Bus>> connect(natsOptions* options) {
    std::unique_ptr<NatsBus> out(new NatsBus());
    natsOptions_SetDisconnectedCB(options, on_disconnected, out->waiters_.get());
    natsOptions_SetClosedCB(options, on_closed, out->waiters_.get());
    WHORL_TRY(done(natsConnection_Connect(&out->connection_, options)));
    natsInbox* inbox = nullptr;
    WHORL_TRY(done(natsInbox_Create(&inbox)));
    out->inbox_ = inbox;
    natsInbox_Destroy(inbox);
    WHORL_ASSIGN(out->answers_, NatsListening::start(out->connection_, out->inbox_ + ".*",
                                                     [self = out.get()](natsMsg* message) { self->heard(message); }));
    return std::unique_ptr<Bus>(std::move(out));
  }
  ~NatsBus() override {
    if (connection_ == nullptr) return;
    answers_.reset();
    natsConnection_Close(connection_);
    waiters_->wait_until_closed();
    natsConnection_Destroy(connection_);
  }

  Result<Waiting> send(const std::string& subject, ByteView message,
                       std::function<Bytes(ByteView)> asked_back) override {
    if (natsConnection_Status(connection_) != NATS_CONN_STATUS_CONNECTED)
      return unavailable("the broker is not reached");
    if (message.size() > most_bytes()) {
      return exhausted("the message has " + std::to_string(message.size()) +
                       " bytes, and the broker's max_payload is " + std::to_string(most_bytes()));
    }
    auto pending = std::make_shared<Pending>();
    pending->asked_back = std::move(asked_back);
    const std::uint64_t number = waiters_->add(pending);
    // Whoever drops the wait is forgotten.
    const std::shared_ptr<void> entry(nullptr, [waiters = waiters_, number](void*) { waiters->remove(number); });
    const std::string reply = inbox_ + "." + std::to_string(number);
    WHORL_TRY(done(natsConnection_PublishRequest(connection_, subject.c_str(), reply.c_str(), message.data(),
                                                 static_cast<int>(message.size()))));
    return Waiting([pending, entry](Until until) -> Result<Bytes> {
      std::unique_lock lock(pending->mutex);
      if (!pending->came.wait_until(lock, until, [&] { return pending->answer.has_value(); })) {
        return unavailable("no answer in time");
      }
      return *pending->answer;
    });
  }

  Result<std::unique_ptr<Listening>> listen(const std::string& subject, std::function<void(Delivery)> hear) override {
    WHORL_ASSIGN(auto out, NatsListening::start(connection_, subject, [this, hear = std::move(hear)](natsMsg* message) {
                   const char* reply = natsMsg_GetReply(message);
                   if (reply == nullptr) return;
                   hear(delivery(bytes_of(message), reply));
                 }));
    return std::unique_ptr<Listening>(std::move(out));
  }

  [[nodiscard]] std::size_t most_bytes() const override {
    return static_cast<std::size_t>(natsConnection_GetMaxPayload(connection_));
  }

 private:
  NatsBus() = default;

  Delivery delivery(Bytes message, const std::string& reply) {
    return {std::move(message),
            [this, reply](ByteView answer) {
              natsConnection_Publish(connection_, reply.c_str(), answer.data(), static_cast<int>(answer.size()));
            },
            [this, back = reply + kBack](ByteView question, Until until) -> Result<Bytes> {
              const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Until::clock::now());
              natsMsg* answer = nullptr;
              WHORL_TRY(done(natsConnection_Request(&answer, connection_, back.c_str(), question.data(),
                                                    static_cast<int>(question.size()),
                                                    std::max<std::int64_t>(1, left.count()))));
              const Message owned(answer);
              return bytes_of(answer);
            }};
  }

  // Of the inbox: an answer, or a question about one that is waited for.
  void heard(natsMsg* message) {
    std::string_view token = natsMsg_GetSubject(message);
    token.remove_prefix(token.rfind('.') + 1);
    const bool back = !token.empty() && token.back() == kBack;
    if (back) token.remove_suffix(1);
    std::uint64_t number = 0;
    if (std::from_chars(token.data(), token.data() + token.size(), number).ec != std::errc()) return;
    const auto pending = waiters_->find(number);
    if (!pending) return;
    if (back) {
      const char* reply = natsMsg_GetReply(message);
      if (reply == nullptr || !pending->asked_back) return;
      const Bytes answer = pending->asked_back(bytes_of(message));
      natsConnection_Publish(connection_, reply, answer.data(), static_cast<int>(answer.size()));
    } else if (natsMsg_IsNoResponders(message)) {
      pending->give(unavailable("nobody answers for it at the broker: it is not running, or not connected"));
    } else {
      pending->give(bytes_of(message));
    }
  }

  static void on_disconnected(natsConnection*, void* closure) {
    static_cast<Waiters*>(closure)->fail_all(unavailable("the connection to the broker was lost meanwhile"));
  }
  static void on_closed(natsConnection*, void* closure) { static_cast<Waiters*>(closure)->closed(); }

  natsConnection* connection_ = nullptr;
  std::shared_ptr<Waiters> waiters_ = std::make_shared<Waiters>();
  std::string inbox_;
  std::unique_ptr<NatsListening> answers_;
};

// Nothing crosses a network in the clear, names and passwords included.
Status check_servers(const std::vector<std::string>& servers) {
  for (const std::string& server : servers) {
    const bool here = server.starts_with("nats://127.0.0.1:") || server.starts_with("nats://[::1]:");
    if (here || server.starts_with("tls://")) continue;
    return invalid_input("\"" + server + "\" is neither tls://HOST:PORT nor nats://127.0.0.1:PORT", "servers");
  }
  if (servers.empty()) return invalid_input("names none", "servers");
  return {};
}

Status set_tls(natsOptions* options, const BrokerConfig& config) {
  if (config.authorities.empty() && config.certificate.empty()) return {};
  WHORL_TRY(done(natsOptions_SetSecure(options, true)));
  if (!config.authorities.empty()) {
    WHORL_TRY(done(natsOptions_LoadCATrustedCertificates(options, config.authorities.c_str())));
  }
  if (config.certificate.empty()) return {};
  return done(natsOptions_LoadCertificatesChain(options, config.certificate.c_str(), config.private_key.c_str()));
}

Status set_user(natsOptions* options, const BrokerConfig& config) {
  if (config.user.empty()) return {};
  WHORL_ASSIGN(const auto read,
               crypto::read_private_file(config.password, kMostPasswordBytes, crypto::OthersMay::kNothing));
  std::string password(as_text(read.view()));
  while (!password.empty() && (password.back() == '\n' || password.back() == '\r')) password.pop_back();
  return done(natsOptions_SetUserInfo(options, config.user.c_str(), password.c_str()));
}

}  // namespace

Result<std::unique_ptr<Bus>> connect_nats(const BrokerConfig& config, const std::string& client) {
  WHORL_TRY(check_servers(config.servers));
  natsOptions* made = nullptr;
  WHORL_TRY(done(natsOptions_Create(&made)));
  const std::unique_ptr<natsOptions, void (*)(natsOptions*)> options(made, natsOptions_Destroy);
  std::vector<const char*> servers;
  for (const std::string& server : config.servers) servers.push_back(server.c_str());
  WHORL_TRY(done(natsOptions_SetServers(made, servers.data(), static_cast<int>(servers.size()))));
  natsOptions_SetName(made, client.c_str());
  natsOptions_SetSendAsap(made, true);
  natsOptions_SetTimeout(made, kConnectWithin_ms);
  natsOptions_SetMaxReconnect(made, -1);
  natsOptions_SetReconnectWait(made, kReconnectAfter_ms);
  natsOptions_SetPingInterval(made, kPingEvery_ms);
  natsOptions_SetMaxPingsOut(made, kPingsUnanswered);
  WHORL_TRY(set_tls(made, config));
  WHORL_TRY(set_user(made, config));
  return NatsBus::connect(made);
}

Status check_door(const BrokerConfig& config) {
  if (config.user.empty() && config.certificate.empty()) return {};
  for (const std::string& server : config.servers) {
    BrokerConfig nobody;
    nobody.servers = {server};
    nobody.authorities = config.authorities;
    if (!connect_nats(nobody, "whorl: is the door shut?").ok()) continue;
    return unauthorised("the broker " + server +
                        " lets in whoever shows no certificate and names nobody; set it up as docs/cluster.md says");
  }
  return {};
}

}  // namespace whorl::cluster
