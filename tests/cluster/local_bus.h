// A bus within one process, which keeps every message that went over it, and can lose a listener.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>

#include "cluster/bus.h"

namespace whorl::cluster {

// What all ends of it share.
class LocalBroker {
 public:
  void listen(const std::string& subject, std::function<void(Delivery)> hear) {
    const std::scoped_lock lock(mutex_);
    listening_[subject] = std::move(hear);
  }
  void stop(const std::string& subject) {
    const std::scoped_lock lock(mutex_);
    listening_.erase(subject);
  }
  std::function<void(Delivery)> listener(const std::string& subject) {
    const std::scoped_lock lock(mutex_);
    const auto at = listening_.find(subject);
    return at == listening_.end() ? nullptr : at->second;
  }
  // Whatever the broker holds.
  void keep(ByteView message) {
    const std::scoped_lock lock(mutex_);
    seen_.emplace_back(message.begin(), message.end());
  }
  std::vector<Bytes> seen() {
    const std::scoped_lock lock(mutex_);
    return seen_;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::function<void(Delivery)>> listening_;
  std::vector<Bytes> seen_;
};

class LocalBus final : public Bus {
 public:
  explicit LocalBus(std::shared_ptr<LocalBroker> broker) : broker_(std::move(broker)) {}

  Result<Waiting> send(const std::string& subject, ByteView message,
                       std::function<Bytes(ByteView)> asked_back) override {
    broker_->keep(message);
    const auto hear = broker_->listener(subject);
    if (!hear) {
      return Waiting([](Until) -> Result<Bytes> { return unavailable("nobody answers for it"); });
    }
    struct Pending {
      std::mutex mutex;
      std::condition_variable came;
      std::optional<Bytes> answer;
    };
    auto pending = std::make_shared<Pending>();
    hear({Bytes(message.begin(), message.end()),
          [pending, broker = broker_](ByteView answer) {
            broker->keep(answer);
            const std::scoped_lock lock(pending->mutex);
            pending->answer = Bytes(answer.begin(), answer.end());
            pending->came.notify_all();
          },
          [broker = broker_, asked_back](ByteView question, Until) -> Result<Bytes> {
            broker->keep(question);
            if (!asked_back) return unavailable("nobody answers");
            return asked_back(question);
          }});
    return Waiting([pending](Until until) -> Result<Bytes> {
      std::unique_lock lock(pending->mutex);
      if (!pending->came.wait_until(lock, until, [&] { return pending->answer.has_value(); })) {
        return unavailable("no answer in time");
      }
      return *pending->answer;
    });
  }

  Result<std::unique_ptr<Listening>> listen(const std::string& subject, std::function<void(Delivery)> hear) override {
    class Ending final : public Listening {
     public:
      Ending(std::shared_ptr<LocalBroker> broker, std::string subject)
          : broker_(std::move(broker)), subject_(std::move(subject)) {}
      ~Ending() override { broker_->stop(subject_); }

     private:
      std::shared_ptr<LocalBroker> broker_;
      std::string subject_;
    };
    broker_->listen(subject, std::move(hear));
    return std::unique_ptr<Listening>(std::make_unique<Ending>(broker_, subject));
  }

  [[nodiscard]] std::size_t most_bytes() const override { return std::size_t{8} << 20; }

 private:
  std::shared_ptr<LocalBroker> broker_;
};

}  // namespace whorl::cluster
