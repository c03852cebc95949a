#include "member/line.h"

namespace whorl::member {
namespace {

using relay::HopReply;
using relay::Undelivered;

std::string word_of(const HopReply& reply) {
  // {"error":"not_connected"}
  const std::size_t begin = reply.body.find(":\"");
  const std::size_t end = begin == std::string::npos ? begin : reply.body.find('"', begin + 2);
  return end == std::string::npos ? std::string() : reply.body.substr(begin + 2, end - begin - 2);
}

SentAs sent_as(const HopReply& reply) {
  if (reply.status == 200) return {Sent::kDelivered, {}, reply.body};
  const std::string word = word_of(reply);
  for (const Undelivered final_word : {Undelivered::kPairNotAllowed, Undelivered::kTooLong, Undelivered::kMalformed,
                                       Undelivered::kExpired, Undelivered::kQuotaDay, Undelivered::kQuotaYear}) {
    if (word == relay::name_of(final_word)) return {Sent::kRefused, word, {}};
  }
  return {reply.status == 409 ? Sent::kDuplicate : Sent::kLater, word, {}};
}

// A switch says within kDroppedAfter what became of a message.
constexpr std::chrono::seconds kPatience = relay::kDroppedAfter + std::chrono::seconds(5);
constexpr std::chrono::seconds kBrokenAtOnce{1};

}  // namespace

Result<relay::HopClient> dial(const SwitchAddress& to, ssl_ctx_st* context, std::chrono::seconds patience) {
  return relay::HopClient::dial({to.address, to.port, patience}, context,
                                [&](const relay::HopPeer& peer) { return peer.key == to.key; });
}

Line::Line(const MemberConfig& config, std::atomic<std::size_t>& first)
    : config_(config), first_(first), ways_(config.switches.size()) {}

relay::HopClient* Line::client(std::size_t i) {
  Way& way = ways_[i];
  if (way.client) return &*way.client;
  auto context = relay::hop_context(config_.tls, relay::HopSide::kMember);
  if (!context.ok()) return nullptr;
  way.context = std::move(*context);
  auto dialled = dial(config_.switches[i], way.context.get(), kPatience);
  if (!dialled.ok()) return nullptr;
  way.client.emplace(std::move(*dialled));
  return &*way.client;
}

// A connection that the switch has closed meanwhile shows when it is used: once more, on a new one. A switch that hangs
// is not waited for twice.
std::optional<HopReply> Line::ask(std::size_t i, const Request& request) {
  bool fresh = false;
  while (!fresh) {
    fresh = !ways_[i].client;
    relay::HopClient* way = client(i);
    if (way == nullptr) return std::nullopt;
    const auto began = std::chrono::steady_clock::now();
    auto reply = request(*way);
    if (reply.ok()) return std::move(*reply);
    ways_[i].client.reset();
    if (std::chrono::steady_clock::now() - began > kBrokenAtOnce) return std::nullopt;
  }
  return std::nullopt;
}

SentAs Line::send(const std::string& to, relay::WireLane lane, const std::string& id, std::int64_t exp,
                  const std::string& envelope) {
  std::optional<SentAs> out;
  const std::size_t first = first_;
  for (std::size_t n = 0; n < ways_.size(); ++n) {
    const std::size_t i = (first + n) % ways_.size();
    const auto reply = ask(i, [&](relay::HopClient& way) { return way.send(to, lane, id, exp, envelope); });
    SentAs said = reply ? sent_as(*reply) : SentAs{Sent::kLater, "no_switch", {}};
    if (said.what == Sent::kDelivered || said.what == Sent::kDuplicate) {
      first_ = i;
      return said;
    }
    // What one switch refuses another may take yet: each has quotas of its own.
    if (!out || said.what == Sent::kLater) out = std::move(said);
  }
  return *out;
}

std::string Line::day_keys(const std::string& member) {
  const std::size_t first = first_;
  for (std::size_t n = 0; n < ways_.size(); ++n) {
    const auto reply = ask((first + n) % ways_.size(),
                           [&](relay::HopClient& way) { return way.request("GET", "/x/v1/keys/" + member, {}, {}); });
    if (reply && reply->status == 200) return reply->body;
  }
  return {};
}

}  // namespace whorl::member
