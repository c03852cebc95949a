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

}  // namespace

Result<relay::HopClient> dial(const SwitchAddress& to, ssl_ctx_st* context) {
  return relay::HopClient::dial({to.address, to.port, std::chrono::seconds(40)}, context,
                                [&](const relay::HopPeer& peer) { return peer.key == to.key; });
}

Line::Line(const MemberConfig& config) : config_(config), ways_(config.switches.size()) {}

relay::HopClient* Line::client(std::size_t i) {
  Way& way = ways_[i];
  if (way.client) return &*way.client;
  auto context = relay::hop_context(config_.tls, relay::HopSide::kMember);
  if (!context.ok()) return nullptr;
  way.context = std::move(*context);
  auto dialled = dial(config_.switches[i], way.context.get());
  if (!dialled.ok()) return nullptr;
  way.client.emplace(std::move(*dialled));
  return &*way.client;
}

SentAs Line::send(const std::string& to, relay::WireLane lane, const std::string& id, std::int64_t exp,
                  const std::string& envelope) {
  SentAs out{Sent::kLater, "no_switch", {}};
  for (std::size_t i = 0; i < ways_.size(); ++i) {
    // A connection that the switch has closed meanwhile shows when it is used: once more, on a new one.
    for (int attempt = 0; attempt < 2; ++attempt) {
      const bool fresh = !ways_[i].client;
      relay::HopClient* way = client(i);
      if (way == nullptr) break;
      const auto reply = way->send(to, lane, id, exp, envelope);
      if (reply.ok()) {
        out = sent_as(*reply);
        break;
      }
      ways_[i].client.reset();
      if (fresh) break;
    }
    if (out.what == Sent::kDelivered || out.what == Sent::kDuplicate) return out;
  }
  return out;
}

std::string Line::day_keys(const std::string& member) {
  for (std::size_t i = 0; i < ways_.size(); ++i) {
    for (int attempt = 0; attempt < 2; ++attempt) {
      const bool fresh = !ways_[i].client;
      relay::HopClient* way = client(i);
      if (way == nullptr) break;
      const auto reply = way->request("GET", "/x/v1/keys/" + member, {}, {});
      if (reply.ok() && reply->status == 200) return reply->body;
      if (reply.ok()) break;
      ways_[i].client.reset();
      if (fresh) break;
    }
  }
  return {};
}

}  // namespace whorl::member
