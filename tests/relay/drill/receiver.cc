#include "tests/relay/drill/receiver.h"

#include "exchange/envelope/receipt.h"

namespace whorl::drill {

Receiver::Receiver(const Region& region, const std::string& member, std::uint16_t port, OnMessage on_message)
    : me_(region.keys(member)), line_(region, member, port), on_message_(std::move(on_message)) {
  if (sure(line_->next(std::chrono::seconds(0), "")).status != 204) throw std::runtime_error("something waits already");
  thread_ = std::thread([this] { run(); });
}

Receiver::~Receiver() {
  ends_ = true;
  thread_.join();
}

void Receiver::run() {
  std::string ack;
  while (!ends_ || !ack.empty()) {
    const auto got = line_->next(std::chrono::seconds(ends_ ? 0 : 1), ack);
    ack.clear();
    if (!got.ok()) return;
    if (got->status != 200) continue;
    on_message_(*got);
    const exchange::Receipt receipt{me_.name, got->header(relay::kFrom), got->header(relay::kMessageId),
                                    sha256_of({as_bytes(got->body)}),
                                    std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())};
    const auto text = exchange::sign_receipt(receipt, me_.identity);
    if (text.ok()) ack = got->header(relay::kDelivery) + " " + *text;
  }
}

}  // namespace whorl::drill
