// What only the body or the record tells: galleries, and people below the review line.
#include "engine/access/guarded_service.h"

#include <gmock/gmock.h>

#include "base/catalogue.h"
#include "engine/access/scopes.h"
#include "tests/server/fake_service.h"

namespace whorl::tests {
namespace {

using engine::Call;
using engine::EnrolRequest;
using Names = std::vector<std::string>;

class GuardedServiceTest : public testing::Test {
 protected:
  GuardedServiceTest() {
    put("both", "e1", {"asylum"});
    put("both", "e2", {"police"});
    put("mixed", "e1", {"asylum", "police"});
    put("mine", "e1", {"asylum"});
    put("theirs", "e1", {"police"});
  }
  void put(const std::string& person, const std::string& encounter, const Names& galleries) {
    EnrolRequest request;
    request.person_id = person;
    request.encounter_id = encounter;
    request.person_rule = engine::PersonRule::kEither;
    request.galleries = galleries;
    ASSERT_TRUE(inner_->enrol({}, request).ok());
  }
  static Call of(Names scopes, std::optional<Names> galleries = Names{"asylum"}) {
    Call call;
    call.who = {"idp", "u", access::with_included(scopes), engine::SignedInBy::kToken, {}, std::move(galleries)};
    return call;
  }
  static std::string code(const Status& status) { return status.ok() ? "ok" : std::string(status.error().code()); }
  template <class T>
  static std::string code(const Result<T>& result) {
    return result.ok() ? "ok" : std::string(result.error().code());
  }

