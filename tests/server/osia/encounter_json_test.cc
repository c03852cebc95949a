// Bodies of encounters -> the engine's requests: what is taken over, and what every broken body is told.
#include "server/osia/encounter_json.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/identifier.h"
#include "server/osia/error_words.h"
#include "templates/codec/native.h"
#include "tests/server/requests.h"

namespace whorl::server {
namespace {

using engine::FingerPosition;
using tests::encounter_body;
using tests::kFinger;

TEST(ReadEnrol, TakesEveryFieldOver) {
  const std::string body = encounter_body(
      R"({"biometricType":"FINGER","biometricSubType":"LEFT_THUMB","image":"AAEC","resolution":1000,)"
      R"("impressionType":"LIVE_SCAN_PLAIN","captureDate":"2024-11-18T14:21:00Z","missing":[{"biometricSubType":"LEFT_RING","presence":"BANDAGED"}]},)"
      R"({"biometricType":"FINGER","template":"AQID","templateFormat":"WHORL_NATIVE"},)"
      R"({"biometricType":"FINGER","biometricSubType":"RIGHT_LITTLE","missing":[{"presence":"AMPUTATED"}]})",
      R"(,"clientData":"Zm9v","contextualData":{"post":7},"biographicData":{"nationality":"FRA"})");
  const auto parsed = read_enrol(body, "person-1", "", {});
  ASSERT_TRUE(parsed.ok()) << parsed.error().text();
  const auto& request = parsed->request;
  EXPECT_EQ(request.person_id, "person-1");
  EXPECT_EQ(request.encounter_type, "VISA");
  EXPECT_EQ(request.galleries, std::vector<std::string>{"default"});
  ASSERT_EQ(request.samples.size(), 2u);
  EXPECT_EQ(request.samples[0].position, static_cast<std::uint8_t>(FingerPosition::kLeftThumb));
  EXPECT_EQ(request.samples[0].bytes, (Bytes{0, 1, 2}));
  EXPECT_EQ(request.samples[0].resolution_ppi, 1000.0);
  EXPECT_EQ(request.samples[1].position, 0);
  EXPECT_EQ(request.samples[1].bytes, (Bytes{1, 2, 3}));
  EXPECT_EQ(request.samples[1].format, Format::kNativeFinger);
  EXPECT_FALSE(request.samples[1].resolution_ppi.has_value());
  ASSERT_EQ(request.missing.size(), 2u);
  EXPECT_EQ(request.missing[0].position, FingerPosition::kLeftRing);
  EXPECT_EQ(request.missing[0].reason, "BANDAGED");
  EXPECT_EQ(request.missing[1].position, FingerPosition::kRightLittle);
  EXPECT_EQ(request.missing[1].reason, "AMPUTATED");
  EXPECT_EQ(request.client_data, "foo");
  EXPECT_EQ(request.contextual_data, R"({"post":7})");
  EXPECT_EQ(request.biographic_data, R"({"nationality":"FRA"})");
  EXPECT_EQ(request.samples[0].capture.impression, Impression::kLiveScanPlain);
  EXPECT_EQ(request.samples[0].capture.captured_at, "2024-11-18T14:21:00Z");
}

std::string finger_with(const std::string& more) { return R"({"biometricType":"FINGER","image":"AAEC",)" + more + "}"; }

// Bodies, and the property that the refusal of each must name.
using BrokenBodies = std::vector<std::pair<std::string, std::string>>;

void expect_named(const BrokenBodies& table) {
  for (const auto& [body, field] : table) {
    const auto parsed = read_enrol(body, "", "", {});
    ASSERT_FALSE(parsed.ok()) << body.substr(0, 200);
    EXPECT_EQ(parsed.error().kind, ErrorKind::kInvalidInput);
    EXPECT_EQ(parsed.error().field, field) << parsed.error().message << "\n" << body.substr(0, 200);
    EXPECT_FALSE(parsed.error().message.empty());
  }
}

TEST(ReadEnrol, ABrokenEncounterNamesItsProperty) {
  std::string many = kFinger;
  for (int i = 0; i < 10; ++i) many += "," + kFinger;
  std::string crowd = kFinger;
  for (int i = 0; i < 20; ++i) crowd += "," + kFinger;
  expect_named({
      {"[]", "body"},
      {R"({"encounterType":"V","galleries":["g"],"biometricData":[]})", "status"},
      {R"({"status":"ACTIVE","galleries":["g"],"biometricData":[]})", "encounterType"},
      {R"({"status":"ACTIVE","encounterType":"V","biometricData":[]})", "galleries"},
      {R"({"status":"ACTIVE","encounterType":"V","galleries":["g"]})", "biometricData"},
      {R"({"status":"ACTIVE","encounterType":"V","galleries":["g"],"biometricData":{}})", "biometricData"},
      {R"({"status":"inactive","encounterType":"V","galleries":["g"],"biometricData":[]})", "status"},
      {R"({"status":"OPEN","encounterType":"V","galleries":["g"],"biometricData":[]})", "status"},
      {R"({"status":1,"encounterType":"V","galleries":["g"],"biometricData":[]})", "status"},
      {R"({"status":"ACTIVE","encounterType":"","galleries":["g"],"biometricData":[]})", "encounterType"},
      {R"({"status":"ACTIVE","encounterType":"V","galleries":[],"biometricData":[]})", "galleries"},
      {R"({"status":"ACTIVE","encounterType":"V","galleries":["g","g"],"biometricData":[]})", "galleries[1]"},
      {R"({"status":"ACTIVE","encounterType":"V","galleries":["ALL"],"biometricData":[]})", "galleries[0]"},
      {R"({"status":"ACTIVE","encounterType":"V","galleries":["a b"],"biometricData":[]})", "galleries[0]"},
      {R"({"status":"ACTIVE","encounterType":"V","galleries":[3],"biometricData":[]})", "galleries[0]"},
      {encounter_body(""), "biometricData"},
      {encounter_body(many), "biometricData"},
      {encounter_body(crowd), "biometricData"},
      {encounter_body(kFinger, R"(,"extra":1)"), "extra"},
      {encounter_body(kFinger, R"(,"encounterId":"e-7")"), "encounterId"},
      {encounter_body(kFinger, R"(,"createdDate":"2024-11-18T14:21:00Z")"), "createdDate"},
      {encounter_body(kFinger, R"(,"encryption":{})"), "encryption.type"},
      {encounter_body(kFinger, R"(,"integrity":{})"), "integrity"},
      {encounter_body(kFinger, R"(,"clientData":"*")"), "clientData"},
      {encounter_body(kFinger, R"(,"clientData":{})"), "clientData"},
      {encounter_body(kFinger, R"(,"contextualData":"x")"), "contextualData"},
      {encounter_body(kFinger, R"(,"biographicData":[])"), "biographicData"},
      {encounter_body(kFinger, ",\"contextualData\":{\"x\":\"" + std::string(70'000, 'x') + "\"}"),
       "contextualData, biographicData, clientData"},
      {encounter_body(R"({"biometricType":"FINGER","biometricSubType":"LEFT_RING","missing":[{}]})"), "biometricData"},
  });
}

TEST(ReadEnrol, ABrokenItemNamesItsProperty) {
  const std::string slap = R"({"biometricType":"FINGER","biometricSubType":"PLAIN_THUMBS","image":"AAEC"})";
  expect_named({
      {R"({"status":"ACTIVE","encounterType":"V","galleries":["g"],"biometricData":[7]})", "biometricData[0]"},
      {encounter_body(R"({"image":"AAEC"})"), "biometricData[0].biometricType"},
      {encounter_body(R"({"biometricType":"NOSE","image":"AAEC"})"), "biometricData[0].biometricType"},
      {encounter_body(R"({"biometricType":"IRIS","image":"AAEC"})"), "biometricData[0].biometricType"},
      {encounter_body(kFinger + R"(,{"biometricType":"FACE"})"), "biometricData[1].image"},
      {encounter_body(kFinger + R"(,{"biometricType":"FACE","biometricSubType":"LEFT_PROFILE","image":"AAEC"})"),
       "biometricData[1].biometricSubType"},
      {encounter_body(R"({"biometricType":"FACE","image":"AAEC"},{"biometricType":"FACE","image":"AAEC"})"),
       "biometricData[1].biometricType"},
      {encounter_body(R"({"biometricType":"FACE","image":"AAEC","missing":[]})"), "biometricData[0].missing"},
      {encounter_body(finger_with(R"("missing":{})")), "biometricData[0].missing"},
      {encounter_body(finger_with(R"("missing":[{"presence":"LOST"}])")),
       "biometricData[0].missing[0].biometricSubType"},
      {encounter_body(finger_with(R"("missing":[{"biometricSubType":"LEFT_RING","presence":"LOST"}])")),
       "biometricData[0].missing[0].presence"},
      {encounter_body(finger_with(R"("missing":[{"biometricSubType":"LEFT_RING","why":"x"}])")),
       "biometricData[0].missing[0].why"},
      {encounter_body(finger_with(R"("missing":[{"biometricSubType":"LEFT_RING"},{"biometricSubType":"LEFT_RING"}])")),
       "biometricData[0].missing[1].biometricSubType"},
      {encounter_body(R"({"biometricType":"FINGER"})"), "biometricData[0].image"},
      {encounter_body(R"({"biometricType":"FINGER","missing":[]})"), "biometricData[0].image"},
      {encounter_body(slap), "biometricData[0].biometricSubType"},
      {encounter_body(R"({"biometricType":"FINGER","biometricSubType":"EYE_LEFT","image":"AAEC"})"),
       "biometricData[0].biometricSubType"},
      {encounter_body(R"({"biometricType":"FINGER","biometricSubType":"THUMB","image":"AAEC"})"),
       "biometricData[0].biometricSubType"},
  });
}

TEST(ReadEnrol, ABrokenSampleNamesItsProperty) {
  expect_named({
      {encounter_body(R"({"biometricType":"FACE","template":"AAEC","templateFormat":"WHORL_NATIVE"})"),
       "biometricData[0].templateFormat"},
      {encounter_body(kFinger + R"(,{"biometricType":"FINGER","imageRef":"http://x/"})"), "biometricData[1].imageRef"},
      {encounter_body(finger_with(R"("templateRef":"http://x/")")), "biometricData[0].templateRef"},
      {encounter_body(finger_with(R"("encryption":{"type":"JWE","scope":"$"})")), "biometricData[0].encryption.scope"},
      {encounter_body(finger_with(R"("integrity":{})")), "biometricData[0].integrity"},
      {encounter_body(finger_with(R"("colour":"red")")), "biometricData[0].colour"},
      {encounter_body(finger_with(R"("resolution":"500")")), "biometricData[0].resolution"},
      {encounter_body(finger_with(R"("resolution":500.5)")), "biometricData[0].resolution"},
      {encounter_body(finger_with(R"("resolution":0)")), "biometricData[0].resolution"},
      {encounter_body(finger_with(R"("resolution":99999999999999999999)")), "biometricData[0].resolution"},
      {encounter_body(finger_with(R"("template":"AAEC","templateFormat":"WHORL_NATIVE")")),
       "biometricData[0].template"},
      {encounter_body(finger_with(R"("templateFormat":"WHORL_FACE")")), "biometricData[0].templateFormat"},
      {encounter_body(finger_with(R"("templateFormat":"NO_FORMAT")")), "biometricData[0].templateFormat"},
      {encounter_body(finger_with(R"("captureDate":"yesterday")")), "biometricData[0].captureDate"},
      {encounter_body(finger_with(R"("impressionType":"PAINTED")")), "biometricData[0].impressionType"},
      {encounter_body(finger_with(R"("compression":"ZIP")")), "biometricData[0].compression"},
      {encounter_body(finger_with(R"("width":-3)")), "biometricData[0].width"},
      {encounter_body(finger_with(R"("quality":"good")")), "biometricData[0].quality"},
      {encounter_body(finger_with("\"comment\":\"" + std::string(5000, 'x') + "\"")), "biometricData[0].comment"},
      {encounter_body(R"({"biometricType":"FINGER","image":""})"), "biometricData[0].image"},
      {encounter_body(R"({"biometricType":"FINGER","image":"AAE"})"), "biometricData[0].image"},
      {encounter_body(R"({"biometricType":"FINGER","image":[0,1]})"), "biometricData[0].image"},
      {encounter_body(R"({"biometricType":"FINGER","template":"AAEC"})"), "biometricData[0].templateFormat"},
      {encounter_body(R"({"biometricType":"FINGER","template":"AAEC","templateFormat":"ISO_19794_6"})"),
       "biometricData[0].templateFormat"},
      {encounter_body(R"({"biometricType":"FINGER","template":"AAEC","templateFormat":"ISO_19794_2"})"),
       "biometricData[0].template"},
      {encounter_body(R"({"biometricType":"FACE","template":"AAEC","templateFormat":"ISO_19794_2"})"),
       "biometricData[0].templateFormat"},
      {encounter_body("{\"biometricType\":\"FINGER\",\"templateFormat\":\"WHORL_NATIVE\",\"template\":\"" +
                      std::string(codec::kMaxNativeBytes * 4 / 3 + 100, 'A') + "\"}"),
       "biometricData[0].template"},
  });
}

TEST(InOsiaWords, EngineFieldsBecomeTheRequestsOwn) {
  Biometrics biometrics;
  biometrics.sample_items = {{0, false}, {2, true}};
  biometrics.missing_items = {1};
  const auto sample = [](std::size_t i) { return FieldPath("samples", i); };
  const std::pair<FieldPath, const char*> table[] = {{sample(1) / "bytes", "biometricData[2].image"},
                                                     {sample(1) / "resolution_ppi", "biometricData[2].resolution"},
                                                     {sample(0) / "bytes", "biometricData[0].template"},
                                                     {sample(0) / "format", "biometricData[0].templateFormat"},
                                                     {sample(1), "biometricData[2]"},
                                                     {sample(1) / "position", "biometricData[2].biometricSubType"},
                                                     {FieldPath("missing", 0) / "reason", "biometricData[1].missing"},
                                                     {"samples", "biometricData"},
                                                     {"person_id", "personId"},
                                                     {"gallery_id", "galleryId"},
                                                     {"target_fpir", "targetFpir"},
                                                     {sample(9) / "bytes", "samples[9].bytes"},
                                                     {"of nobody", "of nobody"},
                                                     {FieldPath(), ""}};
  for (const auto& [ours, theirs] : table) {
    EXPECT_EQ(in_osia_words(invalid_input("x", ours), biometrics).field, theirs);
  }
}

TEST(CheckId, BoundsLengthAndAlphabet) {
  EXPECT_TRUE(check_id("Az09._:-", "personId").ok());
  EXPECT_TRUE(check_id(std::string(128, 'x'), "personId").ok());
  for (const std::string& bad : {std::string(), std::string(129, 'x'), std::string("a/b"), std::string("a b"),
                                 std::string("a\0b", 3), std::string("\xC3\xA9")}) {
    EXPECT_FALSE(check_id(bad, "personId").ok()) << bad;
  }
}

}  // namespace
}  // namespace whorl::server
