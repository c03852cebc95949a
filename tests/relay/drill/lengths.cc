#include <map>
#include <mutex>
#include <set>

#include "tests/relay/drill/drills.h"
#include "tests/relay/drill/receiver.h"
#include "tests/relay/drill/switch_process.h"

namespace whorl::drill {

using namespace exchange;

bool lengths(const Options& options) {
  const int each = options.full ? 200 : 20;
  const Region region;
  SwitchProcess process(options.program, region.options(), region.folder() / "journal");
  std::mutex mutex;
  std::map<std::string, std::string> sent_as;            // by message number: the size
  std::map<std::string, std::set<std::size_t>> of_size;  // lengths as they arrived
  std::map<std::string, std::set<std::size_t>> of_head;  // of all headers but the delivery's number
  std::size_t arrived = 0;
  std::size_t sent = 0;
  {
    const Receiver of_b(region, kB, process.port(), [&](const relay::HopReply& got) {
      std::size_t head = 0;
      for (const auto& [name, value] : got.headers) head += name.size() + (name == relay::kDelivery ? 0 : value.size());
      const std::lock_guard lock(mutex);
      const std::string size = sent_as.at(got.header(relay::kMessageId));
      of_size[size].insert(got.body.size());
      of_head[size].insert(head);
      ++arrived;
    });
    Line line(region, kA, process.port());
    const auto send = [&](const exchange::Message& message, Size size, const std::string& name, relay::WireLane lane) {
      const auto sealed =
          sure(seal(message, size, region.keys(kA).identity, tests::agreement_key().public_key(), nullptr));
      {
        const std::lock_guard lock(mutex);
        sent_as[message.common.jti] = name;
      }
      if (sure(line->send(kB, lane, message.common.jti, soon(), sealed.envelope)).status == 200) ++sent;
    };
    const crypto::PublicKey reply = tests::agreement_key().public_key();
    for (int i = 0; i < each; ++i) {
      for (const Outcome outcome : {Outcome::kMatch, Outcome::kNoMatch, Outcome::kIndeterminate, Outcome::kRefused})
        send(tests::answer_between(kA, kB, outcome), Size::kReply, "reply", relay::WireLane::kReply);
      exchange::Message other = tests::answer_between(kA, kB, Outcome::kMatch);
      other.body = Cancel{sure(new_id())};
      send(other, Size::kReply, "reply", relay::WireLane::kReply);
      other.common.jti = sure(new_id());
      other.body = Noop{};
      send(other, Size::kReply, "reply", relay::WireLane::kReply);
      other.common.jti = sure(new_id());
      send(other, Size::kSmall, "S", relay::WireLane::kFollowup);
      for (std::size_t fingers = 1; fingers <= 10; fingers += 3)
        send(tests::check_between(kA, kB, reply, fingers, 100 * fingers), Size::kSmall, "S",
             relay::WireLane::kFollowup);
      if (i % 4 == 0) {
        send(tests::check_between(kA, kB, reply, 1, 10'000), Size::kMedium, "M", relay::WireLane::kFollowup);
        send(tests::check_between(kA, kB, reply, 10, 15'000), Size::kMedium, "M", relay::WireLane::kFollowup);
      }
    }
    send(tests::check_between(kA, kB, reply, 1, 10), Size::kLarge, "L", relay::WireLane::kFollowup);
    send(tests::check_between(kA, kB, reply, 10, 100'000), Size::kLarge, "L", relay::WireLane::kFollowup);
  }
  process.stop();
  bool good = sent == sent_as.size() && arrived == sent && of_size.size() == 4;
  std::cout << R"({"test":"lengths","sent":)" << sent_as.size() << R"(,"arrived":)" << arrived << R"(,"bytes":{)";
  const char* comma = "";
  for (const auto& [size, found] : of_size) {
    std::cout << comma << '"' << size << "\":[";
    const char* inner = "";
    for (const std::size_t bytes : found) std::cout << std::exchange(inner, ",") << bytes;
    std::cout << "]";
    comma = ",";
    good = good && found.size() == 1 && of_head.at(size).size() == 1;
  }
  std::cout << "}}\n";
  return good;
}

}  // namespace whorl::drill
