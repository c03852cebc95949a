#include "relay/admission.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/exchange/example.h"
#include "tests/exchange/members.h"

namespace whorl::tests {
namespace {

using namespace relay;

class AdmissionTest : public testing::Test {
 protected:
  std::string said(const std::function<void(SendHead&)>& change = [](SendHead&) {}) {
    SendHead head{
        a_.name, b_.name, "border", std::string(22, 'A'), std::to_string(kNow.time_since_epoch().count() + 60), 60'000};
    change(head);
    const SendTicket ticket = admit(head, directory_, policy_, kNow);
    return ticket.refused ? std::string(name_of(*ticket.refused)) : ticket.pair != nullptr ? "counted" : "passed";
  }
  const MemberKeys a_ = make_member("a.rbdes.test"), b_ = make_member("b.rbdes.test"), d_ = make_member("d.rbdes.test"),
                   e_ = make_member("e.rbdes.test");
  const exchange::Directory directory_ = directory_of({&a_, &b_, &d_, &e_});
  const exchange::Policy policy_ = example_policy();
};

TEST_F(AdmissionTest, TheTable) {
  EXPECT_EQ(said(), "counted");
  EXPECT_EQ(said([&](SendHead& h) { h.to = e_.name; }), "pair_not_allowed");  // a does not ask e
  EXPECT_EQ(said([&](SendHead& h) { h.to = d_.name; }), "pair_not_allowed");  // d does not answer
  EXPECT_EQ(said([&](SendHead& h) { h.to = h.from; }), "pair_not_allowed");
  EXPECT_EQ(said([&](SendHead& h) { h.to = "c.rbdes.test"; }), "pair_not_allowed");  // not in the directory
  EXPECT_EQ(said([&](SendHead& h) { h.to = "nobody"; }), "pair_not_allowed");
  EXPECT_EQ(said([&](SendHead& h) { h.lane = "reply", h.bytes = 6000; }), "passed");
  EXPECT_EQ(said([&](SendHead& h) { h.to = d_.name, h.lane = "reply", h.bytes = 6000; }), "passed");  // d asked a
  EXPECT_EQ(said([&](SendHead& h) { h.to = e_.name, h.lane = "reply", h.bytes = 6000; }), "pair_not_allowed");
  EXPECT_EQ(said([&](SendHead& h) { h.lane = "followup"; }), "passed");
  EXPECT_EQ(said([&](SendHead& h) { h.lane = "reply"; }), "too_long");
  EXPECT_EQ(said([&](SendHead& h) { h.bytes = kMostEnvelopeBytes + 1; }), "too_long");
  EXPECT_EQ(said([&](SendHead& h) { h.lane = "express"; }), "malformed");
  EXPECT_EQ(said([&](SendHead& h) { h.id = "short"; }), "malformed");
  EXPECT_EQ(said([&](SendHead& h) { h.expires = "-1"; }), "malformed");
  EXPECT_EQ(said([&](SendHead& h) { h.expires = "1e9"; }), "malformed");
  EXPECT_EQ(said([&](SendHead& h) { h.bytes = std::nullopt; }), "malformed");
  EXPECT_EQ(said([&](SendHead& h) { h.bytes = 0; }), "malformed");
  EXPECT_EQ(said([&](SendHead& h) { h.expires = std::to_string(kNow.time_since_epoch().count()); }), "expired");
  EXPECT_EQ(said([&](SendHead& h) { h.expires = std::to_string(kNow.time_since_epoch().count() + 181); }), "expired");
}

}  // namespace
}  // namespace whorl::tests
