// The desk of an exchange for whoever may use some galleries alone.
#include "engine/access/guarded_members.h"

#include <gmock/gmock.h>

#include "engine/access/guarded_service.h"
#include "engine/access/scopes.h"
#include "tests/server/fake_service.h"
#include "tests/server/people_desk.h"

namespace whorl::tests {
namespace {

using engine::Call;
using testing::ElementsAre;
using testing::IsEmpty;
using Names = std::vector<std::string>;

class GuardedMembersTest : public testing::Test {
 protected:
  GuardedMembersTest() {
    put("both", "e1", {"asylum"});
    put("both", "e2", {"police"});
    put("mixed", "e1", {"asylum", "police"});
    put("mine", "e1", {"asylum"});
    put("mine", "e2", {"asylum", "visa"});
    put("theirs", "e1", {"police"});
    inner_->set_member_desk(&desk_);
  }
  void put(const std::string& person, const std::string& encounter, const Names& galleries) {
    engine::EnrolRequest request;
    request.person_id = person;
    request.encounter_id = encounter;
    request.person_rule = engine::PersonRule::kEither;
    request.galleries = galleries;
    ASSERT_TRUE(inner_->enrol({}, request).ok());
  }
  static Call of(std::optional<Names> galleries, Names scopes = {"whorl.protection.write", "whorl.release.decide"}) {
    Call call;
    call.who = {"idp", "u", access::with_included(scopes), engine::SignedInBy::kToken, {}, std::move(galleries)};
    return call;
  }
  template <class Row>
  static Names persons(const Result<std::vector<Row>>& rows) {
    Names out;
    EXPECT_TRUE(rows.ok()) << rows.error().text();
    if (!rows.ok()) return out;
    for (const Row& row : *rows) out.push_back(row.person_id);
    return out;
  }
  static std::string code(const Status& status) { return status.ok() ? "ok" : std::string(status.error().code()); }
  template <class T>
  static std::string code(const Result<T>& result) {
    return result.ok() ? "ok" : std::string(result.error().code());
  }
  engine::MemberDesk& members() { return *service_->member_desk(); }

  PeopleDesk desk_{{"both", "mixed", "mine", "theirs", "nobody"}};
  std::shared_ptr<FakeService> inner_ = std::make_shared<FakeService>();
  std::shared_ptr<engine::Service> service_ = access::make_guarded_service(inner_);
  const Call some_ = of(Names{"asylum", "visa"});
  const Call all_ = of(std::nullopt);
};

TEST_F(GuardedMembersTest, ListsAreOfWhomAllIsTheirs) {
  EXPECT_THAT(persons(members().hidden_hits(some_)), ElementsAre("mine"));
  EXPECT_THAT(persons(members().check_upkeep()->hit_alarms(some_)), ElementsAre("mine"));
  EXPECT_THAT(persons(members().release_requests(some_)), ElementsAre("mine"));
  EXPECT_THAT(persons(members().disclosures(some_)), ElementsAre("mine"));
  EXPECT_THAT(persons(members().hidden_hits(of(Names{"border"}))), IsEmpty());
}

TEST_F(GuardedMembersTest, WhoMayUseEveryGallerySeesEverybody) {
  const auto everybody = ElementsAre("both", "mixed", "mine", "theirs", "nobody");
  for (const Call& call : {all_, Call()}) {
    EXPECT_THAT(persons(members().hidden_hits(call)), everybody);
    EXPECT_THAT(persons(members().check_upkeep()->hit_alarms(call)), everybody);
    EXPECT_THAT(persons(members().release_requests(call)), everybody);
    EXPECT_THAT(persons(members().disclosures(call)), everybody);
    EXPECT_EQ(code(members().protection(call, "nobody")), "ok");
    EXPECT_EQ(code(members().protect(call, "theirs", {})), "ok");
    EXPECT_EQ(code(members().decide(call, {"request-theirs"})), "ok");
    EXPECT_EQ(code(members().withdraw(call, "entry-theirs")), "ok");
    EXPECT_EQ(code(members().release_request(call, "request-theirs")), "ok");
  }
}

// Somebody elsewhere, in part elsewhere, and nobody at all: alike, and the desk hears of none.
TEST_F(GuardedMembersTest, WhoIsNotWhollyTheirsIsRefusedBeforeTheDesk) {
  for (const std::string person : {"both", "mixed", "theirs", "nobody"}) {
    EXPECT_EQ(code(members().protect(some_, person, {})), "gallery_not_allowed") << person;
    EXPECT_EQ(code(members().protection(some_, person)), "gallery_not_allowed") << person;
    EXPECT_EQ(code(members().release_request(some_, "request-" + person)), "gallery_not_allowed") << person;
    EXPECT_EQ(code(members().decide(some_, {"request-" + person})), "gallery_not_allowed") << person;
    EXPECT_EQ(code(members().withdraw(some_, "entry-" + person)), "gallery_not_allowed") << person;
    EXPECT_THAT(desk_.taken(), IsEmpty()) << person;
    EXPECT_EQ(code(members().release_request(some_, "decided-" + person)), "gallery_not_allowed") << person;
    EXPECT_EQ(code(members().decide(some_, {"decided-" + person})), "gallery_not_allowed") << person;
    desk_.taken();
  }
  EXPECT_EQ(code(members().protect(some_, "mine", {})), "ok");
  EXPECT_EQ(code(members().protection(some_, "mine")), "ok");
  EXPECT_EQ(code(members().release_request(some_, "request-mine")), "ok");
  EXPECT_EQ(code(members().decide(some_, {"request-mine"})), "ok");
  EXPECT_EQ(code(members().withdraw(some_, "entry-mine")), "ok");
  EXPECT_THAT(desk_.taken(), ElementsAre("protect mine", "protection mine", "read request-mine", "decide request-mine",
                                         "withdraw entry-mine"));
}

TEST_F(GuardedMembersTest, TheScopeComesFirstAndWhatIsNotThereIsTheDesksToSay) {
  const Call none = of(Names{"asylum"}, {"abis.identify"});
  const int before = inner_->calls();
  EXPECT_EQ(code(members().protect(none, "mine", {})), "scope_lacking");
  EXPECT_EQ(code(members().protection(none, "theirs")), "scope_lacking");
  EXPECT_EQ(inner_->calls(), before) << "nobody's record is read";
  EXPECT_EQ(code(members().release_request(some_, "request-other")), "unknown_request");
  EXPECT_EQ(code(members().decide(some_, {"request-other"})), "unknown_request");
}

TEST_F(GuardedMembersTest, WhereARecordCannotBeReadNothingIsShown) {
  inner_->fail_with(unavailable("the disk refuses"));
  EXPECT_FALSE(members().hidden_hits(some_).ok());
  EXPECT_EQ(members().protect(some_, "mine", {}).error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(desk_.taken(), IsEmpty());
}

TEST_F(GuardedMembersTest, ANodeOfNoExchangeHasNoDesk) {
  inner_->set_member_desk(nullptr);
  EXPECT_EQ(service_->member_desk(), nullptr);
}

}  // namespace
}  // namespace whorl::tests
