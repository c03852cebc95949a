// What the audit log is told of who was refused and who read: one leaf for each caller and kind, however often.
#include "server/access/door_log.h"

#include <thread>

#include "tests/server/access_fixture.h"

namespace whorl::tests {
namespace {

using audit::Operation;

engine::Principal officer() { return {"idp", "u-1", {}, engine::SignedInBy::kToken}; }

TEST(DoorLog, CountsAndWritesOnce) {
  FakeService service;
  server::DoorLog log(service);
  for (int i = 0; i < 500; ++i) log.refused_from("192.0.2.1", "token_refused");
  log.refused_from("192.0.2.2", "token_refused");
  log.refused(officer(), "scope_lacking");
  log.read(officer(), "");
  log.read(officer(), "asylum");
  EXPECT_TRUE(service.noted().empty()) << "not before its time";
  log.stop();
  const auto noted = service.noted();
  ASSERT_EQ(noted.size(), 5U);
  std::uint64_t all = 0;
  for (const auto& [who, event] : noted) all += *event.count;
  EXPECT_EQ(all, 504U);
  const auto of = [&](const std::string& subject, Operation operation, const std::string& outcome) {
    return std::count_if(noted.begin(), noted.end(), [&](const auto& one) {
      return one.first.subject == subject && one.second.operation == operation && one.second.outcome == outcome;
    });
  };
  EXPECT_EQ(of("192.0.2.1", Operation::kRefuse, "token_refused"), 1);
  EXPECT_EQ(of("u-1", Operation::kRefuse, "scope_lacking"), 1);
  EXPECT_EQ(of("u-1", Operation::kRead, "records"), 1);
  EXPECT_EQ(of("u-1", Operation::kRead, "gallery"), 1);
}

TEST(DoorLog, IsNotFilledByWhoeverHasManyAddresses) {
  FakeService service;
  server::DoorLog log(service);
  constexpr std::uint64_t kAsked = 100'000;
  for (std::uint64_t i = 0; i < kAsked; ++i) log.refused_from(std::to_string(i), "sign_in_refused");
  log.stop();
  const auto noted = service.noted();
  EXPECT_EQ(noted.size(), server::DoorLog::kMostRows + 1);
  std::uint64_t all = 0;
  for (const auto& [who, event] : noted) all += *event.count;
  EXPECT_EQ(all, kAsked) << "none is lost";
}

TEST(DoorLog, CountsOnWhileTheDiskRefuses) {
  FakeService service;
  service.fail_with(unavailable("the disk refuses"));
  server::DoorLog log(service, std::chrono::milliseconds(1));
  log.refused(officer(), "scope_lacking");
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  log.refused(officer(), "scope_lacking");
  EXPECT_TRUE(service.noted().empty());
  service.fail_with({});
  log.stop();
  ASSERT_EQ(service.noted().size(), 1U);
  EXPECT_EQ(service.noted()[0].second.count, 2U);
}

class DoorLogWireTest : public AccessTest {};

TEST_F(DoorLogWireTest, TellsOfRefusalsAndReadsAtTheDoor) {
  start_with(std::string(kTokens));
  EXPECT_EQ(ask("GET", "/v1/galleries?transactionId=t").status, 401);
  EXPECT_EQ(ask("GET", "/v1/galleries?transactionId=t", "", bearer("a.b.c")).status, 401);
  EXPECT_EQ(ask("GET", "/v1/galleries?transactionId=t", "", bearer("a.b.c")).status, 401);
  EXPECT_EQ(ask("GET", "/v1/audit/leaves?first=0", "", bearer(token("abis.identify"))).status, 403);
  EXPECT_EQ(ask("GET", "/v1/audit/proof?leaf=1", "", bearer(token("abis.identify"))).status, 200)
      << "whoever is signed in may have a leaf proved";
  EXPECT_EQ(ask("GET", "/v1/audit/proof?leaf=1").status, 401);
  EXPECT_EQ(ask("GET", "/v1/audit/leaves?first=0", "", bearer(token("whorl.audit.read"))).status, 200);
  EXPECT_EQ(ask("GET", "/v1/persons/p/encounters?transactionId=t", "", bearer(token("abis.encounter.read"))).status,
            404);
  EXPECT_EQ(ask("GET", "/v1/galleries?transactionId=t", "", bearer(token("abis.gallery.read"))).status, 200);
  server_.reset();
  std::map<std::string, std::uint64_t> counts;
  for (const auto& [who, event] : service_->noted()) {
    counts[who.issuer + " " + std::string(audit::name_of(event.operation)) + " " + event.outcome] = *event.count;
  }
  EXPECT_EQ(counts, (std::map<std::string, std::uint64_t>{{"address refuse jose_malformed", 2},
                                                          {"https://idp.test refuse scope_lacking", 1},
                                                          {"https://idp.test read records", 1}}))
      << "who shows nothing has not tried, and the list of galleries names nobody";
}

TEST_F(DoorLogWireTest, TellsOfWhateverIsReadOfPeople) {
  start_with(std::string(kTokens));
  const std::pair<std::string, std::string> asked[] = {
      {"/v1/exchange/protection/p", "whorl.protection.write"},
      {"/v1/exchange/hidden", "whorl.protection.write"},
      {"/v1/exchange/alarms", "whorl.protection.write"},
      {"/v1/exchange/desk", "whorl.release.decide"},
      {"/v1/exchange/desk/r", "whorl.release.decide"},
      {"/v1/exchange/disclosures", "whorl.release.decide"},
      {"/v1/exchange/checks/c/members/m/release", "whorl.exchange.ask"},
      {"/v1/cases", "whorl.case.decide"},
      {"/v1/cases/c", "whorl.case.read"},
      {"/v1/galleries/default/duplicates?transactionId=t", "whorl.gallery.dedupe"}};
  std::map<std::string, std::uint64_t> wanted;
  for (const auto& [target, scope] : asked) {
    ask("GET", target, "", bearer(token(scope, "", target)));
    wanted[target] = 1;
  }
  ask("GET", "/v1/exchange/terms", "", bearer(token("whorl.exchange.ask", "", "of terms")));
  server_.reset();
  std::map<std::string, std::uint64_t> counted;
  for (const auto& [who, event] : service_->noted()) {
    if (event.operation == Operation::kRead) counted[who.subject] += *event.count;
  }
  EXPECT_EQ(counted, wanted);
}

}  // namespace
}  // namespace whorl::tests
