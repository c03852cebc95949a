// Every refusal names its field and changes nothing.
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "tests/engine/engine_fixture.h"

namespace whorl::engine {
namespace {

template <class Request>
struct Case {
  const char* field;
  std::function<void(Request&)> breakit;
};

TEST_F(EngineTest, EveryBrokenEnrolmentNamesItsField) {
  const Case<EnrolRequest> table[] = {
      {"person_id", [](auto& r) { r.person_id = "a/b"; }},
      {"person_id",
       [](auto& r) {
         r.person_id.clear();
         r.person_rule = PersonRule::kExisting;
       }},
      {"encounter_id", [](auto& r) { r.encounter_id = std::string(129, 'e'); }},
      {"galleries", [](auto& r) { r.galleries.clear(); }},
      {"galleries", [](auto& r) { r.galleries.assign(17, "g"); }},
      {"galleries[1]",
       [](auto& r) {
         r.galleries = {"a", "ALL"};
       }},
      {"galleries[1]",
       [](auto& r) {
         r.galleries = {"a", "a"};
       }},
      {"galleries[0]", [](auto& r) { r.galleries = {""}; }},
      {"samples", [](auto& r) { r.samples.clear(); }},
      {"samples", [](auto& r) { r.samples.assign(11, sample(FingerPosition::kUnknown, tests::random_finger(1))); }},
      {"samples[1].position", [](auto& r) { r.samples[1].position = r.samples[0].position; }},
      {"samples[0].position", [](auto& r) { r.samples[0].position = 11; }},
      {"samples[0].bytes", [](auto& r) { r.samples[0].bytes.clear(); }},
      {"samples[0].format", [](auto& r) { r.samples[0].format = static_cast<Format>(99); }},
      {"samples[0].bytes", [](auto& r) { r.samples[0].format = Format::kNativeFace; }},
      {"samples[0].bytes", [](auto& r) { r.samples[0].format = Format::kAnyImage; }},
      {"samples[0].bytes", [](auto& r) { r.samples[0].format = Format::kTiff; }},
      {"samples[1].bytes", [](auto& r) { r.samples[1].bytes.resize(20); }},
      {"samples[0].bytes",
       [](auto& r) {
         r.samples[0].format = Format::kUnstated;
         r.samples[0].bytes = {1, 2, 3};
       }},
      {"samples[0].resolution_ppi",
       [](auto& r) { r.samples[0].resolution_ppi = std::numeric_limits<double>::quiet_NaN(); }},
      {"missing[0].position",
       [](auto& r) {
         r.missing = {{FingerPosition::kRightIndex, "x"}};
       }},
      {"missing[0].position",
       [](auto& r) {
         r.missing = {{FingerPosition::kUnknown, "x"}};
       }},
      {"missing[1].position",
       [](auto& r) {
         r.missing.assign(2, {FingerPosition::kLeftThumb, "x"});
       }},
      {"missing[0].reason",
       [](auto& r) {
         r.missing = {{FingerPosition::kLeftThumb, std::string(65, 'x')}};
       }},
      {"missing", [](auto& r) { r.missing.resize(11); }},
      {"encounter_type", [](auto& r) { r.encounter_type = std::string(65, 't'); }},
      {"client_data", [](auto& r) { r.client_data = std::string(64 * 1024 + 1, 'c'); }},
  };
  for (const auto& c : table) {
    EnrolRequest request = enrol_request(1);
    c.breakit(request);
    const auto refused = engine().enrol({}, request);
    ASSERT_FALSE(refused.ok()) << c.field;
    EXPECT_EQ(refused.error().kind, ErrorKind::kInvalidInput) << refused.error().text();
    EXPECT_EQ(refused.error().field, c.field) << refused.error().text();
  }
  EXPECT_EQ(engine().galleries({}).at(0).persons, 0U);
}

TEST_F(EngineTest, EveryBrokenSearchNamesItsField) {
  const Case<IdentifyRequest> table[] = {
      {"gallery_id", [](auto& r) { r.gallery_id = ""; }},
      {"samples", [](auto& r) { r.samples.clear(); }},
      {"samples[1].bytes", [](auto& r) { r.samples[1].bytes[30] ^= 1; }},
      {"target_fpir", [](auto& r) { r.target_fpir = 0; }},
      {"target_fpir", [](auto& r) { r.target_fpir = 0.6; }},
      {"target_fpir", [](auto& r) { r.target_fpir = std::numeric_limits<double>::quiet_NaN(); }},
      {"threshold_db", [](auto& r) { r.threshold_db = -1; }},
      {"threshold_db", [](auto& r) { r.threshold_db = std::numeric_limits<double>::infinity(); }},
      {"filter.ageMin",
       [](auto& r) {
         r.filter.terms = {{false, "age", {}, "9", "8.5"}};
       }},
      {"filter.ageMin",
       [](auto& r) {
         r.filter.terms = {{false, "age", {}, "18", R"("65")"}};
       }},
      {"filter.bornMin",
       [](auto& r) {
         r.filter.terms = {{false, "born", {}, R"("2000-01-01")", R"("1999-12-31")"}};
       }},
      {"max_candidates", [](auto& r) { r.max_candidates = 0; }},
      {"max_candidates", [](auto& r) { r.max_candidates = 1001; }},
  };
  for (const auto& c : table) {
    IdentifyRequest request = identify_person(1);
    c.breakit(request);
    const auto refused = engine().identify({}, request);
    ASSERT_FALSE(refused.ok()) << c.field;
    EXPECT_EQ(refused.error().kind, ErrorKind::kInvalidInput);
    EXPECT_EQ(refused.error().field, c.field) << refused.error().text();
  }
  IdentifyRequest elsewhere = identify_person(1);
  elsewhere.gallery_id = "elsewhere";
  EXPECT_EQ(engine().identify({}, elsewhere).error().kind, ErrorKind::kNotFound);
}

TEST_F(EngineTest, EveryBrokenVerificationNamesItsField) {
  const Case<VerifyRequest> table[] = {
      {"gallery_id", [](auto& r) { r.gallery_id = "a b"; }},  {"person_id", [](auto& r) { r.person_id = ""; }},
      {"samples", [](auto& r) { r.samples.clear(); }},        {"target_fmr", [](auto& r) { r.target_fmr = 0; }},
      {"threshold_db", [](auto& r) { r.threshold_db = -3; }},
  };
  for (const auto& c : table) {
    VerifyRequest request;
    request.person_id = "p1";
    request.samples = fingers_of(1, 9);
    c.breakit(request);
    const auto refused = engine().verify({}, request);
    ASSERT_FALSE(refused.ok()) << c.field;
    EXPECT_EQ(refused.error().kind, ErrorKind::kInvalidInput);
    EXPECT_EQ(refused.error().field, c.field);
  }
}

}  // namespace
}  // namespace whorl::engine