  std::shared_ptr<FakeService> inner_ = std::make_shared<FakeService>();
  std::shared_ptr<engine::Service> service_ = access::make_guarded_service(inner_);
  const Call write_ = of({"abis.encounter.write"});
  const Call read_ = of({"abis.encounter.read"});
};

TEST_F(GuardedServiceTest, EveryOperationNeedsItsScope) {
  const Call none = of({});
  const int before = inner_->calls();
  EXPECT_EQ(code(service_->enrol(none, {})), "scope_lacking");
  EXPECT_EQ(code(service_->kept_answer(none, {})), "scope_lacking");
  EXPECT_EQ(code(service_->identify(none, {})), "scope_lacking");
  EXPECT_EQ(code(service_->verify(none, {})), "scope_lacking");
  EXPECT_EQ(code(service_->set_hold(none, "mine", {}, true)), "scope_lacking");
  EXPECT_EQ(code(service_->set_hold(write_, "mine", "e1", false)), "scope_lacking");
  EXPECT_EQ(code(service_->erase_person(none, "mine")), "scope_lacking");
  EXPECT_EQ(code(service_->erase_encounter(none, "mine", "e1")), "scope_lacking");
  EXPECT_EQ(code(service_->encounters(none, "mine")), "scope_lacking");
  EXPECT_EQ(code(service_->encounter(none, "mine", "e1")), "scope_lacking");
  EXPECT_EQ(code(service_->templates(none, "mine", "e1")), "scope_lacking");
  EXPECT_EQ(code(service_->read_audit(none, engine::AuditLeaves{})), "scope_lacking");
  EXPECT_EQ(code(service_->read_audit(write_, engine::AuditLeaves{})), "scope_lacking");
  EXPECT_TRUE(service_->galleries(none).empty());
  EXPECT_EQ(inner_->calls(), before);
  EXPECT_EQ(code(service_->read_audit(none, engine::AuditInclusion{1})), "ok") << "hashes alone";
  EXPECT_EQ(code(service_->read_audit(of({"whorl.audit.read"}), engine::AuditLeaves{})), "ok");
}

TEST_F(GuardedServiceTest, TheLocalUserMayDoEverything) {
  EXPECT_EQ(code(service_->encounters({}, "theirs")), "ok");
  engine::IdentifyRequest all;
  all.gallery_id = "ALL";
  all.show_all = true;
  EXPECT_EQ(code(service_->identify({}, all)), "ok");
  EXPECT_EQ(service_->galleries({}).size(), 2u);
  EXPECT_EQ(code(service_->erase_person({}, "both")), "ok");
}

TEST_F(GuardedServiceTest, SearchesAndEnrolmentsAreOfTheGalleriesThatAreTheirs) {
  engine::IdentifyRequest search;
  for (const auto& [gallery, expected] :
       {std::pair{"asylum", "ok"}, {"police", "gallery_not_allowed"}, {"ALL", "gallery_not_allowed"}}) {
    search.gallery_id = gallery;
    EXPECT_EQ(code(service_->identify(of({"abis.identify"}), search)), expected) << gallery;
  }
  EnrolRequest enrol;
  enrol.galleries = {"asylum", "police"};
  EXPECT_EQ(code(service_->enrol(write_, enrol)), "gallery_not_allowed");
  enrol.galleries = {"asylum"};
  EXPECT_EQ(code(service_->enrol(write_, enrol)), "ok");
  EXPECT_EQ(code(service_->enrol(of({"whorl.encounter.enrol"}), enrol)), "ok") << "a part of the scope is enough";
}

TEST_F(GuardedServiceTest, ShowAllIsAScopeOfItsOwn) {
  engine::IdentifyRequest search;
  search.show_all = true;
  EXPECT_EQ(code(service_->identify(of({"abis.identify"}, std::nullopt), search)), "scope_lacking");
  EXPECT_EQ(code(service_->identify(of({"abis.identify", "whorl.identify.show_all"}, std::nullopt), search)), "ok");
}

TEST_F(GuardedServiceTest, WhatIsNotTheirsToSeeIsNotThere) {
  const auto both = service_->encounters(read_, "both");
  ASSERT_TRUE(both.ok());
  ASSERT_EQ(both->size(), 1u);
  EXPECT_EQ(both->front().encounter_id, "e1");
  EXPECT_EQ(service_->encounters(read_, "mixed")->front().galleries, Names{"asylum"}) << "no word of the other";
  // Somebody elsewhere and nobody at all are one and the same.
  const auto elsewhere = service_->encounters(read_, "theirs");
  const auto nowhere = inner_->encounters({}, "nobody");
  ASSERT_FALSE(elsewhere.ok());
  EXPECT_EQ(elsewhere.error().kind, nowhere.error().kind);
  EXPECT_EQ(elsewhere.error().field, "person_id");
  EXPECT_EQ(code(service_->encounter(read_, "theirs", "e1")), "unknown_person");
  EXPECT_EQ(code(service_->encounter(read_, "theirs", "e9")), "unknown_person");
  EXPECT_EQ(code(service_->encounter(read_, "both", "e2")), "unknown_encounter");
  EXPECT_EQ(code(service_->encounter(read_, "both", "e1")), "ok");
  EXPECT_EQ(code(service_->templates(read_, "theirs", "e1")), "unknown_person");
  EXPECT_EQ(code(service_->templates(read_, "both", "e2")), "unknown_encounter");
  EXPECT_EQ(code(service_->templates(read_, "both", "e1")), "ok");
}

TEST_F(GuardedServiceTest, ErasureIsOfWhatIsWhollyTheirs) {
  const int before = inner_->writes();
  EXPECT_EQ(code(service_->erase_person(write_, "theirs")), "unknown_person");
  EXPECT_EQ(code(service_->erase_person(write_, "both")), "gallery_not_allowed");
  EXPECT_EQ(code(service_->erase_person(write_, "mixed")), "gallery_not_allowed");
  EXPECT_EQ(code(service_->erase_encounter(write_, "both", "e2")), "unknown_encounter");
  EXPECT_EQ(code(service_->erase_encounter(write_, "theirs", "e1")), "unknown_person");
  EXPECT_EQ(code(service_->erase_encounter(write_, "mixed", "e1")), "gallery_not_allowed");
  EXPECT_EQ(inner_->writes(), before);
  EXPECT_EQ(code(service_->erase_encounter(write_, "both", "e1")), "ok");
  EXPECT_EQ(code(service_->erase_person(write_, "mine")), "ok");
}

TEST_F(GuardedServiceTest, ThatSomebodyIsInAGalleryOfOthersIsNotTold) {
  inner_->fail_with(failure(ErrorCode::kPersonNotInGallery, with<"person">("p"), with<"gallery">("asylum")));
  engine::VerifyRequest claim;
  claim.gallery_id = "asylum";
  claim.person_id = "p";
  EXPECT_EQ(code(service_->verify(of({"abis.verify"}), claim)), "unknown_person");
  EXPECT_EQ(code(service_->verify(of({"abis.verify"}, std::nullopt), claim)), "person_not_in_gallery");
}

TEST_F(GuardedServiceTest, AHoldIsForWhomAllOfItIsVisible) {
  const Call hold = of({"whorl.hold.write"});
  EXPECT_EQ(code(service_->set_hold(hold, "mine", {}, true)), "ok");
  EXPECT_EQ(code(service_->set_hold(hold, "mine", "e1", false)), "ok");
  EXPECT_EQ(code(service_->set_hold(hold, "theirs", {}, true)), "unknown_person");
  EXPECT_EQ(code(service_->set_hold(hold, "theirs", "e1", true)), "unknown_person");
  EXPECT_EQ(code(service_->set_hold(hold, "mixed", {}, true)), "gallery_not_allowed");
  EXPECT_EQ(code(service_->set_hold(hold, "both", "e2", true)), "unknown_encounter");
  EXPECT_EQ(code(service_->set_hold(hold, "both", {}, true)), "gallery_not_allowed");
  EXPECT_EQ(code(service_->set_hold(of({"whorl.hold.write"}, {}), "both", {}, true)), "ok");
}

}  // namespace
}  // namespace whorl::tests
